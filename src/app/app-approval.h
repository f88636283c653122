/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A page's action that not everybody may do: whoever may is asked on the spot, and the action is
 * done then. Main thread only.
 */
#pragma once

#include "app-lane.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* `about`: for the journal, in plain words. TRUE: do it now, at once, for an approval that isn't
 * used serves the next act of its right. FALSE: `action` of `page`, a constant, is activated again
 * with its parameter (NULL: none) once it is approved; or it was said that it can't be. */
gboolean app_approval_given (AppLane *lane,
                             ShopRight right,
                             gpointer page,
                             const char *action,
                             GVariant *parameter,
                             const char *about);

G_END_DECLS

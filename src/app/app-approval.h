/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A page's action that not everybody may do: whoever may is asked on the spot, and the action is
 * done then. Main thread only.
 */
#pragma once

#include "app-lane.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* TRUE: do it now. FALSE: `action` of `page`, a constant, is activated again with its parameter
 * (NULL: none) once it is approved; or it was said that it can't be. */
gboolean app_approval_given (AppLane *lane,
                             ShopRight right,
                             gpointer page,
                             const char *action,
                             GVariant *parameter);

G_END_DECLS

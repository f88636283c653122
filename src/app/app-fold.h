/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Three places that fit any screen: `start` at the left, `bottom` always in sight below it, `end`
 * at the right. Where it is wide enough the end stands beside the others; where it isn't, the end
 * slides over the start when it is revealed. So quick keys become a page on small screens, and the
 * input line stays where it is. It asks for hardly any width, so that a window can always be made
 * narrower.
 *
 * Properties: fold-width : int (narrower than this, the end slides over) · end-permille : int (its
 * share when beside) · end-width : int (its width; 0: the share) · reveal-end : boolean · folded :
 * boolean (read-only, notify)
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_FOLD_WIDTH_MIN 340

#define APP_TYPE_FOLD (app_fold_get_type ())
G_DECLARE_FINAL_TYPE (AppFold, app_fold, APP, FOLD, GtkWidget)

gboolean app_fold_is_folded (AppFold *self);
void app_fold_set_reveal_end (AppFold *self, gboolean reveal);
gboolean app_fold_get_reveal_end (AppFold *self);

G_END_DECLS

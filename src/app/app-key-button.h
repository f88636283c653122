/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A button that says its name and its key, and, while its action can't be done, why not: it stays
 * in its place. The action comes from the lane's table; the button itself decides nothing.
 *
 * Properties: title, cap : string (translated) · lane-action : string (name in "sale.")
 */
#pragma once

#include "app-lane.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_TYPE_KEY_BUTTON (app_key_button_get_type ())
G_DECLARE_FINAL_TYPE (AppKeyButton, app_key_button, APP, KEY_BUTTON, GtkButton)

void app_key_button_set_title (AppKeyButton *self, const char *title);
/* Follows the lane from now on. */
void app_key_button_follow (AppKeyButton *self, AppLane *lane);
/* The same for every key button below `from`. */
void app_key_button_follow_all (GtkWidget *from, AppLane *lane);

G_END_DECLS

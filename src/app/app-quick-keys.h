/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The page of quick keys, four by four, the last one turning to the next page where there are more.
 * Places never move by themselves: a hand learns them.
 */
#pragma once

#include "app-lane.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_QUICK_KEYS_COLUMNS 4
#define APP_QUICK_KEYS_ROWS 4
#define APP_QUICK_KEYS_COUNT (APP_QUICK_KEYS_COLUMNS * APP_QUICK_KEYS_ROWS)

#define APP_TYPE_QUICK_KEYS (app_quick_keys_get_type ())
G_DECLARE_FINAL_TYPE (AppQuickKeys, app_quick_keys, APP, QUICK_KEYS, GtkWidget)

/* Asks the station for them and shows them. */
void app_quick_keys_follow (AppQuickKeys *self, AppLane *lane);
void app_quick_keys_turn (AppQuickKeys *self);
/* 1 … of the page shown. */
void app_quick_keys_press (AppQuickKeys *self, guint place);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where goods are rung up: the cart, its totals, the input line, quick keys, search and parked
 * sales, and the row of actions. Everything shown comes from the lane; it keeps nothing but which
 * tab is in front.
 */
#pragma once

#include "app-input.h"
#include "app-lane.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_TYPE_SELL_PAGE (app_sell_page_get_type ())
G_DECLARE_FINAL_TYPE (AppSellPage, app_sell_page, APP, SELL_PAGE, GtkWidget)

void app_sell_page_follow (AppSellPage *self, AppLane *lane);
AppInput *app_sell_page_input (AppSellPage *self);
void app_sell_page_press_quick_key (AppSellPage *self, guint place);
/* Small screens: the quick keys slide over the cart, or back. */
void app_sell_page_toggle_side (AppSellPage *self);

G_END_DECLS

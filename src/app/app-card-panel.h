/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The card being taken, calmly: where to put it, the reader's and the bank's words, how long it has
 * lasted, and afterwards its honest outcome. Shows the lane's payment; hidden when there is none.
 */
#pragma once

#include "app-lane.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_TYPE_CARD_PANEL (app_card_panel_get_type ())
G_DECLARE_FINAL_TYPE (AppCardPanel, app_card_panel, APP, CARD_PANEL, GtkWidget)

void app_card_panel_follow (AppCardPanel *self, AppLane *lane);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any sale of the past: found by what somebody still knows of it, shown as its receipt, printed
 * again (marked), given back or voided with somebody's approval. Owned by the window; main thread
 * only. Signal "ask" (AppAsk).
 */
#pragma once

#include "app-lane.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_TYPE_FIND_PAGE (app_find_page_get_type ())
G_DECLARE_FINAL_TYPE (AppFindPage, app_find_page, APP, FIND_PAGE, GtkWidget)

void app_find_page_follow (AppFindPage *self, AppLane *lane);
/* Looks again for what is in its field. */
void app_find_page_refresh (AppFindPage *self);
/* One above the other, where the window is a column. */
void app_find_page_set_narrow (AppFindPage *self, gboolean narrow);
void app_find_page_take_focus (AppFindPage *self);

G_END_DECLS

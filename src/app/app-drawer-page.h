/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The cash drawer: the float, cash in and out, opening it for nothing, and counting it blind by
 * notes and coins, in between or to close the shift. What should be in it is never shown before it
 * was counted. Owned by the window; main thread only.
 *
 * Signal "show-report" (int64 number): that Z is to be read.
 */
#pragma once

#include "app-lane.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_TYPE_DRAWER_PAGE (app_drawer_page_get_type ())
G_DECLARE_FINAL_TYPE (AppDrawerPage, app_drawer_page, APP, DRAWER_PAGE, GtkWidget)

void app_drawer_page_follow (AppDrawerPage *self, AppLane *lane);
/* Asks for the drawer as it is now. */
void app_drawer_page_refresh (AppDrawerPage *self);
/* To the first note. */
void app_drawer_page_take_focus (AppDrawerPage *self);

G_END_DECLS

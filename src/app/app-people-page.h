/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The people of the shop: who they are, entering and changing them, and which role may do what, on
 * one page. Owned by the window; main thread only.
 */
#pragma once

#include "app-lane.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_TYPE_PEOPLE_PAGE (app_people_page_get_type ())
G_DECLARE_FINAL_TYPE (AppPeoplePage, app_people_page, APP, PEOPLE_PAGE, GtkWidget)

void app_people_page_follow (AppPeoplePage *self, AppLane *lane);
/* Asks for the list again. */
void app_people_page_refresh (AppPeoplePage *self);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The till's window: the strip, the pages, the bench beside them in training mode, and a cover
 * while there is no open shop. Made by the application, which tells it when the station is open; it
 * makes the lane and the hand, and owns both.
 */
#pragma once

#include "app-cover-page.h"
#include "app-lane.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define APP_TYPE_WINDOW (app_window_get_type ())
G_DECLARE_FINAL_TYPE (AppWindow, app_window, APP, WINDOW, AdwApplicationWindow)

AppWindow *app_window_new (GtkApplication *application, gboolean kiosk);
AppCoverPage *app_window_cover (AppWindow *self);
/* The station is open: selling begins. */
void app_window_begin (AppWindow *self, TillStation *station);
/* NULL before app_window_begin(). */
AppLane *app_window_lane (AppWindow *self);

G_END_DECLS

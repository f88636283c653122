/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the customer sees on a second screen: the last thing rung up, the total, the change. Full
 * screen on the second monitor where there is one. Shows the lane; takes no input.
 */
#pragma once

#include "app-lane.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_TYPE_DISPLAY_WINDOW (app_display_window_get_type ())
G_DECLARE_FINAL_TYPE (AppDisplayWindow, app_display_window, APP, DISPLAY_WINDOW, GtkWindow)

AppDisplayWindow *app_display_window_new (GtkApplication *application, AppLane *lane);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The page "office" (F10): what is done with a shop besides selling: its shift's figures, a backup,
 * what waits in a till that died, and how long the acquirer's certificates hold. Made by the window
 * when first shown; it lives with it. Each thing runs off the main thread and says in the strip how
 * it ended.
 */
#pragma once

#include "app-lane.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_TYPE_OFFICE_PAGE (app_office_page_get_type ())
G_DECLARE_FINAL_TYPE (AppOfficePage, app_office_page, APP, OFFICE_PAGE, GtkWidget)

/* Signal "show-report" (int64 number): a report is to be shown; 0 is the running one.
 * Signal "settle": somebody wants to settle with the acquirer. */
void app_office_page_follow (AppOfficePage *self, AppLane *lane);
/* It came to the front: look again. */
void app_office_page_refresh (AppOfficePage *self);

G_END_DECLS

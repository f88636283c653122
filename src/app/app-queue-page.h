/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What has not reached the acquirer yet, and what has: one true sentence, Send now, and the records
 * by tab with their reasons in words. Asks the station for the rows while it is shown, and after
 * each change; it keeps none of its own.
 */
#pragma once

#include "app-lane.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_TYPE_QUEUE_PAGE (app_queue_page_get_type ())
G_DECLARE_FINAL_TYPE (AppQueuePage, app_queue_page, APP, QUEUE_PAGE, GtkWidget)

void app_queue_page_follow (AppQueuePage *self, AppLane *lane);
/* Only while it is in front does it ask for rows. */
void app_queue_page_set_shown (AppQueuePage *self, gboolean shown);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The page "report": a shift's figures as they stand on paper; the running ones can be closed here
 * (asked twice), a closed one printed again. Made by the window when first shown; it lives with it.
 */
#pragma once

#include "app-lane.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_TYPE_REPORT_PAGE (app_report_page_get_type ())
G_DECLARE_FINAL_TYPE (AppReportPage, app_report_page, APP, REPORT_PAGE, GtkWidget)

void app_report_page_follow (AppReportPage *self, AppLane *lane);
/* 0: the running shift. */
void app_report_page_show (AppReportPage *self, gint64 number);
/* Settles with the acquirer, and shows both sides when that is done. */
void app_report_page_settle (AppReportPage *self);
void app_report_page_take_focus (AppReportPage *self);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where money is taken: what is to pay and left to pay or to give back, the tenders with their
 * honest states, the ways to pay, the pad. Shows the lane and acts through "sale.*" alone.
 */
#pragma once

#include "app-lane.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_PAY_PAGE_NOTES 4

#define APP_TYPE_PAY_PAGE (app_pay_page_get_type ())
G_DECLARE_FINAL_TYPE (AppPayPage, app_pay_page, APP, PAY_PAGE, GtkWidget)

void app_pay_page_follow (AppPayPage *self, AppLane *lane);
/* One column instead of three. */
void app_pay_page_set_narrow (AppPayPage *self, gboolean narrow);
void app_pay_page_take_focus (AppPayPage *self);

G_END_DECLS

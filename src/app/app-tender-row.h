/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One tender of the sale with its honest state, followed while it changes. Property: payment :
 * TillPayment.
 */
#pragma once

#include "till-payment.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_TYPE_TENDER_ROW (app_tender_row_get_type ())
G_DECLARE_FINAL_TYPE (AppTenderRow, app_tender_row, APP, TENDER_ROW, GtkWidget)

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One line of the sale as a row of the cart: number, name, quantity and price, amount. A voided one
 * is struck through and keeps its reason. Property: line : TillSaleLine.
 */
#pragma once

#include "till-sale.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_TYPE_CART_ROW (app_cart_row_get_type ())
G_DECLARE_FINAL_TYPE (AppCartRow, app_cart_row, APP, CART_ROW, GtkWidget)

G_END_DECLS

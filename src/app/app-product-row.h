/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A product that a search found: name, code, the name in the other language, price. Property:
 * product : TillProductRow.
 */
#pragma once

#include "till-types.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_TYPE_PRODUCT_ROW (app_product_row_get_type ())
G_DECLARE_FINAL_TYPE (AppProductRow, app_product_row, APP, PRODUCT_ROW, GtkWidget)

G_END_DECLS

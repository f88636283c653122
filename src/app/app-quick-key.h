/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One quick key: name, price and a coloured edge that helps the eye but means nothing by itself.
 * Without a product it stays as an empty place.
 */
#pragma once

#include "till-types.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_TYPE_QUICK_KEY (app_quick_key_get_type ())
G_DECLARE_FINAL_TYPE (AppQuickKey, app_quick_key, APP, QUICK_KEY, GtkButton)

/* `place` is shown as its key, Alt + 1 … 9; 0 shows none. */
void app_quick_key_show_product (AppQuickKey *self, const ShopProduct *product, guint place);
void app_quick_key_show_next_page (AppQuickKey *self, guint page, guint page_count);
void app_quick_key_show_nothing (AppQuickKey *self);
const ShopProduct *app_quick_key_product (AppQuickKey *self);

G_END_DECLS

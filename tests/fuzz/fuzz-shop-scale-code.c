/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A first line of patterns, a second with a price and 'k' for goods by the kg, and codes. Patterns
 * that are taken read the same again; what a label makes of the cart is what it says.
 */
#include "shop-cart.h"
#include "shop-scale-code.h"

#include <string.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
try_line (const ShopScaleLabel *label, const ShopProduct *product)
{
  g_autoptr (ShopCart) cart = shop_cart_new ("CNY", SHOP_TAX_INCLUSIVE);
  g_autoptr (ShopProduct) sold = shop_product_copy (product);
  ShopScaleLine line;
  gint64 total;
  guint number = 0;

  if (shop_scale_code_price (label, product, &line) != SHOP_SCALE_PRICED)
    return;
  g_assert (line.quantity_milli > 0 && line.price_minor >= 0 && line.discount_minor >= 0);
  sold->price_minor = line.price_minor;
  if (!shop_cart_add (cart, sold, line.quantity_milli, &number, NULL))
    return; /* more than a cart holds */
  g_assert (shop_cart_set_discount (cart, number, line.discount_minor, NULL));
  total = shop_cart_totals (cart)->total_minor;
  if (label->has_amount && label->has_weight)
    g_assert (total == label->amount_minor
              || total == label->amount_minor - SHOP_SCALE_TOLERANCE_MINOR);
  else if (label->has_amount)
    g_assert (total == label->amount_minor);
}

static void
try_code (const ShopScaleCodeList *codes, const ShopProduct *product, const char *code)
{
  g_autofree char *with_zero = g_strconcat ("0", code, NULL);
  ShopScaleLabel label;

  if (shop_scale_code_list_match (codes, code, &label) != SHOP_SCALE_LABEL)
    return;
  g_assert (label.has_weight || label.has_amount);
  g_assert (strstr (with_zero, label.item) != NULL);
  g_assert (strlen (shop_scale_code_short_item (&label)) > 0);
  g_assert (label.weight_milli >= 0 && label.amount_minor >= 0);
  try_line (&label, product);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *)data, size);
  g_auto (GStrv) lines = g_strsplit (text, "\n", 64);
  g_autoptr (GError) error = NULL;
  g_autoptr (ShopScaleCodeList) codes
      = shop_scale_code_list_new (lines[0] != NULL ? lines[0] : "", &error);
  g_autoptr (ShopScaleCodeList) again = NULL;
  g_autoptr (ShopProduct) product = shop_product_new ("1", "thing", 0);
  g_autofree char *written = NULL;

  g_assert ((codes == NULL) == (error != NULL));
  if (codes == NULL)
    return 0;
  written = shop_scale_code_list_text (codes);
  again = shop_scale_code_list_new (written, NULL);
  g_assert (again != NULL
            && shop_scale_code_list_count (again) == shop_scale_code_list_count (codes));
  if (lines[0] == NULL || lines[1] == NULL)
    return 0;
  product->price_minor = (gint64)(g_ascii_strtoull (lines[1], NULL, 10) % 1000000000000);
  product->unit = strchr (lines[1], 'k') != NULL ? SHOP_UNIT_KG : SHOP_UNIT_PIECE;
  for (guint i = 2; lines[i] != NULL; i++)
    try_code (codes, product, lines[i]);
  return 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a text may mean to whoever looks for a sale.
 */
#include "checkout-find.h"

#include "shop-testing.h"

#include <string.h>

static guint
count (ShopTesting *shop, const char *text)
{
  g_autoptr (GArray) ids = NULL;
  GError *error = NULL;

  ids = checkout_find_sales (shop->shop, text, 10, NULL, &error);
  g_assert_no_error (error);
  return ids->len;
}

static void
set_up (ShopTesting *shop, gconstpointer data)
{
  shop_testing_set_up (shop, /* fault= */ NULL);
}

static void
tear_down (ShopTesting *shop, gconstpointer data)
{
  shop_testing_tear_down (shop);
}

static void
test_text (ShopTesting *shop, gconstpointer data)
{
  g_autoptr (VaultSale) sale = shop_testing_sale (1200), other = shop_testing_sale (300);
  const VaultPayment *payment = shop_testing_must_pay (shop, sale);
  const char *digits = payment->masked_pan + strlen (payment->masked_pan) - 4;

  shop_testing_must_pay (shop, other);
  g_assert_cmpuint (count (shop, ""), ==, 2);
  g_assert_cmpuint (count (shop, "12.00"), ==, 1);
  g_assert_cmpuint (count (shop, " 12 "), ==, 1); /* twelve */
  g_assert_cmpuint (count (shop, "1"), ==, 1);    /* the receipt */
  g_assert_cmpuint (count (shop, digits), ==, 2);
  g_assert_cmpuint (count (shop, "12.001"), ==, 0);
  g_assert_cmpuint (count (shop, "99999999999999999999999"), ==, 0);
  g_assert_cmpuint (count (shop, "%"), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/checkout/find/text", ShopTesting, NULL, set_up, test_text, tear_down);
  return g_test_run ();
}

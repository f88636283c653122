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

/* A sale of a known time, told by its day and by about when it was; a wrong day is no time. */
static void
test_time (ShopTesting *shop, gconstpointer data)
{
  g_autoptr (VaultSale) sale = shop_testing_sale (1200);
  g_autoptr (GDateTime) now = g_date_time_new_now_local (), tomorrow = NULL;
  g_autofree char *day = g_date_time_format (now, "%Y-%m-%d"), *next = NULL;
  g_autofree char *minute = g_date_time_format (now, "%Y-%m-%d %H:%M");
  g_autofree char *clock = g_date_time_format (now, "%H:%M"), *far = NULL;
  g_autoptr (GDateTime) later = g_date_time_add_hours (now, 2);

  shop_testing_must_pay (shop, sale);
  tomorrow = g_date_time_add_days (now, 1);
  next = g_date_time_format (tomorrow, "%Y-%m-%d");
  far = g_date_time_format (later, "%Y-%m-%d %H:%M");
  g_assert_cmpuint (count (shop, day), ==, 1);
  g_assert_cmpuint (count (shop, next), ==, 0);
  g_assert_cmpuint (count (shop, minute), ==, 1);
  g_assert_cmpuint (count (shop, clock), ==, 1);
  g_assert_cmpuint (count (shop, far), ==, 0);
  g_assert_cmpuint (count (shop, "2026-13-40"), ==, 0);
  g_assert_cmpuint (count (shop, "25:61"), ==, 0);
  g_assert_cmpuint (count (shop, "2026-11-24 ab:cd"), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/checkout/find/text", ShopTesting, NULL, set_up, test_text, tear_down);
  g_test_add ("/checkout/find/time", ShopTesting, NULL, set_up, test_time, tear_down);
  return g_test_run ();
}

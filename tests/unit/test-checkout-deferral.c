/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whether a card sale may be stored: each limit at its value and one beyond. What a payment makes
 * of that is in test-checkout-card.c.
 */
#include "checkout-deferral.h"

#include "shop-testing.h"

#define AMOUNT 20000 /* the sandbox's limit of a sale */

static void
set_up (ShopTesting *test, gconstpointer data)
{
  shop_testing_set_up (test, /* fault= */ NULL);
}

static void
tear_down (ShopTesting *test, gconstpointer data)
{
  shop_testing_tear_down (test);
}

static void
set_limit (ShopTesting *test, const char *name, gint64 value)
{
  g_assert_true (vault_setting_set_number (test->shop->vault, name, value, NULL));
}

static void
test_limits (ShopTesting *test, gconstpointer data)
{
  gint64 left;

  g_assert_null (checkout_deferral_refusal (test->shop, AMOUNT, &left));
  g_assert_cmpstr (checkout_deferral_refusal (test->shop, AMOUNT + 1, &left), ==, "limit-sale");
  set_limit (test, CHECKOUT_SETTING_OFFLINE_SUM, AMOUNT - 1);
  g_assert_cmpstr (checkout_deferral_refusal (test->shop, AMOUNT, &left), ==, "limit-sum");
  g_assert_cmpint (left, ==, AMOUNT - 1);
  g_assert_null (checkout_deferral_refusal (test->shop, AMOUNT - 1, &left));
  set_limit (test, CHECKOUT_SETTING_OFFLINE_COUNT, 0);
  g_assert_cmpstr (checkout_deferral_refusal (test->shop, 1, &left), ==, "limit-count");
  set_limit (test, CHECKOUT_SETTING_OFFLINE, 0);
  g_assert_cmpstr (checkout_deferral_refusal (test->shop, 1, &left), ==, "offline-off");
  g_assert_cmpint (left, ==, 0);
}

/* What can't be meant allows nothing. */
static void
test_senseless (ShopTesting *test, gconstpointer data)
{
  static const char *const names[] = { CHECKOUT_SETTING_OFFLINE_SALE, CHECKOUT_SETTING_OFFLINE_SUM,
                                       CHECKOUT_SETTING_OFFLINE_COUNT };
  static const gint64 values[] = { -1, G_MININT64, G_MAXINT64 };
  gint64 left;

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      gint64 before = vault_setting_number (test->shop->vault, names[i], 0);

      for (gsize j = 0; j < G_N_ELEMENTS (values); j++)
        {
          set_limit (test, names[i], values[j]);
          g_assert_nonnull (checkout_deferral_refusal (test->shop, 100, &left));
        }
      set_limit (test, names[i], before);
    }
  g_assert_null (checkout_deferral_refusal (test->shop, 100, &left));
  set_limit (test, CHECKOUT_SETTING_OFFLINE_HOURS, G_MAXINT64);
  g_assert_null (checkout_deferral_refusal (test->shop, 100, &left));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/checkout/deferral/limits", ShopTesting, NULL, set_up, test_limits, tear_down);
  g_test_add ("/checkout/deferral/senseless", ShopTesting, NULL, set_up, test_senseless, tear_down);
  return g_test_run ();
}

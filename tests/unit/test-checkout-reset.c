/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A shop is erased only when nothing of it is unfinished, and then nothing of it is left.
 */
#include "checkout-reset.h"

#include "shop-testing.h"
#include "vault-closing.h"
#include "vault-epoch.h"

#include "sync-settle.h"

#include <glib/gstdio.h>

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

static CheckoutReset
judge (ShopTesting *shop)
{
  CheckoutReset verdict = CHECKOUT_RESET_HELD;
  GError *error = NULL;

  g_assert_true (checkout_reset_judge (shop->shop, &verdict, &error));
  g_assert_no_error (error);
  return verdict;
}

static void
close_shift (ShopTesting *shop)
{
  g_autofree VaultShift *shift = g_new0 (VaultShift, 1);

  g_assert_true (vault_closing_make (shop->shop->vault, "Li", shift, NULL));
}

/* In the order in which a day is ended. */
static void
test_one_after_the_other (ShopTesting *shop, gconstpointer data)
{
  g_autoptr (VaultSale) sale = shop_testing_sale (1200), parked = shop_testing_sale (300);
  SyncSettleReport report;

  g_assert_cmpint (judge (shop), ==, CHECKOUT_RESET_MAY);
  g_assert_true (vault_sale_park (shop->shop->vault, parked, "Wang", NULL));
  shop_testing_cut_line (shop);
  shop_testing_must_pay (shop, sale);
  g_assert_cmpint (judge (shop), ==, CHECKOUT_RESET_QUEUE);
  shop_testing_change_host (shop, NULL);
  g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_EMPTY);
  g_assert_cmpint (judge (shop), ==, CHECKOUT_RESET_PARKED);
  g_assert_true (vault_sale_cancel (shop->shop->vault, parked, "dropped", NULL));
  g_assert_cmpint (judge (shop), ==, CHECKOUT_RESET_BATCH);
  g_assert_cmpint (sync_settle_run (shop->shop->line, "Li", NULL, &report, NULL), ==,
                   SYNC_SETTLE_DONE);
  g_assert_cmpint (judge (shop), ==, CHECKOUT_RESET_SHIFT);
  close_shift (shop);
  g_assert_cmpint (judge (shop), ==, CHECKOUT_RESET_MAY);
}

static void
test_held (ShopTesting *shop, gconstpointer data)
{
  g_assert_true (vault_epoch_begin (shop->shop->vault, VAULT_QUARANTINE_RESTORED, NULL));
  g_assert_cmpint (judge (shop), ==, CHECKOUT_RESET_HELD);
}

/* Another till has what waited. */
static void
test_handed (ShopTesting *shop, gconstpointer data)
{
  g_autoptr (VaultSale) sale = shop_testing_sale (1200);

  shop_testing_cut_line (shop);
  shop_testing_must_pay (shop, sale);
  g_assert_true (vault_epoch_begin (shop->shop->vault, VAULT_QUARANTINE_HANDED, NULL));
  g_assert_cmpint (judge (shop), ==, CHECKOUT_RESET_MAY);
}

/* A till that died, and whose batch nobody has settled yet. */
static void
test_taken (ShopTesting *shop, gconstpointer data)
{
  shop_testing_become_another (shop, BASE_SPAN (NULL, 0));
  g_assert_cmpint (judge (shop), ==, CHECKOUT_RESET_BATCH);
}

/* Its folder is gone afterwards, or as it was. */
static void
test_run (ShopTesting *shop, gconstpointer data)
{
  g_autoptr (VaultSale) sale = shop_testing_sale (1200);
  g_autofree char *books = g_build_filename (vault_dir (shop->shop->vault), "till.db", NULL);
  SyncSettleReport report;
  CheckoutReset verdict;

  shop_testing_must_pay (shop, sale);
  g_assert_true (checkout_reset_run (g_steal_pointer (&shop->shop), &verdict, NULL));
  g_assert_cmpint (verdict, ==, CHECKOUT_RESET_BATCH);
  g_assert_true (g_file_test (books, G_FILE_TEST_EXISTS));
  shop_testing_reopen (shop);
  g_assert_cmpint (sync_settle_run (shop->shop->line, "Li", NULL, &report, NULL), ==,
                   SYNC_SETTLE_DONE);
  close_shift (shop);
  g_assert_true (checkout_reset_run (g_steal_pointer (&shop->shop), &verdict, NULL));
  g_assert_cmpint (verdict, ==, CHECKOUT_RESET_MAY);
  g_assert_false (g_file_test (books, G_FILE_TEST_EXISTS));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/checkout/reset/" name, ShopTesting, NULL, set_up, function, tear_down)
  ADD ("one-after-the-other", test_one_after_the_other);
  ADD ("held", test_held);
  ADD ("handed", test_handed);
  ADD ("taken", test_taken);
  ADD ("run", test_run);
  return g_test_run ();
}

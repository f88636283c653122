/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is on a card, in both dialects: shown when the host says it, refused by a word otherwise, a
 * line in the journal, and nothing in the ledger.
 */
#include "checkout-balance.h"

#include "shop-testing.h"
#include "vault-journal.h"

#include <string.h>

static void
set_up (ShopTesting *shop, gconstpointer dialect)
{
  shop_testing_set_up_for (shop, dialect, NULL);
}

static void
tear_down (ShopTesting *shop, gconstpointer dialect)
{
  shop_testing_tear_down (shop);
}

static CheckoutBalance
ask (ShopTesting *shop)
{
  EntryTesting chip = { .amount = base_money (0, "CNY") };
  AcquirerEntry entry = entry_testing_next (&chip);
  CheckoutCard card = { .shop = shop->shop };
  CheckoutBalance balance;
  GError *error = NULL;

  if (g_str_equal (shop->dialect, "unionpay"))
    checkout_balance_ask (&card, &entry, "620000******0005", &balance, &error);
  else
    checkout_balance_run (&card, &balance, &error);
  g_assert_no_error (error);
  return balance;
}

static void
test_asks (ShopTesting *shop, gconstpointer dialect)
{
  CheckoutBalance balance = ask (shop);
  g_autoptr (GPtrArray) entries = vault_journal_list (shop->shop->vault, 1, NULL);
  const VaultJournalEntry *entry = entries->pdata[0];

  g_assert_cmpstr (balance.refusal, ==, NULL);
  g_assert_cmpuint (balance.count, ==, 1);
  g_assert_cmpint (balance.amounts[0].minor, ==, 123456);
  g_assert_cmpstr (balance.amounts[0].currency, ==, "CNY");
  g_assert_cmpstr (balance.amounts[0].kind, ==, "02");
  g_assert_cmpuint (balance.masked_pan[0], !=, '\0');
  g_assert_cmpstr (entry->act, ==, "balance");
  g_assert_null (strstr (entry->detail, "1234"));
  shop_testing_change_host (shop, "decline=1");
  g_assert_cmpstr (ask (shop).refusal, ==, "balance-declined");
  shop_testing_change_host (shop, "drop-answer=1");
  g_assert_cmpstr (ask (shop).refusal, ==, "no-answer");
  shop_testing_cut_line (shop);
  g_assert_cmpstr (ask (shop).refusal, ==, "no-connection");
  shop_testing_change_host (shop, "drop-answer=1");
  g_assert_true (sync_line_drop_keys (shop->shop->line, NULL));
  g_assert_cmpstr (ask (shop).refusal, ==, "host-silent");
  shop_testing_cut_line (shop);
  g_clear_pointer (&shop->shop->cashier, g_free); /* the journal wants a name all the same */
  g_assert_cmpstr (ask (shop).refusal, ==, "no-connection");
  g_assert_true (vault_queue_due_now (shop->shop->vault, NULL)); /* and nothing waits */
}

static void
test_parse (void)
{
  static const char *const wrong[] = { "", "1002156C00000012345", "1002156X000000123456",
                                       "1002000C000000123456", "1002156C00000012345x" };
  CheckoutBalance balance;

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_assert_false (checkout_balance_parse (wrong[i], &balance));
      g_assert_cmpuint (balance.count, ==, 0);
    }
  g_assert_true (checkout_balance_parse ("1001156C0000001234561002156D000000000001", &balance));
  g_assert_cmpuint (balance.count, ==, 2);
  g_assert_cmpint (balance.amounts[1].minor, ==, -1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/checkout/balance/parse", test_parse);
  g_test_add ("/checkout/balance/sandbox", ShopTesting, "sandbox", set_up, test_asks, tear_down);
  g_test_add ("/checkout/balance/unionpay", ShopTesting, "unionpay", set_up, test_asks, tear_down);
  return g_test_run ();
}

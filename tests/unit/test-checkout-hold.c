/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a hold refuses before anything is asked, and what it leaves in the books. The whole of it,
 * with every fault, is in tests/scenes/test-hold.c.
 */
#include "checkout-hold.h"

#include "shop-testing.h"

static void
set_up (ShopTesting *shop, gconstpointer data)
{
  shop_testing_set_up (shop, NULL);
}

static void
tear_down (ShopTesting *shop, gconstpointer data)
{
  shop_testing_tear_down (shop);
}

static VaultSale *
run (ShopTesting *shop, VaultSaleKind kind, gint64 original, gint64 minor, const char *refusal)
{
  CheckoutHold hold
      = { .shop = shop->shop, .kind = kind, .original = original, .amount_minor = minor };
  g_auto (SyncReport) report = { 0 };
  VaultSale *sale = NULL;
  const char *word = NULL;
  GError *error = NULL;

  sync_report_init (&report);
  checkout_hold_run (&hold, &sale, &word, &report, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (word, ==, refusal);
  return sale;
}

static void
test_refusals (ShopTesting *shop, gconstpointer data)
{
  g_autoptr (VaultSale) plain = shop_testing_sale (1250);
  g_autoptr (VaultSale) hold = run (shop, VAULT_SALE_HOLD, 0, 5000, NULL);
  g_autoptr (VaultSale) completion = NULL;

  shop_testing_must_pay (shop, plain);
  g_assert_null (run (shop, VAULT_SALE_COMPLETION, plain->id, 100, "hold-none"));
  g_assert_null (run (shop, VAULT_SALE_COMPLETION_VOID, hold->id, 0, "hold-none"));
  g_assert_null (run (shop, VAULT_SALE_COMPLETION, hold->id, 5001, "hold-less"));
  completion = run (shop, VAULT_SALE_COMPLETION, hold->id, 5000, NULL);
  g_assert_null (run (shop, VAULT_SALE_HOLD_VOID, hold->id, 0, "hold-completed"));
}

/* One that was taken over from a till that died, and is approved. */
static VaultSale *
taken_over (ShopTesting *shop)
{
  VaultSale *sale = vault_sale_new (shop_cart_new ("CNY", SHOP_TAX_INCLUSIVE), "01");
  VaultPayment *payment = vault_payment_new (VAULT_TENDER_CARD, 5000);
  VaultChange asked = { .event = VAULT_EVENT_GO_ONLINE,
                        .sale = sale,
                        .payment = payment,
                        .message = BASE_SPAN ("message", 7),
                        .terminal = "OTHER001",
                        .batch = 1,
                        .stan = 900 };
  VaultChange approved = { .event = VAULT_EVENT_ANSWER_APPROVED, .sale = sale, .payment = payment };

  sale->kind = VAULT_SALE_HOLD;
  payment->terminal = g_strdup ("OTHER001");
  g_assert_true (vault_apply (shop->shop->vault, &asked, 1, NULL));
  g_assert_true (vault_apply (shop->shop->vault, &approved, 1, NULL));
  return sale;
}

/* The acquirer doesn't know it under our terminal. */
static void
test_of_another_till (ShopTesting *shop, gconstpointer data)
{
  g_autoptr (VaultSale) hold = taken_over (shop);

  g_assert_null (run (shop, VAULT_SALE_COMPLETION, hold->id, 5000, "hold-elsewhere"));
  g_assert_null (run (shop, VAULT_SALE_HOLD_VOID, hold->id, 0, "hold-elsewhere"));
}

/* No line: refused, never stored; and the sale is closed, so that nobody waits for it. */
static void
test_no_line (ShopTesting *shop, gconstpointer data)
{
  g_autoptr (VaultSale) hold = NULL;
  const VaultPayment *payment;

  shop_testing_cut_line (shop);
  hold = run (shop, VAULT_SALE_HOLD, 0, 5000, NULL);
  payment = hold->payments->pdata[0];
  g_assert_cmpint (payment->state, ==, VAULT_STATE_DECLINED);
  g_assert_cmpstr (payment->reason, ==, "no-connection");
  g_assert_cmpint (hold->state, ==, VAULT_SALE_CANCELLED);
  g_assert_null (run (shop, VAULT_SALE_COMPLETION, hold->id, 5000, "hold-never"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/checkout/hold/refusals", ShopTesting, NULL, set_up, test_refusals, tear_down);
  g_test_add ("/checkout/hold/of-another-till", ShopTesting, NULL, set_up, test_of_another_till,
              tear_down);
  g_test_add ("/checkout/hold/no-line", ShopTesting, NULL, set_up, test_no_line, tear_down);
  return g_test_run ();
}

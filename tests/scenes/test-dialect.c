/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A dialect that no code knows: tests/vectors/acquirers/elsewhere.ini, which is quite unlike the
 * shipped ones, at both ends. Sales, what becomes of lost answers, stored sales, holds.
 */
#include "checkout-hold.h"
#include "shop-testing.h"
#include "sync-sign-in.h"

#define AMOUNT 12500

static void
set_up (ShopTesting *shop, gconstpointer path)
{
  shop_testing_set_up_for (shop, path, NULL);
}

static void
tear_down (ShopTesting *shop, gconstpointer path)
{
  shop_testing_tear_down (shop);
}

static void
test_sale (ShopTesting *shop, gconstpointer path)
{
  g_autoptr (VaultSale) sale = shop_testing_sale (AMOUNT);
  g_autoptr (VaultSale) poor = shop_testing_sale (10051);
  VaultPayment *payment = shop_testing_must_pay (shop, sale);

  g_assert_cmpint (payment->state, ==, VAULT_STATE_APPROVED);
  g_assert_nonnull (payment->auth_code);
  g_assert_cmpuint (shop_testing_effects (shop, payment, "charge"), ==, 1);
  g_assert_cmpint (shop_testing_must_pay (shop, poor)->state, ==, VAULT_STATE_DECLINED);
}

static void
test_lost_answer (ShopTesting *shop, gconstpointer path)
{
  g_autoptr (VaultSale) sale = shop_testing_sale (AMOUNT);
  VaultPayment *payment;

  shop_testing_change_host (shop, "drop-answer=1");
  payment = shop_testing_must_pay (shop, sale);
  g_assert_cmpint (payment->state, ==, VAULT_STATE_UNKNOWN);
  shop_testing_change_host (shop, NULL);
  g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_EMPTY);
  g_assert_cmpint (shop_testing_state (shop, sale, 1), ==, VAULT_STATE_REVERSED);
  g_assert_cmpuint (shop_testing_effects (shop, payment, "charge"), ==, 1);
  g_assert_cmpuint (shop_testing_effects (shop, payment, "reversal"), ==, 1);
}

static void
test_bad_mac (ShopTesting *shop, gconstpointer path)
{
  g_autoptr (VaultSale) sale = shop_testing_sale (AMOUNT);

  shop_testing_change_host (shop, "bad-mac=1");
  g_assert_cmpint (shop_testing_must_pay (shop, sale)->state, ==, VAULT_STATE_UNKNOWN);
  shop_testing_change_host (shop, NULL);
  g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_EMPTY);
  g_assert_cmpint (shop_testing_state (shop, sale, 1), ==, VAULT_STATE_REVERSED);
}

static VaultSale *
hold (ShopTesting *shop, VaultSaleKind kind, gint64 original, gint64 minor)
{
  CheckoutHold wish
      = { .shop = shop->shop, .kind = kind, .original = original, .amount_minor = minor };
  g_auto (SyncReport) report = { 0 };
  VaultSale *sale = NULL;
  const char *refusal = NULL;
  GError *error = NULL;

  sync_report_init (&report);
  checkout_hold_run (&wish, &sale, &refusal, &report, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (refusal, ==, NULL);
  return sale;
}

/* What its file leaves out it doesn't have; what it has works, the part above the hold as well. */
static void
test_hold (ShopTesting *shop, gconstpointer path)
{
  g_autoptr (VaultSale) held = hold (shop, VAULT_SALE_HOLD, 0, AMOUNT);
  g_autoptr (VaultSale) completion
      = hold (shop, VAULT_SALE_COMPLETION, held->id, AMOUNT * 115 / 100);
  const VaultPayment *payment = g_ptr_array_index (completion->payments, 0);

  g_assert_cmpint (payment->state, ==, VAULT_STATE_APPROVED);
  g_assert_cmpuint (shop_testing_effects (shop, payment, "capture"), ==, 1);
  g_assert_null (
      acquirer_profile_flow (sync_line_profile (shop->shop->line), ACQUIRER_FLOW_HOLD_VOID));
}

static void
test_echo (ShopTesting *shop, gconstpointer path)
{
  g_assert_cmpint (sync_sign_in_echo (shop->shop->line, NULL, NULL), ==,
                   ACQUIRER_EXCHANGE_ANSWERED);
}

#define ADD(name, test)                                                                            \
  g_test_add ("/scene/dialect/" name, ShopTesting, path, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_autofree char *path = NULL;

  g_test_init (&argc, &argv, NULL);
  path = g_test_build_filename (G_TEST_DIST, "vectors", "acquirers", "elsewhere.ini", NULL);
  ADD ("sale", test_sale);
  ADD ("lost-answer", test_lost_answer);
  ADD ("bad-mac", test_bad_mac);
  ADD ("hold", test_hold);
  ADD ("echo", test_echo);
  return g_test_run ();
}

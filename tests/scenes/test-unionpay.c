/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Card payments in UnionPay's dialect against a till-acquirer that speaks it: working keys first,
 * then a chip's sale, and what becomes of it when answers are lost, come broken, or the two sides
 * have different keys. The acquirer's ledger judges.
 */
#include "shop-testing.h"

#include <glib/gstdio.h>

#define AMOUNT 12500
#define AMOUNT_DECLINED 10051

static void
set_up (ShopTesting *shop, gconstpointer fault)
{
  shop_testing_set_up_for (shop, "unionpay", fault);
}

static void
tear_down (ShopTesting *shop, gconstpointer fault)
{
  shop_testing_tear_down (shop);
}

static void
pays (ShopTesting *shop, VaultState state, const char *reason)
{
  g_autoptr (VaultSale) sale = shop_testing_sale (AMOUNT);
  VaultPayment *payment = shop_testing_must_pay_by_chip (shop, sale);

  g_assert_cmpint (payment->state, ==, state);
  g_assert_cmpstr (payment->reason, ==, reason);
}

/* The till has no keys yet: it gets them on the way. */
static void
test_approved (ShopTesting *shop, gconstpointer fault)
{
  g_autoptr (VaultSale) sale = shop_testing_sale (AMOUNT);
  VaultPayment *payment = shop_testing_must_pay_by_chip (shop, sale);

  g_assert_cmpint (payment->state, ==, VAULT_STATE_APPROVED);
  g_assert_cmpint (sale->state, ==, VAULT_SALE_PAID);
  g_assert_cmpstr (payment->masked_pan, ==, "620000******0005");
  g_assert_cmpstr (payment->response, ==, "00");
  g_assert_nonnull (payment->reference);
  g_assert_nonnull (payment->auth_code);
  g_assert_cmpuint (shop_testing_effects (shop, payment, "charge"), ==, 1);
  g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_EMPTY);
  shop_testing_reopen (shop);
  shop_testing_change_host (shop, NULL); /* both sides keep the keys */
  pays (shop, VAULT_STATE_APPROVED, NULL);
}

static void
test_declined (ShopTesting *shop, gconstpointer fault)
{
  g_autoptr (VaultSale) sale = shop_testing_sale (AMOUNT_DECLINED);
  VaultPayment *payment = shop_testing_must_pay_by_chip (shop, sale);

  g_assert_cmpint (payment->state, ==, VAULT_STATE_DECLINED);
  g_assert_cmpstr (payment->response, ==, "51");
  g_assert_cmpuint (shop_testing_effects (shop, payment, "charge"), ==, 0);
}

/* Nothing is stored in this dialect, and a stripe reader's ciphertext is of no use to it. */
static void
test_no_line (ShopTesting *shop, gconstpointer fault)
{
  g_autoptr (VaultSale) sale = shop_testing_sale (AMOUNT);

  g_assert_cmpstr (shop_testing_must_pay (shop, sale)->reason, ==, "profile");
  shop_testing_cut_line (shop);
  pays (shop, VAULT_STATE_DECLINED, "no-connection");
  shop_testing_change_host (shop, "drop-answer=1");
  pays (shop, VAULT_STATE_DECLINED, "host-silent"); /* it was never asked for money */
}

/* Makes an unknown payment with a host that has `fault`; then the host comes to its senses. Charged
 * over there or not, it is reversed before anybody else's sale. */
static void
unknown_then_reversed (ShopTesting *shop, const char *fault, guint charges)
{
  g_autoptr (VaultSale) sale = shop_testing_sale (AMOUNT);
  VaultPayment *payment;

  pays (shop, VAULT_STATE_APPROVED, NULL);
  shop_testing_change_host (shop, fault);
  payment = shop_testing_must_pay_by_chip (shop, sale);
  g_assert_cmpint (payment->state, ==, VAULT_STATE_UNKNOWN);
  pays (shop, VAULT_STATE_DECLINED, "reversal-owed");
  shop_testing_change_host (shop, NULL);
  pays (shop, VAULT_STATE_APPROVED, NULL);
  g_assert_cmpint (shop_testing_state (shop, sale, 1), ==, VAULT_STATE_REVERSED);
  g_assert_cmpuint (shop_testing_effects (shop, payment, "charge"), ==, charges);
  g_assert_cmpuint (shop_testing_effects (shop, payment, "reversal"), ==, charges);
}

static void
test_lost_answer (ShopTesting *shop, gconstpointer fault)
{
  unknown_then_reversed (shop, "drop-answer=1", 1);
}

static void
test_lost_request (ShopTesting *shop, gconstpointer fault)
{
  unknown_then_reversed (shop, "drop-request=1", 0);
}

/* The answer comes when the sale has been given up: it approves nothing any more. */
static void
test_late_answer (ShopTesting *shop, gconstpointer fault)
{
  g_autoptr (VaultSale) sale = shop_testing_sale (AMOUNT);
  VaultPayment *payment;

  pays (shop, VAULT_STATE_APPROVED, NULL);
  shop_testing_change_host (shop, "late-answer=1,late-ms=450");
  payment = shop_testing_must_pay_by_chip (shop, sale);
  g_assert_cmpint (payment->state, !=, VAULT_STATE_APPROVED);
  shop_testing_change_host (shop, NULL);
  g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_EMPTY);
  g_assert_cmpint (shop_testing_state (shop, sale, 1), ==, VAULT_STATE_REVERSED);
  g_assert_cmpuint (shop_testing_effects (shop, payment, "charge"), ==, 1);
  g_assert_cmpuint (shop_testing_effects (shop, payment, "reversal"), ==, 1);
}

/* Everything is said twice: the second copy belongs to nobody. */
static void
test_twice (ShopTesting *shop, gconstpointer fault)
{
  shop_testing_change_host (shop, "duplicate-answer=1");
  for (guint i = 0; i < 3; i++)
    pays (shop, VAULT_STATE_APPROVED, NULL);
}

/* Wrong MACs all the way: not even the sign-in's keys come through whole. */
static void
test_bad_mac (ShopTesting *shop, gconstpointer fault)
{
  unknown_then_reversed (shop, "bad-mac=1", 1);
}

/* The host has lost the terminal's keys: nothing that it says can be believed, so the sale is
 * reversed; the terminal signs in by itself, and the next sale goes through. */
static void
test_forgotten (ShopTesting *shop, gconstpointer fault)
{
  g_autofree char *path
      = g_build_filename (sandbox_process_dir (shop->host), "tls", "sessions.ini", NULL);
  g_autoptr (VaultSale) sale = shop_testing_sale (AMOUNT);
  VaultPayment *payment;

  pays (shop, VAULT_STATE_APPROVED, NULL);
  g_assert_cmpint (g_unlink (path), ==, 0);
  shop_testing_change_host (shop, NULL);
  payment = shop_testing_must_pay_by_chip (shop, sale);
  g_assert_cmpint (payment->state, ==, VAULT_STATE_REVERSED);
  g_assert_cmpuint (shop_testing_effects (shop, payment, "charge"), ==, 0);
  pays (shop, VAULT_STATE_APPROVED, NULL);
}

/* The request comes when its reversal has been there: refused, for ever. */
static void
test_late_request (ShopTesting *shop, gconstpointer fault)
{
  g_autoptr (VaultSale) sale = shop_testing_sale (AMOUNT);
  VaultPayment *payment;

  pays (shop, VAULT_STATE_APPROVED, NULL);
  shop_testing_change_host (shop, "late-request=1,late-ms=600");
  payment = shop_testing_must_pay_by_chip (shop, sale);
  g_assert_cmpint (payment->state, ==, VAULT_STATE_UNKNOWN);
  g_usleep (1500000); /* both have come over there by now, in their order */
  shop_testing_change_host (shop, NULL);
  g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_EMPTY);
  g_assert_cmpint (shop_testing_state (shop, sale, 1), ==, VAULT_STATE_REVERSED);
  g_assert_cmpuint (shop_testing_effects (shop, payment, "charge"), ==,
                    shop_testing_effects (shop, payment, "reversal"));
}

/* Killed while it waited for the answer. */
static void
test_restart (ShopTesting *shop, gconstpointer fault)
{
  g_autoptr (VaultSale) sale = shop_testing_sale (AMOUNT);
  VaultPayment *payment;

  pays (shop, VAULT_STATE_APPROVED, NULL);
  shop_testing_change_host (shop, "drop-answer=1");
  payment = shop_testing_must_pay_by_chip (shop, sale);
  g_assert_cmpint (payment->state, ==, VAULT_STATE_UNKNOWN);
  shop_testing_reopen (shop);
  shop_testing_change_host (shop, NULL);
  g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_EMPTY);
  g_assert_cmpint (shop_testing_state (shop, sale, 1), ==, VAULT_STATE_REVERSED);
}

#define ADD(name, test)                                                                            \
  g_test_add ("/scene/unionpay/" name, ShopTesting, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("approved", test_approved);
  ADD ("declined", test_declined);
  ADD ("no-line", test_no_line);
  ADD ("lost-answer", test_lost_answer);
  ADD ("lost-request", test_lost_request);
  ADD ("late-answer", test_late_answer);
  ADD ("twice", test_twice);
  ADD ("bad-mac", test_bad_mac);
  ADD ("forgotten", test_forgotten);
  ADD ("late-request", test_late_request);
  ADD ("restart", test_restart);
  return g_test_run ();
}

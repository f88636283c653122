/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Money that goes back, in both dialects, against a till-acquirer: voids and refunds, with answers
 * lost, late and double, requests lost and late, and the line cut. The acquirer's ledger judges:
 * never more than was charged, and what was given back once is given back once.
 */
#include "shop-testing.h"

#define AMOUNT 12500

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

/* The newest payment of what was given back. */
static const VaultPayment *
payment_of (const VaultSale *sale)
{
  return sale->payments->pdata[sale->payments->len - 1];
}

static VaultSale *
void_sale (ShopTesting *shop, const VaultSale *sale)
{
  CheckoutRefundWish wish = { .receipt_no = sale->id, .is_void = TRUE };
  const char *refusal = NULL;
  VaultSale *made = shop_testing_give_back (shop, &wish, &refusal);

  g_assert_cmpstr (refusal, ==, NULL);
  return made;
}

/* `line` 0: all that is left. */
static VaultSale *
refund (ShopTesting *shop, const VaultSale *sale, guint line)
{
  CheckoutRefundWish wish
      = { .receipt_no = sale->id, .lines = &line, .line_count = line != 0 ? 1 : 0 };
  const char *refusal = NULL;
  VaultSale *made = shop_testing_give_back (shop, &wish, &refusal);

  g_assert_cmpstr (refusal, ==, NULL);
  return made;
}

static void
refused (ShopTesting *shop, const VaultSale *sale, gboolean is_void, const char *why)
{
  CheckoutRefundWish wish = { .receipt_no = sale->id, .is_void = is_void };
  const char *refusal = NULL;

  g_assert_null (shop_testing_give_back (shop, &wish, &refusal));
  g_assert_cmpstr (refusal, ==, why);
}

static void
is (const VaultSale *sale, VaultState state)
{
  g_assert_cmpstr (vault_life_state_name (payment_of (sale)->state), ==,
                   vault_life_state_name (state));
}

/* Voids of this sale's charge, and reversals of this void, as the ledger has them. */
static void
ledger_has (ShopTesting *shop,
            const VaultSale *sale,
            const VaultSale *made,
            guint voids,
            guint undone)
{
  g_assert_cmpuint (shop_testing_effects (shop, payment_of (sale), "charge"), ==, 1);
  g_assert_cmpuint (shop_testing_effects (shop, payment_of (sale), "reversal"), ==, 0);
  g_assert_cmpuint (shop_testing_effects (shop, payment_of (sale), "void"), ==, voids);
  g_assert_cmpuint (shop_testing_effects (shop, payment_of (made), "reversal"), ==, undone);
}

static void
test_void (ShopTesting *shop, gconstpointer dialect)
{
  g_autoptr (VaultSale) sale = shop_testing_sold (shop, AMOUNT);
  g_autoptr (VaultSale) made = void_sale (shop, sale);

  is (made, VAULT_STATE_APPROVED);
  g_assert_cmpint (made->kind, ==, VAULT_SALE_VOID);
  g_assert_cmpint (made->original, ==, sale->id);
  g_assert_cmpint (made->state, ==, VAULT_SALE_PAID);
  g_assert_cmpint (payment_of (made)->amount_minor, ==, -AMOUNT);
  ledger_has (shop, sale, made, 1, 0);
  refused (shop, sale, TRUE, "nothing-left");
  refused (shop, sale, FALSE, "nothing-left");
  g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_EMPTY);
  ledger_has (shop, sale, made, 1, 0);
}

/* The host voided it or not: the till doesn't know, so it undoes that, and the sale stands. Then it
 * can be voided again. */
static void
undone (ShopTesting *shop, const char *fault, guint voids)
{
  g_autoptr (VaultSale) sale = shop_testing_sold (shop, AMOUNT);
  g_autoptr (VaultSale) made = NULL, again = NULL;

  shop_testing_change_host (shop, fault);
  made = void_sale (shop, sale);
  is (made, VAULT_STATE_UNKNOWN);
  refused (shop, sale, TRUE, "nothing-left");
  refused (shop, sale, FALSE, "nothing-left");
  shop_testing_change_host (shop, NULL);
  g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_EMPTY);
  g_assert_cmpint (shop_testing_state (shop, made, 1), ==, VAULT_STATE_REVERSED);
  g_assert_cmpint (shop_testing_state (shop, sale, 1), ==, VAULT_STATE_APPROVED);
  ledger_has (shop, sale, made, voids, voids);
  again = void_sale (shop, sale);
  is (again, VAULT_STATE_APPROVED);
  ledger_has (shop, sale, again, voids + 1, 0);
}

static void
test_void_answer_lost (ShopTesting *shop, gconstpointer dialect)
{
  undone (shop, "drop-answer=1", 1);
}

static void
test_void_request_lost (ShopTesting *shop, gconstpointer dialect)
{
  undone (shop, "drop-request=1", 0);
}

static void
test_void_answer_broken (ShopTesting *shop, gconstpointer dialect)
{
  undone (shop, "truncate=1", 1);
}

/* The answer comes when it was given up: it doesn't count any more. */
static void
test_void_answer_late (ShopTesting *shop, gconstpointer dialect)
{
  g_autoptr (VaultSale) sale = shop_testing_sold (shop, AMOUNT);
  g_autoptr (VaultSale) made = NULL;

  shop_testing_change_host (shop, "late-answer=1,late-ms=450");
  made = void_sale (shop, sale);
  g_assert_cmpint (payment_of (made)->state, !=, VAULT_STATE_APPROVED);
  shop_testing_change_host (shop, NULL);
  g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_EMPTY);
  g_assert_cmpint (shop_testing_state (shop, made, 1), ==, VAULT_STATE_REVERSED);
  ledger_has (shop, sale, made, 1, 1);
}

/* The request comes after its own reversal: refused for ever, and the charge stands. */
static void
test_void_request_late (ShopTesting *shop, gconstpointer dialect)
{
  g_autoptr (VaultSale) sale = shop_testing_sold (shop, AMOUNT);
  g_autoptr (VaultSale) made = NULL;

  shop_testing_change_host (shop, "late-request=1,late-ms=600");
  made = void_sale (shop, sale);
  is (made, VAULT_STATE_UNKNOWN);
  g_usleep (1500000); /* both have come over there by now, in their order */
  shop_testing_change_host (shop, NULL);
  g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_EMPTY);
  g_assert_cmpint (shop_testing_state (shop, made, 1), ==, VAULT_STATE_REVERSED);
  g_assert_cmpuint (shop_testing_effects (shop, payment_of (sale), "void"), ==,
                    shop_testing_effects (shop, payment_of (made), "reversal"));
}

/* No byte has left: nothing is owed, and a refund is the way, which waits for the line. */
static void
test_void_without_line (ShopTesting *shop, gconstpointer dialect)
{
  g_autoptr (VaultSale) sale = shop_testing_sold (shop, AMOUNT);
  g_autoptr (VaultSale) made = NULL, instead = NULL;

  shop_testing_cut_line (shop);
  made = void_sale (shop, sale);
  is (made, VAULT_STATE_DECLINED);
  g_assert_cmpstr (payment_of (made)->reason, ==, "no-connection");
  g_assert_cmpint (made->state, ==, VAULT_SALE_CANCELLED);
  instead = refund (shop, sale, 0);
  is (instead, VAULT_STATE_STORED);
  shop_testing_change_host (shop, NULL);
  g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_EMPTY);
  g_assert_cmpint (shop_testing_state (shop, instead, 1), ==, VAULT_STATE_APPROVED);
  ledger_has (shop, sale, made, 0, 0);
  g_assert_cmpuint (shop_testing_effects (shop, payment_of (instead), "refund"), ==, 1);
}

static void
test_void_declined (ShopTesting *shop, gconstpointer dialect)
{
  g_autoptr (VaultSale) sale = shop_testing_sold (shop, AMOUNT);
  g_autoptr (VaultSale) made = NULL;

  shop_testing_change_host (shop, "decline=1");
  made = void_sale (shop, sale);
  is (made, VAULT_STATE_DECLINED);
  g_assert_cmpstr (payment_of (made)->reason, ==, "void-declined");
  ledger_has (shop, sale, made, 0, 0);
}

/* A batch has ended: what was sold in it is refunded, not voided. */
static void
test_void_other_batch (ShopTesting *shop, gconstpointer dialect)
{
  g_autoptr (VaultSale) sale = shop_testing_sold (shop, AMOUNT);
  g_autoptr (VaultSale) made = NULL;

  g_assert_true (
      vault_start_batch (shop->shop->vault, vault_current_batch (shop->shop->vault) + 1, NULL));
  refused (shop, sale, TRUE, "void-batch");
  made = refund (shop, sale, 0);
  is (made, VAULT_STATE_APPROVED);
  g_assert_cmpuint (shop_testing_effects (shop, payment_of (made), "refund"), ==, 1);
}

static void
test_refund_in_parts (ShopTesting *shop, gconstpointer dialect)
{
  g_autoptr (VaultSale) sale = shop_testing_sold (shop, AMOUNT);
  g_autoptr (VaultSale) part = refund (shop, sale, 2), rest = NULL;

  is (part, VAULT_STATE_APPROVED);
  g_assert_cmpint (part->state, ==, VAULT_SALE_PAID);
  g_assert_cmpint (payment_of (part)->amount_minor, ==, -100);
  refused (shop, sale, TRUE, "void-part");
  rest = refund (shop, sale, 0);
  is (rest, VAULT_STATE_APPROVED);
  g_assert_cmpint (payment_of (rest)->amount_minor, ==, 100 - AMOUNT);
  refused (shop, sale, FALSE, "nothing-left");
  g_assert_cmpuint (shop_testing_effects (shop, payment_of (part), "refund"), ==, 1);
  g_assert_cmpuint (shop_testing_effects (shop, payment_of (rest), "refund"), ==, 1);
}

/* It is asked for under one name until it is answered, and has one effect. `late`: an answer to the
 * first try may come during the second, and is as good. */
static void
repeated (ShopTesting *shop, const char *fault, gboolean late)
{
  g_autoptr (VaultSale) sale = shop_testing_sold (shop, AMOUNT);
  g_autoptr (VaultSale) made = NULL;

  if (fault != NULL)
    shop_testing_change_host (shop, fault);
  else
    shop_testing_cut_line (shop);
  made = refund (shop, sale, 0);
  g_assert_cmpstr (vault_life_public_name (payment_of (made)->state), ==, "stored");
  g_assert_cmpint (made->state, ==, VAULT_SALE_PAID);
  refused (shop, sale, FALSE, "nothing-left");
  g_assert_cmpint (shop_testing_drain (shop), ==, late ? SYNC_EMPTY : SYNC_STUCK);
  shop_testing_reopen (shop);
  shop_testing_change_host (shop, NULL);
  g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_EMPTY);
  g_assert_cmpint (shop_testing_state (shop, made, 1), ==, VAULT_STATE_APPROVED);
  g_assert_cmpuint (shop_testing_effects (shop, payment_of (made), "refund"), ==, 1);
  g_assert_cmpuint (shop_testing_effects (shop, payment_of (made), "reversal"), ==, 0);
  g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_EMPTY);
  g_assert_cmpuint (shop_testing_effects (shop, payment_of (made), "refund"), ==, 1);
}

static void
test_refund_without_line (ShopTesting *shop, gconstpointer dialect)
{
  repeated (shop, NULL, FALSE);
}

static void
test_refund_answer_lost (ShopTesting *shop, gconstpointer dialect)
{
  repeated (shop, "drop-answer=1", FALSE);
}

static void
test_refund_request_lost (ShopTesting *shop, gconstpointer dialect)
{
  repeated (shop, "drop-request=1", FALSE);
}

static void
test_refund_answer_late (ShopTesting *shop, gconstpointer dialect)
{
  repeated (shop, "late-answer=1,late-ms=450", TRUE);
}

static void
test_refund_twice_answered (ShopTesting *shop, gconstpointer dialect)
{
  g_autoptr (VaultSale) sale = shop_testing_sold (shop, AMOUNT);
  g_autoptr (VaultSale) part = NULL, rest = NULL;

  shop_testing_change_host (shop, "duplicate-answer=1");
  part = refund (shop, sale, 2);
  rest = refund (shop, sale, 1);
  is (part, VAULT_STATE_APPROVED);
  is (rest, VAULT_STATE_APPROVED);
  g_assert_cmpuint (shop_testing_effects (shop, payment_of (part), "refund"), ==, 1);
  g_assert_cmpuint (shop_testing_effects (shop, payment_of (rest), "refund"), ==, 1);
}

/* The bank says no: nothing was given back, and cash is another way. */
static void
test_refund_declined (ShopTesting *shop, gconstpointer dialect)
{
  g_autoptr (VaultSale) sale = shop_testing_sold (shop, AMOUNT);
  g_autoptr (VaultSale) made = NULL, cash = NULL;
  CheckoutRefundWish wish = { .receipt_no = sale->id, .to_cash = TRUE };
  const char *refusal = NULL;

  shop_testing_change_host (shop, "decline=1");
  made = refund (shop, sale, 0);
  is (made, VAULT_STATE_DECLINED);
  g_assert_cmpstr (payment_of (made)->reason, ==, "refund-declined");
  g_assert_cmpuint (shop_testing_effects (shop, payment_of (made), "refund"), ==, 0);
  cash = shop_testing_give_back (shop, &wish, &refusal);
  is (cash, VAULT_STATE_APPROVED);
  g_assert_cmpint (payment_of (cash)->tender, ==, VAULT_TENDER_CASH);
  refused (shop, sale, FALSE, "nothing-left");
}

/* A stored sale is nobody's yet: it can't be refunded, but be taken back, and is never charged. */
static void
test_withdrawn (ShopTesting *shop, gconstpointer dialect)
{
  g_autoptr (VaultSale) sale = NULL, made = NULL;

  g_assert_true (vault_setting_set_number (shop->shop->vault, CHECKOUT_SETTING_OFFLINE, 1, NULL));
  g_assert_true (vault_setting_set_number (shop->shop->vault, CHECKOUT_SETTING_OFFLINE_SALE,
                                           10 * AMOUNT, NULL));
  shop_testing_cut_line (shop);
  sale = shop_testing_sold (shop, AMOUNT);
  is (sale, VAULT_STATE_STORED);
  refused (shop, sale, FALSE, "not-approved-yet");
  made = void_sale (shop, sale);
  is (made, VAULT_STATE_CANCELLED);
  g_assert_cmpint (made->id, ==, sale->id);
  g_assert_cmpint (made->state, ==, VAULT_SALE_CANCELLED);
  refused (shop, sale, TRUE, "not-paid");
  shop_testing_change_host (shop, NULL);
  g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_EMPTY);
  g_assert_cmpint (shop_testing_state (shop, sale, 1), ==, VAULT_STATE_CANCELLED);
  g_assert_cmpuint (shop_testing_effects (shop, payment_of (sale), "charge"), ==, 0);
}

/* A stored sale that is declined later was never paid: there is nothing to give back. */
static void
test_stored_then_declined (ShopTesting *shop, gconstpointer dialect)
{
  g_autoptr (VaultSale) sale = NULL;

  shop_testing_cut_line (shop);
  sale = shop_testing_sold (shop, AMOUNT);
  is (sale, VAULT_STATE_STORED);
  shop_testing_change_host (shop, "decline=1");
  g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_EMPTY);
  g_assert_cmpint (shop_testing_state (shop, sale, 1), ==, VAULT_STATE_DECLINED);
  refused (shop, sale, TRUE, "nothing-left");
  refused (shop, sale, FALSE, "nothing-left");
}

/* One that may be over there already is not taken back; when it was approved, it is refunded. */
static void
test_stored_then_sent (ShopTesting *shop, gconstpointer dialect)
{
  g_autoptr (VaultSale) sale = NULL, made = NULL;

  shop_testing_cut_line (shop);
  sale = shop_testing_sold (shop, AMOUNT);
  is (sale, VAULT_STATE_STORED);
  shop_testing_change_host (shop, "drop-answer=1");
  g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_STUCK);
  refused (shop, sale, TRUE, "may-have-left");
  refused (shop, sale, FALSE, "may-have-left");
  shop_testing_change_host (shop, NULL);
  g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_EMPTY);
  made = refund (shop, sale, 0);
  is (made, VAULT_STATE_APPROVED);
  g_assert_cmpuint (shop_testing_effects (shop, payment_of (sale), "charge"), ==, 1);
  g_assert_cmpuint (shop_testing_effects (shop, payment_of (made), "refund"), ==, 1);
}

#define ADD(name, test)                                                                            \
  g_test_add ("/scene/refund/sandbox/" name, ShopTesting, "sandbox", set_up, test, tear_down);     \
  g_test_add ("/scene/refund/unionpay/" name, ShopTesting, "unionpay", set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("void", test_void);
  ADD ("void-answer-lost", test_void_answer_lost);
  ADD ("void-request-lost", test_void_request_lost);
  ADD ("void-answer-broken", test_void_answer_broken);
  ADD ("void-answer-late", test_void_answer_late);
  ADD ("void-request-late", test_void_request_late);
  ADD ("void-without-line", test_void_without_line);
  ADD ("void-declined", test_void_declined);
  ADD ("void-other-batch", test_void_other_batch);
  ADD ("refund-in-parts", test_refund_in_parts);
  ADD ("refund-without-line", test_refund_without_line);
  ADD ("refund-answer-lost", test_refund_answer_lost);
  ADD ("refund-request-lost", test_refund_request_lost);
  ADD ("refund-answer-late", test_refund_answer_late);
  ADD ("refund-twice-answered", test_refund_twice_answered);
  ADD ("refund-declined", test_refund_declined);
  g_test_add ("/scene/refund/sandbox/withdrawn", ShopTesting, "sandbox", set_up, test_withdrawn,
              tear_down);
  g_test_add ("/scene/refund/sandbox/stored-then-sent", ShopTesting, "sandbox", set_up,
              test_stored_then_sent, tear_down);
  g_test_add ("/scene/refund/sandbox/stored-then-declined", ShopTesting, "sandbox", set_up,
              test_stored_then_declined, tear_down);
  return g_test_run ();
}

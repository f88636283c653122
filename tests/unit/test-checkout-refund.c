/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Giving back by several tenders, and going on where a part was declined; by card alone is
 * tests/scenes/test-refund.c.
 */
#include "shop-testing.h"

#include "vault-print.h"

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

/* 20.00 in cash, 30.00 by card. */
static VaultSale *
sold (ShopTesting *shop)
{
  VaultSale *sale = shop_testing_sale (5000);
  VaultChange cash = { .event = VAULT_EVENT_CASH_TAKEN,
                       .sale = sale,
                       .payment = vault_payment_new (VAULT_TENDER_CASH, 2000) };

  g_assert_true (vault_apply (shop->shop->vault, &cash, 1, NULL));
  shop_testing_must_pay (shop, sale);
  g_assert_cmpint (sale->state, ==, VAULT_SALE_PAID);
  return sale;
}

static VaultSale *
give_back (ShopTesting *shop, CheckoutRefundWish wish)
{
  const char *refusal = NULL;
  VaultSale *made = shop_testing_give_back (shop, &wish, &refusal);

  g_assert_cmpstr (refusal, ==, NULL);
  return made;
}

static void
assert_payment (const VaultSale *sale,
                guint index,
                VaultTender tender,
                gint64 minor,
                VaultState state)
{
  const VaultPayment *payment = sale->payments->pdata[index];

  g_assert_cmpint (payment->tender, ==, tender);
  g_assert_cmpint (payment->amount_minor, ==, minor);
  g_assert_cmpint (payment->state, ==, state);
}

static void
test_shares (ShopTesting *shop, gconstpointer data)
{
  g_autoptr (VaultSale) sale = sold (shop);
  g_autoptr (VaultSale) made
      = give_back (shop, (CheckoutRefundWish){ .receipt_no = sale->id, .is_void = TRUE });
  g_autoptr (VaultPrintJob) job = vault_print_of_sale (shop->shop->vault, made->id, NULL);

  g_assert_cmpuint (made->payments->len, ==, 2);
  assert_payment (made, 0, VAULT_TENDER_CARD, -3000, VAULT_STATE_APPROVED);
  assert_payment (made, 1, VAULT_TENDER_CASH, -2000, VAULT_STATE_APPROVED);
  g_assert_cmpint (made->state, ==, VAULT_SALE_PAID);
  g_assert_nonnull (job);
  g_assert_true (job->opens_drawer);
  g_assert_cmpuint (shop_testing_effects (shop, sale->payments->pdata[1], "void"), ==, 1);
}

static void
test_all_in_cash (ShopTesting *shop, gconstpointer data)
{
  g_autoptr (VaultSale) sale = sold (shop);
  g_autoptr (VaultSale) made
      = give_back (shop, (CheckoutRefundWish){ .receipt_no = sale->id, .to_cash = TRUE });

  g_assert_cmpuint (made->payments->len, ==, 2);
  assert_payment (made, 0, VAULT_TENDER_CASH, -2000, VAULT_STATE_APPROVED);
  assert_payment (made, 1, VAULT_TENDER_CASH, -3000, VAULT_STATE_APPROVED);
  g_assert_cmpuint (sandbox_process_count (shop->host, "refund", 0), ==, 0);
}

/* The card's part is declined: no cash leaves the drawer either, and nothing is left behind. */
static void
test_declined_gives_nothing (ShopTesting *shop, gconstpointer data)
{
  g_autoptr (VaultSale) sale = sold (shop), made = NULL, again = NULL;

  shop_testing_change_host (shop, "decline=1");
  made = give_back (shop, (CheckoutRefundWish){ .receipt_no = sale->id });
  g_assert_cmpuint (made->payments->len, ==, 1);
  assert_payment (made, 0, VAULT_TENDER_CARD, -3000, VAULT_STATE_DECLINED);
  g_assert_cmpint (made->state, ==, VAULT_SALE_CANCELLED);
  shop_testing_change_host (shop, NULL);
  again = give_back (shop, (CheckoutRefundWish){ .receipt_no = sale->id });
  g_assert_cmpint (again->state, ==, VAULT_SALE_PAID);
}

/* Stored, the cash given, and then declined by the bank: what is missing is given in cash. */
static void
test_goes_on (ShopTesting *shop, gconstpointer data)
{
  g_autoptr (VaultSale) sale = sold (shop), made = NULL, rest = NULL;
  CheckoutRefundWish wish = { 0 };
  const char *refusal = NULL;

  shop_testing_cut_line (shop);
  made = give_back (shop, (CheckoutRefundWish){ .receipt_no = sale->id });
  assert_payment (made, 0, VAULT_TENDER_CARD, -3000, VAULT_STATE_STORED);
  assert_payment (made, 1, VAULT_TENDER_CASH, -2000, VAULT_STATE_APPROVED);
  shop_testing_change_host (shop, "decline=1");
  g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_EMPTY);
  g_assert_cmpint (shop_testing_state (shop, made, 1), ==, VAULT_STATE_DECLINED);
  wish = (CheckoutRefundWish){ .receipt_no = made->id, .to_cash = TRUE };
  rest = give_back (shop, wish);
  g_assert_cmpint (rest->id, ==, made->id);
  g_assert_cmpuint (rest->payments->len, ==, 3);
  assert_payment (rest, 2, VAULT_TENDER_CASH, -3000, VAULT_STATE_APPROVED);
  g_assert_null (shop_testing_give_back (shop, &wish, &refusal));
  g_assert_cmpstr (refusal, ==, "refund-of-refund");
}

/* What was taken over from another till is not the host's under our name. */
static void
test_of_another_till (ShopTesting *shop, gconstpointer data)
{
  g_autoptr (VaultSale) sale = shop_testing_sale (700), made = NULL;
  VaultPayment *payment = vault_payment_new (VAULT_TENDER_CARD, 700);
  VaultChange asked = { .event = VAULT_EVENT_GO_ONLINE,
                        .sale = sale,
                        .payment = payment,
                        .message = BASE_SPAN ("message", 7),
                        .terminal = "OTHER001",
                        .batch = 1,
                        .stan = 900 };
  VaultChange approved = { .event = VAULT_EVENT_ANSWER_APPROVED, .sale = sale, .payment = payment };
  CheckoutRefundWish wish = { 0 };
  const char *refusal = NULL;

  payment->terminal = g_strdup ("OTHER001");
  payment->reference = g_strdup ("000000000001");
  g_assert_true (vault_apply (shop->shop->vault, &asked, 1, NULL));
  g_assert_true (vault_apply (shop->shop->vault, &approved, 1, NULL));
  wish.receipt_no = sale->id;
  g_assert_null (shop_testing_give_back (shop, &wish, &refusal));
  g_assert_cmpstr (refusal, ==, "other-till");
  wish.to_cash = TRUE;
  made = give_back (shop, wish);
  assert_payment (made, 0, VAULT_TENDER_CASH, -700, VAULT_STATE_APPROVED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, test)                                                                            \
  g_test_add ("/checkout/refund/" name, ShopTesting, NULL, set_up, test, tear_down)
  ADD ("shares", test_shares);
  ADD ("all-in-cash", test_all_in_cash);
  ADD ("declined-gives-nothing", test_declined_gives_nothing);
  ADD ("goes-on", test_goes_on);
  ADD ("of-another-till", test_of_another_till);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Who gets how much: shares, lines, and what is refused before anybody is asked.
 */
#include "checkout-refund-plan.h"

#include "shop-testing.h"
#include "vault-epoch.h"

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

static void
pay_cash (ShopTesting *shop, VaultSale *sale, gint64 minor)
{
  VaultChange change = { .event = VAULT_EVENT_CASH_TAKEN,
                         .sale = sale,
                         .payment = vault_payment_new (VAULT_TENDER_CASH, minor) };

  g_assert_true (vault_apply (shop->shop->vault, &change, 1, NULL));
}

/* Three lines of 1.00, 2.00 and 4.00 by cash in these parts. */
static VaultSale *
sold (ShopTesting *shop, gint64 first, gint64 second)
{
  VaultSale *sale = shop_testing_sale (100);

  for (guint i = 2; i <= 3; i++)
    {
      g_autofree char *code = g_strdup_printf ("%u", i);
      g_autoptr (ShopProduct) product = shop_product_new (code, "More", 100 << (i - 1));
      guint line;

      g_assert_true (shop_cart_add (sale->cart, product, SHOP_QUANTITY_ONE_MILLI, &line, NULL));
    }
  pay_cash (shop, sale, first);
  if (second > 0)
    pay_cash (shop, sale, second);
  return sale;
}

static void
make (ShopTesting *shop, const CheckoutRefundWish *wish, CheckoutRefundPlan *plan, const char *why)
{
  const char *refusal = NULL;
  g_autoptr (GError) error = NULL;

  checkout_refund_plan_make (shop->shop, wish, plan, &refusal, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (refusal, ==, why);
}

static void
refused (ShopTesting *shop, CheckoutRefundWish wish, const char *why)
{
  g_auto (CheckoutRefundPlan) plan = { 0 };

  make (shop, &wish, &plan, why);
}

static void
test_shares (ShopTesting *shop, gconstpointer data)
{
  g_autoptr (VaultSale) sale = sold (shop, 500, 200);
  g_auto (CheckoutRefundPlan) all = { 0 }, part = { 0 };
  const guint lines[] = { 1, 2, 1 };

  make (shop, &(CheckoutRefundWish){ .receipt_no = sale->id }, &all, NULL);
  g_assert_cmpint (all.shares[1], ==, 500);
  g_assert_cmpint (all.shares[2], ==, 200);
  g_assert_cmpint (shop_cart_totals (all.sale->cart)->total_minor, ==, -700);
  make (shop, &(CheckoutRefundWish){ .receipt_no = sale->id, .lines = lines, .line_count = 3 },
        &part, NULL);
  g_assert_cmpuint (shop_cart_count (part.sale->cart), ==, 2);
  g_assert_cmpint (part.shares[1], ==, 215); /* 300 × 5/7, and the unit that rounding left */
  g_assert_cmpint (part.shares[2], ==, 85);
  g_assert_cmpint (part.sale->kind, ==, VAULT_SALE_REFUND);
  g_assert_cmpint (part.sale->original, ==, sale->id);
}

static void
test_void (ShopTesting *shop, gconstpointer data)
{
  g_autoptr (VaultSale) sale = sold (shop, 500, 200);
  g_auto (CheckoutRefundPlan) plan = { 0 };

  make (shop, &(CheckoutRefundWish){ .receipt_no = sale->id, .is_void = TRUE }, &plan, NULL);
  g_assert_cmpint (plan.sale->kind, ==, VAULT_SALE_VOID);
  g_assert_cmpint (plan.shares[1], ==, 500);
  g_assert_cmpint (plan.shares[2], ==, 200);
}

static void
test_refusals (ShopTesting *shop, gconstpointer data)
{
  g_autoptr (VaultSale) open = sold (shop, 500, 0), card = shop_testing_sold (shop, 5000);
  g_auto (CheckoutRefundPlan) plan = { 0 };
  CheckoutRefundWish wish = { .receipt_no = card->id, .lines = (guint[]){ 9 }, .line_count = 1 };
  const char *refusal = NULL;
  g_autoptr (GError) error = NULL;

  refused (shop, (CheckoutRefundWish){ .receipt_no = 99 }, "no-receipt");
  refused (shop, (CheckoutRefundWish){ .receipt_no = open->id }, "not-paid");
  g_assert_false (checkout_refund_plan_make (shop->shop, &wish, &plan, &refusal, &error));
  g_assert_error (error, SHOP_ERROR, SHOP_ERROR_NO_LINE);
  g_clear_pointer (&shop->shop->line, sync_line_free);
  refused (shop, (CheckoutRefundWish){ .receipt_no = card->id }, "no-refund");
  refused (shop, (CheckoutRefundWish){ .receipt_no = card->id, .is_void = TRUE }, "no-void");
  refused (shop, (CheckoutRefundWish){ .receipt_no = card->id, .to_cash = TRUE }, NULL);
  g_assert_true (vault_epoch_begin (shop->shop->vault, VAULT_QUARANTINE_RESTORED, NULL));
  refused (shop, (CheckoutRefundWish){ .receipt_no = card->id, .to_cash = TRUE }, "quarantined");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, test)                                                                            \
  g_test_add ("/checkout/refund-plan/" name, ShopTesting, NULL, set_up, test, tear_down)
  ADD ("shares", test_shares);
  ADD ("void", test_void);
  ADD ("refusals", test_refusals);
  return g_test_run ();
}

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

/* Tax on top, of some rates. */
static VaultSale *
sold_with_tax (ShopTesting *shop, GRand *random)
{
  static const guint rates[] = { 600, 900, 1300, 2500 };
  ShopCart *cart = shop_cart_new ("CNY", SHOP_TAX_EXCLUSIVE);
  VaultSale *sale = vault_sale_new (cart, "01");
  guint count = (guint)g_rand_int_range (random, 2, 12);

  for (guint i = 0; i < count; i++)
    {
      g_autofree char *code = g_strdup_printf ("%u", i);
      g_autoptr (ShopProduct) product
          = shop_product_new (code, "Thing", g_rand_int_range (random, 1, 400));
      gint64 pieces = g_rand_int_range (random, 1, 4);
      guint line;

      product->tax_bp = rates[g_rand_int_range (random, 0, G_N_ELEMENTS (rates))];
      g_assert_true (shop_cart_add (cart, product, pieces * SHOP_QUANTITY_ONE_MILLI, &line, NULL));
      g_assert_true (shop_cart_set_discount (
          cart, line, g_rand_int_range (random, 0, (gint32)product->price_minor), NULL));
    }
  pay_cash (shop, sale, shop_cart_totals (cart)->total_minor);
  g_assert_cmpint (sale->state, ==, VAULT_SALE_PAID);
  return sale;
}

/* Gives this line back; what it came to. */
static gint64
give_back (ShopTesting *shop, const VaultSale *sale, guint line)
{
  g_auto (CheckoutRefundPlan) plan = { 0 };
  g_autoptr (VaultSale) written = NULL;
  g_autoptr (GError) error = NULL;
  VaultChange change = { .event = VAULT_EVENT_CASH_TAKEN };

  make (shop, &(CheckoutRefundWish){ .receipt_no = sale->id, .lines = &line, .line_count = 1 },
        &plan, NULL);
  change.sale = plan.sale;
  change.payment = vault_payment_new (VAULT_TENDER_CASH, -plan.shares[1]);
  change.payment->original = 1;
  vault_apply (shop->shop->vault, &change, 1, &error);
  g_assert_no_error (error);
  written = vault_sale_load (shop->shop->vault, plan.sale->id, &error);
  g_assert_no_error (error);
  g_assert_cmpint (written->state, ==, VAULT_SALE_PAID);
  g_assert_cmpint (vault_sale_total_minor (written), ==, -plan.shares[1]);
  g_assert_cmpint (shop_cart_rounding (written->cart), ==, shop_cart_rounding (plan.sale->cart));
  return plan.shares[1];
}

/* Line by line, in any order: to the last one, and to the last unit. */
static void
test_adds_up (ShopTesting *shop, gconstpointer data)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (20);
  guint rounded = 0;

  for (guint run = 0; run < 60; run++)
    {
      g_autoptr (VaultSale) sale = sold_with_tax (shop, random);
      guint count = shop_cart_count (sale->cart), order[12];
      gint64 back = 0, apart = 0;

      for (guint i = 0; i < count; i++)
        {
          guint other = (guint)g_rand_int_range (random, 0, (gint32)i + 1);

          order[i] = order[other];
          order[other] = i + 1;
        }
      for (guint i = 0; i < count; i++)
        {
          const ShopCartLine *line = shop_cart_line_by_number (sale->cart, order[i]);
          gint64 tax = 0;

          base_money_scale (line->amount_minor, line->product->tax_bp, SHOP_TAX_MAX_BP, &tax);
          apart += line->amount_minor + tax;
          back += give_back (shop, sale, order[i]);
        }
      g_assert_cmpint (back, ==, shop_cart_totals (sale->cart)->total_minor);
      rounded += apart != back;
      refused (shop, (CheckoutRefundWish){ .receipt_no = sale->id }, "nothing-left");
    }
  g_assert_cmpuint (rounded, >, 10); /* it would not have added up by itself */
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
  refused (shop, (CheckoutRefundWish){ .receipt_no = open->id }, "left-open");
  g_assert_false (checkout_refund_plan_make (shop->shop, &wish, &plan, &refusal, &error));
  g_assert_error (error, SHOP_ERROR, SHOP_ERROR_NO_LINE);
  g_clear_pointer (&shop->shop->line, sync_line_free);
  refused (shop, (CheckoutRefundWish){ .receipt_no = card->id }, "no-refund");
  refused (shop, (CheckoutRefundWish){ .receipt_no = card->id, .is_void = TRUE }, "no-void");
  refused (shop, (CheckoutRefundWish){ .receipt_no = card->id, .to_cash = TRUE }, NULL);
  g_assert_true (vault_epoch_begin (shop->shop->vault, VAULT_QUARANTINE_RESTORED, NULL));
  refused (shop, (CheckoutRefundWish){ .receipt_no = card->id, .to_cash = TRUE }, "quarantined");
}

/* All that was taken, and no other sum, drops it. */
static void
give_part (ShopTesting *shop, VaultSale *sale, gint64 minor, gboolean good)
{
  VaultPayment *payment = vault_payment_new (VAULT_TENDER_CASH, minor);
  VaultChange change = { .event = VAULT_EVENT_CASH_TAKEN, .sale = sale, .payment = payment };

  g_assert_cmpint (vault_apply (shop->shop->vault, &change, 1, NULL), ==, good);
  g_assert_cmpint (sale->state, ==, good ? VAULT_SALE_CANCELLED : VAULT_SALE_OPEN);
  if (!good)
    vault_payment_free (payment);
}

/* What was taken in cash is no sale: it is dropped, and is then no sale to be given back. */
static void
test_drops (ShopTesting *shop, gconstpointer data)
{
  g_autoptr (VaultSale) open = sold (shop, 300, 200), parked = sold (shop, 500, 0);
  g_auto (CheckoutRefundPlan) plan = { 0 }, again = { 0 };

  make (shop, &(CheckoutRefundWish){ .receipt_no = open->id, .is_void = TRUE }, &plan, NULL);
  g_assert_true (plan.drops);
  g_assert_null (plan.sale);
  g_assert_cmpint (vault_sale_cash_minor (plan.original), ==, 500);
  give_part (shop, plan.original, -499, FALSE);
  give_part (shop, plan.original, -501, FALSE);
  give_part (shop, plan.original, -500, TRUE);
  refused (shop, (CheckoutRefundWish){ .receipt_no = open->id, .is_void = TRUE }, "not-paid");
  g_assert_true (vault_sale_park (shop->shop->vault, parked, NULL, NULL));
  make (shop, &(CheckoutRefundWish){ .receipt_no = parked->id, .is_void = TRUE }, &again, NULL);
  g_assert_true (again.drops);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, test)                                                                            \
  g_test_add ("/checkout/refund-plan/" name, ShopTesting, NULL, set_up, test, tear_down)
  ADD ("shares", test_shares);
  ADD ("adds-up", test_adds_up);
  ADD ("void", test_void);
  ADD ("drops", test_drops);
  ADD ("refusals", test_refusals);
  return g_test_run ();
}

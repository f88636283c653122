/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a shift came to, from sales, payments and what became of them later.
 */
#include "vault-closing.h"
#include "vault-testing.h"

static void
assert_sum (const VaultShiftSum *sum, gint64 count, gint64 minor)
{
  g_assert_cmpint (sum->count, ==, count);
  g_assert_cmpint (sum->minor, ==, minor);
}

static VaultShift *
read_shift (VaultTesting *self)
{
  VaultShift *shift = g_new0 (VaultShift, 1);
  g_autoptr (GError) error = NULL;

  g_assert_true (vault_shift_read (self->vault, shift, &error));
  g_assert_no_error (error);
  return shift;
}

static void
close_shift (VaultTesting *self)
{
  g_autofree VaultShift *shift = g_new0 (VaultShift, 1);
  g_autoptr (GError) error = NULL;

  g_assert_true (vault_closing_make (self->vault, "wang", shift, &error));
  g_assert_no_error (error);
}

static void
test_nothing_yet (VaultTesting *self, gconstpointer data)
{
  g_autofree VaultShift *shift = read_shift (self);

  g_assert_false (vault_shift_is_open (shift));
  g_assert_cmpint (shift->number, ==, 1);
  assert_sum (&shift->sales, 0, 0);
  g_assert_cmpint (shift->oldest_us, ==, 0);
}

static void
test_counts_by_tender_and_state (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultSale) cash = vault_testing_sale (2), card = vault_testing_sale (1);
  g_autoptr (VaultSale) stored = vault_testing_sale (4);
  g_autofree VaultShift *shift = NULL;

  vault_testing_pay (self, cash, VAULT_TENDER_CASH, VAULT_EVENT_CASH_TAKEN);
  vault_testing_move (self, card,
                      vault_testing_pay (self, card, VAULT_TENDER_CARD, VAULT_EVENT_GO_ONLINE),
                      VAULT_EVENT_ANSWER_APPROVED);
  vault_testing_pay (self, stored, VAULT_TENDER_CARD, VAULT_EVENT_DEFERRED);
  shift = read_shift (self);
  g_assert_true (vault_shift_is_open (shift));
  assert_sum (&shift->sales, 3, 3500);
  assert_sum (&shift->payments[VAULT_TENDER_CASH][VAULT_STATE_APPROVED], 1, 1000);
  assert_sum (&shift->payments[VAULT_TENDER_CARD][VAULT_STATE_APPROVED], 1, 500);
  assert_sum (&shift->payments[VAULT_TENDER_CARD][VAULT_STATE_STORED], 1, 2000);
  g_assert_cmpint (shift->cash_minor, ==, 1000);
  assert_sum (&shift->waiting, 1, 2000);
  assert_sum (&shift->attention, 0, 0);
  g_assert_cmpint (shift->oldest_us, >, 0);
  g_assert_cmpuint (shift->tax.count, ==, 1);
  g_assert_cmpuint (shift->tax.sums[0].rate_bp, ==, 1300);
  g_assert_cmpint (shift->tax.sums[0].gross_minor, ==, 3500);
  g_assert_cmpint (shift->tax.sums[0].net_minor + shift->tax.sums[0].tax_minor, ==, 3500);
}

/* Parked in one shift, paid in the next: a sale of that one alone, its part payment of the first.
 */
static void
test_a_sale_belongs_to_the_shift_that_paid_it (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultSale) sale = vault_testing_sale (3), recalled = NULL;
  VaultPayment *part = vault_payment_new (VAULT_TENDER_CASH, 400);
  VaultPayment *rest = vault_payment_new (VAULT_TENDER_CASH, 1100);
  g_autofree VaultShift *first = g_new0 (VaultShift, 1), *second = NULL;

  vault_testing_move (self, sale, part, VAULT_EVENT_CASH_TAKEN);
  g_assert_true (vault_sale_park (self->vault, sale, "red bag", NULL));
  close_shift (self);
  g_assert_true (vault_closing_load (self->vault, 1, first, NULL));
  assert_sum (&first->sales, 0, 0);
  g_assert_cmpint (first->cash_minor, ==, 400);
  recalled = vault_sale_recall (self->vault, sale->id, NULL);
  vault_testing_move (self, recalled, rest, VAULT_EVENT_CASH_TAKEN);
  vault_testing_reopen (self);
  second = read_shift (self);
  assert_sum (&second->sales, 1, 1500);
  assert_sum (&second->payments[VAULT_TENDER_CASH][VAULT_STATE_APPROVED], 1, 1100);
  g_assert_cmpint (second->number, ==, 2);
}

static void
test_late_corrections (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultSale) good = vault_testing_sale (1), bad = vault_testing_sale (2);
  g_autoptr (VaultSale) unknown = vault_testing_sale (3), still = vault_testing_sale (1);
  VaultPayment *a = vault_testing_pay (self, good, VAULT_TENDER_CARD, VAULT_EVENT_DEFERRED);
  VaultPayment *b = vault_testing_pay (self, bad, VAULT_TENDER_CARD, VAULT_EVENT_DEFERRED);
  VaultPayment *c = vault_testing_pay (self, unknown, VAULT_TENDER_CARD, VAULT_EVENT_GO_ONLINE);
  VaultPayment *d = vault_testing_pay (self, still, VAULT_TENDER_CARD, VAULT_EVENT_DEFERRED);
  g_autofree VaultShift *shift = NULL;

  vault_testing_move (self, unknown, c, VAULT_EVENT_NO_ANSWER);
  close_shift (self);
  vault_testing_move (self, good, a, VAULT_EVENT_SEND);
  vault_testing_move (self, good, a, VAULT_EVENT_ANSWER_APPROVED);
  vault_testing_move (self, bad, b, VAULT_EVENT_SEND);
  vault_testing_move (self, bad, b, VAULT_EVENT_ANSWER_DECLINED);
  vault_testing_move (self, unknown, c, VAULT_EVENT_REVERSAL_ACKNOWLEDGED);
  vault_testing_move (self, still, d, VAULT_EVENT_SEND);
  shift = read_shift (self);
  g_assert_false (vault_shift_is_open (shift));
  assert_sum (&shift->late[VAULT_LATE_APPROVED], 1, 500);
  assert_sum (&shift->late[VAULT_LATE_DECLINED], 1, 1000);
  assert_sum (&shift->late[VAULT_LATE_REVERSED], 1, 1500);
  g_assert_cmpuint (shift->told, ==, 3);
  g_assert_cmpint (shift->lates[1].receipt, ==, bad->id);
  g_assert_cmpint (shift->lates[1].what, ==, VAULT_LATE_DECLINED);
  assert_sum (&shift->payments[VAULT_TENDER_CARD][VAULT_STATE_STORED_SENDING], 0, 0);
  assert_sum (&shift->waiting, 1, 500);
}

/* Sales stay gross; what was given back stands beside them, below 0. */
static void
test_refunds (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultSale) sale = vault_testing_sale (3);
  g_autoptr (ShopProduct) product = shop_product_new ("77", "Rice", 500);
  ShopCartLine line = { .quantity_milli = -1000, .unit_price_minor = 500, .original = 1 };
  VaultPayment *back = vault_payment_new (VAULT_TENDER_CASH, -500);
  ShopCart *cart = shop_cart_new ("CNY", SHOP_TAX_INCLUSIVE);
  g_autoptr (VaultSale) refund = NULL;
  g_autofree VaultShift *shift = NULL;

  shop_cart_set_returning (cart);
  product->tax_bp = 1300;
  line.product = product;
  g_assert_true (shop_cart_restore (cart, &line, NULL));
  refund = vault_sale_new (cart, "wang");
  refund->kind = VAULT_SALE_REFUND;
  vault_testing_pay (self, sale, VAULT_TENDER_CASH, VAULT_EVENT_CASH_TAKEN);
  refund->original = sale->id;
  back->original = 1;
  vault_testing_move (self, refund, back, VAULT_EVENT_CASH_TAKEN);
  shift = read_shift (self);
  assert_sum (&shift->sales, 1, 1500);
  assert_sum (&shift->refunds, 1, -500);
  assert_sum (&shift->voids, 0, 0);
  assert_sum (&shift->payments[VAULT_TENDER_CASH][VAULT_STATE_APPROVED], 1, 1500);
  assert_sum (&shift->given[VAULT_TENDER_CASH][VAULT_STATE_APPROVED], 1, -500);
  g_assert_cmpint (shift->cash_minor, ==, 1000);
  g_assert_cmpint (shift->tax.sums[0].gross_minor, ==, 1000);
}

static void
test_the_drawer (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultSale) sale = vault_testing_sale (1);
  VaultPayment *payment = vault_payment_new (VAULT_TENDER_CASH, 500);
  VaultChange change = vault_testing_change (self, sale, payment, VAULT_EVENT_CASH_TAKEN);
  g_autofree VaultShift *shift = NULL;

  change.opens_drawer = TRUE;
  g_assert_true (vault_apply (self->vault, &change, 1, NULL));
  shift = read_shift (self);
  g_assert_cmpint (shift->drawer, ==, 1);
}

/* One that can't be read is counted as such, and never keeps a shift open. */
static void
test_damaged (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultSale) one = vault_testing_sale (1), other = vault_testing_sale (1);
  g_autofree VaultShift *shift = NULL;

  vault_testing_pay (self, one, VAULT_TENDER_CASH, VAULT_EVENT_CASH_TAKEN);
  vault_testing_pay (self, other, VAULT_TENDER_CASH, VAULT_EVENT_CASH_TAKEN);
  vault_testing_sql (self, "UPDATE sale_line SET tax_bp = 20000 WHERE sale = 1");
  shift = read_shift (self);
  g_assert_cmpint (shift->damaged, ==, 1);
  assert_sum (&shift->sales, 1, 500);
  close_shift (self);
}

/* Whatever is sold, however often it is closed: all reports together are all sales. */
static void
test_all_reports_are_all_sales (VaultTesting *self, gconstpointer data)
{
  gint64 sales = 0, cash = 0, last = 0;

  for (guint i = 0; i < 60; i++)
    {
      g_autoptr (VaultSale) sale = vault_testing_sale (1 + i % 4);

      if (i % 5 == 3)
        g_assert_true (vault_sale_park (self->vault, sale, NULL, NULL));
      else
        vault_testing_pay (self, sale, i % 2 == 0 ? VAULT_TENDER_CASH : VAULT_TENDER_CARD,
                           i % 2 == 0 ? VAULT_EVENT_CASH_TAKEN : VAULT_EVENT_DEFERRED);
      if (i % 10 == 9)
        {
          g_autoptr (VaultSale) parked = vault_sale_recall (self->vault, i - 5, NULL);

          vault_testing_pay (self, parked, VAULT_TENDER_CASH, VAULT_EVENT_CASH_TAKEN);
        }
      if (i % 7 == 6)
        close_shift (self);
    }
  close_shift (self);
  g_assert_true (vault_closing_last (self->vault, &last, NULL));
  g_assert_cmpint (last, ==, 9);
  for (gint64 n = 1; n <= last; n++)
    {
      g_autofree VaultShift *shift = g_new0 (VaultShift, 1);

      g_assert_true (vault_closing_load (self->vault, n, shift, NULL));
      sales += shift->sales.minor;
      cash += shift->cash_minor;
    }
  g_assert_cmpint (
      sales, ==,
      vault_testing_number (self, "SELECT sum (total_minor) FROM sale WHERE state = 'paid'"));
  g_assert_cmpint (
      cash, ==,
      vault_testing_number (self, "SELECT sum (amount_minor) FROM payment WHERE tender = 'cash'"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/vault/shift/" name, VaultTesting, NULL, vault_testing_set_up, function,            \
              vault_testing_tear_down)
  ADD ("nothing-yet", test_nothing_yet);
  ADD ("counts-by-tender-and-state", test_counts_by_tender_and_state);
  ADD ("a-sale-belongs-to-the-shift-that-paid-it", test_a_sale_belongs_to_the_shift_that_paid_it);
  ADD ("late-corrections", test_late_corrections);
  ADD ("refunds", test_refunds);
  ADD ("the-drawer", test_the_drawer);
  ADD ("damaged", test_damaged);
  ADD ("all-reports-are-all-sales", test_all_reports_are_all_sales);
  return g_test_run ();
}

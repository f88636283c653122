/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The print queue step by step: nothing to do, one job after the other, no printer, a damaged sale,
 * a job that may be on paper.
 */
#include "checkout-print.h"
#include "shop-testing.h"

typedef struct
{
  ShopTesting shop;
  CheckoutPrint *print;
} Test;

static void
set_up (Test *test, gconstpointer data)
{
  shop_testing_set_up (&test->shop, NULL);
  test->print = checkout_print_new (test->shop.shop);
}

static void
tear_down (Test *test, gconstpointer data)
{
  checkout_print_free (test->print);
  shop_testing_tear_down (&test->shop);
}

static gint64
sell (Test *test)
{
  g_autoptr (VaultSale) sale = shop_testing_sale (1250);
  VaultChange change = { .event = VAULT_EVENT_CASH_TAKEN,
                         .sale = sale,
                         .payment = vault_payment_new (VAULT_TENDER_CASH, 1250),
                         .opens_drawer = TRUE };

  g_assert_true (vault_apply (test->shop.shop->vault, &change, 1, NULL));
  return sale->id;
}

static void
assert_step (Test *test,
             CheckoutPrintOutcome outcome,
             gint64 sale_id,
             VaultPrintState state,
             guint copy)
{
  g_autoptr (VaultPrintJob) job = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (checkout_print_step (test->print, NULL, &job, &error), ==, outcome);
  g_assert_no_error (error);
  g_assert_true ((job != NULL) == (sale_id != 0));
  if (job == NULL)
    return;
  g_assert_cmpint (job->sale_id, ==, sale_id);
  g_assert_cmpint (job->state, ==, state);
  g_assert_cmpuint (job->copy, ==, copy);
}

static void
test_in_order (Test *test, gconstpointer data)
{
  gint64 first, second;

  assert_step (test, CHECKOUT_PRINT_IDLE, 0, 0, 0);
  first = sell (test);
  second = sell (test);
  assert_step (test, CHECKOUT_PRINT_DONE, first, VAULT_PRINT_PRINTED, 0);
  assert_step (test, CHECKOUT_PRINT_DONE, second, VAULT_PRINT_PRINTED, 0);
  assert_step (test, CHECKOUT_PRINT_IDLE, 0, 0, 0);
  g_assert_cmpuint (training_bench_drawer_count (test->shop.shop->bench), ==, 2);
}

static void
test_no_printer (Test *test, gconstpointer data)
{
  gint64 sale = sell (test);
  const char *reason = NULL;

  training_bench_plug (test->shop.shop->bench, TRAINING_PRINTER, FALSE);
  g_assert_false (checkout_print_is_ready (test->print, &reason));
  g_assert_cmpstr (reason, ==, "no-printer");
  assert_step (test, CHECKOUT_PRINT_NO_PRINTER, 0, 0, 0);
  training_bench_plug (test->shop.shop->bench, TRAINING_PRINTER, TRUE);
  g_assert_true (checkout_print_is_ready (test->print, &reason));
  assert_step (test, CHECKOUT_PRINT_DONE, sale, VAULT_PRINT_PRINTED, 0);
}

static void
test_attention (Test *test, gconstpointer data)
{
  gint64 sale = sell (test);
  const char *reason = NULL;

  training_bench_set_paper (test->shop.shop->bench, FALSE);
  assert_step (test, CHECKOUT_PRINT_ATTENTION, sale, VAULT_PRINT_ATTENTION, 0);
  g_assert_false (checkout_print_is_ready (test->print, &reason));
  g_assert_cmpstr (reason, ==, "paper-out");
  training_bench_set_paper (test->shop.shop->bench, TRUE);
  g_assert_true (vault_print_recover (test->shop.shop->vault, NULL));
  assert_step (test, CHECKOUT_PRINT_DONE, sale, VAULT_PRINT_PRINTED, 0);
}

/* A job whose sale is not there goes aside, and the next one is printed. */
static void
test_damaged (Test *test, gconstpointer data)
{
  gint64 sale;

  g_assert_true (vault_print_again (test->shop.shop->vault, 4711, "test", NULL));
  sale = sell (test);
  assert_step (test, CHECKOUT_PRINT_DONE, 4711, VAULT_PRINT_ATTENTION, 0);
  assert_step (test, CHECKOUT_PRINT_DONE, sale, VAULT_PRINT_PRINTED, 0);
}

/* Found at the printer at start: it comes again, marked, and opens no drawer. */
static void
test_found_printing (Test *test, gconstpointer data)
{
  gint64 sale = sell (test);
  g_autoptr (VaultPrintJob) job = vault_print_next (test->shop.shop->vault, NULL);

  job->state = VAULT_PRINT_PRINTING;
  g_assert_true (vault_print_keep (test->shop.shop->vault, job, NULL));
  g_clear_pointer (&test->print, checkout_print_free);
  shop_testing_reopen (&test->shop);
  test->print = checkout_print_new (test->shop.shop);
  assert_step (test, CHECKOUT_PRINT_DONE, sale, VAULT_PRINT_PRINTED, 1);
  g_assert_cmpuint (training_bench_drawer_count (test->shop.shop->bench), ==, 0);
}

static void
test_test_page (Test *test, gconstpointer data)
{
  PrinterReport report;

  g_assert_cmpint (checkout_print_test (test->print, &report, NULL), ==, PRINTER_PRINTED);
  training_bench_plug (test->shop.shop->bench, TRAINING_PRINTER, FALSE);
  g_assert_cmpint (checkout_print_test (test->print, &report, NULL), ==, PRINTER_ATTENTION);
  g_assert_cmpint (report.cause, ==, PRINTER_CAUSE_GONE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/checkout/print/" name, Test, NULL, set_up, function, tear_down)
  ADD ("in-order", test_in_order);
  ADD ("no-printer", test_no_printer);
  ADD ("attention", test_attention);
  ADD ("damaged", test_damaged);
  ADD ("found-printing", test_found_printing);
  ADD ("test-page", test_test_page);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Print jobs: one a paid sale, in order, never lost, and marked when paper may have come out
 * before.
 */
#include "vault-print.h"
#include "vault-testing.h"

static gint64
sell (VaultTesting *self)
{
  g_autoptr (VaultSale) sale = vault_testing_sale (1);

  vault_testing_pay (self, sale, VAULT_TENDER_CASH, VAULT_EVENT_CASH_TAKEN);
  return sale->id;
}

static void
keep (VaultTesting *self, VaultPrintJob *job, VaultPrintState state, const char *reason)
{
  g_autoptr (GError) error = NULL;

  job->state = state;
  g_free (job->reason);
  job->reason = g_strdup (reason);
  g_assert_true (vault_print_keep (self->vault, job, &error));
  g_assert_no_error (error);
}

static VaultPrintJob *
next (VaultTesting *self)
{
  g_autoptr (GError) error = NULL;
  VaultPrintJob *job = vault_print_next (self->vault, &error);

  g_assert_no_error (error);
  return job;
}

static void
test_comes_in_order (VaultTesting *self, gconstpointer data)
{
  gint64 first = sell (self), second = sell (self);
  g_autoptr (VaultPrintJob) a = next (self), again = next (self), b = NULL, none = NULL;
  guint waiting, attention;

  g_assert_cmpint (a->sale_id, ==, first);
  g_assert_cmpint (again->id, ==, a->id);
  g_assert_cmpuint (a->copy, ==, 0);
  g_assert_cmpint (a->kind, ==, VAULT_PRINT_RECEIPT);
  g_assert_false (a->opens_drawer);
  keep (self, a, VAULT_PRINT_PRINTING, NULL);
  b = next (self);
  g_assert_cmpint (b->sale_id, ==, second);
  keep (self, a, VAULT_PRINT_PRINTED, NULL);
  keep (self, b, VAULT_PRINT_ATTENTION, "paper out");
  none = next (self);
  g_assert_null (none);
  g_assert_true (vault_print_stats (self->vault, &waiting, &attention, NULL));
  g_assert_cmpuint (waiting, ==, 0);
  g_assert_cmpuint (attention, ==, 1);
}

static void
test_drawer_opens_with_the_sale (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultSale) sale = vault_testing_sale (1);
  VaultPayment *payment = vault_payment_new (VAULT_TENDER_CASH, 500);
  VaultChange change = vault_testing_change (self, sale, payment, VAULT_EVENT_CASH_TAKEN);
  g_autoptr (VaultPrintJob) job = NULL;

  change.opens_drawer = TRUE;
  g_assert_true (vault_apply (self->vault, &change, 1, NULL));
  job = next (self);
  g_assert_true (job->opens_drawer);
}

/* Numbers go on over all that becomes of the jobs, open or closed, and over reopening. */
/* The receipt waits for the rest of the money; the drawer doesn't. */
static void
test_cash_for_a_part_opens_the_drawer (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultSale) sale = vault_testing_sale (1);
  gint64 total = shop_cart_totals (sale->cart)->total_minor;
  VaultPayment *part = vault_payment_new (VAULT_TENDER_CASH, total - 1),
               *rest = vault_payment_new (VAULT_TENDER_CASH, 1);
  VaultChange change = vault_testing_change (self, sale, part, VAULT_EVENT_CASH_TAKEN);
  g_autoptr (VaultPrintJob) drawer = NULL, receipt = NULL, of_sale = NULL;
  g_autoptr (GError) error = NULL;

  change.opens_drawer = TRUE;
  g_assert_true (vault_apply (self->vault, &change, 1, &error));
  drawer = next (self);
  g_assert_cmpint (drawer->kind, ==, VAULT_PRINT_DRAWER);
  g_assert_true (drawer->opens_drawer);
  of_sale = vault_print_of_sale (self->vault, sale->id, &error);
  g_assert_no_error (error);
  g_assert_null (of_sale);
  keep (self, drawer, VAULT_PRINT_SENT, NULL);
  change = vault_testing_change (self, sale, rest, VAULT_EVENT_CASH_TAKEN);
  g_assert_true (vault_apply (self->vault, &change, 1, &error));
  receipt = next (self);
  g_assert_cmpint (receipt->kind, ==, VAULT_PRINT_RECEIPT);
}

static void
test_numbers_go_on (VaultTesting *self, gconstpointer data)
{
  gint64 last = 0;

  for (guint i = 0; i < 12; i++)
    {
      gint64 sale = sell (self);
      g_autoptr (VaultPrintJob) job = vault_print_of_sale (self->vault, sale, NULL);

      g_assert_cmpint (job->id, ==, last + 1);
      last = job->id;
      if (i % 3 != 2)
        keep (self, job, VAULT_PRINT_SENT, NULL);
      if (i % 4 == 3)
        vault_testing_reopen (self);
    }
}

/* Whatever was being printed when the program died may be on paper: it comes again, marked, and the
 * drawer stays shut. */
static void
test_found_printing_is_a_marked_reprint (VaultTesting *self, gconstpointer data)
{
  gint64 sale = sell (self);
  g_autoptr (VaultPrintJob) job = next (self), found = NULL;

  job->opens_drawer = TRUE;
  keep (self, job, VAULT_PRINT_PRINTING, NULL);
  vault_testing_reopen (self);
  g_assert_null (next (self));
  g_assert_true (vault_print_recover (self->vault, NULL));
  found = next (self);
  g_assert_cmpint (found->sale_id, ==, sale);
  g_assert_cmpint (found->id, ==, job->id);
  g_assert_cmpuint (found->copy, ==, 1);
  g_assert_false (found->opens_drawer);
}

static void
test_recover_marks_only_what_may_be_paper (VaultTesting *self, gconstpointer data)
{
  static const struct
  {
    VaultPrintState state;
    const char *reason;
    VaultPrintState after;
    guint copy;
    gboolean drawer;
  } cases[] = {
    { VAULT_PRINT_WAITING, NULL, VAULT_PRINT_WAITING, 0, TRUE },
    { VAULT_PRINT_PRINTING, NULL, VAULT_PRINT_WAITING, 1, FALSE },
    { VAULT_PRINT_ATTENTION, "paper-out", VAULT_PRINT_WAITING, 0, TRUE },
    { VAULT_PRINT_ATTENTION, "no-printer", VAULT_PRINT_WAITING, 0, TRUE },
    { VAULT_PRINT_PRINTED, NULL, VAULT_PRINT_PRINTED, 0, TRUE },
    { VAULT_PRINT_SENT, NULL, VAULT_PRINT_SENT, 0, TRUE },
    { VAULT_PRINT_SKIPPED, NULL, VAULT_PRINT_SKIPPED, 0, TRUE },
  };
  gint64 sales[G_N_ELEMENTS (cases)];

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (VaultPrintJob) job = NULL;

      sales[i] = sell (self);
      job = vault_print_of_sale (self->vault, sales[i], NULL);
      job->opens_drawer = TRUE;
      keep (self, job, cases[i].state, cases[i].reason);
    }
  g_assert_true (vault_print_recover (self->vault, NULL));
  g_assert_true (vault_print_recover (self->vault, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (VaultPrintJob) job = vault_print_of_sale (self->vault, sales[i], NULL);

      g_assert_cmpstr (vault_print_state_name (job->state), ==,
                       vault_print_state_name (cases[i].after));
      g_assert_cmpuint (job->copy, ==, cases[i].copy);
      g_assert_cmpint (job->opens_drawer, ==, cases[i].drawer);
    }
}

static void
test_again_counts_and_is_journalled (VaultTesting *self, gconstpointer data)
{
  gint64 sale = sell (self);
  g_autoptr (VaultPrintJob) first = next (self), second = NULL, third = NULL;
  g_autofree char *entry = NULL;

  keep (self, first, VAULT_PRINT_PRINTED, NULL);
  sell (self);
  g_assert_true (vault_print_again (self->vault, sale, "li", NULL));
  second = vault_print_of_sale (self->vault, sale, NULL);
  g_assert_cmpuint (second->copy, ==, 1);
  g_assert_cmpint (second->state, ==, VAULT_PRINT_WAITING);
  g_assert_false (second->opens_drawer);
  keep (self, second, VAULT_PRINT_PRINTED, NULL);
  g_assert_true (vault_print_again (self->vault, sale, "li", NULL));
  third = vault_print_of_sale (self->vault, sale, NULL);
  g_assert_cmpuint (third->copy, ==, 2);
  entry
      = vault_testing_text (self, "SELECT who, act, detail FROM journal ORDER BY seq DESC LIMIT 1");
  g_assert_cmpstr (entry, ==, "li|reprint|receipt 1");
}

/* A closed job that is newer than an open one of the same sale is the newest. */
static void
test_the_newest_of_a_sale (VaultTesting *self, gconstpointer data)
{
  gint64 sale = sell (self);
  g_autoptr (VaultPrintJob) second = NULL, newest = NULL, none = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (vault_print_again (self->vault, sale, "li", NULL));
  second = vault_print_of_sale (self->vault, sale, NULL);
  keep (self, second, VAULT_PRINT_PRINTED, NULL);
  newest = vault_print_of_sale (self->vault, sale, NULL);
  g_assert_cmpint (newest->id, ==, second->id);
  none = vault_print_of_sale (self->vault, 99, &error);
  g_assert_null (none);
  g_assert_no_error (error);
}

static void
test_a_failed_keep_changes_nothing (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultPrintJob) job = NULL;
  gboolean kept = FALSE;
  guint n;

  sell (self);
  job = next (self);
  job->state = VAULT_PRINT_PRINTING;
  for (n = 0; !kept; n++)
    {
      g_autofree char *before = vault_testing_dump (self), *after = NULL;

      vault_testing_disk_fail (VAULT_TESTING_FAIL_ONCE, n + 1);
      kept = vault_print_keep (self->vault, job, NULL);
      vault_testing_disk_mend ();
      vault_testing_reopen (self);
      after = vault_testing_dump (self);
      g_assert_cmpint (kept, ==, g_strcmp0 (before, after) != 0);
    }
  g_assert_cmpuint (n, >, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  vault_testing_disk_install ();
#define ADD(name, function)                                                                        \
  g_test_add ("/vault/print/" name, VaultTesting, NULL, vault_testing_set_up, function,            \
              vault_testing_tear_down)
  ADD ("comes-in-order", test_comes_in_order);
  ADD ("drawer-opens-with-the-sale", test_drawer_opens_with_the_sale);
  ADD ("cash-for-a-part-opens-the-drawer", test_cash_for_a_part_opens_the_drawer);
  ADD ("numbers-go-on", test_numbers_go_on);
  ADD ("found-printing-is-a-marked-reprint", test_found_printing_is_a_marked_reprint);
  ADD ("recover-marks-only-what-may-be-paper", test_recover_marks_only_what_may_be_paper);
  ADD ("again-counts-and-is-journalled", test_again_counts_and_is_journalled);
  ADD ("the-newest-of-a-sale", test_the_newest_of_a_sale);
  ADD ("a-failed-keep-changes-nothing", test_a_failed_keep_changes_nothing);
  return g_test_run ();
}

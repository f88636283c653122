/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Cash that moves without a sale: counted by the shift, in the journal, in one commit or not at
 * all; and what can't be.
 */
#include "vault-closing.h"
#include "vault-journal.h"
#include "vault-print.h"
#include "vault-testing.h"

#include <string.h>

static void
sell (VaultTesting *self)
{
  g_autoptr (VaultSale) sale = vault_testing_sale (2);

  vault_testing_pay (self, sale, VAULT_TENDER_CASH, VAULT_EVENT_CASH_TAKEN); /* 10.00 */
}

static VaultDrawerMove
move_of (VaultDrawerAct act, gint64 minor)
{
  return (VaultDrawerMove){
    .act = act,
    .amount_minor = minor,
    .currency = "CNY",
    .reason = act == VAULT_DRAWER_FLOAT || act == VAULT_DRAWER_COUNT ? NULL : "because",
  };
}

static void
keep (VaultTesting *self, VaultDrawerAct act, gint64 minor)
{
  VaultDrawerMove move = move_of (act, minor);
  g_autoptr (GError) error = NULL;

  g_assert_true (vault_drawer_keep (self->vault, &move, "wang", NULL, &error));
  g_assert_no_error (error);
}

/* Nothing is written. */
static void
refused (VaultTesting *self, const VaultDrawerMove *move, VaultError code)
{
  g_autofree char *before = vault_testing_dump (self), *after = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (vault_drawer_keep (self->vault, move, "wang", NULL, &error));
  g_assert_error (error, VAULT_ERROR, (int)code);
  after = vault_testing_dump (self);
  g_assert_cmpstr (after, ==, before);
}

static VaultShift *
read_shift (VaultTesting *self)
{
  VaultShift *shift = g_new0 (VaultShift, 1);

  g_assert_true (vault_shift_read (self->vault, shift, NULL));
  return shift;
}

static void
test_counts (VaultTesting *self, gconstpointer data)
{
  g_autofree VaultShift *shift = NULL, *reopened = NULL;
  gint64 jobs;

  keep (self, VAULT_DRAWER_FLOAT, 50000);
  sell (self);
  jobs = vault_testing_number (self, "SELECT count (*) FROM print_job WHERE kind = 'drawer'");
  keep (self, VAULT_DRAWER_IN, 2000);
  keep (self, VAULT_DRAWER_IN, 500);
  keep (self, VAULT_DRAWER_OUT, 1500);
  keep (self, VAULT_DRAWER_NO_SALE, 0);
  g_assert_cmpint (
      vault_testing_number (self, "SELECT count (*) FROM print_job WHERE kind = 'drawer'"), ==,
      jobs + 4);
  shift = read_shift (self);
  g_assert_true (vault_shift_is_open (shift));
  g_assert_cmpint (shift->floated.minor, ==, 50000);
  g_assert_cmpint (shift->cash_in.count, ==, 2);
  g_assert_cmpint (shift->cash_in.minor, ==, 2500);
  g_assert_cmpint (shift->cash_out.count, ==, 1);
  g_assert_cmpint (shift->cash_out.minor, ==, 1500);
  g_assert_cmpint (shift->no_sales, ==, 1);
  g_assert_cmpint (shift->cash_minor, ==, 1000);
  g_assert_cmpint (vault_shift_expected_minor (shift), ==, 52000);
  g_assert_cmpint (shift->counts, ==, 0);
  vault_testing_reopen (self);
  reopened = read_shift (self);
  g_assert_cmpint (vault_shift_expected_minor (reopened), ==, 52000);
  g_assert_cmpint (reopened->drawer, ==, shift->drawer);
}

/* Also where nothing is sold: cash that moved isn't left to the next shift. */
static void
test_opens_the_shift (VaultTesting *self, gconstpointer data)
{
  VaultDrawerMove count = move_of (VAULT_DRAWER_COUNT, 0);
  g_autofree VaultShift *shift = NULL, *closed = g_new0 (VaultShift, 1), *next = NULL;

  refused (self, &count, VAULT_ERROR_ABSENT);
  keep (self, VAULT_DRAWER_IN, 700);
  shift = read_shift (self);
  g_assert_true (vault_shift_is_open (shift));
  g_assert_true (vault_closing_make (self->vault, "wang", closed, NULL));
  g_assert_cmpint (closed->cash_in.minor, ==, 700);
  next = read_shift (self);
  g_assert_false (vault_shift_is_open (next));
  g_assert_cmpint (vault_shift_expected_minor (next), ==, 0);
}

static void
test_refused (VaultTesting *self, gconstpointer data)
{
  g_autofree char *longest = g_strnfill (VAULT_DRAWER_REASON_MAX, 'x');
  g_autofree char *longer = g_strnfill (VAULT_DRAWER_REASON_MAX + 1, 'x');
  const char *const reasons[] = { NULL, "", "   ", "a\nb", "\xff", longer };
  const VaultDrawerAct acts[] = { VAULT_DRAWER_FLOAT, VAULT_DRAWER_IN, VAULT_DRAWER_OUT };
  VaultDrawerMove move;

  sell (self);
  for (guint i = 0; i < G_N_ELEMENTS (acts); i++)
    {
      const gint64 bad[] = { 0, -1, G_MININT64, 1000000001, G_MAXINT64 };

      for (guint j = 0; j < G_N_ELEMENTS (bad); j++)
        {
          move = move_of (acts[i], bad[j]);
          refused (self, &move, VAULT_ERROR_STATE);
        }
    }
  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++)
    {
      move = move_of (VAULT_DRAWER_IN, 100);
      move.reason = reasons[i];
      refused (self, &move, VAULT_ERROR_STATE);
    }
  move = move_of (VAULT_DRAWER_NO_SALE, 1);
  refused (self, &move, VAULT_ERROR_STATE);
  move = move_of (VAULT_DRAWER_COUNT, -1);
  refused (self, &move, VAULT_ERROR_STATE);
  move = move_of (VAULT_DRAWER_OUT, 1001);
  refused (self, &move, VAULT_ERROR_STATE);
  keep (self, VAULT_DRAWER_OUT, 1000);
  move.amount_minor = 1;
  refused (self, &move, VAULT_ERROR_STATE);
  move = move_of (VAULT_DRAWER_IN, 1000000000);
  move.reason = longest;
  g_assert_true (vault_drawer_keep (self->vault, &move, "wang", NULL, NULL));
  keep (self, VAULT_DRAWER_FLOAT, 100);
  move = move_of (VAULT_DRAWER_FLOAT, 100);
  refused (self, &move, VAULT_ERROR_STATE);
}

static void
test_counted_blind (VaultTesting *self, gconstpointer data)
{
  ShopDenominationCount pieces = { 0 };
  VaultDrawerMove count = move_of (VAULT_DRAWER_COUNT, 1900);
  g_autofree VaultShift *shift = g_new0 (VaultShift, 1), *z = g_new0 (VaultShift, 1),
                        *loaded = g_new0 (VaultShift, 1);
  g_autoptr (GError) error = NULL;

  keep (self, VAULT_DRAWER_FLOAT, 1000);
  sell (self);
  g_assert_true (shop_denomination_add (&pieces, "CNY", "10*1"));
  g_assert_true (shop_denomination_add (&pieces, "CNY", "1*9"));
  count.count = &pieces;
  count.amount_minor = 1901;
  refused (self, &count, VAULT_ERROR_STATE);
  count.amount_minor = 1900;
  g_assert_true (vault_drawer_keep (self->vault, &count, "wang", shift, &error));
  g_assert_no_error (error);
  g_assert_cmpint (shift->counts, ==, 1);
  g_assert_cmpint (shift->counted_minor - shift->counted_expected_minor, ==, -100);
  sell (self); /* after the count: no difference of it */
  g_assert_true (vault_closing_make (self->vault, "wang", z, NULL));
  g_assert_cmpint (z->counted_minor - z->counted_expected_minor, ==, -100);
  g_assert_cmpint (vault_shift_expected_minor (z), ==, 3000);
  g_assert_true (vault_closing_load (self->vault, 1, loaded, NULL));
  g_assert_cmpint (loaded->counted_minor, ==, 1900);
  g_assert_cmpint (loaded->counted_expected_minor, ==, 2000);
  g_assert_cmpuint (loaded->counted.rows, ==, 2);
  g_assert_cmpint (loaded->counted.minor[1], ==, 100);
  g_assert_cmpint (loaded->counted.pieces[1], ==, 9);
}

/* The count and the Z report are one commit. */
static void
test_closed_with_a_count (VaultTesting *self, gconstpointer data)
{
  VaultDrawerMove count = move_of (VAULT_DRAWER_COUNT, 1000);
  g_autofree VaultShift *z = g_new0 (VaultShift, 1), *loaded = g_new0 (VaultShift, 1);
  g_autofree char *before = NULL, *after = NULL;
  VaultJournalVerdict verdict;
  gint64 entries = 0, broken = 0;
  gboolean closed = FALSE;
  guint n;

  sell (self);
  before = vault_testing_dump (self);
  for (n = 1; !closed; n++)
    {
      vault_testing_disk_fail (VAULT_TESTING_FAIL_ONCE, n);
      closed = vault_closing_make_counted (self->vault, &count, "wang", z, NULL);
      vault_testing_disk_mend ();
      vault_testing_reopen (self);
      g_free (after);
      after = vault_testing_dump (self);
      g_assert_cmpint (strcmp (before, after) == 0, ==, !closed);
    }
  g_assert_cmpuint (n, >, 3);
  g_assert_cmpint (z->counts, ==, 1);
  g_assert_cmpint (z->counted_minor - z->counted_expected_minor, ==, 0);
  g_assert_true (vault_closing_load (self->vault, 1, loaded, NULL));
  g_assert_cmpint (loaded->counts, ==, 1);
  g_assert_true (vault_journal_verify (self->vault, &verdict, &entries, &broken, NULL));
  g_assert_cmpint (verdict, ==, VAULT_JOURNAL_WHOLE);
  count.amount_minor = -1;
  g_assert_false (vault_closing_make_counted (self->vault, &count, "wang", z, NULL));
}

/* No reason can be read as what a sale is tied by, or as another act. */
static void
test_reasons_are_only_that (VaultTesting *self, gconstpointer data)
{
  static const char *const reasons[]
      = { "x [s1=00000000000000000000000000000000]", "\" [s1=00000000000000000000000000000000]",
          "receipt 1 payment 1: none to approved, drawer", "\" count 5 expected 5", "换零钱" };
  g_autoptr (GArray) sales = NULL, batches = NULL;
  g_autofree VaultShift *shift = NULL;

  sell (self);
  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++)
    {
      VaultDrawerMove move = move_of (VAULT_DRAWER_IN, 100);

      move.reason = reasons[i];
      g_assert_true (vault_drawer_keep (self->vault, &move, "wang", NULL, NULL));
    }
  shift = read_shift (self);
  g_assert_cmpint (shift->cash_in.minor, ==, 500);
  g_assert_cmpint (shift->counts, ==, 0);
  g_assert_cmpint (shift->cash_minor, ==, 1000);
  g_assert_true (vault_journal_verify_books (self->vault, &sales, &batches, NULL));
  g_assert_cmpuint (sales->len, ==, 0);
}

static void
test_details (void)
{
  static const char *const bad[] = { "",
                                     "in",
                                     "in x \"y\"",
                                     "in -5 \"y\"",
                                     "lend 5",
                                     "count 5",
                                     "count 5 expected",
                                     "count 5 expected x",
                                     "count 5 expected 5 10*",
                                     "count 5 expected 5 0*1",
                                     "float 99999999999999999999" };
  VaultShift shift = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (vault_drawer_take (&shift, VAULT_DRAWER_ACT, bad[i]));
  g_assert_false (vault_drawer_take (&shift, "sale", "in 5 \"y\""));
  g_assert_false (vault_drawer_take (&shift, VAULT_DRAWER_ACT, NULL));
  g_assert_cmpint (shift.counts + shift.cash_in.count + shift.floated.count + shift.drawer, ==, 0);
  g_assert_true (vault_drawer_take (&shift, VAULT_DRAWER_ACT, "count 5 expected -7 1*5"));
  g_assert_cmpint (shift.counted_expected_minor, ==, -7);
}

int
main (int argc, char **argv)
{
  vault_testing_disk_install ();
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/vault/drawer/" name, VaultTesting, NULL, vault_testing_set_up, function,           \
              vault_testing_tear_down)
  ADD ("counts", test_counts);
  ADD ("opens-the-shift", test_opens_the_shift);
  ADD ("refused", test_refused);
  ADD ("counted-blind", test_counted_blind);
  ADD ("closed-with-a-count", test_closed_with_a_count);
  ADD ("reasons-are-only-that", test_reasons_are_only_that);
  g_test_add_func ("/vault/drawer/details", test_details);
  return g_test_run ();
}

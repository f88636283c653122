/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The counts of the queue by themselves: what is counted, what is not, and that a sum out of a
 * damaged row can't overflow; and what is left of them at a clean end. That they agree with the
 * rows is test-vault-queue.c's.
 */
#include "vault-testing.h"
#include "vault-totals.h"

static void
test_counts (void)
{
  VaultTotals totals = { .known = TRUE };

  vault_totals_count (&totals, VAULT_CLASS_CHIP, VAULT_RECORD_WAITING, 500, 1);
  vault_totals_count (&totals, VAULT_CLASS_CHIP, VAULT_RECORD_WAITING, 700, 1);
  vault_totals_count (&totals, VAULT_CLASS_CHIP, VAULT_RECORD_WAITING, 500, -1);
  vault_totals_count (&totals, VAULT_CLASS_CHIP, VAULT_RECORD_SENDING, 500, 1);
  vault_totals_count (&totals, VAULT_CLASS_CHIP, VAULT_RECORD_DONE, 900, 1);
  g_assert_cmpint (totals.count[VAULT_CLASS_CHIP][VAULT_RECORD_WAITING], ==, 1);
  g_assert_cmpint (totals.minor[VAULT_CLASS_CHIP][VAULT_RECORD_WAITING], ==, 700);
  g_assert_cmpint (totals.minor[VAULT_CLASS_CHIP][VAULT_RECORD_SENDING], ==, 500);
  g_assert_cmpint (totals.count[VAULT_CLASS_ONLINE][VAULT_RECORD_WAITING], ==, 0);
}

static void
test_not_before_known (void)
{
  VaultTotals totals = { 0 };

  vault_totals_count (&totals, VAULT_CLASS_CHIP, VAULT_RECORD_WAITING, 500, 1);
  g_assert_cmpint (totals.count[VAULT_CLASS_CHIP][VAULT_RECORD_WAITING], ==, 0);
}

static void
test_damaged (void)
{
  VaultTotals totals = { .known = TRUE };

  vault_totals_count (&totals, 77, VAULT_RECORD_ATTENTION, G_MAXINT64, 1);
  vault_totals_count (&totals, 99, VAULT_RECORD_ATTENTION, G_MAXINT64, 1);
  vault_totals_count (&totals, 99, VAULT_RECORD_ATTENTION, G_MININT64, -1);
  g_assert_cmpint (totals.count[VAULT_TOTALS_CLASSES - 1][VAULT_RECORD_ATTENTION], ==, 1);
  g_assert_cmpint (totals.minor[VAULT_TOTALS_CLASSES - 1][VAULT_RECORD_ATTENTION], ==, G_MAXINT64);
}

static guint
waiting (VaultTesting *self)
{
  VaultQueueStats stats = { 0 };

  g_assert_true (vault_queue_stats (self->vault, &stats, NULL));
  return stats.waiting;
}

static void
store (VaultTesting *self)
{
  g_autoptr (VaultSale) sale = vault_testing_sale (1);

  vault_testing_pay (self, sale, VAULT_TENDER_CARD, VAULT_EVENT_DEFERRED);
}

static gint64
kept (VaultTesting *self)
{
  return vault_testing_number (self, "SELECT count (*) FROM setting WHERE name = 'queue-totals'");
}

/* Left by a clean end and taken up. A count that is not walked for is told by one that is wrong: of
 * a row that somebody took away meanwhile, which the journal doesn't show and verify does. */
static void
test_kept (VaultTesting *self, gconstpointer data)
{
  g_autoptr (GArray) bad = NULL;
  guint checked;

  store (self);
  store (self);
  g_assert_cmpuint (waiting (self), ==, 2);
  vault_testing_reopen (self);
  g_assert_cmpint (kept (self), ==, 1);
  g_clear_pointer (&self->vault, vault_free);
  vault_testing_sql (self, "DELETE FROM record WHERE id = 1");
  vault_testing_reopen (self);
  g_assert_cmpuint (waiting (self), ==, 2);
  g_assert_true (vault_queue_verify (self->vault, &checked, &bad, NULL));
  g_assert_cmpuint (bad->len, ==, 1);
  g_assert_cmpuint (waiting (self), ==, 1);
  g_assert_cmpint (kept (self), ==, 0);
  vault_testing_reopen (self); /* it was walked for: that isn't wanted a second time */
  g_assert_cmpint (kept (self), ==, 1);
}

/* After a crash the journal is longer than what was kept says: the queue is walked. Here the crash
 * is one of the setting's row alone, put back as it was before. */
static void
test_kept_too_old (VaultTesting *self, gconstpointer data)
{
  store (self);
  g_assert_cmpuint (waiting (self), ==, 1);
  vault_testing_reopen (self);
  vault_testing_sql (self, "CREATE TABLE old AS SELECT * FROM setting WHERE name = 'queue-totals'");
  store (self);
  g_assert_cmpuint (waiting (self), ==, 2);
  g_clear_pointer (&self->vault, vault_free);
  vault_testing_sql (self, "DELETE FROM setting WHERE name = 'queue-totals';"
                           "INSERT INTO setting SELECT * FROM old; DROP TABLE old");
  vault_testing_reopen (self);
  g_assert_cmpuint (waiting (self), ==, 2);
}

static void
test_kept_changed (VaultTesting *self, gconstpointer data)
{
  store (self);
  g_assert_cmpuint (waiting (self), ==, 1);
  g_clear_pointer (&self->vault, vault_free);
  vault_testing_sql (self, "UPDATE setting SET sealed = zeroblob (80) WHERE name = 'queue-totals'");
  vault_testing_reopen (self);
  g_assert_cmpuint (waiting (self), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vault/totals/counts", test_counts);
  g_test_add_func ("/vault/totals/not-before-known", test_not_before_known);
  g_test_add_func ("/vault/totals/damaged", test_damaged);
#define ADD(name, function)                                                                        \
  g_test_add ("/vault/totals/" name, VaultTesting, NULL, vault_testing_set_up, function,           \
              vault_testing_tear_down)
  ADD ("kept", test_kept);
  ADD ("kept-too-old", test_kept_too_old);
  ADD ("kept-changed", test_kept_changed);
  return g_test_run ();
}

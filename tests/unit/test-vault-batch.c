/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What counts in a batch, and what the view tells about it: accepted payments of this terminal, in
 * the batch that is open when they are accepted, the same after a start as before.
 */
#include "vault-batch.h"

#include "vault-private.h"
#include "vault-testing.h"

#define TERMINAL "00000001" /* of vault_testing_change() */

static VaultBatchView
view (VaultTesting *self)
{
  VaultBatchView seen;
  g_autoptr (GError) error = NULL;

  g_assert_true (vault_batch_view (self->vault, &seen, &error));
  g_assert_no_error (error);
  return seen;
}

static void
assert_sums (VaultTesting *self, guint count, gint64 minor)
{
  VaultBatchView seen = view (self);

  g_assert_cmpuint (seen.till.debit_count, ==, count);
  g_assert_cmpint (seen.till.debit_minor, ==, minor);
  g_assert_cmpuint (seen.till.credit_count, ==, 0);
}

/* A card payment of `lines` times 5.00, asked for now. */
static void
pay (VaultTesting *self, guint lines, VaultEvent outcome)
{
  g_autoptr (VaultSale) sale = vault_testing_sale (lines);
  VaultPayment *payment = vault_testing_pay (self, sale, VAULT_TENDER_CARD, VAULT_EVENT_GO_ONLINE);

  vault_testing_move (self, sale, payment, outcome);
}

static void
test_counts (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultSale) cash = vault_testing_sale (1);
  g_autoptr (VaultSale) chip = vault_testing_sale (3);
  g_autoptr (VaultSale) late = vault_testing_sale (4);
  VaultPayment *advised, *stored;

  assert_sums (self, 0, 0);
  vault_testing_pay (self, cash, VAULT_TENDER_CASH, VAULT_EVENT_CASH_TAKEN);
  pay (self, 9, VAULT_EVENT_ANSWER_DECLINED);
  pay (self, 9, VAULT_EVENT_NO_ANSWER);
  assert_sums (self, 0, 0);
  pay (self, 2, VAULT_EVENT_ANSWER_APPROVED);
  assert_sums (self, 1, 1000);
  advised = vault_testing_pay (self, chip, VAULT_TENDER_CARD, VAULT_EVENT_CHIP_APPROVED);
  stored = vault_testing_pay (self, late, VAULT_TENDER_CARD, VAULT_EVENT_DEFERRED);
  vault_testing_move (self, late, stored, VAULT_EVENT_SEND);
  assert_sums (self, 1, 1000);
  vault_testing_move (self, chip, advised, VAULT_EVENT_ADVICE_ACKNOWLEDGED);
  assert_sums (self, 2, 2500);
  vault_testing_reopen (self);
  assert_sums (self, 2, 2500);
  vault_testing_move (self, late, stored, VAULT_EVENT_ANSWER_APPROVED);
  assert_sums (self, 3, 4500);
  vault_testing_reopen (self);
  assert_sums (self, 3, 4500);
}

/* A reversal that is acknowledged takes nothing back: what it undoes never counted. */
static void
test_reversed (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultSale) sale = vault_testing_sale (1);
  VaultPayment *payment = vault_testing_pay (self, sale, VAULT_TENDER_CARD, VAULT_EVENT_GO_ONLINE);

  vault_testing_move (self, sale, payment, VAULT_EVENT_NO_ANSWER);
  vault_testing_move (self, sale, payment, VAULT_EVENT_REVERSAL_ACKNOWLEDGED);
  assert_sums (self, 0, 0);
  g_assert_cmpint (vault_testing_number (self, "SELECT count (*) FROM record WHERE settled = 1"),
                   ==, 2);
}

static void
test_other_terminal (VaultTesting *self, gconstpointer data)
{
  gint64 id;
  g_autoptr (GArray) rows = NULL;

  g_assert_true (vault_batch_taken (self->vault, TERMINAL, &id, NULL));
  g_assert_cmpint (id, ==, 0);
  vault_batch_set_terminal (self->vault, "elsewher");
  pay (self, 1, VAULT_EVENT_ANSWER_APPROVED);
  assert_sums (self, 0, 0);
  /* It counts in that one's own batch, of which there is one. */
  g_assert_true (vault_batch_take_over (self->vault, TERMINAL, "manager", NULL, NULL));
  g_assert_true (vault_batch_taken (self->vault, TERMINAL, &id, NULL));
  g_assert_cmpint (id, >=, VAULT_BATCH_TAKEN_FIRST);
  rows = vault_batch_rows (self->vault, id, 0, VAULT_BATCH_ROWS_MAX, NULL);
  g_assert_cmpuint (rows->len, ==, 1);
  vault_batch_set_terminal (self->vault, TERMINAL);
  pay (self, 1, VAULT_EVENT_ANSWER_APPROVED);
  assert_sums (self, 1, 500);
}

/* What has to be sent of one terminal holds up that one's batch alone. */
static void
test_owed (VaultTesting *self, gconstpointer data)
{
  guint count = 9;
  gint64 minor = 9;

  pay (self, 2, VAULT_EVENT_NO_ANSWER);
  g_assert_true (vault_batch_owed (self->vault, NULL, VAULT_CLASS_REVERSAL, &count, &minor, NULL));
  g_assert_cmpuint (count, ==, 1);
  g_assert_cmpint (minor, ==, 1000);
  g_assert_true (vault_batch_owed (self->vault, NULL, VAULT_CLASS_CHIP, &count, &minor, NULL));
  g_assert_cmpuint (count, ==, 0);
  g_assert_cmpint (minor, ==, 0);
  vault_batch_set_terminal (self->vault, "elsewher");
  g_assert_true (vault_batch_owed (self->vault, NULL, VAULT_CLASS_REVERSAL, &count, &minor, NULL));
  g_assert_cmpuint (count, ==, 0);
  g_assert_true (
      vault_batch_owed (self->vault, TERMINAL, VAULT_CLASS_REVERSAL, &count, &minor, NULL));
  g_assert_cmpuint (count, ==, 1);
  g_assert_cmpint (minor, ==, 1000);
}

/* A commit that fails counts nothing. */
static void
test_not_committed (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultSale) sale = vault_testing_sale (1);
  g_autoptr (GError) error = NULL;
  VaultPayment *payment = vault_testing_pay (self, sale, VAULT_TENDER_CARD, VAULT_EVENT_GO_ONLINE);
  VaultChange change = vault_testing_change (self, sale, payment, VAULT_EVENT_ANSWER_APPROVED);

  assert_sums (self, 0, 0);
  vault_testing_disk_fail (VAULT_TESTING_FAIL_ON, 1);
  g_assert_false (vault_apply (self->vault, &change, 1, &error));
  vault_testing_disk_mend ();
  assert_sums (self, 0, 0);
}

static void
test_credit (VaultTesting *self, gconstpointer data)
{
  VaultBatchView seen;

  assert_sums (self, 0, 0);
  vault_lock (self->vault);
  g_assert_cmpint (vault_batch_take (self->vault, TERMINAL, -300, -1, NULL), ==, 1);
  vault_unlock (self->vault);
  seen = view (self);
  g_assert_cmpuint (seen.till.credit_count, ==, 1);
  g_assert_cmpint (seen.till.credit_minor, ==, 300);
  g_assert_cmpint (vault_batch_sums_net (&seen.till), ==, -300);
}

static void
test_rows (VaultTesting *self, gconstpointer data)
{
  g_autoptr (GArray) rows = NULL;
  g_autoptr (GArray) rest = NULL;

  pay (self, 2, VAULT_EVENT_ANSWER_APPROVED);
  pay (self, 9, VAULT_EVENT_ANSWER_DECLINED);
  pay (self, 3, VAULT_EVENT_ANSWER_APPROVED);
  rows = vault_batch_rows (self->vault, 1, 0, VAULT_BATCH_ROWS_MAX, NULL);
  g_assert_cmpuint (rows->len, ==, 2);
  g_assert_cmpint (g_array_index (rows, VaultBatchRow, 0).amount_minor, ==, 1000);
  g_assert_cmpint (g_array_index (rows, VaultBatchRow, 1).amount_minor, ==, 1500);
  g_assert_cmpint (g_array_index (rows, VaultBatchRow, 1).sale, ==, 3);
  rest = vault_batch_rows (self->vault, 1, g_array_index (rows, VaultBatchRow, 0).record, 1, NULL);
  g_assert_cmpuint (rest->len, ==, 1);
  g_assert_cmpint (g_array_index (rest, VaultBatchRow, 0).amount_minor, ==, 1500);
}

static void
test_host_sums (VaultTesting *self, gconstpointer data)
{
  VaultBatchSums host = { .debit_count = 1, .debit_minor = 500 };
  VaultBatchView seen = view (self);

  g_assert_cmpint (seen.asked_us, ==, 0);
  pay (self, 1, VAULT_EVENT_ANSWER_APPROVED);
  g_assert_true (vault_batch_note_host (self->vault, &host, NULL));
  vault_testing_reopen (self);
  seen = view (self);
  g_assert_cmpint (seen.asked_us, >, 0);
  g_assert_true (seen.agreed && !seen.moved);
  pay (self, 1, VAULT_EVENT_ANSWER_APPROVED);
  seen = view (self);
  g_assert_true (seen.agreed && seen.moved);
  g_assert_true (vault_batch_note_host (self->vault, &host, NULL));
  seen = view (self);
  g_assert_true (!seen.agreed && !seen.moved);
}

/* A record that says it counted otherwise is one that was changed. */
static void
test_changed (VaultTesting *self, gconstpointer data)
{
  static const char *const changes[]
      = { "UPDATE record SET settled = 2 WHERE id = 1", "UPDATE record SET settled = 0",
          "UPDATE record SET settled = 1, counts = -1", "UPDATE record SET counts = 0" };

  pay (self, 1, VAULT_EVENT_ANSWER_APPROVED);
  for (guint i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      g_autoptr (GArray) bad = NULL;
      guint checked;

      g_clear_pointer (&self->vault, vault_free);
      vault_testing_sql (self, changes[i]);
      self->vault = vault_open (self->dir, self->key, VAULT_ACCESS_READ, NULL);
      g_assert_true (vault_queue_verify (self->vault, &checked, &bad, NULL));
      g_assert_cmpuint (bad->len, ==, 1);
    }
}

static void
test_is_resolved (VaultTesting *self, gconstpointer data)
{
  VaultBatch batch
      = { .verdict = VAULT_BATCH_VERDICT_DIFFERS, .rows_known = TRUE, .differences = 2 };
  VaultBatchDifference list[] = { { .resolved = TRUE }, { .resolved = TRUE } };
  g_autoptr (GArray) differences = g_array_new (FALSE, FALSE, sizeof (VaultBatchDifference));

  g_array_append_vals (differences, list, 1);
  g_assert_false (vault_batch_is_resolved (&batch, differences)); /* one of two isn't known */
  g_array_append_vals (differences, &list[1], 1);
  g_assert_true (vault_batch_is_resolved (&batch, differences));
  g_array_index (differences, VaultBatchDifference, 1).resolved = FALSE;
  g_assert_false (vault_batch_is_resolved (&batch, differences));
  batch.verdict = VAULT_BATCH_VERDICT_AGREES;
  g_assert_true (vault_batch_is_resolved (&batch, differences));
}

#define ADD(name, function)                                                                        \
  g_test_add (name, VaultTesting, NULL, vault_testing_set_up, function, vault_testing_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  vault_testing_disk_install ();
  ADD ("/vault/batch/counts", test_counts);
  ADD ("/vault/batch/reversed", test_reversed);
  ADD ("/vault/batch/other-terminal", test_other_terminal);
  ADD ("/vault/batch/owed", test_owed);
  ADD ("/vault/batch/not-committed", test_not_committed);
  ADD ("/vault/batch/credit", test_credit);
  ADD ("/vault/batch/rows", test_rows);
  ADD ("/vault/batch/host-sums", test_host_sums);
  ADD ("/vault/batch/changed", test_changed);
  ADD ("/vault/batch/is-resolved", test_is_resolved);
  return g_test_run ();
}

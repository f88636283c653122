/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Settling a batch, step by step: each begins where the one before ended and nowhere else, what is
 * settled is what the receipts say, and what is written down about it can't be changed unnoticed.
 */
#include "vault-batch.h"

#include "vault-epoch.h"
#include "vault-journal.h"
#include "vault-testing.h"

static void
pay (VaultTesting *self, guint lines)
{
  g_autoptr (VaultSale) sale = vault_testing_sale (lines);
  VaultPayment *payment = vault_testing_pay (self, sale, VAULT_TENDER_CARD, VAULT_EVENT_GO_ONLINE);

  vault_testing_move (self, sale, payment, VAULT_EVENT_ANSWER_APPROVED);
}

static VaultBatch
current (VaultTesting *self)
{
  VaultBatch batch;

  g_assert_true (vault_batch_current (self->vault, &batch, NULL));
  return batch;
}

static gboolean
is_sound (VaultTesting *self)
{
  g_autoptr (GArray) sales = NULL, batches = NULL;

  g_assert_true (vault_journal_verify_books (self->vault, &sales, &batches, NULL));
  return batches->len == 0;
}

static void
test_agreed (VaultTesting *self, gconstpointer data)
{
  VaultBatch batch;
  VaultBatchView view;
  VaultBatchEnd end = { 0 };
  guint32 number, stan;

  pay (self, 1);
  pay (self, 2);
  g_assert_true (vault_batch_count (self->vault, "manager", &batch, NULL));
  g_assert_cmpuint (batch.number, ==, 1);
  g_assert_cmpuint (batch.till.debit_count, ==, 2);
  g_assert_cmpint (batch.till.debit_minor, ==, 1500);
  g_assert_false (vault_batch_count (self->vault, "manager", &batch, NULL));
  vault_testing_reopen (self);
  g_assert_cmpint (current (self).state, ==, VAULT_BATCH_COUNTED);
  g_assert_cmpint (current (self).till.debit_minor, ==, 1500);
  end.host = &batch.till;
  g_assert_true (vault_batch_close (self->vault, &end, NULL));
  vault_take_identity (self->vault, &number, &stan);
  g_assert_cmpuint (number, ==, 2);
  g_assert_cmpuint (stan, ==, 1);
  vault_testing_reopen (self);
  g_assert_true (vault_batch_view (self->vault, &view, NULL));
  g_assert_cmpint (view.id, ==, 2);
  g_assert_cmpuint (view.till.debit_count, ==, 0);
  g_assert_cmpint (view.last.state, ==, VAULT_BATCH_SETTLED);
  g_assert_cmpint (view.last.verdict, ==, VAULT_BATCH_VERDICT_AGREES);
  g_assert_true (view.last.host_known);
  g_assert_cmpint (view.last.host.debit_minor, ==, 1500);
  pay (self, 4);
  g_assert_true (vault_batch_view (self->vault, &view, NULL));
  g_assert_cmpint (view.till.debit_minor, ==, 2000);
}

static void
test_refused (VaultTesting *self, gconstpointer data)
{
  VaultBatch batch;

  pay (self, 1);
  g_assert_false (vault_batch_reopen (self->vault, "40", NULL));
  g_assert_true (vault_batch_count (self->vault, "manager", &batch, NULL));
  g_assert_true (vault_batch_reopen (self->vault, "40", NULL));
  g_assert_cmpint (current (self).state, ==, VAULT_BATCH_OPEN);
  pay (self, 1);
  g_assert_cmpint (current (self).till.debit_minor, ==, 1000);
  g_assert_true (vault_batch_count (self->vault, "manager", &batch, NULL));
  g_assert_cmpint (batch.till.debit_minor, ==, 1000);
}

static void
settle_on (VaultTesting *self, VaultBatchState to)
{
  VaultBatch batch;

  g_assert_true (vault_batch_count (self->vault, "manager", &batch, NULL));
  if (to == VAULT_BATCH_COUNTED)
    return;
  g_assert_true (vault_batch_judge (self->vault,
                                    to == VAULT_BATCH_AGREED ? VAULT_BATCH_VERDICT_AGREES
                                                             : VAULT_BATCH_VERDICT_DIFFERS,
                                    &batch.till, NULL));
  g_assert_true (to != VAULT_BATCH_UPLOADED || vault_batch_set_uploaded (self->vault, TRUE, NULL));
}

/* Books that were put back in the midst of settling: the acquirer may have settled that number with
 * the books that they are a copy of. They count anew, in a number of the new epoch. */
static void
test_put_back (VaultTesting *self, gconstpointer data)
{
  VaultBatchState to = GPOINTER_TO_UINT (data);
  g_autoptr (VaultSale) sale = vault_testing_sale (3);
  VaultPayment *payment = vault_testing_pay (self, sale, VAULT_TENDER_CARD, VAULT_EVENT_DEFERRED);
  VaultBatch batch;

  pay (self, 1);
  settle_on (self, to);
  g_assert_cmpint (current (self).state, ==, to);
  vault_testing_move (self, sale, payment, VAULT_EVENT_KNOWN_APPROVED);
  g_assert_true (vault_epoch_begin (self->vault, VAULT_QUARANTINE_ROLLBACK, NULL));
  vault_testing_reopen (self);
  g_assert_cmpint (current (self).state, ==, VAULT_BATCH_OPEN);
  g_assert_false (current (self).host_known);
  g_assert_true (is_sound (self));
  g_assert_true (vault_batch_count (self->vault, "manager", &batch, NULL));
  g_assert_cmpuint (batch.number, >, 1);
  g_assert_cmpint (batch.id, ==, 1);
  g_assert_cmpint (batch.till.debit_minor, ==, 2000);
  g_assert_true (is_sound (self));
}

/* A stored sale that is known to be approved while the batch is being settled, as a copy that was
 * put back hears it: its sums stand, so it counts in the next one. */
static void
test_early (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultSale) sale = vault_testing_sale (3);
  VaultPayment *payment = vault_testing_pay (self, sale, VAULT_TENDER_CARD, VAULT_EVENT_DEFERRED);
  VaultBatchEnd end = { 0 };
  VaultBatch batch;

  pay (self, 1);
  g_assert_true (vault_batch_count (self->vault, "manager", &batch, NULL));
  vault_testing_move (self, sale, payment, VAULT_EVENT_KNOWN_APPROVED);
  g_assert_cmpint (current (self).till.debit_minor, ==, 500);
  vault_testing_reopen (self);
  g_assert_true (vault_batch_close (self->vault, &end, NULL));
  g_assert_cmpint (current (self).id, ==, 2);
  g_assert_cmpint (current (self).till.debit_minor, ==, 1500);
  g_assert_true (vault_batch_count (self->vault, "manager", &batch, NULL));
  g_assert_cmpint (batch.till.debit_minor, ==, 1500);
  g_assert_true (is_sound (self));
}

/* The host refuses to settle: it has it in the batch that stays open, and so have we. */
static void
test_early_refused (VaultTesting *self, gconstpointer data)
{
  VaultBatch batch;
  GArray *bad = NULL;
  guint checked;

  pay (self, 1);
  g_assert_true (vault_batch_count (self->vault, "manager", &batch, NULL));
  for (guint i = 0; i < 70; i++) /* more than one commit takes */
    pay (self, 1);
  g_assert_true (vault_batch_reopen (self->vault, "40", NULL));
  g_assert_cmpuint (current (self).till.debit_count, ==, 71);
  vault_testing_reopen (self);
  g_assert_cmpuint (current (self).till.debit_count, ==, 71);
  g_assert_true (vault_batch_count (self->vault, "manager", &batch, NULL));
  g_assert_cmpuint (batch.till.debit_count, ==, 71);
  g_assert_true (is_sound (self));
  g_assert_true (vault_queue_verify (self->vault, &checked, &bad, NULL));
  g_assert_cmpuint (bad->len, ==, 0);
  g_array_unref (bad);
}

/* The same in the batch of a till that was taken over, which is opened by what counts in it. */
static void
test_early_taken (VaultTesting *self, gconstpointer data)
{
  VaultBatchEnd end = { 0 };
  VaultBatch batch;
  gint64 id, next;

  vault_batch_set_terminal (self->vault, "elsewher");
  pay (self, 1);
  g_assert_true (vault_batch_taken (self->vault, "00000001", &id, NULL));
  vault_batch_step_on (self->vault, id);
  g_assert_true (vault_batch_count (self->vault, "manager", &batch, NULL));
  pay (self, 3);
  g_assert_true (vault_batch_taken (self->vault, "00000001", &next, NULL));
  g_assert_cmpint (next, ==, id);
  g_assert_true (vault_batch_close (self->vault, &end, NULL));
  g_assert_true (vault_batch_taken (self->vault, "00000001", &next, NULL));
  g_assert_cmpint (next, ==, id + 1);
  vault_batch_step_on (self->vault, next);
  g_assert_true (vault_batch_count (self->vault, "manager", &batch, NULL));
  g_assert_cmpint (batch.till.debit_minor, ==, 1500);
  g_assert_true (vault_batch_close (self->vault, &end, NULL));
  g_assert_true (vault_batch_taken (self->vault, "00000001", &id, NULL));
  g_assert_cmpint (next, ==, id);
  vault_batch_step_on (self->vault, 0);
  g_assert_true (is_sound (self));
}

/* Settled with differences. The last is a row that only the acquirer has. */
static void
settle_differing (VaultTesting *self)
{
  static const VaultBatchDifference differences[] = {
    { VAULT_BATCH_ONLY_HERE, 1, 1, FALSE, 500, 0, "620000******0005", 1, TRUE },
    { VAULT_BATCH_ONLY_THERE, 1, 77, TRUE, 0, 900, "", 0, FALSE },
  };
  static const VaultBatchSums host = { .credit_count = 1, .credit_minor = 900 };
  VaultBatchEnd end = { .rows_known = TRUE,
                        .differences = differences,
                        .n_differences = G_N_ELEMENTS (differences),
                        .total_differences = G_N_ELEMENTS (differences) };
  VaultBatch batch;

  pay (self, 1);
  g_assert_true (vault_batch_count (self->vault, "manager", &batch, NULL));
  g_assert_true (vault_batch_judge (self->vault, VAULT_BATCH_VERDICT_DIFFERS, &host, NULL));
  g_assert_cmpint (current (self).state, ==, VAULT_BATCH_UPLOADING);
  g_assert_false (vault_batch_close (self->vault, &end, NULL));
  g_assert_true (vault_batch_set_uploaded (self->vault, TRUE, NULL));
  g_assert_true (vault_batch_set_uploaded (self->vault, FALSE, NULL));
  g_assert_true (vault_batch_set_uploaded (self->vault, TRUE, NULL));
  g_assert_true (vault_batch_close (self->vault, &end, NULL));
}

static void
test_differing (VaultTesting *self, gconstpointer data)
{
  g_autoptr (GArray) list = NULL;
  const VaultBatchDifference *first, *last;
  VaultBatch batch;

  settle_differing (self);
  vault_testing_reopen (self);
  g_assert_false (vault_batch_find (self->vault, 2, &batch, NULL)); /* it is open */
  g_assert_true (vault_batch_find (self->vault, 1, &batch, NULL));
  g_assert_cmpint (batch.id, ==, 1);
  g_assert_cmpint (batch.verdict, ==, VAULT_BATCH_VERDICT_DIFFERS);
  g_assert_cmpint (batch.host.credit_minor, ==, 900);
  g_assert_true (batch.rows_known);
  g_assert_cmpuint (batch.differences, ==, 2);
  list = vault_batch_differences (self->vault, 1, NULL);
  g_assert_cmpuint (list->len, ==, 2);
  first = &g_array_index (list, VaultBatchDifference, 0);
  last = &g_array_index (list, VaultBatchDifference, 1);
  g_assert_cmpint (first->kind, ==, VAULT_BATCH_ONLY_HERE);
  g_assert_cmpstr (first->masked_pan, ==, "620000******0005");
  g_assert_true (first->resolved);
  g_assert_cmpint (last->kind, ==, VAULT_BATCH_ONLY_THERE);
  g_assert_cmpuint (last->stan, ==, 77);
  g_assert_true (last->credit);
  g_assert_cmpint (last->host_minor, ==, 900);
}

static void
test_changed (VaultTesting *self, gconstpointer data)
{
  static const char *const changes[]
      = { "UPDATE batch SET debit_minor = 1 WHERE id = 1",
          "UPDATE batch_difference SET resolved = 1 WHERE id = 1002",
          "DELETE FROM batch_difference WHERE id = 1001",
          "INSERT INTO batch (id, state, opened_us) VALUES (3, 'settled', 0)",
          "INSERT INTO batch_difference SELECT 5001, kind, of_batch, stan, credit, amount_minor,"
          " host_minor, masked_pan, sale, resolved FROM batch_difference WHERE id = 1002" };

  settle_differing (self);
  g_assert_true (is_sound (self));
  for (guint i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      vault_testing_sql (self, "CREATE TABLE k1 AS SELECT * FROM batch;"
                               "CREATE TABLE k2 AS SELECT * FROM batch_difference");
      vault_testing_sql (self, changes[i]);
      g_assert_false (is_sound (self));
      vault_testing_sql (self, "DELETE FROM batch; INSERT INTO batch SELECT * FROM k1;"
                               "DELETE FROM batch_difference;"
                               "INSERT INTO batch_difference SELECT * FROM k2;"
                               "DROP TABLE k1; DROP TABLE k2");
      g_assert_true (is_sound (self));
    }
}

/* Whichever write or sync fails, the step is whole or hasn't been. */
static void
test_failing_disk (VaultTesting *self, gconstpointer data)
{
  VaultBatch batch;
  guint n = 0;

  pay (self, 1);
  for (gboolean done = FALSE; !done;)
    {
      VaultBatchEnd end = { 0 };

      g_assert_cmpuint (++n, <, 100);
      g_assert_cmpint (current (self).state, ==, VAULT_BATCH_OPEN);
      vault_testing_disk_fail (VAULT_TESTING_FAIL_ONCE, n);
      done = vault_batch_count (self->vault, "manager", &batch, NULL)
             && vault_batch_close (self->vault, &end, NULL) && !vault_testing_disk_failed ();
      vault_testing_disk_mend ();
      vault_testing_reopen (self);
      g_assert_true (is_sound (self));
      if (current (self).state == VAULT_BATCH_COUNTED)
        g_assert_true (vault_batch_reopen (self->vault, "again", NULL));
      g_assert_cmpint (current (self).id, ==, done ? 2 : current (self).id);
      if (!done && current (self).id == 2)
        break;
    }
  g_assert_cmpuint (n, >, 2);
  g_assert_true (vault_batch_load (self->vault, 1, &batch, NULL));
  g_assert_cmpint (batch.till.debit_minor, ==, 500);
}

#define ADD(name, function)                                                                        \
  g_test_add (name, VaultTesting, NULL, vault_testing_set_up, function, vault_testing_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  vault_testing_disk_install ();
  ADD ("/vault/batch/step/agreed", test_agreed);
  ADD ("/vault/batch/step/refused", test_refused);
  ADD ("/vault/batch/step/early", test_early);
  ADD ("/vault/batch/step/early-refused", test_early_refused);
  ADD ("/vault/batch/step/early-taken", test_early_taken);
  ADD ("/vault/batch/step/differing", test_differing);
  ADD ("/vault/batch/step/changed", test_changed);
  ADD ("/vault/batch/step/failing-disk", test_failing_disk);
  for (VaultBatchState state = VAULT_BATCH_COUNTED; state < VAULT_BATCH_SETTLED; state++)
    {
      g_autofree char *name
          = g_strconcat ("/vault/batch/step/put-back/", vault_batch_state_name (state), NULL);

      g_test_add (name, VaultTesting, GUINT_TO_POINTER (state), vault_testing_set_up, test_put_back,
                  vault_testing_tear_down);
    }
  return g_test_run ();
}

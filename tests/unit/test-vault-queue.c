/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The queue as a whole: how much waits, which are listed, page by page, and when the next is due,
 * whatever happened to its records.
 */
#include "vault-testing.h"

#define PAGE 3

/* Stores `count` sales, each of one line. */
static void
store (VaultTesting *self, guint count)
{
  for (guint i = 0; i < count; i++)
    {
      g_autoptr (VaultSale) sale = vault_testing_sale (1);

      vault_testing_pay (self, sale, VAULT_TENDER_CARD, VAULT_EVENT_DEFERRED);
    }
}

static void
test_counts_what_waits (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultSale) sale = vault_testing_sale (2), chip = vault_testing_sale (4);
  VaultQueueStats stats = { 0 };
  VaultPayment *payment;

  g_assert_true (vault_queue_stats (self->vault, &stats, NULL));
  g_assert_cmpuint (stats.waiting + stats.attention + stats.done + stats.stored, ==, 0);
  g_assert_cmpint (stats.oldest_us, ==, 0);
  store (self, 3);
  vault_testing_pay (self, chip, VAULT_TENDER_CARD, VAULT_EVENT_CHIP_APPROVED);
  payment = vault_testing_pay (self, sale, VAULT_TENDER_CARD, VAULT_EVENT_GO_ONLINE);
  vault_testing_move (self, sale, payment, VAULT_EVENT_NO_ANSWER);
  vault_testing_sql (self, "UPDATE record SET state = 'attention' WHERE id = 1");
  g_assert_true (vault_queue_stats (self->vault, &stats, NULL));
  g_assert_cmpuint (stats.waiting, ==, 4);
  g_assert_cmpint (stats.waiting_minor, ==, 2 * 500 + 2000);
  g_assert_cmpuint (stats.reversals, ==, 1);
  g_assert_cmpuint (stats.stored, ==, 3);
  g_assert_cmpint (stats.stored_minor, ==, 1500);
  g_assert_cmpuint (stats.attention, ==, 1);
  g_assert_cmpuint (stats.done, ==, 1);
  g_assert_cmpint (stats.oldest_stored_us, >, 0);
  g_assert_cmpint (stats.oldest_us, >=, stats.oldest_stored_us);
}

/* Reversals and advices that are set aside, of one terminal, until somebody decides: stored sales
 * and those of another till hold nothing up. */
static void
test_aside_owed (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultSale) chip = vault_testing_sale (4);
  guint count = 0;
  gint64 first = 0;
  g_autoptr (GError) error = NULL;

  store (self, 2);
  vault_testing_pay (self, chip, VAULT_TENDER_CARD, VAULT_EVENT_CHIP_APPROVED);
  g_assert_true (vault_queue_set_aside (self->vault, 1, "malformed", NULL));
  g_assert_true (vault_queue_aside_owed (self->vault, NULL, &count, &first, NULL));
  g_assert_cmpuint (count, ==, 0);
  g_assert_true (vault_queue_set_aside (self->vault, 3, "malformed", NULL));
  g_assert_true (vault_queue_aside_owed (self->vault, NULL, &count, &first, NULL));
  g_assert_cmpuint (count, ==, 1);
  g_assert_cmpint (first, ==, 3);
  g_assert_true (vault_queue_aside_owed (self->vault, "elsewher", &count, &first, NULL));
  g_assert_cmpuint (count, ==, 0);
  g_assert_false (vault_queue_by_hand (self->vault, 1, "Li", &error)); /* a stored sale */
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_STATE);
  g_clear_error (&error);
  g_assert_true (vault_queue_by_hand (self->vault, 3, "Li", &error));
  g_assert_true (vault_queue_aside_owed (self->vault, NULL, &count, &first, NULL));
  g_assert_cmpuint (count, ==, 0);
  g_assert_true (vault_queue_set_aside (self->vault, 3, VAULT_REASON_OUTCOME_MISSING, NULL));
  g_assert_false (vault_queue_by_hand (self->vault, 3, "Li", &error)); /* say what became of it */
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_STATE);
}

static guint
aside_owed (VaultTesting *self)
{
  guint count = 0;
  gint64 first;

  g_assert_true (vault_queue_aside_owed (self->vault, NULL, &count, &first, NULL));
  return count;
}

/* Who can write the database, but has no key, can't let a batch settle without a record. */
static void
test_decided_under_seal (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultSale) chip = vault_testing_sale (4), other = vault_testing_sale (1);
  g_autoptr (GPtrArray) bad = NULL;

  vault_testing_pay (self, chip, VAULT_TENDER_CARD, VAULT_EVENT_CHIP_APPROVED);
  vault_testing_pay (self, other, VAULT_TENDER_CARD, VAULT_EVENT_CHIP_APPROVED);
  g_assert_true (vault_queue_set_aside (self->vault, 1, "malformed", NULL));
  g_assert_true (vault_queue_set_aside (self->vault, 2, "malformed", NULL));
  vault_testing_sql (self, "UPDATE record SET reason = 'by-hand'");
  g_assert_cmpuint (aside_owed (self), ==, 2);
  g_assert_true (vault_queue_by_hand (self->vault, 1, "Li", NULL));
  g_assert_cmpuint (aside_owed (self), ==, 1);
  /* What is said of it later, as that it is damaged, undoes no decision. */
  g_assert_true (vault_queue_set_aside (self->vault, 1, "changed", NULL));
  g_assert_cmpuint (aside_owed (self), ==, 1);
  g_assert_true (vault_queue_by_hand (self->vault, 2, "Li", NULL));
  g_assert_cmpuint (aside_owed (self), ==, 0);
  /* Taken back and set aside once more, it is to be decided about anew. */
  g_assert_true (vault_queue_retry (self->vault, 2, "Li", NULL));
  g_assert_true (vault_queue_set_aside (self->vault, 2, VAULT_REASON_BY_HAND, NULL));
  g_assert_cmpuint (aside_owed (self), ==, 1);
  g_assert_true (vault_settings_verify (self->vault, &bad, NULL));
  g_assert_cmpuint (bad->len, ==, 0);
  g_clear_pointer (&bad, g_ptr_array_unref);
  vault_testing_sql (self, "UPDATE setting SET sealed = (SELECT sealed FROM setting"
                           " WHERE name = 'heads') WHERE name = 'by-hand'");
  g_assert_cmpuint (aside_owed (self), ==, 2);
  g_assert_true (vault_settings_verify (self->vault, &bad, NULL));
  g_assert_cmpuint (bad->len, ==, 1);
}

static VaultRemedy
remedy_of (VaultTesting *self, gint64 id)
{
  g_autoptr (VaultRecord) record = vault_queue_load (self->vault, id, NULL);

  g_assert_nonnull (record);
  return vault_queue_remedy (self->vault, record);
}

/* What is offered works: one whose seal doesn't open is not sent again, whatever its reason. */
static void
test_remedies (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultSale) chip = vault_testing_sale (4);
  g_autoptr (GError) error = NULL;

  store (self, 1);
  vault_testing_pay (self, chip, VAULT_TENDER_CARD, VAULT_EVENT_CHIP_APPROVED);
  g_assert_cmpint (remedy_of (self, 1), ==, VAULT_REMEDY_NONE);
  g_assert_true (vault_queue_set_aside (self->vault, 1, "changed", NULL)); /* could not be read */
  g_assert_true (vault_queue_set_aside (self->vault, 2, VAULT_REASON_OUTCOME_MISSING, NULL));
  g_assert_cmpint (remedy_of (self, 1), ==, VAULT_REMEDY_RETRY);
  g_assert_cmpint (remedy_of (self, 2), ==, VAULT_REMEDY_DECIDE);
  g_assert_true (vault_queue_set_aside (self->vault, 1, VAULT_REASON_NUMBER_TAKEN, NULL));
  g_assert_cmpint (remedy_of (self, 1), ==, VAULT_REMEDY_BANK);
  vault_testing_sql (self, "UPDATE record SET sealed = zeroblob (60)");
  g_assert_cmpint (remedy_of (self, 1), ==, VAULT_REMEDY_BANK);
  g_assert_cmpint (remedy_of (self, 2), ==, VAULT_REMEDY_BY_HAND);
  g_assert_false (vault_queue_retry (self->vault, 2, "Li", &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_CHANGED);
  g_assert_true (vault_queue_by_hand (self->vault, 2, "Li", NULL));
  g_assert_cmpint (remedy_of (self, 2), ==, VAULT_REMEDY_NONE);
}

static void
test_lists_open_and_done (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultSale) sale = vault_testing_sale (1);
  g_autoptr (GPtrArray) open = NULL, done = NULL;
  VaultPayment *payment;

  store (self, 3);
  payment = vault_testing_pay (self, sale, VAULT_TENDER_CARD, VAULT_EVENT_GO_ONLINE);
  vault_testing_move (self, sale, payment, VAULT_EVENT_ANSWER_APPROVED);
  open = vault_queue_list (self->vault, FALSE, 2, NULL);
  done = vault_queue_list (self->vault, TRUE, 10, NULL);
  g_assert_cmpuint (open->len, ==, 2);
  g_assert_cmpint (((VaultRecord *)open->pdata[0])->id, ==, 1);
  g_assert_cmpuint (done->len, ==, 1);
  g_assert_cmpint (((VaultRecord *)done->pdata[0])->id, ==, 4);
  g_assert_null (((VaultRecord *)done->pdata[0])->message);
}

/* One of each class and state that there can be, and some done. */
static void
fill (VaultTesting *self)
{
  static const VaultEvent events[]
      = { VAULT_EVENT_DEFERRED, VAULT_EVENT_GO_ONLINE, VAULT_EVENT_CHIP_APPROVED };
  static const VaultEvent then[]
      = { VAULT_EVENT_SEND, VAULT_EVENT_NO_ANSWER, VAULT_EVENT_ADVICE_ACKNOWLEDGED };

  store (self, 4);
  for (guint i = 0; i < 2 * G_N_ELEMENTS (events); i++)
    {
      g_autoptr (VaultSale) sale = vault_testing_sale (i + 1);
      VaultPayment *payment
          = vault_testing_pay (self, sale, VAULT_TENDER_CARD, events[i % G_N_ELEMENTS (events)]);

      if (i >= G_N_ELEMENTS (events))
        vault_testing_move (self, sale, payment, then[i % G_N_ELEMENTS (events)]);
    }
  g_assert_true (vault_queue_set_aside (self->vault, 2, "no payment", NULL));
}

/* What is kept in memory against a walk through the rows. */
static void
assert_counted (VaultTesting *self)
{
  VaultQueueStats stats = { 0 };

  g_assert_true (vault_queue_stats (self->vault, &stats, NULL));
#define OPEN "FROM record WHERE state <> 'done' AND "
#define GOES "state <> 'attention' AND class <> 'online'"
  g_assert_cmpint (stats.waiting, ==, vault_testing_number (self, "SELECT count (*) " OPEN GOES));
  g_assert_cmpint (stats.waiting_minor, ==,
                   vault_testing_number (self, "SELECT coalesce (sum (amount_minor), 0) " OPEN GOES
                                               " AND class <> 'reversal'"));
  g_assert_cmpint (
      stats.reversals, ==,
      vault_testing_number (self, "SELECT count (*) " OPEN GOES " AND class = 'reversal'"));
  g_assert_cmpint (stats.stored, ==,
                   vault_testing_number (self, "SELECT count (*) " OPEN "class = 'deferred'"));
  g_assert_cmpint (stats.stored_minor, ==,
                   vault_testing_number (self, "SELECT coalesce (sum (amount_minor), 0) " OPEN
                                               "class = 'deferred'"));
  g_assert_cmpint (stats.attention, ==,
                   vault_testing_number (self, "SELECT count (*) " OPEN "state = 'attention'"));
  g_assert_cmpint (stats.asking, ==,
                   vault_testing_number (self, "SELECT count (*) " OPEN "class = 'online'"
                                               " AND state <> 'attention'"));
  g_assert_cmpint (
      stats.done, ==,
      vault_testing_number (self, "SELECT count (*) FROM record WHERE state = 'done'"));
  g_assert_cmpint (stats.oldest_us, ==,
                   vault_testing_number (self, "SELECT coalesce (min (created_us), 0) " OPEN GOES));
#undef OPEN
#undef GOES
}

static void
test_counts_along (VaultTesting *self, gconstpointer data)
{
  assert_counted (self);
  fill (self);
  assert_counted (self);
  g_assert_true (vault_queue_retry (self->vault, 2, "wang", NULL));
  assert_counted (self);
  vault_testing_sql (self, "UPDATE record SET sealed = zeroblob (64) WHERE id = 3");
  g_assert_true (vault_queue_set_aside (self->vault, 3, "gone", NULL));
  assert_counted (self);
  vault_testing_reopen (self);
  assert_counted (self);
}

/* A commit that the disk refused is in the count as little as in the books. */
static void
test_counts_no_refused_commit (VaultTesting *self, gconstpointer data)
{
  gboolean struck = TRUE;

  store (self, 2);
  assert_counted (self);
  for (guint n = 1; struck && n < 200; n++)
    {
      g_autoptr (VaultSale) sale = vault_testing_sale (1);
      VaultPayment *payment = vault_payment_new (VAULT_TENDER_CARD, 500);
      VaultChange change = vault_testing_change (self, sale, payment, VAULT_EVENT_DEFERRED);

      vault_testing_disk_fail (VAULT_TESTING_FAIL_ONCE, n);
      if (!vault_apply (self->vault, &change, 1, NULL))
        vault_payment_free (payment);
      vault_testing_disk_mend ();
      struck = vault_testing_disk_failed ();
      assert_counted (self);
    }
  g_assert_false (struck);
}

static guint
count_with_state (const GPtrArray *records, VaultRecordState state)
{
  guint count = 0;

  for (guint i = 0; i < records->len; i++)
    count += ((const VaultRecord *)records->pdata[i])->state == state;
  return count;
}

/* However many wait before it, the one that needs somebody is listed; and one whose labels Till
 * never wrote. */
static void
test_many_hide_no_other (VaultTesting *self, gconstpointer data)
{
  g_autoptr (GPtrArray) records = NULL;

  store (self, 9);
  g_assert_true (vault_queue_set_aside (self->vault, 8, "malformed", NULL));
  vault_testing_sql (self, "UPDATE record SET class = 'gift' WHERE id = 9");
  records = vault_queue_list (self->vault, FALSE, 2, NULL);
  g_assert_cmpuint (records->len, ==, 4);
  g_assert_cmpint (((VaultRecord *)records->pdata[0])->id, ==, 1);
  g_assert_cmpint (((VaultRecord *)records->pdata[3])->id, ==, 9);
  g_assert_cmpuint (count_with_state (records, VAULT_RECORD_ATTENTION), ==, 2);
}

static void
test_goes_page_by_page (VaultTesting *self, gconstpointer data)
{
  gint64 after = 0, expected;
  guint count = 0;

  fill (self);
  expected = vault_testing_number (self, "SELECT count (*) FROM record WHERE state <> 'done'");
  for (;;)
    {
      g_autoptr (GPtrArray) page = vault_queue_page (self->vault, after, PAGE, NULL);

      g_assert_cmpuint (page->len, <=, PAGE);
      for (guint i = 0; i < page->len; i++)
        {
          const VaultRecord *record = page->pdata[i];

          g_assert_cmpint (record->id, >, after);
          g_assert_cmpint (record->state, !=, VAULT_RECORD_DONE);
          after = record->id;
          count++;
        }
      if (page->len < PAGE)
        break;
    }
  g_assert_cmpint (count, ==, expected);
}

static guint
due_at (VaultTesting *self, gint64 now_us)
{
  g_autoptr (GPtrArray) records
      = vault_queue_next (self->vault, VAULT_CLASS_DEFERRED, VAULT_WHOSE_ANY, 10, now_us, NULL);

  return records->len;
}

static void
test_knows_when_next (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultRecord) first = NULL, second = NULL;
  gint64 next_us = -1;

  store (self, 2);
  first = vault_queue_load (self->vault, 1, NULL);
  second = vault_queue_load (self->vault, 2, NULL);
  g_assert_true (vault_queue_next_us (self->vault, &next_us, NULL));
  g_assert_cmpint (next_us, ==, 0);
  g_assert_true (vault_queue_defer (self->vault, first, 7000, "no-answer", NULL));
  g_assert_true (vault_queue_defer (self->vault, second, 5000, "no-answer", NULL));
  g_assert_true (vault_queue_next_us (self->vault, &next_us, NULL));
  g_assert_cmpint (next_us, ==, 5000);
  g_assert_cmpuint (due_at (self, 4999), ==, 0);
  g_assert_cmpuint (due_at (self, 5000), ==, 1);
  g_assert_cmpuint (due_at (self, 7000), ==, 2);
  g_assert_true (vault_queue_set_aside (self->vault, 2, "malformed", NULL));
  g_assert_true (vault_queue_next_us (self->vault, &next_us, NULL));
  g_assert_cmpint (next_us, ==, 7000);
  g_assert_true (vault_queue_due_now (self->vault, NULL));
  g_assert_true (vault_queue_next_us (self->vault, &next_us, NULL));
  g_assert_cmpint (next_us, ==, 0);
}

/* Put off by a clock that stood a year ahead. */
static void
test_clock_set_back_keeps_nothing_waiting (VaultTesting *self, gconstpointer data)
{
  gint64 now_us = g_get_real_time ();
  g_autoptr (VaultRecord) record = NULL;

  store (self, 1);
  record = vault_queue_load (self->vault, 1, NULL);
  g_assert_true (vault_queue_defer (self->vault, record, now_us + VAULT_RECORD_LATER_MAX_US,
                                    "no-answer", NULL));
  g_assert_cmpuint (due_at (self, now_us), ==, 0);
  g_assert_true (vault_queue_defer (self->vault, record, now_us + VAULT_RECORD_LATER_MAX_US + 1,
                                    "no-answer", NULL));
  g_assert_cmpuint (due_at (self, now_us), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  vault_testing_disk_install ();
#define ADD(name, function)                                                                        \
  g_test_add ("/vault/queue/" name, VaultTesting, NULL, vault_testing_set_up, function,            \
              vault_testing_tear_down)
  ADD ("counts-what-waits", test_counts_what_waits);
  ADD ("counts-along", test_counts_along);
  ADD ("counts-no-refused-commit", test_counts_no_refused_commit);
  ADD ("keeps-a-batch-open", test_aside_owed);
  ADD ("decided-under-seal", test_decided_under_seal);
  ADD ("remedies", test_remedies);
  ADD ("lists-open-and-done", test_lists_open_and_done);
  ADD ("many-hide-no-other", test_many_hide_no_other);
  ADD ("goes-page-by-page", test_goes_page_by_page);
  ADD ("knows-when-next", test_knows_when_next);
  ADD ("clock-set-back-keeps-nothing-waiting", test_clock_set_back_keeps_nothing_waiting);
  return g_test_run ();
}

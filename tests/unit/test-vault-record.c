/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The sealed queue: what is due and in which order, what a changed record does, and what is left of
 * a message that was answered.
 */
#include "vault-batch.h"
#include "vault-journal.h"
#include "vault-testing.h"

#include <sqlite3.h>
#include <string.h>

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

static char *
next_ids (VaultTesting *self, VaultClass klass, guint limit, gint64 now_us)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) records
      = vault_queue_next (self->vault, klass, VAULT_WHOSE_ANY, limit, now_us, &error);
  GString *ids = g_string_new (NULL);

  g_assert_no_error (error);
  for (guint i = 0; i < records->len; i++)
    {
      const VaultRecord *record = records->pdata[i];

      g_assert_nonnull (record->message);
      g_string_append_printf (ids, "%s%" G_GINT64_FORMAT, i > 0 ? " " : "", record->id);
    }
  return g_string_free (ids, FALSE);
}

static void
assert_next (VaultTesting *self, VaultClass klass, guint limit, gint64 now_us, const char *expected)
{
  g_autofree char *ids = next_ids (self, klass, limit, now_us);

  g_assert_cmpstr (ids, ==, expected);
}

static guint
count_next (VaultTesting *self, VaultClass klass, VaultWhose whose)
{
  g_autoptr (GPtrArray) records
      = vault_queue_next (self->vault, klass, whose, 10, /* now_us= */ 0, NULL);

  g_assert_nonnull (records);
  return records->len;
}

/* Another terminal's wait behind its own reversal; ours behind none but what the drainer says. */
static void
test_next_by_terminal (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultSale) lost = vault_testing_sale (1);

  store (self, 2);
  vault_batch_set_terminal (self->vault, "elsewher");
  g_assert_cmpuint (count_next (self, VAULT_CLASS_DEFERRED, VAULT_WHOSE_ANY), ==, 2);
  g_assert_cmpuint (count_next (self, VAULT_CLASS_DEFERRED, VAULT_WHOSE_OURS), ==, 0);
  g_assert_cmpuint (count_next (self, VAULT_CLASS_DEFERRED, VAULT_WHOSE_OTHERS), ==, 2);
  vault_testing_move (self, lost,
                      vault_testing_pay (self, lost, VAULT_TENDER_CARD, VAULT_EVENT_GO_ONLINE),
                      VAULT_EVENT_NO_ANSWER);
  g_assert_cmpuint (count_next (self, VAULT_CLASS_REVERSAL, VAULT_WHOSE_OURS), ==, 0);
  g_assert_cmpuint (count_next (self, VAULT_CLASS_REVERSAL, VAULT_WHOSE_OTHERS), ==, 1);
  g_assert_cmpuint (count_next (self, VAULT_CLASS_DEFERRED, VAULT_WHOSE_OTHERS), ==, 0);
  vault_batch_set_terminal (self->vault, NULL);
  g_assert_cmpuint (count_next (self, VAULT_CLASS_DEFERRED, VAULT_WHOSE_OURS), ==, 2);
  g_assert_cmpuint (count_next (self, VAULT_CLASS_DEFERRED, VAULT_WHOSE_OTHERS), ==, 0);
}

static void
test_next_is_oldest_first (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultRecord) second = NULL;

  store (self, 4);
  assert_next (self, VAULT_CLASS_DEFERRED, 10, 0, "1 2 3 4");
  assert_next (self, VAULT_CLASS_DEFERRED, 2, 0, "1 2");
  assert_next (self, VAULT_CLASS_DEFERRED, 0, 0, "");
  assert_next (self, VAULT_CLASS_REVERSAL, 10, 0, "");
  second = vault_queue_load (self->vault, 2, NULL);
  g_assert_true (vault_queue_defer (self->vault, second, 2000, "no line", NULL));
  assert_next (self, VAULT_CLASS_DEFERRED, 10, 1999, "1 3 4");
  assert_next (self, VAULT_CLASS_DEFERRED, 10, 2000, "1 2 3 4");
  assert_next (self, VAULT_CLASS_DEFERRED, 10, 0, "1 2 3 4");
  g_clear_pointer (&second, vault_record_free);
  second = vault_queue_load (self->vault, 2, NULL);
  g_assert_cmpuint (second->tries, ==, 1);
  g_assert_cmpstr (second->reason, ==, "no line");
  g_assert_null (second->message);
  g_assert_true (vault_queue_due_now (self->vault, NULL));
  assert_next (self, VAULT_CLASS_DEFERRED, 10, 1, "1 2 3 4");
}

static void
test_finds_the_reversal (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultSale) sale = vault_testing_sale (1);
  g_autoptr (VaultRecord) online = NULL, reversal = NULL, none = NULL;
  g_autoptr (GError) error = NULL;
  VaultPayment *payment;

  store (self, 1);
  payment = vault_testing_pay (self, sale, VAULT_TENDER_CARD, VAULT_EVENT_GO_ONLINE);
  online = vault_queue_find (self->vault, sale->id, 1, VAULT_CLASS_ONLINE, &error);
  g_assert_no_error (error);
  g_assert_cmpint (online->state, ==, VAULT_RECORD_SENDING);
  g_assert_cmpuint (online->stan, ==, payment->stan);
  g_assert_cmpint (online->amount_minor, ==, 500);
  g_assert_nonnull (online->message);
  vault_testing_move (self, sale, payment, VAULT_EVENT_NO_ANSWER);
  reversal = vault_queue_find (self->vault, sale->id, 1, VAULT_CLASS_REVERSAL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (reversal);
  assert_next (self, VAULT_CLASS_REVERSAL, 1, 0, "3");
  none = vault_queue_find (self->vault, sale->id, 1, VAULT_CLASS_ONLINE, &error);
  g_assert_null (none);
  g_assert_no_error (error);
  g_assert_null (vault_queue_load (self->vault, 99, &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_ABSENT);
}

/* A payment that is approved, and a notice about it, by one commit. */
static VaultPayment *
approve_with_notice (VaultTesting *self, VaultSale *sale)
{
  VaultPayment *payment = vault_testing_pay (self, sale, VAULT_TENDER_CARD, VAULT_EVENT_GO_ONLINE);
  VaultChange change = vault_testing_change (self, sale, payment, VAULT_EVENT_ANSWER_APPROVED);
  GError *error = NULL;

  change.notice = BASE_SPAN_STR ("0620 about it");
  vault_take_identity (self->vault, &change.notice_batch, &change.notice_stan);
  vault_apply (self->vault, &change, 1, &error);
  g_assert_no_error (error);
  return payment;
}

/* It stands beside the payment's own record, which it never is taken for, and moves nothing. */
static void
test_a_notice_is_acknowledged (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultSale) sale = vault_testing_sale (1);
  VaultPayment *payment = approve_with_notice (self, sale);
  g_autoptr (VaultRecord) notice = NULL, again = NULL, stored = NULL;
  g_autoptr (GError) error = NULL;
  guint32 stan = payment->stan;

  notice = vault_queue_find (self->vault, sale->id, 1, VAULT_CLASS_NOTICE, NULL);
  g_assert_nonnull (notice);
  g_assert_cmpuint (notice->stan, !=, stan);
  g_assert_cmpint (notice->amount_minor, ==, 0);
  g_assert_cmpuint (payment->stan, ==, stan);
  assert_next (self, VAULT_CLASS_NOTICE, 10, 0, "2");
  g_assert_true (vault_queue_acknowledge (self->vault, notice, &error));
  g_assert_no_error (error);
  g_assert_cmpint (notice->state, ==, VAULT_RECORD_DONE);
  g_assert_null (notice->message);
  again = vault_queue_load (self->vault, 2, NULL);
  g_assert_cmpint (again->state, ==, VAULT_RECORD_DONE);
  g_assert_false (vault_queue_acknowledge (self->vault, again, &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_STATE);
  g_clear_error (&error);
  store (self, 1);
  stored = vault_queue_load (self->vault, 3, NULL);
  g_assert_false (vault_queue_acknowledge (self->vault, stored, &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_STATE);
}

/* No row of the table moves a payment by its notice. */
static void
test_a_notice_moves_nothing (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultSale) sale = vault_testing_sale (1), other = vault_testing_sale (1);
  VaultPayment *online;
  VaultChange change;
  g_autoptr (VaultRecord) notice = NULL;
  g_autoptr (GError) error = NULL;

  approve_with_notice (self, sale);
  online = vault_testing_pay (self, other, VAULT_TENDER_CARD, VAULT_EVENT_GO_ONLINE);
  notice = vault_queue_find (self->vault, sale->id, 1, VAULT_CLASS_NOTICE, NULL);
  notice->sale_id = other->id;
  change = vault_testing_change (self, other, online, VAULT_EVENT_ANSWER_APPROVED);
  change.record = notice;
  g_assert_false (vault_apply (self->vault, &change, 1, &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_STATE);
  g_assert_cmpint (online->state, ==, VAULT_STATE_SENDING);
}

/* --- Changed records --- */

/* Each spoils record 2 of 4, by a hand that has the file but no key. */
static const char *const spoilers[] = {
  "UPDATE record SET sealed = CAST (substr (sealed, 1, 20) || x'00' || substr (sealed, 22) AS "
  "BLOB) WHERE id = 2",
  "UPDATE record SET sealed = x'' WHERE id = 2",
  "UPDATE record SET sealed = zeroblob (64) WHERE id = 2",
  "UPDATE record SET sealed = zeroblob (200000) WHERE id = 2",
  "UPDATE record SET sealed = (SELECT sealed FROM record WHERE id = 3) WHERE id = 2",
  "UPDATE record SET class = 'reversal' WHERE id = 2",
  "UPDATE record SET class = 'chip' WHERE id = 2",
  "UPDATE record SET class = 'gift' WHERE id = 2",
  "UPDATE record SET class = '' WHERE id = 2",
  "UPDATE record SET state = 'sending' WHERE id = 2",
  "UPDATE record SET state = 'done' WHERE id = 2",
  "UPDATE record SET state = 'attention' WHERE id = 2",
  "UPDATE record SET state = 'gone' WHERE id = 2",
  "UPDATE record SET stan = 77 WHERE id = 2",
  "UPDATE record SET stan = stan + 4294967296 WHERE id = 2",
  "UPDATE record SET batch = 2 WHERE id = 2",
  "UPDATE record SET batch = -1 WHERE id = 2",
  "UPDATE record SET terminal = '00000002' WHERE id = 2",
  "UPDATE record SET amount_minor = 1 WHERE id = 2",
  "UPDATE record SET sale = 1 WHERE id = 2",
  "UPDATE record SET position = 2 WHERE id = 2",
  "UPDATE record SET position = position + 4294967296 WHERE id = 2",
};

static void
assert_bad (VaultTesting *self, guint checked_expected, const char *expected)
{
  g_autoptr (GArray) bad = NULL;
  g_autoptr (GString) ids = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  guint checked;

  g_assert_true (vault_queue_verify (self->vault, &checked, &bad, &error));
  g_assert_no_error (error);
  for (guint i = 0; i < bad->len; i++)
    g_string_append_printf (ids, "%s%" G_GINT64_FORMAT, i > 0 ? " " : "",
                            g_array_index (bad, gint64, i));
  g_assert_cmpstr (ids->str, ==, expected);
  g_assert_cmpuint (checked, ==, checked_expected);
}

/* Whatever was done to it: never due, in no class, found by verify, set aside with its reason; the
 * others are fine. */
static void
assert_second_is_aside (VaultTesting *self)
{
  g_autoptr (VaultRecord) record = NULL;
  g_autoptr (GError) error = NULL;

  for (guint klass = VAULT_CLASS_REVERSAL; klass <= VAULT_CLASS_ONLINE; klass++)
    assert_next (self, klass, 10, 0, klass == VAULT_CLASS_DEFERRED ? "1 3 4" : "");
  assert_bad (self, 4, "2");
  record = vault_queue_load (self->vault, 2, NULL);
  g_assert_cmpint (record->state, ==, VAULT_RECORD_ATTENTION);
  g_assert_cmpstr (record->reason, ==, "changed");
  g_assert_false (vault_queue_retry (self->vault, 2, "wang", &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_CHANGED);
  assert_next (self, VAULT_CLASS_DEFERRED, 10, 0, "1 3 4");
  assert_bad (self, 4, "2");
}

static void
test_changed_ones_go_aside (VaultTesting *self, gconstpointer data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (spoilers); i++)
    {
      g_test_message ("%s", spoilers[i]);
      store (self, 4);
      vault_testing_sql (self, spoilers[i]);
      if (i % 2 == 0)
        vault_testing_reopen (self);
      assert_second_is_aside (self);
      vault_testing_tear_down (self, NULL);
      vault_testing_set_up (self, NULL);
    }
}

/* Only one is asked for, and the first is changed: that must not look like the end of the queue. */
static void
test_a_changed_one_is_no_end (VaultTesting *self, gconstpointer data)
{
  store (self, 3);
  vault_testing_sql (self, "UPDATE record SET stan = stan + 100 WHERE id IN (1, 2)");
  assert_next (self, VAULT_CLASS_DEFERRED, 1, 0, "3");
}

static void
test_swapped_ones_go_aside (VaultTesting *self, gconstpointer data)
{
  store (self, 3);
  vault_testing_sql (
      self, "CREATE TABLE swap AS SELECT sealed FROM record WHERE id = 1;"
            "UPDATE record SET sealed = (SELECT sealed FROM record WHERE id = 3) WHERE id = 1;"
            "UPDATE record SET sealed = (SELECT sealed FROM swap) WHERE id = 3; DROP TABLE swap");
  assert_next (self, VAULT_CLASS_DEFERRED, 10, 0, "2");
  assert_bad (self, 3, "1 3");
}

/* The bytes of an earlier state, put back: a transition that is rolled back by hand. */
static void
test_an_earlier_state_goes_aside (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultSale) sale = vault_testing_sale (1);
  VaultPayment *payment = vault_testing_pay (self, sale, VAULT_TENDER_CARD, VAULT_EVENT_DEFERRED);

  vault_testing_sql (self, "CREATE TABLE old AS SELECT sealed FROM record WHERE id = 1");
  vault_testing_move (self, sale, payment, VAULT_EVENT_SEND);
  vault_testing_sql (self, "UPDATE record SET sealed = (SELECT sealed FROM old); DROP TABLE old");
  assert_next (self, VAULT_CLASS_DEFERRED, 10, 0, "");
  assert_bad (self, 1, "1");
}

/* Found by its payment, too, it is said to be changed rather than absent. */
static void
test_find_says_changed (VaultTesting *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  store (self, 2);
  vault_testing_sql (self, "UPDATE record SET amount_minor = 1 WHERE id = 1");
  g_assert_null (vault_queue_find (self->vault, 1, 1, VAULT_CLASS_DEFERRED, &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_CHANGED);
}

/* A record that is answered while a hand changed it on the disk: the answer is kept, and the change
 * shown. */
static void
test_an_answer_is_kept_all_the_same (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultSale) sale = vault_testing_sale (1);
  VaultPayment *payment = vault_testing_pay (self, sale, VAULT_TENDER_CARD, VAULT_EVENT_GO_ONLINE);

  vault_testing_sql (self, "UPDATE record SET sealed = zeroblob (64) WHERE id = 1");
  vault_testing_move (self, sale, payment, VAULT_EVENT_ANSWER_APPROVED);
  g_assert_cmpint (sale->state, ==, VAULT_SALE_PAID);
}

static void
test_dropped_and_added_ones_are_found (VaultTesting *self, gconstpointer data)
{
  store (self, 4);
  vault_testing_sql (self, "DELETE FROM record WHERE id = 2");
  assert_bad (self, 3, "2");
  vault_testing_sql (self, "DELETE FROM record WHERE id = 4");
  assert_bad (self, 2, "2 4");
  vault_testing_sql (
      self, "INSERT INTO record SELECT -7, class, state, sale, position, terminal, batch, stan, "
            "amount_minor,"
            " created_us, tries, next_us, done_us, reason, identity, sealed, settled, counts FROM "
            "record WHERE id = 1");
  assert_bad (self, 3, "-7 2 4");
  assert_next (self, VAULT_CLASS_DEFERRED, 10, 0, "1 3");
}

/* The newest one dropped while the till was closed: found, and its number and identity not given
 * again. */
static void
test_a_cut_end_is_found_later (VaultTesting *self, gconstpointer data)
{
  store (self, 3);
  g_clear_pointer (&self->vault, vault_free);
  vault_testing_sql (self, "DELETE FROM record WHERE id = 3");
  vault_testing_reopen (self);
  assert_bad (self, 2, "3");
  store (self, 1);
  assert_next (self, VAULT_CLASS_DEFERRED, 10, 0, "1 2 4");
  g_assert_cmpint (vault_testing_number (self, "SELECT stan FROM record WHERE id = 4"), ==, 4);
}

static void
test_verify_turns_pages (VaultTesting *self, gconstpointer data)
{
  store (self, 3);
  vault_testing_sql (
      self, "WITH RECURSIVE n (i) AS (SELECT 4 UNION ALL SELECT i + 1 FROM n WHERE i < 1203)"
            " INSERT INTO record SELECT i, class, state, sale, position, terminal, batch, stan, "
            "amount_minor, created_us,"
            " tries, next_us, done_us, reason, identity, sealed, settled, counts FROM n, record "
            "WHERE id = 1");
  vault_testing_reopen (self);
  {
    g_autoptr (GArray) bad = NULL;
    guint checked;

    g_assert_true (vault_queue_verify (self->vault, &checked, &bad, NULL));
    g_assert_cmpuint (checked, ==, 1203);
    g_assert_cmpuint (bad->len, ==, 1200);
  }
  assert_next (self, VAULT_CLASS_DEFERRED, 10, 0, "1 2 3");
}

static void
test_retry_takes_back (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultSale) sale = vault_testing_sale (1);
  VaultPayment *payment = vault_testing_pay (self, sale, VAULT_TENDER_CARD, VAULT_EVENT_DEFERRED);
  g_autoptr (GError) error = NULL;
  g_autofree char *act = NULL;

  g_assert_false (vault_queue_retry (self->vault, 1, "wang", &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_STATE);
  g_clear_error (&error);
  vault_testing_move (self, sale, payment, VAULT_EVENT_TOO_OLD);
  assert_next (self, VAULT_CLASS_DEFERRED, 10, 0, "");
  g_assert_true (vault_queue_retry (self->vault, 1, "wang", &error));
  assert_next (self, VAULT_CLASS_DEFERRED, 10, 1, "1");
  act = vault_testing_text (self,
                            "SELECT who || ' ' || act FROM journal ORDER BY seq DESC LIMIT 1");
  g_assert_cmpstr (act, ==, "wang queue-retry");
  vault_testing_move (self, sale, payment, VAULT_EVENT_SEND);
  vault_testing_move (self, sale, payment, VAULT_EVENT_ANSWER_DECLINED);
  assert_bad (self, 1, "");
}

/* Set aside on purpose it is not changed, and can be taken back; an absent one can't be. */
static void
test_set_aside_keeps_its_seal (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultRecord) record = NULL;
  g_autoptr (GError) error = NULL;

  store (self, 3);
  g_assert_true (vault_queue_set_aside (self->vault, 2, "no payment", &error));
  assert_next (self, VAULT_CLASS_DEFERRED, 10, 0, "1 3");
  assert_bad (self, 3, "");
  record = vault_queue_load (self->vault, 2, NULL);
  g_assert_cmpint (record->state, ==, VAULT_RECORD_ATTENTION);
  g_assert_cmpstr (record->reason, ==, "no payment");
  g_assert_true (vault_queue_retry (self->vault, 2, "wang", &error));
  assert_next (self, VAULT_CLASS_DEFERRED, 10, 0, "1 2 3");
  vault_testing_sql (self, "UPDATE record SET stan = 99 WHERE id = 3");
  g_assert_true (vault_queue_set_aside (self->vault, 3, "no payment", &error));
  assert_next (self, VAULT_CLASS_DEFERRED, 10, 0, "1 2");
  assert_bad (self, 3, "3");
  g_assert_false (vault_queue_set_aside (self->vault, 9, "no payment", &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_ABSENT);
}

static void
test_set_aside_leaves_the_done (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultSale) sale = vault_testing_sale (1);
  VaultPayment *payment = vault_testing_pay (self, sale, VAULT_TENDER_CARD, VAULT_EVENT_GO_ONLINE);
  g_autoptr (GError) error = NULL;

  vault_testing_move (self, sale, payment, VAULT_EVENT_ANSWER_APPROVED);
  g_assert_false (vault_queue_set_aside (self->vault, 1, "no payment", &error));
  g_assert_nonnull (error);
  assert_bad (self, 1, "");
}

/* --- Erasing --- */

static GBytes *
read_sealed (VaultTesting *self, gint64 id)
{
  g_autofree char *sql
      = g_strdup_printf ("SELECT hex (sealed) FROM record WHERE id = %" G_GINT64_FORMAT, id);
  g_autofree char *hex = vault_testing_text (self, sql);

  return base_bytes_from_hex (hex, NULL);
}

/* Looks for any 16 bytes of `sealed` that stand on a multiple of 16. */
static gboolean
lies_in_file (const char *path, GBytes *sealed)
{
  g_autofree char *file = NULL;
  const guint8 *bytes = g_bytes_get_data (sealed, NULL);
  gsize size;

  if (!g_file_get_contents (path, &file, &size, NULL))
    return FALSE;
  for (gsize at = 0; at + 16 <= g_bytes_get_size (sealed); at += 16)
    if (memmem (file, size, bytes + at, 16) != NULL)
      return TRUE;
  return FALSE;
}

static void
answer (VaultTesting *self,
        VaultSale *sale,
        VaultPayment *payment,
        gsize size,
        GBytes **out_waiting,
        GBytes **out_sending)
{
  g_autofree char *message = g_strnfill (size, 'x');
  VaultChange change = vault_testing_change (self, sale, payment, VAULT_EVENT_DEFERRED);
  g_autoptr (VaultRecord) record = NULL;

  change.message = BASE_SPAN_STR (message);
  g_assert_true (vault_apply (self->vault, &change, 1, NULL));
  *out_waiting = read_sealed (self, 1);
  record = vault_queue_find (self->vault, sale->id, 1, VAULT_CLASS_DEFERRED, NULL);
  g_assert_cmpuint (base_secret_size (record->message), ==, size);
  vault_testing_sql (self, "PRAGMA wal_checkpoint(TRUNCATE)");
  g_assert_true (lies_in_file (self->path, *out_waiting));
  change = vault_testing_change (self, sale, payment, VAULT_EVENT_SEND);
  change.record = record;
  g_assert_true (vault_apply (self->vault, &change, 1, NULL));
  g_assert_cmpint (record->state, ==, VAULT_RECORD_SENDING);
  g_assert_cmpuint (record->tries, ==, 0); /* failed ones are counted */
  *out_sending = read_sealed (self, 1);
  change = vault_testing_change (self, sale, payment, VAULT_EVENT_ANSWER_APPROVED);
  change.record = record;
  g_assert_true (vault_apply (self->vault, &change, 1, NULL));
  g_assert_cmpint (record->state, ==, VAULT_RECORD_DONE);
  g_assert_null (record->message);
}

/* With the answer the message is gone: from memory, from what can be loaded, and, once the log has
 * been carried over, from the file: also when it filled several pages. */
static void
test_answered_messages_are_erased (VaultTesting *self, gconstpointer data)
{
  static const gsize sizes[] = { 2, 300, 1500, 5000, VAULT_RECORD_MESSAGE_MAX };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (VaultSale) sale = vault_testing_sale (1);
      g_autoptr (GBytes) waiting = NULL, sending = NULL;
      g_autoptr (GPtrArray) done = NULL;
      g_autofree char *log = g_strconcat (self->path, "-wal", NULL);

      answer (self, sale, vault_payment_new (VAULT_TENDER_CARD, 500), sizes[i], &waiting, &sending);
      done = vault_queue_list (self->vault, TRUE, 1, NULL);
      g_assert_cmpint (((VaultRecord *)done->pdata[0])->state, ==, VAULT_RECORD_DONE);
      g_assert_cmpint (vault_testing_number (self, "SELECT length (sealed) FROM record"), ==,
                       12 + 1 + 16);
      assert_bad (self, 1, "");
      vault_testing_sql (self, "PRAGMA wal_checkpoint(TRUNCATE)");
      g_assert_false (lies_in_file (self->path, waiting) || lies_in_file (self->path, sending));
      g_assert_false (lies_in_file (log, waiting) || lies_in_file (log, sending));
      vault_testing_tear_down (self, NULL);
      vault_testing_set_up (self, NULL);
    }
}

/* The request itself never lies open in any file. */
static void
test_messages_are_sealed (VaultTesting *self, gconstpointer data)
{
  static const char marker[] = "4761739001010119 is on nobody's disk";
  g_autoptr (GBytes) open = g_bytes_new_static (marker, sizeof marker - 1);
  g_autoptr (VaultSale) sale = vault_testing_sale (1);
  g_autofree char *log = g_strconcat (self->path, "-wal", NULL);
  VaultPayment *payment = vault_payment_new (VAULT_TENDER_CARD, 500);
  VaultChange change = vault_testing_change (self, sale, payment, VAULT_EVENT_GO_ONLINE);

  change.message = base_bytes_span (open);
  g_assert_true (vault_apply (self->vault, &change, 1, NULL));
  g_assert_false (lies_in_file (log, open));
  vault_testing_sql (self, "PRAGMA wal_checkpoint(TRUNCATE)");
  g_assert_false (lies_in_file (self->path, open));
}

/* Only what never left may be taken back by a cashier. */
static void
test_knows_what_never_left (void)
{
  static const struct
  {
    VaultRecordState state;
    guint tries;
    const char *reason;
    gboolean never_left;
  } cases[] = {
    { VAULT_RECORD_WAITING, 0, NULL, TRUE },
    { VAULT_RECORD_ATTENTION, 0, VAULT_REASON_TOO_OLD, TRUE },
    { VAULT_RECORD_WAITING, 0, VAULT_REASON_RETRY, FALSE },
    { VAULT_RECORD_WAITING, 1, NULL, FALSE },
    { VAULT_RECORD_ATTENTION, 0, "malformed", FALSE },
    { VAULT_RECORD_SENDING, 0, NULL, FALSE },
    { VAULT_RECORD_DONE, 0, NULL, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      VaultRecord record
          = { .state = cases[i].state, .tries = cases[i].tries, .reason = (char *)cases[i].reason };

      g_assert_cmpint (vault_record_never_left (&record), ==, cases[i].never_left);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/vault/record/" name, VaultTesting, NULL, vault_testing_set_up, function,           \
              vault_testing_tear_down)
  ADD ("next-is-oldest-first", test_next_is_oldest_first);
  ADD ("next-by-terminal", test_next_by_terminal);
  ADD ("finds-the-reversal", test_finds_the_reversal);
  ADD ("a-notice-is-acknowledged", test_a_notice_is_acknowledged);
  ADD ("a-notice-moves-nothing", test_a_notice_moves_nothing);
  ADD ("changed-ones-go-aside", test_changed_ones_go_aside);
  ADD ("a-changed-one-is-no-end", test_a_changed_one_is_no_end);
  ADD ("swapped-ones-go-aside", test_swapped_ones_go_aside);
  ADD ("an-earlier-state-goes-aside", test_an_earlier_state_goes_aside);
  ADD ("find-says-changed", test_find_says_changed);
  ADD ("an-answer-is-kept-all-the-same", test_an_answer_is_kept_all_the_same);
  ADD ("dropped-and-added-ones-are-found", test_dropped_and_added_ones_are_found);
  ADD ("a-cut-end-is-found-later", test_a_cut_end_is_found_later);
  ADD ("verify-turns-pages", test_verify_turns_pages);
  ADD ("set-aside-keeps-its-seal", test_set_aside_keeps_its_seal);
  ADD ("set-aside-leaves-the-done", test_set_aside_leaves_the_done);
  ADD ("retry-takes-back", test_retry_takes_back);
  ADD ("answered-messages-are-erased", test_answered_messages_are_erased);
  g_test_add_func ("/vault/record/knows-what-never-left", test_knows_what_never_left);
  ADD ("messages-are-sealed", test_messages_are_sealed);
  return g_test_run ();
}

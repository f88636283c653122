/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault-record.h"

#include "vault-books.h"
#include "vault-journal.h"
#include "vault-totals.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <string.h>

#define COLUMNS                                                                                    \
  "SELECT id, class, state, sale, position, terminal, batch, stan, amount_minor, created_us, "     \
  "tries, next_us, reason, identity,"                                                              \
  " sealed, settled, counts FROM record "
#define COLUMN_SEALED 14
#define REASON_CHANGED "changed"
#define VERIFY_PAGE 500
#define VERIFY_BAD_MAX VAULT_BOOKS_BAD_MAX

static const char *const state_names[] = { "waiting", "sending", "attention", "done" };

const char *
vault_record_state_name (VaultRecordState state)
{
  return state_names[state];
}

void
vault_record_free (VaultRecord *self)
{
  if (self == NULL)
    return;
  g_free (self->terminal);
  g_free (self->reason);
  base_secret_free (self->message);
  g_free (self);
}

/* `plain` is how it was before the time, the identity and whether somebody took it back were in it.
 */
static char *
associated_data (const VaultRecord *record, gboolean plain)
{
  g_autofree char *label = g_strdup_printf (
      ":%" G_GINT64_FORMAT ":%s:%s:%" G_GINT64_FORMAT ":%u:%s:%u:%u:%" G_GINT64_FORMAT, record->id,
      vault_life_class_name (record->klass), state_names[record->state], record->sale_id,
      record->position, record->terminal, record->batch, record->stan, record->amount_minor);
  g_autofree char *batch = NULL;

  if (plain)
    return g_strconcat ("record", label, NULL);
  if (record->settled != 0 || record->counts != 0) /* before there were batches, none had one */
    batch = g_strdup_printf (":%" G_GINT64_FORMAT ":%d", record->settled, record->counts);
  return g_strdup_printf ("record 2%s:%" G_GINT64_FORMAT ":%" G_GINT64_FORMAT ":%d%s", label,
                          record->created_us, record->identity,
                          g_strcmp0 (record->reason, VAULT_REASON_RETRY) == 0,
                          batch != NULL ? batch : "");
}

static GBytes *
seal (Vault *self, const VaultRecord *record, BaseSpan message)
{
  g_autofree char *associated = associated_data (record, FALSE);

  return crypto_sealer_seal (self->sealer, message, BASE_SPAN_STR (associated));
}

static BaseSecret *
open_seal (Vault *self, const VaultRecord *record, GBytes *sealed, gboolean plain)
{
  g_autofree char *associated = associated_data (record, plain);

  return crypto_sealer_open (self->sealer, base_bytes_span (sealed), BASE_SPAN_STR (associated),
                             /* error= */ NULL);
}

/* NULL: changed. An erased message gives an empty secret's stand-in: *out_erased. */
static gboolean
unseal (Vault *self, VaultRecord *record, GBytes *sealed, GError **error)
{
  g_autoptr (BaseSecret) message = open_seal (self, record, sealed, FALSE);

  if (message == NULL && record->settled == 0)
    message = open_seal (self, record, sealed, TRUE);
  if (message == NULL)
    {
      g_set_error (error, VAULT_ERROR, VAULT_ERROR_CHANGED,
                   _ ("Record %" PRId64 " was changed or damaged"), record->id);
      return FALSE;
    }
  if (base_secret_size (message) > 1) /* one byte stands for an erased message */
    record->message = g_steal_pointer (&message);
  return TRUE;
}

gboolean
vault_record_state_from_name (const char *name, VaultRecordState *out_state)
{
  guint index;

  if (!vault_life_find_name (state_names, G_N_ELEMENTS (state_names), name, &index))
    return FALSE;
  *out_state = (VaultRecordState)index;
  return TRUE;
}

/* One that waits without a reason, or with no other than its age, was never marked: what was marked
 * comes back only by way of being set aside, and keeps that reason or the word of who took it back.
 */
gboolean
vault_record_never_left (const VaultRecord *self)
{
  return (self->state == VAULT_RECORD_WAITING || self->state == VAULT_RECORD_ATTENTION)
         && self->tries == 0
         && (self->reason == NULL || strcmp (self->reason, VAULT_REASON_TOO_OLD) == 0);
}

/* A number that Till could not have written is noted in *out_sound, never cut to size. */
static guint32
small_number (sqlite3_stmt *query, int column, gboolean *out_sound)
{
  gint64 number = sqlite3_column_int64 (query, column);

  if (number >= 0 && number <= G_MAXUINT32)
    return (guint32)number;
  *out_sound = FALSE;
  return 0;
}

/* Whether the row's labels are such as Till writes; one with others is shown as one that needs
 * attention. */
static VaultRecord *
read_row (sqlite3_stmt *query, gboolean *out_sound)
{
  VaultRecord *record = g_new0 (VaultRecord, 1);

  record->id = sqlite3_column_int64 (query, 0);
  *out_sound
      = vault_life_class_from_name ((const char *)sqlite3_column_text (query, 1), &record->klass)
        && vault_record_state_from_name ((const char *)sqlite3_column_text (query, 2),
                                         &record->state);
  record->sale_id = sqlite3_column_int64 (query, 3);
  record->position = small_number (query, 4, out_sound);
  record->terminal = vault_db_text (query, 5);
  record->batch = small_number (query, 6, out_sound);
  record->stan = small_number (query, 7, out_sound);
  record->amount_minor = sqlite3_column_int64 (query, 8);
  record->created_us = sqlite3_column_int64 (query, 9);
  record->tries = (guint)CLAMP (sqlite3_column_int64 (query, 10), 0, G_MAXUINT);
  record->next_us = sqlite3_column_int64 (query, 11);
  record->reason = vault_db_text (query, 12);
  record->identity = sqlite3_column_int64 (query, 13);
  record->settled = sqlite3_column_int64 (query, 15);
  record->counts = (gint)CLAMP (sqlite3_column_int64 (query, 16), -2, 2);
  if (!*out_sound)
    record->state = VAULT_RECORD_ATTENTION;
  return record;
}

gboolean
vault_record_open (Vault *self, VaultRecord *record, BaseSpan message, GError **error)
{
  g_autoptr (GBytes) sealed = NULL;
  gint64 given = vault_identity (self->batch, self->stan),
         used = vault_identity (record->batch, record->stan);

  g_assert (message.size > 1 && message.size <= VAULT_RECORD_MESSAGE_MAX
            && record->terminal != NULL);
  g_assert (record->stan <= VAULT_STAN_MAX);
  record->id = ++self->heads.record;
  if (record->created_us == 0) /* not one that another till made */
    record->created_us = g_get_real_time ();
  record->identity = MAX (given, used);
  sealed = seal (self, record, message);
  vault_totals_count (&self->heads.totals, record->klass, record->state, record->amount_minor, 1);
  vault_books_note_record (self, record->id, sealed);
  return vault_db_run (
      self->db, error,
      "INSERT INTO record VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, NULL, NULL, ?, ?, 0, 0)",
      "ittiit"
      "iiiiiib",
      record->id, vault_life_class_name (record->klass), state_names[record->state],
      record->sale_id, (gint64)record->position, record->terminal, (gint64)record->batch,
      (gint64)record->stan, record->amount_minor, record->created_us, (gint64)record->tries,
      record->identity, sealed);
}

VaultRecord *
vault_record_read (Vault *self, gint64 id, gboolean message, GError **error)
{
  sqlite3_stmt *query = vault_db_query (self->db, error, COLUMNS "WHERE id = ?", "i", id);
  g_autoptr (VaultRecord) record = NULL;
  g_autoptr (GBytes) sealed = NULL;
  gboolean row = FALSE, sound = TRUE;

  if (query == NULL || !vault_db_step (self->db, query, &row, error))
    return NULL;
  if (!row)
    {
      g_set_error (error, VAULT_ERROR, VAULT_ERROR_ABSENT,
                   _ ("There is no record %" PRId64 " in the queue"), id);
      return NULL;
    }
  record = read_row (query, &sound);
  sealed = vault_db_bytes (query, COLUMN_SEALED);
  sqlite3_reset (query);
  if (message && (!sound || !unseal (self, record, sealed, NULL)))
    {
      g_set_error (error, VAULT_ERROR, VAULT_ERROR_CHANGED,
                   _ ("Record %" PRId64 " was changed or damaged"), id);
      return NULL;
    }
  return g_steal_pointer (&record);
}

static gboolean
find_newest (Vault *self,
             gint64 sale_id,
             guint position,
             VaultClass klass,
             VaultRecord **out_record,
             GError **error)
{
  sqlite3_stmt *query = vault_db_query (
      self->db, error,
      COLUMNS "INDEXED BY record_open WHERE state <> 'done' AND class = ? AND sale = ?"
              " AND position = ? ORDER BY id DESC LIMIT 1",
      "tii", vault_life_class_name (klass), sale_id, (gint64)position);
  gboolean row = FALSE, sound;

  if (query == NULL || !vault_db_step (self->db, query, &row, error))
    return FALSE;
  *out_record = row ? read_row (query, &sound) : NULL;
  sqlite3_reset (query);
  return TRUE;
}

/* Online requests come first: there is one at most, while thousands may be stored. */
gboolean
vault_record_find (Vault *self,
                   gint64 sale_id,
                   guint position,
                   gboolean reversal,
                   VaultRecord **out_record,
                   GError **error)
{
  static const VaultClass requests[] = { VAULT_CLASS_ONLINE, VAULT_CLASS_DEFERRED, VAULT_CLASS_CHIP,
                                         VAULT_CLASS_COMPLETION, VAULT_CLASS_REFUND };
  gboolean read = TRUE;

  *out_record = NULL;
  if (reversal)
    return find_newest (self, sale_id, position, VAULT_CLASS_REVERSAL, out_record, error);
  for (gsize i = 0; read && *out_record == NULL && i < G_N_ELEMENTS (requests); i++)
    read = find_newest (self, sale_id, position, requests[i], out_record, error);
  return read;
}

/* The disk knows the state that a record leaves; memory may be older. */
static gboolean
count_move (Vault *self, gint64 id, VaultRecordState state, GError **error)
{
  g_autoptr (VaultRecord) kept = NULL;

  if (!self->heads.totals.known)
    return TRUE;
  kept = vault_record_read (self, id, /* message= */ FALSE, error);
  if (kept == NULL)
    return FALSE;
  vault_totals_count (&self->heads.totals, kept->klass, kept->state, kept->amount_minor, -1);
  vault_totals_count (&self->heads.totals, kept->klass, state, kept->amount_minor, 1);
  return TRUE;
}

/* What is sealed anew is what the disk holds, under the label it holds it: memory may be older. */
gboolean
vault_record_move (Vault *self,
                   const VaultRecord *record,
                   VaultRecordState state,
                   const char *reason,
                   GError **error)
{
  static const guint8 erased[] = { 0 };
  g_autoptr (VaultRecord) kept = NULL;
  VaultRecord after = *record;
  g_autoptr (GBytes) sealed = NULL;
  BaseSpan message = BASE_SPAN (erased, 1);

  if (state != VAULT_RECORD_DONE)
    {
      kept = vault_record_read (self, record->id, /* message= */ TRUE, error);
      if (kept == NULL)
        return FALSE;
      after = *kept;
      if (kept->message != NULL)
        message = base_secret_span (kept->message);
    }
  after.state = state;
  after.reason = (char *)reason;
  if (state == VAULT_RECORD_DONE)
    after.settled
        = vault_batch_take (self, after.terminal, after.amount_minor, after.counts, error);
  if (state == VAULT_RECORD_DONE && after.settled == 0)
    return FALSE;
  sealed = seal (self, &after, message);
  if (!count_move (self, record->id, state, error))
    return FALSE;
  vault_books_note_record (self, record->id, sealed);
  if (!vault_db_run (
          self->db, error,
          "UPDATE record SET state = ?, reason = ?, sealed = ?, done_us = iif (?1 = 'done', ?4, "
          "NULL),"
          " settled = ?6, counts = ?7"
          " WHERE id = ?5 AND state <> 'done'",
          "ttbiiii", state_names[state], reason, sealed, g_get_real_time (), record->id,
          after.settled, (gint64)after.counts))
    return FALSE;
  if (vault_db_changed (self->db))
    return TRUE;
  g_set_error (error, VAULT_ERROR, VAULT_ERROR_STATE, _ ("Record %" PRId64 " is done already"),
               record->id);
  return FALSE;
}

gboolean
vault_record_recount (Vault *self, gint64 id, gint64 batch, GError **error)
{
  static const guint8 erased[] = { 0 };
  g_autoptr (GError) why = NULL;
  g_autoptr (VaultRecord) record = vault_record_read (self, id, /* message= */ TRUE, &why);
  g_autoptr (GBytes) sealed = NULL;

  if (g_error_matches (why, VAULT_ERROR, VAULT_ERROR_CHANGED))
    return TRUE;
  if (record == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&why));
      return FALSE;
    }
  record->settled = batch;
  sealed = seal (self, record, BASE_SPAN (erased, 1));
  vault_books_note_record (self, id, sealed);
  return vault_db_run (self->db, error,
                       "UPDATE record SET sealed = ?, settled = ? WHERE id = ? AND state = 'done'",
                       "bii", sealed, batch, id);
}

/* The numbers first: a query doesn't stay open while its rows are changed. */
static GArray *
find_restarts (Vault *self, GError **error)
{
  sqlite3_stmt *query = vault_db_query (
      self->db, error,
      "SELECT record.id FROM record INDEXED BY record_open JOIN payment"
      " ON payment.sale = record.sale AND payment.position = record.position"
      " WHERE record.state <> 'done' AND class = 'reversal' AND record.state = 'waiting'"
      " AND payment.state = ? AND payment.reason = '" VAULT_REASON_RESTART "'"
      " AND record.reason IS NOT '" VAULT_REASON_RETRY "'",
      "t", vault_life_state_name (VAULT_STATE_UNKNOWN));
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  gboolean row = TRUE;

  while (query != NULL && row)
    {
      if (!vault_db_step (self->db, query, &row, error))
        return NULL;
      if (row)
        g_array_append_vals (ids, (gint64[]){ sqlite3_column_int64 (query, 0) }, 1);
    }
  return query != NULL ? g_steal_pointer (&ids) : NULL;
}

/* One whose seal doesn't open can't be sent either: it is set aside when it is touched. */
gboolean
vault_record_hold_restarts (Vault *self, GError **error)
{
  g_autoptr (GArray) ids = find_restarts (self, error);

  for (guint i = 0; ids != NULL && i < ids->len; i++)
    {
      VaultRecord record = { .id = g_array_index (ids, gint64, i) };
      g_autoptr (GError) why = NULL;

      if (vault_record_move (self, &record, VAULT_RECORD_ATTENTION, VAULT_REASON_OUTCOME_MISSING,
                             &why)
          || g_error_matches (why, VAULT_ERROR, VAULT_ERROR_CHANGED))
        continue;
      g_propagate_error (error, g_steal_pointer (&why));
      return FALSE;
    }
  return ids != NULL;
}

void
vault_record_settle (VaultRecord *record, VaultRecordState state, const char *reason)
{
  char *kept = g_strdup (reason);

  record->state = state;
  g_free (record->reason);
  record->reason = kept;
  if (state == VAULT_RECORD_DONE)
    g_clear_pointer (&record->message, base_secret_free);
}

/* Adds every row of `query` to `records`; their messages, too, when `bad` is given: ids whose seal
 * doesn't open go there instead. */
static gboolean
read_rows (Vault *self, sqlite3_stmt *query, GPtrArray *records, GArray *bad, GError **error)
{
  gboolean row = TRUE;

  while (query != NULL && row)
    {
      g_autoptr (VaultRecord) record = NULL;
      g_autoptr (GBytes) sealed = NULL;
      gboolean sound;

      if (!vault_db_step (self->db, query, &row, error))
        return FALSE;
      if (!row)
        break;
      record = read_row (query, &sound);
      sealed = vault_db_bytes (query, COLUMN_SEALED);
      if (bad != NULL && (!sound || !unseal (self, record, sealed, /* error= */ NULL)))
        g_array_append_val (bad, record->id);
      else
        g_ptr_array_add (records, g_steal_pointer (&record));
    }
  return query != NULL;
}

static GPtrArray *
new_list (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify)vault_record_free);
}

/* A record that can't be opened can't be sealed again either: its row only says so. Its bytes stay
 * as evidence. */
static gboolean
set_aside (Vault *self, const GArray *bad, guint from, GError **error)
{
  if (self->access != VAULT_ACCESS_OWN)
    return TRUE;
  if (from < bad->len)
    vault_totals_forget (self);
  for (guint i = from; i < bad->len; i++)
    if (!vault_db_run (self->db, error,
                       "UPDATE record SET state = 'attention', reason = '" REASON_CHANGED
                       "' WHERE id = ?1"
                       " AND NOT (state = 'attention' AND reason IS '" REASON_CHANGED "')",
                       "i", g_array_index (bad, gint64, i)))
      return FALSE;
  return TRUE;
}

VaultRecord *
vault_queue_load (Vault *self, gint64 id, GError **error)
{
  VaultRecord *record;

  vault_lock (self);
  record = vault_record_read (self, id, /* message= */ FALSE, error);
  vault_unlock (self);
  return record;
}

/* Of one state of a class, those that may be sent: in the order of the index, so that neither the
 * ones set aside nor a long queue is walked. A time that lies too far ahead counts as come. */
#define DUE_IN_STATE(name, whose)                                                                  \
  "SELECT id FROM (SELECT id FROM record INDEXED BY record_open WHERE state <> 'done'"             \
  " AND class = ?1 AND state = '" name "' AND id > ?3"                                             \
  " AND (?2 = 0 OR next_us <= ?2 OR next_us > ?2 + ?5) AND " whose " ORDER BY id LIMIT ?4)"
#define DUE(whose)                                                                                 \
  COLUMNS "WHERE id IN (" DUE_IN_STATE ("sending", whose) " UNION ALL " DUE_IN_STATE (             \
      "waiting", whose) ") ORDER BY id LIMIT ?4"

#define OURS "(?6 IS NULL OR terminal = ?6)"
/* A reversal goes before anything else of its terminal (payment-life.md, rule 1). */
#define OTHERS                                                                                     \
  "terminal <> ?6 AND (?1 = 'reversal' OR NOT EXISTS (SELECT 1 FROM record AS owed"                \
  " INDEXED BY record_open WHERE owed.state <> 'done' AND owed.class = 'reversal'"                 \
  " AND owed.state IN ('waiting', 'sending') AND owed.terminal = record.terminal))"

/* One page of those that may be sent, after record `last`. */
static gboolean
read_next (Vault *self,
           const char *klass,
           VaultWhose whose,
           gint64 now_us,
           guint limit,
           gint64 last,
           GPtrArray *records,
           GArray *bad,
           GError **error)
{
  return read_rows (self,
                    vault_db_query (self->db, error,
                                    whose == VAULT_WHOSE_OTHERS ? DUE (OTHERS) : DUE (OURS),
                                    "tiiiit", klass, now_us, last, (gint64)limit,
                                    (gint64)VAULT_RECORD_LATER_MAX_US,
                                    whose == VAULT_WHOSE_ANY ? NULL : self->terminal),
                    records, bad, error);
}

GPtrArray *
vault_queue_next (Vault *self,
                  VaultClass klass,
                  VaultWhose whose,
                  guint limit,
                  gint64 now_us,
                  GError **error)
{
  g_autoptr (GArray) bad = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GPtrArray) records = new_list ();
  gint64 last = G_MININT64;
  gboolean read;
  guint found;

  /* Changed ones don't count towards the limit: else one of them would look like the end of the
   * queue. */
  vault_lock (self);
  do
    {
      found = bad->len;
      read = read_next (self, vault_life_class_name (klass), whose, now_us, limit - records->len,
                        last, records, bad, error);
      if (bad->len > found)
        last = g_array_index (bad, gint64, bad->len - 1);
      if (records->len > 0)
        last = MAX (last, ((VaultRecord *)records->pdata[records->len - 1])->id);
    }
  while (read && bad->len > found && records->len < limit);
  if (!set_aside (self, bad, 0, /* error= */ NULL))
    g_debug ("A changed record could not be marked; it stays unsent all the same");
  vault_unlock (self);
  return read ? g_steal_pointer (&records) : NULL;
}

VaultRecord *
vault_queue_find (Vault *self, gint64 sale_id, guint position, VaultClass klass, GError **error)
{
  g_autoptr (GArray) bad = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GPtrArray) records = new_list ();
  gboolean read;

  vault_lock (self);
  read = read_rows (
      self,
      vault_db_query (self->db, error,
                      COLUMNS
                      "INDEXED BY record_open WHERE state <> 'done' AND class = ? AND sale = ?"
                      " AND position = ? ORDER BY id LIMIT 1",
                      "tii", vault_life_class_name (klass), sale_id, (gint64)position),
      records, bad, error);
  if (!set_aside (self, bad, 0, /* error= */ NULL))
    g_debug ("A changed record could not be marked; it stays unsent all the same");
  vault_unlock (self);
  if (read && bad->len > 0)
    g_set_error (error, VAULT_ERROR, VAULT_ERROR_CHANGED,
                 _ ("Record %" PRId64 " was changed or damaged"), g_array_index (bad, gint64, 0));
  return read && records->len > 0 ? g_ptr_array_steal_index (records, 0) : NULL;
}

gboolean
vault_queue_defer (Vault *self,
                   const VaultRecord *record,
                   gint64 next_us,
                   const char *reason,
                   GError **error)
{
  if (!vault_lock_and_begin (self, error))
    return FALSE;
  return vault_commit_and_unlock (
      self,
      vault_db_run (self->db, error,
                    "UPDATE record SET tries = tries + 1, next_us = ?, "
                    "reason = iif (reason IS '" VAULT_REASON_RETRY
                    "', reason, ?) WHERE id = ? AND state <> 'attention'",
                    "iti", next_us, reason, record->id),
      error);
}

/* Numbers are given without a gap, and no row is ever taken away: a number that is missing between
 * two was dropped by somebody. */
static void
note_gaps (gint64 *next, gint64 id, GArray *bad)
{
  for (*next = MAX (*next, 1); *next < id && bad->len < VERIFY_BAD_MAX; (*next)++)
    g_array_append_val (bad, *next);
  *next = id + 1;
}

/* Opens the records of one page on from number *next. *out_found less than a page: that was the
 * last. */
static gboolean
verify_page (Vault *self, gint64 *next, guint *out_found, GArray *bad, GError **error)
{
  sqlite3_stmt *query
      = vault_db_query (self->db, error, COLUMNS "WHERE id >= ? ORDER BY id LIMIT ?", "ii", *next,
                        (gint64)VERIFY_PAGE);
  gboolean row = TRUE;
  guint found = 0;

  while (query != NULL && row)
    {
      g_autoptr (VaultRecord) record = NULL;
      g_autoptr (GBytes) sealed = NULL;
      gboolean sound;

      if (!vault_db_step (self->db, query, &row, error))
        return FALSE;
      if (!row)
        break;
      record = read_row (query, &sound);
      sealed = vault_db_bytes (query, COLUMN_SEALED);
      note_gaps (next, record->id, bad);
      found++;
      if (!sound || !unseal (self, record, sealed, /* error= */ NULL))
        g_array_append_val (bad, record->id);
    }
  if (found < VERIFY_PAGE)
    note_gaps (next, self->heads.record + 1, bad);
  *out_found = found;
  return query != NULL;
}

/* Under a seal of its new state, like any other move: else it would count as changed. One whose
 * seal doesn't open anyway is marked so, and that is kept. */
gboolean
vault_queue_set_aside (Vault *self, gint64 id, const char *reason, GError **error)
{
  VaultRecord record = { .id = id };
  g_autoptr (GError) broken = NULL;
  gboolean good;

  if (!vault_lock_and_begin (self, error))
    return FALSE;
  good = vault_record_move (self, &record, VAULT_RECORD_ATTENTION, reason, &broken);
  if (g_error_matches (broken, VAULT_ERROR, VAULT_ERROR_CHANGED))
    {
      vault_totals_forget (self);
      good = vault_db_run (self->db, error,
                           "UPDATE record SET state = 'attention', reason = '" REASON_CHANGED
                           "' WHERE id = ?",
                           "i", id);
    }
  else if (broken != NULL)
    g_propagate_error (error, g_steal_pointer (&broken));
  return vault_commit_and_unlock (self, good, error);
}

gboolean
vault_queue_acknowledge (Vault *self, VaultRecord *record, GError **error)
{
  g_autofree char *detail = g_strdup_printf ("record %" G_GINT64_FORMAT, record->id);
  gboolean good;

  if (record->klass != VAULT_CLASS_NOTICE)
    {
      g_set_error (error, VAULT_ERROR, VAULT_ERROR_STATE, _ ("Record %" PRId64 " is no notice"),
                   record->id);
      return FALSE;
    }
  if (!vault_lock_and_begin (self, error))
    return FALSE;
  record->counts = 0;
  good = vault_record_move (self, record, VAULT_RECORD_DONE, /* reason= */ NULL, error)
         && vault_journal_append (self, "till", "notice-acknowledged", detail, error);
  good = vault_commit_and_unlock (self, good, error);
  if (good)
    vault_record_settle (record, VAULT_RECORD_DONE, /* reason= */ NULL);
  return good;
}

/* Those whose seal opens, but isn't the last that was made for them. */
static gboolean
verify_ties (Vault *self, GArray *bad, GError **error)
{
  g_autoptr (GArray) sales = g_array_new (FALSE, FALSE, sizeof (gint64));
  guint aside = bad->len;
  gboolean good;

  if (!vault_books_verify (self, sales, bad, sales, error))
    return FALSE;
  vault_lock (self);
  good = set_aside (self, bad, aside, error);
  vault_unlock (self);
  return good;
}

gboolean
vault_queue_verify (Vault *self, guint *out_checked, GArray **out_bad, GError **error)
{
  g_autoptr (GArray) bad = g_array_new (FALSE, FALSE, sizeof (gint64));
  guint checked = 0, found = 0, aside;
  gint64 next = G_MININT64;
  gboolean good;

  vault_lock (self);
  good = vault_db_check (self->db, error);
  vault_unlock (self);
  if (!good)
    return FALSE;
  do
    {
      aside = bad->len;
      vault_lock (self);
      good = verify_page (self, &next, &found, bad, error) && set_aside (self, bad, aside, error);
      vault_unlock (self);
      checked += found;
    }
  while (good && found == VERIFY_PAGE);
  if (!good || !verify_ties (self, bad, error))
    return FALSE;
  *out_checked = checked;
  *out_bad = g_steal_pointer (&bad);
  return TRUE;
}

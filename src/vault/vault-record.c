/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault-record.h"

#include "vault-journal.h"
#include "vault-private.h"

#include <string.h>

#define COLUMNS                                                                                                        \
  "SELECT id, class, state, sale, position, terminal, batch, stan, amount_minor, created_us, tries, next_us, reason,"  \
  " sealed FROM record "
#define COLUMN_SEALED 13

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

static char *
associated_data (const VaultRecord *record)
{
  return g_strdup_printf ("record:%" G_GINT64_FORMAT ":%s:%s:%" G_GINT64_FORMAT ":%u:%s:%u:%u:%" G_GINT64_FORMAT, record->id,
                          vault_life_class_name (record->klass), state_names[record->state], record->sale_id,
                          record->position, record->terminal, record->batch, record->stan, record->amount_minor);
}

static GBytes *
seal (Vault *self, const VaultRecord *record, BaseSpan message)
{
  g_autofree char *associated = associated_data (record);

  return crypto_sealer_seal (self->sealer, message, BASE_SPAN_STR (associated));
}

/* NULL: changed. An erased message gives an empty secret's stand-in: *out_erased. */
static gboolean
unseal (Vault *self, VaultRecord *record, GBytes *sealed, GError **error)
{
  g_autofree char *associated = associated_data (record);
  g_autoptr (BaseSecret) message
      = crypto_sealer_open (self->sealer, base_bytes_span (sealed), BASE_SPAN_STR (associated), NULL);

  if (message == NULL)
    {
      g_set_error (error, VAULT_ERROR, VAULT_ERROR_CHANGED, "Record %" G_GINT64_FORMAT " was changed or damaged", record->id);
      return FALSE;
    }
  if (base_secret_size (message) > 1) /* one byte stands for an erased message */
    record->message = g_steal_pointer (&message);
  return TRUE;
}

static gboolean
state_from_name (const char *name, VaultRecordState *out_state)
{
  for (guint i = 0; name != NULL && i < G_N_ELEMENTS (state_names); i++)
    if (strcmp (state_names[i], name) == 0)
      {
        *out_state = (VaultRecordState) i;
        return TRUE;
      }
  return FALSE;
}

/* A class or state that Till never writes makes the record one that needs attention: its seal won't open either. */
static VaultRecord *
read_row (sqlite3_stmt *query)
{
  VaultRecord *record = g_new0 (VaultRecord, 1);

  record->id = sqlite3_column_int64 (query, 0);
  if (!vault_life_class_from_name ((const char *) sqlite3_column_text (query, 1), &record->klass))
    record->klass = VAULT_CLASS_NOTICE;
  if (!state_from_name ((const char *) sqlite3_column_text (query, 2), &record->state))
    record->state = VAULT_RECORD_ATTENTION;
  record->sale_id = sqlite3_column_int64 (query, 3);
  record->position = (guint) sqlite3_column_int64 (query, 4);
  record->terminal = vault_db_text (query, 5);
  record->batch = (guint32) sqlite3_column_int64 (query, 6);
  record->stan = (guint32) sqlite3_column_int64 (query, 7);
  record->amount_minor = sqlite3_column_int64 (query, 8);
  record->created_us = sqlite3_column_int64 (query, 9);
  record->tries = (guint) sqlite3_column_int64 (query, 10);
  record->next_us = sqlite3_column_int64 (query, 11);
  record->reason = vault_db_text (query, 12);
  return record;
}

gboolean
vault_record_open (Vault *self, VaultRecord *record, BaseSpan message, GError **error)
{
  g_autoptr (GBytes) sealed = NULL;

  g_assert (message.size > 1 && message.size <= VAULT_RECORD_MESSAGE_MAX && record->terminal != NULL);
  if (!vault_db_number (self->db, 0, &record->id, error, "SELECT coalesce (max (id), 0) + 1 FROM record", ""))
    return FALSE;
  record->created_us = g_get_real_time ();
  sealed = seal (self, record, message);
  return vault_db_run (self->db, error,
                       "INSERT INTO record VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, NULL, NULL, ?)", "ittiit" "iiiib",
                       record->id, vault_life_class_name (record->klass), state_names[record->state], record->sale_id,
                       (gint64) record->position, record->terminal, (gint64) record->batch, (gint64) record->stan,
                       record->amount_minor, record->created_us, sealed);
}

static GBytes *
sealed_of (Vault *self, gint64 id, GError **error)
{
  sqlite3_stmt *query = vault_db_query (self->db, error, "SELECT sealed FROM record WHERE id = ?", "i", id);
  GBytes *sealed = NULL;
  gboolean row = FALSE;

  if (query != NULL && vault_db_step (self->db, query, &row, error) && row)
    sealed = vault_db_bytes (query, 0);
  if (query != NULL)
    sqlite3_reset (query);
  if (sealed == NULL && query != NULL && !row)
    g_set_error (error, VAULT_ERROR, VAULT_ERROR_ABSENT, "There is no record %" G_GINT64_FORMAT, id);
  return sealed;
}

gboolean
vault_record_move (Vault *self, VaultRecord *record, VaultRecordState state, const char *reason, GError **error)
{
  static const guint8 erased[] = { 0 };
  g_autoptr (GBytes) before = NULL, sealed = NULL;
  BaseSpan message = BASE_SPAN (erased, 1);

  if (record->message == NULL && state != VAULT_RECORD_DONE)
    {
      before = sealed_of (self, record->id, error);
      if (before == NULL || !unseal (self, record, before, error))
        return FALSE;
    }
  if (record->message != NULL && state != VAULT_RECORD_DONE)
    message = base_secret_span (record->message);
  record->state = state;
  sealed = seal (self, record, message);
  return vault_db_run (self->db, error,
                       "UPDATE record SET state = ?, reason = ?, sealed = ?, done_us = iif (?1 = 'done', ?4, NULL),"
                       " tries = tries + iif (?1 = 'sending', 1, 0) WHERE id = ?5",
                       "ttbii", state_names[state], reason, sealed, g_get_real_time (), record->id);
}

gboolean
vault_queue_stats (Vault *self, VaultQueueStats *out_stats, GError **error)
{
  sqlite3_stmt *query;
  gboolean row = FALSE, read;

  vault_lock (self);
  query = vault_db_query (self->db, error,
                          "SELECT count (*) FILTER (WHERE state <> 'attention'),"
                          " coalesce (sum (amount_minor) FILTER (WHERE state <> 'attention' AND class <> 'reversal'), 0),"
                          " count (*) FILTER (WHERE state <> 'attention' AND class = 'reversal'),"
                          " count (*) FILTER (WHERE class = 'deferred'),"
                          " coalesce (sum (amount_minor) FILTER (WHERE class = 'deferred'), 0),"
                          " coalesce (min (created_us) FILTER (WHERE state <> 'attention'), 0),"
                          " coalesce (min (created_us) FILTER (WHERE class = 'deferred'), 0),"
                          " count (*) FILTER (WHERE state = 'attention')"
                          " FROM record INDEXED BY record_open WHERE state <> 'done'",
                          "");
  read = query != NULL && vault_db_step (self->db, query, &row, error) && row;
  if (read)
    {
      out_stats->waiting = (guint) sqlite3_column_int64 (query, 0);
      out_stats->waiting_minor = sqlite3_column_int64 (query, 1);
      out_stats->reversals = (guint) sqlite3_column_int64 (query, 2);
      out_stats->stored = (guint) sqlite3_column_int64 (query, 3);
      out_stats->stored_minor = sqlite3_column_int64 (query, 4);
      out_stats->oldest_us = sqlite3_column_int64 (query, 5);
      out_stats->oldest_stored_us = sqlite3_column_int64 (query, 6);
      out_stats->attention = (guint) sqlite3_column_int64 (query, 7);
      sqlite3_reset (query);
    }
  if (read)
    {
      gint64 all = 0;

      read = vault_db_number (self->db, 0, &all, error, "SELECT coalesce (max (id), 0) FROM record", "");
      out_stats->done = (guint) all - out_stats->waiting - out_stats->attention;
    }
  vault_unlock (self);
  return read;
}

/* Every row of `query`; their messages, too, when `bad` is given: ids whose seal doesn't open go there instead. */
static GPtrArray *
read_rows (Vault *self, sqlite3_stmt *query, GArray *bad, GError **error)
{
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func ((GDestroyNotify) vault_record_free);
  gboolean row = TRUE;

  while (query != NULL && row)
    {
      g_autoptr (VaultRecord) record = NULL;
      g_autoptr (GBytes) sealed = NULL;

      if (!vault_db_step (self->db, query, &row, error))
        return NULL;
      if (!row)
        break;
      record = read_row (query);
      sealed = vault_db_bytes (query, COLUMN_SEALED);
      if (bad != NULL && !unseal (self, record, sealed, /* error= */ NULL))
        g_array_append_val (bad, record->id);
      else
        g_ptr_array_add (records, g_steal_pointer (&record));
    }
  return query != NULL ? g_steal_pointer (&records) : NULL;
}

GPtrArray *
vault_queue_list (Vault *self, gboolean done, guint limit, GError **error)
{
  GPtrArray *records;
  sqlite3_stmt *query;

  vault_lock (self);
  query = done ? vault_db_query (self->db, error, COLUMNS "WHERE state = 'done' ORDER BY id DESC LIMIT ?", "i", (gint64) limit)
               : vault_db_query (self->db, error, COLUMNS "WHERE state <> 'done' ORDER BY id LIMIT ?", "i", (gint64) limit);
  records = read_rows (self, query, /* bad= */ NULL, error);
  vault_unlock (self);
  return records;
}

/* A record that can't be opened can't be sealed again either: its row only says so. Its bytes stay as evidence. */
static gboolean
set_aside (Vault *self, GArray *bad, GError **error)
{
  if (bad->len == 0 || self->access != VAULT_ACCESS_OWN)
    return TRUE;
  for (guint i = 0; i < bad->len; i++)
    if (!vault_db_run (self->db, error, "UPDATE record SET state = 'attention', reason = 'changed' WHERE id = ?", "i",
                       g_array_index (bad, gint64, i)))
      return FALSE;
  return TRUE;
}

VaultRecord *
vault_queue_load (Vault *self, gint64 id, GError **error)
{
  g_autoptr (GPtrArray) records = NULL;

  vault_lock (self);
  records = read_rows (self, vault_db_query (self->db, error, COLUMNS "WHERE id = ?", "i", id), /* bad= */ NULL, error);
  vault_unlock (self);
  if (records == NULL)
    return NULL;
  if (records->len == 0)
    {
      g_set_error (error, VAULT_ERROR, VAULT_ERROR_ABSENT, "There is no record %" G_GINT64_FORMAT " in the queue", id);
      return NULL;
    }
  return g_ptr_array_steal_index (records, 0);
}

GPtrArray *
vault_queue_next (Vault *self, VaultClass klass, guint limit, gint64 now_us, GError **error)
{
  g_autoptr (GArray) bad = g_array_new (FALSE, FALSE, sizeof (gint64));
  GPtrArray *records;

  vault_lock (self);
  records = read_rows (self,
                       vault_db_query (self->db, error,
                                       COLUMNS "INDEXED BY record_open WHERE state <> 'done' AND state <> 'attention'"
                                               " AND class = ? AND (?2 = 0 OR next_us <= ?2) ORDER BY id LIMIT ?",
                                       "tii", vault_life_class_name (klass), now_us, (gint64) limit),
                       bad, error);
  if (!set_aside (self, bad, /* error= */ NULL))
    g_debug ("A changed record could not be marked; it stays unsent all the same");
  vault_unlock (self);
  return records;
}

VaultRecord *
vault_queue_find (Vault *self, gint64 sale_id, guint position, VaultClass klass, GError **error)
{
  g_autoptr (GArray) bad = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GPtrArray) records = NULL;

  vault_lock (self);
  records = read_rows (self,
                       vault_db_query (self->db, error,
                                       COLUMNS "INDEXED BY record_open WHERE state <> 'done' AND class = ? AND sale = ?"
                                               " AND position = ? ORDER BY id LIMIT 1",
                                       "tii", vault_life_class_name (klass), sale_id, (gint64) position),
                       bad, error);
  vault_unlock (self);
  return records != NULL && records->len > 0 ? g_ptr_array_steal_index (records, 0) : NULL;
}

gboolean
vault_queue_defer (Vault *self, const VaultRecord *record, gint64 next_us, const char *reason, GError **error)
{
  if (!vault_lock_and_begin (self, error))
    return FALSE;
  return vault_commit_and_unlock (
      self,
      vault_db_run (self->db, error, "UPDATE record SET tries = tries + 1, next_us = ?, reason = ? WHERE id = ?", "iti", next_us,
                    reason, record->id),
      error);
}

gboolean
vault_queue_due_now (Vault *self, GError **error)
{
  if (!vault_lock_and_begin (self, error))
    return FALSE;
  return vault_commit_and_unlock (
      self, vault_db_run (self->db, error, "UPDATE record SET next_us = 0 WHERE state <> 'done' AND next_us > 0", ""), error);
}

gboolean
vault_queue_retry (Vault *self, gint64 id, const char *who, GError **error)
{
  g_autoptr (VaultRecord) record = vault_queue_load (self, id, error);
  g_autofree char *detail = g_strdup_printf ("record %" G_GINT64_FORMAT, id);
  gboolean good;

  if (record == NULL)
    return FALSE;
  if (record->state != VAULT_RECORD_ATTENTION)
    {
      g_set_error (error, VAULT_ERROR, VAULT_ERROR_STATE, "Record %" G_GINT64_FORMAT " is not set aside", id);
      return FALSE;
    }
  if (!vault_lock_and_begin (self, error))
    return FALSE;
  good = vault_record_move (self, record, VAULT_RECORD_WAITING, NULL, error)
         && vault_journal_append (self, who, "queue-retry", detail, error);
  return vault_commit_and_unlock (self, good, error);
}

gboolean
vault_queue_verify (Vault *self, guint *out_checked, GArray **out_bad, GError **error)
{
  g_autoptr (GArray) bad = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GPtrArray) page = NULL;
  gint64 last = 0;
  guint checked = 0, found;

  do
    {
      vault_lock (self);
      g_clear_pointer (&page, g_ptr_array_unref);
      found = bad->len;
      page = read_rows (self, vault_db_query (self->db, error, COLUMNS "WHERE id > ? ORDER BY id LIMIT 500", "i", last), bad,
                        error);
      if (page != NULL && !set_aside (self, bad, error))
        g_clear_pointer (&page, g_ptr_array_unref);
      vault_unlock (self);
      if (page == NULL)
        return FALSE;
      found = bad->len - found + page->len;
      checked += found;
      if (page->len > 0)
        last = ((VaultRecord *) page->pdata[page->len - 1])->id;
      if (bad->len > 0)
        last = MAX (last, g_array_index (bad, gint64, bad->len - 1));
    }
  while (found > 0);
  *out_checked = checked;
  *out_bad = g_steal_pointer (&bad);
  return TRUE;
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Looking at the queue as a whole, however long it is: by its indexes alone (vault-schema.c), so
 * that neither time nor memory grows with what waits or was ever done.
 */
#include "vault-decided.h"
#include "vault-journal.h"
#include "vault-private.h"
#include "vault-record.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <string.h>

/* When the oldest open record of this class and state was made; 0: there is none. */
static gboolean
read_oldest (Vault *self, VaultClass klass, VaultRecordState state, gint64 *out_us, GError **error)
{
  return vault_db_number (self->db, 0, out_us, error,
                          "SELECT created_us FROM record INDEXED BY record_open WHERE"
                          " state <> 'done' AND class = ? AND state = ? ORDER BY id LIMIT 1",
                          "tt", vault_life_class_name (klass), vault_record_state_name (state));
}

static void
note_oldest (gint64 *oldest_us, gint64 us)
{
  if (us != 0 && (*oldest_us == 0 || us < *oldest_us))
    *oldest_us = us;
}

static void
add_total (VaultQueueStats *stats, guint klass, guint state, gint64 count, gint64 minor)
{
  if (state == VAULT_RECORD_ATTENTION)
    stats->attention += (guint)count;
  else if (klass == VAULT_CLASS_ONLINE)
    stats->asking += (guint)count;
  else
    stats->waiting += (guint)count;
  if (state != VAULT_RECORD_ATTENTION && klass == VAULT_CLASS_REVERSAL)
    stats->reversals += (guint)count;
  else if (state != VAULT_RECORD_ATTENTION && klass != VAULT_CLASS_ONLINE
           && klass != VAULT_CLASS_REFUND)
    stats->waiting_minor += minor;
  if (klass == VAULT_CLASS_DEFERRED)
    {
      stats->stored += (guint)count;
      stats->stored_minor += minor;
    }
}

static gboolean
read_stats (Vault *self, VaultQueueStats *stats, GError **error)
{
  const VaultTotals *totals;
  gint64 all = 0, us;

  if (!vault_totals_read (self, &totals, error))
    return FALSE;
  for (guint klass = 0; klass < VAULT_TOTALS_CLASSES; klass++)
    for (guint state = 0; state < VAULT_TOTALS_STATES; state++)
      {
        if (totals->count[klass][state] == 0)
          continue;
        add_total (stats, klass, state, totals->count[klass][state], totals->minor[klass][state]);
        if (klass == VAULT_TOTALS_CLASSES - 1)
          continue;
        if (!read_oldest (self, (VaultClass)klass, (VaultRecordState)state, &us, error))
          return FALSE;
        if (state != VAULT_RECORD_ATTENTION && klass != VAULT_CLASS_ONLINE)
          note_oldest (&stats->oldest_us, us);
        if (klass == VAULT_CLASS_DEFERRED)
          note_oldest (&stats->oldest_stored_us, us);
      }
  if (!vault_db_number (self->db, 0, &all, error, "SELECT coalesce (max (id), 0) FROM record", ""))
    return FALSE;
  stats->done = (guint)(all - stats->waiting - stats->attention - stats->asking);
  return TRUE;
}

gboolean
vault_queue_stats (Vault *self, VaultQueueStats *out_stats, GError **error)
{
  VaultQueueStats stats = { 0 };
  gboolean read;

  vault_lock (self);
  read = read_stats (self, &stats, error);
  vault_unlock (self);
  if (read)
    *out_stats = stats;
  return read;
}

gint64
vault_queue_chip_minor (Vault *self, const char *masked_pan)
{
  gint64 sum = 0;
  gboolean read;

  vault_lock (self);
  read = vault_db_number (self->db, 0, &sum, /* error= */ NULL,
                          "SELECT coalesce (sum (r.amount_minor), 0)"
                          " FROM record r INDEXED BY record_open JOIN payment p"
                          " ON p.id = r.sale * 64 + r.position"
                          " WHERE r.state <> 'done' AND r.class = ? AND p.masked_pan = ?",
                          "tt", vault_life_class_name (VAULT_CLASS_CHIP), masked_pan);
  vault_unlock (self);
  return read ? sum : 0;
}

/* The class and state, among those of open records, that follow *klass and *state; both NULL after
 * the last. Whatever a row says it is, it is found. */
static gboolean
next_kind (Vault *self, char **klass, char **state, GError **error)
{
  sqlite3_stmt *query = vault_db_query (
      self->db, error,
      "SELECT class, state FROM"
      " (SELECT class, state FROM record INDEXED BY record_open"
      "  WHERE state <> 'done' AND class = ?1 AND state > ?2 ORDER BY class, state LIMIT 1)"
      " UNION ALL SELECT class, state FROM"
      " (SELECT class, state FROM record INDEXED BY record_open"
      "  WHERE state <> 'done' AND class > ?1 ORDER BY class, state LIMIT 1) LIMIT 1",
      "tt", *klass, *state);
  g_autofree char *klass_before = *klass, *state_before = *state;
  gboolean row = FALSE;

  *klass = *state = NULL;
  if (query == NULL || !vault_db_step (self->db, query, &row, error))
    return FALSE;
  *klass = row ? vault_db_text (query, 0) : NULL;
  *state = row ? vault_db_text (query, 1) : NULL;
  sqlite3_reset (query);
  return TRUE;
}

static int
compare_ids (gconstpointer a, gconstpointer b)
{
  gint64 first = *(const gint64 *)a, second = *(const gint64 *)b;

  return first < second ? -1 : first > second;
}

/* The oldest open ones after `after`, of each class and state `limit` at most, in their order. */
static gboolean
find_open (Vault *self, gint64 after, guint limit, GArray *ids, GError **error)
{
  g_autofree char *klass = g_strdup (""), *state = g_strdup ("");
  gboolean read;

  while ((read = next_kind (self, &klass, &state, error)) && klass != NULL)
    if (!vault_db_take_ids (
            self->db,
            vault_db_query (self->db, error,
                            "SELECT id FROM record INDEXED BY record_open WHERE"
                            " state <> 'done' AND class = ? AND state = ? AND id > ?"
                            " ORDER BY id LIMIT ?",
                            "ttii", klass, state, after, (gint64)limit),
            ids, error))
      return FALSE;
  g_array_sort (ids, compare_ids);
  return read;
}

static gboolean
find_done (Vault *self, guint limit, GArray *ids, GError **error)
{
  return vault_db_take_ids (self->db,
                            vault_db_query (self->db, error,
                                            "SELECT id FROM record INDEXED BY record_done WHERE"
                                            " state = 'done' ORDER BY settled DESC, done_us DESC,"
                                            " id DESC LIMIT ?",
                                            "i", (gint64)limit),
                            ids, error);
}

static GPtrArray *
read_all (Vault *self, const GArray *ids, GError **error)
{
  g_autoptr (GPtrArray) records
      = g_ptr_array_new_with_free_func ((GDestroyNotify)vault_record_free);

  for (guint i = 0; i < ids->len; i++)
    {
      VaultRecord *record
          = vault_record_read (self, g_array_index (ids, gint64, i), /* message= */ FALSE, error);

      if (record == NULL)
        return NULL;
      g_ptr_array_add (records, record);
    }
  return g_steal_pointer (&records);
}

GPtrArray *
vault_queue_list (Vault *self, gboolean done, guint limit, GError **error)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  GPtrArray *records = NULL;

  vault_lock (self);
  if (done ? find_done (self, limit, ids, error) : find_open (self, G_MININT64, limit, ids, error))
    records = read_all (self, ids, error);
  vault_unlock (self);
  return records;
}

GPtrArray *
vault_queue_page (Vault *self, gint64 after, guint limit, GError **error)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  GPtrArray *records = NULL;

  vault_lock (self);
  if (find_open (self, after, limit, ids, error))
    {
      g_array_set_size (ids, MIN (ids->len, limit));
      records = read_all (self, ids, error);
    }
  vault_unlock (self);
  return records;
}

gboolean
vault_queue_next_us (Vault *self, gint64 *out_next_us, GError **error)
{
  gboolean read;

  vault_lock (self);
  read = vault_db_number (self->db, 0, out_next_us, error,
                          "SELECT coalesce (min (next_us), 0) FROM record INDEXED BY record_later"
                          " WHERE next_us > 0 AND state <> 'done' AND state <> 'attention'",
                          "");
  vault_unlock (self);
  return read;
}

gboolean
vault_queue_due_now (Vault *self, GError **error)
{
  if (!vault_lock_and_begin (self, error))
    return FALSE;
  return vault_commit_and_unlock (
      self,
      vault_db_run (self->db, error,
                    "UPDATE record SET next_us = 0 WHERE next_us > 0 AND state <> 'done'"
                    " AND state <> 'attention'",
                    ""),
      error);
}

/* ---- What keeps a batch open ---- */

gboolean
vault_queue_aside_owed (Vault *self,
                        const char *terminal,
                        guint *out_count,
                        gint64 *out_first,
                        GError **error)
{
  static const char which[]
      = " FROM record INDEXED BY record_open WHERE state <> 'done'"
        " AND class IN (" VAULT_RECORD_OWED_CLASSES ") AND state = 'attention'"
        " AND (?1 IS NULL OR terminal = ?1)"
        " AND instr (?2, ' ' || id || ' ') = 0";
  g_autofree char *count = g_strconcat ("SELECT count (*)", which, NULL);
  g_autofree char *first = g_strconcat ("SELECT min (id)", which, NULL);
  g_autofree char *decided = vault_decided_read (self);
  gint64 found = 0;
  gboolean read;

  vault_lock (self);
  if (terminal == NULL)
    terminal = self->terminal;
  *out_first = 0;
  read = vault_db_number (self->db, 0, &found, error, count, "tt", terminal, decided)
         && (found == 0
             || vault_db_number (self->db, 0, out_first, error, first, "tt", terminal, decided));
  vault_unlock (self);
  *out_count = (guint)found;
  return read;
}

static gboolean
is_owed (const VaultRecord *record)
{
  return record->klass == VAULT_CLASS_REVERSAL || record->klass == VAULT_CLASS_CHIP
         || record->klass == VAULT_CLASS_COMPLETION;
}

static gboolean
is_outcome_missing (const VaultRecord *record)
{
  return g_strcmp0 (record->reason, VAULT_REASON_OUTCOME_MISSING) == 0;
}

/* What the disk doesn't give out just now isn't changed. */
static gboolean
is_changed (Vault *self, const VaultRecord *record)
{
  g_autoptr (GError) why = NULL;
  g_autoptr (VaultRecord) opened = vault_record_read (self, record->id, /* message= */ TRUE, &why);

  return g_error_matches (why, VAULT_ERROR, VAULT_ERROR_CHANGED);
}

static gboolean
is_decided (Vault *self, const VaultRecord *record)
{
  g_autofree char *decided = vault_decided_read (self);
  g_autofree char *word = g_strdup_printf (" %" G_GINT64_FORMAT " ", record->id);

  return strstr (decided, word) != NULL;
}

VaultRemedy
vault_queue_remedy (Vault *self, const VaultRecord *record)
{
  gboolean changed;

  if (record->state != VAULT_RECORD_ATTENTION)
    return VAULT_REMEDY_NONE;
  vault_lock (self);
  changed = is_changed (self, record);
  vault_unlock (self);
  if (is_owed (record) && is_decided (self, record))
    return VAULT_REMEDY_NONE;
  if (!changed && g_strcmp0 (record->reason, VAULT_REASON_NUMBER_TAKEN) != 0)
    return is_outcome_missing (record) ? VAULT_REMEDY_DECIDE : VAULT_REMEDY_RETRY;
  if (is_owed (record))
    return VAULT_REMEDY_BY_HAND;
  return record->klass == VAULT_CLASS_NOTICE ? VAULT_REMEDY_NONE : VAULT_REMEDY_BANK;
}

/* Of one whose outcome is missing that is to be said instead, while there is something to send. */
static gboolean
may_be_cleared (Vault *self, const VaultRecord *record)
{
  return record->state == VAULT_RECORD_ATTENTION && is_owed (record)
         && (!is_outcome_missing (record) || is_changed (self, record));
}

/* The seal stays: one that doesn't open may be cleared by hand, too. */
gboolean
vault_queue_by_hand (Vault *self, gint64 id, const char *who, GError **error)
{
  g_autofree char *detail = g_strdup_printf ("record %" G_GINT64_FORMAT, id);
  g_autofree char *decided = vault_decided_read (self);
  g_autoptr (VaultRecord) record = NULL;
  gboolean good;

  if (!vault_lock_and_begin (self, error))
    return FALSE;
  record = vault_record_read (self, id, /* message= */ FALSE, error);
  good = record != NULL && may_be_cleared (self, record);
  if (record != NULL && !good)
    g_set_error (error, VAULT_ERROR, VAULT_ERROR_STATE,
                 _ ("Record %" PRId64 " is no reversal or advice that was set aside"), id);
  good = good && vault_decided_write (self, decided, id, /* dropped= */ 0, error)
         && vault_db_run (self->db, error,
                          "UPDATE record SET reason = '" VAULT_REASON_BY_HAND "' WHERE id = ?", "i",
                          id)
         && vault_journal_append (self, who, VAULT_DECIDED_ADD, detail, error);
  return vault_commit_and_unlock (self, good, error);
}

gboolean
vault_queue_retry (Vault *self, gint64 id, const char *who, GError **error)
{
  g_autoptr (VaultRecord) record = vault_queue_load (self, id, error);
  g_autofree char *detail = g_strdup_printf ("record %" G_GINT64_FORMAT, id);
  g_autofree char *decided = vault_decided_read (self);
  gboolean good;

  if (record == NULL)
    return FALSE;
  if (record->state != VAULT_RECORD_ATTENTION)
    {
      g_set_error (error, VAULT_ERROR, VAULT_ERROR_STATE, _ ("Record %" PRId64 " is not set aside"),
                   id);
      return FALSE;
    }
  if (g_strcmp0 (record->reason, VAULT_REASON_NUMBER_TAKEN) == 0)
    {
      g_set_error (error, VAULT_ERROR, VAULT_ERROR_STATE,
                   _ ("The acquirer has another payment under record %" PRId64 "'s number, and "
                      "would refuse it again"),
                   id);
      return FALSE;
    }
  if (!vault_lock_and_begin (self, error))
    return FALSE;
  good = vault_record_move (self, record, VAULT_RECORD_WAITING, VAULT_REASON_RETRY, error)
         && vault_db_run (self->db, error, "UPDATE record SET next_us = 0 WHERE id = ?", "i", id)
         && vault_decided_write (self, decided, /* added= */ 0, id, error)
         && vault_journal_append (self, who, VAULT_DECIDED_DROP, detail, error);
  return vault_commit_and_unlock (self, good, error);
}

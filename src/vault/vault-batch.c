/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault-batch.h"

#include "vault-books.h"
#include "vault-journal.h"
#include "vault-record.h"

#include "base-number.h"
#include "crypto-digest.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <string.h>

/* What the acquirer told last about the open batch: sealed, and good only for that batch. */
#define HOST_NAME VAULT_BOOKS_HOST_SUMS
#define HOST_NUMBERS 11
#define TAKEN_BITS 8

#define COLUMNS                                                                                    \
  "SELECT id, number, state, verdict, opened_us, counted_us, settled_us, debit_count,"             \
  " debit_minor, credit_count, credit_minor, host_known, host_debit_count, host_debit_minor,"      \
  " host_credit_count, host_credit_minor, rows_known, differences FROM batch "

static const char *const states[]
    = { "open", "counted", "agreed", "uploading", "uploaded", "settled" };
static const char *const verdicts[] = { "none", "agrees", "differs", "wrong" };
static const char *const kinds[] = { "only-here", "only-there", "another-amount" };

const char *
vault_batch_state_name (VaultBatchState state)
{
  return states[state];
}

const char *
vault_batch_verdict_name (VaultBatchVerdict verdict)
{
  return verdicts[verdict];
}

const char *
vault_batch_difference_name (VaultBatchDifferenceKind kind)
{
  return kinds[kind];
}

gboolean
vault_batch_sums_equal (const VaultBatchSums *a, const VaultBatchSums *b)
{
  return a->debit_count == b->debit_count && a->debit_minor == b->debit_minor
         && a->credit_count == b->credit_count && a->credit_minor == b->credit_minor;
}

gint64
vault_batch_sums_net (const VaultBatchSums *self)
{
  return self->debit_minor - self->credit_minor;
}

gboolean
vault_batch_state_from_name (const char *name, VaultBatchState *out_state)
{
  guint state;

  if (!vault_life_find_name (states, G_N_ELEMENTS (states), name, &state))
    return FALSE;
  *out_state = (VaultBatchState)state;
  return TRUE;
}

gboolean
vault_batch_verdict_from_name (const char *name, VaultBatchVerdict *out_verdict)
{
  guint verdict;

  if (!vault_life_find_name (verdicts, G_N_ELEMENTS (verdicts), name, &verdict))
    return FALSE;
  *out_verdict = (VaultBatchVerdict)verdict;
  return TRUE;
}

/* ---- Counting ---- */

void
vault_batch_set_terminal (Vault *self, const char *terminal)
{
  vault_lock (self);
  g_free (self->terminal);
  self->terminal = g_strdup (terminal);
  vault_unlock (self);
}

static gboolean
add (VaultBatchSums *sums, gboolean credit, gint64 amount_minor)
{
  gint64 *sum = credit ? &sums->credit_minor : &sums->debit_minor;
  guint *count = credit ? &sums->credit_count : &sums->debit_count;

  ++*count;
  return base_money_add (*sum, ABS (amount_minor), sum);
}

/* A terminal that was taken over has 256 numbers for its batches, by a digest of its name: two of
 * them never meet in one shop. */
static gint64
taken_first (const char *terminal)
{
  guint8 digest[CRYPTO_DIGEST_SIZE];
  guint32 name = 0;

  crypto_sha256 (BASE_SPAN_STR (terminal), digest);
  for (guint i = 0; i < sizeof name; i++)
    name = name << 8 | digest[i];
  return VAULT_BATCH_TAKEN_FIRST + ((gint64)name << TAKEN_BITS);
}

/* With the mutex. */
static gboolean
find_taken (Vault *self, const char *terminal, gint64 *out_id, GError **error)
{
  gint64 first = taken_first (terminal);

  return vault_db_number (self->db, 0, out_id, error,
                          "SELECT max (id) FROM batch WHERE id BETWEEN ? AND ?", "ii", first,
                          first + (1 << TAKEN_BITS) - 1);
}

static gboolean
open_taken (Vault *self, gint64 id, GError **error)
{
  return vault_db_run (self->db, error,
                       "INSERT INTO batch (id, state, opened_us) VALUES (?, 'open', ?)", "ii", id,
                       g_get_real_time ())
         && vault_books_note_batch (self, id, error);
}

/* Whose sums don't stand yet: while a batch is being settled, the next one, which is opened when
 * that is closed. 0: see the error. */
static gint64
counting (Vault *self, gint64 id, VaultBatch *out_batch, GError **error)
{
  if (!vault_batch_read (self, id, out_batch, error))
    return 0;
  return out_batch->state == VAULT_BATCH_OPEN ? id : id + 1;
}

/* The same of a terminal that was taken over. */
static gint64
need_taken (Vault *self, const char *terminal, GError **error)
{
  gint64 id = 0, next;
  VaultBatch newest = { .state = VAULT_BATCH_SETTLED };

  if (!find_taken (self, terminal, &id, error))
    return 0;
  next = id == 0 ? taken_first (terminal) : counting (self, id, &newest, error);
  if (next == 0 || newest.state != VAULT_BATCH_SETTLED)
    return next;
  return open_taken (self, next, error) ? next : 0;
}

gboolean
vault_batch_taken (Vault *self, const char *terminal, gint64 *out_id, GError **error)
{
  gboolean read;

  vault_lock (self);
  read = find_taken (self, terminal, out_id, error);
  vault_unlock (self);
  return read;
}

gboolean
vault_batch_take_over (Vault *self,
                       const char *terminal,
                       const char *who,
                       const char *leave,
                       GError **error)
{
  g_autofree char *detail = g_strdup_printf (
      "batch of %s%s%s", terminal, leave != NULL ? ", leave by " : "", leave != NULL ? leave : "");
  gint64 id = 0;
  gboolean good;

  if (!vault_lock_and_begin (self, error))
    return FALSE;
  good = find_taken (self, terminal, &id, error);
  if (good && id == 0)
    good = open_taken (self, taken_first (terminal), error)
           && vault_journal_append (self, who, "hand-over", detail, error);
  return vault_commit_and_unlock (self, good, error);
}

void
vault_batch_step_on (Vault *self, gint64 id)
{
  self->stepping = id;
}

gint64
vault_batch_take (Vault *self,
                  const char *terminal,
                  gint64 amount_minor,
                  gint counts,
                  GError **error)
{
  VaultBatchHead *head = &self->heads.batch;
  VaultBatch own;
  gint64 id;

  if (counts == 0)
    return head->id;
  if (self->terminal != NULL && g_strcmp0 (terminal, self->terminal) != 0)
    return need_taken (self, terminal, error);
  id = counting (self, head->id, &own, error);
  if (id == head->id && head->known && !add (&head->sums, counts < 0, amount_minor))
    head->known = FALSE;
  return id;
}

gboolean
vault_batch_open (Vault *self, GError **error)
{
  self->heads.batch = (VaultBatchHead){ 0 };
  return vault_db_number (self->db, 1, &self->heads.batch.id, error,
                          "SELECT max (id) FROM batch WHERE id < ?", "i", VAULT_BATCH_TAKEN_FIRST);
}

/* One pass over the part of an index that is this batch, and holds all it needs. */
static gboolean
add_up (Vault *self, gint64 id, VaultBatchSums *sums, GError **error)
{
  sqlite3_stmt *query
      = vault_db_query (self->db, error,
                        "SELECT counts, count (*), sum (amount_minor)"
                        " FROM record INDEXED BY record_done"
                        " WHERE state = 'done' AND settled = ? AND counts <> 0 GROUP BY counts",
                        "i", id);
  gboolean row = TRUE;

  *sums = (VaultBatchSums){ 0 };
  while (query != NULL && row)
    {
      gint64 count, minor;

      if (!vault_db_step (self->db, query, &row, error))
        return FALSE;
      if (!row)
        break;
      count = sqlite3_column_int64 (query, 1);
      minor = ABS (sqlite3_column_int64 (query, 2));
      if (sqlite3_column_int64 (query, 0) < 0)
        sums->credit_count = (guint)count, sums->credit_minor = minor;
      else
        sums->debit_count = (guint)count, sums->debit_minor = minor;
    }
  return query != NULL;
}

/* A reader sees what the owner has written meanwhile. */
static gboolean
ensure_sums (Vault *self, GError **error)
{
  VaultBatchHead *head = &self->heads.batch;

  if (self->access == VAULT_ACCESS_OWN && head->known)
    return TRUE;
  if (self->access != VAULT_ACCESS_OWN && !vault_batch_open (self, error))
    return FALSE;
  head->known = add_up (self, head->id, &head->sums, error);
  self->heads_committed.batch = *head;
  return head->known;
}

/* ---- Reading ---- */

static void
read_sums (sqlite3_stmt *query, int column, VaultBatchSums *sums)
{
  sums->debit_count = (guint)CLAMP (sqlite3_column_int64 (query, column), 0, G_MAXUINT);
  sums->debit_minor = CLAMP (sqlite3_column_int64 (query, column + 1), 0, BASE_MONEY_MAX_MINOR);
  sums->credit_count = (guint)CLAMP (sqlite3_column_int64 (query, column + 2), 0, G_MAXUINT);
  sums->credit_minor = CLAMP (sqlite3_column_int64 (query, column + 3), 0, BASE_MONEY_MAX_MINOR);
}

static gboolean
read_batch (Vault *self, gint64 id, VaultBatch *out_batch, GError **error)
{
  sqlite3_stmt *query = vault_db_query (self->db, error, COLUMNS "WHERE id = ?", "i", id);
  gboolean row = FALSE, sound;
  guint state = 0, verdict = 0;

  if (query == NULL || !vault_db_step (self->db, query, &row, error))
    return FALSE;
  if (!row)
    {
      g_set_error (error, VAULT_ERROR, VAULT_ERROR_ABSENT, _ ("There is no batch %" PRId64), id);
      return FALSE;
    }
  sound = vault_life_find_name (states, G_N_ELEMENTS (states),
                                (const char *)sqlite3_column_text (query, 2), &state)
          && vault_life_find_name (verdicts, G_N_ELEMENTS (verdicts),
                                   (const char *)sqlite3_column_text (query, 3), &verdict);
  *out_batch = (VaultBatch){
    .id = sqlite3_column_int64 (query, 0),
    .number = (guint32)CLAMP (sqlite3_column_int64 (query, 1), 0, VAULT_BATCH_NUMBER_MAX),
    .state = (VaultBatchState)state,
    .verdict = (VaultBatchVerdict)verdict,
    .opened_us = sqlite3_column_int64 (query, 4),
    .counted_us = sqlite3_column_int64 (query, 5),
    .settled_us = sqlite3_column_int64 (query, 6),
    .host_known = sqlite3_column_int64 (query, 11) != 0,
    .rows_known = sqlite3_column_int64 (query, 16) != 0,
    .differences = (guint)CLAMP (sqlite3_column_int64 (query, 17), 0, G_MAXUINT),
  };
  read_sums (query, 7, &out_batch->till);
  read_sums (query, 12, &out_batch->host);
  sqlite3_reset (query);
  if (!sound)
    g_set_error (error, VAULT_ERROR, VAULT_ERROR_CHANGED, _ ("Batch %" PRId64 " is damaged"), id);
  return sound;
}

gboolean
vault_batch_load (Vault *self, gint64 id, VaultBatch *out_batch, GError **error)
{
  gboolean read;

  vault_lock (self);
  read = read_batch (self, id, out_batch, error);
  vault_unlock (self);
  return read;
}

gboolean
vault_batch_find (Vault *self, guint32 number, VaultBatch *out_batch, GError **error)
{
  gint64 id = 0;
  gboolean read;

  vault_lock (self);
  read = vault_db_number (self->db, 0, &id, error,
                          "SELECT max (id) FROM batch WHERE number = ?1 AND ?1 <> 0", "i",
                          (gint64)number);
  if (read && id == 0)
    g_set_error (error, VAULT_ERROR, VAULT_ERROR_ABSENT, _ ("There is no batch %u"), number);
  read = read && id != 0 && read_batch (self, id, out_batch, error);
  vault_unlock (self);
  return read;
}

/* With the mutex. An open one has the sums of this moment. */
static gboolean
read_current (Vault *self, VaultBatch *out_batch, GError **error)
{
  if (!ensure_sums (self, error) || !read_batch (self, self->heads.batch.id, out_batch, error))
    return FALSE;
  if (out_batch->state == VAULT_BATCH_OPEN)
    out_batch->till = self->heads.batch.sums;
  return TRUE;
}

gboolean
vault_batch_read (Vault *self, gint64 id, VaultBatch *out_batch, GError **error)
{
  return id == 0 ? read_current (self, out_batch, error) : read_batch (self, id, out_batch, error);
}

gboolean
vault_batch_current (Vault *self, VaultBatch *out_batch, GError **error)
{
  gboolean read;

  vault_lock (self);
  read = read_current (self, out_batch, error);
  vault_unlock (self);
  return read;
}

gboolean
vault_batch_is_open (Vault *self)
{
  gint64 settling = 0;

  vault_lock (self);
  (void)vault_db_number (self->db, 0, &settling, /* error= */ NULL,
                         "SELECT state <> 'open' FROM batch WHERE id = ?", "i",
                         self->heads.batch.id);
  vault_unlock (self);
  return settling == 0;
}

/* One step: the row of an aggregate. */
static gboolean
read_owed (Vault *self, sqlite3_stmt *query, guint *out_count, gint64 *out_minor, GError **error)
{
  gboolean row = FALSE;

  if (query == NULL || !vault_db_step (self->db, query, &row, error))
    return FALSE;
  *out_count = (guint)sqlite3_column_int64 (query, 0);
  *out_minor = sqlite3_column_int64 (query, 1);
  sqlite3_reset (query);
  return TRUE;
}

/* Those that wait, or those that are set aside. */
static gboolean
sum_class (Vault *self,
           const char *terminal,
           VaultClass klass,
           gboolean aside,
           guint *out_count,
           gint64 *out_minor,
           GError **error)
{
  static const char waits[] = "SELECT count (*), coalesce (sum (amount_minor), 0)"
                              " FROM record INDEXED BY record_open WHERE state <> 'done'"
                              " AND class = ? AND state IN ('waiting', 'sending')"
                              " AND (?2 IS NULL OR terminal = ?2)";
  static const char lies[] = "SELECT count (*), coalesce (sum (amount_minor), 0)"
                             " FROM record INDEXED BY record_open WHERE state <> 'done'"
                             " AND class = ? AND state = 'attention'"
                             " AND (?2 IS NULL OR terminal = ?2)";
  gboolean read;

  vault_lock (self);
  read = read_owed (self,
                    vault_db_query (self->db, error, aside ? lies : waits, "tt",
                                    vault_life_class_name (klass),
                                    terminal != NULL ? terminal : self->terminal),
                    out_count, out_minor, error);
  vault_unlock (self);
  return read;
}

gboolean
vault_batch_owed (Vault *self,
                  const char *terminal,
                  VaultClass klass,
                  guint *out_count,
                  gint64 *out_minor,
                  GError **error)
{
  return sum_class (self, terminal, klass, FALSE, out_count, out_minor, error);
}

gboolean
vault_batch_aside (Vault *self,
                   const char *terminal,
                   VaultClass klass,
                   guint *out_count,
                   gint64 *out_minor,
                   GError **error)
{
  return sum_class (self, terminal, klass, TRUE, out_count, out_minor, error);
}

gboolean
vault_batch_is_resolved (const VaultBatch *self, const GArray *differences)
{
  if (self->verdict == VAULT_BATCH_VERDICT_AGREES)
    return TRUE;
  if (!self->rows_known || differences->len < self->differences)
    return FALSE;
  for (guint i = 0; i < differences->len; i++)
    if (!g_array_index (differences, VaultBatchDifference, i).resolved)
      return FALSE;
  return TRUE;
}

GArray *
vault_batch_differences (Vault *self, gint64 id, GError **error)
{
  g_autoptr (GArray) list = g_array_new (FALSE, TRUE, sizeof (VaultBatchDifference));
  sqlite3_stmt *query;
  gboolean row = TRUE, read;

  vault_lock (self);
  query = vault_db_query (self->db, error,
                          "SELECT kind, of_batch, stan, credit, amount_minor, host_minor,"
                          " masked_pan, sale, resolved FROM batch_difference"
                          " WHERE id BETWEEN ?1 * 1000 AND ?1 * 1000 + 999 ORDER BY id",
                          "i", id);
  read = query != NULL;
  while (read && row)
    {
      VaultBatchDifference difference = { 0 };
      guint kind = 0;

      read = vault_db_step (self->db, query, &row, error);
      if (!read || !row)
        break;
      (void)vault_life_find_name (kinds, G_N_ELEMENTS (kinds),
                                  (const char *)sqlite3_column_text (query, 0), &kind);
      difference.kind = (VaultBatchDifferenceKind)kind;
      difference.batch = (guint32)sqlite3_column_int64 (query, 1);
      difference.stan = (guint32)sqlite3_column_int64 (query, 2);
      difference.credit = sqlite3_column_int64 (query, 3) != 0;
      difference.amount_minor = sqlite3_column_int64 (query, 4);
      difference.host_minor = sqlite3_column_int64 (query, 5);
      g_strlcpy (difference.masked_pan, (const char *)sqlite3_column_text (query, 6),
                 sizeof difference.masked_pan);
      difference.sale = sqlite3_column_int64 (query, 7);
      difference.resolved = sqlite3_column_int64 (query, 8) != 0;
      g_array_append_val (list, difference);
    }
  vault_unlock (self);
  return read ? g_steal_pointer (&list) : NULL;
}

/* The amount is the payment's, as the receipt has it; the record's must be the same. */
static gboolean
read_rows (Vault *self, gint64 id, gint64 after, guint limit, GArray *rows, GError **error)
{
  sqlite3_stmt *query = vault_db_query (
      self->db, error,
      "SELECT r.id, r.batch, r.stan, r.counts, r.amount_minor, p.amount_minor, p.masked_pan, "
      "r.sale,"
      " r.class"
      " FROM record r JOIN payment p ON p.id = r.sale * 64 + r.position WHERE r.id IN"
      " (SELECT id FROM record INDEXED BY record_done WHERE state = 'done' AND settled = ?1"
      " AND counts <> 0 AND id > ?2 ORDER BY id LIMIT ?3) ORDER BY r.id",
      "iii", id, after, (gint64)limit);
  gboolean row = TRUE;

  G_STATIC_ASSERT (VAULT_SALE_PAYMENT_KEYS == 64);
  while (query != NULL && row)
    {
      VaultBatchRow next = { 0 };
      const char *masked;

      if (!vault_db_step (self->db, query, &row, error))
        return FALSE;
      if (!row)
        break;
      next.record = sqlite3_column_int64 (query, 0);
      next.batch = (guint32)sqlite3_column_int64 (query, 1);
      next.stan = (guint32)sqlite3_column_int64 (query, 2);
      next.credit = sqlite3_column_int64 (query, 3) < 0;
      next.amount_minor = ABS (sqlite3_column_int64 (query, 5));
      masked = (const char *)sqlite3_column_text (query, 6);
      g_strlcpy (next.masked_pan, masked != NULL ? masked : "", sizeof next.masked_pan);
      next.sale = sqlite3_column_int64 (query, 7);
      next.chip = g_strcmp0 ((const char *)sqlite3_column_text (query, 8),
                             vault_life_class_name (VAULT_CLASS_CHIP))
                  == 0;
      if (next.amount_minor != ABS (sqlite3_column_int64 (query, 4)))
        {
          sqlite3_reset (query);
          g_set_error (error, VAULT_ERROR, VAULT_ERROR_CHANGED,
                       _ ("Record %" PRId64 " has another amount than its payment"), next.record);
          return FALSE;
        }
      g_array_append_val (rows, next);
    }
  return query != NULL;
}

GArray *
vault_batch_rows (Vault *self, gint64 id, gint64 after, guint limit, GError **error)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, TRUE, sizeof (VaultBatchRow));
  gboolean read;

  vault_lock (self);
  read = read_rows (self, id, after, MIN (limit, VAULT_BATCH_ROWS_MAX), rows, error);
  vault_unlock (self);
  return read ? g_steal_pointer (&rows) : NULL;
}

/* ---- What the acquirer told ---- */

static char *
host_text (gint64 id, gint64 now_us, const VaultBatchSums *till, const VaultBatchSums *host)
{
  return g_strdup_printf ("1 %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %u %" G_GINT64_FORMAT
                          " %u %" G_GINT64_FORMAT " %u %" G_GINT64_FORMAT " %u %" G_GINT64_FORMAT,
                          id, now_us, till->debit_count, till->debit_minor, till->credit_count,
                          till->credit_minor, host->debit_count, host->debit_minor,
                          host->credit_count, host->credit_minor);
}

static void
take_sums (const guint64 *numbers, VaultBatchSums *sums)
{
  sums->debit_count = (guint)MIN (numbers[0], G_MAXUINT);
  sums->debit_minor = (gint64)numbers[1];
  sums->credit_count = (guint)MIN (numbers[2], G_MAXUINT);
  sums->credit_minor = (gint64)numbers[3];
}

/* FALSE: nothing, or of another batch. */
static gboolean
parse_host (const char *text, gint64 id, VaultBatchView *view)
{
  g_auto (GStrv) words = g_strsplit (text, " ", HOST_NUMBERS + 1);
  guint64 numbers[HOST_NUMBERS];

  if (g_strv_length (words) != HOST_NUMBERS)
    return FALSE;
  for (gsize i = 0; i < HOST_NUMBERS; i++)
    if (!base_number_parse (words[i], 10, 0, G_MAXINT64, &numbers[i]))
      return FALSE;
  if ((gint64)numbers[1] != id)
    return FALSE;
  view->asked_us = (gint64)numbers[2];
  take_sums (&numbers[3], &view->till_then);
  take_sums (&numbers[7], &view->host);
  return TRUE;
}

gboolean
vault_batch_note_host (Vault *self, const VaultBatchSums *host, GError **error)
{
  g_autofree char *text = NULL;
  VaultBatch current;

  if (!vault_batch_current (self, &current, error) || !vault_lock_and_begin (self, error))
    return FALSE;
  text = host_text (current.id, g_get_real_time (), &current.till, host);
  return vault_commit_and_unlock (
      self, vault_setting_write (self, HOST_NAME, BASE_SPAN_STR (text), error), error);
}

gboolean
vault_batch_view (Vault *self, VaultBatchView *out_view, GError **error)
{
  /* One that was changed is as good as none. */
  g_autofree char *told = vault_setting_text (self, HOST_NAME, /* error= */ NULL);
  VaultBatchView view = { 0 };
  VaultBatch current;
  gboolean read;

  vault_lock (self);
  read = read_current (self, &current, error);
  if (read && current.id > 1)
    read = read_batch (self, current.id - 1, &view.last, error);
  vault_unlock (self);
  if (!read)
    return FALSE;
  view.id = current.id;
  view.settling = current.state != VAULT_BATCH_OPEN;
  view.till = current.till;
  if (told != NULL && parse_host (told, current.id, &view))
    {
      view.agreed = vault_batch_sums_equal (&view.till_then, &view.host);
      view.moved = !vault_batch_sums_equal (&view.till, &view.till_then);
    }
  *out_view = view;
  return TRUE;
}

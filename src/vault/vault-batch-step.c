/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault-batch.h"

#include "vault-books.h"
#include "vault-journal.h"
#include "vault-record.h"

#include <glib/gi18n.h>
#include <inttypes.h>

#define RECALL_PAGE 64 /* records of one commit */

static gboolean
read_stepping (Vault *self, VaultBatch *out_batch, GError **error)
{
  return self->stepping == 0 ? vault_batch_current (self, out_batch, error)
                             : vault_batch_load (self, self->stepping, out_batch, error);
}

/* How a commit of settling begins and ends: the open batch's row as the disk has it, in the state
 * that the step begins in. */
static gboolean
begin (Vault *self, guint from, VaultBatch *out_batch, GError **error)
{
  if (!read_stepping (self, out_batch, error))
    return FALSE;
  if ((from & 1u << out_batch->state) == 0)
    {
      g_set_error (error, VAULT_ERROR, VAULT_ERROR_STATE,
                   _ ("Batch %" PRId64 " is “%s”: that is not the next step"), out_batch->id,
                   vault_batch_state_name (out_batch->state));
      return FALSE;
    }
  return vault_lock_and_begin (self, error);
}

static char *
sums_words (const VaultBatchSums *sums)
{
  return g_strdup_printf ("debits %u %" G_GINT64_FORMAT " credits %u %" G_GINT64_FORMAT,
                          sums->debit_count, sums->debit_minor, sums->credit_count,
                          sums->credit_minor);
}

/* The entry that ties the batch as it is from now on. */
static gboolean
write_journal (Vault *self,
               const VaultBatch *batch,
               const char *who,
               const char *act,
               const char *more,
               GError **error)
{
  g_autofree char *till = sums_words (&batch->till);
  g_autofree char *detail
      = g_strdup_printf ("batch %" G_GINT64_FORMAT " number %u: %s%s%s", batch->id, batch->number,
                         till, more[0] != '\0' ? ", " : "", more);

  return vault_books_note_batch (self, batch->id, error)
         && vault_journal_append (self, who, act, detail, error);
}

/* From the payments, not from what was kept in memory: what is settled is what the receipts say. */
static gboolean
count_rows (Vault *self, gint64 id, VaultBatchSums *out_sums, GError **error)
{
  gint64 after = 0;
  guint found;

  *out_sums = (VaultBatchSums){ 0 };
  do
    {
      g_autoptr (GArray) rows = vault_batch_rows (self, id, after, VAULT_BATCH_ROWS_MAX, error);

      if (rows == NULL)
        return FALSE;
      found = rows->len;
      for (guint i = 0; i < found; i++)
        {
          const VaultBatchRow *row = &g_array_index (rows, VaultBatchRow, i);
          gint64 *sum = row->credit ? &out_sums->credit_minor : &out_sums->debit_minor;

          if (!base_money_add (*sum, row->amount_minor, sum))
            {
              g_set_error (error, VAULT_ERROR, VAULT_ERROR_STATE,
                           _ ("Batch %" PRId64 " comes to more than an amount can hold"), id);
              return FALSE;
            }
          *(row->credit ? &out_sums->credit_count : &out_sums->debit_count) += 1;
          after = row->record;
        }
    }
  while (found == VAULT_BATCH_ROWS_MAX);
  return TRUE;
}

/* What was accepted while it was being settled counts in it after all, for that came to nothing.
 * One whose seal doesn't open stays where it is. */
static gboolean
recall_page (Vault *self, gint64 id, GArray *rows, GError **error)
{
  g_autofree char *detail
      = g_strdup_printf ("batch %" G_GINT64_FORMAT ": records %u", id, rows->len);
  gboolean good = TRUE;

  if (!vault_lock_and_begin (self, error))
    return FALSE;
  for (guint i = 0; good && i < rows->len; i++)
    good = vault_record_recount (self, g_array_index (rows, VaultBatchRow, i).record, id, error);
  self->heads.batch.known = FALSE;
  return vault_commit_and_unlock (
      self, good && vault_journal_append (self, "till", "settle-recall", detail, error), error);
}

static gboolean
recall (Vault *self, gint64 id, GError **error)
{
  gint64 after = 0;

  for (;;)
    {
      g_autoptr (GArray) rows = vault_batch_rows (self, id + 1, after, RECALL_PAGE, error);

      if (rows == NULL || (rows->len > 0 && !recall_page (self, id, rows, error)))
        return FALSE;
      if (rows->len == 0)
        return TRUE;
      after = g_array_index (rows, VaultBatchRow, rows->len - 1).record;
    }
}

gboolean
vault_batch_count (Vault *self, const char *who, VaultBatch *out_batch, GError **error)
{
  VaultBatch batch;
  VaultBatchSums sums;
  gboolean good;

  if (!read_stepping (self, &batch, error)
      || (batch.state == VAULT_BATCH_OPEN && !recall (self, batch.id, error))
      || !count_rows (self, batch.id, &sums, error)
      || !begin (self, 1u << VAULT_BATCH_OPEN, &batch, error))
    return FALSE;
  batch.till = sums;
  batch.number = self->batch;
  batch.state = VAULT_BATCH_COUNTED;
  batch.verdict = VAULT_BATCH_VERDICT_NONE;
  batch.counted_us = g_get_real_time ();
  good = vault_db_run (self->db, error,
                       "UPDATE batch SET state = 'counted', number = ?, counted_us = ?,"
                       " debit_count = ?, debit_minor = ?, credit_count = ?, credit_minor = ?"
                       " WHERE id = ?",
                       "iiiiiii", (gint64)batch.number, batch.counted_us, (gint64)sums.debit_count,
                       sums.debit_minor, (gint64)sums.credit_count, sums.credit_minor, batch.id)
         && write_journal (self, &batch, who, "settle-count", "", error);
  if (!vault_commit_and_unlock (self, good, error))
    return FALSE;
  *out_batch = batch;
  return TRUE;
}

static gboolean
reset (Vault *self, const VaultBatch *batch, const char *reason, GError **error)
{
  return vault_db_run (self->db, error,
                       "UPDATE batch SET state = 'open', verdict = 'none', host_known = 0,"
                       " host_debit_count = 0, host_debit_minor = 0, host_credit_count = 0,"
                       " host_credit_minor = 0, number = 0, counted_us = 0,"
                       " debit_count = 0, debit_minor = 0, credit_count = 0, credit_minor = 0"
                       " WHERE id = ?",
                       "i", batch->id)
         && write_journal (self, batch, "till", "settle-refused", reason, error);
}

gboolean
vault_batch_reopen (Vault *self, const char *reason, GError **error)
{
  VaultBatch batch;
  gboolean good;

  if (!begin (self, 1u << VAULT_BATCH_COUNTED | 1u << VAULT_BATCH_AGREED, &batch, error))
    return FALSE;
  good = reset (self, &batch, reason, error);
  return vault_commit_and_unlock (self, good, error) && recall (self, batch.id, error);
}

/* What was accepted meanwhile is recalled when it is counted again. */
gboolean
vault_batch_reopen_all (Vault *self, const char *reason, GError **error)
{
  for (;;)
    {
      VaultBatch batch;
      gint64 id = 0;

      if (!vault_db_number (self->db, 0, &id, error,
                            "SELECT min (id) FROM batch WHERE state NOT IN ('open', 'settled')",
                            ""))
        return FALSE;
      if (id == 0)
        return TRUE;
      if (!vault_batch_read (self, id, &batch, error) || !reset (self, &batch, reason, error))
        return FALSE;
    }
}

static gboolean
write_host (Vault *self, gint64 id, const VaultBatchSums *host, GError **error)
{
  return host == NULL
         || vault_db_run (self->db, error,
                          "UPDATE batch SET host_known = 1, host_debit_count = ?,"
                          " host_debit_minor = ?, host_credit_count = ?, host_credit_minor = ?"
                          " WHERE id = ?",
                          "iiiii", (gint64)host->debit_count, host->debit_minor,
                          (gint64)host->credit_count, host->credit_minor, id);
}

gboolean
vault_batch_judge (Vault *self,
                   VaultBatchVerdict verdict,
                   const VaultBatchSums *host,
                   GError **error)
{
  VaultBatch batch;
  VaultBatchState next
      = verdict == VAULT_BATCH_VERDICT_AGREES ? VAULT_BATCH_AGREED : VAULT_BATCH_UPLOADING;
  g_autofree char *theirs = host != NULL ? sums_words (host) : g_strdup ("unknown");
  g_autofree char *more
      = g_strconcat (vault_batch_verdict_name (verdict), ", acquirer ", theirs, NULL);
  gboolean good;

  if (!begin (self, 1u << VAULT_BATCH_COUNTED, &batch, error))
    return FALSE;
  good = vault_db_run (self->db, error, "UPDATE batch SET state = ?, verdict = ? WHERE id = ?",
                       "tti", vault_batch_state_name (next), vault_batch_verdict_name (verdict),
                       batch.id)
         && write_host (self, batch.id, host, error)
         && write_journal (self, &batch, "till", "settle-verdict", more, error);
  return vault_commit_and_unlock (self, good, error);
}

gboolean
vault_batch_set_uploaded (Vault *self, gboolean uploaded, GError **error)
{
  VaultBatch batch;
  VaultBatchState next = uploaded ? VAULT_BATCH_UPLOADED : VAULT_BATCH_UPLOADING;
  gboolean good;

  if (!begin (self, 1u << (uploaded ? VAULT_BATCH_UPLOADING : VAULT_BATCH_UPLOADED), &batch, error))
    return FALSE;
  good = vault_db_run (self->db, error, "UPDATE batch SET state = ? WHERE id = ?", "ti",
                       vault_batch_state_name (next), batch.id)
         && write_journal (self, &batch, "till", uploaded ? "settle-uploaded" : "settle-upload", "",
                           error);
  return vault_commit_and_unlock (self, good, error);
}

static gboolean
write_differences (Vault *self, gint64 id, const VaultBatchEnd *end, GError **error)
{
  for (guint i = 0; i < MIN (end->n_differences, VAULT_BATCH_DIFFERENCES_MAX); i++)
    {
      const VaultBatchDifference *difference = &end->differences[i];

      if (!vault_db_run (
              self->db, error, "INSERT INTO batch_difference VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
              "itiiiiitii", id * 1000 + i + 1, vault_batch_difference_name (difference->kind),
              (gint64)difference->batch, (gint64)difference->stan, (gint64)difference->credit,
              difference->amount_minor, difference->host_minor, difference->masked_pan,
              difference->sale, (gint64)difference->resolved))
        return FALSE;
    }
  return TRUE;
}

/* Messages carry the next number from here on. */
static gboolean
use_next_number (Vault *self, const VaultBatch *batch, GError **error)
{
  return vault_db_run (self->db, error,
                       "UPDATE counter SET value = max (value, ?) WHERE name = 'batch'", "i",
                       (gint64)MIN (batch->number + 1, VAULT_BATCH_NUMBER_MAX));
}

/* The next one is open in the same commit; of a till that was taken over only if something counts
 * in it already. */
static gboolean
open_next (Vault *self, const VaultBatch *batch, GError **error)
{
  gint64 early = 0;

  if (batch->id < VAULT_BATCH_TAKEN_FIRST)
    self->heads.batch = (VaultBatchHead){ .id = batch->id + 1 };
  else if (!vault_db_number (self->db, 0, &early, error,
                             "SELECT EXISTS (SELECT 1 FROM record INDEXED BY record_done"
                             " WHERE state = 'done' AND settled = ? AND counts <> 0)",
                             "i", batch->id + 1))
    return FALSE;
  else if (early == 0)
    return TRUE;
  return vault_db_run (self->db, error,
                       "INSERT INTO batch (id, state, opened_us) VALUES (?, 'open', ?)", "ii",
                       batch->id + 1, g_get_real_time ())
         && vault_books_note_batch (self, batch->id + 1, error);
}

gboolean
vault_batch_close (Vault *self, const VaultBatchEnd *end, GError **error)
{
  VaultBatch batch;
  gboolean good, at_once;
  g_autofree char *more = NULL;

  if (!begin (self,
              1u << VAULT_BATCH_COUNTED | 1u << VAULT_BATCH_AGREED | 1u << VAULT_BATCH_UPLOADED,
              &batch, error))
    return FALSE;
  at_once = batch.state == VAULT_BATCH_COUNTED;
  more = g_strdup_printf (
      "%s, differences %u",
      vault_batch_verdict_name (at_once ? VAULT_BATCH_VERDICT_AGREES : batch.verdict),
      end->total_differences);
  good = vault_db_run (self->db, error,
                       "UPDATE batch SET state = 'settled', settled_us = ?, rows_known = ?,"
                       " differences = ?, verdict = iif (?4, 'agrees', verdict) WHERE id = ?5",
                       "iiiii", g_get_real_time (), (gint64)end->rows_known,
                       (gint64)end->total_differences, (gint64)at_once, batch.id)
         && write_host (self, batch.id, end->host, error)
         && write_differences (self, batch.id, end, error) && use_next_number (self, &batch, error)
         && open_next (self, &batch, error)
         && write_journal (self, &batch, "till", "settle", more, error);
  if (good && vault_identity (self->batch, self->stan) < vault_identity (batch.number + 1, 0))
    vault_identity_set (self, vault_identity (batch.number + 1, 0));
  return vault_commit_and_unlock (self, good, error);
}

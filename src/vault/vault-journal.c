/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault-journal.h"

#include "vault-books.h"

#include <string.h>

#define VERIFY_PAGE 2000 /* some milliseconds under the mutex */

static void
link_entry (CryptoHmac *key,
            const guint8 *before,
            gint64 seq,
            gint64 at_us,
            const char *who,
            const char *act,
            const guint8 *digest,
            guint8 *out_chain)
{
  g_auto (BaseWriter) numbers = { 0 };
  BaseSpan parts[5];

  base_writer_init (&numbers, 16);
  base_writer_u64be (&numbers, (guint64)seq);
  base_writer_u64be (&numbers, (guint64)at_us);
  parts[0] = BASE_SPAN (before, VAULT_CHAIN_SIZE);
  parts[1] = base_writer_span (&numbers);
  parts[2] = BASE_SPAN (who, strlen (who) + 1);
  parts[3] = BASE_SPAN (act, strlen (act) + 1);
  parts[4] = BASE_SPAN (digest, VAULT_CHAIN_SIZE);
  crypto_hmac_compute (key, parts, G_N_ELEMENTS (parts), out_chain);
}

static void
copy_chain (guint8 *to, const guint8 *from)
{
  for (guint i = 0; i < VAULT_CHAIN_SIZE; i++)
    to[i] = from[i];
}

gboolean
vault_journal_append (Vault *self,
                      const char *who,
                      const char *act,
                      const char *detail,
                      GError **error)
{
  guint8 digest[VAULT_CHAIN_SIZE], chain[VAULT_CHAIN_SIZE];
  gint64 seq = self->heads.journal + 1, at_us = g_get_real_time ();
  g_autofree char *tie = vault_books_tie (self, error);
  g_autofree char *tied = NULL;

  g_assert (who != NULL && act != NULL);
  if (tie == NULL)
    return FALSE;
  detail = tied = g_strconcat (detail != NULL ? detail : "", tie, NULL);
  crypto_sha256 (BASE_SPAN_STR (detail), digest);
  link_entry (self->chain_key, self->heads.chain, seq, at_us, who, act, digest, chain);
  if (!vault_db_run (self->db, error, "INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?)", "iitttss",
                     seq, at_us, who, act, detail, digest, sizeof digest, chain, sizeof chain))
    return FALSE;
  self->heads.journal = seq;
  copy_chain (self->heads.chain, chain);
  return TRUE;
}

gboolean
vault_journal_add (Vault *self,
                   const char *who,
                   const char *act,
                   const char *detail,
                   GError **error)
{
  if (!vault_lock_and_begin (self, error))
    return FALSE;
  return vault_commit_and_unlock (self, vault_journal_append (self, who, act, detail, error),
                                  error);
}

gboolean
vault_journal_load (Vault *self, GError **error)
{
  sqlite3_stmt *query = vault_db_query (
      self->db, error, "SELECT seq, chain FROM journal ORDER BY seq DESC LIMIT 1", "");
  gboolean row = FALSE;

  if (query == NULL || !vault_db_step (self->db, query, &row, error))
    return FALSE;
  if (row)
    self->heads.journal = sqlite3_column_int64 (query, 0);
  if (row && sqlite3_column_bytes (query, 1) == VAULT_CHAIN_SIZE)
    copy_chain (self->heads.chain, sqlite3_column_blob (query, 1));
  sqlite3_reset (query);
  return TRUE;
}

/* Whether the row under `query` follows from `chain`, which then becomes its link. */
static gboolean
follows (Vault *self, sqlite3_stmt *query, gint64 expected, guint8 *chain)
{
  guint8 link[VAULT_CHAIN_SIZE], digest[VAULT_CHAIN_SIZE];
  const char *detail = (const char *)sqlite3_column_text (query, 4);
  const char *who = (const char *)sqlite3_column_text (query, 2),
             *act = (const char *)sqlite3_column_text (query, 3);
  BaseSpan stored
      = BASE_SPAN (sqlite3_column_blob (query, 5), (gsize)sqlite3_column_bytes (query, 5));
  BaseSpan written
      = BASE_SPAN (sqlite3_column_blob (query, 6), (gsize)sqlite3_column_bytes (query, 6));

  if (sqlite3_column_int64 (query, 0) != expected || stored.size != VAULT_CHAIN_SIZE || who == NULL
      || act == NULL)
    return FALSE;
  if (detail != NULL)
    {
      crypto_sha256 (BASE_SPAN_STR (detail), digest);
      if (!base_bytes_equal (BASE_SPAN (digest, sizeof digest), stored))
        return FALSE;
    }
  link_entry (self->chain_key, chain, expected, sqlite3_column_int64 (query, 1), who, act,
              stored.data, link);
  copy_chain (chain, link);
  return base_bytes_equal (BASE_SPAN (link, sizeof link), written);
}

/* As many entries as payments may wait for, on from `chain`, the link of entry *count. The owner
 * knows the last number itself, a reader what it was at opening: entries dropped from the end are
 * missed. */
static gboolean
verify_page (Vault *self, guint8 *chain, gint64 *count, gboolean *out_whole, GError **error)
{
  gint64 page_end = *count + VERIFY_PAGE;
  gboolean row = TRUE, whole = TRUE, read;
  sqlite3_stmt *query;

  vault_lock (self);
  query = vault_db_query (
      self->db, error,
      "SELECT seq, at_us, who, act, detail, digest, chain FROM journal WHERE seq >= ? ORDER BY seq",
      "i", *count > 0 ? *count + 1 : G_MININT64);
  read = query != NULL;
  while (read && row && whole && *count < page_end)
    {
      read = vault_db_step (self->db, query, &row, error);
      if (read && row)
        {
          whole = follows (self, query, *count + 1, chain);
          *count += whole ? 1 : 0;
        }
    }
  if (query != NULL)
    sqlite3_reset (query);
  if (read && !row
      && (self->access == VAULT_ACCESS_OWN ? *count != self->heads.journal
                                           : *count < self->heads.journal))
    whole = FALSE;
  vault_unlock (self);
  *out_whole = whole;
  return read;
}

/* On from `chain`, the link of entry *count, to the end. */
static gboolean
verify_rest (Vault *self, guint8 *chain, gint64 *count, gboolean *out_whole, GError **error)
{
  gint64 before;

  do
    {
      before = *count;
      if (!verify_page (self, chain, count, out_whole, error))
        return FALSE;
    }
  while (*out_whole && *count > before);
  return TRUE;
}

/* Nobody can make a link from another one than the true one of the entry before. */
gboolean
vault_journal_verify_from (Vault *self, gint64 seq, gboolean *out_whole, GError **error)
{
  guint8 chain[VAULT_CHAIN_SIZE] = { 0 };
  gint64 count = seq - 1;
  gboolean row = FALSE, read;
  sqlite3_stmt *query;

  g_return_val_if_fail (seq > 0 && seq <= VAULT_HEAD_MAX, FALSE);
  vault_lock (self);
  query = vault_db_query (self->db, error, "SELECT chain FROM journal WHERE seq = ?", "i", count);
  read = query != NULL && vault_db_step (self->db, query, &row, error);
  if (row && sqlite3_column_bytes (query, 0) == VAULT_CHAIN_SIZE)
    copy_chain (chain, sqlite3_column_blob (query, 0));
  if (query != NULL)
    sqlite3_reset (query);
  vault_unlock (self);
  return read && verify_rest (self, chain, &count, out_whole, error);
}

gboolean
vault_journal_verify (Vault *self,
                      VaultJournalVerdict *out_verdict,
                      gint64 *out_count,
                      gint64 *out_seq,
                      GError **error)
{
  guint8 chain[VAULT_CHAIN_SIZE] = { 0 };
  gboolean whole = TRUE;
  gint64 count = 0;

  if (!verify_rest (self, chain, &count, &whole, error))
    return FALSE;
  *out_verdict = whole ? VAULT_JOURNAL_WHOLE : VAULT_JOURNAL_BROKEN;
  *out_count = count;
  *out_seq = whole ? 0 : count + 1;
  return TRUE;
}

gboolean
vault_journal_count_erased (Vault *self, gint64 *out_count, GError **error)
{
  gboolean read;

  vault_lock (self);
  read = vault_db_number (self->db, 0, out_count, error,
                          "SELECT count (*) FROM journal WHERE detail IS NULL", "");
  vault_unlock (self);
  return read;
}

gboolean
vault_journal_verify_books (Vault *self, GArray **out_sales, GArray **out_batches, GError **error)
{
  g_autoptr (GArray) sales = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GArray) batches = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GArray) records = g_array_new (FALSE, FALSE, sizeof (gint64));

  if (!vault_books_verify (self, sales, records, batches, error))
    return FALSE;
  *out_sales = g_steal_pointer (&sales);
  *out_batches = g_steal_pointer (&batches);
  return TRUE;
}

void
vault_journal_entry_free (VaultJournalEntry *entry)
{
  if (entry == NULL)
    return;
  g_free (entry->who);
  g_free (entry->act);
  g_free (entry->detail);
  g_free (entry);
}

GPtrArray *
vault_journal_list (Vault *self, guint limit, GError **error)
{
  g_autoptr (GPtrArray) entries
      = g_ptr_array_new_with_free_func ((GDestroyNotify)vault_journal_entry_free);
  gboolean row = TRUE, read;
  sqlite3_stmt *query;

  vault_lock (self);
  query = vault_db_query (
      self->db, error, "SELECT seq, at_us, who, act, detail FROM journal ORDER BY seq DESC LIMIT ?",
      "i", (gint64)limit);
  read = query != NULL;
  while (read && row)
    {
      read = vault_db_step (self->db, query, &row, error);
      if (read && row)
        {
          VaultJournalEntry *entry = g_new0 (VaultJournalEntry, 1);

          entry->seq = sqlite3_column_int64 (query, 0);
          entry->at_us = sqlite3_column_int64 (query, 1);
          entry->who = vault_db_text (query, 2);
          entry->act = vault_db_text (query, 3);
          entry->detail = vault_db_text (query, 4);
          g_ptr_array_add (entries, entry);
        }
    }
  vault_unlock (self);
  return read ? g_steal_pointer (&entries) : NULL;
}

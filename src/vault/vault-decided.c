/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault-decided.h"

#include "vault-books.h"
#include "vault-journal.h"
#include "vault-record.h"

#include <string.h>

#define EMPTY " "

typedef struct
{
  char *list;
  gint64 seq;   /* of the newest decision; 0: there is none */
  char *detail; /* NULL when erased */
} Newest;

static void
newest_clear (Newest *self)
{
  g_clear_pointer (&self->list, g_free);
  g_clear_pointer (&self->detail, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Newest, newest_clear)

/* What was changed reads as empty. */
static char *
read_list (Vault *self)
{
  g_autoptr (BaseSecret) value
      = vault_setting_read (self, VAULT_SETTING_DECIDED, /* error= */ NULL);
  BaseSpan span = value != NULL ? base_secret_span (value) : BASE_SPAN_STR (EMPTY);

  return g_strndup ((const char *)span.data, span.size);
}

/* Both as of one moment. An act that somebody stored as bytes is one all the same. */
static gboolean
read_newest (Vault *self, Newest *newest, GError **error)
{
  gboolean row = FALSE, read;
  sqlite3_stmt *query = NULL;

  vault_lock (self);
  if (vault_db_run (self->db, error, "BEGIN", ""))
    query = vault_db_query (self->db, error,
                            "SELECT seq, detail FROM journal WHERE CAST (act AS TEXT)"
                            " IN ('" VAULT_DECIDED_ADD "', '" VAULT_DECIDED_DROP "')"
                            " ORDER BY seq DESC LIMIT 1",
                            "");
  read = query != NULL && vault_db_step (self->db, query, &row, error);
  if (row)
    {
      newest->seq = sqlite3_column_int64 (query, 0);
      newest->detail = vault_db_text (query, 1);
    }
  if (query != NULL)
    sqlite3_reset (query);
  newest->list = read ? read_list (self) : NULL;
  vault_db_rollback (self->db);
  vault_unlock (self);
  return read;
}

static gboolean
is_tied (const Newest *newest)
{
  g_auto (GStrv) words = newest->detail != NULL ? vault_books_tie_words (newest->detail) : NULL;
  g_autofree char *word = vault_books_decided_word (newest->list);

  if (newest->seq == 0)
    return strcmp (newest->list, EMPTY) == 0;
  for (guint i = 0; words != NULL && words[i] != NULL; i++)
    if (g_str_has_prefix (words[i], VAULT_BOOKS_DECIDED_WORD))
      return strcmp (words[i], word) == 0;
  return newest->detail != NULL;
}

gboolean
vault_decided_verify (Vault *self, gboolean *out_fits, GError **error)
{
  g_auto (Newest) newest = { 0 };

  if (!read_newest (self, &newest, error))
    return FALSE;
  *out_fits = newest.seq >= 0 && newest.seq <= VAULT_HEAD_MAX && is_tied (&newest);
  return !*out_fits || newest.seq == 0
         || vault_journal_verify_from (self, newest.seq, out_fits, error);
}

char *
vault_decided_read (Vault *self)
{
  g_autofree char *list = NULL;
  gboolean fits = FALSE;

  vault_lock (self);
  list = read_list (self);
  vault_unlock (self);
  if (strcmp (list, EMPTY) == 0 || (vault_decided_verify (self, &fits, /* error= */ NULL) && fits))
    return g_steal_pointer (&list);
  return g_strdup (EMPTY);
}

gboolean
vault_queue_decisions_lost (Vault *self)
{
  g_autoptr (GPtrArray) bad = NULL;

  return vault_settings_verify (self, &bad, /* error= */ NULL)
         && g_ptr_array_find_with_equal_func (bad, VAULT_SETTING_DECIDED, g_str_equal, NULL);
}

gboolean
vault_decided_write (Vault *self, const char *before, gint64 added, gint64 dropped, GError **error)
{
  sqlite3_stmt *query = vault_db_query (
      self->db, error,
      "SELECT id FROM record INDEXED BY record_open WHERE state <> 'done' AND state = 'attention'"
      " AND class IN (" VAULT_RECORD_OWED_CLASSES ") AND id <> ?3"
      " AND (id = ?2 OR instr (?1, ' ' || id || ' ') > 0) ORDER BY id",
      "tii", before, added, dropped);
  g_autoptr (GString) text = g_string_new (EMPTY);
  gboolean row = TRUE;

  while (query != NULL && row)
    {
      if (!vault_db_step (self->db, query, &row, error))
        return FALSE;
      if (row)
        g_string_append_printf (text, "%" G_GINT64_FORMAT " ",
                                (gint64)sqlite3_column_int64 (query, 0));
    }
  if (query == NULL)
    return FALSE;
  vault_books_note_decided (self, text->str);
  return vault_setting_write (self, VAULT_SETTING_DECIDED, BASE_SPAN_STR (text->str), error);
}

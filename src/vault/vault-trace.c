/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault-trace.h"

#include "vault-private.h"

#include <glib/gi18n.h>
#include <string.h>

#define COLUMNS "SELECT sale, position, sealed FROM chip_trace "

void
vault_trace_clear (VaultTrace *self)
{
  g_clear_pointer (&self->text, g_free);
}

static char *
associate (gint64 sale_id, gint64 position)
{
  return g_strdup_printf ("trace:%" G_GINT64_FORMAT ":%" G_GINT64_FORMAT, sale_id, position);
}

/* Whole lines, as many as have room. */
static BaseSpan
bound (const char *text)
{
  gsize size = strlen (text);

  if (size > VAULT_TRACE_TEXT_MAX)
    {
      size = VAULT_TRACE_TEXT_MAX;
      while (size > 0 && text[size - 1] != '\n')
        size--;
    }
  return BASE_SPAN ((const guint8 *)text, size);
}

static gboolean
drop_oldest (Vault *self, GError **error)
{
  return vault_db_run (self->db, error,
                       "DELETE FROM chip_trace WHERE id <= (SELECT max (id) FROM chip_trace) - ?",
                       "i", (gint64)VAULT_TRACE_KEPT);
}

gboolean
vault_trace_keep (Vault *self, gint64 sale_id, guint position, const char *text, GError **error)
{
  g_autofree char *associated = associate (sale_id, position);
  BaseSpan plain = bound (text);
  g_autoptr (GBytes) sealed = NULL;
  gboolean good;

  if (plain.size == 0)
    return TRUE;
  if (!vault_lock_and_begin (self, error))
    return FALSE;
  sealed = crypto_sealer_seal (self->sealer, plain, BASE_SPAN_STR (associated));
  good = vault_db_run (self->db, error,
                       "INSERT INTO chip_trace (sale, position, sealed) VALUES (?, ?, ?)", "iib",
                       sale_id, (gint64)position, sealed)
         && drop_oldest (self, error);
  return vault_commit_and_unlock (self, good, error);
}

static gboolean
open_row (Vault *self, sqlite3_stmt *row, VaultTrace *out_trace, GError **error)
{
  g_autofree char *associated
      = associate (sqlite3_column_int64 (row, 0), sqlite3_column_int64 (row, 1));
  g_autoptr (GBytes) sealed = vault_db_bytes (row, 2);
  g_autoptr (BaseSecret) plain
      = sealed != NULL ? crypto_sealer_open (self->sealer, base_bytes_span (sealed),
                                             BASE_SPAN_STR (associated), /* error= */ NULL)
                       : NULL;
  BaseSpan text;

  if (plain == NULL)
    {
      g_set_error_literal (error, VAULT_ERROR, VAULT_ERROR_CHANGED,
                           _ ("The trace of a chip's transaction was changed or damaged"));
      return FALSE;
    }
  text = base_secret_span (plain);
  out_trace->sale_id = sqlite3_column_int64 (row, 0);
  out_trace->position = (guint)sqlite3_column_int64 (row, 1);
  out_trace->text = g_strndup ((const char *)text.data, text.size);
  return TRUE;
}

static gboolean
read_newest (Vault *self, gint64 sale_id, VaultTrace *out_trace, GError **error)
{
  sqlite3_stmt *query
      = sale_id != 0 ? vault_db_query (
            self->db, error, COLUMNS "WHERE sale = ? ORDER BY id DESC LIMIT 1", "i", sale_id)
                     : vault_db_query (self->db, error, COLUMNS "ORDER BY id DESC LIMIT 1", "");
  gboolean row = FALSE, good;

  if (query == NULL)
    return FALSE;
  good = vault_db_step (self->db, query, &row, error)
         && (!row || open_row (self, query, out_trace, error));
  sqlite3_reset (query);
  return good;
}

gboolean
vault_trace_load (Vault *self, gint64 sale_id, VaultTrace *out_trace, GError **error)
{
  gboolean good;

  *out_trace = (VaultTrace){ 0 };
  vault_lock (self);
  good = read_newest (self, sale_id, out_trace, error);
  vault_unlock (self);
  return good;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault-closing.h"

#include "vault-apply.h"
#include "vault-journal.h"
#include "vault-print.h"
#include "vault-private.h"

#include "base-number.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <string.h>

#define ACT "z-report"
#define SHIFT_WORD "shift "

/* ---- where one shift ends and the next begins ---- */

/* Entries are read backwards until the last report's comes: no more than a shift has. */
gboolean
vault_closing_end (Vault *self, gint64 *out_number, gint64 *out_after, GError **error)
{
  return vault_db_number (self->db, 1, out_number, error,
                          "SELECT max (coalesce ((SELECT max (number) + 1 FROM closing), 1),"
                          " (SELECT value FROM counter WHERE name = 'shift'))",
                          "")
         && vault_db_number (
             self->db, 0, out_after, error,
             "SELECT seq FROM journal WHERE act = '" ACT "' ORDER BY seq DESC LIMIT 1", "");
}

gboolean
vault_closing_link (Vault *self,
                    gint64 seq,
                    gint64 *out_seq,
                    guint8 out_chain[VAULT_SHIFT_HEAD_SIZE],
                    GError **error)
{
  sqlite3_stmt *query = vault_db_query (self->db, error,
                                        "SELECT seq, chain FROM journal WHERE ?1 < 0 OR seq = ?1"
                                        " ORDER BY seq DESC LIMIT 1",
                                        "i", seq);
  gboolean row = FALSE;

  *out_seq = 0;
  if (query == NULL || !vault_db_step (self->db, query, &row, error))
    return FALSE;
  if (row && sqlite3_column_bytes (query, 1) == VAULT_SHIFT_HEAD_SIZE)
    {
      const guint8 *chain = sqlite3_column_blob (query, 1);

      *out_seq = sqlite3_column_int64 (query, 0);
      for (guint i = 0; i < VAULT_SHIFT_HEAD_SIZE; i++)
        out_chain[i] = chain[i];
    }
  sqlite3_reset (query);
  return TRUE;
}

/* ---- closing ---- */

static char *
associate (gint64 number)
{
  return g_strdup_printf ("closing:%" G_GINT64_FORMAT, number);
}

static char *
digest_text (const char *text)
{
  guint8 digest[CRYPTO_DIGEST_SIZE];

  crypto_sha256 (BASE_SPAN_STR (text), digest);
  return base_bytes_to_hex (BASE_SPAN (digest, sizeof digest));
}

static gboolean
check_open (const VaultShift *shift, GError **error)
{
  const VaultShiftSum *cards = shift->payments[VAULT_TENDER_CARD];

  if (!vault_shift_is_open (shift))
    g_set_error (error, VAULT_ERROR, VAULT_ERROR_ABSENT,
                 _ ("Nothing was sold since the last Z report: no shift is open"));
  else if (cards[VAULT_STATE_SENDING].count > 0 || cards[VAULT_STATE_NOT_SENT].count > 0)
    g_set_error (error, VAULT_ERROR, VAULT_ERROR_STATE,
                 _ ("A card is being taken: wait for its outcome, then close the shift"));
  else
    return TRUE;
  return FALSE;
}

static gboolean
write_closing (Vault *self, const VaultShift *shift, const char *text, GError **error)
{
  g_autofree char *associated = associate (shift->number);
  g_autoptr (GBytes) sealed
      = crypto_sealer_seal (self->sealer, BASE_SPAN_STR (text), BASE_SPAN_STR (associated));

  return vault_db_run (self->db, error, "INSERT INTO closing VALUES (?, ?)", "ib", shift->number,
                       sealed)
         && vault_db_run (self->db, error, "UPDATE counter SET value = ? WHERE name = 'shift'", "i",
                          shift->number + 1)
         && vault_print_add_locked (self, VAULT_PRINT_REPORT, shift->number, 0, FALSE, error);
}

/* The journal's entry comes last: its link is the head. */
static gboolean
make (Vault *self, const VaultDrawerMove *count, const char *who, VaultShift *shift, GError **error)
{
  g_autofree char *text = NULL, *digest = NULL, *detail = NULL;

  if (!vault_shift_count (self, shift, error) || !check_open (shift, error)
      || (count != NULL && !vault_drawer_count_locked (self, shift, count, who, error)))
    return FALSE;
  shift->head = self->heads.journal + 1;
  text = vault_shift_to_text (shift);
  digest = digest_text (text);
  detail = g_strdup_printf (SHIFT_WORD "%" G_GINT64_FORMAT " %s", shift->number, digest);
  if (!write_closing (self, shift, text, error)
      || !vault_journal_append (self, who, ACT, detail, error))
    return FALSE;
  for (guint i = 0; i < VAULT_CHAIN_SIZE; i++)
    shift->chain[i] = self->heads.chain[i];
  self->heads.shift = shift->number + 1;
  return TRUE;
}

gboolean
vault_closing_make_counted (Vault *self,
                            const VaultDrawerMove *count,
                            const char *who,
                            VaultShift *out_shift,
                            GError **error)
{
  g_autofree VaultShift *shift = g_new0 (VaultShift, 1);

  g_assert (who != NULL);
  if ((count != NULL && !vault_drawer_check (count, error)) || !vault_lock_and_begin (self, error)
      || !vault_commit_and_unlock (self, make (self, count, who, shift, error), error))
    return FALSE;
  *out_shift = *shift;
  return TRUE;
}

gboolean
vault_closing_make (Vault *self, const char *who, VaultShift *out_shift, GError **error)
{
  return vault_closing_make_counted (self, /* count= */ NULL, who, out_shift, error);
}

/* ---- reading ---- */

static gboolean
refuse_changed (gint64 number, GError **error)
{
  g_set_error (error, VAULT_ERROR, VAULT_ERROR_CHANGED,
               _ ("Z report %" PRId64 " was changed or damaged"), number);
  return FALSE;
}

/* The text of one, its seal opened; NULL with VAULT_ERROR_ABSENT or VAULT_ERROR_CHANGED. */
static char *
read_text (Vault *self, gint64 number, GError **error)
{
  sqlite3_stmt *query = vault_db_query (self->db, error,
                                        "SELECT sealed FROM closing WHERE number = ?", "i", number);
  g_autofree char *associated = associate (number);
  g_autoptr (GBytes) sealed = NULL;
  g_autoptr (BaseSecret) plain = NULL;
  gboolean row = FALSE;
  BaseSpan span;

  if (query == NULL || !vault_db_step (self->db, query, &row, error))
    return NULL;
  sealed = row ? vault_db_bytes (query, 0) : NULL;
  sqlite3_reset (query);
  if (sealed != NULL)
    plain = crypto_sealer_open (self->sealer, base_bytes_span (sealed), BASE_SPAN_STR (associated),
                                /* error= */ NULL);
  if (!row)
    g_set_error (error, VAULT_ERROR, VAULT_ERROR_ABSENT, _ ("There is no Z report %" PRId64),
                 number);
  else if (plain == NULL)
    (void)refuse_changed (number, error);
  if (plain == NULL)
    return NULL;
  span = base_secret_span (plain);
  return g_strndup ((const char *)span.data, span.size);
}

gint64
vault_closing_batch (Vault *self, gint64 number)
{
  g_autofree char *text = read_text (self, number, /* error= */ NULL);
  g_autofree VaultShift *shift = g_new0 (VaultShift, 1);

  return text != NULL && vault_shift_from_text (text, shift) && shift->batch_count > 0
             ? shift->batches[shift->batch_count - 1].id
             : 0;
}

/* Whether the journal's entry is the one about this text. */
static gboolean
matches (Vault *self, gint64 seq, gint64 number, const char *text, gboolean *out, GError **error)
{
  g_autofree char *digest = digest_text (text);
  g_autofree char *detail = g_strdup_printf (SHIFT_WORD "%" G_GINT64_FORMAT " %s", number, digest);
  gint64 count = 0;

  if (!vault_db_number (self->db, 0, &count, error,
                        "SELECT count (*) FROM journal WHERE seq = ? AND act = '" ACT
                        "' AND detail = ?",
                        "it", seq, detail))
    return FALSE;
  *out = count == 1;
  return TRUE;
}

static gboolean
load (Vault *self, gint64 number, VaultShift *shift, GError **error)
{
  g_autofree char *text = read_text (self, number, error);
  gboolean good = FALSE;
  gint64 seq = 0;

  if (text == NULL)
    return FALSE;
  if (!vault_shift_from_text (text, shift) || shift->number != number)
    return refuse_changed (number, error);
  if (!matches (self, shift->head, number, text, &good, error)
      || !vault_closing_link (self, shift->head, &seq, shift->chain, error))
    return FALSE;
  return (good && seq == shift->head) || refuse_changed (number, error);
}

gboolean
vault_closing_load (Vault *self, gint64 number, VaultShift *out_shift, GError **error)
{
  g_autofree VaultShift *shift = g_new0 (VaultShift, 1);
  gboolean loaded;

  vault_lock (self);
  loaded = load (self, number, shift, error);
  vault_unlock (self);
  if (loaded)
    *out_shift = *shift;
  return loaded;
}

gboolean
vault_closing_last (Vault *self, gint64 *out_number, GError **error)
{
  gboolean read;

  vault_lock (self);
  read = vault_db_number (self->db, 0, out_number, error,
                          "SELECT coalesce (max (number), 0) FROM closing", "");
  vault_unlock (self);
  return read;
}

gboolean
vault_closing_print (Vault *self, gint64 number, const char *who, GError **error)
{
  g_autofree char *detail = g_strdup_printf ("Z report %" G_GINT64_FORMAT, number);
  gint64 copies = 0;
  gboolean good;

  if (!vault_lock_and_begin (self, error))
    return FALSE;
  good = vault_db_number (self->db, 0, &copies, error,
                          "SELECT coalesce (max (copy), 0) FROM print_job"
                          " WHERE kind = 'report' AND sale = ?",
                          "i", number)
         && vault_print_add_locked (self, VAULT_PRINT_REPORT, number, (guint)(copies + 1), FALSE,
                                    error)
         && vault_journal_append (self, who, "reprint", detail, error);
  return vault_commit_and_unlock (self, good, error);
}

/* ---- verifying ---- */

static gboolean
list_numbers (Vault *self, GHashTable *numbers, GError **error)
{
  sqlite3_stmt *query = vault_db_query (self->db, error,
                                        "SELECT number FROM closing UNION"
                                        " SELECT CAST (substr (detail, 7) AS INTEGER) FROM journal"
                                        " WHERE act = '" ACT "' AND detail IS NOT NULL",
                                        "");
  gboolean row = TRUE;

  while (query != NULL && row)
    {
      gint64 number;

      if (!vault_db_step (self->db, query, &row, error))
        return FALSE;
      number = row ? sqlite3_column_int64 (query, 0) : 0;
      if (row)
        g_hash_table_add (numbers, g_memdup2 (&number, sizeof number));
    }
  return query != NULL;
}

static gboolean
verify (Vault *self, GArray *bad, GError **error)
{
  g_autoptr (GHashTable) numbers
      = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_autofree VaultShift *shift = g_new0 (VaultShift, 1);
  GHashTableIter each;
  gpointer number;

  if (!list_numbers (self, numbers, error))
    return FALSE;
  g_hash_table_iter_init (&each, numbers);
  while (g_hash_table_iter_next (&each, &number, NULL))
    {
      g_autoptr (GError) broken = NULL;

      if (load (self, *(gint64 *)number, shift, &broken))
        continue;
      if (!g_error_matches (broken, VAULT_ERROR, VAULT_ERROR_CHANGED)
          && !g_error_matches (broken, VAULT_ERROR, VAULT_ERROR_ABSENT))
        {
          g_propagate_error (error, g_steal_pointer (&broken));
          return FALSE;
        }
      g_array_append_vals (bad, number, 1);
    }
  return TRUE;
}

gboolean
vault_closing_verify (Vault *self, GArray **out_bad, GError **error)
{
  g_autoptr (GArray) bad = g_array_new (FALSE, FALSE, sizeof (gint64));
  gboolean good;

  vault_lock (self);
  good = vault_db_run (self->db, error, "BEGIN", "") && verify (self, bad, error);
  vault_db_rollback (self->db);
  vault_unlock (self);
  if (good)
    *out_bad = g_steal_pointer (&bad);
  return good;
}

gboolean
vault_closing_parse_head (const char *text, char **out_digits, gint64 *out_seq)
{
  const char *at = strrchr (text, '@');
  g_autoptr (GString) digits = g_string_new (NULL);
  guint64 seq;

  if (at == NULL || !base_number_parse (at + 1, 10, 1, VAULT_HEAD_MAX, &seq))
    return FALSE;
  for (const char *c = text; c < at; c++)
    if (g_ascii_isxdigit (*c))
      g_string_append_c (digits, g_ascii_toupper (*c));
    else if (*c != ' ' && *c != '-')
      return FALSE;
  if (digits->len < VAULT_CLOSING_HEAD_DIGITS_MIN || digits->len > 2 * VAULT_CHAIN_SIZE)
    return FALSE;
  *out_digits = g_strdup (digits->str);
  *out_seq = (gint64)seq;
  return TRUE;
}

gboolean
vault_closing_find_head (Vault *self,
                         const char *digits,
                         gint64 seq,
                         VaultHead *out_head,
                         GError **error)
{
  guint8 chain[VAULT_CHAIN_SIZE] = { 0 };
  g_autofree char *hex = NULL;
  gint64 found = 0;
  gboolean read;

  vault_lock (self);
  read = vault_closing_link (self, seq, &found, chain, error);
  vault_unlock (self);
  if (!read)
    return FALSE;
  hex = base_bytes_to_hex (BASE_SPAN (chain, sizeof chain));
  *out_head = found == 0                       ? VAULT_HEAD_CUT_OFF
              : g_str_has_prefix (hex, digits) ? VAULT_HEAD_CONTAINED
                                               : VAULT_HEAD_OTHER;
  return TRUE;
}

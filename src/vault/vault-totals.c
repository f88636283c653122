/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault-totals.h"

#include "vault-private.h"
#include "vault-record.h"

#include "base-number.h"

#define KEPT_NAME "queue-totals"
#define DATA_VERSION "PRAGMA data_version"
#define JOURNAL_END "SELECT coalesce (max (seq), 0) FROM journal"
#define NUMBERS (1 + 2 * VAULT_TOTALS_CLASSES * VAULT_TOTALS_STATES)

void
vault_totals_count (VaultTotals *self, guint klass, guint state, gint64 amount_minor, gint64 count)
{
  gint64 minor;

  if (!self->known || state >= VAULT_TOTALS_STATES)
    return;
  klass = MIN (klass, (guint)VAULT_TOTALS_CLASSES - 1);
  self->count[klass][state] += count;
  /* A damaged row may hold any amount: the sum then says nothing, but must not overflow. */
  if (!__builtin_mul_overflow (amount_minor, count, &minor)
      && !__builtin_add_overflow (self->minor[klass][state], minor, &minor))
    self->minor[klass][state] = minor;
}

/* A label that Till never wrote counts as set aside: that is how its record is shown. */
static void
take_row (VaultTotals *totals, sqlite3_stmt *query)
{
  VaultClass klass;
  VaultRecordState state;
  guint row = VAULT_TOTALS_CLASSES - 1, column = VAULT_RECORD_ATTENTION;

  if (vault_life_class_from_name ((const char *)sqlite3_column_text (query, 0), &klass))
    row = klass;
  if (row == klass
      && vault_record_state_from_name ((const char *)sqlite3_column_text (query, 1), &state))
    column = state;
  totals->count[row][column] += sqlite3_column_int64 (query, 2);
  totals->minor[row][column] += sqlite3_column_int64 (query, 3);
}

/* One pass over an index that holds all it needs. */
static gboolean
walk (Vault *self, VaultTotals *totals, GError **error)
{
  sqlite3_stmt *query = vault_db_query (self->db, error,
                                        "SELECT class, state, count (*), sum (amount_minor)"
                                        " FROM record INDEXED BY record_open WHERE state <> 'done'"
                                        " GROUP BY class, state",
                                        "");
  gboolean row = TRUE;

  while (query != NULL && row)
    {
      if (!vault_db_step (self->db, query, &row, error))
        return FALSE;
      if (row)
        take_row (totals, query);
    }
  return query != NULL;
}

/* The version is read first: what another connection writes meanwhile makes it another one. */
gboolean
vault_totals_read (Vault *self, const VaultTotals **out_totals, GError **error)
{
  VaultTotals totals = { .known = TRUE };
  gint64 version = 0;

  if (!vault_db_number (self->db, 0, &version, error, DATA_VERSION, ""))
    return FALSE;
  if (!self->heads.totals.known || self->totals_version != version)
    {
      if (!walk (self, &totals, error))
        return FALSE;
      self->heads.totals = self->heads_committed.totals = totals;
      self->totals_version = version;
    }
  *out_totals = &self->heads.totals;
  return TRUE;
}

gboolean
vault_totals_keep (Vault *self, GError **error)
{
  const VaultTotals *totals = &self->heads.totals;
  g_autoptr (GString) text = g_string_new (NULL);
  gboolean sound = totals->known;
  gint64 end = 0;

  if (!vault_db_number (self->db, 0, &end, error, JOURNAL_END, ""))
    return FALSE;
  g_string_append_printf (text, "%" G_GINT64_FORMAT, end);
  for (guint i = 0; i < VAULT_TOTALS_CLASSES; i++)
    for (guint j = 0; j < VAULT_TOTALS_STATES; j++)
      {
        sound = sound && totals->count[i][j] >= 0 && totals->minor[i][j] >= 0;
        g_string_append_printf (text, " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT,
                                totals->count[i][j], totals->minor[i][j]);
      }
  return vault_setting_write (self, KEPT_NAME, BASE_SPAN (text->str, sound ? text->len : 0), error);
}

/* The totals that `text` is, at this end of the journal. */
static gboolean
parse (const char *text, gint64 end, VaultTotals *totals)
{
  g_auto (GStrv) words = g_strsplit (text, " ", NUMBERS + 1);
  guint64 numbers[NUMBERS];
  gsize at = 1;

  if (g_strv_length (words) != NUMBERS)
    return FALSE;
  for (gsize i = 0; i < NUMBERS; i++)
    if (!base_number_parse (words[i], 10, 0, G_MAXINT64, &numbers[i]))
      return FALSE;
  if ((gint64)numbers[0] != end)
    return FALSE;
  for (guint i = 0; i < VAULT_TOTALS_CLASSES; i++)
    for (guint j = 0; j < VAULT_TOTALS_STATES; j++)
      {
        totals->count[i][j] = (gint64)numbers[at++];
        totals->minor[i][j] = (gint64)numbers[at++];
      }
  totals->known = TRUE;
  return TRUE;
}

gboolean
vault_totals_recall (Vault *self, GError **error)
{
  VaultTotals totals = { 0 };
  gint64 version = 0, end = 0;
  g_autofree char *text = NULL;

  if (!vault_db_number (self->db, 0, &version, error, DATA_VERSION, "")
      || !vault_db_number (self->db, 0, &end, error, JOURNAL_END, ""))
    return FALSE;
  /* One that was changed is as good as none. */
  text = vault_setting_text (self, KEPT_NAME, /* error= */ NULL);
  if (text != NULL && parse (text, end, &totals))
    {
      self->heads.totals = self->heads_committed.totals = totals;
      self->totals_version = version;
      self->totals_kept = TRUE;
    }
  return TRUE;
}

/* What was kept is not good any more either, and no entry of the journal would tell. */
void
vault_totals_forget (Vault *self)
{
  self->heads.totals.known = self->heads_committed.totals.known = self->totals_kept = FALSE;
  if (!vault_db_run (self->db, /* error= */ NULL, "DELETE FROM setting WHERE name = ?", "t",
                     KEPT_NAME))
    g_debug ("The queue's kept totals could not be dropped");
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault-totals.h"

#include "vault-private.h"
#include "vault-record.h"

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

  if (!vault_db_number (self->db, 0, &version, error, "PRAGMA data_version", ""))
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

void
vault_totals_forget (Vault *self)
{
  self->heads.totals.known = self->heads_committed.totals.known = FALSE;
}

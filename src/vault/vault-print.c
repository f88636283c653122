/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault-print.h"

#include "vault-journal.h"
#include "vault-private.h"

#include <string.h>

#define COLUMNS "SELECT id, kind, sale, copy, state, drawer, at_us, reason FROM print_job "

static const char *const kind_names[] = { "receipt", "test", "drawer", "report" };
static const char *const state_names[]
    = { "waiting", "printing", "printed", "sent", "attention", "skipped" };

const char *
vault_print_state_name (VaultPrintState state)
{
  return state_names[state];
}

void
vault_print_job_free (VaultPrintJob *job)
{
  if (job == NULL)
    return;
  g_free (job->reason);
  g_free (job);
}

gboolean
vault_print_add_locked (Vault *self,
                        VaultPrintKind kind,
                        gint64 sale_id,
                        guint copy,
                        gboolean opens_drawer,
                        GError **error)
{
  return vault_db_run (self->db, error,
                       "INSERT INTO print_job VALUES (1, ?, ?, ?, ?, 'waiting', ?, ?, NULL)",
                       "itiiii", ++self->heads.print, kind_names[kind], sale_id, (gint64)copy,
                       (gint64)opens_drawer, g_get_real_time ());
}

gboolean
vault_print_again (Vault *self, gint64 sale_id, const char *who, GError **error)
{
  g_autofree char *detail = g_strdup_printf ("receipt %" G_GINT64_FORMAT, sale_id);
  gint64 copies = 0;
  gboolean good;

  if (!vault_lock_and_begin (self, error))
    return FALSE;
  good = vault_db_number (self->db, -1, &copies, error,
                          "SELECT max (copy) FROM print_job WHERE kind = 'receipt' AND sale = ?",
                          "i", sale_id)
         && vault_print_add_locked (self, VAULT_PRINT_RECEIPT, sale_id, (guint)(copies + 1), FALSE,
                                    error)
         && vault_journal_append (self, who, "reprint", detail, error);
  return vault_commit_and_unlock (self, good, error);
}

static VaultPrintJob *
read_job (sqlite3_stmt *query)
{
  VaultPrintJob *job = g_new0 (VaultPrintJob, 1);
  const char *kind = (const char *)sqlite3_column_text (query, 1),
             *state = (const char *)sqlite3_column_text (query, 4);

  job->id = sqlite3_column_int64 (query, 0);
  for (guint i = 0; i < G_N_ELEMENTS (kind_names); i++)
    if (g_strcmp0 (kind, kind_names[i]) == 0)
      job->kind = (VaultPrintKind)i;
  job->sale_id = sqlite3_column_int64 (query, 2);
  job->copy = (guint)sqlite3_column_int64 (query, 3);
  job->state = VAULT_PRINT_ATTENTION;
  for (guint i = 0; i < G_N_ELEMENTS (state_names); i++)
    if (g_strcmp0 (state, state_names[i]) == 0)
      job->state = (VaultPrintState)i;
  job->opens_drawer = sqlite3_column_int64 (query, 5) != 0;
  job->at_us = sqlite3_column_int64 (query, 6);
  job->reason = vault_db_text (query, 7);
  return job;
}

static VaultPrintJob *
read_first (Vault *self, sqlite3_stmt *query, GError **error)
{
  VaultPrintJob *job = NULL;
  gboolean row = FALSE;

  if (query != NULL && vault_db_step (self->db, query, &row, error) && row)
    job = read_job (query);
  if (query != NULL)
    sqlite3_reset (query);
  return job;
}

VaultPrintJob *
vault_print_next (Vault *self, GError **error)
{
  VaultPrintJob *job;

  vault_lock (self);
  job = read_first (
      self,
      vault_db_query (self->db, error,
                      COLUMNS "WHERE open = 1 AND state = 'waiting' ORDER BY id LIMIT 1", ""),
      error);
  vault_unlock (self);
  return job;
}

/* Open jobs are few; of the closed ones only those newer than it are looked at, or, where there is
 * none, as many as it takes. */
VaultPrintJob *
vault_print_of_sale (Vault *self, gint64 sale_id, GError **error)
{
  g_autoptr (VaultPrintJob) open = NULL;
  g_autoptr (GError) broken = NULL;
  VaultPrintJob *closed = NULL;

  vault_lock (self);
  open = read_first (self,
                     vault_db_query (self->db, &broken,
                                     COLUMNS "WHERE open = 1 AND sale = ? AND kind = 'receipt'"
                                             " ORDER BY id DESC LIMIT 1",
                                     "i", sale_id),
                     &broken);
  if (broken == NULL)
    closed = read_first (
        self,
        vault_db_query (self->db, &broken,
                        COLUMNS "WHERE open = 0 AND sale = ? AND id > ? AND kind = 'receipt'"
                                " ORDER BY id DESC LIMIT 1",
                        "ii", sale_id, open != NULL ? open->id : 0),
        &broken);
  vault_unlock (self);
  if (broken != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&broken));
      return NULL;
    }
  return closed != NULL ? closed : g_steal_pointer (&open);
}

static gboolean
is_open (VaultPrintState state)
{
  return state == VAULT_PRINT_WAITING || state == VAULT_PRINT_PRINTING
         || state == VAULT_PRINT_ATTENTION;
}

gboolean
vault_print_keep (Vault *self, const VaultPrintJob *job, GError **error)
{
  if (!vault_lock_and_begin (self, error))
    return FALSE;
  return vault_commit_and_unlock (
      self,
      vault_db_run (self->db, error,
                    "UPDATE print_job SET open = ?, state = ?, copy = ?, drawer = ?, reason = ?"
                    " WHERE open IN (0, 1) AND id = ?",
                    "itiiti", (gint64)is_open (job->state), state_names[job->state],
                    (gint64)job->copy, (gint64)job->opens_drawer, job->reason, job->id),
      error);
}

gboolean
vault_print_recover (Vault *self, GError **error)
{
  gint64 open = 0;

  vault_lock (self);
  (void)vault_db_number (self->db, 0, &open, NULL,
                         "SELECT count (*) FROM print_job WHERE open = 1 AND state <> 'waiting'",
                         "");
  vault_unlock (self);
  if (open == 0)
    return TRUE;
  if (!vault_lock_and_begin (self, error))
    return FALSE;
  return vault_commit_and_unlock (
      self,
      vault_db_run (self->db, error,
                    "UPDATE print_job SET copy = copy + (state = 'printing'), drawer = iif (state "
                    "= 'printing', 0, drawer),"
                    " state = 'waiting' WHERE open = 1 AND state IN ('printing', 'attention')",
                    ""),
      error);
}

gboolean
vault_print_stats (Vault *self, guint *out_waiting, guint *out_attention, GError **error)
{
  gint64 waiting = 0, attention = 0;
  gboolean read;

  vault_lock (self);
  read = vault_db_number (self->db, 0, &waiting, error,
                          "SELECT count (*) FROM print_job WHERE open = 1 AND state <> 'attention'",
                          "")
         && vault_db_number (
             self->db, 0, &attention, error,
             "SELECT count (*) FROM print_job WHERE open = 1 AND state = 'attention'", "");
  vault_unlock (self);
  *out_waiting = (guint)waiting;
  *out_attention = (guint)attention;
  return read;
}

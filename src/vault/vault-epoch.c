/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault-epoch.h"

#include "vault-batch.h"
#include "vault-books.h"
#include "vault-counter.h"
#include "vault-journal.h"
#include "vault-mark-item.h"
#include "vault-mark.h"
#include "vault-record.h"

#include "base-check.h"
#include "crypto-random.h"

#include <glib/gi18n.h>
#include <string.h>

#define SETTING "epoch" /* "NUMBER MARKED WORD INSTALL" */
#define INSTALL_SIZE 16
#define NO_WORD "-"
#define HOUR_US (G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC)
#define FIRST_HOUR 490896 /* of 2026, since 1970 */

static const char *const words[] = { VAULT_QUARANTINE_ROLLBACK, VAULT_QUARANTINE_MOVED,
                                     VAULT_QUARANTINE_RESTORED, VAULT_QUARANTINE_HANDED };

static const char *
constant_word (const char *word)
{
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_strcmp0 (words[i], word) == 0)
      return words[i];
  return NULL;
}

const char *
vault_epoch_quarantine (Vault *self)
{
  const char *word;

  vault_lock (self);
  word = self->quarantined;
  vault_unlock (self);
  return word;
}

gint64
vault_epoch_number (Vault *self)
{
  gint64 epoch;

  vault_lock (self);
  epoch = self->epoch;
  vault_unlock (self);
  return epoch;
}

static void
make_install (Vault *self)
{
  guint8 bytes[INSTALL_SIZE];
  g_autofree char *hex = NULL;

  crypto_random_bytes (bytes, sizeof bytes);
  hex = base_bytes_to_hex (BASE_SPAN (bytes, sizeof bytes));
  g_strlcpy (self->install, hex, sizeof self->install);
}

/* Within a transaction. */
static gboolean
write_setting (Vault *self, GError **error)
{
  g_autofree char *text
      = g_strdup_printf ("%" G_GINT64_FORMAT " %d %s %s", self->epoch, self->marked,
                         self->quarantined != NULL ? self->quarantined : NO_WORD, self->install);

  return vault_setting_write (self, SETTING, BASE_SPAN_STR (text), error);
}

/* One that was changed may hide a quarantine: then that is what we are in. */
static gboolean
read_setting (Vault *self, GError **error)
{
  g_autoptr (GError) broken = NULL;
  g_autofree char *text = vault_setting_text (self, SETTING, &broken);
  g_auto (GStrv) words_read = g_strsplit (text != NULL ? text : "", " ", 4);
  gint64 epoch;

  self->epoch = 1;
  if (broken != NULL && !g_error_matches (broken, VAULT_ERROR, VAULT_ERROR_CHANGED))
    {
      g_propagate_error (error, g_steal_pointer (&broken));
      return FALSE;
    }
  if (broken != NULL)
    self->quarantined = VAULT_QUARANTINE_ROLLBACK;
  if (text == NULL)
    return TRUE;
  if (g_strv_length (words_read) < 3)
    return TRUE;
  epoch = g_ascii_strtoll (words_read[0], NULL, 10);
  self->epoch = CLAMP (epoch, 1, VAULT_HEAD_MAX);
  self->marked = g_ascii_strtoll (words_read[1], NULL, 10) == 1;
  self->quarantined = constant_word (words_read[2]);
  if (words_read[3] != NULL && strlen (words_read[3]) == sizeof self->install - 1)
    g_strlcpy (self->install, words_read[3], sizeof self->install);
  return TRUE;
}

/* A mark that lags, because its disk refused it, says nothing; it is never ahead. */
void
vault_epoch_mark (Vault *self)
{
  VaultMarkValues values;

  if (self->mark == NULL)
    return;
  vault_mark_fill (self, &values);
  if (!vault_mark_write (self->mark, &values))
    g_debug ("The mark of the books could not be written");
}

gboolean
vault_epoch_has_entry (Vault *self,
                       gint64 entry,
                       const guint8 head[32],
                       gboolean *out_has,
                       GError **error)
{
  gboolean read;

  vault_lock (self);
  read = vault_books_has_link (self->db, entry, head, out_has, error);
  vault_unlock (self);
  return read;
}

/* Why this database may not be the newest; *out_word stays NULL where nothing says so. */
static gboolean
judge (Vault *self, const VaultMarkValues *mark, const char **out_word, GError **error)
{
  gboolean has = FALSE;

  if (mark == NULL)
    {
      *out_word = self->marked ? VAULT_QUARANTINE_MOVED : NULL;
      return TRUE;
    }
  if (!vault_epoch_has_entry (self, mark->journal, mark->chain, &has, error))
    return FALSE;
  *out_word = has && mark->epoch <= self->epoch ? NULL : VAULT_QUARANTINE_ROLLBACK;
  return TRUE;
}

/* Two epochs of one shop never begin in the same batch, even where they know nothing of each other,
 * as two tills that restored one backup: a batch is not closed every hour, so numbers by the hour
 * run ahead of all that were given before. */
static gint64
first_batch (Vault *self)
{
  gint64 by_the_clock = g_get_real_time () / HOUR_US - FIRST_HOUR;

  return MAX ((gint64)self->batch + 1, by_the_clock);
}

static gboolean
write_epoch (Vault *self, gint64 batch, GError **error)
{
  g_autofree char *detail
      = g_strdup_printf ("epoch %" G_GINT64_FORMAT ", %s, batch %" G_GINT64_FORMAT, self->epoch,
                         self->quarantined, batch);

  vault_identity_set (self, vault_identity ((guint32)batch, 0));
  return write_setting (self, error)
         && vault_db_run (self->db, error, "UPDATE counter SET value = ? WHERE name = 'batch'", "i",
                          batch)
         && vault_record_hold_restarts (self, error)
         && vault_batch_reopen_all (self, "another epoch", error)
         && vault_journal_append (self, "till", "epoch", detail, error)
         && vault_heads_write (self, error);
}

gboolean
vault_epoch_begin (Vault *self, const char *reason, GError **error)
{
  return vault_epoch_begin_above (self, 0, reason, error);
}

gboolean
vault_epoch_begin_above (Vault *self, gint64 known, const char *reason, GError **error)
{
  char before_install[sizeof self->install];
  const char *before_word = self->quarantined;
  gint64 before_epoch = self->epoch, before = vault_identity (self->batch, self->stan), batch;
  gboolean before_marked = self->marked;

  g_assert (constant_word (reason) != NULL);
  if (!vault_lock_and_begin (self, error))
    return FALSE;
  batch = first_batch (self);
  self->epoch = MAX (self->epoch, CLAMP (known, 0, VAULT_HEAD_MAX)) + 1;
  g_strlcpy (before_install, self->install, sizeof before_install);
  if (self->install[0] == '\0' || strcmp (reason, VAULT_QUARANTINE_ROLLBACK) != 0)
    make_install (self);
  self->told = FALSE;
  self->quarantined = constant_word (reason);
  self->marked = self->mark != NULL;
  if (batch > VAULT_STAN_MAX)
    {
      g_set_error_literal (
          error, VAULT_ERROR, VAULT_ERROR_STATE,
          _ ("This terminal has used up its batch numbers: ask the acquirer for a new "
             "terminal number"));
      (void)vault_commit_and_unlock (self, FALSE, NULL);
    }
  else if (vault_commit_and_unlock (self, write_epoch (self, batch, error), error))
    {
      if (self->mark != NULL && !vault_mark_sync (self->mark))
        g_debug ("The mark of the books may not outlive a power cut");
      return TRUE;
    }
  self->epoch = before_epoch;
  self->quarantined = before_word;
  self->marked = before_marked;
  g_strlcpy (self->install, before_install, sizeof self->install);
  vault_identity_set (self, before);
  return FALSE;
}

/* The mark first, and on the disk: a database that says it has one must not be wrong. What fails
 * here is done at the next opening. */
static void
begin_marking (Vault *self)
{
  vault_epoch_mark (self);
  if (self->marked || !vault_mark_sync (self->mark)
      || !vault_lock_and_begin (self, /* error= */ NULL))
    return;
  self->marked = TRUE;
  if (!vault_commit_and_unlock (self, write_setting (self, /* error= */ NULL), /* error= */ NULL))
    self->marked = FALSE;
}

static gboolean
open_mark (Vault *self, const BaseSecret *key, GError **error)
{
  g_autoptr (GError) why = NULL;

  self->mark = vault_mark_open (key, &why);
  if (self->mark == NULL && g_error_matches (why, VAULT_ERROR, VAULT_ERROR_BUSY))
    {
      g_propagate_error (error, g_steal_pointer (&why));
      return FALSE;
    }
  if (self->mark == NULL)
    g_debug ("An older copy of the data would not be noticed: %s", why->message);
  return TRUE;
}

gboolean
vault_epoch_first (Vault *self, GError **error)
{
  self->epoch = 1;
  make_install (self);
  return write_setting (self, error);
}

/* Of books that were made before there were such names. */
static gboolean
name_install (Vault *self, GError **error)
{
  if (self->install[0] != '\0')
    return TRUE;
  if (!vault_lock_and_begin (self, error))
    return FALSE;
  make_install (self);
  if (vault_commit_and_unlock (self, write_setting (self, error), error))
    return TRUE;
  self->install[0] = '\0';
  return FALSE;
}

gboolean
vault_epoch_open (Vault *self, const BaseSecret *key, GError **error)
{
  VaultMarkValues values;
  const char *word = NULL;
  gboolean found;

  if (!read_setting (self, error))
    return FALSE;
  if (self->access != VAULT_ACCESS_OWN)
    return TRUE;
  if (!open_mark (self, key, error))
    return FALSE;
  found = self->mark != NULL && vault_mark_read (self->mark, &values);
  if (!judge (self, found ? &values : NULL, &word, error))
    return FALSE;
  if (found)
    {
      vault_identity_set (self, MAX (vault_identity (self->batch, self->stan), values.identity));
      self->epoch = word != NULL ? MAX (self->epoch, values.epoch) : self->epoch;
    }
  if (!vault_mark_item_open (self, key, &word, error))
    return FALSE;
  vault_counter_open (self, key, &word);
  if (word != NULL)
    return vault_epoch_begin (self, word, error) && vault_counter_adopt (self, error);
  if (!name_install (self, error))
    return FALSE;
  if (self->mark != NULL)
    begin_marking (self);
  return TRUE;
}

gboolean
vault_epoch_release (Vault *self, const char *who, const char *leave, GError **error)
{
  const char *before = self->quarantined;
  g_autofree char *detail = NULL;

  if (leave != NULL && (strlen (leave) > VAULT_EPOCH_LEAVE_MAX || leave[0] == '\0'))
    {
      g_set_error (error, VAULT_ERROR, VAULT_ERROR_STATE,
                   _ ("Who gave leave takes 1 to %d bytes of text"), VAULT_EPOCH_LEAVE_MAX);
      return FALSE;
    }
  if (!vault_lock_and_begin (self, error))
    return FALSE;
  if (before == NULL)
    {
      g_set_error_literal (error, VAULT_ERROR, VAULT_ERROR_STATE,
                           _ ("Nothing is held back here: there is nothing to decide"));
      return vault_commit_and_unlock (self, FALSE, NULL);
    }
  if (before == constant_word (VAULT_QUARANTINE_HANDED))
    {
      g_set_error_literal (
          error, VAULT_ERROR, VAULT_ERROR_STATE,
          _ ("Another till has taken over this one's number: it can't be released"));
      return vault_commit_and_unlock (self, FALSE, NULL);
    }
  detail = g_strdup_printf ("epoch %" G_GINT64_FORMAT ", %s%s%s", self->epoch, before,
                            leave != NULL ? ", leave by " : "", leave != NULL ? leave : "");
  self->quarantined = NULL;
  if (vault_commit_and_unlock (self,
                               write_setting (self, error)
                                   && vault_journal_append (self, who, "release", detail, error),
                               error))
    return TRUE;
  self->quarantined = before;
  return FALSE;
}

void
vault_epoch_books (Vault *self, VaultEpochBooks *out_books)
{
  VaultEpochBooks books = { 0 };

  vault_lock (self);
  g_strlcpy (books.install, self->install, sizeof books.install);
  books.epoch = self->epoch;
  books.record = self->heads_committed.record;
  books.entry = self->heads_committed.journal;
  for (guint i = 0; i < VAULT_CHAIN_SIZE; i++)
    books.head[i] = self->heads_committed.chain[i];
  vault_unlock (self);
  *out_books = books;
}

gboolean
vault_epoch_was_told (Vault *self)
{
  gboolean told;

  vault_lock (self);
  told = self->told;
  vault_unlock (self);
  return told;
}

void
vault_epoch_set_told (Vault *self)
{
  vault_lock (self);
  self->told = TRUE;
  vault_unlock (self);
}

gboolean
vault_epoch_hand_over (Vault *self, gint64 epoch, GError **error)
{
  const char *before = self->quarantined;
  gint64 before_epoch = self->epoch;
  g_autofree char *detail = g_strdup_printf ("epoch %" G_GINT64_FORMAT, epoch);

  if (!vault_lock_and_begin (self, error))
    return FALSE;
  self->quarantined = constant_word (VAULT_QUARANTINE_HANDED);
  self->epoch = MAX (self->epoch, CLAMP (epoch, 1, VAULT_HEAD_MAX));
  self->told = FALSE;
  if (vault_commit_and_unlock (
          self,
          write_setting (self, error)
              && vault_journal_append (self, "till", "handed-over", detail, error),
          error))
    return TRUE;
  self->quarantined = before;
  self->epoch = before_epoch;
  return FALSE;
}

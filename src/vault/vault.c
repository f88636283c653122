/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault-private.h"

#include "vault-books.h"
#include "vault-counter.h"
#include "vault-decided.h"
#include "vault-draft.h"
#include "vault-epoch.h"
#include "vault-journal.h"
#include "vault-mark-item.h"
#include "vault-mark.h"
#include "vault-record.h"
#include "vault-rights.h"
#include "vault-schema.h"

#include "base-check.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <sys/file.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define DATABASE "till.db"
#define LOCK "lock"
#define HEADS_NAME "heads"
#define HEADS_EVERY 32
/* A setting whose text is known: what tells the right key from a wrong one. */
#define KEY_CHECK_NAME "key-check"
#define KEY_CHECK_TEXT "Till"

gint64
vault_identity (guint32 batch, guint32 stan)
{
  return batch * (gint64)VAULT_IDENTITY_BATCH + stan;
}

void
vault_lock (Vault *self)
{
  base_check_may_block ();
  g_mutex_lock (&self->mutex);
}

void
vault_unlock (Vault *self)
{
  g_mutex_unlock (&self->mutex);
}

gboolean
vault_lock_and_begin (Vault *self, GError **error)
{
  if (self->access != VAULT_ACCESS_OWN)
    {
      g_set_error_literal (error, VAULT_ERROR, VAULT_ERROR_BUSY,
                           _ ("Another Till owns this data folder; this one may only read. Close "
                              "the other one first"));
      return FALSE;
    }
  vault_lock (self);
  vault_books_forget (self);
  if (vault_db_begin (self->db, error))
    return TRUE;
  vault_unlock (self);
  return FALSE;
}

static GBytes *
seal_setting (Vault *self, const char *name, BaseSpan value)
{
  g_autofree char *associated = g_strconcat ("setting:", name, NULL);

  return crypto_sealer_seal (self->sealer, value, BASE_SPAN_STR (associated));
}

static gboolean
put_setting (Vault *self, const char *name, BaseSpan value, GError **error)
{
  g_autoptr (GBytes) sealed = NULL;

  if (value.size > VAULT_SETTING_SIZE_MAX)
    {
      g_set_error (error, VAULT_ERROR, VAULT_ERROR_STATE,
                   _ ("The setting “%s” can't hold more than %d bytes"), name,
                   VAULT_SETTING_SIZE_MAX);
      return FALSE;
    }
  if (value.size == 0)
    return vault_db_run (self->db, error, "DELETE FROM setting WHERE name = ?", "t", name);
  sealed = seal_setting (self, name, value);
  return vault_db_run (self->db, error, "INSERT OR REPLACE INTO setting VALUES (?, ?)", "tb", name,
                       sealed);
}

gboolean
vault_setting_write (Vault *self, const char *name, BaseSpan value, GError **error)
{
  return put_setting (self, name, value, error)
         && (vault_books_leaves_out (name) || vault_books_tie_settings (self, error));
}

static BaseSecret *
open_setting (Vault *self, const char *name, GBytes *sealed, GError **error)
{
  g_autofree char *associated = g_strconcat ("setting:", name, NULL);
  BaseSecret *value = crypto_sealer_open (self->sealer, base_bytes_span (sealed),
                                          BASE_SPAN_STR (associated), NULL);

  if (value == NULL)
    g_set_error (error, VAULT_ERROR, VAULT_ERROR_CHANGED,
                 _ ("The setting “%s” was changed or damaged"), name);
  return value;
}

/* The heads, sealed with the rest: who drops the newest entries or records with the file alone is
 * found out by verify, and their numbers are not given again. Up to HEADS_EVERY may be missing from
 * it after a crash. */
gboolean
vault_heads_write (Vault *self, GError **error)
{
  g_autofree char *text
      = g_strdup_printf ("%" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT
                         " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT,
                         self->heads.sale, self->heads.record, self->heads.journal,
                         self->heads.print, vault_identity (self->batch, self->stan));

  return vault_setting_write (self, HEADS_NAME, BASE_SPAN_STR (text), error);
}

gboolean
vault_commit_and_unlock (Vault *self, gboolean good, GError **error)
{
  if (good && vault_books_noted (self))
    good = vault_journal_append (self, "till", "queue", "", error);
  if (good && self->heads.journal / HEADS_EVERY != self->heads_committed.journal / HEADS_EVERY)
    good = vault_heads_write (self, error);
  if (good)
    good = vault_db_commit (self->db, error);
  else
    vault_db_rollback (self->db);
  if (good)
    {
      self->heads_committed = self->heads;
      vault_epoch_mark (self);
      if (self->watch != NULL)
        self->watch (self->watch_data, self->heads.journal);
    }
  else
    self->heads = self->heads_committed;
  vault_unlock (self);
  return good;
}

void
vault_watch_commits (Vault *self, VaultWatch watch, gpointer data)
{
  vault_lock (self);
  self->watch = watch;
  self->watch_data = data;
  vault_unlock (self);
}

gint64
vault_journal_head (Vault *self)
{
  gint64 head;

  vault_lock (self);
  head = self->heads_committed.journal;
  vault_unlock (self);
  return head;
}

/* The lock is held for as long as the descriptor is open, and falls with the process however it
 * ends. */
static gboolean
take_lock (Vault *self, GError **error)
{
  g_autofree char *path = g_build_filename (self->dir, LOCK, NULL);

  self->lock_fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (self->lock_fd < 0)
    {
      g_set_error (error, VAULT_ERROR, VAULT_ERROR_IO, _ ("“%s” can't be opened: %s"), path,
                   g_strerror (errno));
      return FALSE;
    }
  if (flock (self->lock_fd, LOCK_EX | LOCK_NB) == 0)
    return TRUE;
  g_set_error (error, VAULT_ERROR, VAULT_ERROR_BUSY,
               _ ("Another Till is working with “%s”. Close it, or use its window"), self->dir);
  return FALSE;
}

static Vault *
prepare (const char *dir, const BaseSecret *key, VaultAccess access, GError **error)
{
  g_autoptr (Vault) self = g_new0 (Vault, 1);
  g_autoptr (BaseSecret) seal_key = crypto_derive (key, "till record seal");
  g_autoptr (BaseSecret) chain_key = crypto_derive (key, "till journal chain");

  g_mutex_init (&self->mutex);
  self->dir = g_strdup (dir);
  self->access = access;
  self->lock_fd = -1;
  self->sealer = crypto_sealer_new (seal_key);
  self->chain_key = crypto_hmac_new (base_secret_span (chain_key));
  if (access == VAULT_ACCESS_OWN && (!vault_rights_check (dir, error) || !take_lock (self, error)))
    return NULL;
  return g_steal_pointer (&self);
}

/* At the end of a day all of it is marked; a disk that refuses costs only that. */
static void
leave_heads (Vault *self)
{
  gboolean counted = self->heads_committed.totals.known && !self->totals_kept;

  if (self->access != VAULT_ACCESS_OWN || self->db == NULL
      || (self->heads_committed.journal <= self->journal_opened && !counted))
    return;
  if (self->mark != NULL)
    (void)vault_mark_sync (self->mark);
  if (vault_lock_and_begin (self, /* error= */ NULL))
    (void)vault_commit_and_unlock (self,
                                   vault_heads_write (self, /* error= */ NULL)
                                       && vault_totals_keep (self, /* error= */ NULL),
                                   /* error= */ NULL);
}

void
vault_free (Vault *self)
{
  if (self == NULL)
    return;
  leave_heads (self);
  g_clear_pointer (&self->db, vault_db_free);
  g_clear_pointer (&self->sealer, crypto_sealer_free);
  g_clear_pointer (&self->chain_key, crypto_hmac_free);
  g_clear_pointer (&self->mark, vault_mark_free);
  vault_mark_item_close (self);
  vault_counter_close (self);
  if (self->noted_records != NULL)
    g_string_free (self->noted_records, TRUE);
  if (self->lock_fd >= 0)
    close (self->lock_fd);
  g_mutex_clear (&self->mutex);
  g_free (self->terminal);
  g_free (self->dir);
  g_free (self);
}

const char *
vault_dir (const Vault *self)
{
  return self->dir;
}

gboolean
vault_is_owner (const Vault *self)
{
  return self->access == VAULT_ACCESS_OWN;
}

gboolean
vault_exists (const char *dir)
{
  g_autofree char *path = g_build_filename (dir, DATABASE, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

void
vault_identity_set (Vault *self, gint64 identity)
{
  self->stan = (guint32)(identity % VAULT_IDENTITY_BATCH);
  self->batch = (guint32)CLAMP (identity / VAULT_IDENTITY_BATCH, 1, VAULT_STAN_MAX);
}

/* STANs go on from the highest that was ever written down: the newest record knows it. */
static gboolean
load_identity (Vault *self, GError **error)
{
  gint64 identity = 0, batch = 1;

  if (!vault_db_number (self->db, 0, &identity, error,
                        "SELECT identity FROM record ORDER BY id DESC LIMIT 1", "")
      || !vault_db_number (self->db, 1, &batch, error,
                           "SELECT value FROM counter WHERE name = 'batch'", ""))
    return FALSE;
  vault_identity_set (
      self, MAX (identity, vault_identity ((guint32)CLAMP (batch, 1, VAULT_STAN_MAX), 0)));
  return TRUE;
}

static gboolean
sound (gint64 head)
{
  return head >= 0 && head <= VAULT_HEAD_MAX;
}

/* Without its mark, or with a changed one, the journal counts as cut off: verify says so. */
static gboolean
heed_heads (Vault *self, GError **error)
{
  g_autoptr (GError) broken = NULL;
  g_autofree char *text = vault_setting_text (self, HEADS_NAME, &broken);
  gint64 identity = vault_identity (self->batch, self->stan);
  gint64 *const heads[] = { &self->heads.sale, &self->heads.record, &self->heads.journal,
                            &self->heads.print, &identity };
  const char *rest = text;

  if (broken != NULL && !g_error_matches (broken, VAULT_ERROR, VAULT_ERROR_CHANGED))
    {
      g_propagate_error (error, g_steal_pointer (&broken));
      return FALSE;
    }
  if (text == NULL)
    self->heads.journal++;
  for (gsize i = 0; rest != NULL && i < G_N_ELEMENTS (heads); i++)
    {
      gint64 marked = g_ascii_strtoll (rest, (char **)&rest, 10);

      *heads[i] = MAX (*heads[i], marked);
    }
  vault_identity_set (self, identity);
  return TRUE;
}

static gboolean
load_heads (Vault *self, GError **error)
{
  if (!vault_db_number (self->db, 0, &self->heads.sale, error, "SELECT max (id) FROM sale", "")
      || !vault_db_number (self->db, 0, &self->heads.record, error, "SELECT max (id) FROM record",
                           "")
      || !vault_db_number (
          self->db, 0, &self->heads.print, error,
          "SELECT max (coalesce ((SELECT max (id) FROM print_job WHERE open = 1), 0),"
          " coalesce ((SELECT max (id) FROM print_job WHERE open = 0), 0))",
          "")
      || !vault_db_number (self->db, 1, &self->heads.shift, error,
                           "SELECT max (coalesce ((SELECT max (number) + 1 FROM closing), 1),"
                           " (SELECT value FROM counter WHERE name = 'shift'))",
                           "")
      || !vault_journal_load (self, error) || !load_identity (self, error))
    return FALSE;
  if (!sound (self->heads.sale) || !sound (self->heads.record) || !sound (self->heads.journal)
      || !sound (self->heads.print) || !sound (self->heads.shift))
    {
      g_set_error_literal (error, VAULT_ERROR, VAULT_ERROR_CORRUPT,
                           _ ("The numbers of the database have been changed or damaged"));
      return FALSE;
    }
  if (!heed_heads (self, error) || !vault_batch_open (self, error))
    return FALSE;
  self->heads_committed = self->heads;
  self->journal_opened = self->heads.journal;
  return TRUE;
}

/* Tables and key check in one transaction, in a file without its name yet: a shop that is there is
 * whole. */
static gboolean
make_file (Vault *self, const char *path, GError **error)
{
  gboolean good;

  self->db = vault_db_open (path, VAULT_DB_READ_WRITE, error);
  if (self->db == NULL || !vault_lock_and_begin (self, error))
    return FALSE;
  good = vault_schema_make (self->db, error)
         && vault_setting_write (self, KEY_CHECK_NAME, BASE_SPAN_STR (KEY_CHECK_TEXT), error)
         && vault_epoch_first (self, error) && vault_heads_write (self, error);
  good = vault_commit_and_unlock (self, good, error)
         && vault_db_exec (self->db, "PRAGMA wal_checkpoint(TRUNCATE)", error);
  g_clear_pointer (&self->db, vault_db_free);
  return good;
}

static void
remove_draft (const char *draft)
{
  static const char *const endings[] = { "", "-wal", "-shm" };

  for (gsize i = 0; i < G_N_ELEMENTS (endings); i++)
    {
      g_autofree char *path = g_strconcat (draft, endings[i], NULL);

      (void)unlink (path);
    }
}

static gboolean
refuse_second (const char *dir, GError **error)
{
  g_set_error (error, VAULT_ERROR, VAULT_ERROR_EXISTS,
               _ ("“%s” holds a shop already; nothing was changed: give the new one another "
                  "folder, or erase "
                  "the old one first (till-cli reset)"),
               dir);
  return FALSE;
}

Vault *
vault_create (const char *dir, const BaseSecret *key, GError **error)
{
  g_autofree char *path = g_build_filename (dir, DATABASE, NULL),
                  *draft = g_strconcat (path, ".new", NULL);
  g_autoptr (Vault) self = NULL;

  if (vault_exists (dir) && !refuse_second (dir, error))
    return NULL;
  self = prepare (dir, key, VAULT_ACCESS_OWN, error);
  if (self == NULL || (vault_exists (dir) && !refuse_second (dir, error)))
    return NULL;
  remove_draft (draft);
  if (!make_file (self, draft, error) || !vault_db_settle_file (draft, path, error))
    {
      remove_draft (draft);
      return NULL;
    }
  self->db = vault_db_open (path, VAULT_DB_READ_WRITE, error);
  if (self->db == NULL || !load_heads (self, error) || !vault_epoch_open (self, key, error))
    return NULL;
  return g_steal_pointer (&self);
}

static gboolean
check_key (Vault *self, GError **error)
{
  g_autoptr (GError) broken = NULL;
  g_autofree char *text = vault_setting_text (self, KEY_CHECK_NAME, &broken);

  if (g_strcmp0 (text, KEY_CHECK_TEXT) == 0)
    return TRUE;
  if (broken != NULL && !g_error_matches (broken, VAULT_ERROR, VAULT_ERROR_CHANGED))
    g_propagate_error (error, g_steal_pointer (&broken));
  else
    g_set_error (error, VAULT_ERROR, VAULT_ERROR_KEY,
                 _ ("This key does not open the data in “%s”. Use the passphrase or keyring it was "
                    "made with"),
                 self->dir);
  return FALSE;
}

/* Before the key and any step: nothing is written to a file that we may not change. */
static gboolean
check_version (Vault *self, const char *path, GError **error)
{
  gint64 version;

  if (!vault_schema_version (self->db, VAULT_SCHEMA_VERSION, path, &version, error))
    return FALSE;
  if (version == VAULT_SCHEMA_VERSION || self->access == VAULT_ACCESS_OWN)
    return TRUE;
  g_set_error (error, VAULT_ERROR, VAULT_ERROR_BUSY,
               _ ("“%s” is from an older Till. Start Till itself once, which brings it up to date"),
               path);
  return FALSE;
}

/* What the tables look like is tied with the settings, and is another thing after a step: both are
 * one commit. */
static gboolean
tie_along (gpointer data, GError **error)
{
  return vault_books_tie_settings (data, error);
}

Vault *
vault_open (const char *dir, const BaseSecret *key, VaultAccess access, GError **error)
{
  g_autofree char *path = g_build_filename (dir, DATABASE, NULL);
  g_autoptr (Vault) self = NULL;

  if (!vault_exists (dir))
    {
      g_set_error (error, VAULT_ERROR, VAULT_ERROR_ABSENT,
                   _ ("There is no shop in “%s” yet; make one with “till-cli init”"), dir);
      return NULL;
    }
  self = prepare (dir, key, access, error);
  if (self == NULL || !vault_schema_check_file (path, error))
    return NULL;
  self->db = vault_db_open (
      path, access == VAULT_ACCESS_OWN ? VAULT_DB_READ_WRITE : VAULT_DB_READ_ONLY, error);
  if (self->db == NULL || !check_version (self, path, error) || !check_key (self, error)
      || (access == VAULT_ACCESS_OWN
          && !vault_schema_upgrade (self->db, path, tie_along, self, error))
      || !load_heads (self, error) || !vault_totals_recall (self, error)
      || !vault_epoch_open (self, key, error))
    return NULL;
  if (access == VAULT_ACCESS_OWN)
    {
      vault_draft_tidy (dir);
      vault_schema_tidy (path);
    }
  return g_steal_pointer (&self);
}

gboolean
vault_count_open (const char *dir, guint *out_count)
{
  g_autofree char *path = g_build_filename (dir, DATABASE, NULL);
  g_autoptr (VaultDb) db = vault_exists (dir) && vault_schema_check_file (path, /* error= */ NULL)
                               ? vault_db_open (path, VAULT_DB_READ_ONLY, /* error= */ NULL)
                               : NULL;
  gint64 count = 0;

  if (db == NULL
      || !vault_db_number (db, 0, &count, /* error= */ NULL,
                           "SELECT count (*) FROM record WHERE state <> 'done'", ""))
    return FALSE;
  *out_count = (guint)count;
  return TRUE;
}

gboolean
vault_check_space (Vault *self, GError **error)
{
  struct statvfs room;

  if (statvfs (self->dir, &room) != 0)
    {
      g_set_error (error, VAULT_ERROR, VAULT_ERROR_IO, _ ("The disk of “%s” does not answer: %s"),
                   self->dir, g_strerror (errno));
      return FALSE;
    }
  if ((guint64)room.f_bavail * room.f_frsize >= VAULT_DISK_RESERVE_BYTES)
    return TRUE;
  g_set_error_literal (
      error, VAULT_ERROR, VAULT_ERROR_FULL,
      _ ("The disk is full: no sale can be kept safely. Free some space; nothing was charged"));
  return FALSE;
}

gboolean
vault_setting_set (Vault *self, const char *name, BaseSpan value, GError **error)
{
  if (!vault_lock_and_begin (self, error))
    return FALSE;
  return vault_commit_and_unlock (self, vault_setting_write (self, name, value, error), error);
}

static gboolean
write_settings (Vault *self, const VaultSetting *settings, guint count, GError **error)
{
  gboolean good = TRUE;

  for (guint i = 0; good && i < count; i++)
    good = vault_setting_write (self, settings[i].name, settings[i].value, error);
  return good;
}

gboolean
vault_setting_set_all (Vault *self, const VaultSetting *settings, guint count, GError **error)
{
  if (!vault_lock_and_begin (self, error))
    return FALSE;
  return vault_commit_and_unlock (self, write_settings (self, settings, count, error), error);
}

gboolean
vault_setting_set_noted (Vault *self,
                         const VaultSetting *settings,
                         guint count,
                         const char *who,
                         const char *act,
                         const char *detail,
                         GError **error)
{
  if (!vault_lock_and_begin (self, error))
    return FALSE;
  return vault_commit_and_unlock (self,
                                  write_settings (self, settings, count, error)
                                      && vault_journal_append (self, who, act, detail, error),
                                  error);
}

gboolean
vault_setting_set_text (Vault *self, const char *name, const char *value, GError **error)
{
  return vault_setting_set (self, name, BASE_SPAN_STR (value), error);
}

gboolean
vault_setting_set_number (Vault *self, const char *name, gint64 value, GError **error)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, value);

  return vault_setting_set_text (self, name, text, error);
}

BaseSecret *
vault_setting_read (Vault *self, const char *name, GError **error)
{
  g_autoptr (GBytes) sealed = NULL;
  BaseSecret *value = NULL;
  sqlite3_stmt *query;
  gboolean row = FALSE;

  query = vault_db_query (self->db, error, "SELECT sealed FROM setting WHERE name = ?", "t", name);
  if (query != NULL && vault_db_step (self->db, query, &row, error) && row)
    {
      sealed = vault_db_bytes (query, 0);
      value = open_setting (self, name, sealed, error);
    }
  if (query != NULL)
    sqlite3_reset (query);
  return value;
}

BaseSecret *
vault_setting (Vault *self, const char *name, GError **error)
{
  BaseSecret *value;

  vault_lock (self);
  value = vault_setting_read (self, name, error);
  vault_unlock (self);
  return value;
}

char *
vault_setting_text (Vault *self, const char *name, GError **error)
{
  g_autoptr (BaseSecret) value = vault_setting (self, name, error);
  BaseSpan span;

  if (value == NULL)
    return NULL;
  span = base_secret_span (value);
  return g_strndup ((const char *)span.data, span.size);
}

gint64
vault_setting_number (Vault *self, const char *name, gint64 otherwise)
{
  g_autofree char *text = vault_setting_text (self, name, NULL);

  return text != NULL ? g_ascii_strtoll (text, NULL, 10) : otherwise;
}

guint32
vault_current_batch (Vault *self)
{
  guint32 batch;

  vault_lock (self);
  batch = self->batch;
  vault_unlock (self);
  return batch;
}

void
vault_take_identity (Vault *self, guint32 *out_batch, guint32 *out_stan)
{
  vault_lock (self);
  if (self->stan == VAULT_STAN_MAX)
    {
      self->batch++;
      self->stan = 0;
    }
  *out_batch = self->batch;
  *out_stan = ++self->stan;
  vault_unlock (self);
}

/* A batch that was begun in memory and not written down is one that is left out: harmless. */
gboolean
vault_start_batch (Vault *self, guint32 batch, GError **error)
{
  gboolean good;

  if (!vault_lock_and_begin (self, error))
    return FALSE;
  good = batch >= self->batch && batch <= VAULT_STAN_MAX;
  if (!good)
    g_set_error (
        error, VAULT_ERROR, VAULT_ERROR_STATE,
        _ ("The acquirer counts batch %u where this till has come to %u already: ask it to "
           "go on from there"),
        batch, self->batch);
  else if (batch > self->batch)
    {
      vault_identity_set (self, vault_identity (batch, 0));
      good = vault_db_run (self->db, error, "UPDATE counter SET value = ? WHERE name = 'batch'",
                           "i", (gint64)batch);
    }
  return vault_commit_and_unlock (self, good, error);
}

/* With the mutex held, in a transaction. */
static gboolean
find_bad_settings (Vault *self, GPtrArray *bad, GError **error)
{
  g_autofree char *hex = NULL;
  g_autoptr (GPtrArray) names = vault_books_settings (self, &hex, error);
  g_autoptr (BaseSecret) written = NULL;

  if (names == NULL)
    return FALSE;
  for (guint i = 0; i < names->len; i++)
    {
      g_autoptr (BaseSecret) value
          = names->pdata[i] != NULL ? vault_setting_read (self, names->pdata[i], NULL) : NULL;

      if (value == NULL)
        g_ptr_array_add (bad, g_strdup (names->pdata[i] != NULL ? names->pdata[i] : ""));
    }
  written = vault_setting_read (self, VAULT_BOOKS_SETTINGS, /* error= */ NULL);
  if (bad->len == 0 && written != NULL
      && !base_bytes_equal (base_secret_span (written), BASE_SPAN_STR (hex)))
    g_ptr_array_add (bad, g_strdup (""));
  return TRUE;
}

gboolean
vault_settings_verify (Vault *self, GPtrArray **out_bad, GError **error)
{
  g_autoptr (GPtrArray) bad = g_ptr_array_new_with_free_func (g_free);
  gboolean fits, read;

  /* As of one moment: what another thread or program writes meanwhile is no fault of the books. */
  vault_lock (self);
  read = vault_db_run (self->db, error, "BEGIN", "") && find_bad_settings (self, bad, error);
  vault_db_rollback (self->db);
  vault_unlock (self);
  if (!read)
    return FALSE;
  if (!vault_decided_verify (self, &fits, error))
    return FALSE;
  if (!fits && !g_ptr_array_find_with_equal_func (bad, VAULT_SETTING_DECIDED, g_str_equal, NULL))
    g_ptr_array_add (bad, g_strdup (VAULT_SETTING_DECIDED));
  *out_bad = g_steal_pointer (&bad);
  return TRUE;
}

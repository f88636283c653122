/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault-db.h"

#include "base-check.h"

#include <gio/gio.h>

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct
{
  const char *sql;
  sqlite3_stmt *statement;
} Prepared;

struct _VaultDb
{
  sqlite3 *handle;
  Prepared prepared[VAULT_DB_STATEMENTS_MAX];
  guint count;
};

static VaultError
error_for (int result)
{
  switch (result & 0xFF)
    {
    case SQLITE_FULL:
      return VAULT_ERROR_FULL;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return VAULT_ERROR_BUSY;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return VAULT_ERROR_CORRUPT;
    default:
      return VAULT_ERROR_IO;
    }
}

/* What SQLite says may quote the file, which may be anybody's bytes: text that can be shown. */
static char *
make_readable (const char *said)
{
  char *text = g_utf8_make_valid (said, -1);

  for (char *c = text; *c != '\0'; c++)
    if (g_ascii_iscntrl (*c))
      *c = ' ';
  return text;
}

gboolean
vault_db_fail (VaultDb *self, int result, const char *what, GError **error)
{
  const char *said = self != NULL && self->handle != NULL ? sqlite3_errmsg (self->handle)
                                                          : sqlite3_errstr (result);
  g_autofree char *reason = make_readable (said);

  if ((result & 0xFF) == SQLITE_INTERRUPT)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("%s was interrupted"), what);
  else
    g_set_error (error, VAULT_ERROR, error_for (result), _ ("%s failed: %s"), what, reason);
  return FALSE;
}

/* SQLite answers with the mode that it took, which is another one where the file system can't do
 * WAL. */
static gboolean
use_wal (VaultDb *self, GError **error)
{
  sqlite3_stmt *query = vault_db_query (self, error, "PRAGMA journal_mode=WAL", "");
  gboolean row = FALSE, taken;

  if (query == NULL || !vault_db_step (self, query, &row, error))
    return FALSE;
  taken = row && g_strcmp0 ((const char *)sqlite3_column_text (query, 0), "wal") == 0;
  sqlite3_reset (query);
  if (!taken)
    g_set_error_literal (
        error, VAULT_ERROR, VAULT_ERROR_IO,
        _ ("This file system can't keep a database safely (no write-ahead log). Use a local disk"));
  return taken;
}

static gboolean
configure (VaultDb *self, VaultDbMode mode, GError **error)
{
  sqlite3_extended_result_codes (self->handle, 1);
  sqlite3_busy_timeout (self->handle, VAULT_DB_BUSY_MS);
  sqlite3_db_config (self->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config (self->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  if (mode == VAULT_DB_READ_ONLY)
    return vault_db_exec (self, "PRAGMA query_only=1", error);
  return use_wal (self, error)
         && vault_db_exec (self,
                           "PRAGMA synchronous=FULL; PRAGMA foreign_keys=1; PRAGMA "
                           "secure_delete=1; PRAGMA temp_store=MEMORY",
                           error);
}

gboolean
vault_db_make_private (const char *path, GError **error)
{
  int descriptor = open (path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

  /* One that is there isn't opened here: closing it would drop SQLite's locks on it. */
  if (descriptor < 0 && errno == EEXIST)
    return TRUE;
  if (descriptor < 0)
    {
      g_set_error (error, VAULT_ERROR, errno == ENOSPC ? VAULT_ERROR_FULL : VAULT_ERROR_IO,
                   _ ("“%s” can't be made: %s"), path, g_strerror (errno));
      return FALSE;
    }
  close (descriptor);
  return TRUE;
}

VaultDb *
vault_db_open (const char *path, VaultDbMode mode, GError **error)
{
  g_autoptr (VaultDb) self = g_new0 (VaultDb, 1);
  int flags = SQLITE_OPEN_NOMUTEX
              | (mode == VAULT_DB_READ_ONLY ? SQLITE_OPEN_READWRITE
                                            : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  int result;

  if (mode == VAULT_DB_READ_WRITE && !vault_db_make_private (path, error))
    return NULL;
  result = sqlite3_open_v2 (path, &self->handle, flags, NULL);
  if (result != SQLITE_OK)
    {
      vault_db_fail (self, result, _ ("Opening the database"), error);
      return NULL;
    }
  if (!configure (self, mode, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
vault_db_free (VaultDb *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < self->count; i++)
    sqlite3_finalize (self->prepared[i].statement);
  sqlite3_close (self->handle);
  g_free (self);
}

sqlite3 *
vault_db_handle (VaultDb *self)
{
  return self->handle;
}

void
vault_db_interrupt (VaultDb *self)
{
  sqlite3_interrupt (self->handle);
}

gboolean
vault_db_exec (VaultDb *self, const char *sql, GError **error)
{
  int result;

  base_check_may_block ();
  result = sqlite3_exec (self->handle, sql, NULL, NULL, NULL);
  return result == SQLITE_OK || vault_db_fail (self, result, _ ("The database"), error);
}

gboolean
vault_db_begin (VaultDb *self, GError **error)
{
  return vault_db_run (self, error, "BEGIN IMMEDIATE", "");
}

void
vault_db_rollback (VaultDb *self)
{
  if (!sqlite3_get_autocommit (self->handle))
    (void)vault_db_run (self, /* error= */ NULL, "ROLLBACK", "");
}

/* A commit whose last sync failed lies whole in the log all the same, and a power cut now would
 * bring it back. The next commit begins at the same place of the log and so breaks it: this one,
 * which changes nothing, makes that happen at once. A disk that refuses it, too, is beyond help. */
static void
overwrite_failed_commit (VaultDb *self)
{
  g_autofree char *sql = NULL;
  gint64 version;

  if (!vault_db_number (self, 0, &version, /* error= */ NULL, "PRAGMA user_version", ""))
    return;
  sql = g_strdup_printf ("PRAGMA user_version=%" G_GINT64_FORMAT, version);
  (void)sqlite3_exec (self->handle, sql, NULL, NULL, NULL);
}

gboolean
vault_db_commit (VaultDb *self, GError **error)
{
  if (vault_db_run (self, error, "COMMIT", ""))
    return TRUE;
  vault_db_rollback (self);
  overwrite_failed_commit (self);
  return FALSE;
}

static sqlite3_stmt *
prepare (VaultDb *self, const char *sql, GError **error)
{
  Prepared *next = &self->prepared[self->count];
  int result;

  for (guint i = 0; i < self->count; i++)
    if (self->prepared[i].sql == sql)
      {
        sqlite3_reset (self->prepared[i].statement);
        sqlite3_clear_bindings (self->prepared[i].statement);
        return self->prepared[i].statement;
      }
  g_assert (self->count < VAULT_DB_STATEMENTS_MAX);
  result = sqlite3_prepare_v3 (self->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &next->statement,
                               NULL);
  if (result != SQLITE_OK)
    {
      vault_db_fail (self, result, _ ("Preparing a statement"), error);
      return NULL;
    }
  next->sql = sql;
  self->count++;
  return next->statement;
}

static int
bind_bytes (sqlite3_stmt *statement, int index, gconstpointer data, gsize size)
{
  return sqlite3_bind_blob64 (statement, index, size > 0 ? data : "", size, SQLITE_STATIC);
}

static int
bind_one (sqlite3_stmt *statement, int index, char type, va_list *arguments)
{
  GBytes *bytes;
  gconstpointer data;

  switch (type)
    {
    case 'i':
      return sqlite3_bind_int64 (statement, index, va_arg (*arguments, gint64));
    case 't':
      return sqlite3_bind_text (statement, index, va_arg (*arguments, const char *), -1,
                                SQLITE_STATIC);
    case 'b':
      bytes = va_arg (*arguments, GBytes *);
      if (bytes == NULL)
        return sqlite3_bind_null (statement, index);
      return bind_bytes (statement, index, g_bytes_get_data (bytes, NULL),
                         g_bytes_get_size (bytes));
    case 's':
      data = va_arg (*arguments, gconstpointer);
      return bind_bytes (statement, index, data, va_arg (*arguments, gsize));
    default:
      g_assert_not_reached ();
    }
}

static sqlite3_stmt *
query_va (VaultDb *self, const char *sql, const char *types, va_list *arguments, GError **error)
{
  sqlite3_stmt *statement;

  base_check_may_block ();
  statement = prepare (self, sql, error);
  for (int i = 0; statement != NULL && types[i] != '\0'; i++)
    {
      int result = bind_one (statement, i + 1, types[i], arguments);

      if (result != SQLITE_OK)
        {
          vault_db_fail (self, result, _ ("Binding a value"), error);
          return NULL;
        }
    }
  return statement;
}

sqlite3_stmt *
vault_db_query (VaultDb *self, GError **error, const char *sql, const char *types, ...)
{
  sqlite3_stmt *statement;
  va_list arguments;

  va_start (arguments, types);
  statement = query_va (self, sql, types, &arguments, error);
  va_end (arguments);
  return statement;
}

gboolean
vault_db_step (VaultDb *self, sqlite3_stmt *statement, gboolean *out_row, GError **error)
{
  int result = sqlite3_step (statement);

  *out_row = result == SQLITE_ROW;
  if (result == SQLITE_ROW)
    return TRUE;
  sqlite3_reset (statement);
  return result == SQLITE_DONE || vault_db_fail (self, result, _ ("The database"), error);
}

gboolean
vault_db_take_ids (VaultDb *self, sqlite3_stmt *query, GArray *ids, GError **error)
{
  gboolean row = TRUE;

  while (query != NULL && row)
    {
      if (!vault_db_step (self, query, &row, error))
        return FALSE;
      if (row)
        g_array_append_vals (ids, (gint64[]){ sqlite3_column_int64 (query, 0) }, 1);
    }
  return query != NULL;
}

gboolean
vault_db_run (VaultDb *self, GError **error, const char *sql, const char *types, ...)
{
  sqlite3_stmt *statement;
  gboolean row = FALSE, done;
  va_list arguments;

  va_start (arguments, types);
  statement = query_va (self, sql, types, &arguments, error);
  va_end (arguments);
  if (statement == NULL)
    return FALSE;
  done = vault_db_step (self, statement, &row, error);
  sqlite3_reset (statement);
  return done;
}

gboolean
vault_db_number (VaultDb *self,
                 gint64 otherwise,
                 gint64 *out_number,
                 GError **error,
                 const char *sql,
                 const char *types,
                 ...)
{
  sqlite3_stmt *statement;
  gboolean row = FALSE;
  va_list arguments;

  va_start (arguments, types);
  statement = query_va (self, sql, types, &arguments, error);
  va_end (arguments);
  if (statement == NULL || !vault_db_step (self, statement, &row, error))
    return FALSE;
  *out_number = row && sqlite3_column_type (statement, 0) != SQLITE_NULL
                    ? sqlite3_column_int64 (statement, 0)
                    : otherwise;
  sqlite3_reset (statement);
  return TRUE;
}

gboolean
vault_db_changed (VaultDb *self)
{
  return sqlite3_changes (self->handle) > 0;
}

static gboolean
copy_pages (VaultDb *self, sqlite3 *to, GError **error)
{
  sqlite3_backup *backup = sqlite3_backup_init (to, "main", self->handle, "main");
  int result = backup != NULL ? sqlite3_backup_step (backup, -1) : sqlite3_errcode (to);

  if (backup != NULL && sqlite3_backup_finish (backup) != SQLITE_OK && result == SQLITE_DONE)
    result = sqlite3_errcode (to);
  return result == SQLITE_DONE || vault_db_fail (NULL, result, _ ("Copying the database"), error);
}

static gboolean
check_pages (sqlite3 *db, GError **error)
{
  sqlite3_stmt *query = NULL;
  gboolean sound
      = sqlite3_prepare_v2 (db, "PRAGMA integrity_check (1)", -1, &query, NULL) == SQLITE_OK
        && sqlite3_step (query) == SQLITE_ROW
        && g_strcmp0 ((const char *)sqlite3_column_text (query, 0), "ok") == 0;

  sqlite3_finalize (query);
  if (!sound)
    g_set_error_literal (
        error, VAULT_ERROR, VAULT_ERROR_CORRUPT,
        _ ("The database is damaged: keep the backups there are, and call support"));
  return sound;
}

gboolean
vault_db_check (VaultDb *self, GError **error)
{
  base_check_may_block ();
  return check_pages (self->handle, error);
}

gboolean
vault_db_copy (VaultDb *self, const char *path, GError **error)
{
  sqlite3 *to = NULL;
  gboolean good;
  int result;

  base_check_may_block ();
  if (!vault_db_make_private (path, error))
    return FALSE;
  result = sqlite3_open_v2 (path, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
  good = result == SQLITE_OK ? copy_pages (self, to, error) && check_pages (to, error)
                             : vault_db_fail (NULL, result, _ ("Making a copy"), error);
  sqlite3_close (to);
  return good;
}

static gboolean
sync_path (const char *path, int flags, GError **error)
{
  int descriptor = open (path, flags | O_CLOEXEC);
  gboolean synced = descriptor >= 0 && fsync (descriptor) == 0;
  int why = errno;

  if (descriptor >= 0)
    close (descriptor);
  if (!synced)
    g_set_error (error, VAULT_ERROR, VAULT_ERROR_IO, _ ("“%s” can't be put onto the disk: %s"),
                 path, g_strerror (why));
  return synced;
}

gboolean
vault_db_sync_dir (const char *dir, GError **error)
{
  return sync_path (dir, O_RDONLY | O_DIRECTORY, error);
}

gboolean
vault_db_settle_file (const char *from, const char *to, GError **error)
{
  g_autofree char *dir = g_path_get_dirname (to);

  if (!sync_path (from, O_RDWR, error))
    return FALSE;
  if (rename (from, to) == 0)
    return vault_db_sync_dir (dir, error);
  g_set_error (error, VAULT_ERROR, VAULT_ERROR_IO, _ ("“%s” can't get its name: %s"), to,
               g_strerror (errno));
  return FALSE;
}

char *
vault_db_text (sqlite3_stmt *statement, int column)
{
  return g_strdup ((const char *)sqlite3_column_text (statement, column));
}

GBytes *
vault_db_bytes (sqlite3_stmt *statement, int column)
{
  int size;

  if (sqlite3_column_type (statement, column) == SQLITE_NULL)
    return NULL;
  size = sqlite3_column_bytes (statement, column);
  /* Nothing of ours is so large: what is left of it opens under no key. */
  return g_bytes_new (sqlite3_column_blob (statement, column),
                      (gsize)MIN (size, VAULT_DB_BYTES_MAX));
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One SQLite connection: opened with the pragmas Till relies on (WAL, synchronous=FULL), its
 * statements prepared once and kept, its result codes turned into VAULT_ERROR. Private to the vault
 * folder. Blocks; never on the thread that paints. Not thread-safe: its owner holds a mutex, or is
 * the only thread that uses it. vault_db_interrupt() alone may come from anywhere.
 */
#pragma once

#include "vault-error.h"

#include <sqlite3.h>

G_BEGIN_DECLS

#define VAULT_DB_STATEMENTS_MAX 128
#define VAULT_DB_BYTES_MAX (256 * 1024)
#define VAULT_DB_BUSY_MS 5000

typedef enum
{
  VAULT_DB_READ_WRITE, /* makes the file when it isn't there */
  VAULT_DB_READ_ONLY,
} VaultDbMode;

typedef struct _VaultDb VaultDb;

/* An empty file that is nobody else's to read, from its first moment on; one that is there stays as
 * it is. */
gboolean vault_db_make_private (const char *path, GError **error);
VaultDb *vault_db_open (const char *path, VaultDbMode mode, GError **error);
void vault_db_free (VaultDb *self);
sqlite3 *vault_db_handle (VaultDb *self);
void vault_db_interrupt (VaultDb *self);

/* Sets `error` from SQLite's result and the connection's message; `what` says what was being done.
 * Always FALSE. */
gboolean vault_db_fail (VaultDb *self, int result, const char *what, GError **error);
/* Several statements without results: schema and pragmas. */
gboolean vault_db_exec (VaultDb *self, const char *sql, GError **error);

gboolean vault_db_begin (VaultDb *self, GError **error);  /* BEGIN IMMEDIATE */
gboolean vault_db_commit (VaultDb *self, GError **error); /* rolls back when it fails */
void vault_db_rollback (VaultDb *self);                   /* harmless outside a transaction */

/* A prepared statement, reset and with its bindings cleared; kept by the text's address, so `sql`
 * must be a constant. Borrowed. `types` then binds the arguments in order: i gint64, t const char *
 * (NULL is SQL NULL), b GBytes * (NULL is SQL NULL), s BaseSpan-like pointer and gsize (two
 * arguments). Text and bytes must outlive the stepping. */
sqlite3_stmt *
vault_db_query (VaultDb *self, GError **error, const char *sql, const char *types, ...);
/* TRUE and *out_row for a row; TRUE and not for the end, and then the statement is reset. */
gboolean vault_db_step (VaultDb *self, sqlite3_stmt *statement, gboolean *out_row, GError **error);
/* Adds the first column of each of its rows (gint64). `query` NULL: FALSE, its error is set. */
gboolean vault_db_take_ids (VaultDb *self, sqlite3_stmt *query, GArray *ids, GError **error);
/* Runs one statement that gives no rows. */
gboolean vault_db_run (VaultDb *self, GError **error, const char *sql, const char *types, ...);
/* The first column of the first row as an integer; `otherwise` where there is no row. */
gboolean vault_db_number (VaultDb *self,
                          gint64 otherwise,
                          gint64 *out_number,
                          GError **error,
                          const char *sql,
                          const char *types,
                          ...);

/* Whether the last vault_db_run() changed any row. */
gboolean vault_db_changed (VaultDb *self);
/* Looks through every page, row and index: VAULT_ERROR_CORRUPT where SQLite finds fault. */
gboolean vault_db_check (VaultDb *self, GError **error);
/* A consistent copy of the whole database, also while others write to it: SQLite's own, in a file
 * of its own at `path`, looked through afterwards. */
gboolean vault_db_copy (VaultDb *self, const char *path, GError **error);
/* Puts a file that is closed and whole onto the disk and then under its name: both survive a power
 * cut from here on. */
gboolean vault_db_settle_file (const char *from, const char *to, GError **error);
/* Names made, changed or taken away in a folder survive a power cut from here on. */
gboolean vault_db_sync_dir (const char *dir, GError **error);

/* Columns: copies, yours to free; NULL for SQL NULL. */
char *vault_db_text (sqlite3_stmt *statement, int column);
/* At most VAULT_DB_BYTES_MAX of them. */
GBytes *vault_db_bytes (sqlite3_stmt *statement, int column);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VaultDb, vault_db_free)

G_END_DECLS

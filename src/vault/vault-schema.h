/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The tables of till.db and the steps from one version (PRAGMA user_version) to the next. Private
 * to the vault folder.
 */
#pragma once

#include "vault-db.h"

G_BEGIN_DECLS

#define VAULT_SCHEMA_VERSION 4
#define VAULT_SCHEMA_COPY_DAYS 30
#define VAULT_SCHEMA_APPLICATION_ID 0x54696C6C /* "Till" */

/* Makes the tables in a new, empty file: within the caller's transaction, or in one of its own. */
gboolean vault_schema_make (VaultDb *db, GError **error);
gboolean vault_schema_create (VaultDb *db, GError **error);
/* Looks at the file's first bytes without SQLite: one that isn't Till's is VAULT_ERROR_CORRUPT and
 * stays untouched. */
gboolean vault_schema_check_file (const char *path, GError **error);
/* The version of its tables; VAULT_ERROR_CORRUPT when it is above `newest` or the file isn't
 * Till's. Writes nothing. */
gboolean vault_schema_version (VaultDb *db,
                               gint64 newest,
                               const char *path,
                               gint64 *out_version,
                               GError **error);
/* What else changes with the tables, within the transaction of each step. */
typedef gboolean (*VaultSchemaAlong) (gpointer data, GError **error);
/* Brings an older file up to date: first a copy beside it (PATH.before-N), then each step in a
 * transaction of its own, with `along` (NULL: nothing else) in it. */
gboolean vault_schema_upgrade (VaultDb *db,
                               const char *path,
                               VaultSchemaAlong along,
                               gpointer data,
                               GError **error);
/* Takes such copies away VAULT_SCHEMA_COPY_DAYS after they were made: they hold requests that the
 * file itself has erased since. For the owner, once the file is open and sound. */
void vault_schema_tidy (const char *path);
/* As vault_schema_upgrade() along any table of steps; step n brings version n + 1 to version n + 2,
 * up to `newest`. */
gboolean vault_schema_migrate (VaultDb *db,
                               const char *path,
                               const char *const *table,
                               gint64 newest,
                               VaultSchemaAlong along,
                               gpointer data,
                               GError **error);

G_END_DECLS

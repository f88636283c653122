/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The tables of till.db and the steps from one version (PRAGMA user_version) to the next. Private to the vault folder.
 */
#pragma once

#include "vault-db.h"

G_BEGIN_DECLS

#define VAULT_SCHEMA_VERSION 1
#define VAULT_SCHEMA_APPLICATION_ID 0x54696C6C /* "Till" */

/* Makes the tables in a new, empty file. */
gboolean vault_schema_create (VaultDb *db, GError **error);
/* Brings an older file up to date: first a copy beside it (PATH.before-N), then all steps in one transaction each. A file that is
 * not Till's, or from a newer Till, is VAULT_ERROR_CORRUPT and stays untouched. */
gboolean vault_schema_upgrade (VaultDb *db, const char *path, GError **error);
gint64 vault_schema_version (VaultDb *db);

G_END_DECLS

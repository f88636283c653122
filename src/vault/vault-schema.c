/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault-schema.h"

#if __has_include("vault-catalogue.h")
#include "vault-catalogue.h"
#else
#define vault_catalogue_schema() ""
#endif

#include <gio/gio.h>

/* Rows that grow with the day are appended at the end of their tables, so that one commit touches few pages: integer keys, no
 * index over a random value. */
static const char sales_schema[] =
    "CREATE TABLE setting (name TEXT PRIMARY KEY, sealed BLOB NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE sale ("
    " id INTEGER PRIMARY KEY, state TEXT NOT NULL, opened_us INTEGER NOT NULL, closed_us INTEGER, shift INTEGER NOT NULL,"
    " cashier TEXT, label TEXT, currency TEXT NOT NULL, tax_mode INTEGER NOT NULL, total_minor INTEGER NOT NULL) STRICT;"
    "CREATE INDEX sale_parked ON sale (id) WHERE state = 'parked';"
    "CREATE TABLE sale_line ("
    " sale INTEGER NOT NULL REFERENCES sale (id), number INTEGER NOT NULL, code TEXT NOT NULL, name TEXT NOT NULL, name_zh TEXT,"
    " category TEXT, unit INTEGER NOT NULL, tax_bp INTEGER NOT NULL, quantity_milli INTEGER NOT NULL, price_minor INTEGER NOT NULL,"
    " discount_minor INTEGER NOT NULL, amount_minor INTEGER NOT NULL, voided INTEGER NOT NULL, void_reason TEXT,"
    " PRIMARY KEY (sale, number)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE payment ("
    " sale INTEGER NOT NULL REFERENCES sale (id), position INTEGER NOT NULL, uuid TEXT NOT NULL, tender TEXT NOT NULL,"
    " state TEXT NOT NULL, amount_minor INTEGER NOT NULL, tendered_minor INTEGER NOT NULL, change_minor INTEGER NOT NULL,"
    " at_us INTEGER NOT NULL, stan INTEGER NOT NULL, masked_pan TEXT, auth_code TEXT, reference TEXT, response TEXT, reason TEXT,"
    " PRIMARY KEY (sale, position)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE record ("
    " id INTEGER PRIMARY KEY, class TEXT NOT NULL, state TEXT NOT NULL, sale INTEGER NOT NULL, position INTEGER NOT NULL,"
    " terminal TEXT NOT NULL, batch INTEGER NOT NULL, stan INTEGER NOT NULL, amount_minor INTEGER NOT NULL,"
    " created_us INTEGER NOT NULL, tries INTEGER NOT NULL, next_us INTEGER NOT NULL, done_us INTEGER, reason TEXT,"
    " sealed BLOB NOT NULL) STRICT;"
    "CREATE INDEX record_open ON record (class, id) WHERE state <> 'done';"
    "CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "INSERT INTO counter VALUES ('batch', 1), ('stan', 0), ('shift', 1);"
    "CREATE TABLE journal ("
    " seq INTEGER PRIMARY KEY, at_us INTEGER NOT NULL, who TEXT NOT NULL, act TEXT NOT NULL, detail TEXT, digest BLOB NOT NULL,"
    " chain BLOB NOT NULL) STRICT;"
    "CREATE TABLE print_job ("
    " id INTEGER PRIMARY KEY, kind TEXT NOT NULL, sale INTEGER NOT NULL, copy INTEGER NOT NULL, state TEXT NOT NULL,"
    " drawer INTEGER NOT NULL, at_us INTEGER NOT NULL, reason TEXT) STRICT;"
    "CREATE INDEX print_job_open ON print_job (id) WHERE state IN ('waiting', 'printing', 'attention');";

gint64
vault_schema_version (VaultDb *db)
{
  gint64 version = -1;

  (void) vault_db_number (db, -1, &version, NULL, "PRAGMA user_version", "");
  return version;
}

gboolean
vault_schema_create (VaultDb *db, GError **error)
{
  g_autofree char *stamp = g_strdup_printf ("PRAGMA application_id=%d; PRAGMA user_version=%d",
                                            VAULT_SCHEMA_APPLICATION_ID, VAULT_SCHEMA_VERSION);
  gboolean made;

  if (!vault_db_begin (db, error))
    return FALSE;
  made = vault_db_exec (db, sales_schema, error) && vault_db_exec (db, vault_catalogue_schema (), error)
         && vault_db_exec (db, stamp, error);
  if (!made)
    vault_db_rollback (db);
  return made && vault_db_commit (db, error);
}

/* A whole copy by SQLite itself, so that what still lies in the WAL is in it. */
static gboolean
back_up (VaultDb *db, const char *path, gint64 version, GError **error)
{
  g_autofree char *copy = g_strdup_printf ("%s.before-%" G_GINT64_FORMAT, path, version + 1);

  if (g_file_test (copy, G_FILE_TEST_EXISTS))
    return TRUE;
  return vault_db_run (db, error, "VACUUM INTO ?", "t", copy);
}

gboolean
vault_schema_upgrade (VaultDb *db, const char *path, GError **error)
{
  gint64 application = 0, version = vault_schema_version (db);

  if (!vault_db_number (db, 0, &application, error, "PRAGMA application_id", ""))
    return FALSE;
  if (application != VAULT_SCHEMA_APPLICATION_ID || version < 1)
    {
      g_set_error (error, VAULT_ERROR, VAULT_ERROR_CORRUPT, "“%s” is not a database of Till", path);
      return FALSE;
    }
  if (version > VAULT_SCHEMA_VERSION)
    {
      g_set_error (error, VAULT_ERROR, VAULT_ERROR_CORRUPT,
                   "“%s” was written by a newer Till (version %" G_GINT64_FORMAT " of its tables); install that", path, version);
      return FALSE;
    }
  return version == VAULT_SCHEMA_VERSION || back_up (db, path, version, error);
}

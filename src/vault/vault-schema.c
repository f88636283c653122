/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault-schema.h"

#include "vault-catalogue.h"

#include "base-bytes.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <inttypes.h>

#define SECONDS_A_DAY (24 * 60 * 60)

/* Of a record that is made and of one that is done each changes one page at its end. record_open
 * holds all that counting the queue, or finding what is due, wants to know: a row itself is some
 * 1,500 bytes. */
#define RECORD_INDEXES                                                                             \
  "CREATE INDEX record_open ON record (class, state, id, next_us, amount_minor, created_us)"       \
  " WHERE state <> 'done';"                                                                        \
  "CREATE INDEX record_done ON record (settled, done_us, counts, amount_minor)"                    \
  " WHERE state = 'done';"                                                                         \
  "CREATE INDEX record_later ON record (next_us)"                                                  \
  " WHERE next_us > 0 AND state <> 'done' AND state <> 'attention';"

/* As the second version had them. */
#define FIRST_RECORD_INDEXES                                                                       \
  "CREATE INDEX record_open ON record (class, state, id, next_us, amount_minor, created_us)"       \
  " WHERE state <> 'done';"                                                                        \
  "CREATE INDEX record_done ON record (done_us) WHERE state = 'done';"                             \
  "CREATE INDEX record_later ON record (next_us)"                                                  \
  " WHERE next_us > 0 AND state <> 'done' AND state <> 'attention';"

/* Columns that came later, in the words that both a new shop's tables and the step that adds them
 * have. A default says nothing, so that rows from before are tied as they were (vault-books.c): a
 * sale that is no refund, a line that returns none, a payment that gives nothing back. */
#define SALE_KIND "kind TEXT NOT NULL DEFAULT 'sale'"
#define SALE_ORIGINAL "original INTEGER NOT NULL DEFAULT 0"
#define LINE_ORIGINAL "original INTEGER NOT NULL DEFAULT 0"
#define PAYMENT_BATCH "batch INTEGER NOT NULL DEFAULT 0"
#define PAYMENT_HOST_DATE "host_date TEXT"
#define PAYMENT_TERMINAL "terminal TEXT"
#define PAYMENT_ORIGINAL "original INTEGER NOT NULL DEFAULT 0"
#define PAYMENT_SLIP "slip TEXT"
/* What was given back of a sale; a sale itself has no page to write for it. */
#define SALE_INDEXES                                                                               \
  "CREATE INDEX sale_original ON sale (original) WHERE original <> 0;"                             \
  "CREATE INDEX sale_hold ON sale (id) WHERE kind = 'hold';"

/* Of a record that is done: the batch it was done in, and how it counts there (vault-batch.h). */
#define RECORD_SETTLED "settled INTEGER NOT NULL DEFAULT 0"
#define RECORD_COUNTS "counts INTEGER NOT NULL DEFAULT 0"
/* A difference's key is made of its batch and its number there. */
#define BATCH_TABLES                                                                               \
  "CREATE TABLE batch ("                                                                           \
  " id INTEGER PRIMARY KEY, number INTEGER NOT NULL DEFAULT 0, state TEXT NOT NULL,"               \
  " verdict TEXT NOT NULL DEFAULT 'none', opened_us INTEGER NOT NULL,"                             \
  " counted_us INTEGER NOT NULL DEFAULT 0, settled_us INTEGER NOT NULL DEFAULT 0,"                 \
  " debit_count INTEGER NOT NULL DEFAULT 0, debit_minor INTEGER NOT NULL DEFAULT 0,"               \
  " credit_count INTEGER NOT NULL DEFAULT 0, credit_minor INTEGER NOT NULL DEFAULT 0,"             \
  " host_known INTEGER NOT NULL DEFAULT 0, host_debit_count INTEGER NOT NULL DEFAULT 0,"           \
  " host_debit_minor INTEGER NOT NULL DEFAULT 0, host_credit_count INTEGER NOT NULL DEFAULT 0,"    \
  " host_credit_minor INTEGER NOT NULL DEFAULT 0, rows_known INTEGER NOT NULL DEFAULT 0,"          \
  " differences INTEGER NOT NULL DEFAULT 0) STRICT;"                                               \
  "CREATE TABLE batch_difference ("                                                                \
  " id INTEGER PRIMARY KEY, kind TEXT NOT NULL, of_batch INTEGER NOT NULL,"                        \
  " stan INTEGER NOT NULL, credit INTEGER NOT NULL, amount_minor INTEGER NOT NULL,"                \
  " host_minor INTEGER NOT NULL, masked_pan TEXT NOT NULL, sale INTEGER NOT NULL,"                 \
  " resolved INTEGER NOT NULL) STRICT;"                                                            \
  "INSERT INTO batch (id, state, opened_us) VALUES (1, 'open', unixepoch () * 1000000);"

/* Z reports, by their numbers (vault-closing.h). */
#define CLOSING_TABLE                                                                              \
  "CREATE TABLE closing (number INTEGER PRIMARY KEY, sealed BLOB NOT NULL) STRICT;"

/* Of the last chips' transactions, as text (vault-trace.h). */
#define TRACE_TABLE                                                                                \
  "CREATE TABLE chip_trace ("                                                                      \
  " id INTEGER PRIMARY KEY, sale INTEGER NOT NULL, position INTEGER NOT NULL,"                     \
  " sealed BLOB NOT NULL) STRICT;"

/* Rows that grow with the day are appended at the end of their tables, so that one commit touches
 * few pages: integer keys, no index over a random value. A line's key is made of its sale and
 * number, a payment's of its sale and position (vault-sale.c): SQLite appends to such a table
 * without moving rows between pages, which it does where the key has two columns. Open print jobs
 * stand together by their key (open 1) rather than by an index, which would be one page more in
 * each sale's commit; for the same reason no foreign key is looked up where one function writes
 * both rows. `record.identity` is the highest message identity that was known when the row was
 * written. */
static const char sales_schema[]
    = "CREATE TABLE setting (name TEXT PRIMARY KEY, sealed BLOB NOT NULL) STRICT, WITHOUT ROWID;"

      "CREATE TABLE sale ("
      " id INTEGER PRIMARY KEY, state TEXT NOT NULL, opened_us INTEGER NOT NULL,"
      " closed_us INTEGER, shift INTEGER NOT NULL, cashier TEXT, label TEXT,"
      " currency TEXT NOT NULL, tax_mode INTEGER NOT NULL, total_minor INTEGER NOT NULL,"
      " " SALE_KIND ", " SALE_ORIGINAL ") STRICT;"
      "CREATE INDEX sale_parked ON sale (id) WHERE state = 'parked';" SALE_INDEXES

      "CREATE TABLE sale_line ("
      " id INTEGER PRIMARY KEY, sale INTEGER NOT NULL, number INTEGER NOT NULL,"
      " code TEXT NOT NULL, name TEXT NOT NULL, name_zh TEXT, category TEXT, unit INTEGER NOT "
      "NULL, tax_bp INTEGER NOT NULL,"
      " quantity_milli INTEGER NOT NULL, price_minor INTEGER NOT NULL,"
      " discount_minor INTEGER NOT NULL, amount_minor INTEGER NOT NULL,"
      " voided INTEGER NOT NULL, void_reason TEXT, " LINE_ORIGINAL ") STRICT;"

      "CREATE TABLE payment ("
      " id INTEGER PRIMARY KEY, sale INTEGER NOT NULL, position INTEGER NOT NULL, uuid TEXT NOT "
      "NULL,"
      " tender TEXT NOT NULL, state TEXT NOT NULL, amount_minor INTEGER NOT NULL,"
      " tendered_minor INTEGER NOT NULL, change_minor INTEGER NOT NULL, at_us INTEGER NOT NULL,"
      " stan INTEGER NOT NULL, masked_pan TEXT, auth_code TEXT, reference TEXT, response TEXT,"
      " reason TEXT, " PAYMENT_BATCH ", " PAYMENT_HOST_DATE ", " PAYMENT_TERMINAL
      ", " PAYMENT_ORIGINAL ", " PAYMENT_SLIP ") STRICT;"

      "CREATE TABLE record ("
      " id INTEGER PRIMARY KEY, class TEXT NOT NULL, state TEXT NOT NULL, sale INTEGER NOT NULL,"
      " position INTEGER NOT NULL, terminal TEXT NOT NULL, batch INTEGER NOT NULL,"
      " stan INTEGER NOT NULL, amount_minor INTEGER NOT NULL, created_us INTEGER NOT NULL,"
      " tries INTEGER NOT NULL, next_us INTEGER NOT NULL, done_us INTEGER, reason TEXT,"
      " identity INTEGER NOT NULL, sealed BLOB NOT NULL, " RECORD_SETTLED ", " RECORD_COUNTS
      ") STRICT;" RECORD_INDEXES BATCH_TABLES

      "CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
      "INSERT INTO counter VALUES ('batch', 1), ('shift', 1);"

      "CREATE TABLE journal ("
      " seq INTEGER PRIMARY KEY, at_us INTEGER NOT NULL, who TEXT NOT NULL, act TEXT NOT NULL,"
      " detail TEXT, digest BLOB NOT NULL, chain BLOB NOT NULL) STRICT;"

      "CREATE TABLE print_job ("
      " open INTEGER NOT NULL, id INTEGER NOT NULL, kind TEXT NOT NULL, sale INTEGER NOT NULL,"
      " copy INTEGER NOT NULL, state TEXT NOT NULL, drawer INTEGER NOT NULL,"
      " at_us INTEGER NOT NULL, reason TEXT, PRIMARY KEY (open, id)) STRICT, WITHOUT ROWID;"

    CLOSING_TABLE TRACE_TABLE;

/* Step n brings version n + 1 to version n + 2. */
static const char *const steps[] = {
  "DROP INDEX record_open;" FIRST_RECORD_INDEXES,

  "ALTER TABLE sale ADD COLUMN " SALE_KIND ";"
  "ALTER TABLE sale ADD COLUMN " SALE_ORIGINAL ";"
  "ALTER TABLE sale_line ADD COLUMN " LINE_ORIGINAL ";"
  "ALTER TABLE payment ADD COLUMN " PAYMENT_BATCH ";"
  "ALTER TABLE payment ADD COLUMN " PAYMENT_HOST_DATE ";"
  "ALTER TABLE payment ADD COLUMN " PAYMENT_TERMINAL ";"
  "ALTER TABLE payment ADD COLUMN " PAYMENT_ORIGINAL ";" SALE_INDEXES
  "ALTER TABLE record ADD COLUMN " RECORD_SETTLED ";"
  "ALTER TABLE record ADD COLUMN " RECORD_COUNTS ";"
  "DROP INDEX record_open; DROP INDEX record_done; DROP INDEX record_later;" RECORD_INDEXES
      BATCH_TABLES CLOSING_TABLE TRACE_TABLE,

  "ALTER TABLE payment ADD COLUMN " PAYMENT_SLIP ";",
};

static gboolean
stamp (VaultDb *db, gint64 version, GError **error)
{
  g_autofree char *sql
      = g_strdup_printf ("PRAGMA application_id=%d; PRAGMA user_version=%" G_GINT64_FORMAT,
                         VAULT_SCHEMA_APPLICATION_ID, version);

  return vault_db_exec (db, sql, error);
}

static gboolean
finish (VaultDb *db, gboolean good, GError **error)
{
  if (!good)
    vault_db_rollback (db);
  return good && vault_db_commit (db, error);
}

gboolean
vault_schema_make (VaultDb *db, GError **error)
{
  return vault_db_exec (db, sales_schema, error)
         && vault_db_exec (db, vault_catalogue_schema (), error)
         && stamp (db, VAULT_SCHEMA_VERSION, error);
}

gboolean
vault_schema_create (VaultDb *db, GError **error)
{
  return vault_db_begin (db, error) && finish (db, vault_schema_make (db, error), error);
}

static gboolean
refuse_foreign (const char *path, GError **error)
{
  g_set_error (error, VAULT_ERROR, VAULT_ERROR_CORRUPT, _ ("“%s” is not a database of Till"), path);
  return FALSE;
}

/* The header of every SQLite file: 16 bytes of text, the user version at 60, the application's
 * number at 68. */
gboolean
vault_schema_check_file (const char *path, GError **error)
{
  static const char magic[16] = "SQLite format 3";
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) why = NULL;
  g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, &why);
  guint8 header[72];
  guint32 application = 0;
  gsize got = 0;
  BaseSpan text;
  BaseReader reader;

  if (stream == NULL
      || !g_input_stream_read_all (G_INPUT_STREAM (stream), header, sizeof header, &got, NULL,
                                   &why))
    {
      g_set_error (error, VAULT_ERROR, VAULT_ERROR_IO, _ ("“%s” can't be read: %s"), path,
                   why->message);
      return FALSE;
    }
  base_reader_init (&reader, BASE_SPAN (header, got));
  if (!base_reader_take (&reader, sizeof magic, &text)
      || !base_bytes_equal (text, BASE_SPAN (magic, sizeof magic))
      || !base_reader_skip (&reader, 52) || !base_reader_u32be (&reader, &application)
      || application != VAULT_SCHEMA_APPLICATION_ID)
    return refuse_foreign (path, error);
  return TRUE;
}

gboolean
vault_schema_version (VaultDb *db,
                      gint64 newest,
                      const char *path,
                      gint64 *out_version,
                      GError **error)
{
  gint64 application = 0, version = 0;

  if (!vault_db_number (db, 0, &application, error, "PRAGMA application_id", "")
      || !vault_db_number (db, 0, &version, error, "PRAGMA user_version", ""))
    return FALSE;
  if (application != VAULT_SCHEMA_APPLICATION_ID || version < 1)
    return refuse_foreign (path, error);
  if (version > newest)
    {
      g_set_error (
          error, VAULT_ERROR, VAULT_ERROR_CORRUPT,
          _ ("“%s” was written by a newer Till (version %" PRId64 " of its tables); install that"),
          path, version);
      return FALSE;
    }
  *out_version = version;
  return TRUE;
}

static char *
name_copy (const char *path, gint64 next)
{
  return g_strdup_printf ("%s.before-%" G_GINT64_FORMAT, path, next);
}

/* A whole copy by SQLite itself, so that what still lies in the WAL is in it. It gets its name once
 * it is whole and on the disk, so that a copy that has its name can be relied on; one that is there
 * already was made by a try that ended before its first step. */
static gboolean
back_up (VaultDb *db, const char *path, gint64 next, GError **error)
{
  g_autofree char *copy = name_copy (path, next);
  g_autofree char *part = g_strconcat (copy, ".part", NULL);

  if (g_file_test (copy, G_FILE_TEST_EXISTS))
    return TRUE;
  (void)g_unlink (part);
  return vault_db_make_private (part, error) && vault_db_run (db, error, "VACUUM INTO ?", "t", part)
         && vault_db_settle_file (part, copy, error);
}

void
vault_schema_tidy (const char *path)
{
  gint64 now_s = g_get_real_time () / G_USEC_PER_SEC;

  for (gint64 version = 2; version <= VAULT_SCHEMA_VERSION; version++)
    {
      g_autofree char *copy = name_copy (path, version);
      GStatBuf status;

      if (g_stat (copy, &status) == 0
          && now_s - status.st_mtime > VAULT_SCHEMA_COPY_DAYS * SECONDS_A_DAY)
        (void)g_unlink (copy);
    }
}

gboolean
vault_schema_migrate (VaultDb *db,
                      const char *path,
                      const char *const *table,
                      gint64 newest,
                      VaultSchemaAlong along,
                      gpointer data,
                      GError **error)
{
  gint64 version;

  if (!vault_schema_version (db, newest, path, &version, error))
    return FALSE;
  if (version < newest && !back_up (db, path, version + 1, error))
    return FALSE;
  for (; version < newest; version++)
    {
      gboolean good;

      if (!vault_db_begin (db, error))
        return FALSE;
      good = vault_db_exec (db, table[version - 1], error) && stamp (db, version + 1, error)
             && (along == NULL || along (data, error));
      if (!finish (db, good, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
vault_schema_upgrade (VaultDb *db,
                      const char *path,
                      VaultSchemaAlong along,
                      gpointer data,
                      GError **error)
{
  return vault_schema_migrate (db, path, steps, VAULT_SCHEMA_VERSION, along, data, error);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault-copy-rows.h"

#include "vault-sale.h"
#include "vault-schema.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <string.h>

#define COLUMNS_MAX 32
#define RECORD_STATE 2
#define RECORD_SALE 3
#define DONE "done"

typedef enum
{
  KIND_VERSION = 1, /* one number */
  KIND_SETTING,
  KIND_COUNTER,
  KIND_SALE,
  KIND_LINE,
  KIND_PAYMENT,
  KIND_RECORD,
  KIND_GONE, /* a record's number */
  KIND_COUNT,
} Kind;

static const char *const tables[KIND_COUNT]
    = { [KIND_SETTING] = "setting", [KIND_COUNTER] = "counter", [KIND_SALE] = "sale",
        [KIND_LINE] = "sale_line",  [KIND_PAYMENT] = "payment", [KIND_RECORD] = "record" };

/* ---- writing ---- */

static void
put_u8 (GByteArray *rows, guint8 value)
{
  g_byte_array_append (rows, &value, sizeof value);
}

static void
put_u32 (GByteArray *rows, guint32 value)
{
  value = GUINT32_TO_BE (value);
  g_byte_array_append (rows, (const guint8 *)&value, sizeof value);
}

static void
put_number (GByteArray *rows, gint64 value)
{
  put_u8 (rows, SQLITE_INTEGER);
  put_u32 (rows, sizeof value);
  value = GINT64_TO_BE (value);
  g_byte_array_append (rows, (const guint8 *)&value, sizeof value);
}

static void
put_column (GByteArray *rows, sqlite3_stmt *query, int column)
{
  int kind = sqlite3_column_type (query, column);
  const guint8 *bytes;
  guint32 size;

  if (kind == SQLITE_INTEGER)
    {
      put_number (rows, sqlite3_column_int64 (query, column));
      return;
    }
  bytes = kind == SQLITE_NULL ? NULL : sqlite3_column_blob (query, column);
  size = kind == SQLITE_NULL ? 0 : (guint32)sqlite3_column_bytes (query, column);
  put_u8 (rows, (guint8)kind);
  put_u32 (rows, size);
  if (size > 0)
    g_byte_array_append (rows, bytes, size);
}

static void
put_row (GByteArray *rows, Kind kind, sqlite3_stmt *query)
{
  int count = sqlite3_column_count (query);

  g_assert (count <= COLUMNS_MAX);
  put_u8 (rows, (guint8)kind);
  put_u8 (rows, (guint8)count);
  for (int i = 0; i < count; i++)
    put_column (rows, query, i);
}

static void
put_one (GByteArray *rows, Kind kind, gint64 number)
{
  put_u8 (rows, (guint8)kind);
  put_u8 (rows, 1);
  put_number (rows, number);
}

/* All rows of the query. */
static gboolean
put_rows (VaultDb *db, GByteArray *rows, Kind kind, sqlite3_stmt *query, GError **error)
{
  gboolean row = TRUE;

  while (query != NULL && row)
    {
      if (!vault_db_step (db, query, &row, error))
        return FALSE;
      if (row)
        put_row (rows, kind, query);
    }
  return query != NULL;
}

void
vault_copy_rows_add_version (GByteArray *rows)
{
  put_one (rows, KIND_VERSION, VAULT_SCHEMA_VERSION);
}

gboolean
vault_copy_rows_add_settings (VaultDb *db, GByteArray *rows, GError **error)
{
  return put_rows (db, rows, KIND_SETTING, vault_db_query (db, error, "SELECT * FROM setting", ""),
                   error)
         && put_rows (db, rows, KIND_COUNTER,
                      vault_db_query (db, error, "SELECT * FROM counter", ""), error);
}

gboolean
vault_copy_rows_add_sale (VaultDb *db, gint64 sale, GByteArray *rows, GError **error)
{
  return put_rows (db, rows, KIND_SALE,
                   vault_db_query (db, error, "SELECT * FROM sale WHERE id = ?", "i", sale), error)
         && put_rows (db, rows, KIND_LINE,
                      vault_db_query (db, error, "SELECT * FROM sale_line WHERE id BETWEEN ? AND ?",
                                      "ii", sale * VAULT_SALE_LINE_KEYS,
                                      (sale + 1) * VAULT_SALE_LINE_KEYS - 1),
                      error)
         && put_rows (db, rows, KIND_PAYMENT,
                      vault_db_query (db, error, "SELECT * FROM payment WHERE id BETWEEN ? AND ?",
                                      "ii", sale * VAULT_SALE_PAYMENT_KEYS,
                                      (sale + 1) * VAULT_SALE_PAYMENT_KEYS - 1),
                      error);
}

gboolean
vault_copy_rows_add_record (VaultDb *db,
                            gint64 record,
                            GByteArray *rows,
                            gint64 *out_sale,
                            GError **error)
{
  sqlite3_stmt *query
      = vault_db_query (db, error, "SELECT * FROM record WHERE id = ?", "i", record);
  gboolean row = FALSE;

  *out_sale = 0;
  if (query == NULL || !vault_db_step (db, query, &row, error))
    return FALSE;
  if (!row)
    return TRUE;
  if (g_strcmp0 ((const char *)sqlite3_column_text (query, RECORD_STATE), DONE) == 0)
    put_one (rows, KIND_GONE, record);
  else
    {
      *out_sale = sqlite3_column_int64 (query, RECORD_SALE);
      put_row (rows, KIND_RECORD, query);
    }
  sqlite3_reset (query);
  return TRUE;
}

/* ---- reading ---- */

typedef struct
{
  guint8 kind, count;
  guint8 types[COLUMNS_MAX];
  BaseSpan columns[COLUMNS_MAX];
} Row;

static gboolean
read_row (BaseReader *reader, Row *row)
{
  if (!base_reader_u8 (reader, &row->kind) || !base_reader_u8 (reader, &row->count)
      || row->kind < KIND_VERSION || row->kind >= KIND_COUNT || row->count < 1
      || row->count > COLUMNS_MAX)
    return FALSE;
  for (guint i = 0; i < row->count; i++)
    {
      guint32 size;

      if (!base_reader_u8 (reader, &row->types[i]) || !base_reader_u32be (reader, &size)
          || !base_reader_take (reader, size, &row->columns[i])
          || (row->types[i] == SQLITE_INTEGER && size != sizeof (gint64)))
        return FALSE;
    }
  return TRUE;
}

/* Of the first column; 0 where that is no number. */
static gint64
number_of (const Row *row)
{
  BaseReader reader;
  guint64 number = 0;

  base_reader_init (&reader, row->columns[0]);
  return row->types[0] == SQLITE_INTEGER && base_reader_u64be (&reader, &number) ? (gint64)number
                                                                                 : 0;
}

static int
bind (sqlite3_stmt *statement, const Row *row, guint column)
{
  int place = (int)column + 1;
  BaseSpan span = row->columns[column];
  BaseReader reader;
  guint64 number = 0;

  switch (row->types[column])
    {
    case SQLITE_INTEGER:
      base_reader_init (&reader, span);
      (void)base_reader_u64be (&reader, &number);
      return sqlite3_bind_int64 (statement, place, (gint64)number);
    case SQLITE_TEXT:
      return sqlite3_bind_text (statement, place, span.size > 0 ? (const char *)span.data : "",
                                (int)span.size, SQLITE_STATIC);
    case SQLITE_BLOB:
      return sqlite3_bind_blob (statement, place, span.size > 0 ? (const void *)span.data : "",
                                (int)span.size, SQLITE_STATIC);
    default:
      return sqlite3_bind_null (statement, place);
    }
}

static gboolean
insert (VaultDb *db, const Row *row, GError **error)
{
  g_autoptr (GString) sql = g_string_new ("INSERT OR REPLACE INTO ");
  sqlite3_stmt *statement = NULL;
  int result;

  g_string_append_printf (sql, "%s VALUES (?", tables[row->kind]);
  for (guint i = 1; i < row->count; i++)
    g_string_append (sql, ", ?");
  g_string_append_c (sql, ')');
  result = sqlite3_prepare_v2 (vault_db_handle (db), sql->str, -1, &statement, NULL);
  for (guint i = 0; result == SQLITE_OK && i < row->count; i++)
    result = bind (statement, row, i);
  if (result == SQLITE_OK)
    result = sqlite3_step (statement);
  sqlite3_finalize (statement);
  return result == SQLITE_DONE || vault_db_fail (db, result, _ ("Taking in a row"), error);
}

static gboolean
forget_sale (VaultDb *db, gint64 sale, GError **error)
{
  if (sale < 1 || sale > VAULT_HEAD_MAX)
    {
      g_set_error_literal (error, VAULT_ERROR, VAULT_ERROR_CORRUPT,
                           _ ("The copy holds a sale without a number"));
      return FALSE;
    }
  return vault_db_run (db, error, "DELETE FROM sale_line WHERE id BETWEEN ? AND ?", "ii",
                       sale * VAULT_SALE_LINE_KEYS, (sale + 1) * VAULT_SALE_LINE_KEYS - 1)
         && vault_db_run (db, error, "DELETE FROM payment WHERE id BETWEEN ? AND ?", "ii",
                          sale * VAULT_SALE_PAYMENT_KEYS, (sale + 1) * VAULT_SALE_PAYMENT_KEYS - 1);
}

static void
count (const VaultCopyTarget *target, const Row *row)
{
  gint64 id = number_of (row);

  if (row->kind == KIND_RECORD)
    g_hash_table_add (target->records, g_memdup2 (&id, sizeof id));
  else if (row->kind == KIND_GONE)
    g_hash_table_remove (target->records, &id);
}

static gboolean
take_row (const VaultCopyTarget *target, const Row *row, GError **error)
{
  count (target, row);
  if (target->db == NULL || row->kind == KIND_VERSION)
    return TRUE;
  if (row->kind == KIND_GONE)
    return vault_db_run (target->db, error, "DELETE FROM record WHERE id = ?", "i",
                         number_of (row));
  if (row->kind == KIND_SALE && !forget_sale (target->db, number_of (row), error))
    return FALSE;
  return insert (target->db, row, error);
}

gboolean
vault_copy_rows_take (const VaultCopyTarget *target, BaseSpan rows, GError **error)
{
  BaseReader reader;
  Row row;

  base_reader_init (&reader, rows);
  while (base_reader_left (&reader) > 0)
    {
      if (!read_row (&reader, &row))
        {
          g_set_error_literal (error, VAULT_ERROR, VAULT_ERROR_CORRUPT,
                               _ ("The copy holds what is no row"));
          return FALSE;
        }
      if (row.kind == KIND_VERSION && number_of (&row) != VAULT_SCHEMA_VERSION)
        {
          g_set_error (error, VAULT_ERROR, VAULT_ERROR_CORRUPT,
                       _ ("The copy was written by another version of Till (version %" PRId64
                          " of its tables, here %d): take it in with that one"),
                       number_of (&row), VAULT_SCHEMA_VERSION);
          return FALSE;
        }
      if (!take_row (target, &row, error))
        return FALSE;
    }
  return TRUE;
}

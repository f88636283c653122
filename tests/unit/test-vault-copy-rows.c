/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault-copy-rows.h"

#include "vault-schema.h"
#include "vault-testing.h"

#include <glib/gstdio.h>

typedef struct
{
  VaultTesting shop;
  char *path; /* of a database that takes rows in */
  VaultDb *from, *to;
  GHashTable *records;
  VaultCopyTarget target;
  GByteArray *rows;
} Test;

static void
set_up (Test *test, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  vault_testing_set_up (&test->shop, data);
  test->path = g_strconcat (test->shop.dir, "-taken.db", NULL);
  test->from = vault_db_open (test->shop.path, VAULT_DB_READ_ONLY, &error);
  g_assert_no_error (error);
  test->to = vault_db_open (test->path, VAULT_DB_READ_WRITE, &error);
  g_assert_no_error (error);
  g_assert_true (vault_schema_create (test->to, &error));
  test->records = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  test->target = (VaultCopyTarget){ .db = test->to, .records = test->records };
  test->rows = g_byte_array_new ();
}

static void
tear_down (Test *test, gconstpointer data)
{
  vault_db_free (test->from);
  vault_db_free (test->to);
  (void)g_unlink (test->path);
  g_free (test->path);
  g_hash_table_unref (test->records);
  g_byte_array_unref (test->rows);
  vault_testing_tear_down (&test->shop, data);
}

static void
take (Test *test)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (
      vault_copy_rows_take (&test->target, BASE_SPAN (test->rows->data, test->rows->len), &error));
  g_assert_no_error (error);
  g_byte_array_set_size (test->rows, 0);
}

static char *
text_of (VaultDb *db, const char *sql)
{
  GString *text = g_string_new (NULL);
  sqlite3_stmt *query = NULL;

  g_assert_cmpint (sqlite3_prepare_v2 (vault_db_handle (db), sql, -1, &query, NULL), ==, SQLITE_OK);
  while (sqlite3_step (query) == SQLITE_ROW)
    for (int i = 0; i < sqlite3_column_count (query); i++)
      {
        BaseSpan span
            = BASE_SPAN (sqlite3_column_blob (query, i), (gsize)sqlite3_column_bytes (query, i));
        g_autofree char *hex = base_bytes_to_hex (span);

        g_string_append_printf (text, "%d:%s|", sqlite3_column_type (query, i), hex);
      }
  sqlite3_finalize (query);
  return g_string_free (text, FALSE);
}

static void
assert_same (Test *test, const char *sql)
{
  g_autofree char *here = text_of (test->from, sql), *there = text_of (test->to, sql);

  g_assert_cmpstr (here, !=, "");
  g_assert_cmpstr (here, ==, there);
}

static void
add_record (Test *test, gint64 id, gint64 expected_sale)
{
  g_autoptr (GError) error = NULL;
  gint64 sale = -1;

  g_assert_true (vault_copy_rows_add_record (test->from, id, test->rows, &sale, &error));
  g_assert_no_error (error);
  g_assert_cmpint (sale, ==, expected_sale);
}

/* Row by row and byte by byte what they were; taken twice they are there once. */
static void
test_as_they_were (Test *test, gconstpointer data)
{
  g_autoptr (VaultSale) sale = vault_testing_sale (3);

  vault_testing_pay (&test->shop, sale, VAULT_TENDER_CARD, VAULT_EVENT_DEFERRED);
  for (guint i = 0; i < 2; i++)
    {
      vault_copy_rows_add_version (test->rows);
      g_assert_true (vault_copy_rows_add_settings (test->from, test->rows, NULL));
      g_assert_true (vault_copy_rows_add_sale (test->from, sale->id, test->rows, NULL));
      add_record (test, 1, sale->id);
      take (test);
    }
  assert_same (test, "SELECT * FROM setting ORDER BY name");
  assert_same (test, "SELECT * FROM counter ORDER BY name");
  assert_same (test, "SELECT * FROM sale");
  assert_same (test, "SELECT * FROM sale_line ORDER BY id");
  assert_same (test, "SELECT * FROM payment ORDER BY id");
  assert_same (test, "SELECT * FROM record");
  g_assert_cmpuint (g_hash_table_size (test->records), ==, 1);
}

/* One that is done is taken out, and a sale that changed is as it is now. */
static void
test_gone (Test *test, gconstpointer data)
{
  g_autoptr (VaultSale) sale = vault_testing_sale (1);
  VaultPayment *payment
      = vault_testing_pay (&test->shop, sale, VAULT_TENDER_CARD, VAULT_EVENT_CHIP_APPROVED);
  gint64 count = -1;

  g_assert_true (vault_copy_rows_add_sale (test->from, sale->id, test->rows, NULL));
  add_record (test, 1, sale->id);
  take (test);
  vault_testing_move (&test->shop, sale, payment, VAULT_EVENT_ADVICE_ACKNOWLEDGED);
  g_assert_true (vault_copy_rows_add_sale (test->from, sale->id, test->rows, NULL));
  add_record (test, 1, 0);
  take (test);
  assert_same (test, "SELECT * FROM payment");
  g_assert_true (vault_db_number (test->to, 0, &count, NULL, "SELECT count (*) FROM record", ""));
  g_assert_cmpint (count, ==, 0);
  g_assert_cmpuint (g_hash_table_size (test->records), ==, 0);
}

static void
test_bad (Test *test, gconstpointer data)
{
  static const char *const bad[] = {
    "01",                             /* a kind alone */
    "0900",                           /* no such kind */
    "0401",                           /* a column is missing */
    "0401010000000400000001",         /* a number of four bytes */
    "040101FFFFFFFF",                 /* longer than what is there */
    "01010100000008000000000000FFFF", /* another version */
    "0401010000000800000000000000FF", /* too few columns for the table */
    "040101000000080000000000000000", /* sale 0 */
  };
  VaultCopyTarget counting = { .records = test->records };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GBytes) bytes = base_bytes_from_hex (bad[i], NULL);
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", bad[i]);
      g_assert_false (vault_copy_rows_take (&test->target, base_bytes_span (bytes), &error));
      g_assert_nonnull (error);
      if (i < 6)
        g_assert_false (vault_copy_rows_take (&counting, base_bytes_span (bytes), NULL));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/vault/copy-rows/" name, Test, NULL, set_up, function, tear_down)
  ADD ("as-they-were", test_as_they_were);
  ADD ("gone", test_gone);
  ADD ("bad", test_bad);
  return g_test_run ();
}

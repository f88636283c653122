/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault-db.h"

#include <glib/gstdio.h>

typedef struct
{
  char *dir;
  char *path;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->dir = g_dir_make_tmp ("till-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->dir, "till.db", NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  static const char *const endings[] = { "", "-wal", "-shm" };

  for (gsize i = 0; i < G_N_ELEMENTS (endings); i++)
    {
      g_autofree char *path = g_strconcat (fixture->path, endings[i], NULL);

      g_remove (path);
    }
  g_rmdir (fixture->dir);
  g_free (fixture->dir);
  g_free (fixture->path);
}

static void
test_writes_and_reads (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VaultDb) db = vault_db_open (fixture->path, VAULT_DB_READ_WRITE, &error);
  g_autoptr (GBytes) bytes = g_bytes_new_static ("\x00\x01", 2);
  g_autoptr (GBytes) back = NULL;
  g_autofree char *text = NULL;
  sqlite3_stmt *query;
  gboolean row;
  gint64 number;

  g_assert_no_error (error);
  g_assert_true (vault_db_exec (db, "CREATE TABLE t (a INTEGER, b TEXT, c BLOB) STRICT", &error));
  g_assert_true (vault_db_begin (db, &error));
  g_assert_true (vault_db_run (db, &error, "INSERT INTO t VALUES (?, ?, ?)", "itb",
                               G_GINT64_CONSTANT (7), "seven", bytes));
  g_assert_true (vault_db_commit (db, &error));
  query = vault_db_query (db, &error, "SELECT b, c FROM t WHERE a = ?", "i", G_GINT64_CONSTANT (7));
  g_assert_true (vault_db_step (db, query, &row, &error) && row);
  text = vault_db_text (query, 0);
  back = vault_db_bytes (query, 1);
  g_assert_cmpstr (text, ==, "seven");
  g_assert_true (g_bytes_equal (bytes, back));
  g_assert_true (vault_db_step (db, query, &row, &error) && !row);
  g_assert_true (
      vault_db_number (db, -1, &number, &error, "SELECT max(a) FROM t WHERE b = ?", "t", "none"));
  g_assert_cmpint (number, ==, -1);
}

static void
test_rolls_back (Fixture *fixture, gconstpointer data)
{
  g_autoptr (VaultDb) db = vault_db_open (fixture->path, VAULT_DB_READ_WRITE, NULL);
  g_autoptr (GError) error = NULL;
  gint64 count;

  g_assert_true (vault_db_exec (db, "CREATE TABLE t (a INTEGER) STRICT", NULL));
  g_assert_true (vault_db_begin (db, NULL));
  g_assert_true (vault_db_run (db, NULL, "INSERT INTO t VALUES (1)", ""));
  g_assert_false (vault_db_run (db, &error, "INSERT INTO t VALUES ('no')", ""));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_IO);
  vault_db_rollback (db);
  g_assert_true (vault_db_number (db, -1, &count, NULL, "SELECT count(*) FROM t", ""));
  g_assert_cmpint (count, ==, 0);
}

static void
test_refuses_what_is_no_database (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (
      g_file_set_contents (fixture->path,
                           "this is a text file and no database at all, and long enough to say so "
                           "more than once, more than once, more than once",
                           -1, NULL));
  g_assert_null (vault_db_open (fixture->path, VAULT_DB_READ_WRITE, &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_CORRUPT);
}

static void
test_reader_cannot_write (Fixture *fixture, gconstpointer data)
{
  g_autoptr (VaultDb) db = vault_db_open (fixture->path, VAULT_DB_READ_WRITE, NULL);
  g_autoptr (VaultDb) reader = NULL;

  g_assert_true (vault_db_exec (db, "CREATE TABLE t (a INTEGER) STRICT", NULL));
  reader = vault_db_open (fixture->path, VAULT_DB_READ_ONLY, NULL);
  g_assert_nonnull (reader);
  g_assert_false (vault_db_run (reader, NULL, "INSERT INTO t VALUES (1)", ""));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/vault/db/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("writes-and-reads", test_writes_and_reads);
  ADD ("rolls-back", test_rolls_back);
  ADD ("refuses-what-is-no-database", test_refuses_what_is_no_database);
  ADD ("reader-cannot-write", test_reader_cannot_write);
  return g_test_run ();
}

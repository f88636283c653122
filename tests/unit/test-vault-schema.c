/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Versions of the tables: made once, brought on step by step along a made-up table of steps, with a
 * whole copy first.
 */
#include "vault-schema.h"

#include "vault-journal.h"
#include "vault-testing.h"

#include <glib/gstdio.h>
#include <utime.h>

static const char *const steps[] = {
  "ALTER TABLE sale ADD COLUMN note TEXT; UPDATE sale SET note = 'from one to two'",
  "CREATE TABLE member (id INTEGER PRIMARY KEY, name TEXT) STRICT; INSERT INTO member VALUES (1, "
  "'first')",
};
static const char *const broken_steps[] = {
  "ALTER TABLE sale ADD COLUMN note TEXT",
  "CREATE TABLE half (a INTEGER); INSERT INTO nowhere VALUES (1)",
};

/* What a payment's slip says came with the fourth. */
#define TO_THIRD_VERSION "ALTER TABLE payment DROP COLUMN slip;"

/* What the first version had where a later one has something else. */
#define TO_FIRST_VERSION                                                                           \
  "DROP TABLE closing; DROP TABLE chip_trace; DROP INDEX record_open; DROP INDEX record_done; "    \
  "DROP INDEX record_later;"                                                                       \
  "CREATE INDEX record_open ON record (class, id) WHERE state <> 'done';"                          \
  "DROP INDEX sale_original; DROP INDEX sale_hold; ALTER TABLE sale DROP COLUMN kind;"             \
  "ALTER TABLE sale DROP COLUMN original; ALTER TABLE sale_line DROP COLUMN original;"             \
  "ALTER TABLE payment DROP COLUMN batch; ALTER TABLE payment DROP COLUMN host_date;"              \
  "ALTER TABLE payment DROP COLUMN terminal; ALTER TABLE payment DROP COLUMN "                     \
  "original;" TO_THIRD_VERSION                                                                     \
  "ALTER TABLE record DROP COLUMN settled; ALTER TABLE record DROP COLUMN counts;"                 \
  "DROP TABLE batch; DROP TABLE batch_difference; PRAGMA user_version=1"

static gint64
number (VaultDb *db, const char *sql)
{
  gint64 value = -1;

  g_assert_true (vault_db_number (db, -1, &value, NULL, sql, ""));
  return value;
}

/* A shop with one sale, closed, and its database opened without the vault: as the first version
 * left it. */
static VaultDb *
open_bare (VaultTesting *self)
{
  gboolean first = self->vault != NULL;
  g_autoptr (GError) error = NULL;
  VaultDb *db;

  if (self->vault != NULL)
    {
      g_autoptr (VaultSale) sale = vault_testing_sale (1);

      vault_testing_pay (self, sale, VAULT_TENDER_CASH, VAULT_EVENT_CASH_TAKEN);
      g_clear_pointer (&self->vault, vault_free);
    }
  db = vault_db_open (self->path, VAULT_DB_READ_WRITE, &error);
  g_assert_no_error (error);
  g_assert_true (!first || vault_db_exec (db, TO_FIRST_VERSION, NULL));
  return db;
}

/* The same tables and indexes, word for word, as the file `path` has. */
static void
assert_same_tables (VaultDb *db, const char *path)
{
  g_assert_true (vault_db_run (db, NULL, "ATTACH ? AS other", "t", path));
  g_assert_cmpint (number (db, "SELECT count (*) FROM sqlite_schema"), >, 10);
  g_assert_cmpint (number (db, "SELECT count (*) FROM (SELECT name, sql FROM main.sqlite_schema"
                               " EXCEPT SELECT name, sql FROM other.sqlite_schema)"),
                   ==, 0);
  g_assert_cmpint (number (db, "SELECT count (*) FROM (SELECT name, sql FROM other.sqlite_schema"
                               " EXCEPT SELECT name, sql FROM main.sqlite_schema)"),
                   ==, 0);
  g_assert_true (vault_db_exec (db, "DETACH other", NULL));
}

/* Made anew, or brought on from the first one. */
static void
test_makes_this_version (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultDb) db = open_bare (self);
  g_autofree char *path = g_build_filename (self->dir, "other.db", NULL);
  g_autoptr (VaultDb) other = vault_db_open (path, VAULT_DB_READ_WRITE, NULL);
  g_autoptr (GError) error = NULL;
  gint64 version = 0;

  g_assert_true (vault_schema_create (other, &error));
  g_assert_no_error (error);
  g_assert_true (vault_schema_version (other, VAULT_SCHEMA_VERSION, path, &version, &error));
  g_assert_cmpint (version, ==, VAULT_SCHEMA_VERSION);
  g_assert_true (vault_schema_upgrade (db, self->path, NULL, NULL, &error));
  g_assert_no_error (error);
  assert_same_tables (db, path);
  g_assert_false (vault_schema_create (other, &error));
  g_assert_nonnull (error);
}

/* What was tied before the columns that came later still fits. */
static void
test_ties_hold (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultDb) db = open_bare (self);
  g_autoptr (GArray) sales = NULL, batches = NULL;
  g_autoptr (VaultSale) sale = NULL;

  g_clear_pointer (&db, vault_db_free);
  vault_testing_reopen (self);
  g_assert_true (vault_journal_verify_books (self->vault, &sales, &batches, NULL));
  g_assert_cmpuint (sales->len + batches->len, ==, 0);
  sale = vault_sale_load (self->vault, 1, NULL);
  g_assert_cmpint (sale->kind, ==, VAULT_SALE_SALE);
  g_assert_cmpint (sale->original, ==, 0);
}

/* One step, and one commit: a shop of yesterday opens with its sales, says nothing of how their
 * cards were read, and writes what is read from now on. */
static void
test_third_version (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultSale) sale = vault_testing_sale (1);
  g_autoptr (VaultSale) kept = NULL;
  g_autoptr (GArray) sales = NULL, batches = NULL;
  g_autofree char *copy = g_strconcat (self->path, ".before-4", NULL);
  VaultDb *db;
  VaultPayment *payment;

  vault_testing_pay (self, sale, VAULT_TENDER_CASH, VAULT_EVENT_CASH_TAKEN);
  g_clear_pointer (&self->vault, vault_free);
  db = vault_db_open (self->path, VAULT_DB_READ_WRITE, NULL);
  g_assert_true (vault_db_exec (db, TO_THIRD_VERSION "PRAGMA user_version=3", NULL));
  vault_db_free (db);
  vault_testing_reopen (self);
  g_assert_true (g_file_test (copy, G_FILE_TEST_EXISTS));
  kept = vault_sale_load (self->vault, 1, NULL);
  payment = kept->payments->pdata[0];
  g_assert_null (payment->slip);
  g_assert_true (vault_journal_verify_books (self->vault, &sales, &batches, NULL));
  g_assert_cmpuint (sales->len + batches->len, ==, 0);
}

static void
test_up_to_date_needs_no_copy (VaultTesting *self, gconstpointer data)
{
  g_autofree char *copy = g_strconcat (self->path, ".before-2", NULL);
  g_autoptr (VaultDb) db = NULL;

  g_clear_pointer (&self->vault, vault_free);
  db = open_bare (self);
  g_assert_true (vault_schema_upgrade (db, self->path, NULL, NULL, NULL));
  g_assert_false (g_file_test (copy, G_FILE_TEST_EXISTS));
}

static void
test_goes_step_by_step (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultDb) db = open_bare (self), old = NULL;
  g_autofree char *copy = g_strconcat (self->path, ".before-2", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (vault_schema_migrate (db, self->path, steps, 3, NULL, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (number (db, "PRAGMA user_version"), ==, 3);
  g_assert_cmpint (number (db, "SELECT count (*) FROM sale WHERE note = 'from one to two'"), ==, 1);
  g_assert_cmpint (number (db, "SELECT count (*) FROM member"), ==, 1);
  g_assert_true (vault_schema_migrate (db, self->path, steps, 3, NULL, NULL, &error));
  old = vault_db_open (copy, VAULT_DB_READ_WRITE, &error);
  g_assert_no_error (error);
  g_assert_cmpint (number (old, "PRAGMA user_version"), ==, 1);
  g_assert_cmpint (number (old, "PRAGMA application_id"), ==, VAULT_SCHEMA_APPLICATION_ID);
  g_assert_cmpint (number (old, "SELECT count (*) FROM sale"), ==, 1);
  g_assert_cmpint (number (old, "SELECT count (*) FROM sqlite_schema WHERE name = 'member'"), ==,
                   0);
}

/* The copy can be put back in the place of the file, and is a shop again. */
static void
test_the_copy_is_a_shop (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultDb) db = open_bare (self);
  g_autofree char *copy = g_strconcat (self->path, ".before-2", NULL);
  g_autoptr (VaultSale) sale = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (vault_schema_migrate (db, self->path, steps, 3, NULL, NULL, NULL));
  g_assert_true (vault_db_exec (db, "PRAGMA user_version=1000", NULL));
  g_clear_pointer (&db, vault_db_free);
  g_assert_null (vault_open (self->dir, self->key, VAULT_ACCESS_OWN, &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_CORRUPT);
  g_assert_cmpint (g_rename (copy, self->path), ==, 0);
  vault_testing_reopen (self);
  sale = vault_sale_load (self->vault, 1, NULL);
  g_assert_cmpint (sale->state, ==, VAULT_SALE_PAID);
}

/* It holds requests that are erased in the file: it goes when it is old, and only then. */
static void
test_the_copy_goes (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultDb) db = open_bare (self);
  g_autofree char *copy = g_strconcat (self->path, ".before-2", NULL);
  gint64 old_s
      = g_get_real_time () / G_USEC_PER_SEC - VAULT_SCHEMA_COPY_DAYS * G_GINT64_CONSTANT (86400);
  struct utimbuf times = { .actime = old_s + 3600, .modtime = old_s + 3600 };

  g_clear_pointer (&db, vault_db_free);
  vault_testing_reopen (self);
  g_assert_true (g_file_test (copy, G_FILE_TEST_EXISTS));
  g_assert_cmpint (g_utime (copy, &times), ==, 0);
  vault_testing_reopen (self);
  g_assert_true (g_file_test (copy, G_FILE_TEST_EXISTS));
  times.modtime = old_s - 3600;
  g_assert_cmpint (g_utime (copy, &times), ==, 0);
  vault_testing_reopen (self);
  g_assert_false (g_file_test (copy, G_FILE_TEST_EXISTS));
}

static void
test_a_step_that_fails_is_not_half_done (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultDb) db = open_bare (self);
  g_autoptr (GError) error = NULL;

  g_assert_false (vault_schema_migrate (db, self->path, broken_steps, 3, NULL, NULL, &error));
  g_assert_nonnull (error);
  g_assert_cmpint (number (db, "PRAGMA user_version"), ==, 2);
  g_assert_cmpint (number (db, "SELECT count (*) FROM sqlite_schema WHERE name = 'half'"), ==, 0);
  g_assert_cmpint (number (db, "SELECT count (*) FROM sale"), ==, 1);
}

/* Under a disk that fails at each call in turn there is always a version that is whole, and, once a
 * step is done, the copy. */
static void
test_any_failure_leaves_a_whole_version (VaultTesting *self, gconstpointer data)
{
  g_autofree char *copy = g_strconcat (self->path, ".before-2", NULL);
  gint64 version = 1;
  guint n;

  for (n = 1; version < 3; n++)
    {
      g_autoptr (VaultDb) db = open_bare (self);
      g_autoptr (GError) error = NULL;
      gboolean good;

      vault_testing_disk_fail (VAULT_TESTING_FAIL_ONCE, n);
      good = vault_schema_migrate (db, self->path, steps, 3, NULL, NULL, &error);
      vault_testing_disk_mend ();
      version = number (db, "PRAGMA user_version");
      g_assert_cmpint (good, ==, version == 3);
      g_assert_cmpint (
          number (db, "SELECT count (*) FROM pragma_table_info ('sale') WHERE name = 'note'"), ==,
          version >= 2);
      g_assert_cmpint (number (db, "SELECT count (*) FROM sqlite_schema WHERE name = 'member'"), ==,
                       version >= 3);
      if (version > 1)
        g_assert_true (g_file_test (copy, G_FILE_TEST_EXISTS));
    }
  g_assert_cmpuint (n, >, 5);
}

static void
put_file (VaultTesting *self, const char *bytes, gsize size)
{
  static const char *const endings[] = { "-wal", "-shm", ".before-2", ".before-2.part" };

  for (gsize i = 0; i < G_N_ELEMENTS (endings); i++)
    {
      g_autofree char *path = g_strconcat (self->path, endings[i], NULL);

      g_unlink (path);
    }
  g_assert_true (g_file_set_contents (self->path, bytes, (gssize)size, NULL));
}

/* The settings are tied to the tables: wherever the opening ends that brings them up to date,
 * nothing looks changed that nobody changed. Who only reads repairs nothing. */
static void
test_ties_go_along (VaultTesting *self, gconstpointer data)
{
  gboolean opened = FALSE, read = FALSE;
  g_autoptr (VaultDb) db = NULL;
  g_autofree char *bytes = NULL;
  guint n;
  gsize size;

  /* What it is tied to isn't what the tables will be: else the old tie would fit by itself. */
  db = open_bare (self);
  g_assert_true (vault_db_exec (db, "CREATE INDEX other ON sale (opened_us)", NULL));
  g_clear_pointer (&db, vault_db_free);
  g_assert_true (g_file_get_contents (self->path, &bytes, &size, NULL));
  for (n = 1; !opened; n++)
    {
      g_autoptr (GPtrArray) bad = NULL;
      g_autoptr (Vault) vault = NULL, reader = NULL;

      put_file (self, bytes, size);
      vault_testing_disk_fail (VAULT_TESTING_FAIL_ON, n);
      vault = vault_open (self->dir, self->key, VAULT_ACCESS_OWN, /* error= */ NULL);
      opened = vault != NULL;
      vault_testing_disk_mend ();
      g_clear_pointer (&vault, vault_free);
      reader = vault_open (self->dir, self->key, VAULT_ACCESS_READ, /* error= */ NULL);
      read = reader != NULL; /* of this version */
      if (!read)
        continue;
      g_assert_true (vault_settings_verify (reader, &bad, /* error= */ NULL));
      g_assert_cmpuint (bad->len, ==, 0);
    }
  g_assert_true (read);
  g_assert_cmpuint (n, >, 5);
}

static void
test_refuses_what_it_does_not_know (VaultTesting *self, gconstpointer data)
{
  g_autoptr (VaultDb) db = open_bare (self);
  g_autoptr (GError) error = NULL;
  gint64 version = 7;

  g_assert_true (vault_db_exec (db, "PRAGMA user_version=1000", NULL));
  g_assert_false (vault_schema_upgrade (db, self->path, NULL, NULL, &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_CORRUPT);
  g_clear_error (&error);
  g_assert_true (vault_db_exec (db, "PRAGMA user_version=1; PRAGMA application_id=1", NULL));
  g_assert_false (vault_schema_version (db, 1, self->path, &version, &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_CORRUPT);
  g_assert_cmpint (version, ==, 7);
  g_clear_error (&error);
  g_assert_false (vault_schema_check_file ("/nowhere/till.db", &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_IO);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  vault_testing_disk_install ();
#define ADD(name, function)                                                                        \
  g_test_add ("/vault/schema/" name, VaultTesting, NULL, vault_testing_set_up, function,           \
              vault_testing_tear_down)
  ADD ("makes-this-version", test_makes_this_version);
  ADD ("ties-hold", test_ties_hold);
  ADD ("third-version", test_third_version);
  ADD ("up-to-date-needs-no-copy", test_up_to_date_needs_no_copy);
  ADD ("goes-step-by-step", test_goes_step_by_step);
  ADD ("the-copy-is-a-shop", test_the_copy_is_a_shop);
  ADD ("the-copy-goes", test_the_copy_goes);
  ADD ("a-step-that-fails-is-not-half-done", test_a_step_that_fails_is_not_half_done);
  ADD ("any-failure-leaves-a-whole-version", test_any_failure_leaves_a_whole_version);
  ADD ("ties-go-along", test_ties_go_along);
  ADD ("refuses-what-it-does-not-know", test_refuses_what_it_does_not_know);
  return g_test_run ();
}

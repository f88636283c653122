/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault-backup.h"

#include "vault-journal.h"
#include "vault-key.h"
#include "vault-testing.h"

#include <glib/gstdio.h>
#include <string.h>

#define PASSPHRASE BASE_SPAN_STR ("quince")
#define SALES 100 /* more than one piece of the file */
#define CHANGES 150

typedef struct
{
  char *dir, *file, *out;
  char *recovery;
  BaseSecret *key;
  Vault *vault;
} Test;

static void
set_up (Test *test, gconstpointer data)
{
  VaultTesting testing = { 0 };

  test->dir = g_dir_make_tmp ("till-backup-XXXXXX", NULL);
  test->file = g_build_filename (test->dir, "file.tillbackup", NULL);
  test->out = g_build_filename (test->dir, "out.db", NULL);
  g_assert_true (vault_key_create (test->dir, PASSPHRASE, &test->key, &test->recovery, NULL));
  test->vault = vault_create (test->dir, test->key, NULL);
  g_assert_nonnull (test->vault);
  testing.vault = test->vault;
  for (guint i = 0; i < SALES; i++)
    {
      g_autoptr (VaultSale) sale = vault_testing_sale (1);

      vault_testing_pay (&testing, sale, VAULT_TENDER_CARD, VAULT_EVENT_DEFERRED);
    }
}

static void
tear_down (Test *test, gconstpointer data)
{
  g_autoptr (GDir) dir = NULL;
  const char *name;

  g_clear_pointer (&test->vault, vault_free);
  dir = g_dir_open (test->dir, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (test->dir, name, NULL);

      g_remove (path);
    }
  g_rmdir (test->dir);
  g_free (test->dir);
  g_free (test->file);
  g_free (test->out);
  base_secret_free_text (test->recovery);
  base_secret_free (test->key);
}

static void
assert_no_copy (Test *test)
{
  g_autofree char *copy = g_build_filename (test->dir, "backup.part", NULL);
  g_autofree char *part = g_strconcat (test->file, ".part", NULL);

  g_assert_false (g_file_test (copy, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (part, G_FILE_TEST_EXISTS));
}

static void
create (Test *test)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (vault_backup_create (test->dir, test->key, test->file, &error));
  g_assert_no_error (error);
  assert_no_copy (test);
}

/* Beside a till that works with the folder, and what lies in its log is in it. */
static void
test_live (Test *test, gconstpointer data)
{
  g_autofree char *text = NULL, *dir = NULL, *db = NULL, *marker = NULL;
  g_autoptr (Vault) copy = NULL;
  g_autoptr (GError) error = NULL;
  GStatBuf status;
  VaultJournalVerdict verdict;
  gint64 count, seq;

  create (test);
  g_assert_cmpint (g_stat (test->file, &status), ==, 0);
  g_assert_cmpuint (status.st_mode & 07777, ==, 0600);
  g_assert_cmpint (status.st_size, >, 2 * VAULT_BACKUP_PIECE_MAX);
  text = vault_backup_key_text (test->file, &error);
  g_assert_no_error (error);
  dir = g_dir_make_tmp ("till-backup-out-XXXXXX", NULL);
  db = g_build_filename (dir, "till.db", NULL);
  marker = g_build_filename (dir, "lock", NULL);
  g_assert_true (vault_backup_unpack (test->file, test->key, db, &error));
  g_assert_no_error (error);
  copy = vault_open (dir, test->key, VAULT_ACCESS_READ, &error);
  g_assert_no_error (error);
  g_assert_true (vault_journal_verify (copy, &verdict, &count, &seq, NULL));
  g_assert_cmpint (verdict, ==, VAULT_JOURNAL_WHOLE);
  g_assert_cmpint (count, ==, SALES);
  g_clear_pointer (&copy, vault_free);
  g_remove (db);
  g_remove (marker);
  g_rmdir (dir);
}

/* Nothing that the books have in the clear is in the file. */
static void
test_sealed (Test *test, gconstpointer data)
{
  static const char *const words[] = { "Jasmine tea", "CREATE TABLE", "SQLite format", "journal" };
  g_autofree char *bytes = NULL;
  gsize size;

  create (test);
  g_assert_true (g_file_get_contents (test->file, &bytes, &size, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    g_assert_null (memmem (bytes, size, words[i], strlen (words[i])));
}

static void
assert_refused (Test *test, VaultError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (vault_backup_unpack (test->file, test->key, test->out, &error));
  g_assert_error (error, VAULT_ERROR, (gint)code);
  g_assert_false (g_file_test (test->out, G_FILE_TEST_EXISTS));
}

static void
test_any_change (Test *test, gconstpointer data)
{
  g_autofree char *bytes = NULL;
  gsize size;

  create (test);
  g_assert_true (g_file_get_contents (test->file, &bytes, &size, NULL));
  for (guint i = 0; i < CHANGES; i++)
    {
      gsize at = i < 60 ? i : (gsize)g_test_rand_int_range (0, (gint32)size);
      char bit = (char)(1 << g_test_rand_int_range (0, 8));

      bytes[at] ^= bit;
      g_assert_true (g_file_set_contents (test->file, bytes, (gssize)size, NULL));
      g_test_message ("byte %" G_GSIZE_FORMAT, at);
      assert_refused (test, VAULT_ERROR_CORRUPT);
      bytes[at] ^= bit;
    }
}

/* Cut off at every kind of place, made longer, and its pieces in another order. */
static void
test_other_shape (Test *test, gconstpointer data)
{
  g_autofree char *bytes = NULL;
  g_autofree char *longer = NULL;
  gsize size, first, piece = 4 + VAULT_BACKUP_PIECE_MAX + 28;
  g_autofree char *text = NULL;

  create (test);
  text = vault_backup_key_text (test->file, NULL);
  first = strlen ("TILL BACKUP 1\n") + 4 + strlen (text);
  g_assert_true (g_file_get_contents (test->file, &bytes, &size, NULL));
  for (gsize cut = 0; cut < size; cut = cut < first ? cut + 1 : cut + piece / 2)
    {
      g_assert_true (g_file_set_contents (test->file, bytes, (gssize)cut, NULL));
      assert_refused (test, VAULT_ERROR_CORRUPT);
    }
  g_assert_true (g_file_set_contents (test->file, bytes, (gssize)(first + piece), NULL));
  assert_refused (test, VAULT_ERROR_CORRUPT);
  longer = g_malloc0 (size + 1);
  memmove (longer, bytes, size);
  g_assert_true (g_file_set_contents (test->file, longer, (gssize)size + 1, NULL));
  assert_refused (test, VAULT_ERROR_CORRUPT);
  memmove (longer + first, bytes + first + piece, piece);
  memmove (longer + first + piece, bytes + first, piece);
  g_assert_true (g_file_set_contents (test->file, longer, (gssize)size, NULL));
  assert_refused (test, VAULT_ERROR_CORRUPT);
  g_assert_true (g_file_set_contents (test->file, bytes, (gssize)size, NULL));
  g_assert_true (vault_backup_unpack (test->file, test->key, test->out, NULL));
}

static void
test_other_key (Test *test, gconstpointer data)
{
  create (test);
  base_secret_bytes (test->key)[7] ^= 1;
  assert_refused (test, VAULT_ERROR_CORRUPT);
}

static void
test_refuses (Test *test, gconstpointer data)
{
  g_autofree char *nowhere = g_build_filename (test->dir, "no", "such", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (test->file, "mine", -1, NULL));
  g_assert_false (vault_backup_create (test->dir, test->key, test->file, &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_EXISTS);
  g_clear_error (&error);
  assert_refused (test, VAULT_ERROR_CORRUPT);
  g_assert_false (vault_backup_create (test->dir, test->key, nowhere, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  assert_no_copy (test);
  g_assert_null (vault_backup_key_text (nowhere, &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_ABSENT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/vault/backup/" name, Test, NULL, set_up, function, tear_down)
  ADD ("live", test_live);
  ADD ("sealed", test_sealed);
  ADD ("any-change", test_any_change);
  ADD ("other-shape", test_other_shape);
  ADD ("other-key", test_other_key);
  ADD ("refuses", test_refuses);
  return g_test_run ();
}

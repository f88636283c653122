/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault-copy-file.h"

#include "crypto-random.h"

#include <glib/gstdio.h>
#include <string.h>

#define KEY_TEXT "[key]\nfolder=1\n"

typedef struct
{
  char *dir, *path;
  BaseSecret *key;
} Test;

static void
set_up (Test *test, gconstpointer data)
{
  test->dir = g_dir_make_tmp ("till-copy-XXXXXX", NULL);
  test->path = g_build_filename (test->dir, "a.tillcopy", NULL);
  test->key = base_secret_new (32);
  crypto_random_bytes (base_secret_bytes (test->key), 32);
}

static void
tear_down (Test *test, gconstpointer data)
{
  (void)g_unlink (test->path);
  g_assert_cmpint (g_rmdir (test->dir), ==, 0); /* no part is left */
  g_free (test->dir);
  g_free (test->path);
  base_secret_free (test->key);
}

static VaultCopyPosition
position_at (gint64 journal)
{
  VaultCopyPosition position = {
    .epoch = 2, .journal = journal, .at_us = 1000 + journal, .settings = 77, .untidy = journal % 2
  };

  position.chain[0] = (guint8)journal;
  position.chain[VAULT_CHAIN_SIZE - 1] = 9;
  return position;
}

static void
add (VaultCopyFile *file, gint64 journal, gsize size)
{
  g_autofree guint8 *rows = g_malloc0 (size + 1);
  VaultCopyPosition position = position_at (journal);
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < size; i++)
    rows[i] = (guint8)((gsize)journal + i);
  g_assert_true (vault_copy_file_add (file, &position, BASE_SPAN (rows, size), &error));
  g_assert_no_error (error);
}

/* Steps 1 … count, each of another size, some of several pieces. */
static void
make (Test *test, gint64 count)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VaultCopyFile) file = vault_copy_file_make (test->path, KEY_TEXT, test->key, &error);

  g_assert_no_error (error);
  for (gint64 i = 1; i <= count; i++)
    add (file, i, (gsize)i * 20000);
  g_assert_true (vault_copy_file_settle (file, &error));
  g_assert_no_error (error);
  g_assert_true (vault_copy_file_is_there (file));
}

static VaultCopyFile *
reopen (Test *test, gboolean adds)
{
  g_autoptr (GError) error = NULL;
  VaultCopyFile *file = vault_copy_file_open (test->path, adds, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (vault_copy_file_key_text (file), ==, KEY_TEXT);
  vault_copy_file_set_key (file, test->key);
  return file;
}

/* Field by field: what lies between them is nobody's. */
static void
assert_same (const VaultCopyPosition *a, const VaultCopyPosition *b)
{
  g_assert_cmpint (a->epoch, ==, b->epoch);
  g_assert_cmpint (a->journal, ==, b->journal);
  g_assert_cmpint (a->at_us, ==, b->at_us);
  g_assert_cmpuint (a->settings, ==, b->settings);
  g_assert_cmpint (a->untidy, ==, b->untidy);
  g_assert_cmpmem (a->chain, sizeof a->chain, b->chain, sizeof b->chain);
}

/* How many steps open, each as it was added; *out_torn: then one doesn't. */
static gint64
read_all (Test *test, gboolean *out_torn)
{
  g_autoptr (VaultCopyFile) file = reopen (test, FALSE);
  g_autoptr (GByteArray) rows = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  VaultCopyPosition position;
  gboolean end = FALSE;
  gint64 count = 0;

  while (vault_copy_file_read (file, &position, rows, &end, &error) && !end)
    {
      VaultCopyPosition wanted = position_at (++count);

      assert_same (&position, &wanted);
      g_assert_cmpuint (rows->len, ==, (guint)count * 20000);
      for (guint i = 0; i < rows->len; i++)
        g_assert_cmpuint (rows->data[i], ==, (guint8)(count + i));
    }
  *out_torn = error != NULL;
  if (error != NULL)
    g_assert_error (error, VAULT_ERROR, VAULT_ERROR_CORRUPT);
  return count;
}

static void
test_steps (Test *test, gconstpointer data)
{
  VaultCopyPosition end, wanted = position_at (3);
  gboolean torn;

  make (test, 3);
  g_assert_cmpint (read_all (test, &torn), ==, 3);
  g_assert_false (torn);
  {
    g_autoptr (VaultCopyFile) file = reopen (test, TRUE);
    g_autoptr (GError) error = NULL;

    g_assert_true (vault_copy_file_find_end (file, &end, &error));
    g_assert_no_error (error);
    assert_same (&end, &wanted);
    g_assert_null (vault_copy_file_open (test->path, TRUE, &error)); /* one writer */
    g_assert_error (error, VAULT_ERROR, VAULT_ERROR_BUSY);
    add (file, 4, 80000);
    g_assert_true (vault_copy_file_sync (file, NULL));
  }
  g_assert_cmpint (read_all (test, &torn), ==, 4);
  g_assert_false (torn);
}

/* Cut at any place, what was whole before it opens, and the end is found out where it isn't the
 * end of a step. */
static void
test_torn (Test *test, gconstpointer data)
{
  g_autofree char *whole = NULL;
  gsize size = 0;
  gint64 most = 0;

  make (test, 3);
  g_assert_true (g_file_get_contents (test->path, &whole, &size, NULL));
  for (gsize cut = 200; cut < size; cut += 977)
    {
      VaultCopyPosition end;
      gboolean torn;
      gint64 count;

      g_assert_true (g_file_set_contents (test->path, whole, (gssize)cut, NULL));
      count = read_all (test, &torn);
      g_assert_true (torn);
      g_assert_cmpint (count, >=, most);
      most = count;
      {
        g_autoptr (VaultCopyFile) file = reopen (test, FALSE);

        g_assert_false (vault_copy_file_find_end (file, &end, NULL));
      }
    }
  g_assert_cmpint (most, ==, 2);
}

/* Any byte after the head that is changed makes its step and those after it not open. */
static void
test_changed (Test *test, gconstpointer data)
{
  g_autofree char *whole = NULL;
  gsize size = 0;

  make (test, 2);
  g_assert_true (g_file_get_contents (test->path, &whole, &size, NULL));
  for (gsize at = sizeof "TILL COPY 1\n" + 8 + strlen (KEY_TEXT); at < size; at += 331)
    {
      gboolean torn;

      whole[at] ^= 4;
      g_assert_true (g_file_set_contents (test->path, whole, (gssize)size, NULL));
      g_assert_cmpint (read_all (test, &torn), <, 2);
      g_assert_true (torn);
      whole[at] ^= 4;
    }
}

/* A step of an older file of the same till, put in its place, doesn't open. */
static void
test_mixed (Test *test, gconstpointer data)
{
  g_autofree char *older = NULL, *newer = NULL;
  gsize older_size = 0, newer_size = 0;
  gboolean torn;

  make (test, 1);
  g_assert_true (g_file_get_contents (test->path, &older, &older_size, NULL));
  make (test, 1);
  g_assert_true (g_file_get_contents (test->path, &newer, &newer_size, NULL));
  g_assert_cmpuint (older_size, ==, newer_size);
  for (gsize i = newer_size - 20000; i < newer_size; i++)
    newer[i] = older[i];
  g_assert_true (g_file_set_contents (test->path, newer, (gssize)newer_size, NULL));
  g_assert_cmpint (read_all (test, &torn), ==, 0);
  g_assert_true (torn);
}

/* Without the key nothing of the rows is there. */
static void
test_sealed (Test *test, gconstpointer data)
{
  static const char secret[] = "five hundred grams of quince";
  g_autofree char *text = NULL;
  g_autoptr (VaultCopyFile) file = vault_copy_file_make (test->path, KEY_TEXT, test->key, NULL);
  VaultCopyPosition position = position_at (1);
  gsize size = 0;

  g_assert_true (vault_copy_file_add (file, &position, BASE_SPAN (secret, sizeof secret), NULL));
  g_assert_true (vault_copy_file_settle (file, NULL));
  g_assert_true (g_file_get_contents (test->path, &text, &size, NULL));
  g_assert_null (memmem (text, size, secret, 8));
  base_secret_bytes (test->key)[0] ^= 1;
  {
    g_autoptr (VaultCopyFile) other = reopen (test, FALSE);
    g_autoptr (GByteArray) rows = g_byte_array_new ();
    gboolean end;

    g_assert_false (vault_copy_file_read (other, &position, rows, &end, NULL));
  }
}

static void
test_refused (Test *test, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (vault_copy_file_open (test->path, FALSE, &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_ABSENT);
  g_clear_error (&error);
  g_assert_true (g_file_set_contents (test->path, "TILL BACKUP 1\n", -1, NULL));
  g_assert_null (vault_copy_file_open (test->path, FALSE, &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_CORRUPT);
  g_clear_error (&error);
  g_assert_null (vault_copy_file_make ("/nowhere/at/all", KEY_TEXT, test->key, &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_ABSENT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/vault/copy-file/" name, Test, NULL, set_up, function, tear_down)
  ADD ("steps", test_steps);
  ADD ("torn", test_torn);
  ADD ("changed", test_changed);
  ADD ("mixed", test_mixed);
  ADD ("sealed", test_sealed);
  ADD ("refused", test_refused);
  return g_test_run ();
}

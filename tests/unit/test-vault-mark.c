/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault-mark.h"

#include "crypto-random.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

typedef struct
{
  BaseSecret *key;
  VaultMark *mark;
} Test;

static BaseSecret *
new_key (void)
{
  BaseSecret *key = base_secret_new (32);

  crypto_random_bytes (base_secret_bytes (key), 32);
  return key;
}

static void
set_up (Test *test, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  test->key = new_key ();
  test->mark = vault_mark_open (test->key, &error);
  g_assert_no_error (error);
}

static void
tear_down (Test *test, gconstpointer data)
{
  g_clear_pointer (&test->mark, vault_mark_free);
  base_secret_free (test->key);
}

static void
reopen (Test *test)
{
  g_clear_pointer (&test->mark, vault_mark_free);
  test->mark = vault_mark_open (test->key, NULL);
  g_assert_nonnull (test->mark);
}

static VaultMarkValues
values_at (gint64 journal)
{
  VaultMarkValues values
      = { .epoch = 2, .journal = journal, .record = journal / 2, .identity = 1000000 + journal };

  values.chain[0] = (guint8)journal;
  values.chain[VAULT_CHAIN_SIZE - 1] = 7;
  return values;
}

static void
assert_reads (Test *test, gint64 journal)
{
  VaultMarkValues read, wanted = values_at (journal);

  g_assert_true (vault_mark_read (test->mark, &read));
  g_assert_cmpmem (&read, sizeof read, &wanted, sizeof wanted);
}

static void
write_at (Test *test, gint64 journal)
{
  VaultMarkValues values = values_at (journal);

  g_assert_true (vault_mark_write (test->mark, &values));
}

static void
test_newest (Test *test, gconstpointer data)
{
  VaultMarkValues none;

  g_assert_false (vault_mark_read (test->mark, &none));
  for (gint64 journal = 1; journal < 6; journal++)
    {
      write_at (test, journal);
      assert_reads (test, journal);
      reopen (test);
      assert_reads (test, journal);
    }
  g_assert_true (vault_mark_sync (test->mark));
}

/* The file of this key, found by its being the only one that changes. */
static char *
find_file (Test *test)
{
  g_autofree char *path = g_build_filename (g_get_user_state_dir (), "till", NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  char *newest = NULL;
  const char *name;
  GStatBuf status, best = { 0 };

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);

      if (g_stat (file, &status) == 0
          && (newest == NULL || status.st_mtim.tv_sec > best.st_mtim.tv_sec
              || (status.st_mtim.tv_sec == best.st_mtim.tv_sec
                  && status.st_mtim.tv_nsec > best.st_mtim.tv_nsec)))
        {
          best = status;
          g_free (newest);
          newest = g_steal_pointer (&file);
        }
    }
  return newest;
}

/* A write that tears, at any byte of either place, leaves the mark before. */
static void
test_torn (Test *test, gconstpointer data)
{
  g_autofree char *path = NULL, *whole = NULL;
  gsize size = 0;
  VaultMarkValues read;

  write_at (test, 1);
  write_at (test, 2);
  g_usleep (20000); /* the clock of file times is coarse */
  write_at (test, 3);
  path = find_file (test);
  g_assert_true (g_file_get_contents (path, &whole, &size, NULL));
  for (gsize i = 0; i < size; i++)
    {
      char changed = (char)(whole[i] ^ 1);
      int fd = open (path, O_RDWR | O_CLOEXEC);

      g_assert_cmpint (pwrite (fd, &changed, 1, (off_t)i), ==, 1);
      reopen (test);
      g_assert_true (vault_mark_read (test->mark, &read));
      g_assert_true (read.journal == 3 || read.journal == 2);
      g_assert_cmpint (pwrite (fd, whole + i, 1, (off_t)i), ==, 1);
      close (fd);
    }
  reopen (test);
  assert_reads (test, 3);
}

static void
test_own_key_only (Test *test, gconstpointer data)
{
  Test other = { .key = new_key () };
  VaultMarkValues read;

  write_at (test, 5);
  reopen (&other);
  g_assert_false (vault_mark_read (other.mark, &read));
  tear_down (&other, NULL);
}

static void
test_one_at_a_time (Test *test, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (vault_mark_open (test->key, &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_BUSY);
  reopen (test);
}

int
main (int argc, char **argv)
{
  g_autofree char *state = g_dir_make_tmp ("till-state-XXXXXX", NULL);

  g_setenv ("XDG_STATE_HOME", state, TRUE);
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/vault/mark/" name, Test, NULL, set_up, function, tear_down)
  ADD ("newest", test_newest);
  ADD ("torn", test_torn);
  ADD ("own-key-only", test_own_key_only);
  ADD ("one-at-a-time", test_one_at_a_time);
  return g_test_run ();
}

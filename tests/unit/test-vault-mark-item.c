/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The books against the mark in a keyring of their own. The marks' folder goes back with the
 * database each time, so that what notices is the keyring alone.
 */
#include "vault-mark-item.h"

#include "keyring-process.h"
#include "vault-epoch.h"
#include "vault-journal.h"
#include "vault-testing.h"

#include <glib/gstdio.h>

typedef struct
{
  gboolean there;
  VaultTesting shop;
  char *database, *mark; /* as they were */
  gsize size, mark_size;
} Test;

static void
set_up (Test *test, gconstpointer data)
{
  test->there = keyring_process_start (KEYRING_PROCESS_PLAIN);
  if (test->there)
    vault_testing_set_up (&test->shop, data);
}

static char *
mark_path (void)
{
  g_autofree char *folder = g_build_filename (g_get_user_state_dir (), "till", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name = g_dir_read_name (dir);

  g_assert_nonnull (name);
  g_assert_null (g_dir_read_name (dir));
  return g_build_filename (folder, name, NULL);
}

static void
tear_down (Test *test, gconstpointer data)
{
  g_autofree char *mark = NULL;

  if (!test->there)
    return;
  vault_testing_tear_down (&test->shop, data);
  mark = mark_path ();
  g_remove (mark);
  keyring_process_stop ();
  keyring_process_clear ();
  g_free (test->database);
  g_free (test->mark);
}

static void
write_entry (Test *test)
{
  g_assert_true (vault_journal_add (test->shop.vault, "wang", "drawer", "", /* error= */ NULL));
}

static void
step (Test *test)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (vault_mark_item_step (test->shop.vault, &error));
  g_assert_no_error (error);
}

static void
assert_is (Test *test, VaultMarkItemState state, const char *quarantine)
{
  g_assert_cmpstr (vault_mark_item_word (vault_mark_item_state (test->shop.vault)), ==,
                   vault_mark_item_word (state));
  g_assert_cmpstr (vault_epoch_quarantine (test->shop.vault), ==, quarantine);
}

static void
copy (Test *test)
{
  g_autofree char *mark = NULL;

  g_clear_pointer (&test->shop.vault, vault_free);
  mark = mark_path ();
  g_assert_true (g_file_get_contents (test->shop.path, &test->database, &test->size, NULL));
  g_assert_true (g_file_get_contents (mark, &test->mark, &test->mark_size, NULL));
  vault_testing_reopen (&test->shop);
}

static void
put_back (Test *test)
{
  g_autofree char *mark = mark_path ();

  g_clear_pointer (&test->shop.vault, vault_free);
  g_assert_true (g_file_set_contents (test->shop.path, test->database, (gssize)test->size, NULL));
  g_assert_true (g_file_set_contents (mark, test->mark, (gssize)test->mark_size, NULL));
}

static void
test_in_step (Test *test, gconstpointer data)
{
  if (!test->there)
    return;
  assert_is (test, VAULT_MARK_ITEM_NEW, NULL);
  write_entry (test);
  step (test);
  assert_is (test, VAULT_MARK_ITEM_GOOD, NULL);
  for (guint i = 0; i < 3; i++)
    {
      write_entry (test);
      vault_testing_reopen (&test->shop); /* killed before a step: it lags, which says nothing */
      assert_is (test, VAULT_MARK_ITEM_GOOD, NULL);
      write_entry (test);
      step (test);
      step (test);
    }
  g_assert_cmpint (vault_epoch_number (test->shop.vault), ==, 1);
}

/* Noticed, decided, and from then on the mark of the new epoch. */
static void
test_older (Test *test, gconstpointer data)
{
  gint64 batch;

  if (!test->there)
    return;
  write_entry (test);
  copy (test);
  write_entry (test);
  step (test);
  batch = vault_current_batch (test->shop.vault);
  put_back (test);
  vault_testing_reopen (&test->shop);
  assert_is (test, VAULT_MARK_ITEM_GOOD, VAULT_QUARANTINE_ROLLBACK);
  g_assert_cmpint (vault_epoch_number (test->shop.vault), ==, 2);
  g_assert_cmpint (vault_current_batch (test->shop.vault), >, batch);
  g_assert_true (vault_epoch_release (test->shop.vault, "wang", NULL, NULL));
  vault_testing_reopen (&test->shop); /* the keyring still has the mark of before */
  assert_is (test, VAULT_MARK_ITEM_GOOD, NULL);
  write_entry (test);
  step (test);
  vault_testing_reopen (&test->shop);
  assert_is (test, VAULT_MARK_ITEM_GOOD, NULL);
  put_back (test); /* the same copy once more: of an epoch before the mark's */
  vault_testing_reopen (&test->shop);
  assert_is (test, VAULT_MARK_ITEM_GOOD, VAULT_QUARANTINE_ROLLBACK);
  g_assert_cmpint (vault_epoch_number (test->shop.vault), ==, 3);
}

/* The state folder was lost as well: "moved" by itself, and the keyring doesn't hide that. */
static void
test_state_lost (Test *test, gconstpointer data)
{
  g_autofree char *mark = NULL;

  if (!test->there)
    return;
  write_entry (test);
  step (test);
  g_clear_pointer (&test->shop.vault, vault_free);
  mark = mark_path ();
  g_remove (mark);
  vault_testing_reopen (&test->shop);
  assert_is (test, VAULT_MARK_ITEM_GOOD, VAULT_QUARANTINE_MOVED);
}

/* A keyring that is gone, or new, is no sign of older books. */
static void
test_gone (Test *test, gconstpointer data)
{
  if (!test->there)
    return;
  write_entry (test);
  step (test);
  keyring_process_stop ();
  vault_testing_reopen (&test->shop);
  assert_is (test, VAULT_MARK_ITEM_NONE, NULL);
  write_entry (test);
  step (test);
  assert_is (test, VAULT_MARK_ITEM_NONE, NULL);
  keyring_process_clear ();
  g_assert_true (keyring_process_start (KEYRING_PROCESS_PLAIN));
  vault_testing_reopen (&test->shop);
  assert_is (test, VAULT_MARK_ITEM_NEW, NULL);
  step (test);
  assert_is (test, VAULT_MARK_ITEM_GOOD, NULL);
}

/* The session's keyring comes up after the till: what it says then counts as much, and isn't
 * written over. */
static void
test_late (Test *test, gconstpointer data)
{
  if (!test->there)
    return;
  write_entry (test);
  copy (test);
  write_entry (test);
  step (test);
  put_back (test);
  keyring_process_stop ();
  vault_testing_reopen (&test->shop);
  assert_is (test, VAULT_MARK_ITEM_NONE, NULL);
  write_entry (test);
  g_assert_true (keyring_process_start (KEYRING_PROCESS_PLAIN));
  step (test);
  assert_is (test, VAULT_MARK_ITEM_GOOD, VAULT_QUARANTINE_ROLLBACK);
  g_assert_cmpint (vault_epoch_number (test->shop.vault), ==, 2);
  vault_testing_reopen (&test->shop);
  assert_is (test, VAULT_MARK_ITEM_GOOD, VAULT_QUARANTINE_ROLLBACK);
  g_assert_cmpint (vault_epoch_number (test->shop.vault), ==, 2);
}

/* It waits once for one that hangs, and then leaves it alone for a while. */
static void
test_mute (Test *test, gconstpointer data)
{
  gint64 began_us;

  if (!test->there)
    return;
  write_entry (test);
  step (test);
  keyring_process_stop ();
  g_assert_true (keyring_process_start (KEYRING_PROCESS_MUTE));
  began_us = g_get_monotonic_time ();
  vault_testing_reopen (&test->shop);
  for (guint i = 0; i < 20; i++)
    step (test);
  g_assert_cmpint (g_get_monotonic_time () - began_us, <, 10 * G_USEC_PER_SEC);
  assert_is (test, VAULT_MARK_ITEM_SILENT, NULL);
}

/* What somebody else wrote there, or another shop's, is no mark of ours; nobody who only reads is
 * asked. */
static void
test_only_ours (Test *test, gconstpointer data)
{
  g_autoptr (Vault) reader = NULL;

  if (!test->there)
    return;
  reader = vault_open (test->shop.dir, test->shop.key, VAULT_ACCESS_READ, /* error= */ NULL);
  g_assert_cmpint (vault_mark_item_state (reader), ==, VAULT_MARK_ITEM_NONE);
  g_assert_true (vault_mark_item_step (reader, /* error= */ NULL));
  g_assert_cmpint (vault_mark_item_state (reader), ==, VAULT_MARK_ITEM_NONE);
}

int
main (int argc, char **argv)
{
  int status;

  keyring_process_begin ();
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/vault/mark-item/" name, Test, NULL, set_up, function, tear_down)
  ADD ("in-step", test_in_step);
  ADD ("older", test_older);
  ADD ("state-lost", test_state_lost);
  ADD ("gone", test_gone);
  ADD ("late", test_late);
  ADD ("mute", test_mute);
  ADD ("only-ours", test_only_ours);
  status = g_test_run ();
  keyring_process_end ();
  return status;
}

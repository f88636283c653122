/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The books against a TPM of their own. The marks' folder goes back with the disk each time, so
 * that what notices is the counter alone.
 */
#include "vault-counter.h"

#include "tpm-process.h"
#include "vault-epoch.h"
#include "vault-journal.h"
#include "vault-testing.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct
{
  TpmProcess tpm;
  gboolean there;
  VaultTesting shop;
  char *database; /* as it was, with the marks */
  gsize size;
  GHashTable *marks;
} Test;

static void
set_up (Test *test, gconstpointer data)
{
  test->there = tpm_process_start (&test->tpm);
  if (test->there)
    vault_testing_set_up (&test->shop, data);
}

static void
tear_down (Test *test, gconstpointer data)
{
  if (!test->there)
    return;
  vault_testing_tear_down (&test->shop, data);
  tpm_process_stop (&test->tpm);
  g_free (test->database);
  g_clear_pointer (&test->marks, g_hash_table_unref);
}

static void
write_entry (Test *test)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (vault_journal_add (test->shop.vault, "wang", "drawer", "", &error));
  g_assert_no_error (error);
}

static void
step (Test *test)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (vault_counter_step (test->shop.vault, FALSE, &error));
  g_assert_no_error (error);
}

static void
assert_is (Test *test, VaultCounterState state, const char *quarantine)
{
  g_assert_cmpstr (vault_counter_word (vault_counter_state (test->shop.vault)), ==,
                   vault_counter_word (state));
  g_assert_cmpstr (vault_epoch_quarantine (test->shop.vault), ==, quarantine);
}

/* As each opening of the shop does. */
static void
reopen (Test *test)
{
  vault_testing_reopen (&test->shop);
}

static void
copy_whole_disk (Test *test)
{
  g_autofree char *folder = g_build_filename (g_get_user_state_dir (), "till", NULL);
  g_autoptr (GDir) dir = NULL;
  const char *name;

  g_clear_pointer (&test->shop.vault, vault_free);
  g_assert_true (g_file_get_contents (test->shop.path, &test->database, &test->size, NULL));
  test->marks
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_bytes_unref);
  dir = g_dir_open (folder, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      char *path = g_build_filename (folder, name, NULL);
      char *bytes;
      gsize size;

      g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
      g_hash_table_replace (test->marks, path, g_bytes_new_take (bytes, size));
    }
  reopen (test);
}

static void
put_whole_disk_back (Test *test)
{
  GHashTableIter iter;
  gpointer path, bytes;

  g_clear_pointer (&test->shop.vault, vault_free);
  g_assert_true (g_file_set_contents (test->shop.path, test->database, (gssize)test->size, NULL));
  g_hash_table_iter_init (&iter, test->marks);
  while (g_hash_table_iter_next (&iter, &path, &bytes))
    g_assert_true (g_file_set_contents (path, g_bytes_get_data (bytes, NULL),
                                        (gssize)g_bytes_get_size (bytes), NULL));
  reopen (test);
}

static void
test_in_step (Test *test, gconstpointer data)
{
  if (!test->there)
    return;
  assert_is (test, VAULT_COUNTER_NEW, NULL);
  write_entry (test);
  step (test);
  assert_is (test, VAULT_COUNTER_GOOD, NULL);
  for (guint i = 0; i < 5; i++)
    {
      reopen (test);
      assert_is (test, VAULT_COUNTER_GOOD, NULL);
      write_entry (test);
      step (test);
      step (test); /* not due */
    }
}

/* Without a new mark beside it to tell: the state's folder was put back, too. */
static void
test_whole_disk (Test *test, gconstpointer data)
{
  if (!test->there)
    return;
  write_entry (test);
  step (test);
  write_entry (test);
  copy_whole_disk (test);
  step (test); /* at the opening after it */
  write_entry (test);
  put_whole_disk_back (test);
  assert_is (test, VAULT_COUNTER_GOOD, VAULT_QUARANTINE_ROLLBACK);
  g_assert_true (vault_epoch_release (test->shop.vault, "wang", NULL, NULL));
  reopen (test); /* decided once, it is decided */
  assert_is (test, VAULT_COUNTER_GOOD, NULL);
  write_entry (test);
  step (test);
  reopen (test);
  assert_is (test, VAULT_COUNTER_GOOD, NULL);
}

static gint64
value_of (Test *test)
{
  g_autofree char *text = vault_setting_text (test->shop.vault, "counter", NULL);

  return g_ascii_strtoll (text, NULL, 10);
}

/* After a settlement the next step isn't put off until the hour is over; one that would say nothing
 * new isn't made. */
static void
test_at_once (Test *test, gconstpointer data)
{
  gint64 value;

  if (!test->there)
    return;
  write_entry (test);
  step (test);
  value = value_of (test);
  write_entry (test);
  step (test); /* not due */
  g_assert_cmpint (value_of (test), ==, value);
  g_assert_true (vault_counter_step (test->shop.vault, /* at_once= */ TRUE, NULL));
  g_assert_cmpint (value_of (test), ==, value + 1);
  g_assert_true (vault_counter_step (test->shop.vault, /* at_once= */ TRUE, NULL));
  g_assert_cmpint (value_of (test), ==, value + 1);
  copy_whole_disk (test);
  step (test);
  g_assert_true (vault_counter_step (test->shop.vault, /* at_once= */ TRUE, NULL));
  assert_is (test, VAULT_COUNTER_GOOD, NULL);
}

/* Books of before there was a counter. */
static void
test_older_than_it (Test *test, gconstpointer data)
{
  if (!test->there)
    return;
  copy_whole_disk (test);
  write_entry (test);
  step (test);
  put_whole_disk_back (test);
  assert_is (test, VAULT_COUNTER_GOOD, VAULT_QUARANTINE_ROLLBACK);
}

/* The power goes at any time: after the value was written down, after the step. */
static void
test_power_cut (Test *test, gconstpointer data)
{
  if (!test->there)
    return;
  write_entry (test);
  step (test);
  write_entry (test);
  reopen (test);
  tpm_process_show (&test->tpm, FALSE); /* it doesn't answer just then */
  g_assert_false (vault_counter_step (test->shop.vault, FALSE, NULL));
  tpm_process_show (&test->tpm, TRUE);
  reopen (test);
  assert_is (test, VAULT_COUNTER_GOOD, NULL);
  write_entry (test);
  step (test);
  tpm_process_restart (&test->tpm);
  reopen (test);
  assert_is (test, VAULT_COUNTER_GOOD, NULL);
}

/* Cleared, it says so, and nobody is locked out. */
static void
test_cleared (Test *test, gconstpointer data)
{
  if (!test->there)
    return;
  write_entry (test);
  step (test);
  g_clear_pointer (&test->shop.vault, vault_free);
  tpm_process_clear (&test->tpm);
  reopen (test);
  assert_is (test, VAULT_COUNTER_LOST, VAULT_QUARANTINE_MOVED);
  write_entry (test); /* sales go on */
  step (test);
  assert_is (test, VAULT_COUNTER_GOOD, VAULT_QUARANTINE_MOVED);
  g_assert_true (vault_epoch_release (test->shop.vault, "wang", NULL, NULL));
  reopen (test);
  assert_is (test, VAULT_COUNTER_GOOD, NULL);
}

/* It can't be asked: the books open as they would without one. */
static void
test_away (Test *test, gconstpointer data)
{
  if (!test->there)
    return;
  write_entry (test);
  step (test);
  tpm_process_show (&test->tpm, FALSE);
  reopen (test);
  assert_is (test, VAULT_COUNTER_AWAY, NULL);
  write_entry (test);
  step (test); /* nothing is tried */
  tpm_process_show (&test->tpm, TRUE);
  reopen (test);
  assert_is (test, VAULT_COUNTER_GOOD, NULL);
}

/* A day has so many steps and no more, however often it is opened. */
static void
test_worn_slowly (Test *test, gconstpointer data)
{
  if (!test->there)
    return;
  for (guint i = 0; i < VAULT_COUNTER_STEPS_A_DAY + 10; i++)
    {
      write_entry (test);
      step (test);
      reopen (test);
      assert_is (test, VAULT_COUNTER_GOOD, NULL);
    }
  copy_whole_disk (test);
  write_entry (test);
  step (test);
  put_whole_disk_back (test); /* which is the price */
  assert_is (test, VAULT_COUNTER_GOOD, NULL);
}

int
main (int argc, char **argv)
{
  g_autofree char *state = g_dir_make_tmp ("till-state-XXXXXX", NULL);

  g_setenv ("XDG_STATE_HOME", state, TRUE);
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/vault/counter/" name, Test, NULL, set_up, function, tear_down)
  ADD ("in-step", test_in_step);
  ADD ("whole-disk", test_whole_disk);
  ADD ("at-once", test_at_once);
  ADD ("older-than-it", test_older_than_it);
  ADD ("power-cut", test_power_cut);
  ADD ("cleared", test_cleared);
  ADD ("away", test_away);
  ADD ("worn-slowly", test_worn_slowly);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault-epoch.h"

#include "vault-journal.h"
#include "vault-record.h"
#include "vault-testing.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct
{
  VaultTesting vault;
  char *older;
  gsize older_size;
  char *state; /* folder of the marks */
} Test;

static void
remove_marks (Test *test)
{
  g_autofree char *path = g_build_filename (test->state, "till", NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);

      g_remove (file);
    }
}

static void
set_up (Test *test, gconstpointer data)
{
  test->state = g_strdup (g_get_user_state_dir ());
  vault_testing_set_up (&test->vault, data);
}

static void
tear_down (Test *test, gconstpointer data)
{
  vault_testing_tear_down (&test->vault, data);
  remove_marks (test);
  g_free (test->older);
  g_free (test->state);
}

static void
store (Test *test)
{
  VaultSale *sale = vault_testing_sale (1);

  vault_testing_pay (&test->vault, sale, VAULT_TENDER_CARD, VAULT_EVENT_DEFERRED);
  vault_sale_free (sale);
}

/* Closed, so that the one file holds all. */
static void
take_copy (Test *test)
{
  g_clear_pointer (&test->vault.vault, vault_free);
  g_clear_pointer (&test->older, g_free);
  g_assert_true (g_file_get_contents (test->vault.path, &test->older, &test->older_size, NULL));
}

static void
put_back (Test *test)
{
  g_clear_pointer (&test->vault.vault, vault_free);
  g_assert_true (
      g_file_set_contents (test->vault.path, test->older, (gssize)test->older_size, NULL));
}

static Vault *
open_anew (Test *test)
{
  vault_testing_reopen (&test->vault);
  return test->vault.vault;
}

static gint64
newest_identity (Test *test)
{
  return vault_testing_number (&test->vault, "SELECT max (batch * 1000000 + stan) FROM record");
}

static void
test_own_way (Test *test, gconstpointer data)
{
  g_assert_null (vault_epoch_quarantine (test->vault.vault));
  for (guint i = 0; i < 40; i++)
    {
      store (test);
      if (i % 10 == 0)
        g_assert_null (vault_epoch_quarantine (open_anew (test)));
    }
  g_assert_cmpint (vault_epoch_number (test->vault.vault), ==, 1);
}

/* One entry is enough. */
static void
test_older_copy (Test *test, gconstpointer data)
{
  gint64 newest;

  store (test);
  take_copy (test);
  open_anew (test);
  store (test);
  newest = newest_identity (test);
  put_back (test);
  g_assert_cmpstr (vault_epoch_quarantine (open_anew (test)), ==, VAULT_QUARANTINE_ROLLBACK);
  g_assert_cmpint (vault_epoch_number (test->vault.vault), ==, 2);
  /* It stays so, and no identity of the copy that is gone comes again. */
  g_assert_cmpstr (vault_epoch_quarantine (open_anew (test)), ==, VAULT_QUARANTINE_ROLLBACK);
  g_assert_cmpint (vault_epoch_number (test->vault.vault), ==, 2);
  store (test);
  g_assert_cmpint (newest_identity (test), >, newest);
  g_assert_cmpint (newest_identity (test) / 1000000, >, newest / 1000000);
  /* Once more the same copy: a third epoch, and the second one's identities are as gone. */
  newest = newest_identity (test);
  put_back (test);
  g_assert_nonnull (vault_epoch_quarantine (open_anew (test)));
  g_assert_cmpint (vault_epoch_number (test->vault.vault), ==, 3);
  store (test);
  g_assert_cmpint (newest_identity (test) / 1000000, >, newest / 1000000);
}

/* The copy went on elsewhere: as long as ours, or longer, but another's. */
static void
test_forked_copy (Test *test, gconstpointer data)
{
  g_autofree char *mark = g_build_filename (test->state, "till", NULL);
  g_autofree char *away = g_build_filename (test->state, "away", NULL);

  store (test);
  take_copy (test);
  open_anew (test);
  store (test);
  g_clear_pointer (&test->vault.vault, vault_free);
  g_assert_cmpint (g_rename (mark, away), ==, 0);
  put_back (test);
  g_assert_cmpstr (vault_epoch_quarantine (open_anew (test)), ==, VAULT_QUARANTINE_MOVED);
  g_assert_true (vault_epoch_release (test->vault.vault, "wang", NULL, NULL));
  for (guint i = 0; i < 5; i++)
    store (test);
  g_clear_pointer (&test->vault.vault, vault_free);
  remove_marks (test);
  g_assert_cmpint (g_rmdir (mark), ==, 0);
  g_assert_cmpint (g_rename (away, mark), ==, 0);
  g_assert_cmpstr (vault_epoch_quarantine (open_anew (test)), ==, VAULT_QUARANTINE_ROLLBACK);
}

/* The mark is written after the commit: a program that is killed between leaves it behind. */
static void
test_lagging_mark (Test *test, gconstpointer data)
{
  g_autofree char *mark = g_build_filename (test->state, "till", NULL);
  g_autoptr (GDir) dir = NULL;
  g_autofree char *file = NULL, *old = NULL;
  gsize size;

  store (test);
  g_clear_pointer (&test->vault.vault, vault_free);
  dir = g_dir_open (mark, 0, NULL);
  file = g_build_filename (mark, g_dir_read_name (dir), NULL);
  g_assert_true (g_file_get_contents (file, &old, &size, NULL));
  open_anew (test);
  store (test);
  store (test);
  g_clear_pointer (&test->vault.vault, vault_free);
  g_assert_true (g_file_set_contents (file, old, (gssize)size, NULL));
  g_assert_null (vault_epoch_quarantine (open_anew (test)));
}

static void
test_release (Test *test, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  VaultJournalVerdict verdict;
  gint64 count, seq;

  g_assert_false (vault_epoch_release (test->vault.vault, "wang", NULL, &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_STATE);
  g_clear_error (&error);
  store (test);
  g_clear_pointer (&test->vault.vault, vault_free);
  remove_marks (test);
  g_assert_cmpstr (vault_epoch_quarantine (open_anew (test)), ==, VAULT_QUARANTINE_MOVED);
  g_assert_false (vault_epoch_release (test->vault.vault, "wang", "", &error));
  g_clear_error (&error);
  g_assert_true (vault_epoch_release (test->vault.vault, "wang", "Ms Li, 7731", &error));
  g_assert_no_error (error);
  g_assert_null (vault_epoch_quarantine (open_anew (test)));
  g_assert_cmpint (vault_epoch_number (test->vault.vault), ==, 2);
  g_assert_cmpint (vault_testing_number (&test->vault,
                                         "SELECT count (*) FROM journal WHERE act = 'release' "
                                         "AND detail LIKE '%leave by Ms Li, 7731'"),
                   ==, 1);
  g_assert_true (
      vault_journal_verify (test->vault.vault, &verdict, &count, &seq, /* error= */ NULL));
  g_assert_cmpint (verdict, ==, VAULT_JOURNAL_WHOLE);
}

/* A backup that is restored says so itself. */
static void
test_begin (Test *test, gconstpointer data)
{
  g_assert_true (vault_epoch_begin (test->vault.vault, VAULT_QUARANTINE_RESTORED, NULL));
  g_assert_cmpstr (vault_epoch_quarantine (test->vault.vault), ==, VAULT_QUARANTINE_RESTORED);
  g_assert_cmpstr (vault_epoch_quarantine (open_anew (test)), ==, VAULT_QUARANTINE_RESTORED);
}

/* What is changed there can't be taken for leave. */
static void
test_changed_setting (Test *test, gconstpointer data)
{
  store (test);
  g_clear_pointer (&test->vault.vault, vault_free);
  vault_testing_sql (&test->vault,
                     "UPDATE setting SET sealed = zeroblob (40) WHERE name = 'epoch'");
  g_assert_cmpstr (vault_epoch_quarantine (open_anew (test)), ==, VAULT_QUARANTINE_ROLLBACK);
}

/* A second copy of one shop on one machine is not worked with beside the first. */
static void
test_second_copy (Test *test, gconstpointer data)
{
  g_autofree char *dir = g_dir_make_tmp ("till-copy-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "till.db", NULL);
  g_autofree char *lock = g_build_filename (dir, "lock", NULL);
  g_autoptr (GError) error = NULL;

  take_copy (test);
  open_anew (test);
  g_assert_true (g_file_set_contents (path, test->older, (gssize)test->older_size, NULL));
  g_assert_null (vault_open (dir, test->vault.key, VAULT_ACCESS_OWN, &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_BUSY);
  g_remove (path);
  g_remove (lock);
  g_rmdir (dir);
}

/* A reversal, record 2 of its sale, for this reason. */
static void
owe_reversal (Test *test, const char *reason)
{
  g_autoptr (VaultSale) sale = vault_testing_sale (1);
  VaultPayment *payment
      = vault_testing_pay (&test->vault, sale, VAULT_TENDER_CARD, VAULT_EVENT_GO_ONLINE);
  VaultChange change
      = vault_testing_change (&test->vault, sale, payment, VAULT_EVENT_FOUND_AT_START);

  change.reason = reason;
  g_assert_true (vault_apply (test->vault.vault, &change, 1, NULL));
}

/* What a start found under way may have been finished by newer books; what got no answer, not. */
static void
test_holds_restarts (Test *test, gconstpointer data)
{
  g_autoptr (VaultRecord) held = NULL, owed = NULL;

  owe_reversal (test, VAULT_REASON_RESTART);
  owe_reversal (test, "no-answer");
  g_assert_true (vault_epoch_begin_above (test->vault.vault, 5, VAULT_QUARANTINE_ROLLBACK, NULL));
  held = vault_queue_load (test->vault.vault, 2, NULL);
  g_assert_cmpint (held->state, ==, VAULT_RECORD_ATTENTION);
  g_assert_cmpstr (held->reason, ==, VAULT_REASON_OUTCOME_MISSING);
  owed = vault_queue_load (test->vault.vault, 4, NULL);
  g_assert_cmpint (owed->state, ==, VAULT_RECORD_WAITING);
  /* Whoever was about to send it puts off what is no longer there to be sent. */
  g_assert_true (vault_queue_defer (test->vault.vault, held, 7, "no-answer", NULL));
  vault_record_free (g_steal_pointer (&held));
  held = vault_queue_load (test->vault.vault, 2, NULL);
  g_assert_cmpstr (held->reason, ==, VAULT_REASON_OUTCOME_MISSING);
  g_assert_cmpint (held->next_us, ==, 0);
  g_assert_cmpint (vault_testing_number (&test->vault, "SELECT count (*) FROM journal"
                                                       " WHERE act = 'epoch'"),
                   ==, 1);
}

int
main (int argc, char **argv)
{
  g_autofree char *state = g_dir_make_tmp ("till-state-XXXXXX", NULL);

  g_setenv ("XDG_STATE_HOME", state, TRUE);
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/vault/epoch/" name, Test, NULL, set_up, function, tear_down)
  ADD ("own-way", test_own_way);
  ADD ("older-copy", test_older_copy);
  ADD ("forked-copy", test_forked_copy);
  ADD ("lagging-mark", test_lagging_mark);
  ADD ("release", test_release);
  ADD ("begin", test_begin);
  ADD ("changed-setting", test_changed_setting);
  ADD ("second-copy", test_second_copy);
  ADD ("holds-restarts", test_holds_restarts);
  return g_test_run ();
}

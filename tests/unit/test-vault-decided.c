/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What was decided by hand counts only as the newest decision left it: who can write the database,
 * but has no key, brings back no older one.
 */
#include "vault-decided.h"
#include "vault-journal.h"
#include "vault-testing.h"

static void
assert_list (VaultTesting *self, const char *list, gboolean fits)
{
  g_autofree char *read = vault_decided_read (self->vault);
  g_autoptr (GPtrArray) bad = NULL;
  gboolean found = !fits;

  g_assert_cmpstr (read, ==, list);
  g_assert_true (vault_decided_verify (self->vault, &found, NULL));
  g_assert_cmpint (found, ==, fits);
  g_assert_true (vault_settings_verify (self->vault, &bad, NULL));
  g_assert_cmpuint (bad->len, ==, fits ? 0 : 1);
}

static guint
aside_owed (VaultTesting *self)
{
  guint count = 0;
  gint64 first;

  g_assert_true (vault_queue_aside_owed (self->vault, NULL, &count, &first, NULL));
  return count;
}

/* Two advices that are set aside. */
static void
fill (VaultTesting *self)
{
  for (gint64 id = 1; id <= 2; id++)
    {
      g_autoptr (VaultSale) sale = vault_testing_sale (1);

      vault_testing_pay (self, sale, VAULT_TENDER_CARD, VAULT_EVENT_CHIP_APPROVED);
      g_assert_true (vault_queue_set_aside (self->vault, id, "malformed", NULL));
    }
}

/* The list and the digest over all settings as they are: SQL that puts them back. */
static char *
keep (VaultTesting *self)
{
  return vault_testing_text (
      self, "SELECT group_concat ('UPDATE setting SET sealed = x''' || hex (sealed) ||"
            " ''' WHERE name = ''' || name || ''';', '') FROM setting"
            " WHERE name IN ('by-hand', 'settings')");
}

/* Taken back into the queue, and set aside once more. */
static void
go_round (VaultTesting *self, gint64 id)
{
  g_assert_true (vault_queue_retry (self->vault, id, "Li", NULL));
  g_assert_true (vault_queue_set_aside (self->vault, id, "malformed", NULL));
}

static void
test_older_list (VaultTesting *self, gconstpointer data)
{
  g_autofree char *older = NULL;

  fill (self);
  assert_list (self, " ", TRUE);
  g_assert_true (vault_queue_by_hand (self->vault, 1, "Li", NULL));
  assert_list (self, " 1 ", TRUE);
  older = keep (self);
  go_round (self, 1);
  assert_list (self, " ", TRUE);
  vault_testing_sql (self, older);
  assert_list (self, " ", FALSE);
  g_assert_cmpuint (aside_owed (self), ==, 2);
  /* Deciding anew mends it, and brings nothing of the older one back. */
  g_assert_true (vault_queue_by_hand (self->vault, 2, "Li", NULL));
  assert_list (self, " 2 ", TRUE);
  g_assert_cmpuint (aside_owed (self), ==, 1);
}

/* A decision that leaves the list as it is ties it as well; what comes after doesn't matter. */
static void
test_goes_on (VaultTesting *self, gconstpointer data)
{
  fill (self);
  g_assert_true (vault_queue_by_hand (self->vault, 1, "Li", NULL));
  g_assert_true (vault_queue_by_hand (self->vault, 1, "Li", NULL));
  go_round (self, 2);
  for (guint i = 0; i < 5; i++)
    g_assert_true (vault_journal_add (self->vault, "Li", "drawer", "opened", NULL));
  assert_list (self, " 1 ", TRUE);
  vault_testing_reopen (self);
  assert_list (self, " 1 ", TRUE);
  g_assert_cmpuint (aside_owed (self), ==, 1);
}

/* The newer decision is hidden, so that an older list would fit an older one. */
static void
test_hidden_decision (VaultTesting *self, gconstpointer data)
{
  const char *hide = data;
  g_autofree char *older = NULL;

  fill (self);
  g_assert_true (vault_queue_by_hand (self->vault, 1, "Li", NULL));
  older = keep (self);
  go_round (self, 1);
  g_assert_true (vault_journal_add (self->vault, "Li", "drawer", "opened", NULL));
  vault_testing_sql (self, older);
  vault_testing_sql (self, hide);
  assert_list (self, " ", FALSE);
  g_assert_cmpuint (aside_owed (self), ==, 2);
}

/* As books have it whose entries tied no list. */
static void
test_older_books (VaultTesting *self, gconstpointer data)
{
  g_autofree char *older = NULL;

  fill (self);
  g_assert_true (vault_setting_set_text (self->vault, "by-hand", " 1 ", NULL));
  assert_list (self, " ", FALSE); /* nobody ever decided anything */
  g_assert_true (vault_journal_add (self->vault, "Li", "queue-by-hand", "record 1", NULL));
  assert_list (self, " 1 ", TRUE);
  g_assert_cmpuint (aside_owed (self), ==, 1);
  older = keep (self);
  go_round (self, 1);
  vault_testing_sql (self, older);
  assert_list (self, " ", FALSE);
}

#define NEWEST " WHERE act = 'queue-retry'"

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, data, test)                                                                      \
  g_test_add ("/vault/decided/" name, VaultTesting, data, vault_testing_set_up, test,              \
              vault_testing_tear_down)
  ADD ("older-list", NULL, test_older_list);
  ADD ("goes-on", NULL, test_goes_on);
  ADD ("older-books", NULL, test_older_books);
  ADD ("hidden/renamed", "UPDATE journal SET act = 'drawer'" NEWEST, test_hidden_decision);
  ADD ("hidden/dropped", "DELETE FROM journal" NEWEST, test_hidden_decision);
  ADD ("hidden/erased", "UPDATE journal SET detail = NULL" NEWEST, test_hidden_decision);
  ADD ("hidden/untied", "UPDATE journal SET detail = 'record 1'" NEWEST, test_hidden_decision);
  ADD ("hidden/renumbered", "UPDATE journal SET seq = -9223372036854775808" NEWEST,
       test_hidden_decision);
  ADD ("hidden/far-off", "UPDATE journal SET seq = 9223372036854775807" NEWEST,
       test_hidden_decision);
#undef ADD
  return g_test_run ();
}

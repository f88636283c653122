/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The list of people: what was written is read, nothing of it stands on the disk in the clear, and
 * a list that somebody put back, or took away, is noticed.
 */
#include "vault-people.h"
#include "vault-testing.h"

#include "vault-journal.h"

#include <string.h>

#define NAME "李小梅"

static GPtrArray *
made (void)
{
  GPtrArray *people = g_ptr_array_new_with_free_func ((GDestroyNotify)vault_person_free);
  VaultPerson *second = vault_person_new (7, SHOP_ROLE_CASHIER, NAME);
  VaultPerson *first = vault_person_new (1, SHOP_ROLE_MANAGER, "Ann");

  first->pin = g_strdup ("scrypt:text");
  first->pin_us = 12345;
  second->badge = g_strdup ("00ff");
  second->wrong = 4;
  second->wait_us = 99;
  second->renew = TRUE;
  second->has_left = TRUE;
  g_ptr_array_add (people, second);
  g_ptr_array_add (people, first);
  return people;
}

static void
save (VaultTesting *self, const GPtrArray *people)
{
  GError *error = NULL;

  vault_people_save (self->vault, people, "001", "people", "person=007", &error);
  g_assert_no_error (error);
}

static void
test_kept (VaultTesting *self, gconstpointer data)
{
  g_autoptr (GPtrArray) none = vault_people_load (self->vault, NULL), people = made (), read = NULL;
  g_autoptr (GPtrArray) entries = NULL;
  const VaultPerson *person;

  g_assert_cmpuint (none->len, ==, 0);
  save (self, people);
  vault_testing_reopen (self);
  read = vault_people_load (self->vault, NULL);
  g_assert_cmpuint (read->len, ==, 2);
  person = read->pdata[0];
  g_assert_cmpuint (person->number, ==, 1);
  g_assert_cmpint (person->role, ==, SHOP_ROLE_MANAGER);
  g_assert_cmpstr (person->pin, ==, "scrypt:text");
  g_assert_cmpint (person->pin_us, ==, 12345);
  g_assert_null (person->badge);
  g_assert_false (person->renew || person->has_left);
  person = vault_people_find (read, 7);
  g_assert_cmpstr (person->name, ==, NAME);
  g_assert_cmpstr (person->badge, ==, "00ff");
  g_assert_cmpuint (person->wrong, ==, 4);
  g_assert_cmpint (person->wait_us, ==, 99);
  g_assert_true (person->renew && person->has_left);
  g_assert_null (vault_people_find (read, 2));
  entries = vault_journal_list (self->vault, 1, NULL);
  g_assert_cmpstr (((VaultJournalEntry *)entries->pdata[0])->act, ==, "people");
  g_assert_cmpstr (((VaultJournalEntry *)entries->pdata[0])->who, ==, "001");
}

static gboolean
file_has (const char *path, const char *text)
{
  g_autofree char *contents = NULL;
  gsize size = 0;

  return g_file_get_contents (path, &contents, &size, NULL)
         && memmem (contents, size, text, strlen (text)) != NULL;
}

static void
test_sealed (VaultTesting *self, gconstpointer data)
{
  g_autoptr (GPtrArray) people = made ();
  g_autofree char *wal = g_strconcat (self->path, "-wal", NULL);

  save (self, people);
  g_assert_true (file_has (wal, "person=007")); /* it is in there */
  g_assert_false (file_has (wal, NAME) || file_has (self->path, NAME));
  g_assert_false (file_has (wal, "scrypt:text") || file_has (self->path, "scrypt:text"));
}

static void
assert_doubtful (VaultTesting *self)
{
  g_autoptr (GPtrArray) any = NULL;
  g_autoptr (GError) error = NULL;

  vault_testing_reopen (self);
  g_assert_null (vault_people_load (self->vault, &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_CHANGED);
}

static void
test_taken_away (VaultTesting *self, gconstpointer data)
{
  g_autoptr (GPtrArray) people = made (), any = NULL, read = NULL;

  save (self, people);
  vault_testing_sql (self, "DELETE FROM setting WHERE name = 'people'");
  assert_doubtful (self);
  any = vault_people_load_any (self->vault, NULL);
  g_assert_cmpuint (any->len, ==, 0);
  save (self, any); /* somebody takes it as it is */
  read = vault_people_load (self->vault, NULL);
  g_assert_cmpuint (read->len, ==, 0);
}

static void
test_put_back (VaultTesting *self, gconstpointer data)
{
  g_autoptr (GPtrArray) people = made ();
  g_autofree char *older = NULL;

  save (self, people);
  older = vault_testing_text (self, "SELECT 'UPDATE setting SET sealed = x''' || hex (sealed) ||"
                                    " ''' WHERE name = ''people''' FROM setting"
                                    " WHERE name = 'people'");
  g_ptr_array_remove_index (people, 0);
  save (self, people);
  vault_testing_sql (self, older);
  assert_doubtful (self);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, run)                                                                             \
  g_test_add ("/vault/people/" path, VaultTesting, NULL, vault_testing_set_up, run,                \
              vault_testing_tear_down)
  ADD ("kept", test_kept);
  ADD ("sealed", test_sealed);
  ADD ("taken-away", test_taken_away);
  ADD ("put-back", test_put_back);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault-copy.h"

#include "vault-handover.h"
#include "vault-key.h"
#include "vault-testing.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct
{
  VaultTesting shop;
  char *stick, *key_file;
  VaultCopy *copy;
} Test;

static void
set_up (Test *test, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  vault_testing_set_up (&test->shop, data);
  test->key_file = g_build_filename (test->shop.dir, VAULT_KEY_FILE, NULL);
  g_assert_true (g_file_set_contents (test->key_file, "[key]\n", -1, NULL));
  test->stick = g_dir_make_tmp ("till-stick-XXXXXX", NULL);
  test->copy = vault_copy_new (test->shop.dir, test->stick, 1, test->shop.key);
}

static void
remove_dir (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);

      g_remove (file);
    }
  g_rmdir (path);
}

static void
tear_down (Test *test, gconstpointer data)
{
  vault_copy_free (test->copy);
  g_unlink (test->key_file);
  remove_dir (test->stick);
  g_free (test->stick);
  g_free (test->key_file);
  vault_testing_tear_down (&test->shop, data);
}

static VaultPayment *
pay (Test *test, VaultSale *sale, VaultEvent event)
{
  return vault_testing_pay (&test->shop, sale, VAULT_TENDER_CARD, event);
}

static void
follow (Test *test)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (vault_copy_follow (test->copy, &error));
  g_assert_no_error (error);
}

static void
begin (Test *test)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (vault_copy_begin (test->copy, &error));
  g_assert_no_error (error);
}

/* As after another start of the till. */
static void
restart (Test *test, gint64 epoch)
{
  vault_copy_free (test->copy);
  test->copy = vault_copy_new (test->shop.dir, test->stick, epoch, test->shop.key);
}

static VaultCopyFacts
check (Test *test)
{
  g_autoptr (GError) error = NULL;
  VaultCopyFacts facts = { 0 };

  g_assert_true (vault_copy_check (vault_copy_path (test->copy), test->shop.dir, test->shop.key,
                                   &facts, &error));
  g_assert_no_error (error);
  return facts;
}

static void
assert_holds (Test *test, guint records)
{
  VaultCopyFacts facts = check (test);

  g_assert_cmpuint (facts.records, ==, records);
  g_assert_cmpint (facts.behind, ==, 0);
  g_assert_false (facts.cut);
}

/* What another till finds in it: every open record with its sale, under its seal. */
static void
assert_same_queue (Test *test)
{
  g_autofree char *room = g_dir_make_tmp ("till-room-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (room, "till.db", NULL);
  g_autofree char *here = vault_testing_text (
      &test->shop, "SELECT id, class, state, sale, hex (sealed) FROM record WHERE state <> 'done'"
                   " ORDER BY id");
  g_autofree char *there = NULL;
  VaultTesting other = { .dir = room, .path = path };
  g_autoptr (GError) error = NULL;
  VaultCopyFacts facts;

  g_assert_true (
      vault_copy_unpack (vault_copy_path (test->copy), test->shop.key, path, &facts, &error));
  g_assert_no_error (error);
  there = vault_testing_text (
      &other, "SELECT id, class, state, sale, hex (sealed) FROM record ORDER BY id");
  g_assert_cmpstr (here, ==, there);
  {
    g_autoptr (Vault) vault = vault_open (room, test->shop.key, VAULT_ACCESS_READ, &error);
    g_autoptr (GPtrArray) records = NULL;

    g_assert_no_error (error);
    records = vault_queue_list (vault, FALSE, 100000, &error);
    g_assert_no_error (error);
    for (guint i = 0; i < records->len; i++)
      {
        const VaultRecord *record = records->pdata[i];
        g_autoptr (VaultSale) sale = vault_sale_load (vault, record->sale_id, &error);
        g_autoptr (VaultSale) ours = vault_sale_load (test->shop.vault, record->sale_id, NULL);
        g_autofree char *text = NULL, *our_text = NULL;

        g_assert_no_error (error);
        text = vault_testing_print_sale (sale);
        our_text = vault_testing_print_sale (ours);
        g_assert_cmpstr (text, ==, our_text);
      }
  }
  remove_dir (room);
}

/* Each commit in turn; what is done goes out of it, and cash never comes in. */
static void
test_follows (Test *test, gconstpointer data)
{
  g_autoptr (VaultSale) stored = vault_testing_sale (2), chip = vault_testing_sale (1),
                        cash = vault_testing_sale (1), online = vault_testing_sale (1);
  VaultPayment *payment;
  gint64 size;

  begin (test);
  assert_holds (test, 0);
  pay (test, stored, VAULT_EVENT_DEFERRED);
  follow (test);
  assert_holds (test, 1);
  payment = pay (test, chip, VAULT_EVENT_CHIP_APPROVED);
  follow (test);
  assert_holds (test, 2);
  assert_same_queue (test);
  size = check (test).size;
  vault_testing_pay (&test->shop, cash, VAULT_TENDER_CASH, VAULT_EVENT_CASH_TAKEN);
  follow (test);
  g_assert_cmpint (check (test).size, ==, size);
  vault_testing_move (&test->shop, chip, payment, VAULT_EVENT_ADVICE_ACKNOWLEDGED);
  follow (test);
  assert_holds (test, 1);
  payment = pay (test, online, VAULT_EVENT_GO_ONLINE);
  follow (test);
  assert_holds (test, 2);
  vault_testing_move (&test->shop, online, payment, VAULT_EVENT_NO_ANSWER);
  follow (test);
  assert_holds (test, 2); /* the reversal in place of the request */
  assert_same_queue (test);
}

/* The stick is away for a while, and the till starts anew meanwhile: comparing finds all. */
static void
test_catches_up (Test *test, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *away = g_strconcat (test->stick, "-away", NULL);
  VaultCopyFacts facts;

  begin (test);
  g_assert_cmpint (g_rename (test->stick, away), ==, 0);
  for (guint i = 0; i < 40; i++)
    {
      g_autoptr (VaultSale) sale = vault_testing_sale (1);

      pay (test, sale, VAULT_EVENT_DEFERRED);
      g_assert_false (vault_copy_follow (test->copy, &error));
      g_assert_error (error, VAULT_ERROR, VAULT_ERROR_ABSENT);
      g_clear_error (&error);
      if (i == 20)
        restart (test, 1);
    }
  g_assert_false (g_file_test (test->stick, G_FILE_TEST_EXISTS)); /* nothing was made there */
  g_assert_cmpint (g_mkdir (test->stick, 0700), ==, 0);           /* an empty mount point */
  g_assert_false (vault_copy_follow (test->copy, &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_ABSENT);
  g_clear_error (&error);
  g_assert_cmpint (g_rmdir (test->stick), ==, 0);
  g_assert_cmpint (g_rename (away, test->stick), ==, 0);
  facts = check (test);
  g_assert_cmpint (facts.behind, ==, 40);
  g_assert_cmpint (facts.since_us, >, 0);
  follow (test);
  assert_holds (test, 40);
  assert_same_queue (test);
}

/* Torn at any place, as by pulling the stick out, it is made anew, and whole. */
static void
test_torn (Test *test, gconstpointer data)
{
  g_autofree char *whole = NULL;
  gsize size = 0;

  begin (test);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (VaultSale) sale = vault_testing_sale (1);

      pay (test, sale, VAULT_EVENT_DEFERRED);
      follow (test);
    }
  g_assert_true (g_file_get_contents (vault_copy_path (test->copy), &whole, &size, NULL));
  for (gsize cut = 0; cut < size; cut += size / 40)
    {
      restart (test, 1);
      g_assert_true (g_file_set_contents (vault_copy_path (test->copy), whole, (gssize)cut, NULL));
      follow (test);
      assert_holds (test, 3);
    }
  restart (test, 1);
  g_assert_true (g_file_set_contents (vault_copy_path (test->copy), whole, (gssize)size, NULL));
  follow (test);
  assert_same_queue (test);
}

/* Requests that are done are swept out; a long life doesn't make a long file. */
static void
test_tidy (Test *test, gconstpointer data)
{
  gint64 empty;

  begin (test);
  empty = check (test).size;
  for (guint i = 0; i < 120; i++)
    {
      g_autoptr (VaultSale) sale = vault_testing_sale (1);
      VaultPayment *payment = pay (test, sale, VAULT_EVENT_CHIP_APPROVED);

      follow (test);
      vault_testing_move (&test->shop, sale, payment, VAULT_EVENT_ADVICE_ACKNOWLEDGED);
      follow (test);
      if (i % 10 == 0)
        restart (test, 1);
    }
  g_assert_cmpint (check (test).size, <, 400000);
  follow (test);
  g_assert_true (vault_copy_is_untidy (test->copy));
  g_assert_true (vault_copy_tidy (test->copy, NULL));
  g_assert_false (vault_copy_is_untidy (test->copy));
  assert_holds (test, 0);
  g_assert_cmpint (check (test).size, <=, empty + 2000);
}

/* A queue longer than a page of it, and an entry about more than one step takes. */
static void
test_many (Test *test, gconstpointer data)
{
  for (guint i = 0; i < 100; i++)
    {
      g_autoptr (VaultSale) sale = vault_testing_sale (1);

      pay (test, sale, i % 2 == 0 ? VAULT_EVENT_DEFERRED : VAULT_EVENT_CHIP_APPROVED);
    }
  begin (test);
  assert_holds (test, 100);
  assert_same_queue (test);
}

static void
put_back (Test *test, const char *database, gsize size)
{
  g_autofree char *wal = g_strconcat (test->shop.path, "-wal", NULL),
                  *shm = g_strconcat (test->shop.path, "-shm", NULL);

  g_clear_pointer (&test->copy, vault_copy_free);
  g_clear_pointer (&test->shop.vault, vault_free);
  g_unlink (wal);
  g_unlink (shm);
  g_assert_true (g_file_set_contents (test->shop.path, database, (gssize)size, NULL));
  test->copy = vault_copy_new (test->shop.dir, test->stick, 1, test->shop.key);
}

/* Books that are older than the copy don't write over it; those of a new epoch keep it. */
static void
test_newer_copy (Test *test, gconstpointer data)
{
  g_autoptr (VaultSale) first = vault_testing_sale (1), second = vault_testing_sale (1);
  g_autoptr (GError) error = NULL;
  g_autofree char *database = NULL;
  gsize size = 0;
  guint files = 0;

  pay (test, first, VAULT_EVENT_DEFERRED);
  begin (test);
  restart (test, 1); /* its connection would keep the log from being folded in */
  vault_testing_reopen (&test->shop);
  g_assert_true (g_file_get_contents (test->shop.path, &database, &size, NULL));
  pay (test, second, VAULT_EVENT_DEFERRED);
  follow (test);
  put_back (test, database, size);
  g_assert_false (vault_copy_follow (test->copy, &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_EXISTS);
  test->shop.vault = vault_open (test->shop.dir, test->shop.key, VAULT_ACCESS_OWN, NULL);
  g_assert_cmpint (check (test).behind, ==, -1);
  restart (test, 2);
  begin (test);
  assert_holds (test, 1);
  {
    g_autoptr (GDir) dir = g_dir_open (test->stick, 0, NULL);

    while (g_dir_read_name (dir) != NULL)
      files++;
  }
  g_assert_cmpuint (files, ==, 2);
}

/* A new recovery key: the copy opens with that, too. */
static void
test_new_key_file (Test *test, gconstpointer data)
{
  g_autofree char *text = NULL;

  begin (test);
  g_assert_true (g_file_set_contents (test->key_file, "[key]\nrecovery=other\n", -1, NULL));
  restart (test, 1);
  follow (test);
  text = vault_copy_key_text (vault_copy_path (test->copy), NULL);
  g_assert_cmpstr (text, ==, "[key]\nrecovery=other\n");
}

/* A setting that is written comes along. */
static void
test_settings (Test *test, gconstpointer data)
{
  g_autofree char *room = g_dir_make_tmp ("till-room-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (room, "till.db", NULL), *value = NULL;
  g_autoptr (Vault) vault = NULL;
  VaultCopyFacts facts;

  begin (test);
  g_assert_true (vault_setting_set_text (test->shop.vault, "colour", "blue", NULL));
  follow (test);
  g_assert_true (
      vault_copy_unpack (vault_copy_path (test->copy), test->shop.key, path, &facts, NULL));
  vault = vault_open (room, test->shop.key, VAULT_ACCESS_READ, NULL);
  value = vault_setting_text (vault, "colour", NULL);
  g_assert_cmpstr (value, ==, "blue");
  g_clear_pointer (&vault, vault_free);
  remove_dir (room);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/vault/copy/" name, Test, NULL, set_up, function, tear_down)
  ADD ("follows", test_follows);
  ADD ("catches-up", test_catches_up);
  ADD ("torn", test_torn);
  ADD ("tidy", test_tidy);
  ADD ("many", test_many);
  ADD ("newer-copy", test_newer_copy);
  ADD ("new-key-file", test_new_key_file);
  ADD ("settings", test_settings);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A folder while a shop is made in it: nothing of it shows before the end, what was left half-way
 * is cleared, and nothing else ever is. tests/scenes/test-kill-init.c kills it at each step.
 */
#include "vault-draft.h"

#include "vault-key.h"
#include "vault.h"

#include <glib/gstdio.h>

#define PASSPHRASE BASE_SPAN_STR ("correct horse")

typedef struct
{
  char *parent, *dir, *draft;
} Folder;

static void
set_up (Folder *folder, gconstpointer data)
{
  folder->parent = g_dir_make_tmp ("till-draft-XXXXXX", NULL);
  folder->dir = g_build_filename (folder->parent, "shop", NULL);
  folder->draft = g_build_filename (folder->dir, VAULT_DRAFT_FOLDER, NULL);
}

static void
remove_in (const char *dir, const char *name)
{
  g_autofree char *path = g_build_filename (dir, name, NULL);

  (void)g_remove (path);
}

static void
tear_down (Folder *folder, gconstpointer data)
{
  static const char *const names[] = { "till.db", "lock", "key.ini", "notes.txt" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    remove_in (folder->dir, names[i]);
  (void)g_rmdir (folder->dir);
  g_assert_cmpint (g_rmdir (folder->parent), ==, 0); /* nothing else was left there */
  g_free (folder->parent);
  g_free (folder->dir);
  g_free (folder->draft);
}

static gboolean
has (const char *dir, const char *name)
{
  g_autofree char *path = g_build_filename (dir, name, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static void
write_in (const char *dir, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (dir, name, NULL);

  g_assert_cmpint (g_mkdir_with_parents (dir, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static void
fill (VaultDraft *draft)
{
  const char *dir = vault_draft_dir (draft);
  g_autofree char *recovery = NULL;
  g_autoptr (BaseSecret) key = NULL;
  g_autoptr (Vault) vault = NULL;

  g_assert_true (vault_key_create (dir, PASSPHRASE, &key, &recovery, NULL));
  vault = vault_create (dir, key, NULL);
  g_assert_nonnull (vault);
  g_assert_true (vault_setting_set_text (vault, "shop.name", "Corner", NULL));
}

static void
assert_shop (Folder *folder)
{
  g_autoptr (BaseSecret) key = vault_key_open (folder->dir, PASSPHRASE, NULL);
  g_autoptr (Vault) vault = NULL;
  g_autofree char *name = NULL;

  g_assert_nonnull (key);
  vault = vault_open (folder->dir, key, VAULT_ACCESS_OWN, NULL);
  g_assert_nonnull (vault);
  name = vault_setting_text (vault, "shop.name", NULL);
  g_assert_cmpstr (name, ==, "Corner");
}

static void
assert_refused (Folder *folder, VaultError code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VaultDraft) draft = vault_draft_begin (folder->dir, &error);

  g_assert_null (draft);
  g_assert_error (error, VAULT_ERROR, (int)code);
}

static void
test_finish (Folder *folder, gconstpointer data)
{
  g_autoptr (VaultDraft) draft = vault_draft_begin (folder->dir, NULL);

  g_assert_nonnull (draft);
  fill (draft);
  g_assert_false (vault_exists (folder->dir));
  g_assert_true (vault_draft_finish (draft, NULL));
  g_clear_pointer (&draft, vault_draft_free);
  g_assert_false (g_file_test (folder->draft, G_FILE_TEST_EXISTS));
  assert_shop (folder);
  assert_refused (folder, VAULT_ERROR_EXISTS);
  assert_shop (folder);
}

static void
test_give_up (Folder *folder, gconstpointer data)
{
  g_autoptr (VaultDraft) draft = vault_draft_begin (folder->dir, NULL);

  fill (draft);
  g_clear_pointer (&draft, vault_draft_free);
  g_assert_false (g_file_test (folder->dir, G_FILE_TEST_EXISTS));
}

/* A folder that has something else in it stays, with that. */
static void
test_foreign (Folder *folder, gconstpointer data)
{
  g_autoptr (VaultDraft) draft = NULL;

  write_in (folder->dir, "notes.txt", "mine");
  draft = vault_draft_begin (folder->dir, NULL);
  fill (draft);
  g_clear_pointer (&draft, vault_draft_free);
  g_assert_true (has (folder->dir, "notes.txt"));
  g_assert_false (has (folder->dir, "lock"));
}

static void
test_key_alone (Folder *folder, gconstpointer data)
{
  write_in (folder->dir, VAULT_KEY_FILE, "[key]\n");
  assert_refused (folder, VAULT_ERROR_EXISTS);
  g_assert_true (has (folder->dir, VAULT_KEY_FILE));
  write_in (folder->draft, VAULT_KEY_FILE, "[key]\nfolder=another\n");
  assert_refused (folder, VAULT_ERROR_EXISTS);
  g_assert_true (has (folder->dir, VAULT_KEY_FILE));
}

/* Left by a kill: in the middle of the building, and between the key's coming and the database's.
 */
static void
test_left_behind (Folder *folder, gconstpointer data)
{
  g_autoptr (VaultDraft) draft = NULL;

  write_in (folder->draft, "till.db.new", "half a database");
  write_in (folder->draft, VAULT_KEY_FILE, "[key]\nfolder=one\n");
  write_in (folder->dir, VAULT_KEY_FILE, "[key]\nfolder=one\n");
  draft = vault_draft_begin (folder->dir, NULL);
  g_assert_nonnull (draft);
  g_assert_false (has (folder->dir, VAULT_KEY_FILE));
  g_assert_false (has (folder->draft, "till.db.new"));
  fill (draft);
  g_assert_true (vault_draft_finish (draft, NULL));
  g_clear_pointer (&draft, vault_draft_free);
  write_in (folder->draft, VAULT_KEY_FILE, "[key]\nfolder=one\n"); /* killed after the last step */
  assert_shop (folder);
  g_assert_false (g_file_test (folder->draft, G_FILE_TEST_EXISTS));
}

static void
test_one_at_a_time (Folder *folder, gconstpointer data)
{
  g_autoptr (VaultDraft) draft = vault_draft_begin (folder->dir, NULL);

  g_assert_nonnull (draft);
  fill (draft);
  assert_refused (folder, VAULT_ERROR_BUSY);
  g_assert_true (has (folder->draft, "till.db"));
  g_assert_true (vault_draft_finish (draft, NULL));
}

static void
make_shop (Folder *folder)
{
  g_autoptr (VaultDraft) draft = vault_draft_begin (folder->dir, NULL);

  fill (draft);
  g_assert_true (vault_draft_finish (draft, NULL));
}

/* What isn't the shop's stays; nobody may have the shop open. */
static void
test_discard (Folder *folder, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  make_shop (folder);
  write_in (folder->dir, "notes.txt", "mine");
  write_in (folder->dir, "till.db.before-4", "an older one");
  {
    g_autoptr (BaseSecret) key = vault_key_open (folder->dir, PASSPHRASE, NULL);
    g_autoptr (Vault) vault = vault_open (folder->dir, key, VAULT_ACCESS_OWN, NULL);

    g_assert_nonnull (vault);
    g_assert_false (vault_draft_discard (folder->dir, &error));
    g_assert_error (error, VAULT_ERROR, VAULT_ERROR_BUSY);
  }
  assert_shop (folder);
  g_assert_true (vault_draft_discard (folder->dir, NULL));
  g_assert_true (has (folder->dir, "notes.txt"));
  g_assert_false (has (folder->dir, "till.db"));
  g_assert_false (has (folder->dir, "till.db.before-4"));
  g_assert_false (has (folder->dir, VAULT_KEY_FILE));
  g_assert_false (has (folder->dir, VAULT_DRAFT_FOLDER));
  make_shop (folder);
  assert_shop (folder);
}

/* The power went when the key had its copy, or when the database had lost its name, too. */
static void
test_discard_half (Folder *folder, gconstpointer data)
{
  g_autofree char *key = g_build_filename (folder->dir, VAULT_KEY_FILE, NULL),
                  *place = g_build_filename (folder->dir, "till.db", NULL),
                  *made = g_build_filename (folder->draft, "till.db", NULL);
  g_autofree char *text = NULL;

  make_shop (folder);
  g_assert_true (g_file_get_contents (key, &text, NULL, NULL));
  g_assert_cmpint (g_mkdir (folder->draft, 0700), ==, 0);
  write_in (folder->draft, VAULT_KEY_FILE, text);
  assert_shop (folder);
  assert_refused (folder, VAULT_ERROR_EXISTS);
  g_assert_cmpint (g_mkdir_with_parents (folder->draft, 0700), ==, 0);
  write_in (folder->draft, VAULT_KEY_FILE, text);
  g_assert_cmpint (g_rename (place, made), ==, 0);
  make_shop (folder);
  assert_shop (folder);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*run) (Folder *folder, gconstpointer data);
  } tests[] = {
    { "/vault/draft/finish", test_finish },
    { "/vault/draft/give-up", test_give_up },
    { "/vault/draft/foreign", test_foreign },
    { "/vault/draft/key-alone", test_key_alone },
    { "/vault/draft/left-behind", test_left_behind },
    { "/vault/draft/one-at-a-time", test_one_at_a_time },
    { "/vault/draft/discard", test_discard },
    { "/vault/draft/discard-half", test_discard_half },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Folder, NULL, set_up, tests[i].run, tear_down);
  return g_test_run ();
}

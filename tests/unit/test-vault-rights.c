/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault-rights.h"

#include <glib/gstdio.h>

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOBODY 65534

typedef struct
{
  char *dir, *lock;
} Folder;

static void
set_up (Folder *self, gconstpointer data)
{
  self->dir = g_dir_make_tmp ("vault-rights-XXXXXX", NULL);
  self->lock = g_build_filename (self->dir, "lock", NULL);
  g_assert_true (g_file_set_contents (self->lock, "", 0, NULL));
}

static void
tear_down (Folder *self, gconstpointer data)
{
  g_assert_cmpint (g_chmod (self->dir, 0700), ==, 0);
  g_unlink (self->lock);
  g_rmdir (self->dir);
  g_free (self->lock);
  g_free (self->dir);
}

/* Asks as somebody whom rights bind: the administrator becomes nobody for that long. */
static void
assert_refused (const char *dir, const char *path)
{
  gboolean root = geteuid () == 0, allowed;
  g_autoptr (GError) error = NULL;

  if (root)
    g_assert_cmpint (seteuid (NOBODY), ==, 0);
  allowed = vault_rights_check (dir, &error);
  if (root)
    g_assert_cmpint (seteuid (0), ==, 0);
  g_assert_false (allowed);
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_IO);
  g_assert_nonnull (strstr (error->message, path));
  g_assert_nonnull (strstr (error->message, root ? "belongs to the user “root”" : "is yours"));
  g_assert_null (strchr (error->message, '\n'));
}

static void
test_allowed (Folder *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (vault_rights_check (self->dir, &error));
  g_assert_no_error (error);
  g_assert_true (vault_rights_check ("/nowhere/at/all", &error)); /* another's to say */
  g_assert_no_error (error);
}

static void
test_folder (Folder *self, gconstpointer data)
{
  g_assert_cmpint (g_chmod (self->dir, 0555), ==, 0);
  assert_refused (self->dir, self->dir);
}

/* What once working as the administrator leaves behind. */
static void
test_file (Folder *self, gconstpointer data)
{
  g_assert_cmpint (g_chmod (self->dir, 0777), ==, 0);
  g_assert_cmpint (g_chmod (self->lock, 0444), ==, 0);
  assert_refused (self->dir, self->lock);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/vault/rights/" name, Folder, NULL, set_up, function, tear_down)
  ADD ("allowed", test_allowed);
  ADD ("folder", test_folder);
  ADD ("file", test_file);
  return g_test_run ();
}

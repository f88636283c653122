/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A new data folder with an empty catalogue, for the tests of looking up and of importing.
 */
#pragma once

#include "vault-catalogue.h"

#include <glib/gstdio.h>

/* A new data folder, and what an import told. */
typedef struct
{
  char *dir;
  Vault *vault;
  VaultCatalogue *catalogue;
  VaultImportReport report;
  GString *told; /* "line! sentence\n", '?' for a warning */
} Fixture;

G_GNUC_UNUSED static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BaseSecret) key = base_secret_new (32);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < base_secret_size (key); i++)
    base_secret_bytes (key)[i] = (guint8)g_random_int ();
  fixture->dir = g_dir_make_tmp ("till-catalogue-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->vault = vault_create (fixture->dir, key, &error);
  g_assert_no_error (error);
  fixture->catalogue = vault_catalogue_open (fixture->dir, &error);
  g_assert_no_error (error);
  fixture->told = g_string_new (NULL);
}

G_GNUC_UNUSED static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GDir) dir = g_dir_open (fixture->dir, 0, NULL);
  const char *name;

  vault_catalogue_free (fixture->catalogue);
  vault_free (fixture->vault);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (fixture->dir, name, NULL);

      g_unlink (path);
    }
  g_rmdir (fixture->dir);
  g_free (fixture->dir);
  g_string_free (fixture->told, TRUE);
}

G_GNUC_UNUSED static void
on_problem (gpointer user_data, guint64 line, gboolean is_warning, const char *sentence)
{
  Fixture *fixture = user_data;

  g_string_append_printf (fixture->told, "%" G_GUINT64_FORMAT "%c %s\n", line,
                          is_warning ? '?' : '!', sentence);
}

G_GNUC_UNUSED static gboolean
import_path (Fixture *fixture, const char *path, gboolean skip_bad, GError **error)
{
  VaultImportOptions options = { .currency = "CNY",
                                 .tax_bp = 1300,
                                 .skip_bad = skip_bad,
                                 .problem = on_problem,
                                 .user_data = fixture };

  g_string_truncate (fixture->told, 0);
  return vault_catalogue_import (fixture->vault, path, &options, &fixture->report, NULL, error);
}

G_GNUC_UNUSED static gboolean
import_text (Fixture *fixture, const char *list, gboolean skip_bad)
{
  g_autofree char *path = g_build_filename (fixture->dir, "list.csv", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, list, -1, NULL));
  g_assert_true (import_path (fixture, path, skip_bad, &error));
  g_assert_no_error (error);
  return fixture->report.imported;
}

/* The codes of what is found, with blanks between. */
G_GNUC_UNUSED static char *
find (Fixture *fixture, const char *typed)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) found
      = vault_catalogue_search (fixture->catalogue, typed, 20, NULL, &error);
  g_autoptr (GString) codes = g_string_new (NULL);

  g_assert_no_error (error);
  for (guint i = 0; i < found->len; i++)
    {
      const ShopProduct *product = g_ptr_array_index (found, i);

      g_string_append_printf (codes, "%s%s", i > 0 ? " " : "", product->code);
    }
  return g_string_free (g_steal_pointer (&codes), FALSE);
}

G_GNUC_UNUSED static void
assert_finds (Fixture *fixture, const char *typed, const char *codes)
{
  g_autofree char *found = find (fixture, typed);

  g_test_message ("“%s”", typed);
  g_assert_cmpstr (found, ==, codes);
}

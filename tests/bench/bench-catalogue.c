/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-catalogue.h"

#include "bench-goods.h"

#include <glib/gstdio.h>

void
bench_catalogue_init (BenchCatalogue *self, guint64 count)
{
  g_autoptr (BaseSecret) key = base_secret_new (32);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < base_secret_size (key); i++)
    base_secret_bytes (key)[i] = (guint8)g_random_int ();
  self->dir = g_dir_make_tmp ("till-bench-XXXXXX", &error);
  g_assert_no_error (error);
  self->list = g_build_filename (self->dir, "list.csv", NULL);
  self->till_path = g_build_filename (self->dir, "till.db", NULL);
  self->bare_path = g_build_filename (self->dir, "bare.db", NULL);
  bench_goods_write_csv (self->list, count);
  self->vault = vault_create (self->dir, key, &error);
  g_assert_no_error (error);
}

void
bench_catalogue_fill (BenchCatalogue *self)
{
  VaultImportOptions options = { .currency = "CNY", .tax_bp = 1300 };
  VaultImportReport report;
  g_autoptr (GError) error = NULL;

  vault_catalogue_import (self->vault, self->list, &options, &report, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (report.imported);
}

void
bench_catalogue_clear (BenchCatalogue *self)
{
  g_autoptr (GDir) dir = g_dir_open (self->dir, 0, NULL);
  const char *name;

  vault_free (self->vault);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (self->dir, name, NULL);

      g_unlink (path);
    }
  g_rmdir (self->dir);
  g_free (self->dir);
  g_free (self->list);
  g_free (self->till_path);
  g_free (self->bare_path);
}

gint64
bench_catalogue_size (const char *path)
{
  GStatBuf status;

  g_assert_cmpint (g_stat (path, &status), ==, 0);
  return status.st_size;
}

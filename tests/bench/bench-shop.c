/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-shop.h"

#include "bench-goods.h"

#include <gio/gio.h>
#include <glib/gstdio.h>

void
bench_shop_run (const char *const *argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process
      = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDOUT_SILENCE, &error);

  g_assert_no_error (error);
  g_subprocess_wait_check (process, NULL, &error);
  g_assert_no_error (error);
}

char *
bench_shop_make (const char *cli, const char *folder, const char *passphrase_file, guint64 products)
{
  g_autofree char *csv = g_strdup_printf ("%s/goods-%" G_GUINT64_FORMAT ".csv", folder, products);
  g_autofree char *made = g_strdup_printf ("%s/made-%" G_GUINT64_FORMAT, folder, products);
  char *shop = g_strdup_printf ("%s/shop-%" G_GUINT64_FORMAT, folder, products);
  const char *init[] = { cli,    "--data-dir", shop,    "--passphrase-file", passphrase_file,
                         "init", "--shop",     "Bench", "--currency",        "CNY",
                         NULL };
  const char *import[]
      = { cli,      "--data-dir", shop, "--passphrase-file", passphrase_file, "catalogue",
          "import", csv,          NULL };

  if (g_file_test (made, G_FILE_TEST_EXISTS))
    return shop;
  bench_shop_run ((const char *[]){ "rm", "-rf", shop, NULL });
  bench_goods_write_csv (csv, products);
  bench_shop_run (init);
  bench_shop_run (import);
  g_unlink (csv);
  g_assert_true (g_file_set_contents (made, "", 0, NULL));
  return shop;
}

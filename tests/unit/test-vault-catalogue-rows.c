/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault-catalogue-rows.h"

#include <fcntl.h>
#include <gio/gio.h>
#include <string.h>
#include <unistd.h>

/* A file that is gone from its folder already, open at its beginning. */
static int
open_list (const char *text)
{
  g_autofree char *path = NULL;
  int fd = g_file_open_tmp ("till-rows-XXXXXX", &path, NULL);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (write (fd, text, strlen (text)), ==, (int)strlen (text));
  g_assert_cmpint (lseek (fd, 0, SEEK_SET), ==, 0);
  unlink (path);
  return fd;
}

static void
test_rows (void)
{
  int fd = open_list ("code,name,price,tax,more_codes\n"
                      "1,可乐,3.50,,7 1 8 7\n"
                      "2,Tea,-1,,\n"
                      "3,Milk,2,9,\n");
  g_autoptr (VaultCatalogueRows) rows = vault_catalogue_rows_new (fd, "CNY", NULL);
  const VaultCatalogueRow *row = NULL;

  g_assert_cmpint (vault_catalogue_rows_header (rows)->places[SHOP_GOODS_UNIT], ==, -1);
  g_assert_true (vault_catalogue_rows_next (rows, &row, NULL));
  g_assert_cmpuint (row->line, ==, 2);
  g_assert_cmpstr (row->product->name, ==, "可乐");
  g_assert_false (row->has_tax);
  g_assert_cmpuint (g_strv_length (row->more_codes), ==, 2);
  g_assert_cmpstr (row->more_codes[0], ==, "7");
  g_assert_cmpstr (row->more_codes[1], ==, "8");
  g_assert_cmpstr (row->search, ==, "n可乐\npke le/yue\nc1\nc7\nc8");
  g_assert_nonnull (strstr (row->grams, "~kele "));
  g_assert_true (vault_catalogue_rows_next (rows, &row, NULL));
  g_assert_cmpuint (row->line, ==, 3);
  g_assert_nonnull (row->problem);
  g_assert_true (vault_catalogue_rows_next (rows, &row, NULL));
  g_assert_true (row->has_tax);
  g_assert_cmpuint (row->product->tax_bp, ==, 900);
  g_assert_true (vault_catalogue_rows_next (rows, &row, NULL));
  g_assert_null (row);
  g_assert_true (vault_catalogue_rows_next (rows, &row, NULL)); /* the end stays the end */
  g_assert_null (row);
  g_clear_pointer (&rows, vault_catalogue_rows_free);
  close (fd);
}

/* More rows than may be ready at once, all in order; and stopping in the midst of them. */
static void
test_many_rows (void)
{
  g_autoptr (GString) list = g_string_new ("code,name,price\n");
  const guint count = VAULT_CATALOGUE_ROWS_BATCH * (VAULT_CATALOGUE_ROWS_BATCHES + 3) + 1;

  for (guint i = 0; i < count; i++)
    g_string_append_printf (list, "%u,Thing,1\n", i);
  for (guint stop = 0; stop <= count; stop += count / 4)
    {
      int fd = open_list (list->str);
      g_autoptr (VaultCatalogueRows) rows = vault_catalogue_rows_new (fd, "CNY", NULL);
      const VaultCatalogueRow *row = NULL;

      for (guint i = 0; i < stop; i++)
        {
          g_assert_true (vault_catalogue_rows_next (rows, &row, NULL));
          g_assert_cmpuint (row->line, ==, i + 2);
        }
      g_clear_pointer (&rows, vault_catalogue_rows_free);
      close (fd);
    }
}

static void
test_no_list (void)
{
  g_autoptr (GError) error = NULL;
  int fd = open_list ("a,b\n1,2\n");

  g_assert_null (vault_catalogue_rows_new (fd, "CNY", &error));
  g_assert_nonnull (error);
  close (fd);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vault/catalogue-rows/rows", test_rows);
  g_test_add_func ("/vault/catalogue-rows/many-rows", test_many_rows);
  g_test_add_func ("/vault/catalogue-rows/no-list", test_no_list);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "catalogue-fixture.h"

static void
test_update (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ShopProduct) product = NULL;

  g_assert_true (import_text (
      fixture, "code,name,price,category,tax\n1,Cola,3.50,Drinks,9\n2,Tea,4,,\n", FALSE));
  g_assert_true (import_text (fixture, "code,name,price\n1,可乐,4.00\n2,Tea,4\n3,Milk,5\n", FALSE));
  g_assert_cmpuint (fixture->report.added, ==, 1);
  g_assert_cmpuint (fixture->report.updated, ==, 1);
  g_assert_cmpuint (fixture->report.unchanged, ==, 1);
  product = vault_catalogue_find_code (fixture->catalogue, "1", NULL);
  g_assert_cmpstr (product->name, ==, "可乐");
  g_assert_cmpstr (product->category, ==, "Drinks");
  g_assert_cmpint (product->price_minor, ==, 400);
  g_assert_cmpuint (product->tax_bp, ==, 900);
  assert_finds (fixture, "Cola", "");
  assert_finds (fixture, "kl", "1");
}

static void
test_bad_rows (Fixture *fixture, gconstpointer data)
{
  static const char list[] = "code,name,price,more_codes\n"
                             "1,Cola,3.50,\n"
                             "2,Tea,-1,\n"
                             "1,Again,1,\n"
                             "\"3,Milk,1,\n"
                             "4,Water,2,1\n"
                             "6900000000015,Bread,2,\n"
                             "5,Rice,2,\n";

  g_assert_false (import_text (fixture, list, FALSE));
  g_assert_cmpuint (fixture->report.bad, ==, 4);
  g_assert_cmpuint (fixture->report.warnings, ==, 1);
  g_assert_cmpstr (fixture->told->str, ==,
                   "3! The price “-1” is negative\n"
                   "4! The code “1” is on line 2 already\n"
                   "5! It is too long, or a quote in it is never closed\n"
                   "6! The code “1” is on line 2 already\n"
                   "7? The code “6900000000015” is taken as it is, but its last digit is not the "
                   "check digit of such a "
                   "barcode\n");
  assert_finds (fixture, "Cola", "");
  g_assert_true (import_text (fixture, list, TRUE));
  g_assert_cmpuint (fixture->report.added, ==, 3);
  assert_finds (fixture, "Cola", "1");
  assert_finds (fixture, "Bread", "6900000000015");
  assert_finds (fixture, "Water", "");
}

static void
test_no_lists (Fixture *fixture, gconstpointer data)
{
  static const char *const lists[] = { "", "\n\n", "a,b\n", "\xFF\xFEn\n" };
  g_autofree char *path = g_build_filename (fixture->dir, "list.csv", NULL);
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++)
    {
      g_assert_true (g_file_set_contents (path, lists[i], -1, NULL));
      g_assert_false (import_path (fixture, path, TRUE, &error));
      g_assert_nonnull (error);
      g_clear_error (&error);
    }
  g_assert_false (import_path (fixture, "/nowhere/list.csv", TRUE, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (import_path (fixture, fixture->dir, TRUE, &error));
  g_assert_nonnull (error);
}

static void
test_gb18030 (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->dir, "list.csv", NULL);
  g_autofree char *list = NULL;
  gsize size = 0;

  list = g_convert ("条码,品名,售价\r\n1,可口可乐,3.50\r\n2,银行卡套,6\r\n", -1, "GB18030", "UTF-8",
                    NULL, &size, NULL);
  g_assert_true (g_file_set_contents (path, list, (gssize)size, NULL));
  g_assert_true (import_path (fixture, path, FALSE, NULL));
  g_assert_cmpuint (fixture->report.added, ==, 2);
  assert_finds (fixture, "可口", "1");
  assert_finds (fixture, "yhkt", "2");
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/vault/catalogue-import/update", test_update);
  ADD ("/vault/catalogue-import/bad-rows", test_bad_rows);
  ADD ("/vault/catalogue-import/no-lists", test_no_lists);
  ADD ("/vault/catalogue-import/gb18030", test_gb18030);
  return g_test_run ();
}

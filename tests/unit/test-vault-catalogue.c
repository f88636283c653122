/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "catalogue-fixture.h"

#include "base-data.h"

static void
test_training_shop (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = base_data_find ("training/products.csv");
  g_autoptr (ShopProduct) bananas = NULL;
  g_autoptr (GPtrArray) keys = NULL;
  g_autoptr (GError) error = NULL;
  guint64 count = 0;

  g_assert_true (import_path (fixture, path, FALSE, &error));
  g_assert_true (fixture->report.imported);
  g_assert_cmpstr (fixture->told->str, ==, "");
  g_assert_true (vault_catalogue_count (fixture->catalogue, &count, NULL));
  g_assert_cmpuint (count, >=, 64);
  g_assert_cmpuint (count, ==, fixture->report.added);
  bananas = vault_catalogue_find_code (fixture->catalogue, "101", NULL);
  g_assert_cmpstr (bananas->name, ==, "Bananas");
  g_assert_cmpint (bananas->unit, ==, SHOP_UNIT_KG);
  keys = vault_catalogue_quick_keys (fixture->catalogue, NULL);
  g_assert_cmpuint (keys->len, ==, 20);
  assert_finds (fixture, "yhk", "6900000000724");
  assert_finds (fixture, "音乐", "6900000000717");
}

static void
test_finds_in_order (Fixture *fixture, gconstpointer data)
{
  g_assert_true (import_text (fixture,
                              "code,name,price\n"
                              "20,Cherry Cola,1\n"
                              "21,Cola,1\n"
                              "22,可乐,1\n"
                              "cola,Pen,1\n"
                              "24,可口可乐,1\n"
                              "25,银行卡,1\n"
                              "26,调味料,1\n"
                              "27,音乐盒,1\n"
                              "9921,Colander,1\n",
                              FALSE));
  assert_finds (fixture, "cola", "cola 21 9921 20");
  assert_finds (fixture, "COLA", "21 9921 20 cola");
  assert_finds (fixture, "可乐", "22 24");
  assert_finds (fixture, "kl", "22 24");
  assert_finds (fixture, "kekoukele", "24");
  assert_finds (fixture, "yhk", "25");
  assert_finds (fixture, "tw", "26");
  assert_finds (fixture, "dw", "26");
  assert_finds (fixture, "yy", "27");
  assert_finds (fixture, "yl", "27");
  assert_finds (fixture, "21", "21 9921");
  assert_finds (fixture, "992", "9921");
  assert_finds (fixture, "", "");
  assert_finds (fixture, "%", "");
  assert_finds (fixture, "\" OR \"", "");
  assert_finds (fixture, "*", "");
}

static void
test_limit_and_popularity (Fixture *fixture, gconstpointer data)
{
  static const char *const best[] = { "150", "nothing", "120", NULL };
  g_autoptr (GString) list = g_string_new ("code,name,price\n");
  g_autoptr (GPtrArray) found = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 100; i++)
    g_string_append_printf (list, "%u,牛奶 %u,1\n", 100 + i, i);
  g_assert_true (import_text (fixture, list->str, FALSE));
  found = vault_catalogue_search (fixture->catalogue, "牛奶", 3, NULL, NULL);
  g_assert_cmpuint (found->len, ==, 3);
  g_assert_cmpstr (((ShopProduct *)g_ptr_array_index (found, 2))->code, ==, "102");
  g_assert_true (vault_catalogue_promote (fixture->vault, best, 3, &error));
  g_clear_pointer (&found, g_ptr_array_unref);
  found = vault_catalogue_search (fixture->catalogue, "nn", 4, NULL, NULL);
  g_assert_cmpstr (((ShopProduct *)g_ptr_array_index (found, 0))->code, ==, "150");
  g_assert_cmpstr (((ShopProduct *)g_ptr_array_index (found, 1))->code, ==, "120");
  g_assert_cmpstr (((ShopProduct *)g_ptr_array_index (found, 2))->code, ==, "100");
  assert_finds (fixture, "150", "150");
}

/* However often they move, finding stays right, and the index comes together again. */
static void
test_tend (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) list = g_string_new ("code,name,price\n");
  gboolean more = TRUE;
  guint steps = 0;

  for (guint i = 0; i < 100; i++)
    g_string_append_printf (list, "%u,牛奶 %u,1\n", 100 + i, i);
  g_assert_true (import_text (fixture, list->str, FALSE));
  for (guint i = 0; i < 40; i++)
    {
      g_autofree char *code = g_strdup_printf ("%u", 100 + i);
      const char *const codes[] = { code };

      g_assert_true (vault_catalogue_promote (fixture->vault, codes, 1, NULL));
    }
  for (; more && steps < 100; steps++)
    g_assert_true (vault_catalogue_tend (fixture->vault, 4, &more, NULL));
  g_assert_false (more);
  g_assert_cmpuint (steps, >, 1);
  assert_finds (fixture, "牛奶 3", "139 138 137 136 135 134 133 132 131 130 103");
  assert_finds (fixture, "199", "199");
}

static void
test_codes (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ShopProduct) product = NULL;
  g_auto (GStrv) codes = NULL;

  g_assert_true (
      import_text (fixture, "code,name,price,more_codes\n0036000291452,Gum,1,77 78\n", FALSE));
  product = vault_catalogue_find_code (fixture->catalogue, "036000291452", NULL);
  g_assert_cmpstr (product->code, ==, "0036000291452");
  codes = vault_catalogue_more_codes (fixture->catalogue, product, NULL);
  g_assert_cmpuint (g_strv_length (codes), ==, 2);
  g_assert_null (vault_catalogue_find_code (fixture->catalogue, "79", NULL));
  g_assert_null (vault_catalogue_find_code (fixture->catalogue, "", NULL));
  assert_finds (fixture, "７７", "0036000291452");
  /* The list may call it by a further code, and what it no longer names is gone. */
  g_assert_true (import_text (fixture, "code,name,price,more_codes\n78,Gum,1,79\n", FALSE));
  assert_finds (fixture, "77", "");
  assert_finds (fixture, "78", "0036000291452");
  assert_finds (fixture, "79", "0036000291452");
}

/* Out and in again gives the same list. */
static void
test_export (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = base_data_find ("training/products.csv");
  g_autofree char *first_path = g_build_filename (fixture->dir, "first.csv", NULL);
  g_autofree char *second_path = g_build_filename (fixture->dir, "second.csv", NULL);
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autoptr (GError) error = NULL;
  Fixture other = { 0 };

  g_assert_true (import_path (fixture, path, FALSE, &error));
  g_assert_true (vault_catalogue_export (fixture->catalogue, first_path, "CNY", NULL, &error));
  g_assert_no_error (error);
  set_up (&other, NULL);
  g_assert_true (import_path (&other, first_path, FALSE, &error));
  g_assert_true (vault_catalogue_export (other.catalogue, second_path, "CNY", NULL, &error));
  tear_down (&other, NULL);
  g_assert_true (g_file_get_contents (first_path, &first, NULL, NULL));
  g_assert_true (g_file_get_contents (second_path, &second, NULL, NULL));
  g_assert_cmpstr (first, ==, second);
  g_assert_true (import_path (fixture, first_path, FALSE, &error));
  g_assert_cmpuint (fixture->report.unchanged, ==, 74);
  g_assert_false (
      vault_catalogue_export (fixture->catalogue, "/nowhere/list.csv", "CNY", NULL, &error));
}

static void
test_cancelled (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (vault_catalogue_search (fixture->catalogue, "a", 20, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  assert_finds (fixture, "a", "");
}

static void
test_absent (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (vault_catalogue_open ("/nowhere", &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_ABSENT);
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/vault/catalogue/training-shop", test_training_shop);
  ADD ("/vault/catalogue/finds-in-order", test_finds_in_order);
  ADD ("/vault/catalogue/limit-and-popularity", test_limit_and_popularity);
  ADD ("/vault/catalogue/tend", test_tend);
  ADD ("/vault/catalogue/codes", test_codes);
  ADD ("/vault/catalogue/export", test_export);
  ADD ("/vault/catalogue/cancelled", test_cancelled);
  g_test_add_func ("/vault/catalogue/absent", test_absent);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shop-goods.h"

#include "shop-cart.h"

#include <string.h>

typedef struct
{
  const char *text;
  gsize offset;
} Source;

static gboolean
read_source (gpointer ctx, guint8 *buffer, gsize size, gsize *out_count, GError **error)
{
  Source *source = ctx;
  gsize count = MIN (size, strlen (source->text) - source->offset);

  for (gsize i = 0; i < count; i++)
    buffer[i] = (guint8)source->text[source->offset + i];
  source->offset += count;
  *out_count = count;
  return TRUE;
}

/* A reader behind its headings. */
static ShopCsv *
open_list (Source *source, ShopGoodsHeader *header, GError **error)
{
  g_autoptr (ShopCsv) csv = shop_csv_new (SHOP_CSV_UTF8, read_source, source);

  g_assert_cmpint (shop_csv_next (csv, NULL), ==, SHOP_CSV_RECORD);
  return shop_goods_header_read (header, csv, error) ? g_steal_pointer (&csv) : NULL;
}

static gboolean
read_product (const char *list, ShopProduct **out_product, char ***out_codes, GError **error)
{
  Source source = { list, 0 };
  ShopGoodsHeader header;
  g_autoptr (ShopCsv) csv = open_list (&source, &header, error);
  const char *code = NULL;

  g_assert_nonnull (csv);
  g_assert_cmpint (shop_csv_next (csv, NULL), ==, SHOP_CSV_RECORD);
  if (!shop_goods_read_code (&header, csv, &code, error))
    return FALSE;
  *out_product = shop_product_new (code, "", 0);
  (*out_product)->tax_bp = 1300;
  return shop_goods_read (&header, csv, "CNY", *out_product, out_codes, error);
}

static void
test_all_columns (void)
{
  g_autoptr (ShopProduct) product = NULL;
  g_auto (GStrv) codes = NULL;

  g_assert_true (
      read_product ("Price,NAME,code,unit,tax,中文名,category,quick_key,colour,more_codes,stock\n"
                    "¥7.96,Bananas,690,kg,9%,香蕉,Fruit,9,green,101 102,77\n",
                    &product, &codes, NULL));
  g_assert_cmpstr (product->code, ==, "690");
  g_assert_cmpstr (product->name, ==, "Bananas");
  g_assert_cmpstr (product->name_zh, ==, "香蕉");
  g_assert_cmpstr (product->category, ==, "Fruit");
  g_assert_cmpint (product->price_minor, ==, 796);
  g_assert_cmpint (product->unit, ==, SHOP_UNIT_KG);
  g_assert_cmpuint (product->tax_bp, ==, 900);
  g_assert_cmpuint (product->quick_key, ==, 9);
  g_assert_cmpstr (product->colour, ==, "green");
  g_assert_cmpuint (g_strv_length (codes), ==, 2);
}

static void
test_three_columns_suffice (void)
{
  g_autoptr (ShopProduct) product = NULL;
  g_auto (GStrv) codes = NULL;

  g_assert_true (read_product ("条码,品名,售价\n690,可乐,3.5元\n", &product, &codes, NULL));
  g_assert_cmpint (product->price_minor, ==, 350);
  g_assert_cmpuint (product->tax_bp, ==, 1300);
  g_assert_null (codes);
}

static void
test_more_codes (void)
{
  static const char *const headings[] = { "more_codes", "Codes", "多条码", "一品多码" };

  for (gsize i = 0; i < G_N_ELEMENTS (headings); i++)
    {
      g_autofree char *list
          = g_strdup_printf ("code,name,price,%s\n1,Cola,1,2; 3|4\n", headings[i]);
      g_autoptr (ShopProduct) product = NULL;
      g_auto (GStrv) codes = NULL;

      g_assert_true (read_product (list, &product, &codes, NULL));
      g_assert_cmpuint (g_strv_length (codes), ==, 3);
      g_assert_cmpstr (codes[1], ==, "3");
    }
}

static void
test_headings (void)
{
  static const char *const bad[]
      = { "code,name\n", "code,name,price,Code\n", "a,b,c\n", "1,Cola,3.50\n" };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      Source source = { bad[i], 0 };
      ShopGoodsHeader header;
      g_autoptr (GError) error = NULL;

      g_assert_null (open_list (&source, &header, &error));
      g_assert_error (error, SHOP_ERROR, SHOP_ERROR_INVALID);
    }
}

static void
test_bad_rows (void)
{
  static const struct
  {
    const char *row, *says;
  } cases[] = {
    { ",Cola,3.50", "no code" },
    { "1 2,Cola,3.50", "blank" },
    { "1*2,Cola,3.50", "blank" },
    { "6.9E+12,Cola,3.50", "spreadsheet" },
    { "1234567890123456789012345678901234567890123456789,Cola,3.50", "longer" },
    { "1,,3.50", "no name" },
    { "1,Cola,", "no price" },
    { "1,Cola,-1", "negative" },
    { "1,Cola,1.234", "not an amount" },
    { "1,Cola,99999999999999", "too large" },
    { "1,Cola,abc", "not an amount" },
    { "1,\"Co\nla\",1", "line break" },
    { "1,Co\x01la,1", "control character" },
    { "1,Cola,1,斤", "unit" },
    { "1,Cola,1,,0.13", "write 13" },
    { "1,Cola,1,,101", "not a rate" },
    { "1,Cola,1,,x", "not a rate" },
    { "1,Cola,1,,-1", "not a rate" },
    { "1,Cola,1,,,201", "quick key" },
    { "1,Cola,1,,,x", "quick key" },
    { "1,Cola,1,,,,pink", "colour" },
    { "1,Cola,1,,,,,1*2", "blank" },
    { "1,Cola,1,,,,,1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17", "more than 16" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *list = g_strdup_printf (
          "code,name,price,unit,tax,quick_key,colour,more_codes\n%s\n", cases[i].row);
      g_autoptr (ShopProduct) product = NULL;
      g_auto (GStrv) codes = NULL;
      g_autoptr (GError) error = NULL;

      g_test_message ("case %" G_GSIZE_FORMAT, i);
      g_assert_false (read_product (list, &product, &codes, &error));
      g_assert_error (error, SHOP_ERROR, SHOP_ERROR_INVALID);
      g_assert_nonnull (strstr (error->message, cases[i].says));
    }
}

static void
test_longest_name (void)
{
  g_autofree char *name = g_strnfill (SHOP_NAME_MAX, 'n');
  g_autofree char *fits = g_strdup_printf ("code,name,price\n1,%s,1\n", name);
  g_autofree char *too_long = g_strdup_printf ("code,name,price\n1,%sn,1\n", name);
  g_autoptr (ShopProduct) first = NULL;
  g_autoptr (ShopProduct) second = NULL;
  char **codes = NULL;

  g_assert_true (read_product (fits, &first, &codes, NULL));
  g_assert_false (read_product (too_long, &second, &codes, NULL));
}

static void
test_doubts (void)
{
  g_assert_null (shop_goods_doubt ("6900000000014"));
  g_assert_nonnull (shop_goods_doubt ("6900000000015"));
  g_assert_null (shop_goods_doubt ("96385074"));
  g_assert_nonnull (shop_goods_doubt ("96385075"));
  g_assert_null (shop_goods_doubt ("101"));
  g_assert_null (shop_goods_doubt ("ABCDEFGH"));
}

static void
test_written_reads_back (void)
{
  static const char *const codes[] = { "101", "102", NULL };
  g_autoptr (ShopProduct) product = shop_product_new ("690", "A, \"B\"", 796);
  g_autoptr (ShopProduct) again = NULL;
  g_autoptr (GString) list = g_string_new (NULL);
  g_auto (GStrv) read_codes = NULL;

  product->unit = SHOP_UNIT_KG;
  product->tax_bp = 550;
  product->quick_key = 200;
  product->colour = g_strdup ("red");
  product->name_zh = g_strdup ("香蕉");
  product->category = g_strdup ("Fruit; fresh");
  shop_goods_write_header (list);
  shop_goods_write (list, product, codes, "CNY");
  g_assert_true (read_product (list->str, &again, &read_codes, NULL));
  g_assert_cmpstr (again->name, ==, product->name);
  g_assert_cmpstr (again->name_zh, ==, product->name_zh);
  g_assert_cmpstr (again->category, ==, product->category);
  g_assert_cmpint (again->price_minor, ==, 796);
  g_assert_cmpint (again->unit, ==, SHOP_UNIT_KG);
  g_assert_cmpuint (again->tax_bp, ==, 550);
  g_assert_cmpuint (again->quick_key, ==, 200);
  g_assert_cmpstr (again->colour, ==, "red");
  g_assert_true (g_strv_equal ((const char *const *)read_codes, codes));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/shop/goods/all-columns", test_all_columns);
  g_test_add_func ("/shop/goods/three-columns-suffice", test_three_columns_suffice);
  g_test_add_func ("/shop/goods/more-codes", test_more_codes);
  g_test_add_func ("/shop/goods/headings", test_headings);
  g_test_add_func ("/shop/goods/bad-rows", test_bad_rows);
  g_test_add_func ("/shop/goods/longest-name", test_longest_name);
  g_test_add_func ("/shop/goods/doubts", test_doubts);
  g_test_add_func ("/shop/goods/written-reads-back", test_written_reads_back);
  return g_test_run ();
}

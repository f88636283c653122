/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shop-product.h"

static void
test_copy_shares_nothing (void)
{
  g_autoptr (ShopProduct) product = shop_product_new ("6900000000015", "Cola", 350);
  g_autoptr (ShopProduct) copy = NULL;

  product->name_zh = g_strdup ("可乐");
  product->category = g_strdup ("drinks");
  product->colour = g_strdup ("amber");
  product->unit = SHOP_UNIT_KG;
  product->tax_bp = 1300;
  copy = shop_product_copy (product);
  g_clear_pointer (&product, shop_product_free);
  g_assert_cmpstr (copy->code, ==, "6900000000015");
  g_assert_cmpstr (copy->name, ==, "Cola");
  g_assert_cmpstr (copy->name_zh, ==, "可乐");
  g_assert_cmpstr (copy->category, ==, "drinks");
  g_assert_cmpstr (copy->colour, ==, "amber");
  g_assert_cmpint (copy->price_minor, ==, 350);
  g_assert_cmpint (copy->unit, ==, SHOP_UNIT_KG);
  g_assert_cmpuint (copy->tax_bp, ==, 1300);
}

static void
test_name_by_language (void)
{
  g_autoptr (ShopProduct) product = shop_product_new ("1", "Cola", 350);

  g_assert_cmpstr (shop_product_name (product, "zh_CN"), ==, "Cola");
  product->name_zh = g_strdup ("可乐");
  g_assert_cmpstr (shop_product_name (product, "zh_CN"), ==, "可乐");
  g_assert_cmpstr (shop_product_name (product, "zh"), ==, "可乐");
  g_assert_cmpstr (shop_product_name (product, "zh-Hans-CN"), ==, "可乐");
  g_assert_cmpstr (shop_product_name (product, "zha"), ==, "Cola");
  g_assert_cmpstr (shop_product_name (product, "en_GB"), ==, "Cola");
  g_assert_cmpstr (shop_product_name (product, NULL), ==, "Cola");
}

static void
test_free_takes_null (void)
{
  shop_product_free (NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/shop/product/copy-shares-nothing", test_copy_shares_nothing);
  g_test_add_func ("/shop/product/name-by-language", test_name_by_language);
  g_test_add_func ("/shop/product/free-takes-null", test_free_takes_null);
  return g_test_run ();
}

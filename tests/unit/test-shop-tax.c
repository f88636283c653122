/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shop-tax.h"

typedef struct
{
  ShopTaxMode mode;
  guint rate_bp;
  gint64 amount, net, tax, gross;
} TaxCase;

static void
test_one_rate (void)
{
  static const TaxCase cases[] = {
    { SHOP_TAX_INCLUSIVE, 1300, 11300, 10000, 1300, 11300 },
    { SHOP_TAX_INCLUSIVE, 1300, 100, 88, 12, 100 }, /* 11.504… */
    { SHOP_TAX_INCLUSIVE, 900, 350, 321, 29, 350 }, /* 28.899… */
    { SHOP_TAX_INCLUSIVE, 0, 350, 350, 0, 350 },
    { SHOP_TAX_INCLUSIVE, 10000, 1, 0, 1, 1 }, /* half rounds away from zero */
    { SHOP_TAX_EXCLUSIVE, 1300, 10000, 10000, 1300, 11300 },
    { SHOP_TAX_EXCLUSIVE, 1300, 50, 50, 7, 57 }, /* 6.5 */
    { SHOP_TAX_EXCLUSIVE, 600, 0, 0, 0, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      ShopTaxTable table;

      shop_tax_table_init (&table, cases[i].mode);
      g_assert_true (shop_tax_table_add (&table, cases[i].rate_bp, cases[i].amount));
      g_assert_true (shop_tax_table_finish (&table));
      g_assert_cmpuint (table.count, ==, 1);
      g_assert_cmpint (table.sums[0].net_minor, ==, cases[i].net);
      g_assert_cmpint (table.sums[0].tax_minor, ==, cases[i].tax);
      g_assert_cmpint (table.sums[0].gross_minor, ==, cases[i].gross);
    }
}

/* Three lines of 0.50 at 13 %: 7 + 7 + 7 by the line would be 21; the sum of 1.50 has 20 (19.5). */
static void
test_rounds_once_per_rate (void)
{
  ShopTaxTable table;

  shop_tax_table_init (&table, SHOP_TAX_EXCLUSIVE);
  for (guint i = 0; i < 3; i++)
    g_assert_true (shop_tax_table_add (&table, 1300, 50));
  g_assert_true (shop_tax_table_finish (&table));
  g_assert_cmpint (table.sums[0].tax_minor, ==, 20);
}

static void
test_sorted_and_bounded (void)
{
  ShopTaxTable table;

  shop_tax_table_init (&table, SHOP_TAX_INCLUSIVE);
  for (guint i = 0; i < SHOP_TAX_RATES_MAX; i++)
    g_assert_true (shop_tax_table_add (&table, (i * 7 % SHOP_TAX_RATES_MAX) * 100, 10));
  g_assert_true (shop_tax_table_add (&table, 300, 10));
  g_assert_false (shop_tax_table_add (&table, 9999, 10));
  g_assert_cmpuint (table.count, ==, SHOP_TAX_RATES_MAX);
  for (guint i = 1; i < table.count; i++)
    g_assert_cmpuint (table.sums[i - 1].rate_bp, <, table.sums[i].rate_bp);
  g_assert_cmpint (table.sums[3].gross_minor, ==, 20);
}

static void
test_refuses_overflow (void)
{
  ShopTaxTable table;

  shop_tax_table_init (&table, SHOP_TAX_EXCLUSIVE);
  g_assert_false (shop_tax_table_add (&table, 10001, 1));
  g_assert_true (shop_tax_table_add (&table, 1300, G_MAXINT64));
  g_assert_false (shop_tax_table_add (&table, 1300, 1));
  g_assert_false (shop_tax_table_finish (&table));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/shop/tax/one-rate", test_one_rate);
  g_test_add_func ("/shop/tax/rounds-once-per-rate", test_rounds_once_per_rate);
  g_test_add_func ("/shop/tax/sorted-and-bounded", test_sorted_and_bounded);
  g_test_add_func ("/shop/tax/refuses-overflow", test_refuses_overflow);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Notes and coins: tables in order, counts read strictly, what people would hand over.
 */
#include "shop-denomination.h"

#include "base-money.h"

static void
test_tables (void)
{
  static const char *const currencies[] = { "CNY", "USD", "EUR", "GBP", "JPY", "HKD" };
  const ShopDenomination *list;

  for (guint i = 0; i < G_N_ELEMENTS (currencies); i++)
    {
      guint count = shop_denomination_list (currencies[i], &list);

      g_assert_cmpuint (count, >=, 8);
      g_assert_cmpuint (count, <=, SHOP_DENOMINATIONS_MAX);
      for (guint j = 1; j < count; j++)
        {
          g_assert_cmpint (list[j].minor, <, list[j - 1].minor);
          g_assert_false (list[j - 1].is_coin && !list[j].is_coin);
        }
      g_assert_true (list[count - 1].is_coin);
      g_assert_cmpint (list[count - 1].minor, >, 0);
    }
  g_assert_cmpuint (shop_denomination_list ("KWD", &list), ==, 0);
  g_assert_null (list);
}

static void
test_counts (void)
{
  static const char *const bad[]
      = { "",      "100",         "100*", "*3",    "100*-1",  "100*1.5", "30*1",
          "100*x", "100*1000001", "-1*1", "1e2*1", "100*3*2", "0.001*1" };
  ShopDenominationCount count = { 0 };
  gint64 total = -1;

  g_assert_true (shop_denomination_total (&count, &total));
  g_assert_cmpint (total, ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (shop_denomination_add (&count, "CNY", bad[i]));
  g_assert_cmpuint (count.rows, ==, 0);
  g_assert_true (shop_denomination_add (&count, "CNY", "0.5*12"));
  g_assert_true (shop_denomination_add (&count, "CNY", "100*3"));
  g_assert_true (shop_denomination_add (&count, "CNY", "20*0"));
  g_assert_false (shop_denomination_add (&count, "CNY", "100*1"));
  g_assert_cmpuint (count.rows, ==, 3);
  g_assert_cmpint (count.minor[0], ==, 10000);
  g_assert_cmpint (count.minor[1], ==, 2000);
  g_assert_cmpint (count.minor[2], ==, 50);
  g_assert_true (shop_denomination_total (&count, &total));
  g_assert_cmpint (total, ==, 30600);
  g_assert_false (shop_denomination_add (&count, "KWD", "1*1"));
}

static void
test_too_much (void)
{
  ShopDenominationCount count = { .rows = 1, .minor = { G_MAXINT64 / 2 }, .pieces = { 3 } };
  gint64 total = 7;

  g_assert_false (shop_denomination_total (&count, &total));
  count = (ShopDenominationCount){ 1, { BASE_MONEY_MAX_MINOR }, { 2 } };
  g_assert_false (shop_denomination_total (&count, &total));
  g_assert_cmpint (total, ==, 7);
}

static void
assert_suggests (const char *currency, gint64 left, const gint64 *want, guint count)
{
  gint64 notes[8];

  g_assert_cmpuint (shop_denomination_suggest (currency, left, notes, G_N_ELEMENTS (notes)), ==,
                    count);
  for (guint i = 0; i < count; i++)
    g_assert_cmpint (notes[i], ==, want[i]);
}

static void
test_suggestions (void)
{
  static const gint64 cny[] = { 1330, 1400, 1500, 2000, 5000, 10000 },
                      jpy[] = { 1330, 1400, 1500, 2000, 5000, 10000 },
                      gbp[] = { 1330, 1400, 1500, 2000, 5000 },
                      kwd[] = { 13300, 14000, 15000, 20000, 50000, 100000 };
  gint64 one[1];

  assert_suggests ("CNY", 1330, cny, G_N_ELEMENTS (cny));
  assert_suggests ("JPY", 1330, jpy, G_N_ELEMENTS (jpy));
  assert_suggests ("GBP", 1330, gbp, G_N_ELEMENTS (gbp));
  assert_suggests ("KWD", 13300, kwd, G_N_ELEMENTS (kwd));
  g_assert_cmpuint (shop_denomination_suggest ("CNY", 1330, one, 1), ==, 1);
  g_assert_cmpuint (shop_denomination_suggest ("CNY", 1330, one, 0), ==, 0);
  g_assert_cmpuint (shop_denomination_suggest ("CNY", 0, one, 1), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/shop/denomination/tables", test_tables);
  g_test_add_func ("/shop/denomination/counts", test_counts);
  g_test_add_func ("/shop/denomination/too-much", test_too_much);
  g_test_add_func ("/shop/denomination/suggestions", test_suggestions);
  return g_test_run ();
}

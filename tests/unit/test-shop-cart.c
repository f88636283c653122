/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shop-cart.h"

#include "base-money.h"

static ShopProduct *
make_product (const char *code, gint64 price_minor, ShopUnit unit, guint tax_bp)
{
  ShopProduct *product = shop_product_new (code, "Thing", price_minor);

  product->unit = unit;
  product->tax_bp = tax_bp;
  return product;
}

static void
test_add_merges_the_last_line (void)
{
  g_autoptr (ShopCart) cart = shop_cart_new ("CNY", SHOP_TAX_INCLUSIVE);
  g_autoptr (ShopProduct) cola = make_product ("1", 350, SHOP_UNIT_PIECE, 1300);
  g_autoptr (ShopProduct) rice = make_product ("2", 1000, SHOP_UNIT_PIECE, 900);
  g_autoptr (ShopProduct) apples = make_product ("3", 796, SHOP_UNIT_KG, 900);
  guint number = 0;

  g_assert_true (shop_cart_is_empty (cart));
  g_assert_true (shop_cart_add (cart, cola, 1000, NULL, NULL));
  g_assert_true (shop_cart_add (cart, cola, 2000, &number, NULL));
  g_assert_cmpuint (number, ==, 1);
  g_assert_true (shop_cart_add (cart, rice, 1000, &number, NULL));
  g_assert_cmpuint (number, ==, 2);
  g_assert_true (shop_cart_add (cart, cola, 1000, &number, NULL));
  g_assert_cmpuint (number, ==, 3);
  g_assert_true (shop_cart_add (cart, apples, 686, NULL, NULL));
  g_assert_true (shop_cart_add (cart, apples, 500, &number, NULL));
  g_assert_cmpuint (number, ==, 5); /* each weighing is a line */
  g_assert_cmpint (shop_cart_line (cart, 0)->quantity_milli, ==, 3000);
  g_assert_cmpint (shop_cart_line (cart, 0)->amount_minor, ==, 1050);
  g_assert_cmpint (shop_cart_line (cart, 3)->amount_minor, ==, 546);
  g_assert_cmpint (shop_cart_totals (cart)->total_minor, ==, 1050 + 1000 + 350 + 546 + 398);
  g_assert_cmpint (shop_cart_totals (cart)->pieces_milli, ==, 7000);
  g_assert_cmpuint (shop_cart_totals (cart)->tax.count, ==, 2);
}

static void
test_changes (void)
{
  g_autoptr (ShopCart) cart = shop_cart_new ("CNY", SHOP_TAX_EXCLUSIVE);
  g_autoptr (ShopProduct) cola = make_product ("1", 1000, SHOP_UNIT_PIECE, 1300);
  g_autoptr (ShopCart) copy = NULL;

  g_assert_true (shop_cart_add (cart, cola, 1000, NULL, NULL));
  g_assert_cmpint (shop_cart_totals (cart)->total_minor, ==, 1130);
  g_assert_true (shop_cart_set_quantity (cart, 1, 3000, NULL));
  g_assert_true (shop_cart_set_price (cart, 1, 900, NULL));
  g_assert_true (shop_cart_set_discount (cart, 1, 200, NULL));
  g_assert_cmpint (shop_cart_line (cart, 0)->amount_minor, ==, 2500);
  g_assert_cmpint (shop_cart_totals (cart)->total_minor, ==, 2825);
  g_assert_cmpint (shop_cart_totals (cart)->discount_minor, ==, 200);
  copy = shop_cart_copy (cart);
  g_assert_true (shop_cart_void (cart, 1, "wrong item", NULL));
  g_assert_true (shop_cart_is_empty (cart));
  g_assert_cmpuint (shop_cart_count (cart), ==, 1);
  g_assert_cmpstr (shop_cart_line (cart, 0)->void_reason, ==, "wrong item");
  g_assert_cmpint (shop_cart_totals (cart)->total_minor, ==, 0);
  g_assert_cmpint (shop_cart_totals (copy)->total_minor, ==, 2825);
  g_assert_true (shop_cart_add (cart, cola, 1000, NULL, NULL));
  g_assert_cmpuint (shop_cart_count (cart), ==, 2); /* never into a voided line */
  g_assert_null (shop_cart_line_by_number (cart, 0));
  g_assert_null (shop_cart_line_by_number (cart, 3));
}

static void
assert_refused (gboolean done, GError **error, ShopError code)
{
  g_assert_false (done);
  g_assert_error (*error, SHOP_ERROR, (int)code);
  g_clear_error (error);
}

static void
test_refusals_leave_it_as_it_was (void)
{
  g_autoptr (ShopCart) cart = shop_cart_new ("CNY", SHOP_TAX_INCLUSIVE);
  g_autoptr (ShopProduct) cola = make_product ("1", 1000, SHOP_UNIT_PIECE, 1300);
  g_autoptr (GError) error = NULL;

  g_assert_true (shop_cart_add (cart, cola, 2000, NULL, NULL));
  assert_refused (shop_cart_add (cart, cola, 0, NULL, &error), &error, SHOP_ERROR_INVALID);
  assert_refused (shop_cart_add (cart, cola, -1000, NULL, &error), &error, SHOP_ERROR_INVALID);
  assert_refused (shop_cart_add (cart, cola, 1500, NULL, &error), &error, SHOP_ERROR_INVALID);
  assert_refused (shop_cart_add (cart, cola, 9998000, NULL, &error), &error, SHOP_ERROR_INVALID);
  assert_refused (shop_cart_set_quantity (cart, 1, 10000000, &error), &error, SHOP_ERROR_INVALID);
  assert_refused (shop_cart_set_quantity (cart, 2, 1000, &error), &error, SHOP_ERROR_NO_LINE);
  assert_refused (shop_cart_set_price (cart, 1, -1, &error), &error, SHOP_ERROR_INVALID);
  assert_refused (shop_cart_set_price (cart, 1, BASE_MONEY_MAX_MINOR, &error), &error,
                  SHOP_ERROR_OVERFLOW);
  assert_refused (shop_cart_set_discount (cart, 1, 2001, &error), &error, SHOP_ERROR_INVALID);
  assert_refused (shop_cart_set_discount (cart, 1, -1, &error), &error, SHOP_ERROR_INVALID);
  assert_refused (shop_cart_void (cart, 7, NULL, &error), &error, SHOP_ERROR_NO_LINE);
  g_assert_cmpint (shop_cart_totals (cart)->total_minor, ==, 2000);
  g_assert_cmpint (shop_cart_line (cart, 0)->quantity_milli, ==, 2000);
  g_assert_cmpint (shop_cart_line (cart, 0)->unit_price_minor, ==, 1000);
  g_assert_true (shop_cart_void (cart, 1, NULL, NULL));
  assert_refused (shop_cart_void (cart, 1, NULL, &error), &error, SHOP_ERROR_NO_LINE);
  assert_refused (shop_cart_set_price (cart, 1, 1, &error), &error, SHOP_ERROR_NO_LINE);
}

static void
test_total_is_bounded (void)
{
  g_autoptr (ShopCart) cart = shop_cart_new ("CNY", SHOP_TAX_INCLUSIVE);
  g_autoptr (ShopProduct) gold = make_product ("1", BASE_MONEY_MAX_MINOR, SHOP_UNIT_PIECE, 0);
  g_autoptr (ShopProduct) fen = make_product ("2", 1, SHOP_UNIT_PIECE, 0);
  g_autoptr (GError) error = NULL;

  g_assert_true (shop_cart_add (cart, gold, 1000, NULL, NULL));
  assert_refused (shop_cart_add (cart, fen, 1000, NULL, &error), &error, SHOP_ERROR_OVERFLOW);
  assert_refused (shop_cart_add (cart, gold, 9998000, NULL, &error), &error, SHOP_ERROR_OVERFLOW);
  g_assert_cmpuint (shop_cart_count (cart), ==, 1);
  g_assert_cmpint (shop_cart_totals (cart)->total_minor, ==, BASE_MONEY_MAX_MINOR);
}

static void
test_lines_and_rates_are_bounded (void)
{
  g_autoptr (ShopCart) cart = shop_cart_new ("CNY", SHOP_TAX_INCLUSIVE);
  g_autoptr (ShopProduct) product = make_product ("1", 1, SHOP_UNIT_KG, 0);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < SHOP_CART_LINES_MAX; i++)
    {
      product->tax_bp = i % SHOP_TAX_RATES_MAX;
      g_assert_true (shop_cart_add (cart, product, 1000, NULL, NULL));
    }
  assert_refused (shop_cart_add (cart, product, 1000, NULL, &error), &error, SHOP_ERROR_FULL);
  g_assert_true (shop_cart_void (cart, 1, NULL, NULL));
  assert_refused (shop_cart_add (cart, product, 1000, NULL, &error), &error, SHOP_ERROR_FULL);
  g_clear_pointer (&cart, shop_cart_free);
  cart = shop_cart_new ("CNY", SHOP_TAX_INCLUSIVE);
  for (guint i = 0; i <= SHOP_TAX_RATES_MAX; i++)
    {
      product->tax_bp = i;
      g_assert_cmpint (shop_cart_add (cart, product, 1000, NULL, NULL), ==, i < SHOP_TAX_RATES_MAX);
    }
  g_assert_cmpuint (shop_cart_count (cart), ==, SHOP_TAX_RATES_MAX);
}

static void
test_restore (void)
{
  g_autoptr (ShopCart) cart = shop_cart_new ("CNY", SHOP_TAX_INCLUSIVE);
  g_autoptr (ShopCart) again = shop_cart_new ("CNY", SHOP_TAX_INCLUSIVE);
  g_autoptr (ShopProduct) cola = make_product ("1", 350, SHOP_UNIT_PIECE, 1300);

  g_assert_true (shop_cart_add (cart, cola, 1000, NULL, NULL));
  g_assert_true (shop_cart_set_price (cart, 1, 300, NULL));
  g_assert_true (shop_cart_add (cart, cola, 2000, NULL, NULL));
  g_assert_true (shop_cart_void (cart, 2, "twice", NULL));
  g_assert_true (shop_cart_add (cart, cola, 1000, NULL, NULL));
  for (guint i = 0; i < shop_cart_count (cart); i++)
    g_assert_true (shop_cart_restore (again, shop_cart_line (cart, i), NULL));
  g_assert_cmpuint (shop_cart_count (again), ==, 3);
  g_assert_cmpint (shop_cart_totals (again)->total_minor, ==, 650);
  g_assert_cmpstr (shop_cart_line (again, 1)->void_reason, ==, "twice");
}

typedef struct
{
  const char *text;
  gint64 quantity_milli; /* 0: refused */
  const char *code;
} ItemCase;

static void
test_parse_item (void)
{
  static const ItemCase cases[] = {
    { "6900000000015", 1000, "6900000000015" },
    { "3*690", 3000, "690" },
    { "0.686*21", 686, "21" },
    { "3×690", 3000, "690" },
    { "３＊690", 3000, "690" },
    { " 2 * 690", 0, NULL },
    { " 2* 690", 2000, "690" },
    { ".5*21", 500, "21" },
    { "9999.999*1", 9999999, "1" },
    { "10000*1", 0, NULL },
    { "0*1", 0, NULL },
    { "0.0001*1", 0, NULL },
    { "*1", 0, NULL },
    { "3*", 0, NULL },
    { "", 0, NULL },
    { "-3*1", 0, NULL },
    { "1.2.3*1", 0, NULL },
    { ".*1", 0, NULL },
    { "a*1", 0, NULL },
    { "3*4*5", 3000, "4*5" },
    { "1\t2", 0, NULL },
    { "\xFF", 0, NULL },
    { "99999999999999999999*1", 0, NULL },
    { "3*可乐", 3000, "可乐" },
    { "123456789012345678901234567890123456789012345678", 1000,
      "123456789012345678901234567890123456789012345678" },
    { "1234567890123456789012345678901234567890123456789", 0, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      gint64 quantity_milli = 0;
      const char *code = NULL;

      g_test_message ("case %" G_GSIZE_FORMAT, i);
      g_assert_cmpint (shop_cart_parse_item (cases[i].text, &quantity_milli, &code, &error), ==,
                       cases[i].quantity_milli > 0);
      g_assert_cmpint (quantity_milli, ==, cases[i].quantity_milli);
      g_assert_cmpstr (code, ==, cases[i].code);
      g_assert_cmpint (error == NULL, ==, cases[i].quantity_milli > 0);
    }
}

static void
test_quantity_text (void)
{
  static const struct
  {
    gint64 milli;
    const char *text;
  } cases[] = { { 6000, "6" }, { 686, "0.686" }, { 1500, "1.5" },
                { 0, "0" },    { 10000, "10" },  { -250, "-0.25" } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = shop_cart_quantity_text (cases[i].milli);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

/* What goes back is the sale with another sign. */
static void
test_returning (void)
{
  g_autoptr (ShopProduct) tea = shop_product_new ("1", "Tea", 350);
  ShopCartLine line = { .product = tea,
                        .quantity_milli = -3000,
                        .unit_price_minor = 350,
                        .discount_minor = -50,
                        .original = 2 };
  g_autoptr (ShopCart) cart = shop_cart_new ("CNY", SHOP_TAX_INCLUSIVE);
  g_autoptr (ShopCart) copy = NULL;
  GError *error = NULL;

  tea->tax_bp = 1300;
  shop_cart_set_returning (cart);
  g_assert_true (shop_cart_restore (cart, &line, &error));
  g_assert_no_error (error);
  copy = shop_cart_copy (cart);
  g_assert_true (shop_cart_is_returning (copy));
  g_assert_cmpint (shop_cart_totals (copy)->total_minor, ==, -1000);
  g_assert_cmpint (shop_cart_totals (copy)->discount_minor, ==, -50);
  g_assert_cmpint (shop_cart_totals (copy)->pieces_milli, ==, -3000);
  g_assert_cmpint (shop_cart_totals (copy)->tax.sums[0].tax_minor, ==, -115);
  g_assert_cmpuint (shop_cart_line (copy, 0)->original, ==, 2);
  line.quantity_milli = 1000;
  g_assert_false (shop_cart_restore (cart, &line, &error));
  g_assert_error (error, SHOP_ERROR, SHOP_ERROR_INVALID);
  g_clear_error (&error);
  line.quantity_milli = -1000;
  line.discount_minor = 1;
  g_assert_false (shop_cart_restore (cart, &line, NULL));
  line.discount_minor = -351;
  g_assert_false (shop_cart_restore (cart, &line, NULL));
  line.quantity_milli = G_MININT64;
  g_assert_false (shop_cart_restore (cart, &line, NULL));
  g_assert_cmpint (shop_cart_totals (cart)->total_minor, ==, -1000);
}

/* A unit for each rate, on the largest sum; no more. */
static void
test_rounding (void)
{
  g_autoptr (ShopCart) cart = shop_cart_new ("CNY", SHOP_TAX_EXCLUSIVE);
  g_autoptr (ShopCart) copy = NULL;
  const ShopTotals *totals = shop_cart_totals (cart);
  const guint rates[] = { 600, 1300 };

  shop_cart_set_returning (cart);
  g_assert_false (shop_cart_set_rounding (cart, 1, NULL));
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (ShopProduct) product = shop_product_new ("1", "Thing", 1000 * (i + 1));
      ShopCartLine line = { .product = product,
                            .quantity_milli = -SHOP_QUANTITY_ONE_MILLI,
                            .unit_price_minor = product->price_minor };

      product->tax_bp = rates[i];
      g_assert_true (shop_cart_restore (cart, &line, NULL));
    }
  g_assert_cmpint (totals->total_minor, ==, -3320);
  g_assert_true (shop_cart_set_rounding (cart, -2, NULL));
  g_assert_cmpint (totals->total_minor, ==, -3322);
  g_assert_cmpint (totals->tax.sums[0].tax_minor, ==, -60);
  g_assert_cmpint (totals->tax.sums[1].tax_minor, ==, -262);
  g_assert_cmpint (totals->tax.sums[1].gross_minor, ==, -2262);
  g_assert_false (shop_cart_set_rounding (cart, 3, NULL));
  g_assert_false (shop_cart_set_rounding (cart, G_MININT64, NULL));
  copy = shop_cart_copy (cart);
  g_assert_cmpint (shop_cart_rounding (copy), ==, -2);
  g_assert_cmpint (shop_cart_totals (copy)->total_minor, ==, -3322);
  g_assert_true (shop_cart_set_rounding (cart, 0, NULL));
  g_assert_cmpint (totals->total_minor, ==, -3320);
}

/* However a quantity goes up and down, the share of a discount never grows. */
static void
test_discount_share (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (5);

  for (guint round = 0; round < 300; round++)
    {
      gint64 price = g_rand_int_range (random, 1, round % 2 == 0 ? 6 : 5000);
      g_autoptr (ShopProduct) product = shop_product_new ("1", "Tea", price);
      g_autoptr (ShopCart) cart = shop_cart_new ("CNY", SHOP_TAX_INCLUSIVE);
      const ShopCartLine *line;
      gint64 gross, off;

      product->unit = round % 3 == 0 ? SHOP_UNIT_PIECE : SHOP_UNIT_KG;
      g_assert_true (shop_cart_add (cart, product, 100000, NULL, NULL));
      line = shop_cart_line_by_number (cart, 1);
      gross = line->amount_minor;
      off = gross / 10;
      g_assert_true (shop_cart_set_discount (cart, 1, off, NULL));
      for (guint step = 0; step < 30; step++)
        {
          gint64 quantity = g_rand_int_range (random, 1, 200000);

          if (product->unit == SHOP_UNIT_PIECE)
            quantity = (quantity / 1000 + 1) * 1000;
          g_assert_true (shop_cart_set_quantity (cart, 1, quantity, NULL));
          line = shop_cart_line_by_number (cart, 1);
          g_assert_cmpint (line->discount_minor, >=, 0);
          g_assert_cmpint (line->discount_minor * gross, <=,
                           off * (line->amount_minor + line->discount_minor));
        }
    }
}

/* Down to a gram and up again, a tenth doesn't become the whole. */
static void
test_discount_of_grams (void)
{
  static const gint64 steps[] = { 5, 3, 2, 1, 1000 };
  g_autoptr (ShopProduct) product = shop_product_new ("1", "Tea", 1000);
  g_autoptr (ShopCart) cart = shop_cart_new ("CNY", SHOP_TAX_INCLUSIVE);

  product->unit = SHOP_UNIT_KG;
  g_assert_true (shop_cart_add (cart, product, 100, NULL, NULL));
  g_assert_true (shop_cart_set_discount (cart, 1, 10, NULL));
  g_assert_true (shop_cart_set_quantity (cart, 1, 50, NULL));
  g_assert_cmpint (shop_cart_line_by_number (cart, 1)->discount_minor, ==, 5);
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    g_assert_true (shop_cart_set_quantity (cart, 1, steps[i], NULL));
  g_assert_cmpint (shop_cart_line_by_number (cart, 1)->discount_minor, ==, 0);
  g_assert_cmpint (shop_cart_line_by_number (cart, 1)->amount_minor, ==, 1000);
}

/* Off every line that counts, rounded down on each; more stays more, and 0 takes all away. */
static void
test_discount_all (void)
{
  g_autoptr (ShopProduct) tea = shop_product_new ("1", "Tea", 1000);
  g_autoptr (ShopProduct) bag = shop_product_new ("2", "Bag", 19);
  g_autoptr (ShopProduct) cup = shop_product_new ("3", "Cup", 500);
  g_autoptr (ShopCart) cart = shop_cart_new ("CNY", SHOP_TAX_INCLUSIVE);

  g_assert_true (shop_cart_discount_all (cart, 1000, NULL)); /* of nothing */
  g_assert_true (shop_cart_add (cart, tea, 1000, NULL, NULL));
  g_assert_true (shop_cart_add (cart, bag, 1000, NULL, NULL));
  g_assert_true (shop_cart_add (cart, cup, 1000, NULL, NULL));
  g_assert_true (shop_cart_add (cart, tea, 1000, NULL, NULL));
  g_assert_true (shop_cart_void (cart, 4, NULL, NULL));
  g_assert_true (shop_cart_set_discount (cart, 3, 300, NULL));
  g_assert_true (shop_cart_discount_all (cart, 1000, NULL));
  g_assert_cmpint (shop_cart_line_by_number (cart, 1)->discount_minor, ==, 100);
  g_assert_cmpint (shop_cart_line_by_number (cart, 2)->discount_minor, ==, 1);
  g_assert_cmpint (shop_cart_line_by_number (cart, 3)->discount_minor, ==, 300);
  g_assert_cmpint (shop_cart_line_by_number (cart, 4)->discount_minor, ==, 0);
  g_assert_cmpint (shop_cart_totals (cart)->discount_minor, ==, 401);
  g_assert_cmpint (shop_cart_totals (cart)->total_minor, ==, 1519 - 401);
  g_assert_true (shop_cart_discount_all (cart, SHOP_WHOLE_BP, NULL));
  g_assert_cmpint (shop_cart_totals (cart)->total_minor, ==, 0);
  g_assert_true (shop_cart_discount_all (cart, 0, NULL));
  g_assert_cmpint (shop_cart_totals (cart)->total_minor, ==, 1519);
  g_assert_true (shop_cart_discount_line (cart, 2, 1000, NULL));
  g_assert_cmpint (shop_cart_line_by_number (cart, 2)->discount_minor, ==, 1);
  g_assert_false (shop_cart_discount_line (cart, 4, 1000, NULL)); /* voided */
}

/* What can't be leaves every line as it was, also those before the one that refuses. */
static void
test_discount_all_refused (void)
{
  g_autoptr (ShopProduct) bag = shop_product_new ("1", "Bag", 1);
  g_autoptr (ShopProduct) tea = shop_product_new ("2", "Tea", 1000);
  g_autoptr (ShopCart) cart = shop_cart_new ("CNY", SHOP_TAX_INCLUSIVE);
  g_autoptr (GError) error = NULL;

  g_assert_true (shop_cart_add (cart, bag, 1000, NULL, NULL));
  g_assert_true (shop_cart_add (cart, tea, 2000, NULL, NULL));
  g_assert_true (shop_cart_set_discount (cart, 2, 50, NULL));
  g_assert_false (shop_cart_discount_all (cart, SHOP_WHOLE_BP * 3 / 2, &error));
  g_assert_nonnull (error);
  g_assert_cmpint (shop_cart_line_by_number (cart, 1)->discount_minor, ==, 0);
  g_assert_cmpint (shop_cart_line_by_number (cart, 2)->discount_minor, ==, 50);
  g_assert_cmpint (shop_cart_totals (cart)->total_minor, ==, 1951);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/shop/cart/add-merges-the-last-line", test_add_merges_the_last_line);
  g_test_add_func ("/shop/cart/changes", test_changes);
  g_test_add_func ("/shop/cart/refusals-leave-it-as-it-was", test_refusals_leave_it_as_it_was);
  g_test_add_func ("/shop/cart/total-is-bounded", test_total_is_bounded);
  g_test_add_func ("/shop/cart/lines-and-rates-are-bounded", test_lines_and_rates_are_bounded);
  g_test_add_func ("/shop/cart/restore", test_restore);
  g_test_add_func ("/shop/cart/parse-item", test_parse_item);
  g_test_add_func ("/shop/cart/returning", test_returning);
  g_test_add_func ("/shop/cart/quantity-text", test_quantity_text);
  g_test_add_func ("/shop/cart/rounding", test_rounding);
  g_test_add_func ("/shop/cart/discount-share", test_discount_share);
  g_test_add_func ("/shop/cart/discount-of-grams", test_discount_of_grams);
  g_test_add_func ("/shop/cart/discount-all", test_discount_all);
  g_test_add_func ("/shop/cart/discount-all-refused", test_discount_all_refused);
  return g_test_run ();
}

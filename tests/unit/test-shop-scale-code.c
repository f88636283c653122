/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shop-scale-code.h"

#include "shop-cart.h"

#include <string.h>

#define WEIGHT "21CCCCCWWWWWK"
#define AMOUNT "22CCCCCPPPPPK"
#define BOTH "20CCCCCPPPPPWWWWWK"

static ShopScaleCodeList *
read_patterns (const char *text)
{
  g_autoptr (GError) error = NULL;
  ShopScaleCodeList *codes = shop_scale_code_list_new (text, &error);

  g_assert_no_error (error);
  return codes;
}

static void
test_patterns (void)
{
  g_autoptr (ShopScaleCodeList) none = read_patterns (" \n");
  g_autoptr (ShopScaleCodeList) codes = read_patterns ("  " WEIGHT "\t" AMOUNT "\n" BOTH " ");
  g_autofree char *text = shop_scale_code_list_text (codes);
  g_autofree char *empty = shop_scale_code_list_text (none);

  g_assert_cmpuint (shop_scale_code_list_count (none), ==, 0);
  g_assert_cmpstr (empty, ==, "");
  g_assert_cmpuint (shop_scale_code_list_count (codes), ==, 3);
  g_assert_cmpstr (shop_scale_code_list_pattern (codes, 1), ==, AMOUNT);
  g_assert_cmpstr (text, ==, WEIGHT " " AMOUNT " " BOTH);
}

/* Each is refused with the pattern and the place in it. */
static void
test_bad_patterns (void)
{
  static const struct
  {
    const char *text, *number, *place;
  } cases[] = {
    { "21CCCCCWWWWK", "Pattern 1", "13 or 18" },
    { "21CCCCCWWWWWWK", "Pattern 1", "13 or 18" },
    { WEIGHT " 20CCCCCPPPPPWWWWWKK", "Pattern 2", "13 or 18" },
    { "CCCCCCCWWWWWK", "Pattern 1", "character 1:" },
    { "21CCCCCWWWWWW", "Pattern 1", "character 13:" },
    { "21CCCCCWWWWWX", "Pattern 1", "character 13:" },
    { "21CCKCCWWWWWK", "Pattern 1", "character 5:" },
    { "21CCC1CWWWWWK", "Pattern 1", "character 6:" },
    { "21CCXCCWWWWWK", "Pattern 1", "character 6:" },
    { "21CCWWWCCWWWK", "Pattern 1", "character 8:" },
    { "20CCPPPCCCPPPPWWWK", "Pattern 1", "character 8:" },
    { "20CCCPPWWWPPPPPXXK", "Pattern 1", "character 11:" },
    { "21cccccWWWWWK", "Pattern 1", "character 3:" },
    { "21CCCCCWWWWW\xe9\x87\x8d", "Pattern 1", "13 or 18" },
    { "2100000WWWWWK", "Pattern 1", "no C" },
    { "21CCCCCCCCCCK", "Pattern 1", "neither W nor P" },
    { "20CCCCCCWWWWWWWWWK", "Pattern 1", "character 9:" },
    { "20CCPPPPPPPPPPPPPK", "Pattern 1", "character 5:" },
    { WEIGHT " " WEIGHT, "Pattern 2", "pattern 1" },
    { WEIGHT " " AMOUNT " 2CCCCCCPPPPPK", "Pattern 3", "pattern 1" },
    { "2CCCCCCPPPPPK " AMOUNT, "Pattern 2", "pattern 1" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (shop_scale_code_list_new (cases[i].text, &error));
      g_assert_error (error, SHOP_ERROR, SHOP_ERROR_INVALID);
      if (strstr (error->message, cases[i].number) == NULL
          || strstr (error->message, cases[i].place) == NULL)
        g_error ("“%s”: %s", cases[i].text, error->message);
    }
}

static void
test_how_many (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (ShopScaleCodeList) most = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < SHOP_SCALE_PATTERNS_MAX; i++)
    g_string_append_printf (text, "%uCCCCCWWWWWK ", i + 10);
  most = read_patterns (text->str);
  g_assert_cmpuint (shop_scale_code_list_count (most), ==, SHOP_SCALE_PATTERNS_MAX);
  g_string_append (text, "99CCCCCWWWWWK");
  g_assert_null (shop_scale_code_list_new (text->str, &error));
  g_assert_error (error, SHOP_ERROR, SHOP_ERROR_INVALID);
}

/* A check digit by hand: of 210010101234 the digits at places 1, 3 … make 8, those at 2, 4 … make
 * 7; 8 + 3 × 7 is 29, and a 1 makes it 30. */
static void
test_match (void)
{
  static const struct
  {
    const char *code;
    ShopScaleMatch match;
    const char *item, *short_item;
    gint64 weight, amount;
  } cases[] = {
    { "2100101012341", SHOP_SCALE_LABEL, "00101", "101", 1234, 0 },
    { "2100101012342", SHOP_SCALE_DAMAGED, NULL, NULL, 0, 0 },
    { "2100101012314", SHOP_SCALE_DAMAGED, NULL, NULL, 0, 0 },
    { "2200103012346", SHOP_SCALE_LABEL, "00103", "103", 0, 1234 },
    { "200010100982012340", SHOP_SCALE_DAMAGED, NULL, NULL, 0, 0 },
    { "2000101009820123", SHOP_SCALE_OTHER, NULL, NULL, 0, 0 },
    { "2300101012341", SHOP_SCALE_OTHER, NULL, NULL, 0, 0 },
    { "21001010123411", SHOP_SCALE_OTHER, NULL, NULL, 0, 0 },
    { "21001010123 1", SHOP_SCALE_OTHER, NULL, NULL, 0, 0 },
    { "210010101234A", SHOP_SCALE_OTHER, NULL, NULL, 0, 0 },
    { "21", SHOP_SCALE_OTHER, NULL, NULL, 0, 0 },
    { "", SHOP_SCALE_OTHER, NULL, NULL, 0, 0 },
    { "210010101234121001010123412100101012341", SHOP_SCALE_OTHER, NULL, NULL, 0, 0 },
    { "2100000012343", SHOP_SCALE_LABEL, "00000", "0", 1234, 0 },
  };
  g_autoptr (ShopScaleCodeList) codes = read_patterns (WEIGHT " " AMOUNT " " BOTH);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      ShopScaleLabel label;
      ShopScaleMatch match = shop_scale_code_list_match (codes, cases[i].code, &label);

      if (match != cases[i].match)
        g_error ("“%s” is %d", cases[i].code, match);
      if (match != SHOP_SCALE_LABEL)
        continue;
      g_assert_cmpstr (label.item, ==, cases[i].item);
      g_assert_cmpstr (shop_scale_code_short_item (&label), ==, cases[i].short_item);
      g_assert_cmpint (label.weight_milli, ==, cases[i].weight);
      g_assert_cmpint (label.amount_minor, ==, cases[i].amount);
      g_assert_cmpint (label.has_weight, ==, cases[i].weight > 0);
      g_assert_cmpint (label.has_amount, ==, cases[i].amount > 0);
    }
}

/* Once more, by GS1's rule from the right: for 18 digits the first one counts three times. */
static char
check_digit (const char *digits)
{
  guint sum = 0, weight = 3;

  for (gsize i = strlen (digits); i > 0; i--, weight = 4 - weight)
    sum += (guint)(digits[i - 1] - '0') * weight;
  return (char)('0' + (10 - sum % 10) % 10);
}

static void
test_long (void)
{
  g_autoptr (ShopScaleCodeList) codes
      = read_patterns (BOTH " 29CCCCCWWWWWPPPPPX 28CCCCCCCWWWWWWWXX");
  ShopScaleLabel label;

  g_assert_cmpint (check_digit ("690123456789"), ==, '2'); /* of GS1's own examples */
  for (char last = '0'; last <= '9'; last++)
    {
      g_autofree char *code = g_strdup_printf ("20001010098201234%c", last);

      g_assert_cmpint (shop_scale_code_list_match (codes, code, &label), ==,
                       last == check_digit ("20001010098201234") ? SHOP_SCALE_LABEL
                                                                 : SHOP_SCALE_DAMAGED);
    }
  g_assert_cmpstr (label.item, ==, "00101");
  g_assert_cmpint (label.amount_minor, ==, 982);
  g_assert_cmpint (label.weight_milli, ==, 1234);
  g_assert_cmpint (shop_scale_code_list_match (codes, "290010201234009823", &label), ==,
                   SHOP_SCALE_LABEL);
  g_assert_cmpint (label.amount_minor, ==, 982);
  g_assert_cmpint (label.weight_milli, ==, 1234);
  g_assert_cmpint (shop_scale_code_list_match (codes, "280000001123456799", &label), ==,
                   SHOP_SCALE_LABEL);
  g_assert_cmpstr (label.item, ==, "0000001");
  g_assert_cmpint (label.weight_milli, ==, 1234567);
}

/* Scanners may give an EAN-13 that begins with 0 as a UPC-A of 12 digits. */
static void
test_leading_zero (void)
{
  g_autoptr (ShopScaleCodeList) codes = read_patterns ("02CCCCCPPPPPK");
  g_autofree char *code = g_strdup_printf ("020010100982%c", check_digit ("020010100982"));
  ShopScaleLabel label;

  g_assert_cmpint (shop_scale_code_list_match (codes, code, &label), ==, SHOP_SCALE_LABEL);
  g_assert_cmpint (shop_scale_code_list_match (codes, code + 1, &label), ==, SHOP_SCALE_LABEL);
  g_assert_cmpstr (label.item, ==, "00101");
  g_assert_cmpint (label.amount_minor, ==, 982);
}

static void
test_price (void)
{
  static const struct
  {
    ShopUnit unit;
    gint64 price, weight, amount; /* -1: the label has none */
    ShopScaleVerdict verdict;
    ShopScaleLine line;
  } cases[] = {
    /* weight alone */
    { SHOP_UNIT_KG, 796, 1234, -1, SHOP_SCALE_PRICED, { 1234, 796, 0 } },
    { SHOP_UNIT_KG, 796, 0, -1, SHOP_SCALE_EMPTY, { 0 } },
    { SHOP_UNIT_KG, 0, 1234, -1, SHOP_SCALE_PRICED, { 1234, 0, 0 } },
    { SHOP_UNIT_PIECE, 796, 1234, -1, SHOP_SCALE_NOT_BY_KG, { 0 } },
    { SHOP_UNIT_PIECE, 796, 0, -1, SHOP_SCALE_NOT_BY_KG, { 0 } },
    /* both: 1.234 kg × 7.96 is 9.82264 */
    { SHOP_UNIT_KG, 796, 1234, 982, SHOP_SCALE_PRICED, { 1234, 796, 0 } },
    { SHOP_UNIT_KG, 796, 1234, 981, SHOP_SCALE_PRICED, { 1234, 796, 1 } },
    { SHOP_UNIT_KG, 796, 1234, 983, SHOP_SCALE_PRICED, { 1234, 796, 0 } },
    { SHOP_UNIT_KG, 796, 1234, 980, SHOP_SCALE_DISAGREES, { 0 } },
    { SHOP_UNIT_KG, 796, 1234, 984, SHOP_SCALE_DISAGREES, { 0 } },
    { SHOP_UNIT_KG, 896, 1234, 982, SHOP_SCALE_DISAGREES, { 0 } },
    { SHOP_UNIT_KG, 796, 0, 982, SHOP_SCALE_EMPTY, { 0 } },
    { SHOP_UNIT_KG, 796, 1234, 0, SHOP_SCALE_EMPTY, { 0 } },
    { SHOP_UNIT_PIECE, 500, 0, 1500, SHOP_SCALE_PRICED, { 1000, 1500, 0 } },
    { SHOP_UNIT_PIECE, 500, 3, 1500, SHOP_SCALE_NOT_BY_KG, { 0 } },
    /* amount alone: 9.82 at 7.96 is 1.23366… kg; 1.234 kg comes to 9.82 */
    { SHOP_UNIT_KG, 796, -1, 982, SHOP_SCALE_PRICED, { 1234, 796, 0 } },
    /* 12.34 at 118.00 is 0.10457… kg; 0.105 kg comes to 12.39 */
    { SHOP_UNIT_KG, 11800, -1, 1234, SHOP_SCALE_PRICED, { 105, 11800, 5 } },
    { SHOP_UNIT_KG, 1000, -1, 1234, SHOP_SCALE_PRICED, { 1234, 1000, 0 } },
    { SHOP_UNIT_KG, 118000, -1, 1, SHOP_SCALE_PRICED, { 1, 118000, 117 } },
    { SHOP_UNIT_KG, 1, -1, 7, SHOP_SCALE_PRICED, { 7000, 1, 0 } },
    { SHOP_UNIT_KG, 0, -1, 982, SHOP_SCALE_DISAGREES, { 0 } },
    { SHOP_UNIT_KG, 796, -1, 0, SHOP_SCALE_EMPTY, { 0 } },
    { SHOP_UNIT_PIECE, 0, -1, 1990, SHOP_SCALE_PRICED, { 1000, 1990, 0 } },
    { SHOP_UNIT_PIECE, 500, -1, 0, SHOP_SCALE_EMPTY, { 0 } },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (ShopProduct) product = shop_product_new ("1", "thing", cases[i].price);
      ShopScaleLabel label = { .has_weight = cases[i].weight >= 0,
                               .has_amount = cases[i].amount >= 0,
                               .weight_milli = MAX (cases[i].weight, 0),
                               .amount_minor = MAX (cases[i].amount, 0) };
      ShopScaleLine line = { 0 };

      product->unit = cases[i].unit;
      if (shop_scale_code_price (&label, product, &line) != cases[i].verdict)
        g_error ("case %zu", i);
      g_assert_cmpint (line.quantity_milli, ==, cases[i].line.quantity_milli);
      g_assert_cmpint (line.price_minor, ==, cases[i].line.price_minor);
      g_assert_cmpint (line.discount_minor, ==, cases[i].line.discount_minor);
    }
}

/* Whatever the amount and the price: a cart that rings it up has the label's amount. */
static void
test_amount_in_cart (void)
{
  static const gint64 prices[] = { 1, 99, 360, 796, 1180, 11800, 99999, 118000 };

  for (gsize i = 0; i < G_N_ELEMENTS (prices); i++)
    for (gint64 amount = 1; amount < 100000; amount += 1 + amount / 3)
      {
        g_autoptr (ShopProduct) product = shop_product_new ("1", "thing", prices[i]);
        g_autoptr (ShopCart) cart = shop_cart_new ("CNY", SHOP_TAX_INCLUSIVE);
        ShopScaleLabel label = { .has_amount = TRUE, .amount_minor = amount };
        ShopScaleLine line = { 0 };
        guint number = 0;

        product->unit = SHOP_UNIT_KG;
        g_assert_cmpint (shop_scale_code_price (&label, product, &line), ==, SHOP_SCALE_PRICED);
        if (line.quantity_milli > SHOP_QUANTITY_MAX_MILLI)
          continue; /* more than nine tonnes at a cent */
        g_assert_true (shop_cart_add (cart, product, line.quantity_milli, &number, NULL));
        g_assert_true (shop_cart_set_discount (cart, number, line.discount_minor, NULL));
        g_assert_cmpint (shop_cart_totals (cart)->total_minor, ==, amount);
        g_assert_cmpint (line.discount_minor, <=, prices[i] / 1000 + 1);
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/shop/scale-code/patterns", test_patterns);
  g_test_add_func ("/shop/scale-code/bad-patterns", test_bad_patterns);
  g_test_add_func ("/shop/scale-code/how-many", test_how_many);
  g_test_add_func ("/shop/scale-code/match", test_match);
  g_test_add_func ("/shop/scale-code/long", test_long);
  g_test_add_func ("/shop/scale-code/leading-zero", test_leading_zero);
  g_test_add_func ("/shop/scale-code/price", test_price);
  g_test_add_func ("/shop/scale-code/amount-in-cart", test_amount_in_cart);
  return g_test_run ();
}

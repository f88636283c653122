/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base-money.h"

#include <gio/gio.h>

typedef struct
{
  const char *text;
  const char *currency;
  gint64 minor; /* -1: refused */
} ParseCase;

static void
test_parse (void)
{
  static const ParseCase cases[] = {
    { "12", "CNY", 1200 },
    { "12.5", "CNY", 1250 },
    { "12.50", "CNY", 1250 },
    { "0.01", "CNY", 1 },
    { ".5", "CNY", 50 },
    { "12.345", "CNY", -1 },
    { "", "CNY", -1 },
    { ".", "CNY", -1 },
    { "-1", "CNY", -1 },
    { "1,000", "CNY", -1 },
    { "1.2.3", "CNY", -1 },
    { "12", "JPY", 12 },
    { "12.0", "JPY", -1 },
    { "1.234", "KWD", 1234 },
    { "１２．５", "CNY", 1250 },
    { "abc", "CNY", -1 },
    { "1e3", "CNY", -1 },
    { "9999999999.99", "CNY", BASE_MONEY_MAX_MINOR },
    { "10000000000", "CNY", -1 },
    { "99999999999999999999999999", "CNY", -1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      gint64 minor = -1;
      gboolean parsed = base_money_parse (cases[i].text, cases[i].currency, &minor, &error);

      g_test_message ("“%s” %s", cases[i].text, cases[i].currency);
      g_assert_cmpint (parsed, ==, cases[i].minor >= 0);
      g_assert_cmpint (minor, ==, cases[i].minor);
      g_assert_cmpint (error == NULL, ==, parsed);
    }
}

static void
test_format (void)
{
  g_autofree char *grouped = base_money_to_text (base_money (128450, "CNY"));
  g_autofree char *small = base_money_to_text (base_money (-5, "CNY"));
  g_autofree char *yen = base_money_to_text (base_money (1234567, "JPY"));
  g_autofree char *plain = base_money_to_plain (base_money (128450, "CNY"));
  g_autofree char *lowest = base_money_to_plain (base_money (G_MININT64, "JPY"));

  g_assert_cmpstr (grouped, ==, "1,284.50");
  g_assert_cmpstr (small, ==, "-0.05");
  g_assert_cmpstr (yen, ==, "1,234,567");
  g_assert_cmpstr (plain, ==, "1284.50");
  g_assert_cmpstr (lowest, ==, "-9223372036854775808");
}

static void
test_scale_rounds_half_away (void)
{
  gint64 result;

  g_assert_true (base_money_scale (5, 1, 2, &result) && result == 3);
  g_assert_true (base_money_scale (-5, 1, 2, &result) && result == -3);
  g_assert_true (base_money_scale (796, 686, 1000, &result) && result == 546);
  g_assert_true (base_money_scale (10, 1, 3, &result) && result == 3);
  g_assert_false (base_money_scale (G_MAXINT64, 2, 1, &result));
  g_assert_false (base_money_scale (G_MAXINT64, 1, 2, &result));
}

static void
test_sums_are_checked (void)
{
  gint64 result = 7;

  g_assert_false (base_money_add (G_MAXINT64, 1, &result));
  g_assert_false (base_money_subtract (G_MININT64, 1, &result));
  g_assert_cmpint (result, ==, 7);
  g_assert_true (base_money_add (2, 3, &result) && result == 5);
}

static void
test_codes (void)
{
  g_assert_cmpstr (base_money_numeric ("CNY"), ==, "156");
  g_assert_cmpstr (base_money_from_numeric ("392"), ==, "JPY");
  g_assert_null (base_money_numeric ("XXX"));
  g_assert_cmpstr (base_money_sign ("CNY"), ==, "¥");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/money/parse", test_parse);
  g_test_add_func ("/base/money/format", test_format);
  g_test_add_func ("/base/money/scale-rounds-half-away", test_scale_rounds_half_away);
  g_test_add_func ("/base/money/sums-are-checked", test_sums_are_checked);
  g_test_add_func ("/base/money/codes", test_codes);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-format.h"

#include <locale.h>

static void
check (char *text, const char *wanted)
{
  g_assert_cmpstr (text, ==, wanted);
  g_free (text);
}

static void
test_money (void)
{
  check (app_format_money (128450, "CNY"), "¥1,284.50");
  check (app_format_money (-50, "CNY"), "−¥0.50");
  check (app_format_sum (0, "CNY"), "0.00");
  check (app_format_money (500, "JPY"), "¥500");
  check (app_format_plain (5000, "CNY"), "50");
  check (app_format_plain (4911, "CNY"), "49.11");
  g_assert_cmpstr (app_format_currency (), ==, "CNY"); /* without an application */
}

static void
test_spans (void)
{
  const gint64 second = G_USEC_PER_SEC;

  check (app_format_span (-5 * second), "0 s");
  check (app_format_span (59 * second), "59 s");
  check (app_format_span (61 * second), "1 min");
  check (app_format_span (7800 * second), "2 h 10 min");
  check (app_format_span (90000 * second), "1 d 1 h");
}

static void
test_moments (void)
{
  const gint64 noon = 1795435200 * (gint64)G_USEC_PER_SEC; /* 2026-11-23 12:00 UTC */

  check (app_format_clock (noon), "12:00");
  check (app_format_moment (noon, noon + 60 * G_USEC_PER_SEC), "12:00");
  check (app_format_moment (noon - 86400 * (gint64)G_USEC_PER_SEC, noon), "Nov 22, 12:00");
}

static void
test_cards (void)
{
  check (app_format_card ("622260******1234"), "6222 60** **** 1234");
  check (app_format_card (NULL), "");
}

int
main (int argc, char **argv)
{
  g_setenv ("TZ", "UTC", TRUE);
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/format/money", test_money);
  g_test_add_func ("/app/format/spans", test_spans);
  g_test_add_func ("/app/format/moments", test_moments);
  g_test_add_func ("/app/format/cards", test_cards);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-scanner.h"

static AppScannerVerdict
feed_text (AppScanner *scanner, const char *text, guint32 *time_ms, guint32 gap_ms)
{
  AppScannerVerdict verdict = APP_SCANNER_TYPED;

  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    {
      verdict = app_scanner_feed (scanner, g_utf8_get_char (at), *time_ms);
      *time_ms += gap_ms;
    }
  return verdict;
}

static void
test_burst (void)
{
  const guint32 gaps_ms[] = { 0, 5, 15, APP_SCANNER_GAP_MS };

  for (guint i = 0; i < G_N_ELEMENTS (gaps_ms); i++)
    {
      AppScanner scanner;
      guint32 time_ms = G_MAXUINT32 - 20; /* the server's clock wraps on the way */

      app_scanner_init (&scanner);
      g_assert_cmpint (feed_text (&scanner, "690", &time_ms, gaps_ms[i]), ==, APP_SCANNER_TYPED);
      g_assert_cmpint (feed_text (&scanner, "0", &time_ms, gaps_ms[i]), ==, APP_SCANNER_BURST);
      g_assert_cmpint (feed_text (&scanner, "000000014", &time_ms, gaps_ms[i]), ==,
                       APP_SCANNER_MORE);
      g_assert_cmpint (app_scanner_feed_enter (&scanner, time_ms), ==, APP_SCANNER_SCANNED);
      g_assert_cmpstr (app_scanner_text (&scanner), ==, "6900000000014");
      g_assert_cmpint (app_scanner_feed_enter (&scanner, time_ms + 10), ==,
                       APP_SCANNER_ENTER_QUICK);
      g_assert_cmpint (app_scanner_feed_enter (&scanner, time_ms + 900), ==, APP_SCANNER_ENTER);
    }
}

static void
test_two_scans (void)
{
  AppScanner scanner;
  guint32 time_ms = 1000;

  app_scanner_init (&scanner);
  feed_text (&scanner, "1234567", &time_ms, 1);
  g_assert_cmpint (app_scanner_feed_enter (&scanner, time_ms), ==, APP_SCANNER_SCANNED);
  time_ms += 1;
  g_assert_true (app_scanner_is_start (&scanner, time_ms));
  feed_text (&scanner, "7654321", &time_ms, 1);
  g_assert_cmpint (app_scanner_feed_enter (&scanner, time_ms), ==, APP_SCANNER_SCANNED);
  g_assert_cmpstr (app_scanner_text (&scanner), ==, "7654321");
}

static void
test_hand (void)
{
  AppScanner scanner;
  guint32 time_ms = 5;

  app_scanner_init (&scanner);
  g_assert_cmpint (feed_text (&scanner, "6900000000014", &time_ms, APP_SCANNER_GAP_MS + 1), ==,
                   APP_SCANNER_TYPED);
  g_assert_cmpint (app_scanner_feed_enter (&scanner, time_ms + 200), ==, APP_SCANNER_ENTER);
  feed_text (&scanner, "12", &time_ms, 10);
  g_assert_cmpint (app_scanner_feed_enter (&scanner, time_ms), ==, APP_SCANNER_ENTER_QUICK);
}

/* The display server was busy in mid-scan: the code is whole all the same. */
static void
test_stumble (void)
{
  for (guint size = 1; size < 13; size++)
    {
      const char *code = "6900000000014";
      g_autofree char *before = g_strndup (code, size);
      AppScanner scanner;
      guint32 time_ms = 5;

      app_scanner_init (&scanner);
      feed_text (&scanner, before, &time_ms, 3);
      time_ms += 90;
      g_assert_false (app_scanner_is_start (&scanner, time_ms));
      feed_text (&scanner, &code[size], &time_ms, 3);
      g_assert_cmpint (app_scanner_feed_enter (&scanner, time_ms), ==, APP_SCANNER_SCANNED);
      g_assert_cmpstr (app_scanner_text (&scanner), ==, code);
    }
}

/* Two keys pressed as one, between others at a hand's pace. */
static void
test_rolled_keys (void)
{
  AppScanner scanner;
  guint32 time_ms = 5;

  app_scanner_init (&scanner);
  for (guint i = 0; i < 5; i++)
    {
      feed_text (&scanner, "12", &time_ms, 12);
      time_ms += 100;
      g_assert_cmpint (feed_text (&scanner, "345", &time_ms, 120), ==, APP_SCANNER_TYPED);
    }
  g_assert_cmpint (app_scanner_feed_enter (&scanner, time_ms + 200), ==, APP_SCANNER_ENTER);
}

/* "3*" by hand and a scanner that fires at once. */
static void
test_quantity_then_scan (void)
{
  AppScanner scanner;
  guint32 time_ms = 5;

  app_scanner_init (&scanner);
  app_scanner_feed (&scanner, '3', time_ms);
  app_scanner_feed (&scanner, '*', time_ms + 200);
  time_ms += 200 + 100;
  g_assert_true (app_scanner_is_start (&scanner, time_ms));
  feed_text (&scanner, "6900000000014", &time_ms, 3);
  g_assert_cmpint (app_scanner_feed_enter (&scanner, time_ms), ==, APP_SCANNER_SCANNED);
  g_assert_cmpstr (app_scanner_text (&scanner), ==, "6900000000014");
}

static void
test_unfinished (void)
{
  AppScanner scanner;
  guint32 time_ms = 5;

  app_scanner_init (&scanner);
  g_assert_null (app_scanner_take_unfinished (&scanner));
  feed_text (&scanner, "ABC-1234", &time_ms, 3);
  g_assert_true (app_scanner_is_burst (&scanner));
  g_autofree char *text = app_scanner_take_unfinished (&scanner);
  g_assert_cmpstr (text, ==, "ABC-1234");
  g_assert_null (app_scanner_take_unfinished (&scanner));
  app_scanner_feed (&scanner, '1', time_ms);
  app_scanner_reset (&scanner);
  g_assert_false (app_scanner_is_burst (&scanner));
}

static void
test_overlong (void)
{
  AppScanner scanner;
  guint32 time_ms = 5;

  app_scanner_init (&scanner);
  for (guint i = 0; i < APP_SCANNER_TEXT_MAX; i++)
    feed_text (&scanner, "7", &time_ms, 1);
  g_assert_cmpuint (strlen (app_scanner_text (&scanner)), ==, APP_SCANNER_TEXT_MAX);
  for (guint i = 0; i < 1000; i++)
    feed_text (&scanner, i % 2 == 0 ? "8" : "码", &time_ms, 1);
  g_assert_true (g_str_has_suffix (app_scanner_text (&scanner), "…"));
  g_assert_true (g_utf8_validate (app_scanner_text (&scanner), -1, NULL));
  g_assert_cmpint (app_scanner_feed_enter (&scanner, time_ms), ==, APP_SCANNER_SCANNED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/scanner/burst", test_burst);
  g_test_add_func ("/app/scanner/two-scans", test_two_scans);
  g_test_add_func ("/app/scanner/hand", test_hand);
  g_test_add_func ("/app/scanner/stumble", test_stumble);
  g_test_add_func ("/app/scanner/rolled-keys", test_rolled_keys);
  g_test_add_func ("/app/scanner/quantity-then-scan", test_quantity_then_scan);
  g_test_add_func ("/app/scanner/unfinished", test_unfinished);
  g_test_add_func ("/app/scanner/overlong", test_overlong);
  return g_test_run ();
}

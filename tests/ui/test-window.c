/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The whole day of a cashier through the real window, in training: scanning at every speed, paying
 * by cash and by card, the line cut and restored until the queue is empty. Run a second time
 * against an input method that swallows every key.
 */
#include "ui-driver.h"

#include <X11/keysym.h>
#include <glib/gstdio.h>

#define WATER "6900000000014"           /* 2.00 */
#define COLA "6900000000021"            /* 3.50 */
#define MILK "6900000000045"            /* 15.80 */
#define BANANAS "6900000000090"         /* 7.96 a kg */
#define LABEL "2100101012341"           /* 1.234 kg of them */
#define DEAR_LABEL "200010101082012347" /* the same for 10.82 */
#define UNKNOWN "4006381333931"

typedef struct
{
  UiDriver *till;
  char *folder;
} Fixture;

static UiDriver *
start (const char *folder)
{
  const char *const arguments[] = { "--training", "--data-dir", folder, NULL };
  UiDriver *till = ui_driver_new (g_getenv ("TILL_PROGRAM"), arguments);

  g_object_unref (ui_driver_wait (till, ATSPI_ROLE_TEXT, "Code"));
  ui_driver_wait_words (till, "Mineral Water"); /* the quick keys are there */
  ui_driver_wait_words (till, "Reader");
  return till;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("till-ui-XXXXXX", NULL);
  fixture->till = start (fixture->folder);
}

/* A shop that is there already is open before the window is on the screen. */
static void
test_again (Fixture *fixture, gconstpointer data)
{
  g_object_unref (ui_driver_wait (fixture->till, ATSPI_ROLE_CHECK_BOX, "Line to the acquirer"));
  ui_driver_close_window (fixture->till);
  ui_driver_wait_end (g_steal_pointer (&fixture->till));
  fixture->till = start (fixture->folder);
  g_object_unref (ui_driver_wait (fixture->till, ATSPI_ROLE_CHECK_BOX, "Line to the acquirer"));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GSubprocess) remove = NULL;

  g_assert_true (fixture->till == NULL || ui_driver_is_running (fixture->till));
  ui_driver_free (fixture->till);
  remove = g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, NULL, "rm", "-rf", fixture->folder, NULL);
  g_subprocess_wait (remove, NULL, NULL);
  g_free (fixture->folder);
}

/* The total, and what is left to pay, are alert labels: a screen reader says them. */
static void
wait_total (Fixture *fixture, const char *total)
{
  g_object_unref (ui_driver_wait (fixture->till, ATSPI_ROLE_ALERT, total));
}

static void
start_card (Fixture *fixture)
{
  ui_driver_key (fixture->till, XK_F12, 0);
  ui_driver_wait_words (fixture->till, "Left to pay");
  ui_driver_type (fixture->till, "*");
  ui_driver_wait_words (fixture->till, "Waiting for the card");
}

static void
swipe (Fixture *fixture, const char *card)
{
  ui_driver_act (fixture->till, ATSPI_ROLE_PUSH_BUTTON, card);
}

static void
next_customer (Fixture *fixture)
{
  ui_driver_key (fixture->till, XK_Return, 0);
  ui_driver_wait_words (fixture->till, "Last sale");
}

/* Scans at 0 to 15 ms, faster than look-ups: nothing lost, nothing confirmed. */
static void
test_scans (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 12; i++)
    {
      ui_driver_scan (fixture->till, i % 2 == 0 ? WATER : COLA, i % 4 * 5);
      if (i % 3 == 0)
        ui_driver_key (fixture->till, XK_Return, 0); /* a scanner that sends Enter twice */
    }
  wait_total (fixture, "33.00");
  g_assert_cmpint (ui_driver_count_children (fixture->till, ATSPI_ROLE_LIST, "Sale lines"), ==, 12);
  ui_driver_type (fixture->till, "3*");
  ui_driver_scan (fixture->till, WATER, 2);
  wait_total (fixture, "39.00");
  ui_driver_key (fixture->till, XK_Delete, 0);
  wait_total (fixture, "33.00");
  ui_driver_type (fixture->till, WATER);
  ui_driver_key (fixture->till, XK_Return, 0);
  wait_total (fixture, "35.00");
}

/* An unknown code stops everything but scanning, until Esc. */
static void
test_unknown (Fixture *fixture, gconstpointer data)
{
  ui_driver_scan (fixture->till, UNKNOWN, 3);
  ui_driver_wait_words (fixture->till, "Unknown code");
  g_object_unref (ui_driver_wait (fixture->till, ATSPI_ROLE_ALERT, UNKNOWN));
  g_usleep (300 * 1000);
  ui_driver_scan (fixture->till, WATER, 3);
  wait_total (fixture, "2.00");
  g_assert_true (ui_driver_has (fixture->till, ATSPI_ROLE_ALERT, UNKNOWN));
  ui_driver_key (fixture->till, XK_Return, 200);
  g_assert_true (ui_driver_has (fixture->till, ATSPI_ROLE_ALERT, UNKNOWN));
  ui_driver_key (fixture->till, XK_Escape, 0);
  ui_driver_wait_gone (fixture->till, ATSPI_ROLE_ALERT, UNKNOWN);
}

/* What is weighed comes into the sale with its weight, or not at all. */
static void
test_weight (Fixture *fixture, gconstpointer data)
{
  ui_driver_scan (fixture->till, BANANAS, 3);
  ui_driver_wait_words (fixture->till, "Sold by weight");
  ui_driver_type (fixture->till, "0.5");
  ui_driver_key (fixture->till, XK_Return, 0);
  wait_total (fixture, "3.98");
  ui_driver_type (fixture->till, "1.5*");
  ui_driver_scan (fixture->till, BANANAS, 3);
  wait_total (fixture, "15.92");
  ui_driver_scan (fixture->till, BANANAS, 3);
  ui_driver_wait_words (fixture->till, "Weight in kg");
  ui_driver_scan (fixture->till, WATER, 3);
  ui_driver_wait_words (fixture->till, "not weighed");
  wait_total (fixture, "17.92");
  ui_driver_key (fixture->till, XK_Escape, 0);
}

/* A scale's label comes in for what is printed on it; one that can't be right stops everything. */
static void
test_label (Fixture *fixture, gconstpointer data)
{
  ui_driver_scan (fixture->till, LABEL, 3);
  wait_total (fixture, "9.82");
  ui_driver_scan (fixture->till, DEAR_LABEL, 3);
  ui_driver_wait_words (fixture->till, "weight times the price");
  g_object_unref (ui_driver_wait (fixture->till, ATSPI_ROLE_ALERT, DEAR_LABEL));
  wait_total (fixture, "9.82");
  ui_driver_key (fixture->till, XK_Escape, 0);
  ui_driver_wait_gone (fixture->till, ATSPI_ROLE_ALERT, DEAR_LABEL);
}

/* On the pay page a scan adds an item and takes no money, whatever its first character is. */
static void
test_scan_takes_no_money (Fixture *fixture, gconstpointer data)
{
  ui_driver_scan (fixture->till, WATER, 3);
  wait_total (fixture, "2.00");
  ui_driver_key (fixture->till, XK_F12, 0);
  ui_driver_wait_words (fixture->till, "Left to pay");
  ui_driver_scan (fixture->till, "+" COLA, 5);
  ui_driver_wait_words (fixture->till, "Unknown code");
  ui_driver_key (fixture->till, XK_Escape, 100);
  ui_driver_key (fixture->till, XK_F12, 0);
  ui_driver_wait_words (fixture->till, "Left to pay");
  ui_driver_scan (fixture->till, COLA, 5);
  wait_total (fixture, "5.50");
  g_assert_false (ui_driver_has (fixture->till, ATSPI_ROLE_LABEL, "Change to give back"));
}

static void
test_search_and_park (Fixture *fixture, gconstpointer data)
{
  ui_driver_type (fixture->till, "lemon");
  ui_driver_wait_words (fixture->till, "Iced Lemon Tea");
  ui_driver_key (fixture->till, XK_Return, 0);
  wait_total (fixture, "4.00");
  ui_driver_key (fixture->till, XK_F7, 0);
  ui_driver_wait_words (fixture->till, "Parked 1");
  ui_driver_scan (fixture->till, WATER, 3);
  wait_total (fixture, "2.00");
  ui_driver_key (fixture->till, XK_F9, 200);
  ui_driver_wait_words (fixture->till, "Press F9 again");
  ui_driver_key (fixture->till, XK_F9, 0);
  wait_total (fixture, "0.00");
  ui_driver_key (fixture->till, XK_F8, 200);
  ui_driver_type (fixture->till, "1");
  wait_total (fixture, "4.00");
}

static void
pay_cash (Fixture *fixture)
{
  ui_driver_scan (fixture->till, MILK, 5);
  wait_total (fixture, "15.80");
  ui_driver_key (fixture->till, XK_F12, 0);
  ui_driver_wait_words (fixture->till, "Left to pay");
  ui_driver_type (fixture->till, "20+");
  ui_driver_wait_words (fixture->till, "Change to give back");
  wait_total (fixture, "¥4.20");
  ui_driver_scan (fixture->till, WATER, 5); /* the next customer's first item */
  wait_total (fixture, "2.00");
}

static void
test_day (Fixture *fixture, gconstpointer data)
{
  pay_cash (fixture);

  start_card (fixture);
  swipe (fixture, "Visa test card");
  ui_driver_wait_words (fixture->till, "The bank said yes");
  next_customer (fixture);

  ui_driver_act (fixture->till, ATSPI_ROLE_CHECK_BOX, "Line to the acquirer");
  ui_driver_scan (fixture->till, COLA, 5);
  wait_total (fixture, "3.50");
  start_card (fixture);
  swipe (fixture, "UnionPay test card");
  ui_driver_wait_words (fixture->till, "Nobody has approved this sale yet");
  g_assert_false (ui_driver_has (fixture->till, ATSPI_ROLE_ALERT, "✓ Approved"));
  ui_driver_wait_words (fixture->till, "1 waiting · ¥3.50");
  next_customer (fixture);

  ui_driver_key (fixture->till, XK_F5, 0);
  ui_driver_wait_words (fixture->till, "1 record, ¥3.50, is waiting to be sent");
  ui_driver_act (fixture->till, ATSPI_ROLE_CHECK_BOX, "Line to the acquirer");
  ui_driver_wait_words (fixture->till, "Everything is with the acquirer");
  ui_driver_wait_words (fixture->till, "Queue 0");
}

/* The day's end by keys and buttons: what was sold, closed after asking twice, and to be read
 * again.
 */
static void
test_office (Fixture *fixture, gconstpointer data)
{
  pay_cash (fixture);
  ui_driver_key (fixture->till, XK_F10, 0);
  ui_driver_wait_words (fixture->till, "Shift 1 is open");
  ui_driver_wait_words (fixture->till, "not certified by EMVCo");
  ui_driver_wait_words (fixture->till, "Visa: no key");
  ui_driver_wait_words (fixture->till, "The reader has keys for a PIN");
  ui_driver_act (fixture->till, ATSPI_ROLE_PUSH_BUTTON, "Figures of this shift");
  ui_driver_wait_words (fixture->till, "X report, shift 1");
  ui_driver_act (fixture->till, ATSPI_ROLE_PUSH_BUTTON, "Close the shift: Z report");
  ui_driver_act (fixture->till, ATSPI_ROLE_PUSH_BUTTON, "Close it now, for good");
  ui_driver_wait_words (fixture->till, "The shift is closed: Z report 1");
  ui_driver_key (fixture->till, XK_Escape, 100); /* the notice */
  ui_driver_key (fixture->till, XK_Escape, 0);   /* back to the office */
  ui_driver_wait_words (fixture->till, "Shift 2 begins with the next sale");
  ui_driver_act (fixture->till, ATSPI_ROLE_PUSH_BUTTON, "Settle");
  ui_driver_wait_words (fixture->till, "Settled: both sides stand below");
  ui_driver_wait_words (fixture->till, "both agree");
  ui_driver_key (fixture->till, XK_Escape, 100);
  ui_driver_key (fixture->till, XK_Escape, 0);
  ui_driver_act (fixture->till, ATSPI_ROLE_PUSH_BUTTON, "The last Z report");
  ui_driver_wait_words (fixture->till, "The journal's end"); /* the office names its number, too */
  ui_driver_key (fixture->till, XK_Escape, 100);
  ui_driver_key (fixture->till, XK_Escape, 0);
  wait_total (fixture, "2.00"); /* the sale that was begun is still there */
}

/* The drawer's day by keys: its float, cash in with a reason, a blind count that misses 0.50, and
 * the shift closed with it. */
static void
test_drawer (Fixture *fixture, gconstpointer data)
{
  ui_driver_key (fixture->till, XK_F10, 0);
  ui_driver_act (fixture->till, ATSPI_ROLE_PUSH_BUTTON, "The cash drawer");
  ui_driver_wait_words (fixture->till, "The float of this shift wasn't counted yet");
  ui_driver_type (fixture->till, "1"); /* a note of 100 */
  ui_driver_key (fixture->till, XK_Return, 100);
  ui_driver_type (fixture->till, "2"); /* two of 50 */
  ui_driver_key (fixture->till, XK_Return, 100);
  ui_driver_wait_words (fixture->till, "¥200.00");
  ui_driver_act (fixture->till, ATSPI_ROLE_PUSH_BUTTON, "Keep as float");
  ui_driver_wait_words (fixture->till, "Float: ¥200.00");
  ui_driver_key (fixture->till, XK_Escape, 100); /* what was said */
  ui_driver_fill (fixture->till, "Amount", "20");
  ui_driver_act (fixture->till, ATSPI_ROLE_PUSH_BUTTON, "Cash in");
  ui_driver_wait_words (fixture->till, "Say why, in a few words");
  ui_driver_key (fixture->till, XK_Escape, 100);
  ui_driver_fill (fixture->till, "Why, in a few words", "coins from the bank");
  ui_driver_act (fixture->till, ATSPI_ROLE_PUSH_BUTTON, "Cash in");
  ui_driver_wait_words (fixture->till, "Cash in: ¥20.00");
  ui_driver_key (fixture->till, XK_Escape, 100);
  ui_driver_key (fixture->till, XK_Escape, 100);
  ui_driver_key (fixture->till, XK_Escape, 100);
  pay_cash (fixture);
  ui_driver_key (fixture->till, XK_F10, 0);
  ui_driver_act (fixture->till, ATSPI_ROLE_PUSH_BUTTON, "The cash drawer");
  ui_driver_wait_words (fixture->till, "Drawer of shift 1");
  ui_driver_type (fixture->till, "7");
  ui_driver_key (fixture->till, XK_Return, 100);
  ui_driver_wait_words (fixture->till, "¥700.00");
  ui_driver_act (fixture->till, ATSPI_ROLE_PUSH_BUTTON, "Count and close");
  g_object_unref (ui_driver_wait (fixture->till, ATSPI_ROLE_PUSH_BUTTON, "Close it now, for good"));
  ui_driver_key (fixture->till, XK_Escape, 200); /* whoever comes back counts anew */
  ui_driver_act (fixture->till, ATSPI_ROLE_PUSH_BUTTON, "The cash drawer");
  ui_driver_wait_words (fixture->till, "Drawer of shift 1");
  g_object_unref (ui_driver_wait (fixture->till, ATSPI_ROLE_PUSH_BUTTON, "Count and close"));
  g_assert_false (ui_driver_has (fixture->till, ATSPI_ROLE_INVALID, "¥700.00"));
  ui_driver_type (fixture->till, "2");
  ui_driver_key (fixture->till, XK_Return, 100);
  ui_driver_act (fixture->till, ATSPI_ROLE_PUSH_BUTTON, "Keep the count");
  ui_driver_wait_words (fixture->till, "less than there should be");
  ui_driver_key (fixture->till, XK_Escape, 100);
  ui_driver_act (fixture->till, ATSPI_ROLE_PUSH_BUTTON, "Count and close");
  ui_driver_act (fixture->till, ATSPI_ROLE_PUSH_BUTTON, "Close it now, for good");
  ui_driver_wait_words (fixture->till, "The shift is closed: Z report 1");
  ui_driver_wait_words (fixture->till, "Difference: counted less expected");
}

/* Which application a chip pays by is chosen by one key of a hand, never by a code's first digit;
 * and it is said in words how far the chip is. */
static void
test_chip (Fixture *fixture, gconstpointer data)
{
  ui_driver_scan (fixture->till, MILK, 5);
  wait_total (fixture, "15.80");
  start_card (fixture);
  swipe (fixture, "Chip card, several applications");
  ui_driver_wait_words (fixture->till, "The card can pay in several ways");
  ui_driver_wait_words (fixture->till, "The card is in the reader, Card"); /* the tender's row */
  ui_driver_scan (fixture->till, "1" WATER, 5);
  ui_driver_type (fixture->till, "0");
  g_usleep (400 * 1000);
  g_object_unref (ui_driver_wait (fixture->till, ATSPI_ROLE_PUSH_BUTTON, "TILL CREDIT"));
  ui_driver_key (fixture->till, XK_Delete, 0);
  ui_driver_wait_words (fixture->till, "Cancelled here. The card was not charged.");
  g_assert_false (ui_driver_has (fixture->till, ATSPI_ROLE_PUSH_BUTTON, "TILL CREDIT"));
  ui_driver_act (fixture->till, ATSPI_ROLE_PUSH_BUTTON, "Take the chip card out");
  g_usleep (600 * 1000); /* a button that is pressed so takes its time */
  ui_driver_type (fixture->till, "*");
  ui_driver_wait_words (fixture->till, "Waiting for the card");
  swipe (fixture, "Chip card, several applications");
  ui_driver_wait_words (fixture->till, "The card can pay in several ways");
  ui_driver_type (fixture->till, "1");
  ui_driver_wait_words (fixture->till, "6200 00** **** 0138");
  ui_driver_wait_words (fixture->till, "Take the card out of the reader.");
}

/* Nobody knows whether the card was charged: the till says so, takes it back, and says that too. */
static void
test_lost_answer (Fixture *fixture, gconstpointer data)
{
  ui_driver_scan (fixture->till, MILK, 5);
  wait_total (fixture, "15.80");
  ui_driver_act (fixture->till, ATSPI_ROLE_CHECK_BOX, "Answers of the acquirer");
  start_card (fixture);
  swipe (fixture, "Visa test card");
  ui_driver_wait_words (fixture->till, "Unknown: reversing");
  g_assert_false (ui_driver_has (fixture->till, ATSPI_ROLE_ALERT, "✓ Approved"));
  ui_driver_key (fixture->till, XK_F7, 0); /* the next customer waits for no bank */
  ui_driver_wait_words (fixture->till, "Parked 1");
  ui_driver_scan (fixture->till, WATER, 5);
  wait_total (fixture, "2.00");
  ui_driver_act (fixture->till, ATSPI_ROLE_CHECK_BOX, "Answers of the acquirer");
  ui_driver_wait_words (fixture->till, "Queue 0");
  ui_driver_key (fixture->till, XK_F7, 0);
  ui_driver_wait_words (fixture->till, "Parked 2");
  ui_driver_key (fixture->till, XK_F8, 200);
  ui_driver_type (fixture->till, "2"); /* the older one */
  wait_total (fixture, "15.80");
  ui_driver_key (fixture->till, XK_F12, 0);
  ui_driver_wait_words (fixture->till, "Reversed, not charged");
  g_assert_false (ui_driver_has (fixture->till, ATSPI_ROLE_ALERT, "✓ Approved"));
}

/* Whoever closes the till is told what isn't with the acquirer yet; else nothing is asked. */
static void
test_close (Fixture *fixture, gconstpointer data)
{
  ui_driver_act (fixture->till, ATSPI_ROLE_CHECK_BOX, "Line to the acquirer");
  ui_driver_scan (fixture->till, MILK, 5);
  wait_total (fixture, "15.80");
  start_card (fixture);
  swipe (fixture, "UnionPay test card");
  ui_driver_wait_words (fixture->till, "1 waiting · ¥15.80");
  next_customer (fixture);
  ui_driver_close_window (fixture->till);
  ui_driver_wait_words (fixture->till, "1 record, ¥15.80, is not with the acquirer yet");
  ui_driver_scan (fixture->till, WATER, 5); /* its Enter closes nothing */
  wait_total (fixture, "2.00");
  ui_driver_close_window (fixture->till);
  ui_driver_act (fixture->till, ATSPI_ROLE_PUSH_BUTTON, "Stay");
  wait_total (fixture, "2.00");
  ui_driver_act (fixture->till, ATSPI_ROLE_CHECK_BOX, "Line to the acquirer");
  ui_driver_wait_words (fixture->till, "Queue 0");
  ui_driver_act (fixture->till, ATSPI_ROLE_CHECK_BOX, "Line to the acquirer");
  start_card (fixture);
  swipe (fixture, "UnionPay test card");
  ui_driver_wait_words (fixture->till, "1 waiting · ¥2.00");
  ui_driver_close_window (fixture->till);
  ui_driver_act (fixture->till, ATSPI_ROLE_PUSH_BUTTON, "Close");
  ui_driver_wait_end (g_steal_pointer (&fixture->till));
}

static void
test_close_empty (Fixture *fixture, gconstpointer data)
{
  ui_driver_close_window (fixture->till);
  ui_driver_wait_end (g_steal_pointer (&fixture->till));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  /* libatspi warns of a program that comes while it looks; that is no failure. */
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_ERROR);
  g_test_add ("/ui/window/scans", Fixture, NULL, set_up, test_scans, tear_down);
  g_test_add ("/ui/window/unknown-code", Fixture, NULL, set_up, test_unknown, tear_down);
  g_test_add ("/ui/window/weight", Fixture, NULL, set_up, test_weight, tear_down);
  g_test_add ("/ui/window/label", Fixture, NULL, set_up, test_label, tear_down);
  g_test_add ("/ui/window/scan-takes-no-money", Fixture, NULL, set_up, test_scan_takes_no_money,
              tear_down);
  /* A name can't be typed through an input method that gives nothing back. */
  if (g_strcmp0 (g_getenv ("TILL_UI_IM"), "swallow") != 0)
    g_test_add ("/ui/window/search-and-park", Fixture, NULL, set_up, test_search_and_park,
                tear_down);
  g_test_add ("/ui/window/lost-answer", Fixture, NULL, set_up, test_lost_answer, tear_down);
  g_test_add ("/ui/window/chip", Fixture, NULL, set_up, test_chip, tear_down);
  g_test_add ("/ui/window/day", Fixture, NULL, set_up, test_day, tear_down);
  g_test_add ("/ui/window/office", Fixture, NULL, set_up, test_office, tear_down);
  g_test_add ("/ui/window/drawer", Fixture, NULL, set_up, test_drawer, tear_down);
  g_test_add ("/ui/window/close", Fixture, NULL, set_up, test_close, tear_down);
  g_test_add ("/ui/window/again", Fixture, NULL, set_up, test_again, tear_down);
  g_test_add ("/ui/window/close-empty", Fixture, NULL, set_up, test_close_empty, tear_down);
  return g_test_run ();
}

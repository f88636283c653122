/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Takes the real window through its pages and has a picture made of each: shoot-window TILL PREFIX
 * WIDTH HEIGHT. Not a test; the pictures are for people to look at. Run by screenshots.sh, which
 * sets language, colours and screen.
 */
#include "ui-driver.h"

#include "base-data.h"

#include <X11/keysym.h>
#include <libintl.h>
#include <locale.h>
#include <stdlib.h>

#define SETTLE_MS 450

typedef struct
{
  UiDriver *till;
  const char *program, *prefix;
  const char *folder, *older;
  int width, height;
} Shoot;

static const char *
say (const char *msgid)
{
  return dgettext ("till", msgid);
}

static void
take (Shoot *shoot, const char *name)
{
  g_autofree char *file = g_strdup_printf ("%s-%s.png", shoot->prefix, name);
  g_autoptr (GSubprocess) import = NULL;

  g_usleep (SETTLE_MS * 1000);
  import = g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, NULL, "import", "-silent", "-window", "root",
                             file, NULL);
  if (import == NULL || !g_subprocess_wait_check (import, NULL, NULL))
    g_error ("no picture %s: is ImageMagick installed?", file);
}

static void
wait_sum (Shoot *shoot, const char *sum)
{
  g_object_unref (ui_driver_wait (shoot->till, ATSPI_ROLE_ALERT, sum));
}

static void
run (const char *command, const char *flag, const char *first, const char *second)
{
  g_autoptr (GSubprocess) process
      = g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, NULL, command, flag, first, second, NULL);

  if (process == NULL || !g_subprocess_wait_check (process, NULL, NULL))
    g_error ("%s %s failed", command, first);
}

static void
shoot_selling (Shoot *shoot)
{
  take (shoot, "1-empty");
  ui_driver_type (shoot->till, "6*");
  ui_driver_scan (shoot->till, "6900000000014", 3);
  ui_driver_scan (shoot->till, "6900000000038", 3);
  wait_sum (shoot, "16.00");
  ui_driver_scan (shoot->till, "6900000000021", 3);
  wait_sum (shoot, "19.50");
  ui_driver_key (shoot->till, XK_Delete, 0);
  wait_sum (shoot, "16.00");
  ui_driver_scan (shoot->till, "6900000000045", 3);
  wait_sum (shoot, "31.80");
  ui_driver_type (shoot->till, "3*690");
  take (shoot, "2-sell");
  ui_driver_key (shoot->till, XK_Escape, 100);
  ui_driver_key (shoot->till, XK_F2, 100);
  ui_driver_type (shoot->till, "mi");
  take (shoot, "3-search");
  ui_driver_key (shoot->till, XK_Escape, 100);
  ui_driver_scan (shoot->till, "4006381333931", 3);
  take (shoot, "4-unknown");
  ui_driver_key (shoot->till, XK_Escape, 100);
  ui_driver_key (shoot->till, XK_F4, 100);
  ui_driver_type (shoot->till, "12");
  take (shoot, "5-quantity");
  ui_driver_key (shoot->till, XK_Escape, 100);
}

/* On a small screen the bench is hidden but for the moment it is used. */
static void
act_on_bench (Shoot *shoot, AtspiRole role, const char *what)
{
  gboolean hidden = !ui_driver_has (shoot->till, role, say (what));

  if (hidden)
    ui_driver_key (shoot->till, XK_F6, 100);
  ui_driver_act (shoot->till, role, say (what));
  if (hidden)
    ui_driver_key (shoot->till, XK_F6, 100);
}

static void
swipe (Shoot *shoot, const char *card)
{
  ui_driver_type (shoot->till, "*");
  ui_driver_wait_words (shoot->till, say ("Waiting for the card"));
  act_on_bench (shoot, ATSPI_ROLE_PUSH_BUTTON, card);
}

static void
shoot_paying (Shoot *shoot)
{
  ui_driver_key (shoot->till, XK_F12, 100);
  ui_driver_type (shoot->till, "20+");
  wait_sum (shoot, "¥11.80");
  ui_driver_type (shoot->till, "*");
  ui_driver_wait_words (shoot->till, say ("Waiting for the card"));
  take (shoot, "6-card");
  act_on_bench (shoot, ATSPI_ROLE_PUSH_BUTTON, "Expired card, declined");
  ui_driver_wait_words (shoot->till, say ("Declined, not charged"));
  take (shoot, "7-declined");
  ui_driver_type (shoot->till, "50");
  take (shoot, "8-amount");
  ui_driver_type (shoot->till, "+");
  wait_sum (shoot, "¥38.20");
  take (shoot, "9-change");
  ui_driver_key (shoot->till, XK_Return, 800);
  take (shoot, "a-between");
}

/* A chip with several applications; what it says then is its own affair. */
static void
shoot_chip (Shoot *shoot)
{
  ui_driver_scan (shoot->till, "6900000000045", 3);
  wait_sum (shoot, "15.80");
  ui_driver_key (shoot->till, XK_F12, 100);
  ui_driver_type (shoot->till, "*");
  ui_driver_wait_words (shoot->till, say ("Waiting for the card"));
  act_on_bench (shoot, ATSPI_ROLE_PUSH_BUTTON, "Chip card, several applications");
  ui_driver_wait_words (shoot->till,
                        say ("The card can pay in several ways. Let the cardholder choose."));
  take (shoot, "a1-chip-choice");
  ui_driver_type (shoot->till, "1");
  g_usleep (6 * SETTLE_MS * 1000);
  take (shoot, "a2-chip");
  ui_driver_key (shoot->till, XK_Return, 500);
  act_on_bench (shoot, ATSPI_ROLE_PUSH_BUTTON, "Take the chip card out");
}

static void
shoot_offline (Shoot *shoot)
{
  act_on_bench (shoot, ATSPI_ROLE_CHECK_BOX, "Line to the acquirer");
  for (guint i = 0; i < 3; i++)
    {
      ui_driver_scan (shoot->till, "6900000000045", 3);
      wait_sum (shoot, "15.80");
      ui_driver_key (shoot->till, XK_F12, 100);
      swipe (shoot, "UnionPay test card");
      ui_driver_wait_words (shoot->till, say ("Stored, not yet approved"));
      if (i == 0)
        take (shoot, "b-stored");
      ui_driver_key (shoot->till, XK_Return, 500);
    }
  ui_driver_key (shoot->till, XK_F5, 300);
  take (shoot, "c-queue");
  act_on_bench (shoot, ATSPI_ROLE_CHECK_BOX, "Line to the acquirer");
  ui_driver_wait_words (shoot->till, say ("Everything is with the acquirer. Nothing waits."));
  take (shoot, "d-queue-empty");
  ui_driver_key (shoot->till, XK_F1, 300);
  take (shoot, "e-keys");
  ui_driver_key (shoot->till, XK_Escape, 100);
  ui_driver_type (shoot->till, "6*");
  ui_driver_scan (shoot->till, "6900000000014", 3);
  ui_driver_scan (shoot->till, "6900000000038", 3);
  ui_driver_scan (shoot->till, "6900000000021", 3);
  wait_sum (shoot, "19.50");
  ui_driver_key (shoot->till, XK_Delete, 0);
  wait_sum (shoot, "16.00");
  ui_driver_scan (shoot->till, "6900000000045", 3);
  wait_sum (shoot, "31.80");
  ui_driver_type (shoot->till, "3*");
  take (shoot, "f-till");
}

/* The acquirer charges and says nothing: nobody knows, until the reversal was heard. */
static void
shoot_unknown (Shoot *shoot)
{
  ui_driver_key (shoot->till, XK_Escape, 100);
  act_on_bench (shoot, ATSPI_ROLE_CHECK_BOX, "Answers of the acquirer");
  ui_driver_key (shoot->till, XK_F12, 100);
  swipe (shoot, "Visa test card");
  ui_driver_wait_words (shoot->till, say ("Asking the bank"));
  run ("cp", "-a", shoot->folder, shoot->older);
  ui_driver_wait_words (shoot->till, say ("Unknown: reversing"));
  take (shoot, "g-unknown");
  ui_driver_key (shoot->till, XK_F5, 300);
  take (shoot, "h-unknown-queue");
  act_on_bench (shoot, ATSPI_ROLE_CHECK_BOX, "Answers of the acquirer");
  ui_driver_act (shoot->till, ATSPI_ROLE_PUSH_BUTTON, say ("Send now"));
  ui_driver_wait_words (shoot->till, say ("Everything is with the acquirer. Nothing waits."));
  ui_driver_key (shoot->till, XK_Escape, 300);
  take (shoot, "i-reversed");
}

/* The day's end. */
static void
shoot_office (Shoot *shoot)
{
  ui_driver_key (shoot->till, XK_Insert, 300);
  take (shoot, "j-find");
  ui_driver_key (shoot->till, XK_Escape, 300);
  ui_driver_key (shoot->till, XK_F10, 300);
  take (shoot, "j-office");
  ui_driver_act (shoot->till, ATSPI_ROLE_PUSH_BUTTON, say ("The cash drawer"));
  ui_driver_type (shoot->till, "3");
  ui_driver_key (shoot->till, XK_Return, 100);
  ui_driver_type (shoot->till, "2");
  ui_driver_key (shoot->till, XK_Return, 300);
  take (shoot, "j-drawer");
  ui_driver_act (shoot->till, ATSPI_ROLE_PUSH_BUTTON, say ("Keep the count"));
  g_usleep (SETTLE_MS * 1000);
  ui_driver_key (shoot->till, XK_Escape, 300);
  take (shoot, "j-drawer-counted");
  ui_driver_key (shoot->till, XK_Escape, 300);
  ui_driver_act (shoot->till, ATSPI_ROLE_PUSH_BUTTON, say ("Figures of this shift"));
  take (shoot, "k-report");
  ui_driver_act (shoot->till, ATSPI_ROLE_PUSH_BUTTON, say ("Close the shift: Z report"));
  ui_driver_act (shoot->till, ATSPI_ROLE_PUSH_BUTTON, say ("Close it now, for good"));
  g_usleep (SETTLE_MS * 1000);
  ui_driver_key (shoot->till, XK_Escape, 300);
  take (shoot, "l-closed");
  ui_driver_key (shoot->till, XK_Escape, 300);
  ui_driver_act (shoot->till, ATSPI_ROLE_PUSH_BUTTON, say ("Settle"));
  ui_driver_wait_words (shoot->till, say ("Settled: both sides stand below."));
  take (shoot, "m-settled");
  ui_driver_key (shoot->till, XK_Escape, 100);
  ui_driver_key (shoot->till, XK_Escape, 300);
  take (shoot, "n-office-later");
  ui_driver_key (shoot->till, XK_Escape, 300);
}

/* Whoever closes the till is told what waits. */
static void
shoot_closing (Shoot *shoot)
{
  act_on_bench (shoot, ATSPI_ROLE_CHECK_BOX, "Line to the acquirer");
  ui_driver_scan (shoot->till, "6900000000045", 3);
  ui_driver_key (shoot->till, XK_F12, 100);
  swipe (shoot, "UnionPay test card");
  ui_driver_wait_words (shoot->till, say ("Stored, not yet approved"));
  ui_driver_key (shoot->till, XK_Return, 500);
  ui_driver_close_window (shoot->till);
  ui_driver_wait_words (shoot->till, say ("Stay"));
  take (shoot, "o-closing");
  ui_driver_act (shoot->till, ATSPI_ROLE_PUSH_BUTTON, say ("Close"));
  ui_driver_wait_end (g_steal_pointer (&shoot->till));
}

static void
open_till (Shoot *shoot, const char *folder)
{
  const char *arguments[] = { "--training", "--data-dir", folder, NULL };

  shoot->till = ui_driver_new (shoot->program, arguments);
  ui_driver_fill_screen (shoot->till, shoot->width, shoot->height);
  ui_driver_wait_words (shoot->till, say ("Reader"));
}

/* What waits is damaged on the disk, and the acquirer forgets a sale: what is set aside, and a
 * settlement where both sides differ. */
static void
shoot_trouble (Shoot *shoot)
{
  g_autofree char *books = g_build_filename (shoot->folder, "till.db", NULL);
  g_autofree char *ledger = g_build_filename (shoot->folder, "acquirer", "ledger.jsonl", NULL);

  run ("python3", "-c",
       "import sqlite3, sys\n"
       "with sqlite3.connect(sys.argv[1]) as books:\n"
       "    books.execute(\"UPDATE record SET sealed = zeroblob(60) WHERE state <> 'done'\")",
       books);
  open_till (shoot, shoot->folder);
  ui_driver_wait_words (shoot->till, say ("Online"));
  ui_driver_scan (shoot->till, "6900000000045", 3);
  ui_driver_key (shoot->till, XK_F12, 100);
  swipe (shoot, "Visa test card");
  ui_driver_wait_words (shoot->till, say ("Approved"));
  ui_driver_key (shoot->till, XK_Return, 500);
  ui_driver_key (shoot->till, XK_F5, 500);
  take (shoot, "u-aside");
  ui_driver_close_window (shoot->till);
  ui_driver_act (shoot->till, ATSPI_ROLE_PUSH_BUTTON, say ("Close"));
  ui_driver_wait_end (g_steal_pointer (&shoot->till));
  run ("sed", "-i", "$d", ledger);
  open_till (shoot, shoot->folder);
  ui_driver_wait_words (shoot->till, say ("Online"));
  ui_driver_key (shoot->till, XK_F10, 300);
  ui_driver_act (shoot->till, ATSPI_ROLE_PUSH_BUTTON, say ("Settle"));
  ui_driver_wait_words (shoot->till, say ("Settled: both sides stand below."));
  take (shoot, "v-differs");
  ui_driver_free (g_steal_pointer (&shoot->till));
}

/* The books as they were while a card was asked for: nobody here knows its outcome. */
static void
shoot_older (Shoot *shoot)
{
  open_till (shoot, shoot->older);
  ui_driver_key (shoot->till, XK_F5, 500);
  take (shoot, "p-older");
  ui_driver_act (shoot->till, ATSPI_ROLE_PUSH_BUTTON, say ("It was charged"));
  take (shoot, "q-charged");
  ui_driver_act (shoot->till, ATSPI_ROLE_PUSH_BUTTON, say ("Back"));
  ui_driver_act (shoot->till, ATSPI_ROLE_PUSH_BUTTON, say ("They are closed: send from here"));
  ui_driver_wait_words (shoot->till, say ("Online"));
  take (shoot, "r-released");
  ui_driver_act (shoot->till, ATSPI_ROLE_PUSH_BUTTON, say ("Reverse it"));
  take (shoot, "s-reverse");
  ui_driver_act (shoot->till, ATSPI_ROLE_PUSH_BUTTON, say ("Reverse it"));
  g_usleep (4 * SETTLE_MS * 1000);
  take (shoot, "t-reversed");
}

static void
say_line (Shoot *shoot, const char *what)
{
  ui_driver_type (shoot->till, what);
  ui_driver_key (shoot->till, XK_Return, 400);
}

/* Last: from then on the till wants to know who it is. */
static void
shoot_people (Shoot *shoot)
{
  ui_driver_key (shoot->till, XK_F10, 300);
  ui_driver_act (shoot->till, ATSPI_ROLE_PUSH_BUTTON, say ("People and their rights"));
  take (shoot, "w-people-none");
  ui_driver_fill (shoot->till, say ("Name"), "李小梅");
  ui_driver_fill (shoot->till, say ("First PIN, 4 to 12 digits; changed at the first sign-in"),
                  "4821");
  ui_driver_act (shoot->till, ATSPI_ROLE_PUSH_BUTTON, say ("Save"));
  ui_driver_wait_words (shoot->till, say ("Who works at this till?"));
  take (shoot, "x-locked");
  say_line (shoot, "1");
  say_line (shoot, "1111");
  take (shoot, "x-locked-wrong");
  say_line (shoot, "1");
  say_line (shoot, "4821");
  g_usleep (SETTLE_MS * 1000);
  take (shoot, "y-sell-signed-in");
  ui_driver_key (shoot->till, XK_F10, 300);
  ui_driver_act (shoot->till, ATSPI_ROLE_PUSH_BUTTON, say ("People and their rights"));
  take (shoot, "z-people");
}

/* The bench is where the cards are; on a small screen it lies over the till, so it is shown once
 * and hidden again. */
static void
shoot_bench (Shoot *shoot)
{
  if (!ui_driver_has (shoot->till, ATSPI_ROLE_CHECK_BOX, say ("Line to the acquirer")))
    ui_driver_key (shoot->till, XK_F6, 300);
  take (shoot, "0-bench");
  if (shoot->width < 1500)
    ui_driver_key (shoot->till, XK_F6, 300);
}

int
main (int argc, char **argv)
{
  g_autofree char *locale_dir = base_data_locale_dir ();
  g_autofree char *folder = g_dir_make_tmp ("till-shoot-XXXXXX", NULL);
  g_autofree char *older = g_strconcat (folder, "-older", NULL);
  Shoot shoot = { 0 };

  if (argc != 5)
    return 2;
  setlocale (LC_ALL, "");
  bindtextdomain ("till", locale_dir);
  shoot.program = argv[1];
  shoot.prefix = argv[2];
  shoot.width = atoi (argv[3]);
  shoot.height = atoi (argv[4]);
  shoot.folder = folder;
  shoot.older = older;
  open_till (&shoot, folder);
  ui_driver_wait_words (shoot.till, say ("Online"));
  shoot_bench (&shoot);
  shoot_selling (&shoot);
  shoot_paying (&shoot);
  shoot_chip (&shoot);
  shoot_offline (&shoot);
  shoot_unknown (&shoot);
  shoot_office (&shoot);
  shoot_closing (&shoot);
  shoot_trouble (&shoot);
  shoot_older (&shoot);
  shoot_people (&shoot);
  ui_driver_free (shoot.till);
  return 0;
}

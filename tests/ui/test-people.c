/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * People at the real window: a till that is locked until somebody signs in, a first PIN that is
 * changed, a cashier entered and handed over to with the sale on the screen, approvals on the spot.
 * By keyboard but for the pages' own buttons.
 */
#include "cli-scene.h"
#include "ui-driver.h"

#include <X11/keysym.h>
#include <string.h>

#define FIRST_PIN "4821"
#define MANAGER_PIN "88214"
#define CASHIER_FIRST "1357"
#define CASHIER_PIN "70539"
#define BADGE "BADGE0001"

typedef struct
{
  CliScene scene;
  UiDriver *till;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer lock_after)
{
  const char *arguments[] = { "--data-dir", NULL, "--passphrase-file", NULL, NULL };
  g_autofree char *pin = NULL, *badge = NULL, *add = NULL;

  cli_scene_open (&fixture->scene);
  pin = cli_scene_file (&fixture->scene, "pin", FIRST_PIN "\n");
  badge = cli_scene_file (&fixture->scene, "badge", BADGE "\n");
  add = g_strdup_printf ("people add Ann --role manager --pin-file %s --badge-file %s", pin, badge);
  cli_scene_run (&fixture->scene, add);
  g_assert_cmpint (fixture->scene.exit_code, ==, 0);
  cli_scene_run (&fixture->scene, lock_after);
  g_assert_cmpint (fixture->scene.exit_code, ==, 0);
  arguments[1] = fixture->scene.data;
  arguments[3] = fixture->scene.pass;
  fixture->till = ui_driver_new (g_getenv ("TILL_PROGRAM"), arguments);
  ui_driver_wait_words (fixture->till, "Who works at this till?");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_assert_true (ui_driver_is_running (fixture->till));
  ui_driver_free (fixture->till);
  cli_scene_clear (&fixture->scene);
}

static void
say (Fixture *fixture, const char *what)
{
  ui_driver_type (fixture->till, what);
  ui_driver_key (fixture->till, XK_Return, 100);
}

static void
sign_in (Fixture *fixture, const char *number, const char *pin)
{
  g_object_unref (ui_driver_wait (fixture->till, ATSPI_ROLE_INVALID, "Number, or scan your badge"));
  say (fixture, number);
  g_object_unref (ui_driver_wait (fixture->till, ATSPI_ROLE_INVALID, "PIN"));
  say (fixture, pin);
}

static void
renew (Fixture *fixture, const char *pin)
{
  ui_driver_wait_words (fixture->till, "New PIN, 4 to 12 digits");
  say (fixture, pin);
  ui_driver_wait_words (fixture->till, "The new PIN once more");
  say (fixture, pin);
}

static void
wait_sale (Fixture *fixture)
{
  g_object_unref (ui_driver_wait (fixture->till, ATSPI_ROLE_TEXT, "Code"));
}

/* What is locked shows nothing, lets nothing through, and knows a badge. */
static void
test_locked (Fixture *fixture, gconstpointer data)
{
  ui_driver_key (fixture->till, XK_F10, 200);
  ui_driver_key (fixture->till, XK_F12, 200);
  ui_driver_key (fixture->till, XK_Escape, 200);
  g_assert_false (ui_driver_has (fixture->till, ATSPI_ROLE_TEXT, "Code"));
  ui_driver_scan (fixture->till, "6900000000014", 5); /* goods: no badge, and not sold */
  ui_driver_wait_words (fixture->till, "Not right");
  sign_in (fixture, "1", "1111");
  ui_driver_wait_words (fixture->till, "Not right");
  g_assert_false (ui_driver_has (fixture->till, ATSPI_ROLE_TEXT, "Code"));
  ui_driver_fill (fixture->till, "Number, or scan your badge", BADGE);
  ui_driver_key (fixture->till, XK_Return, 100);
  wait_sale (fixture);
  ui_driver_wait_words (fixture->till, "Ann");
}

/* A till that its cashier has walked away from, with a sale on the screen. */
static void
test_left_alone (Fixture *fixture, gconstpointer data)
{
  ui_driver_fill (fixture->till, "Number, or scan your badge", BADGE);
  ui_driver_key (fixture->till, XK_Return, 100);
  wait_sale (fixture);
  for (guint i = 0; i < 4; i++)
    ui_driver_key (fixture->till, XK_F2, 2000); /* somebody is there */
  ui_driver_key (fixture->till, XK_Escape, 100);
  say (fixture, "111");
  g_object_unref (ui_driver_wait (fixture->till, ATSPI_ROLE_ALERT, "1.50"));
  ui_driver_wait_words (fixture->till, "Who works at this till?");
  ui_driver_fill (fixture->till, "Number, or scan your badge", BADGE);
  ui_driver_key (fixture->till, XK_Return, 100);
  g_object_unref (ui_driver_wait (fixture->till, ATSPI_ROLE_ALERT, "1.50"));
}

static void
enter_cashier (Fixture *fixture)
{
  ui_driver_key (fixture->till, XK_F10, 0);
  ui_driver_wait_words (fixture->till, "Signed in: 001 Ann");
  ui_driver_act (fixture->till, ATSPI_ROLE_PUSH_BUTTON, "People and their rights");
  ui_driver_wait_words (fixture->till, "001 Ann");
  ui_driver_fill (fixture->till, "Name", "Bo");
  ui_driver_fill (fixture->till, "First PIN, 4 to 12 digits; changed at the first sign-in",
                  CASHIER_FIRST);
  ui_driver_act (fixture->till, ATSPI_ROLE_PUSH_BUTTON, "Save");
  ui_driver_wait_words (fixture->till, "002 Bo");
  ui_driver_key (fixture->till, XK_Escape, 100); /* what was said */
  ui_driver_key (fixture->till, XK_Escape, 100);
  ui_driver_key (fixture->till, XK_Escape, 100);
  wait_sale (fixture);
}

static void
ask_back (Fixture *fixture)
{
  ui_driver_act (fixture->till, ATSPI_ROLE_PUSH_BUTTON, "Give back…");
  ui_driver_wait_words (fixture->till, "Give back what is left of receipt 1");
  ui_driver_act (fixture->till, ATSPI_ROLE_PUSH_BUTTON, "Give it back");
  ui_driver_wait_words (fixture->till, "Approval: Refunds");
}

/* A refund is the manager's: found, asked for once more, approved, given back, and found itself. */
static void
give_back (Fixture *fixture)
{
  ui_driver_key (fixture->till, XK_Escape, 100); /* what was said */
  ui_driver_key (fixture->till, XK_Insert, 0);
  ui_driver_wait_words (fixture->till, "Sale 1");
  ui_driver_fill (fixture->till, "Find a sale", "1.60");
  ui_driver_wait_words (fixture->till, "No sale is like that");
  ui_driver_fill (fixture->till, "Find a sale", "1.50");
  ui_driver_wait_words (fixture->till, "Sale 1");
  ui_driver_act (fixture->till, ATSPI_ROLE_PUSH_BUTTON, "Print again");
  ui_driver_wait_words (fixture->till, "It comes out again, marked as a copy");
  ui_driver_key (fixture->till, XK_Escape, 100);
  ask_back (fixture);
  sign_in (fixture, "1", MANAGER_PIN);
  ui_driver_wait_words (fixture->till, "Refund 2");
  ui_driver_key (fixture->till, XK_Escape, 100);
  ui_driver_fill (fixture->till, "Find a sale", "1");
  ui_driver_wait_gone (fixture->till, ATSPI_ROLE_INVALID, "Refund 2");
  ask_back (fixture);                           /* the first approval is used up */
  ui_driver_key (fixture->till, XK_Pause, 200); /* locks nothing in the midst of it */
  ui_driver_wait_words (fixture->till, "Approval: Refunds");
  ui_driver_key (fixture->till, XK_Escape, 100);
  ui_driver_wait_words (fixture->till, "Sale 1");
  ui_driver_key (fixture->till, XK_F10, 0);
  ui_driver_wait_words (fixture->till, "Signed in: 002 Bo");
}

/* Ten per cent a cashier may take off, half of it the manager; nobody more than all. */
static void
take_off (Fixture *fixture)
{
  ui_driver_type (fixture->till, "10/");
  g_object_unref (ui_driver_wait (fixture->till, ATSPI_ROLE_ALERT, "1.35"));
  ui_driver_type (fixture->till, "/");
  ui_driver_wait_words (fixture->till, "Discount %, line 1");
  say (fixture, "150");
  ui_driver_wait_words (fixture->till, "A discount is 0 to 100 per cent");
  ui_driver_key (fixture->till, XK_Escape, 100); /* what was said */
  ui_driver_key (fixture->till, XK_Escape, 100);
  ui_driver_type (fixture->till, "50/");
  ui_driver_wait_words (fixture->till, "Approval: Discounts");
  sign_in (fixture, "1", MANAGER_PIN);
  g_object_unref (ui_driver_wait (fixture->till, ATSPI_ROLE_ALERT, "0.75"));
  ui_driver_type (fixture->till, "0/");
  g_object_unref (ui_driver_wait (fixture->till, ATSPI_ROLE_ALERT, "1.50"));
  ui_driver_type (fixture->till, "//");
  ui_driver_wait_words (fixture->till, "Discount %, whole sale");
  say (fixture, "10");
  g_object_unref (ui_driver_wait (fixture->till, ATSPI_ROLE_ALERT, "1.35"));
  ui_driver_type (fixture->till, "//50");
  ui_driver_key (fixture->till, XK_Return, 100);
  ui_driver_wait_words (fixture->till, "Approval: Discounts");
  sign_in (fixture, "1", MANAGER_PIN);
  g_object_unref (ui_driver_wait (fixture->till, ATSPI_ROLE_ALERT, "0.75"));
  ui_driver_type (fixture->till, "/0/"); /* what was typed goes along */
  ui_driver_wait_words (fixture->till, "Discount %, whole sale");
  ui_driver_key (fixture->till, XK_Return, 100);
  g_object_unref (ui_driver_wait (fixture->till, ATSPI_ROLE_ALERT, "1.50"));
}

/* One begins a sale, the other one ends it; what isn't the cashier's is approved by the manager. */
static void
test_handed_over (Fixture *fixture, gconstpointer data)
{
  sign_in (fixture, "1", FIRST_PIN);
  renew (fixture, MANAGER_PIN);
  wait_sale (fixture);
  enter_cashier (fixture);
  say (fixture, "111");
  g_object_unref (ui_driver_wait (fixture->till, ATSPI_ROLE_ALERT, "1.50"));
  ui_driver_key (fixture->till, XK_Pause, 100);
  ui_driver_wait_words (fixture->till, "Who works at this till?");
  g_assert_false (ui_driver_has (fixture->till, ATSPI_ROLE_ALERT, "1.50"));
  sign_in (fixture, "2", CASHIER_FIRST);
  renew (fixture, CASHIER_PIN);
  g_object_unref (ui_driver_wait (fixture->till, ATSPI_ROLE_ALERT, "1.50"));
  take_off (fixture);
  ui_driver_key (fixture->till, XK_F12, 0);
  ui_driver_wait_words (fixture->till, "Left to pay");
  ui_driver_type (fixture->till, "2+");
  ui_driver_wait_words (fixture->till, "Change to give back");
  ui_driver_key (fixture->till, XK_F10, 0);
  ui_driver_wait_words (fixture->till, "Signed in: 002 Bo");
  ui_driver_act (fixture->till, ATSPI_ROLE_PUSH_BUTTON, "People and their rights");
  ui_driver_wait_words (fixture->till, "That isn't among your rights");
  give_back (fixture);
  ui_driver_act (fixture->till, ATSPI_ROLE_PUSH_BUTTON, "Figures of this shift");
  ui_driver_wait_words (fixture->till, "Approval: Figures of the shift");
  sign_in (fixture, "2", CASHIER_PIN);
  ui_driver_wait_words (fixture->till, "This person may not approve that");
  sign_in (fixture, "1", MANAGER_PIN);
  ui_driver_wait_words (fixture->till, "Cash");
  g_object_unref (
      ui_driver_wait (fixture->till, ATSPI_ROLE_PUSH_BUTTON, "Close the shift: Z report"));
  ui_driver_act (fixture->till, ATSPI_ROLE_PUSH_BUTTON, "Close the shift: Z report");
  ui_driver_act (fixture->till, ATSPI_ROLE_PUSH_BUTTON, "Close it now, for good");
  ui_driver_wait_words (fixture->till, "Approval: Closing the shift");
  sign_in (fixture, "1", MANAGER_PIN);
  ui_driver_wait_words (fixture->till, "The shift is closed");
  ui_driver_close_window (fixture->till);
  ui_driver_wait_end (g_steal_pointer (&fixture->till));
  cli_scene_run (&fixture->scene, "journal verify");
  g_assert_cmpint (fixture->scene.exit_code, ==, 0);
}

static void
tear_down_closed (Fixture *fixture, gconstpointer data)
{
  cli_scene_clear (&fixture->scene);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL); /* libatspi warns at start */
  g_test_add ("/ui/people/locked", Fixture, "people lock-after off", set_up, test_locked,
              tear_down);
  g_test_add ("/ui/people/handed-over", Fixture, "people lock-after off", set_up, test_handed_over,
              tear_down_closed);
  g_test_add ("/ui/people/left-alone", Fixture, "people lock-after 5", set_up, test_left_alone,
              tear_down);
  return g_test_run ();
}

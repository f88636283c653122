/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A real shop's office: a copy that follows into a folder, a backup into a file, a dead till's copy
 * taken in, each chosen in the real file dialog. What was made is judged by till-cli.
 */
#include "cli-scene.h"
#include "ui-driver.h"

#include <X11/keysym.h>
#include <glib/gstdio.h>

#define PASSPHRASE "correct horse"

typedef struct
{
  CliScene scene;
  UiDriver *till;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer profile)
{
  const char *arguments[] = { "--data-dir", NULL, "--passphrase-file", NULL, NULL };

  cli_scene_open_for (&fixture->scene, profile);
  arguments[1] = fixture->scene.data;
  arguments[3] = fixture->scene.pass;
  fixture->till = ui_driver_new (g_getenv ("TILL_PROGRAM"), arguments);
  g_object_unref (ui_driver_wait (fixture->till, ATSPI_ROLE_TEXT, "Code"));
  ui_driver_key (fixture->till, XK_F10, 0);
  ui_driver_wait_words (fixture->till, "What waits here, sealed");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  ui_driver_free (fixture->till);
  cli_scene_clear (&fixture->scene);
}

/* Its last letters are held back for the time that a scanner would need. */
static void
type_secret (Fixture *fixture, const char *secret)
{
  ui_driver_type (fixture->till, secret);
  ui_driver_key (fixture->till, XK_End, 500);
}

/* Through the real dialog: a path that begins with "/" is typed into its field. */
static void
choose (Fixture *fixture, const char *button, const char *title, const char *path, const char *yes)
{
  ui_driver_act (fixture->till, ATSPI_ROLE_PUSH_BUTTON, button);
  ui_driver_enter (fixture->till, title);
  ui_driver_type (fixture->till, "/");
  ui_driver_fill (fixture->till, NULL, path);
  ui_driver_act (fixture->till, ATSPI_ROLE_PUSH_BUTTON, yes);
  ui_driver_wait_away (fixture->till, title);
  ui_driver_enter (fixture->till, NULL);
}

/* The real dialog opens and is left again; the path is typed into the page. */
static void
name (Fixture *fixture, const char *button, const char *title, const char *field, const char *path)
{
  ui_driver_act (fixture->till, ATSPI_ROLE_PUSH_BUTTON, button);
  ui_driver_enter (fixture->till, title);
  ui_driver_key (fixture->till, XK_Escape, 0);
  ui_driver_wait_away (fixture->till, title);
  ui_driver_enter (fixture->till, NULL);
  ui_driver_fill (fixture->till, field, path);
}

static void
test_backup (Fixture *fixture, gconstpointer data)
{
  g_autofree char *file = g_build_filename (fixture->scene.dir, "books.backup", NULL);
  g_autofree char *restore
      = g_strdup_printf ("--data-dir %s/new --passphrase-file %s backup restore %s",
                         fixture->scene.dir, fixture->scene.pass, file);

  choose (fixture, "Choose the file for the backup", "Back up into", file, "_Save Save");
  ui_driver_act (fixture->till, ATSPI_ROLE_PUSH_BUTTON, "Back up");
  ui_driver_wait_words (fixture->till, "Type the shop's passphrase first");
  type_secret (fixture, "wrong"); /* the field that lacks it has the keyboard */
  ui_driver_act (fixture->till, ATSPI_ROLE_PUSH_BUTTON, "Back up");
  ui_driver_wait_words (fixture->till, "This passphrase is not this shop's");
  type_secret (fixture, PASSPHRASE);
  ui_driver_act (fixture->till, ATSPI_ROLE_PUSH_BUTTON, "Back up");
  ui_driver_wait_words (fixture->till, "The backup is made, and was read back whole");
  ui_driver_free (g_steal_pointer (&fixture->till));
  cli_scene_run_bare (&fixture->scene, restore);
  g_assert_cmpint (fixture->scene.exit_code, ==, 0);
}

/* Followed while the shop is open; a folder that is taken away is said on both pages. */
static void
test_copy (Fixture *fixture, gconstpointer data)
{
  g_autofree char *stick = g_build_filename (fixture->scene.dir, "stick", NULL);
  g_autofree char *away = g_build_filename (fixture->scene.dir, "away", NULL);

  g_assert_cmpint (g_mkdir (stick, 0700), ==, 0);
  ui_driver_wait_words (fixture->till, "None. Should this till die");
  name (fixture, "Choose the folder for the copy", "Let the copy follow into",
        "Into the folder, on a stick or another computer", stick);
  ui_driver_act (fixture->till, ATSPI_ROLE_PUSH_BUTTON, "Follow");
  ui_driver_wait_words (fixture->till, "Type the shop's passphrase first");
  type_secret (fixture, PASSPHRASE);
  ui_driver_act (fixture->till, ATSPI_ROLE_PUSH_BUTTON, "Follow");
  ui_driver_wait_words (fixture->till, "The copy follows");
  ui_driver_wait_words (fixture->till, "has all that waits here");
  cli_scene_run_json (&fixture->scene, "backup follow show");
  g_assert_cmpint (fixture->scene.exit_code, ==, 0);
  g_assert_cmpstr (cli_scene_text (&fixture->scene, "folder"), ==, stick);
  g_assert_cmpint (g_rename (stick, away), ==, 0);
  ui_driver_key (fixture->till, XK_Escape, 100);
  ui_driver_key (fixture->till, XK_Escape, 100);
  ui_driver_scan (fixture->till, "111", 3);
  ui_driver_key (fixture->till, XK_F12, 100);
  ui_driver_type (fixture->till, "+");
  ui_driver_key (fixture->till, XK_F5, 0);
  ui_driver_wait_words (fixture->till, "▲ The copy in “");
  ui_driver_wait_words (fixture->till, "put the right stick in");
  g_assert_cmpint (g_rename (away, stick), ==, 0);
}

/* Another till of the same acquirer, and its backup. Its recovery key: yours. */
static char *
make_dead_till (CliScene *scene, const char *file)
{
  g_autofree char *init
      = g_strdup_printf ("init --shop Corner --currency CNY --profile %s --acquirer 127.0.0.1:%u "
                         "--tls-dir %s --terminal DEAD0001",
                         scene->profile, scene->port, scene->tls);
  g_autofree char *backup = g_strdup_printf ("backup create %s", file);
  char *ours = scene->data, *key;

  scene->data = g_build_filename (scene->dir, "dead", NULL);
  cli_scene_run_json (scene, init);
  g_assert_cmpint (scene->exit_code, ==, 0);
  key = g_strdup (cli_scene_text (scene, "recovery_key"));
  cli_scene_run (scene, backup);
  g_assert_cmpint (scene->exit_code, ==, 0);
  g_free (scene->data);
  scene->data = ours;
  return key;
}

/* At an acquirer that can't turn the dead till away: whoever gave leave is asked for, for each till
 * anew. */
static void
test_take_in (Fixture *fixture, gconstpointer data)
{
  static const char key_field[] = "Its recovery key, as it stands on paper";
  g_autofree char *file = g_build_filename (fixture->scene.dir, "dead.backup", NULL);
  g_autofree char *key = make_dead_till (&fixture->scene, file);

  ui_driver_fill (fixture->till, "Its backup, copy or queue file", file);
  ui_driver_fill (fixture->till, key_field, key);
  ui_driver_act (fixture->till, ATSPI_ROLE_PUSH_BUTTON, "Take in");
  ui_driver_wait_words (fixture->till, "This acquirer can't turn that till away");
  ui_driver_fill (fixture->till, "Who at the acquirer gave leave to send what waits there",
                  "Li of the hotline");
  ui_driver_act (fixture->till, ATSPI_ROLE_PUSH_BUTTON, "Take in");
  ui_driver_wait_words (fixture->till, "Nothing waits in it");
  ui_driver_key (fixture->till, XK_Escape, 200); /* what was said */
  ui_driver_fill (fixture->till, "Its backup, copy or queue file", file);
  ui_driver_fill (fixture->till, key_field, key);
  ui_driver_act (fixture->till, ATSPI_ROLE_PUSH_BUTTON, "Take in");
  ui_driver_wait_words (fixture->till, "This acquirer can't turn that till away");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL); /* libatspi warns at start */
  g_test_add ("/ui/files/backup", Fixture, "sandbox", set_up, test_backup, tear_down);
  g_test_add ("/ui/files/copy", Fixture, "sandbox", set_up, test_copy, tear_down);
  g_test_add ("/ui/files/take-in", Fixture, "unionpay", set_up, test_take_in, tear_down);
  return g_test_run ();
}

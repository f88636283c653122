/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * till-cli acquirer settle, killed at each commit and each send, by turns just before and just
 * after, while the acquirer has something that the till lacks: the next settle ends what was begun.
 * Then each such thing is settled exactly once in the acquirer's ledger, and the books are whole.
 *
 * TILL_KILL_SETTLE_STRIDE (default 5) kills at every fifth step, from a place that moves on with
 * TILL_KILL_SEED; 1 kills at each.
 */
#include "cli-scene.h"

#include <signal.h>
#include <string.h>

#define TERMINAL "TILL0001" /* what init makes of no word */

static guint
setting (const char *name, guint otherwise)
{
  const char *text = g_getenv (name);

  return text != NULL ? (guint)g_ascii_strtoull (text, NULL, 10) : otherwise;
}

/* A charge that only the acquirer has. */
static void
add_surplus (CliScene *scene, guint stan)
{
  g_autofree char *text = NULL;
  g_autofree char *all = NULL;

  cli_scene_set_line (scene, FALSE);
  (void)g_file_get_contents (scene->ledger, &text, NULL, NULL);
  all = g_strdup_printf ("%s{\"effect\":\"charge\",\"terminal\":\"%s\",\"batch\":1,\"stan\":%u,"
                         "\"amount_minor\":%u,\"currency\":\"CNY\",\"masked_pan\":"
                         "\"620000******0005\",\"key\":\"surplus/%u\",\"repeat\":false,"
                         "\"code\":\"00\",\"reference\":\"\",\"authorisation\":\"\","
                         "\"reason\":\"\",\"date\":\"\"}\n",
                         text != NULL ? text : "", TERMINAL, stan, stan, stan);
  g_assert_true (g_file_set_contents (scene->ledger, all, -1, NULL));
  cli_scene_set_line (scene, TRUE);
}

/* TRUE: it was killed. `at` 0 counts the steps into *out_steps. */
static gboolean
settle_killed (CliScene *scene, guint at, guint *out_steps)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (
      G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autofree char *shim = g_test_build_filename (G_TEST_BUILT, "scenes", "libkill-shim.so", NULL);
  g_autofree char *program
      = g_test_build_filename (G_TEST_BUILT, "..", "src", "cli", "till-cli", NULL);
  const char *before = g_getenv ("LD_PRELOAD");
  g_autofree char *all
      = g_strconcat (before != NULL ? before : "", before != NULL ? ":" : "", shim, NULL);
  g_autofree char *text = g_strdup_printf ("%u", at);
  g_autofree char *count = g_build_filename (scene->dir, "steps", NULL);
  g_autofree char *steps = NULL;
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;

  g_subprocess_launcher_setenv (launcher, "LD_PRELOAD", all, TRUE);
  g_subprocess_launcher_setenv (launcher, "TILL_KILL_AT", text, TRUE);
  g_subprocess_launcher_setenv (launcher, "TILL_KILL_COUNT", count, TRUE);
  process
      = g_subprocess_launcher_spawn (launcher, &error, program, "--data-dir", scene->data,
                                     "--passphrase-file", scene->pass, "acquirer", "settle", NULL);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_wait (process, NULL, &error));
  if (g_subprocess_get_if_signaled (process))
    {
      g_assert_cmpint (g_subprocess_get_term_sig (process), ==, SIGKILL);
      return TRUE;
    }
  if (at == 0 && g_file_get_contents (count, &steps, NULL, NULL))
    *out_steps = (guint)g_ascii_strtoull (steps, NULL, 10);
  return FALSE;
}

static guint
count (CliScene *scene, const char *wanted)
{
  g_autofree char *text = NULL;
  guint found = 0;

  g_assert_true (g_file_get_contents (scene->ledger, &text, NULL, NULL));
  for (const char *at = text; (at = strstr (at, wanted)) != NULL; at++)
    found++;
  return found;
}

/* Each surplus stands in one batch that was closed, with its amount, and no batch was closed twice.
 */
static void
judge (CliScene *scene, guint surplus)
{
  g_assert_cmpuint (count (scene, "\"debit_count\":1,"), ==, surplus);
  for (guint stan = 1; stan <= surplus; stan++)
    {
      g_autofree char *sum = g_strdup_printf ("\"debit_count\":1,\"debit_minor\":%u,", stan);

      g_assert_cmpuint (count (scene, sum), ==, 1);
    }
  cli_scene_run (scene, "journal verify");
  g_assert_cmpint (scene->exit_code, ==, 0);
}

static void
test_kill (gconstpointer dialect)
{
  guint stride = MAX (setting ("TILL_KILL_SETTLE_STRIDE", 5), 1), steps = 0, stan = 1, killed = 0;
  CliScene scene;

  cli_scene_open_for (&scene, dialect);
  add_surplus (&scene, stan);
  g_assert_false (settle_killed (&scene, 0, &steps));
  g_test_message ("%u steps", steps);
  g_assert_cmpuint (steps, >, 20);
  for (guint at = 1 + setting ("TILL_KILL_SEED", 1) % stride; at <= steps; at += stride)
    {
      add_surplus (&scene, ++stan);
      killed += settle_killed (&scene, at, &steps) ? 1 : 0;
      cli_scene_run_json (&scene, "acquirer settle");
      g_assert_cmpint (scene.exit_code, <=, 1);
      judge (&scene, stan);
    }
  g_assert_cmpuint (killed, >, 2);
  cli_scene_clear (&scene);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/kill/settle/sandbox", "sandbox", test_kill);
  g_test_add_data_func ("/kill/settle/unionpay", "unionpay", test_kill);
  return g_test_run ();
}

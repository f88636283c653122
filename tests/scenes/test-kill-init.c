/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Killed while it makes a shop: `till-cli init`, at every step that reaches the disk, and the first
 * start in training, at some. Afterwards the folder holds a whole shop or none, the same command
 * given again ends well, and nothing of the dead attempt is left.
 *
 * TILL_KILL_INIT_STRIDE (default 6) kills at every sixth step, from a place that moves on with
 * TILL_KILL_SEED; 1 kills at each.
 */
#include "subject.h"

#include "base-data.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <signal.h>

#define TRAINING_KILLS 4

typedef struct
{
  char *dir, *shop, *passphrase, *count, *program, *shim;
} Scene;

static void
scene_begin (Scene *scene)
{
  scene->dir = g_dir_make_tmp ("till-kill-init-XXXXXX", NULL);
  g_assert_nonnull (scene->dir);
  scene->shop = g_build_filename (scene->dir, "shop", NULL);
  scene->count = g_build_filename (scene->dir, "count", NULL);
  scene->passphrase = g_build_filename (scene->dir, "pass", NULL);
  scene->program = g_test_build_filename (G_TEST_BUILT, "..", "src", "cli", "till-cli", NULL);
  scene->shim = g_test_build_filename (G_TEST_BUILT, "scenes", "libkill-shim.so", NULL);
  g_assert_true (g_file_set_contents (scene->passphrase, "correct horse\n", -1, NULL));
}

static void
scene_end (Scene *scene)
{
  subject_remove_tree (scene->dir);
  g_free (scene->dir);
  g_free (scene->shop);
  g_free (scene->count);
  g_free (scene->passphrase);
  g_free (scene->program);
  g_free (scene->shim);
}

static void
preload (GSubprocessLauncher *launcher, Scene *scene, guint kill_at)
{
  const char *before = g_getenv ("LD_PRELOAD");
  g_autofree char *all = g_strdup_printf ("%s%s%s", before != NULL ? before : "",
                                          before != NULL ? ":" : "", scene->shim);
  g_autofree char *at = g_strdup_printf ("%u", kill_at);

  g_subprocess_launcher_setenv (launcher, "LD_PRELOAD", all, TRUE);
  g_subprocess_launcher_setenv (launcher, "TILL_KILL_AT", at, TRUE);
  g_subprocess_launcher_setenv (launcher, "TILL_KILL_COUNT", scene->count, TRUE);
}

/* `kill_at` 0 counts the steps; -1 runs it plain. Returns its exit code, or -1 when it was killed.
 */
static int
run (Scene *scene, int kill_at, gboolean training, const char *words)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (
      G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autofree char *line = g_strdup_printf ("%s --data-dir %s %s %s %s", scene->program, scene->shop,
                                           training ? "--training" : "--passphrase-file",
                                           training ? "" : scene->passphrase, words);
  g_auto (GStrv) argv = NULL;
  g_autoptr (GSubprocess) process = NULL;
  GError *error = NULL;

  g_assert_true (g_shell_parse_argv (line, NULL, &argv, &error));
  if (kill_at >= 0)
    preload (launcher, scene, (guint)kill_at);
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *)argv, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_wait (process, NULL, NULL));
  return g_subprocess_get_if_exited (process) ? g_subprocess_get_exit_status (process) : -1;
}

static guint
count_steps (Scene *scene)
{
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (scene->count, &text, NULL, NULL));
  return (guint)g_ascii_strtoull (text, NULL, 10);
}

/* Nothing but a shop's own files, and those of an acquirer in training. */
static void
assert_tidy (Scene *scene)
{
  static const char *const known[] = { "till.db", "key.ini", "lock", "acquirer", NULL };
  g_autoptr (GDir) dir = g_dir_open (scene->shop, 0, NULL);
  const char *name;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    if (!g_strv_contains (known, name))
      g_error ("“%s” was left behind", name);
}

static gboolean
has_shop (Scene *scene)
{
  g_autofree char *path = g_build_filename (scene->shop, "till.db", NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

#define INIT "init --shop Corner --currency CNY"

static void
one_kill (Scene *scene, guint step)
{
  gboolean made;

  g_test_message ("step %u", step);
  g_assert_cmpint (run (scene, (int)step, FALSE, INIT), ==, -1);
  made = has_shop (scene);
  if (made) /* the kill came after the end: it is whole, and is not made twice */
    g_assert_cmpint (run (scene, -1, FALSE, "queue stats"), ==, 0);
  g_assert_cmpint (run (scene, -1, FALSE, INIT), ==, made ? 1 : 0);
  g_assert_cmpint (run (scene, -1, FALSE, "report x"), ==, 0);
  assert_tidy (scene);
  subject_remove_tree (scene->shop);
}

static guint
setting (const char *name, guint otherwise)
{
  const char *text = g_getenv (name);

  return text != NULL ? (guint)g_ascii_strtoull (text, NULL, 10) : otherwise;
}

static void
test_init (void)
{
  guint stride = MAX (setting ("TILL_KILL_INIT_STRIDE", 6), 1), steps;
  Scene scene;

  scene_begin (&scene);
  g_assert_cmpint (run (&scene, -1, FALSE, INIT), ==, 0); /* the marks' folder, once for all */
  subject_remove_tree (scene.shop);
  g_assert_cmpint (run (&scene, 0, FALSE, INIT), ==, 0);
  steps = count_steps (&scene);
  g_test_message ("%u steps", steps);
  g_assert_cmpuint (steps, >, 20);
  subject_remove_tree (scene.shop);
  for (guint step = 1 + setting ("TILL_KILL_SEED", 1) % stride; step <= steps; step += stride)
    one_kill (&scene, step);
  scene_end (&scene);
}

/* Killed at any step of making a new recovery key, the shop opens with its passphrase, and the
 * command given again ends well. */
static void
test_new_recovery (void)
{
  Scene scene;
  guint steps;

  scene_begin (&scene);
  g_assert_cmpint (run (&scene, -1, FALSE, INIT), ==, 0);
  g_assert_cmpint (run (&scene, 0, FALSE, "recovery-key new"), ==, 0);
  steps = count_steps (&scene);
  g_test_message ("%u steps", steps);
  g_assert_cmpuint (steps, >, 3);
  for (guint step = 1; step <= steps; step++)
    {
      g_assert_cmpint (run (&scene, (int)step, FALSE, "recovery-key new"), ==, -1);
      g_assert_cmpint (run (&scene, -1, FALSE, "journal verify"), ==, 0);
      g_assert_cmpint (run (&scene, -1, FALSE, "recovery-key new"), ==, 0);
    }
  scene_end (&scene);
}

/* The sandbox acquirer, which makes its own keys, inherits the shim: then it is the one that dies,
 * and the till gives up with a sentence. */
static void
test_training (void)
{
  Scene scene;
  guint steps;

  scene_begin (&scene);
  g_assert_cmpint (run (&scene, 0, TRUE, "catalogue find water"), ==, 0);
  steps = count_steps (&scene);
  g_test_message ("%u steps", steps);
  g_assert_cmpuint (steps, >, 20);
  for (guint i = 0; i < TRAINING_KILLS; i++)
    {
      subject_remove_tree (scene.shop);
      g_test_message ("step %u", 1 + i * (steps - 1) / (TRAINING_KILLS - 1));
      g_assert_cmpint (run (&scene, (int)(1 + i * (steps - 1) / (TRAINING_KILLS - 1)), TRUE,
                            "catalogue find water"),
                       !=, 0);
      g_assert_cmpint (run (&scene, -1, TRUE, "catalogue find water"), ==, 0);
      assert_tidy (&scene);
    }
  scene_end (&scene);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scene/kill-init/init", test_init);
  g_test_add_func ("/scene/kill-init/new-recovery", test_new_recovery);
  g_test_add_func ("/scene/kill-init/training", test_training);
  return g_test_run ();
}

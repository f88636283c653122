/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Downloads through the built programs, in both dialects: shown with their dates, refused by name
 * when a check value is wrong, and fetched by itself when the host asks for it in a header.
 */
#include "cli-scene.h"

#include <glib/gstdio.h>
#include <string.h>

static void
test_download (gconstpointer dialect)
{
  CliScene scene;

  cli_scene_open_for (&scene, dialect);
  cli_scene_run_json (&scene, "acquirer parameters");
  g_assert_cmpint (scene.exit_code, ==, 0);
  g_assert_true (json_node_is_null (cli_scene_at (&scene, "aids.at")));
  cli_scene_run_json (&scene, "acquirer download");
  g_assert_cmpint (scene.exit_code, ==, 0);
  cli_scene_run_json (&scene, "acquirer parameters");
  g_assert_cmpstr (cli_scene_text (&scene, "parameters.entries.0.value"), ==, "60");
  g_assert_cmpstr (cli_scene_text (&scene, "ca-keys.lacking.0"), ==, "visa"); /* no scheme's came */
  g_assert_cmpstr (cli_scene_text (&scene, "aids.entries.1.aid"), ==, "F054494C4C0102");
  g_assert_cmpint (cli_scene_number (&scene, "aids.entries.1.floor_minor"), ==, 10000);
  g_assert_cmpint (cli_scene_number (&scene, "ca-keys.entries.3.bits"), ==, 1984);
  g_assert_cmpstr (cli_scene_text (&scene, "ca-keys.entries.0.until"), ==, "2035-12-31");
  g_assert_false (json_node_is_null (cli_scene_at (&scene, "ca-keys.at")));
  cli_scene_run (&scene, "acquirer parameters");
  g_assert_nonnull (strstr (scene.out, "F054494C4C #04"));
  cli_scene_run_json (&scene, "acquirer download lottery");
  g_assert_cmpint (scene.exit_code, ==, 2);
  cli_scene_run_json (&scene, "queue verify");
  g_assert_cmpint (scene.exit_code, ==, 0);
  cli_scene_set_line (&scene, FALSE);
  cli_scene_run_json (&scene, "acquirer download aids");
  g_assert_cmpint (scene.exit_code, ==, 3);
  cli_scene_clear (&scene);
}

/* The host's data with one digit of a modulus changed. */
static char *
spoil (CliScene *scene)
{
  g_autofree char *good
      = g_build_filename (g_getenv ("TILL_DATA_DIR"), "training", "chip.ini", NULL);
  g_autofree char *dir = g_build_filename (scene->dir, "data", NULL);
  g_autofree char *training = g_build_filename (dir, "training", NULL);
  g_autofree char *bad = g_build_filename (training, "chip.ini", NULL);
  g_autofree char *text = NULL;
  char *place;

  g_assert_true (g_file_get_contents (good, &text, NULL, NULL));
  place = strstr (text, "\n03 = 9F0605");
  g_assert_nonnull (place);
  place = strstr (place, "DF0281B0");
  place[20] = place[20] == '0' ? '1' : '0';
  g_assert_cmpint (g_mkdir_with_parents (training, 0700), ==, 0);
  g_assert_true (g_file_set_contents (bad, text, -1, NULL));
  return g_steal_pointer (&dir);
}

static void
test_wrong_check (void)
{
  g_autofree char *before = g_strdup (g_getenv ("TILL_DATA_DIR"));
  g_autofree char *dir = NULL;
  CliScene scene;

  cli_scene_open (&scene);
  cli_scene_run_json (&scene, "acquirer download ca-keys");
  g_assert_cmpint (scene.exit_code, ==, 0);
  dir = spoil (&scene);
  cli_scene_set_line (&scene, FALSE);
  g_setenv ("TILL_DATA_DIR", dir, TRUE);
  cli_scene_set_line (&scene, TRUE);
  g_setenv ("TILL_DATA_DIR", before, TRUE);
  cli_scene_run_json (&scene, "acquirer download ca-keys");
  g_assert_cmpint (scene.exit_code, ==, 1);
  g_assert_nonnull (strstr (scene.err, "F054494C4C #03: the check value is wrong"));
  cli_scene_run_json (&scene, "acquirer parameters");
  g_assert_cmpint (cli_scene_number (&scene, "ca-keys.entries.3.bits"), ==, 1984);
  cli_scene_clear (&scene);
}

/* The header of the answer to a sign-in asks for keys: they are fetched when that is over. */
static void
test_demand (void)
{
  CliScene scene;

  cli_scene_open_for (&scene, "unionpay");
  cli_scene_set_line (&scene, FALSE);
  scene.demand = "ca-keys";
  cli_scene_set_line (&scene, TRUE);
  cli_scene_run_json (&scene, "acquirer sign-in");
  cli_scene_run_json (&scene, "acquirer parameters");
  g_assert_cmpint (cli_scene_number (&scene, "ca-keys.entries.3.bits"), ==, 1984);
  g_assert_true (json_node_is_null (cli_scene_at (&scene, "aids.at")));
  cli_scene_clear (&scene);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/download/sandbox", "sandbox", test_download);
  g_test_add_data_func ("/download/unionpay", "unionpay", test_download);
  g_test_add_func ("/download/wrong-check", test_wrong_check);
  g_test_add_func ("/download/demand", test_demand);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A chip's transaction through stock libusb, explained afterwards by `till-cli emv trace`: tag by
 * tag, bit by bit, with the card's number masked. And what `devices` says of the reader.
 */
#include "cli-scene.h"

#include <locale.h>
#include <string.h>

/* Wherever a number is told as 620000******0062, its first six digits never stand before more of
 * them. Not looked for behind its tag: a cryptogram's random bytes may look like one. */
static void
assert_masked (CliScene *scene)
{
  g_autoptr (GRegex) masked = g_regex_new ("([0-9]{6})\\*{6}[0-9]{4}", 0, 0, NULL);
  g_autoptr (GMatchInfo) found = NULL;

  g_assert_true (g_regex_match (masked, scene->out, 0, &found));
  for (; g_match_info_matches (found); g_match_info_next (found, NULL))
    {
      g_autofree char *first = g_match_info_fetch (found, 1);
      g_autofree char *bare = g_strconcat (first, "[0-9]{7}", NULL);

      g_assert_false (g_regex_match_simple (bare, scene->out, 0, 0));
    }
}

static const char *
find_object (CliScene *scene, const char *tag)
{
  for (guint i = 0; i < 200; i++)
    {
      g_autofree char *tag_path = g_strdup_printf ("objects.%u.tag", i);
      g_autofree char *path = g_strdup_printf ("objects.%u.value", i);

      if (cli_scene_at (scene, tag_path) == NULL)
        return NULL;
      if (g_strcmp0 (cli_scene_text (scene, tag_path), tag) == 0)
        return cli_scene_text (scene, path);
    }
  return NULL;
}

static void
assert_no_trace (CliScene *scene, const char *words)
{
  cli_scene_run (scene, words);
  g_assert_cmpint (scene->exit_code, ==, 1);
  g_assert_cmpstr (scene->out, ==, "");
}

static void
test_trace (void)
{
  CliScene scene;

  cli_scene_open (&scene);
  assert_no_trace (&scene, "emv trace");
  cli_scene_run_json (&scene, "acquirer download");
  g_assert_cmpint (scene.exit_code, ==, 0);
  cli_scene_run_on (&scene, "--chip=always-online", "sell 111 --pay card");
  g_assert_cmpint (scene.exit_code, ==, 0);
  g_assert_cmpstr (cli_scene_text (&scene, "payments.0.state"), ==, "approved");
  cli_scene_run_json (&scene, "emv trace");
  g_assert_cmpint (scene.exit_code, ==, 0);
  assert_masked (&scene);
  g_assert_cmpint (cli_scene_number (&scene, "receipt"), ==, 1);
  g_assert_cmpint (cli_scene_number (&scene, "position"), ==, 1);
  g_assert_cmpstr (cli_scene_text (&scene, "steps.0.word"), ==, "select");
  g_assert_cmpstr (cli_scene_text (&scene, "steps.1.name"), ==, "SELECT");
  g_assert_cmpstr (cli_scene_text (&scene, "steps.2.status"), ==, "9000");
  g_assert_cmpstr (find_object (&scene, "9F02"), ==, "000000000150");
  g_assert_cmpstr (find_object (&scene, "9F27"), ==, "40");
  g_assert_nonnull (strstr (cli_scene_text (&scene, "notice"), "not certified by EMVCo"));
  cli_scene_run (&scene, "emv trace 1");
  g_assert_cmpint (scene.exit_code, ==, 0);
  assert_masked (&scene);
  g_assert_nonnull (strstr (scene.out, "GENERATE AC ("));
  g_assert_nonnull (strstr (scene.out, "transaction certificate (TC): approved"));
  g_assert_nonnull (strstr (scene.out, "not certified by EMVCo"));
  assert_no_trace (&scene, "emv trace 2");
  cli_scene_run (&scene, "journal verify");
  g_assert_cmpint (scene.exit_code, ==, 0);
  cli_scene_clear (&scene);
}

/* A card that refuses leaves its trace, too: that is when one is looked at. */
static void
test_refused (void)
{
  CliScene scene;

  cli_scene_open (&scene);
  cli_scene_run_json (&scene, "acquirer download");
  cli_scene_run_on (&scene, "--chip=always-decline", "sell 111 --pay card");
  g_assert_cmpint (scene.exit_code, ==, 1);
  cli_scene_run_json (&scene, "emv trace");
  g_assert_cmpint (scene.exit_code, ==, 0);
  assert_masked (&scene);
  g_assert_cmpstr (find_object (&scene, "9F27"), ==, "00");
  cli_scene_clear (&scene);
}

static void
test_devices (void)
{
  CliScene scene;

  cli_scene_open_empty (&scene);
  cli_scene_run_on (&scene, "--chip=cda", "devices");
  g_assert_cmpint (scene.exit_code, ==, 0);
  g_assert_cmpstr (cli_scene_text (&scene, "0.role"), ==, "chip");
  g_assert_cmpstr (cli_scene_text (&scene, "0.state"), ==, "ready");
  g_assert_cmpstr (cli_scene_text (&scene, "0.way"), ==, "usb");
  g_assert_nonnull (strstr (cli_scene_text (&scene, "0.notice"), "not certified by EMVCo"));
  cli_scene_clear (&scene);
}

/* The shop's own keys are taken and told in training, and refused where money is taken. */
static void
test_own_keys (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("TILL_DATA_DIR"), "training/chip.ini", NULL);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *hex = NULL, *key = NULL, *live = NULL, *training = NULL;
  CliScene scene;

  cli_scene_open (&scene);
  g_assert_true (g_key_file_load_from_file (file, path, 0, NULL));
  hex = g_key_file_get_string (file, "ca-keys", "02", NULL);
  key = cli_scene_file (&scene, "key.hex", hex);
  live = g_strconcat ("emv test-keys add ", key, NULL);
  training = g_strconcat ("--training ", live, NULL);
  cli_scene_run (&scene, live);
  g_assert_cmpint (scene.exit_code, ==, 1);
  g_assert_nonnull (strstr (scene.err, "training only"));
  cli_scene_run_bare (&scene, training);
  g_assert_cmpint (scene.exit_code, ==, 0);
  g_assert_nonnull (strstr (scene.out, "F054494C4C #02"));
  cli_scene_run_bare (&scene, "--training emv test-keys");
  g_assert_nonnull (strstr (scene.out, "F054494C4C #02"));
  cli_scene_run_bare (&scene, "--training emv test-keys clear");
  g_assert_cmpint (scene.exit_code, ==, 0);
  g_assert_nonnull (strstr (scene.out, "No test key was added."));
  cli_scene_clear (&scene);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli-trace/trace", test_trace);
  g_test_add_func ("/cli-trace/refused", test_refused);
  g_test_add_func ("/cli-trace/devices", test_devices);
  g_test_add_func ("/cli-trace/own-keys", test_own_keys);
  return g_test_run ();
}

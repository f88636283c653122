/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A shop is erased from the computer: after its name was said and its day was ended, and then
 * wholly.
 */
#include "cli-scene.h"

#include <string.h>

static void
must_say (CliScene *scene, const char *words, int exit_code, const char *said)
{
  cli_scene_run (scene, words);
  g_test_message ("%s: %d %s%s", words, scene->exit_code, scene->out, scene->err);
  g_assert_cmpint (scene->exit_code, ==, exit_code);
  g_assert_true (strstr (scene->out, said) != NULL || strstr (scene->err, said) != NULL);
}

static void
test_erased (void)
{
  CliScene scene;
  g_autofree char *init = NULL;

  cli_scene_open (&scene);
  must_say (&scene, "sell 111 --pay cash", 0, "Cash");
  must_say (&scene, "reset", 2, "Corner");
  must_say (&scene, "reset --shop Other", 2, "Corner");
  must_say (&scene, "reset --shop Corner", 1, "till-cli report z");
  must_say (&scene, "report z", 0, "");
  must_say (&scene, "reset --shop Corner", 0, "recovery key");
  g_assert_false (g_file_test (scene.data, G_FILE_TEST_EXISTS));
  must_say (&scene, "queue stats", 2, "");
  init = g_strdup_printf ("init --shop Next --currency CNY --profile sandbox --acquirer "
                          "127.0.0.1:%u --tls-dir %s",
                          scene.port, scene.tls);
  must_say (&scene, init, 0, "Recovery key");
  must_say (&scene, "report x", 0, "Next");
  must_say (&scene, "journal verify", 0, "");
  cli_scene_clear (&scene);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/reset/erased", test_erased);
  return g_test_run ();
}

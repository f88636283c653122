/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A shop is erased from the computer: after its name was said and its day was ended, and then
 * wholly.
 */
#include "cli-scene.h"

static void
test_erased (void)
{
  CliScene scene;
  g_autofree char *init = NULL;

  cli_scene_open (&scene);
  cli_scene_must (&scene, "sell 111 --pay cash", 0, "Cash");
  cli_scene_must (&scene, "reset", 2, "Corner");
  cli_scene_must (&scene, "reset --shop Other", 2, "Corner");
  cli_scene_must (&scene, "reset --shop Corner", 1, "till-cli report z");
  cli_scene_must (&scene, "report z", 0, "");
  cli_scene_must (&scene, "reset --shop Corner", 0, "recovery key");
  g_assert_false (g_file_test (scene.data, G_FILE_TEST_EXISTS));
  cli_scene_must (&scene, "queue stats", 2, "");
  init = g_strdup_printf ("init --shop Next --currency CNY --profile sandbox --acquirer "
                          "127.0.0.1:%u --tls-dir %s",
                          scene.port, scene.tls);
  cli_scene_must (&scene, init, 0, "Recovery key");
  cli_scene_must (&scene, "report x", 0, "Next");
  cli_scene_must (&scene, "journal verify", 0, "");
  cli_scene_clear (&scene);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/reset/erased", test_erased);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Labels of a shop's scales at the command line: patterns are shown, set and refused, labels sold
 * for exactly what is printed on them, and those that can't be are said to be so.
 */
#include "cli-scene.h"

#include <string.h>

#define PATTERNS "21CCCCCWWWWWK 22CCCCCPPPPPK 20CCCCCPPPPPWWWWWK"

static void
sell (CliScene *scene, const char *code, gint64 total_minor)
{
  g_autofree char *words = g_strdup_printf ("sell %s --pay cash", code);

  cli_scene_run_json (scene, words);
  g_assert_cmpint (scene->exit_code, ==, 0);
  g_assert_cmpint (cli_scene_number (scene, "total_minor"), ==, total_minor);
}

static void
refuse (CliScene *scene, const char *code, const char *why)
{
  g_autofree char *words = g_strdup_printf ("sell %s --pay cash", code);

  cli_scene_run (scene, words);
  g_assert_cmpint (scene->exit_code, ==, 1);
  g_assert_nonnull (strstr (scene->err, why));
  g_assert_nonnull (
      strstr (scene->err, strchr (code, '*') != NULL ? strchr (code, '*') + 1 : code));
  g_assert_nonnull (strstr (scene->err, "Nothing was sold"));
}

static void
test_patterns (void)
{
  CliScene scene;

  cli_scene_open (&scene);
  cli_scene_run_json (&scene, "catalogue scale-codes");
  g_assert_cmpint (scene.exit_code, ==, 0);
  g_assert_null (cli_scene_at (&scene, "patterns.0"));
  cli_scene_run_json (&scene, "catalogue scale-codes 21CCCCCWWWWWK 22CCCCCPPPPK");
  g_assert_cmpint (scene.exit_code, ==, 2);
  g_assert_nonnull (strstr (cli_scene_text (&scene, "error"), "Pattern 2, “22CCCCCPPPPK”"));
  cli_scene_run (&scene, "catalogue scale-codes --none 21CCCCCWWWWWK");
  g_assert_cmpint (scene.exit_code, ==, 2);
  cli_scene_run_json (&scene, "catalogue scale-codes " PATTERNS);
  g_assert_cmpint (scene.exit_code, ==, 0);
  cli_scene_run_json (&scene, "catalogue scale-codes");
  g_assert_cmpstr (cli_scene_text (&scene, "patterns.0"), ==, "21CCCCCWWWWWK");
  g_assert_cmpstr (cli_scene_text (&scene, "patterns.2"), ==, "20CCCCCPPPPPWWWWWK");
  cli_scene_run (&scene, "catalogue scale-codes --none");
  g_assert_cmpint (scene.exit_code, ==, 0);
  cli_scene_run_json (&scene, "catalogue scale-codes");
  g_assert_null (cli_scene_at (&scene, "patterns.0"));
  cli_scene_run (&scene, "journal verify");
  g_assert_cmpint (scene.exit_code, ==, 0);
  cli_scene_clear (&scene);
}

static void
test_sell (void)
{
  CliScene scene;
  g_autofree char *goods = NULL;
  g_autofree char *words = NULL;

  cli_scene_open (&scene);
  goods = cli_scene_file (&scene, "goods.csv",
                          "code,name,price,unit\n101,Bananas,7.96,kg\n102,Saffron,118.00,kg\n"
                          "103,Roast Chicken,19.90,piece\n");
  words = g_strdup_printf ("catalogue import %s", goods);
  cli_scene_run (&scene, words);
  g_assert_cmpint (scene.exit_code, ==, 0);
  cli_scene_run (&scene, "sell 2100101012341 --pay cash");
  g_assert_cmpint (scene.exit_code, ==, 1); /* no patterns yet */
  g_assert_nonnull (strstr (scene.err, "No product has the code"));
  cli_scene_run (&scene, "catalogue scale-codes " PATTERNS);
  g_assert_cmpint (scene.exit_code, ==, 0);
  sell (&scene, "2100101012341", 982);
  sell (&scene, "2200102012347", 1234);
  sell (&scene, "2200103012346", 1234);
  sell (&scene, "200010100982012341", 982);
  refuse (&scene, "2100101012342", "check digit");
  refuse (&scene, "2100404012345", "aren't in the list");
  refuse (&scene, "2100101000003", "without a weight or amount");
  refuse (&scene, "200010101082012347", "weight times the price");
  refuse (&scene, "2100103012349", "by the piece");
  refuse (&scene, "2*2100101012341", "without a quantity");
  cli_scene_run (&scene, "journal verify");
  g_assert_cmpint (scene.exit_code, ==, 0);
  cli_scene_clear (&scene);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli-scale/patterns", test_patterns);
  g_test_add_func ("/cli-scale/sell", test_sell);
  return g_test_run ();
}

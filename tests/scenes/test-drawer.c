/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The drawer at the command line: a day from the float to a blind count, what is refused, who sees
 * what, and the journal whole at the end.
 */
#include "cli-scene.h"

#include <string.h>

static void
must_not_say (CliScene *scene, const char *words, const char *secret)
{
  cli_scene_run (scene, words);
  g_test_message ("%s: %d %s%s", words, scene->exit_code, scene->out, scene->err);
  g_assert_cmpint (scene->exit_code, ==, 0);
  g_assert_null (strstr (scene->out, secret));
}

/* 500.00 float, 6.00 sold in cash, 20.00 in, 7.00 out: 519.00. */
static void
begin_day (CliScene *scene)
{
  cli_scene_must (scene, "drawer float 500", 0, "500.00");
  cli_scene_must (scene, "sell 4*111 --pay cash", 0, "");
  cli_scene_must (scene, "drawer in 20 --reason change", 0, "20.00");
  cli_scene_must (scene, "drawer out 7 --reason milk", 0, "-7.00");
  cli_scene_must (scene, "drawer open --reason note", 0, "1");
}

static void
test_day (void)
{
  CliScene scene;

  cli_scene_open (&scene);
  begin_day (&scene);
  cli_scene_run_json (&scene, "drawer show");
  g_assert_cmpint (cli_scene_number (&scene, "drawer.float.amount_minor"), ==, 50000);
  g_assert_cmpint (cli_scene_number (&scene, "drawer.in.amount_minor"), ==, 2000);
  g_assert_cmpint (cli_scene_number (&scene, "drawer.out.amount_minor"), ==, 700);
  g_assert_cmpint (cli_scene_number (&scene, "drawer.no_sale"), ==, 1);
  g_assert_null (cli_scene_at (&scene, "drawer.expected_minor"));
  cli_scene_run_json (&scene, "report x --blind");
  g_assert_null (cli_scene_at (&scene, "drawer.expected_minor"));
  g_assert_null (cli_scene_at (&scene, "cash_minor"));
  g_assert_null (cli_scene_at (&scene, "sales_minor"));
  must_not_say (&scene, "report x --blind", "519.00");
  must_not_say (&scene, "drawer show", "519.00");
  cli_scene_must (&scene, "report x", 0, "519.00");
  cli_scene_run_json (&scene, "drawer count 100*5 10*1 1*8 0.5*1");
  g_assert_cmpint (cli_scene_number (&scene, "drawer.counted_minor"), ==, 51850);
  g_assert_cmpint (cli_scene_number (&scene, "drawer.difference_minor"), ==, -50);
  g_assert_cmpint (cli_scene_number (&scene, "drawer.pieces.0.face_minor"), ==, 10000);
  cli_scene_run_json (&scene, "report z --count 100*5 10*1 5*1 1*4");
  g_assert_cmpint (scene.exit_code, ==, 0);
  g_assert_cmpint (cli_scene_number (&scene, "drawer.counts"), ==, 2);
  g_assert_cmpint (cli_scene_number (&scene, "drawer.counted_minor"), ==, 51900);
  g_assert_cmpint (cli_scene_number (&scene, "drawer.difference_minor"), ==, 0);
  cli_scene_must (&scene, "report z --number 1", 0, "519.00");
  cli_scene_run_json (&scene, "drawer show");
  g_assert_cmpint (cli_scene_number (&scene, "shift"), ==, 2);
  g_assert_cmpint (cli_scene_number (&scene, "drawer.float.count"), ==, 0);
  cli_scene_must (&scene, "journal verify", 0, "");
  cli_scene_clear (&scene);
}

static void
test_refused (void)
{
  CliScene scene;

  cli_scene_open (&scene);
  cli_scene_must (&scene, "drawer count 1*1", 1, "No shift is open");
  cli_scene_must (&scene, "report z --counted 5", 1, "Nothing was sold");
  cli_scene_must (&scene, "drawer out 1 --reason milk", 1, "should not hold so much");
  cli_scene_must (&scene, "drawer in 5", 2, "Say why");
  cli_scene_must (&scene, "drawer open", 2, "Say why");
  cli_scene_must (&scene, "drawer in 0 --reason x", 2, "above 0");
  cli_scene_must (&scene, "drawer in -5 --reason x", 2, "");
  cli_scene_must (&scene, "drawer in 1.001 --reason x", 2, "no amount");
  cli_scene_must (&scene, "drawer in 10000000.01 --reason x", 2, "so much");
  cli_scene_must (&scene, "drawer float 6901234567892", 2, "");
  cli_scene_must (&scene, "drawer float ten", 2, "no amount");
  cli_scene_must (&scene, "drawer float 100", 0, "100.00");
  cli_scene_must (&scene, "drawer float 100", 1, "counted already");
  cli_scene_must (&scene, "drawer out 100.01 --reason milk", 1, "should not hold so much");
  cli_scene_must (&scene, "drawer count 30*1", 2, "30*1");
  cli_scene_must (&scene, "drawer count 20*1 20*1", 2, "twice");
  cli_scene_must (&scene, "drawer count 100*1000001", 2, "");
  cli_scene_must (&scene, "report z --counted x", 2, "no amount");
  cli_scene_must (&scene, "report z --counted 5 --count 5*1", 2, "once");
  cli_scene_must (&scene, "report z --number 1 --counted 5", 2, "keeps its count");
  cli_scene_run_json (&scene, "drawer show");
  g_assert_cmpint (cli_scene_number (&scene, "drawer.counts"), ==, 0);
  g_assert_cmpint (cli_scene_number (&scene, "drawer.in.count"), ==, 0);
  g_assert_cmpint (cli_scene_number (&scene, "drawer.out.count"), ==, 0);
  cli_scene_run_json (&scene, "report z --counted 99.5");
  g_assert_cmpint (cli_scene_number (&scene, "drawer.difference_minor"), ==, -50);
  cli_scene_must (&scene, "journal verify", 0, "");
  cli_scene_clear (&scene);
}

/* A cashier counts, and isn't told what should have been there; cash and opening want a right. */
static void
test_rights (void)
{
  CliScene scene;
  g_autofree char *pin = NULL, *ann = NULL, *bo = NULL;

  cli_scene_open (&scene);
  pin = cli_scene_file (&scene, "pin", "4821\n");
  ann = g_strdup_printf ("people add Ann --role manager --pin-file %s", pin);
  bo = g_strdup_printf ("people add Bo --role cashier --pin-file %s", pin);
  cli_scene_must (&scene, ann, 0, "001");
  cli_scene_must (&scene, bo, 0, "002");
  cli_scene_must (&scene, "drawer float 500", 0, "");
  cli_scene_must (&scene, "sell 4*111 --pay cash", 0, "");
  cli_scene_must (&scene, "people operator 2", 0, "002");
  cli_scene_must (&scene, "drawer in 5 --reason x", 1, "Cash into and out of the drawer");
  cli_scene_must (&scene, "drawer out 5 --reason x", 1, "Cash into and out of the drawer");
  cli_scene_must (&scene, "drawer open --reason x", 1, "Opening the drawer without a sale");
  cli_scene_run_json (&scene, "drawer count 100*5 5*1");
  g_assert_cmpint (scene.exit_code, ==, 0);
  g_assert_cmpint (cli_scene_number (&scene, "drawer.counted_minor"), ==, 50500);
  g_assert_null (cli_scene_at (&scene, "drawer.difference_minor"));
  g_assert_null (cli_scene_at (&scene, "drawer.expected_minor"));
  must_not_say (&scene, "report x", "506.00");
  must_not_say (&scene, "drawer show", "506.00");
  cli_scene_must (&scene, "report z", 1, "Closing the shift");
  cli_scene_must (&scene, "journal verify", 0, "");
  cli_scene_clear (&scene);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/drawer/day", test_day);
  g_test_add_func ("/drawer/refused", test_refused);
  g_test_add_func ("/drawer/rights", test_rights);
  return g_test_run ();
}

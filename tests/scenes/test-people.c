/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * People at the command line: entered with PINs, their rights heeded, the list sealed.
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

static char *
with (const char *words, const char *option, const char *path)
{
  return g_strdup_printf ("%s --%s %s", words, option, path);
}

static void
test_people (void)
{
  CliScene scene;
  g_autofree char *good = NULL, *bad = NULL, *add = NULL, *refused = NULL, *cashier = NULL;

  cli_scene_open (&scene);
  good = cli_scene_file (&scene, "pin", "4821\n");
  bad = cli_scene_file (&scene, "bad", "123\n");
  must_say (&scene, "people list", 0, "Nobody is entered");
  cashier = with ("people add Bo --role cashier", "pin-file", good);
  must_say (&scene, cashier, 1, "manager");
  refused = with ("people add Ann --role manager", "pin-file", bad);
  must_say (&scene, refused, 1, "PIN");
  must_say (&scene, "people add Ann --role manager", 2, "--pin-file");
  must_say (&scene, "people add Ann --role owner --pin-file /dev/null", 2, "owner");
  add = with ("people add Ann --role manager", "pin-file", good);
  must_say (&scene, add, 0, "001");
  must_say (&scene, cashier, 0, "002");
  cli_scene_run_json (&scene, "people list");
  g_assert_cmpstr (cli_scene_text (&scene, "people.1.role"), ==, "cashier");
  g_assert_cmpstr (cli_scene_text (&scene, "people.1.state"), ==, "pin-due");
  g_assert_cmpint (cli_scene_number (&scene, "operator"), ==, 0);
  must_say (&scene, "people rights", 0, "with approval");
  must_say (&scene, "journal verify", 0, "");
  must_say (&scene, "people leave 1", 1, "manager");
  must_say (&scene, "people unlock x", 2, "number");
  must_say (&scene, "people discount-limit 5", 0, "5 per cent");
  must_say (&scene, "people discount-limit 101", 2, "101");
  must_say (&scene, "people lock-after 60", 0, "60 s");
  must_say (&scene, "people lock-after off", 0, "any more");
  must_say (&scene, "people lock-after 4", 1, "5 seconds");
  must_say (&scene, "people lock-after soon", 2, "soon");
  cli_scene_clear (&scene);
}

/* What the station's operator may not do is refused, and nothing of it is done. */
static void
test_rights (void)
{
  CliScene scene;
  g_autofree char *pin = NULL, *ann = NULL, *bo = NULL, *eve = NULL;

  cli_scene_open (&scene);
  pin = cli_scene_file (&scene, "pin", "4821\n");
  ann = with ("people add Ann --role manager", "pin-file", pin);
  bo = with ("people add Bo --role cashier", "pin-file", pin);
  eve = with ("people add Eve --role auditor", "pin-file", pin);
  must_say (&scene, ann, 0, "001");
  must_say (&scene, bo, 0, "002");
  must_say (&scene, eve, 0, "003");
  must_say (&scene, "people operator 2", 0, "002");
  must_say (&scene, "sell 111 --pay cash --receipt", 0, "002");
  must_say (&scene, "refund 1", 1, "Refunds");
  must_say (&scene, "void 1", 1, "Voiding");
  must_say (&scene, "report z", 1, "Closing the shift");
  must_say (&scene, "acquirer settle", 1, "Settling");
  must_say (&scene, "offline-cards off", 1, "Cards without a line");
  must_say (&scene, "catalogue scale-codes 21CCCCCWWWWWK", 1, "Goods and prices");
  must_say (&scene, "offline-cards show", 0, "on");
  must_say (&scene, eve, 1, "People");
  must_say (&scene, "people operator 3", 1, "People");
  must_say (&scene, "journal verify", 0, "");
  cli_scene_clear (&scene);
}

/* Sales are found by whoever works here; what was found says who sold it. */
static void
test_receipts (void)
{
  CliScene scene;

  cli_scene_open (&scene);
  must_say (&scene, "receipts", 1, "No sale is like that");
  must_say (&scene, "sell 111 --pay cash", 0, "");
  must_say (&scene, "sell 2*222 --pay cash", 0, "");
  must_say (&scene, "receipts 4.50", 0, "cash approved");
  cli_scene_run_json (&scene, "receipts 111");
  g_assert_cmpint (cli_scene_number (&scene, "0.receipt"), ==, 1);
  g_assert_cmpint (cli_scene_number (&scene, "0.total_minor"), ==, 150);
  g_assert_cmpstr (cli_scene_text (&scene, "0.payments.0.state"), ==, "approved");
  must_say (&scene, "refund 2", 0, "");
  cli_scene_run_json (&scene, "receipts 4.50");
  g_assert_cmpstr (cli_scene_text (&scene, "0.kind"), ==, "refund");
  g_assert_cmpint (cli_scene_number (&scene, "1.receipt"), ==, 2);
  must_say (&scene, "receipts 999999999999", 1, "");
  cli_scene_clear (&scene);
}

/* "init --pin-file" makes the first manager; without it nobody is asked. */
static void
test_init (void)
{
  CliScene scene;
  g_autofree char *pin = NULL, *bad = NULL, *init = NULL, *refused = NULL;

  cli_scene_open_empty (&scene);
  pin = cli_scene_file (&scene, "pin", "4821\n");
  bad = cli_scene_file (&scene, "bad", "11x1\n");
  refused = with ("init --shop Corner --currency CNY", "pin-file", bad);
  must_say (&scene, refused, 2, "PIN");
  init = with ("init --shop Corner --currency CNY", "pin-file", pin);
  must_say (&scene, init, 0, "Recovery key");
  cli_scene_run_json (&scene, "people list");
  g_assert_cmpstr (cli_scene_text (&scene, "people.0.role"), ==, "manager");
  g_assert_cmpstr (cli_scene_text (&scene, "people.0.state"), ==, "pin-due");
  cli_scene_clear (&scene);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/people/people", test_people);
  g_test_add_func ("/people/rights", test_rights);
  g_test_add_func ("/people/receipts", test_receipts);
  g_test_add_func ("/people/init", test_init);
  return g_test_run ();
}

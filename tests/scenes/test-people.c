/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * People at the command line: entered with PINs, their rights heeded, the list sealed.
 */
#include "cli-scene.h"

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
  cli_scene_must (&scene, "people list", 0, "Nobody is entered");
  cashier = with ("people add Bo --role cashier", "pin-file", good);
  cli_scene_must (&scene, cashier, 1, "manager");
  refused = with ("people add Ann --role manager", "pin-file", bad);
  cli_scene_must (&scene, refused, 1, "PIN");
  cli_scene_must (&scene, "people add Ann --role manager", 2, "--pin-file");
  cli_scene_must (&scene, "people add Ann --role owner --pin-file /dev/null", 2, "owner");
  add = with ("people add Ann --role manager", "pin-file", good);
  cli_scene_must (&scene, add, 0, "001");
  cli_scene_must (&scene, cashier, 0, "002");
  cli_scene_run_json (&scene, "people list");
  g_assert_cmpstr (cli_scene_text (&scene, "people.1.role"), ==, "cashier");
  g_assert_cmpstr (cli_scene_text (&scene, "people.1.state"), ==, "pin-due");
  g_assert_cmpint (cli_scene_number (&scene, "operator"), ==, 0);
  cli_scene_must (&scene, "people rights", 0, "with approval");
  cli_scene_must (&scene, "journal verify", 0, "");
  cli_scene_must (&scene, "people leave 1", 1, "manager");
  cli_scene_must (&scene, "people unlock x", 2, "number");
  cli_scene_must (&scene, "people discount-limit 5", 0, "5 per cent");
  cli_scene_must (&scene, "people discount-limit 101", 2, "101");
  cli_scene_must (&scene, "people lock-after 60", 0, "60 s");
  cli_scene_must (&scene, "people lock-after off", 0, "any more");
  cli_scene_must (&scene, "people lock-after 4", 1, "5 seconds");
  cli_scene_must (&scene, "people lock-after soon", 2, "soon");
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
  cli_scene_must (&scene, ann, 0, "001");
  cli_scene_must (&scene, bo, 0, "002");
  cli_scene_must (&scene, eve, 0, "003");
  cli_scene_must (&scene, "people operator 2", 0, "002");
  cli_scene_must (&scene, "sell 111 --pay cash --receipt", 0, "002");
  cli_scene_must (&scene, "refund 1", 1, "Refunds");
  cli_scene_must (&scene, "void 1", 1, "Voiding");
  cli_scene_must (&scene, "report z", 1, "Closing the shift");
  cli_scene_must (&scene, "acquirer settle", 1, "Settling");
  cli_scene_must (&scene, "offline-cards off", 1, "Cards without a line");
  cli_scene_must (&scene, "catalogue scale-codes 21CCCCCWWWWWK", 1, "Goods and prices");
  cli_scene_must (&scene, "offline-cards show", 0, "on");
  cli_scene_must (&scene, eve, 1, "People");
  cli_scene_must (&scene, "people operator 3", 1, "People");
  cli_scene_must (&scene, "journal verify", 0, "");
  cli_scene_clear (&scene);
}

/* Sales are found by whoever works here; what was found says who sold it. */
static void
test_receipts (void)
{
  CliScene scene;

  cli_scene_open (&scene);
  cli_scene_must (&scene, "receipts", 1, "No sale is like that");
  cli_scene_must (&scene, "sell 111 --pay cash", 0, "");
  cli_scene_must (&scene, "sell 2*222 --pay cash", 0, "");
  cli_scene_must (&scene, "receipts 4.50", 0, "cash approved");
  cli_scene_run_json (&scene, "receipts 111");
  g_assert_cmpint (cli_scene_number (&scene, "0.receipt"), ==, 1);
  g_assert_cmpint (cli_scene_number (&scene, "0.total_minor"), ==, 150);
  g_assert_cmpstr (cli_scene_text (&scene, "0.payments.0.state"), ==, "approved");
  cli_scene_must (&scene, "refund 2", 0, "");
  cli_scene_run_json (&scene, "receipts 4.50");
  g_assert_cmpstr (cli_scene_text (&scene, "0.kind"), ==, "refund");
  g_assert_cmpint (cli_scene_number (&scene, "1.receipt"), ==, 2);
  cli_scene_must (&scene, "receipts 999999999999", 1, "");
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
  cli_scene_must (&scene, refused, 2, "PIN");
  init = with ("init --shop Corner --currency CNY", "pin-file", pin);
  cli_scene_must (&scene, init, 0, "Recovery key");
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

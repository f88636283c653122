/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A sale that ends unpaid at the command line: it is dropped or paid there, and drawer, books and
 * the acquirer's ledger agree.
 */
#include "desk.h"

#include <locale.h>
#include <sqlite3.h>
#include <string.h>

#define TRACK2 ";4761739001010119=30122011143878089?\n"
#define EXPIRED ";4761739001010119=20012011143878089?\n"

static void
run_with (CliScene *scene, const char *track, const char *words)
{
  g_autofree char *swipes = cli_scene_file (scene, "swipes.txt", track);
  g_autofree char *bench = g_strdup_printf ("--stripe=magtek --swipe %s", swipes);

  cli_scene_run_on (scene, bench, words);
}

static void
assert_run (CliScene *scene, const char *words, int exit_code, const char *state)
{
  cli_scene_run_json (scene, words);
  g_test_message ("%s: %d %s%s", words, scene->exit_code, scene->out, scene->err);
  g_assert_cmpint (scene->exit_code, ==, exit_code);
  if (state != NULL)
    g_assert_cmpstr (cli_scene_text (scene, "state"), ==, state);
}

static void
assert_says (CliScene *scene, const char *words, int exit_code, const char *said)
{
  cli_scene_run (scene, words);
  g_test_message ("%s: %d %s%s", words, scene->exit_code, scene->out, scene->err);
  g_assert_cmpint (scene->exit_code, ==, exit_code);
  g_assert_nonnull (strstr (exit_code == 0 ? scene->out : scene->err, said));
}

/* The shift's sums; the ledger's; and the chain over all of it. */
static void
assert_books (CliScene *scene, gint64 sales, gint64 cash_minor, gint64 charged_minor)
{
  gint64 charged = 0, undone = 0;

  cli_scene_run_json (scene, "report x");
  g_assert_cmpint (cli_scene_number (scene, "sales"), ==, sales);
  g_assert_cmpint (cli_scene_number (scene, "voids"), ==, 0);
  g_assert_cmpint (cli_scene_number (scene, "cash_minor"), ==, cash_minor);
  cli_scene_ledger (scene, "charge", &charged);
  cli_scene_ledger (scene, "reversal", &undone);
  g_assert_cmpint (charged - undone, ==, charged_minor);
  cli_scene_run (scene, "journal verify");
  g_assert_cmpint (scene->exit_code, ==, 0);
  cli_scene_run (scene, "acquirer settle");
  g_assert_cmpint (scene->exit_code, ==, 0);
}

static void
test_declined (void)
{
  CliScene scene;

  cli_scene_open (&scene);
  run_with (&scene, EXPIRED, "sell 111 --pay card");
  g_assert_cmpstr (cli_scene_text (&scene, "payments.0.state"), ==, "declined");
  cli_scene_run (&scene, "refund 1");
  g_assert_cmpint (scene.exit_code, ==, 1);
  g_assert_nonnull (strstr (scene.err, "void it"));
  assert_run (&scene, "void 1", 0, "cancelled");
  g_assert_cmpstr (cli_scene_text (&scene, "payments.0.state"), ==, "declined");
  g_assert_null (cli_scene_at (&scene, "payments.1"));
  g_assert_cmpstr (cli_scene_text (&scene, "print.state"), ==, "none");
  assert_says (&scene, "void 1", 1, "not paid");
  assert_says (&scene, "pay 1 --pay cash", 1, "Nothing of receipt 1 is left");
  assert_says (&scene, "sell 222 --pay card", 1, "till-cli void 2");
  g_assert_nonnull (strstr (scene.err, "till-cli pay 2 --pay cash"));
  assert_says (&scene, "void 2", 0, "nothing is to be given back");
  assert_books (&scene, 0, 0, 0);
  cli_scene_clear (&scene);
}

/* Cash for a part, and nobody presents a card: all of it goes back, once. */
static void
test_part_in_cash (void)
{
  CliScene scene;

  cli_scene_open (&scene);
  cli_scene_run_on (&scene, "--stripe=magtek",
                    "sell 222 --pay cash:1 cash:0.50 card --card-timeout 1");
  g_assert_cmpint (scene.exit_code, ==, 1);
  g_assert_cmpint (cli_scene_number (&scene, "left_minor"), ==, 75);
  assert_run (&scene, "void 1", 0, "cancelled");
  g_assert_cmpint (cli_scene_number (&scene, "paid_minor"), ==, 0);
  g_assert_cmpstr (cli_scene_text (&scene, "payments.3.tender"), ==, "cash");
  g_assert_cmpint (cli_scene_number (&scene, "payments.3.amount_minor"), ==, -150);
  assert_says (&scene, "void 1", 1, "not paid");
  assert_says (&scene, "sell 222 --pay cash:1 card", 1, "till-cli void 2");
  assert_says (&scene, "void 2 --receipt", 0, "give CNY 1.00 back in cash");
  g_assert_nonnull (strstr (scene.out, "CANCELLED"));
  cli_scene_run_json (&scene, "report x");
  g_assert_cmpint (cli_scene_number (&scene, "drawer_opened"), ==, 5);
  assert_books (&scene, 0, 0, 0);
  cli_scene_clear (&scene);
}

static void
test_paid_later (void)
{
  CliScene scene;

  cli_scene_open (&scene);
  cli_scene_run_json (&scene, "sell 222 --pay cash:1 card");
  g_assert_cmpint (scene.exit_code, ==, 1);
  assert_says (&scene, "pay 1 --pay cash:1", 1, "CNY 1.25");
  run_with (&scene, TRACK2, "pay 1 --pay card");
  g_assert_cmpint (scene.exit_code, ==, 0);
  g_assert_cmpstr (cli_scene_text (&scene, "state"), ==, "paid");
  g_assert_cmpint (cli_scene_number (&scene, "payments.2.amount_minor"), ==, 125);
  cli_scene_run_json (&scene, "sell 111 --pay card");
  assert_run (&scene, "pay 2 --pay cash:2", 0, "paid");
  g_assert_cmpint (cli_scene_number (&scene, "change_minor"), ==, 50);
  assert_says (&scene, "pay 2 --pay cash", 1, "Nothing of receipt 2 is left");
  assert_says (&scene, "pay 9 --pay cash", 2, "no receipt 9");
  assert_says (&scene, "pay 2", 2, "--pay cash");
  assert_says (&scene, "pay water --pay cash", 2, "no receipt's number");
  assert_books (&scene, 2, 250, 125);
  cli_scene_clear (&scene);
}

/* A charge whose outcome nobody knows: its sale waits for the reversal. */
static void
test_unknown (Desk *desk, gconstpointer dialect)
{
  g_autoptr (VaultSale) sale = NULL;
  CliScene *scene = &desk->cli;

  shop_testing_change_host (&desk->shop, "drop-answer=1");
  sale = desk_sell (desk, 225);
  desk_assert_state (sale, VAULT_STATE_UNKNOWN);
  desk_run (desk, "void 1");
  g_assert_cmpint (scene->exit_code, ==, 1);
  g_assert_nonnull (strstr (scene->err, "have the queue sent first"));
  shop_testing_change_host (&desk->shop, NULL);
  desk_run (desk, "queue send");
  g_assert_cmpint (scene->exit_code, ==, 0);
  desk_run_json (desk, "void 1");
  g_assert_cmpint (scene->exit_code, ==, 0);
  g_assert_cmpstr (cli_scene_text (scene, "state"), ==, "cancelled");
  g_assert_cmpstr (cli_scene_text (scene, "payments.0.state"), ==, "reversed");
  g_assert_cmpuint (desk_ledger (desk, "charge"), ==, 1);
  g_assert_cmpuint (desk_ledger (desk, "reversal"), ==, 1);
}

/* Changes a bit of the record's seal; a second time it is as it was. */
static void
spoil (Desk *desk, gint64 id)
{
  g_autofree char *path = g_build_filename (vault_dir (desk->shop.shop->vault), "till.db", NULL);
  sqlite3 *db = NULL;
  sqlite3_stmt *statement = NULL;
  g_autofree guint8 *sealed = NULL;
  int size;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (
      sqlite3_prepare_v2 (db, "SELECT sealed FROM record WHERE id = ?", -1, &statement, NULL), ==,
      SQLITE_OK);
  sqlite3_bind_int64 (statement, 1, id);
  g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_ROW);
  size = sqlite3_column_bytes (statement, 0);
  sealed = g_memdup2 (sqlite3_column_blob (statement, 0), (gsize)size);
  sqlite3_finalize (statement);
  sealed[size - 1] ^= 1;
  g_assert_cmpint (
      sqlite3_prepare_v2 (db, "UPDATE record SET sealed = ? WHERE id = ?", -1, &statement, NULL),
      ==, SQLITE_OK);
  sqlite3_bind_blob (statement, 1, sealed, size, SQLITE_STATIC);
  sqlite3_bind_int64 (statement, 2, id);
  g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_DONE);
  sqlite3_finalize (statement);
  sqlite3_close (db);
}

/* The same in books that were put back, and may lack the bank's yes: nobody pays a second time
 * before somebody has asked. */
static void
test_undecided (Desk *desk, gconstpointer dialect)
{
  g_autoptr (VaultSale) sale = NULL;
  g_autoptr (VaultRecord) record = NULL;
  g_autofree char *resolve = NULL;
  CliScene *scene = &desk->cli;

  shop_testing_change_host (&desk->shop, "drop-answer=1");
  sale = desk_sell (desk, 225);
  record = vault_queue_find (desk->shop.shop->vault, sale->id, 1, VAULT_CLASS_REVERSAL, NULL);
  g_assert_true (vault_queue_set_aside (desk->shop.shop->vault, record->id,
                                        VAULT_REASON_OUTCOME_MISSING, NULL));
  desk_run (desk, "pay 1 --pay cash");
  g_assert_cmpint (scene->exit_code, ==, 1);
  g_assert_nonnull (strstr (scene->err, "is not known here"));
  spoil (desk, record->id);
  desk_run (desk, "pay 1 --pay cash");
  g_assert_cmpint (scene->exit_code, ==, 3); /* what was changed isn't as good as none */
  spoil (desk, record->id);
  shop_testing_change_host (&desk->shop, NULL);
  resolve = g_strdup_printf ("queue resolve %" G_GINT64_FORMAT " --reverse", record->id);
  desk_run (desk, resolve);
  g_assert_cmpint (scene->exit_code, ==, 0);
  desk_run (desk, "queue send");
  desk_run_json (desk, "pay 1 --pay cash");
  g_assert_cmpint (scene->exit_code, ==, 0);
  g_assert_cmpstr (cli_scene_text (scene, "state"), ==, "paid");
  g_assert_cmpuint (desk_ledger (desk, "reversal"), ==, 1);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/unpaid/declined", test_declined);
  g_test_add_func ("/unpaid/part-in-cash", test_part_in_cash);
  g_test_add_func ("/unpaid/paid-later", test_paid_later);
  g_test_add ("/unpaid/unknown", Desk, "sandbox", desk_set_up, test_unknown, desk_tear_down);
  g_test_add ("/unpaid/undecided", Desk, "sandbox", desk_set_up, test_undecided, desk_tear_down);
  return g_test_run ();
}

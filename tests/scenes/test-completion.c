/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A hold that is completed without a line, in each dialect, against a till-acquirer: charged for
 * the shop at once, and told to the acquirer until it has it, whatever the line and the till's
 * computer do meanwhile. The ledger judges that it stands there once.
 */
#include "checkout-hold.h"
#include "checkout-receipt.h"
#include "desk.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

#define HELD 20000
#define TAKEN 15000
#define TO_BE_SENT "Completed, to be sent"

/* What is held while the line is good, so that the terminal has its keys; then the line is cut. */
static VaultSale *
hold_and_cut (Desk *desk)
{
  VaultSale *hold = desk_hold (desk, VAULT_SALE_HOLD, NULL, HELD);

  desk_assert_state (hold, VAULT_STATE_APPROVED);
  shop_testing_cut_line (&desk->shop);
  return hold;
}

static VaultSale *
complete (Desk *desk, const VaultSale *hold)
{
  VaultSale *sale = desk_hold (desk, VAULT_SALE_COMPLETION, hold, TAKEN);

  desk_assert_state (sale, VAULT_STATE_COMPLETED_UNSENT);
  g_assert_cmpint (sale->state, ==, VAULT_SALE_PAID);
  return sale;
}

static void
assert_hold (Desk *desk, gint64 id, VaultHoldState state, gint64 taken_minor)
{
  VaultHold hold;
  g_autoptr (GError) error = NULL;

  vault_hold_read (desk->shop.shop->vault, id, &hold, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (vault_hold_state_name (hold.state), ==, vault_hold_state_name (state));
  g_assert_cmpint (hold.taken_minor, ==, taken_minor);
}

static void
assert_in_the_ledger (Desk *desk, const VaultSale *completion, guint times)
{
  const VaultPayment *payment = desk_payment (completion);

  g_assert_cmpuint (shop_testing_effects (&desk->shop, payment, "capture"), ==, times);
  g_assert_cmpuint (shop_testing_effects (&desk->shop, payment, "reversal"), ==, 0);
}

/* The host has come to its senses: it is told once, and never again. */
static void
assert_told_once (Desk *desk, const VaultSale *completion)
{
  g_assert_cmpint (shop_testing_drain (&desk->shop), ==, SYNC_EMPTY);
  g_assert_cmpint (shop_testing_state (&desk->shop, completion, 1), ==, VAULT_STATE_COMPLETED_SENT);
  g_assert_cmpint (shop_testing_drain (&desk->shop), ==, SYNC_EMPTY);
  assert_in_the_ledger (desk, completion, 1);
}

static gboolean
receipt_says (Desk *desk, const VaultSale *sale, const char *words)
{
  g_autoptr (VaultSale) kept = vault_sale_load (desk->shop.shop->vault, sale->id, NULL);
  g_autoptr (ShopReceipt) receipt = checkout_receipt_build (desk->shop.shop, kept, 0);
  g_autofree char *text = shop_receipt_to_text (receipt, 48);

  return strstr (text, words) != NULL;
}

static void
assert_refused (Desk *desk,
                VaultSaleKind kind,
                const VaultSale *about,
                gint64 minor,
                const char *why)
{
  CheckoutHold hold
      = { .shop = desk->shop.shop, .kind = kind, .original = about->id, .amount_minor = minor };
  g_auto (SyncReport) report = { 0 };
  g_autoptr (VaultSale) sale = NULL;
  g_autoptr (GError) error = NULL;
  const char *refusal = NULL;

  sync_report_init (&report);
  g_assert_true (checkout_hold_run (&hold, &sale, &refusal, &report, &error));
  g_assert_no_error (error);
  g_assert_null (sale);
  g_assert_cmpstr (refusal, ==, why);
}

static void
test_line_cut (Desk *desk, gconstpointer dialect)
{
  g_autoptr (VaultSale) hold = hold_and_cut (desk);
  g_autoptr (VaultSale) completion = NULL;

  assert_refused (desk, VAULT_SALE_COMPLETION, hold, HELD + 1, "hold-less");
  completion = complete (desk, hold);
  assert_hold (desk, hold->id, VAULT_HOLD_COMPLETED, TAKEN);
  g_assert_true (receipt_says (desk, completion, TO_BE_SENT));
  assert_refused (desk, VAULT_SALE_COMPLETION, hold, 1, "hold-completed");
  assert_refused (desk, VAULT_SALE_HOLD_VOID, hold, 0, "hold-completed");
  assert_in_the_ledger (desk, completion, 0);
  g_assert_cmpint (shop_testing_drain (&desk->shop), ==, SYNC_STUCK);
  shop_testing_reopen (&desk->shop);
  shop_testing_change_host (&desk->shop, NULL);
  assert_told_once (desk, completion);
  g_assert_false (receipt_says (desk, completion, TO_BE_SENT));
  g_assert_true (receipt_says (desk, completion, "Completed"));
  assert_hold (desk, hold->id, VAULT_HOLD_COMPLETED, TAKEN);
}

/* Nothing is taken back of what the acquirer doesn't know of; afterwards all is as with one that
 * was asked for online. */
static void
test_taken_back (Desk *desk, gconstpointer dialect)
{
  g_autoptr (VaultSale) hold = hold_and_cut (desk);
  g_autoptr (VaultSale) completion = complete (desk, hold);
  CheckoutRefundWish wish = { .receipt_no = completion->id };
  g_autoptr (VaultSale) undone = NULL, again = NULL, refund = NULL;
  const char *refusal = NULL;

  assert_refused (desk, VAULT_SALE_COMPLETION_VOID, completion, 0, "advice-waits");
  g_assert_null (shop_testing_give_back (&desk->shop, &wish, &refusal));
  g_assert_cmpstr (refusal, ==, "advice-waits");
  shop_testing_change_host (&desk->shop, NULL);
  assert_told_once (desk, completion);
  undone = desk_hold (desk, VAULT_SALE_COMPLETION_VOID, completion, 0);
  desk_assert_state (undone, VAULT_STATE_APPROVED);
  g_assert_cmpuint (desk_ledger (desk, "void"), ==, 1);
  assert_hold (desk, hold->id, VAULT_HOLD_HELD, 0);
  shop_testing_cut_line (&desk->shop);
  again = complete (desk, hold);
  shop_testing_change_host (&desk->shop, NULL);
  assert_told_once (desk, again);
  wish.receipt_no = again->id;
  refund = shop_testing_give_back (&desk->shop, &wish, &refusal);
  g_assert_nonnull (refund);
  desk_assert_state (refund, VAULT_STATE_APPROVED);
  assert_hold (desk, hold->id, VAULT_HOLD_COMPLETED, TAKEN);
}

/* Its answers are lost, again and again, with restarts in between: its identity stays what it was.
 */
static void
test_answers_lost (Desk *desk, gconstpointer dialect)
{
  g_autoptr (VaultSale) hold = hold_and_cut (desk);
  g_autoptr (VaultSale) completion = complete (desk, hold);

  g_assert_true (
      vault_setting_set_number (desk->shop.shop->vault, SYNC_SETTING_OFFLINE_HOURS, 0, NULL));
  for (guint i = 0; i < 3; i++)
    {
      shop_testing_change_host (&desk->shop, i == 1 ? "drop-request=1" : "drop-answer=1");
      g_assert_cmpint (shop_testing_drain (&desk->shop), ==, SYNC_STUCK);
      g_assert_cmpint (shop_testing_state (&desk->shop, completion, 1), ==,
                       VAULT_STATE_COMPLETED_UNSENT);
      shop_testing_reopen (&desk->shop);
    }
  shop_testing_change_host (&desk->shop, "duplicate-answer=1");
  assert_told_once (desk, completion);
}

/* One whose request left is reversed, and only told of once that is done. */
static void
test_after_reversal (Desk *desk, gconstpointer dialect)
{
  g_autoptr (VaultSale) hold = desk_hold (desk, VAULT_SALE_HOLD, NULL, HELD);
  g_autoptr (VaultSale) other = desk_hold (desk, VAULT_SALE_HOLD, NULL, HELD);
  g_autoptr (VaultSale) lost = NULL, completion = NULL;

  shop_testing_change_host (&desk->shop, "drop-answer=1");
  lost = desk_hold (desk, VAULT_SALE_COMPLETION, hold, TAKEN);
  desk_assert_state (lost, VAULT_STATE_UNKNOWN);
  assert_refused (desk, VAULT_SALE_COMPLETION, hold, TAKEN, "hold-ending");
  completion = complete (desk, other);
  g_assert_cmpstr (desk_payment (completion)->reason, ==, "reversal-owed");
  shop_testing_change_host (&desk->shop, NULL);
  assert_told_once (desk, completion);
  g_assert_cmpint (shop_testing_state (&desk->shop, lost, 1), ==, VAULT_STATE_REVERSED);
  assert_hold (desk, hold->id, VAULT_HOLD_HELD, 0);
}

/* ---- an acquirer that is only told ---- */

/* It has no flow to ask for a completion: one is told of, whether there is a line or not. */
static void
test_told_only (gconstpointer dialect)
{
  g_autofree char *profile = sandbox_process_vary_profile (dialect, "flow completion", NULL, NULL);
  g_autoptr (VaultSale) hold = NULL, other = NULL, completion = NULL, later = NULL;
  Desk desk = { 0 };

  desk_set_up (&desk, profile);
  desk.shop.dialect = dialect; /* of its cards */
  other = desk_hold (&desk, VAULT_SALE_HOLD, NULL, HELD);
  hold = desk_hold (&desk, VAULT_SALE_HOLD, NULL, HELD);
  completion = complete (&desk, hold);
  g_assert_null (desk_payment (completion)->reason);
  assert_in_the_ledger (&desk, completion, 0);
  assert_refused (&desk, VAULT_SALE_COMPLETION, hold, TAKEN, "hold-completed");
  assert_told_once (&desk, completion);
  assert_hold (&desk, hold->id, VAULT_HOLD_COMPLETED, TAKEN);
  shop_testing_cut_line (&desk.shop);
  later = complete (&desk, other);
  shop_testing_change_host (&desk.shop, NULL);
  assert_told_once (&desk, later);
  g_assert_cmpuint (desk_ledger (&desk, "capture"), ==, 2);
  g_assert_cmpuint (desk_ledger (&desk, "reversal"), ==, 0);
  desk_tear_down (&desk, profile);
  g_unlink (profile);
}

/* ---- killed ---- */

/* till-cli with these words, killed at its step `at` as kill-shim.c counts them. TRUE: it was. */
static gboolean
run_killed (Desk *desk, const char *words, guint at)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (
      G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autofree char *shim = g_test_build_filename (G_TEST_BUILT, "scenes", "libkill-shim.so", NULL);
  g_autofree char *program
      = g_test_build_filename (G_TEST_BUILT, "..", "src", "cli", "till-cli", NULL);
  const char *before = g_getenv ("LD_PRELOAD");
  g_autofree char *all
      = g_strconcat (before != NULL ? before : "", before != NULL ? ":" : "", shim, NULL);
  g_autofree char *step = g_strdup_printf ("%u", at);
  g_autofree char *line = g_strdup_printf ("%s --data-dir %s --passphrase-file %s %s", program,
                                           desk->cli.data, desk->cli.pass, words);
  g_auto (GStrv) argv = g_strsplit (line, " ", 0);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&desk->shop.shop, checkout_shop_free);
  g_subprocess_launcher_setenv (launcher, "LD_PRELOAD", all, TRUE);
  g_subprocess_launcher_setenv (launcher, "TILL_KILL_AT", step, TRUE);
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *)argv, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_wait (process, NULL, &error));
  shop_testing_reopen (&desk->shop);
  if (!g_subprocess_get_if_signaled (process))
    return FALSE;
  g_assert_cmpint (g_subprocess_get_term_sig (process), ==, SIGKILL);
  return TRUE;
}

/* Completed or still held, and nothing in between; the acquirer is told of each once. */
static gboolean
kill_completing (Desk *desk, guint at)
{
  g_autoptr (VaultSale) hold = hold_and_cut (desk);
  g_autofree char *words = g_strdup_printf ("hold complete %" G_GINT64_FORMAT " 150", hold->id);
  gboolean killed = run_killed (desk, words, at);
  VaultHold now;

  g_assert_true (vault_hold_read (desk->shop.shop->vault, hold->id, &now, NULL));
  if (now.state == VAULT_HOLD_HELD)
    {
      g_autoptr (VaultSale) completion = complete (desk, hold);
    }
  assert_hold (desk, hold->id, VAULT_HOLD_COMPLETED, TAKEN);
  shop_testing_change_host (&desk->shop, NULL);
  if (at % 2 == 0)
    (void)run_killed (desk, "queue send", at / 2 + 1);
  desk_run (desk, "queue send");
  g_assert_cmpint (desk->cli.exit_code, ==, 0);
  return killed;
}

static void
test_kill (Desk *desk, gconstpointer dialect)
{
  guint at = 1;

  while (kill_completing (desk, at))
    at++;
  g_test_message ("%u steps", at - 1);
  g_assert_cmpuint (at, >, 3);
  g_assert_cmpuint (desk_ledger (desk, "capture"), ==, at);
  g_assert_cmpuint (desk_ledger (desk, "reversal"), ==, 0);
  desk_run (desk, "queue verify");
  g_assert_cmpint (desk->cli.exit_code, ==, 0);
  desk_run (desk, "journal verify");
  g_assert_cmpint (desk->cli.exit_code, ==, 0);
}

/* ---- by the commands ---- */

static void
test_commands (Desk *desk, gconstpointer dialect)
{
  g_autoptr (VaultSale) hold = hold_and_cut (desk);
  g_autofree char *head = NULL;

  desk_run_json (desk, "hold complete 1 150");
  g_assert_cmpint (desk->cli.exit_code, ==, 0);
  g_assert_cmpstr (cli_scene_text (&desk->cli, "payments.0.state"), ==, "approved");
  g_assert_cmpstr (cli_scene_text (&desk->cli, "payments.0.approved_by"), ==, "acquirer");
  g_assert_cmpstr (cli_scene_text (&desk->cli, "payments.0.state_text"), ==, TO_BE_SENT);
  g_assert_false (json_node_get_boolean (cli_scene_at (&desk->cli, "payments.0.sent")));
  desk_run_json (desk, "hold list");
  g_assert_cmpstr (cli_scene_text (&desk->cli, "0.state"), ==, "completed");
  desk_run_json (desk, "queue list");
  g_assert_cmpstr (cli_scene_text (&desk->cli, "0.class"), ==, "completion");
  g_assert_cmpstr (cli_scene_text (&desk->cli, "0.approved_by"), ==, "acquirer");
  g_assert_cmpstr (cli_scene_text (&desk->cli, "0.state_text"), ==, TO_BE_SENT);
  desk_run (desk, "queue list");
  g_assert_nonnull (strstr (desk->cli.out, TO_BE_SENT));
  g_assert_null (strstr (desk->cli.out, "chip"));
  head = desk_close_shift (desk);
  g_assert_nonnull (strstr (desk->cli.out, TO_BE_SENT));
  shop_testing_change_host (&desk->shop, NULL);
  desk_run_json (desk, "queue send");
  g_assert_cmpint (cli_scene_number (&desk->cli, "advised"), ==, 1);
  desk_verify (desk, head);
  desk_run_json (desk, "acquirer settle");
  g_assert_cmpint (desk->cli.exit_code, ==, 0);
  g_assert_cmpint (cli_scene_number (&desk->cli, "acquirer.debit_minor"), ==, TAKEN);
  g_assert_cmpint (cli_scene_number (&desk->cli, "till.debit_minor"), ==, TAKEN);
}

static void
add (const char *dialect, const char *name, void (*test) (Desk *, gconstpointer))
{
  g_autofree char *path = g_strdup_printf ("/scene/completion/%s/%s", dialect, name);

  g_test_add (path, Desk, dialect, desk_set_up, test, desk_tear_down);
}

int
main (int argc, char **argv)
{
  static const char *const dialects[] = { "sandbox", "unionpay" };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (dialects); i++)
    {
      g_autofree char *path = g_strdup_printf ("/scene/completion/%s/told-only", dialects[i]);

      g_test_add_data_func (path, dialects[i], test_told_only);
      add (dialects[i], "line-cut", test_line_cut);
      add (dialects[i], "taken-back", test_taken_back);
      add (dialects[i], "answers-lost", test_answers_lost);
      add (dialects[i], "after-reversal", test_after_reversal);
      add (dialects[i], "kill", test_kill);
      add (dialects[i], "commands", test_commands);
    }
  return g_test_run ();
}

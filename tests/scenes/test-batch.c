/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A batch with everything in it that moves money by card: sales, voids, refunds, completions of
 * holds, an advice, what was declined and what was reversed. Settled with a till-acquirer that has
 * the same, and with one whose ledger somebody has changed: what each side counts, and what became
 * of each difference, as till-cli and the Z report tell it.
 */
#include "desk.h"
#include "sync-settle.h"

#include <string.h>

/* What a batch of everything comes to. */
#define DEBITS 6
#define DEBIT_MINOR 53100
#define CREDITS 3
#define CREDIT_MINOR 16100

#define SURPLUS_STAN 777777
#define CHANGED_BY 100

static VaultSale *
approved (VaultSale *sale)
{
  desk_assert_state (sale, VAULT_STATE_APPROVED);
  return sale;
}

/* Unknown here, known there; or not even that. Reversed at once, for the host is there again. */
static void
lose_a_sale (Desk *desk, const char *fault)
{
  g_autoptr (VaultSale) lost = NULL;

  shop_testing_change_host (&desk->shop, fault);
  lost = desk_sell (desk, 600);
  desk_assert_state (lost, VAULT_STATE_UNKNOWN);
  shop_testing_change_host (&desk->shop, NULL);
  g_assert_cmpint (shop_testing_drain (&desk->shop), ==, SYNC_EMPTY);
}

static void
decline_a_sale (Desk *desk)
{
  g_autoptr (VaultSale) declined = NULL;

  shop_testing_change_host (&desk->shop, "decline=1");
  declined = desk_sell (desk, 800);
  desk_assert_state (declined, VAULT_STATE_DECLINED);
  shop_testing_change_host (&desk->shop, NULL);
}

/* Six that charge and three that give back; the rest counts nowhere. */
static void
do_everything (Desk *desk)
{
  g_autoptr (VaultSale) hold = approved (desk_hold (desk, VAULT_SALE_HOLD, NULL, 20000));
  g_autoptr (VaultSale) other = approved (desk_hold (desk, VAULT_SALE_HOLD, NULL, 9000));
  g_autoptr (VaultSale) third = approved (desk_hold (desk, VAULT_SALE_HOLD, NULL, 3000));
  g_autoptr (VaultSale) let_go = approved (desk_hold (desk, VAULT_SALE_HOLD_VOID, third, 0));
  g_autoptr (VaultSale) undone = approved (desk_hold (desk, VAULT_SALE_COMPLETION, other, 9000));
  g_autoptr (VaultSale) undoing
      = approved (desk_hold (desk, VAULT_SALE_COMPLETION_VOID, undone, 0));
  g_autoptr (VaultSale) complete = approved (desk_hold (desk, VAULT_SALE_COMPLETION, hold, 15000));
  g_autoptr (VaultSale) voided = approved (desk_sell (desk, 7000));
  g_autoptr (VaultSale) the_void = approved (desk_void (desk, voided));
  g_autoptr (VaultSale) refunded = approved (desk_sell (desk, 5100));
  g_autoptr (VaultSale) refund = approved (desk_refund (desk, refunded, 2));
  g_autoptr (VaultSale) sold = approved (desk_sell (desk, 12800));
  g_autoptr (VaultSale) advice = desk_advise (desk, 4200);

  g_assert_cmpint (shop_testing_drain (&desk->shop), ==, SYNC_EMPTY);
  g_assert_cmpint (shop_testing_state (&desk->shop, advice, 1), ==, VAULT_STATE_CHIP_SENT);
}

/* That side counts so many, in these sums. */
static void
assert_counts (Desk *desk, const char *path, const VaultBatchSums *sums)
{
  g_autofree char *debits = g_strconcat (path, ".debit_count", NULL);
  g_autofree char *debit = g_strconcat (path, ".debit_minor", NULL);
  g_autofree char *credits = g_strconcat (path, ".credit_count", NULL);
  g_autofree char *credit = g_strconcat (path, ".credit_minor", NULL);

  g_assert_cmpint (cli_scene_number (&desk->cli, debits), ==, sums->debit_count);
  g_assert_cmpint (cli_scene_number (&desk->cli, debit), ==, sums->debit_minor);
  g_assert_cmpint (cli_scene_number (&desk->cli, credits), ==, sums->credit_count);
  g_assert_cmpint (cli_scene_number (&desk->cli, credit), ==, sums->credit_minor);
}

/* That side counts everything. */
static void
assert_everything (Desk *desk, const char *path)
{
  assert_counts (desk, path, &(VaultBatchSums){ DEBITS, DEBIT_MINOR, CREDITS, CREDIT_MINOR });
}

/* A row of this text on the paper. Blanks are one. */
static void
assert_row (Desk *desk, const char *wanted)
{
  g_auto (GStrv) lines = g_strsplit (desk->cli.out, "\n", 0);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) words = g_strsplit_set (lines[i], " ", 0);
      g_autoptr (GString) row = g_string_new (NULL);

      for (guint w = 0; words[w] != NULL; w++)
        if (words[w][0] != '\0')
          g_string_append_printf (row, "%s%s", row->len > 0 ? " " : "", words[w]);
      if (strcmp (row->str, wanted) == 0)
        return;
    }
  g_error ("There is no “%s” in:\n%s", wanted, desk->cli.out);
}

static void
test_everything (Desk *desk, gconstpointer dialect)
{
  g_autofree char *head = NULL;

  do_everything (desk);
  decline_a_sale (desk);
  lose_a_sale (desk, "drop-answer=1");
  lose_a_sale (desk, "drop-request=1");
  desk_run_json (desk, "acquirer batch");
  assert_everything (desk, "till");
  if (desk_is_sandbox (desk))
    {
      assert_everything (desk, "acquirer");
      g_assert_true (json_node_get_boolean (cli_scene_at (&desk->cli, "agreed")));
    }
  desk_run_json (desk, "acquirer settle");
  g_assert_cmpint (desk->cli.exit_code, ==, 0);
  g_assert_cmpstr (cli_scene_text (&desk->cli, "verdict"), ==, "agrees");
  assert_everything (desk, "till");
  assert_everything (desk, "acquirer");
  g_assert_cmpint (cli_scene_number (&desk->cli, "differences_total"), ==, 0);
  g_assert_cmpuint (desk_ledger (desk, "settle"), ==, 1);
  desk_run_json (desk, "acquirer batch");
  assert_everything (desk, "last.till");
  assert_everything (desk, "last.acquirer");
  g_assert_cmpint (cli_scene_number (&desk->cli, "till.debit_count"), ==, 0);
  head = desk_close_shift (desk);
  assert_row (desk, "Batch 000001 both agree");
  assert_row (desk, "This till 6 531.00 3 -161.00");
  assert_row (desk, "Acquirer 6 531.00 3 -161.00");
  do_everything (desk);
  desk_verify (desk, head);
}

/* ---- two shifts, and midnight between them ---- */

#define DAY_S 86400
#define BEFORE_MIDNIGHT_S (DAY_S - 30)

/* Moves the till's zone, and with it the time of its day. */
static gint64
set_zone (gint64 west_s)
{
  gint64 size_s = ABS (west_s);
  g_autofree char *zone
      = g_strdup_printf ("TIL%c%02d:%02d:%02d", west_s < 0 ? '-' : '+', (int)(size_s / 3600),
                         (int)(size_s / 60 % 60), (int)(size_s % 60));

  g_setenv ("TZ", zone, TRUE);
  return west_s;
}

static gint
day_of_till (void)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  return g_date_time_get_day_of_month (now);
}

/* Half a minute before its midnight; returns how far west that is. */
static gint64
go_before_midnight (void)
{
  gint64 west_s = g_get_real_time () / G_USEC_PER_SEC % DAY_S - BEFORE_MIDNIGHT_S;

  return set_zone (west_s < -DAY_S / 2 ? west_s + DAY_S : west_s);
}

/* The day goes by, and the shift, but not the batch: what was sold before is voided, refunded and
 * completed after. */
static void
test_two_shifts (Desk *desk, gconstpointer dialect)
{
  static const VaultBatchSums sums = { 4, 24700, 2, 3100 };
  g_autoptr (VaultSale) hold = NULL, voided = NULL, refunded = NULL, the_void = NULL, refund = NULL,
                        completion = NULL, sold = NULL;
  g_autofree char *first = NULL, *second = NULL;
  gint64 west_s = go_before_midnight ();
  gint day = day_of_till ();

  hold = approved (desk_hold (desk, VAULT_SALE_HOLD, NULL, 20000));
  voided = approved (desk_sell (desk, 3000));
  refunded = approved (desk_sell (desk, 6000));
  first = desk_close_shift (desk);
  assert_row (desk, "Batch open");
  assert_row (desk, "This till 2 90.00 0 0.00");
  set_zone (west_s - 120);
  g_assert_cmpint (day_of_till (), !=, day);
  the_void = approved (desk_void (desk, voided));
  refund = approved (desk_refund (desk, refunded, 2));
  completion = approved (desk_hold (desk, VAULT_SALE_COMPLETION, hold, 15000));
  sold = approved (desk_sell (desk, 700));
  desk_run_json (desk, "acquirer settle");
  g_assert_cmpint (desk->cli.exit_code, ==, 0);
  assert_counts (desk, "till", &sums);
  assert_counts (desk, "acquirer", &sums);
  second = desk_close_shift (desk);
  assert_row (desk, "Batch 000001 both agree");
  assert_row (desk, "This till 4 247.00 2 -31.00");
  assert_row (desk, "Sold, gross 2 157.00");
  desk_verify (desk, first);
  desk_verify (desk, second);
  g_unsetenv ("TZ");
}

/* ---- what must be sent first ---- */

static void
assert_stays_open (Desk *desk, const char *sentence)
{
  desk_run_json (desk, "acquirer settle");
  g_assert_cmpint (desk->cli.exit_code, ==, 1);
  g_assert_nonnull (strstr (desk->cli.err, sentence));
  g_assert_false (json_node_get_boolean (cli_scene_at (&desk->cli, "settled")));
  g_assert_cmpuint (desk_ledger (desk, "settle"), ==, 0);
  desk_run_json (desk, "acquirer batch");
  g_assert_false (json_node_get_boolean (cli_scene_at (&desk->cli, "settling")));
}

/* The reversal can't leave, then the advice can't; when both did, the batch has what is left. */
static void
test_stays_open (Desk *desk, gconstpointer dialect)
{
  static const VaultBatchSums sums = { 2, 4500, 0, 0 };
  g_autoptr (VaultSale) sold = approved (desk_sell (desk, 300));
  g_autoptr (VaultSale) lost = NULL, advice = NULL;

  shop_testing_change_host (&desk->shop, "drop-answer=1");
  lost = desk_sell (desk, 12500);
  desk_assert_state (lost, VAULT_STATE_UNKNOWN);
  assert_stays_open (desk, "The batch stays open: 1 reversal, CNY 125.00, is owed and could not be "
                           "sent; when the line is up, say: till-cli queue send");
  shop_testing_change_host (&desk->shop, NULL);
  g_assert_cmpint (shop_testing_drain (&desk->shop), ==, SYNC_EMPTY);
  advice = desk_advise (desk, 4200);
  shop_testing_cut_line (&desk->shop);
  assert_stays_open (desk,
                     "The batch stays open: 1 payment that is charged already, CNY 42.00, could "
                     "not be sent; when the line is up, say: till-cli queue send");
  shop_testing_change_host (&desk->shop, NULL);
  desk_run_json (desk, "acquirer settle");
  g_assert_cmpint (desk->cli.exit_code, ==, 0);
  assert_counts (desk, "till", &sums);
  assert_counts (desk, "acquirer", &sums);
}

/* ---- an acquirer that counts otherwise ---- */

typedef enum
{
  LACKS,   /* it lost one */
  TWICE,   /* it has one more */
  ANOTHER, /* it has another sum */
  EDITS
} Edit;

static const char *const kinds[EDITS] = { "only-here", "only-there", "another-amount" };

/* The newest line of this effect. */
static guint
find_line (char **lines, const char *effect)
{
  g_autofree char *wanted = g_strdup_printf ("{\"effect\":\"%s\"", effect);
  guint found = 0;

  for (guint i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], wanted))
      found = i + 1;
  g_assert_cmpuint (found, >, 0);
  return found - 1;
}

/* The line with another number in this member; what it was is returned. */
static gint64
change_number (char **line, const char *member, gint64 add, gint64 otherwise)
{
  g_autofree char *name = g_strdup_printf ("\"%s\":", member);
  g_auto (GStrv) halves = g_strsplit (*line, name, 2);
  gint64 number;
  char *rest;

  g_assert_nonnull (halves[1]);
  number = g_ascii_strtoll (halves[1], &rest, 10);
  g_free (*line);
  *line = g_strdup_printf ("%s%s%" G_GINT64_FORMAT "%s", halves[0], name,
                           otherwise != 0 ? otherwise : number + add, rest);
  return number;
}

/* Somebody changes the acquirer's books, which it reads at its next start. Returns the amount. */
static gint64
edit_ledger (Desk *desk, const char *effect, Edit edit)
{
  g_autofree char *text = NULL, *other = NULL, *line = NULL;
  g_auto (GStrv) lines = NULL;
  gint64 amount;
  guint at;

  g_assert_true (g_file_get_contents (desk->cli.ledger, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", 0);
  at = find_line (lines, effect);
  line = g_strdup (lines[at]);
  amount = change_number (&line, "amount_minor", edit == ANOTHER ? -CHANGED_BY : 0, 0);
  if (edit == TWICE)
    {
      g_autofree char *first = g_steal_pointer (&line);

      line = g_strdup (first);
      change_number (&line, strstr (line, "\"by_stan\":") != NULL ? "by_stan" : "stan", 0,
                     SURPLUS_STAN);
      g_free (lines[at]);
      lines[at] = g_strdup_printf ("%s\n%s", first, line);
    }
  else
    {
      g_free (lines[at]);
      lines[at] = g_strdup (edit == LACKS ? "" : line);
    }
  other = g_strjoinv ("\n", lines);
  if (edit == LACKS)
    {
      g_auto (GStrv) halves = g_strsplit (other, "\n\n", 2);

      g_free (other);
      other = g_strjoin ("\n", halves[0], halves[1], NULL);
    }
  g_assert_true (g_file_set_contents (desk->cli.ledger, other, -1, NULL));
  shop_testing_change_host (&desk->shop, NULL);
  return amount;
}

/* What the acquirer counts, for what it lacks, has too much or has otherwise. */
static gint64
their_minor (gboolean credit, gboolean is_credit, gint64 amount, Edit edit)
{
  gint64 ours = credit ? CREDIT_MINOR : DEBIT_MINOR;

  if (credit != is_credit)
    return ours;
  return edit == LACKS ? ours - amount : edit == TWICE ? ours + amount : ours - CHANGED_BY;
}

/* Where the acquirer names what differs. */
static void
assert_difference (Desk *desk, gboolean credit, gint64 amount, Edit edit)
{
  CliScene *cli = &desk->cli;

  g_assert_cmpint (cli_scene_number (cli, "acquirer.debit_minor"), ==,
                   their_minor (FALSE, credit, amount, edit));
  g_assert_cmpint (cli_scene_number (cli, "acquirer.credit_minor"), ==,
                   their_minor (TRUE, credit, amount, edit));
  g_assert_cmpint (cli_scene_number (cli, "differences_total"), ==, 1);
  g_assert_cmpstr (cli_scene_text (cli, "differences.0.kind"), ==, kinds[edit]);
  g_assert_cmpint (json_node_get_boolean (cli_scene_at (cli, "differences.0.credit")), ==, credit);
  g_assert_cmpint (json_node_get_boolean (cli_scene_at (cli, "differences.0.resolved")), ==,
                   edit == LACKS);
  g_assert_cmpint (cli_scene_number (cli, "differences.0.amount_minor"), ==,
                   edit == TWICE ? 0 : amount);
  g_assert_cmpint (cli_scene_number (cli, "differences.0.acquirer_minor"), ==,
                   edit == LACKS     ? 0
                   : edit == ANOTHER ? amount - CHANGED_BY
                                     : amount);
  if (edit == TWICE)
    g_assert_cmpint (cli_scene_number (cli, "differences.0.stan"), ==, SURPLUS_STAN);
  else
    g_assert_cmpint (cli_scene_number (cli, "differences.0.receipt"), >, 0);
}

/* An earlier batch can be called up again, with what differed and what became of it. */
static void
assert_told_again (Desk *desk, gint64 number, gboolean credit, gint64 amount, Edit edit)
{
  g_autofree char *command = g_strdup_printf ("acquirer batch %" G_GINT64_FORMAT, number);

  desk_run_json (desk, command);
  g_assert_cmpint (desk->cli.exit_code, ==, 0);
  g_assert_cmpint (cli_scene_number (&desk->cli, "batch"), ==, number);
  g_assert_cmpstr (cli_scene_text (&desk->cli, "verdict"), ==, "differs");
  assert_everything (desk, "till");
  if (desk_is_sandbox (desk))
    assert_difference (desk, credit, amount, edit);
}

/* One batch after another, each with one thing of this kind changed at the acquirer's. */
static void
test_edited (Desk *desk, const char *effect, gboolean credit)
{
  gint64 numbers[EDITS], amounts[EDITS];

  for (Edit edit = 0; edit < EDITS; edit++)
    {
      gint64 amount;

      do_everything (desk);
      amount = edit_ledger (desk, effect, edit);
      desk_run_json (desk, "acquirer settle");
      g_assert_cmpint (desk->cli.exit_code, ==, desk_is_sandbox (desk) && edit == LACKS ? 0 : 1);
      g_assert_true (json_node_get_boolean (cli_scene_at (&desk->cli, "settled")));
      g_assert_cmpstr (cli_scene_text (&desk->cli, "verdict"), ==, "differs");
      assert_everything (desk, "till");
      if (desk_is_sandbox (desk))
        assert_difference (desk, credit, amount, edit);
      else
        g_assert_false (json_node_get_boolean (cli_scene_at (&desk->cli, "rows_known")));
      g_assert_cmpuint (desk_ledger (desk, "settle"), ==, edit + 1);
      numbers[edit] = cli_scene_number (&desk->cli, "batch");
      amounts[edit] = amount;
    }
  for (Edit edit = 0; edit < EDITS; edit++)
    assert_told_again (desk, numbers[edit], credit, amounts[edit], edit);
}

static void
test_charge_edited (Desk *desk, gconstpointer dialect)
{
  test_edited (desk, "charge", FALSE);
}

static void
test_void_edited (Desk *desk, gconstpointer dialect)
{
  test_edited (desk, "void", TRUE);
}

static void
test_refund_edited (Desk *desk, gconstpointer dialect)
{
  test_edited (desk, "refund", TRUE);
}

static void
test_completion_edited (Desk *desk, gconstpointer dialect)
{
  test_edited (desk, "capture", FALSE);
}

static void
test_advice_edited (Desk *desk, gconstpointer dialect)
{
  test_edited (desk, "advice", FALSE);
}

#define ADD(name, test)                                                                            \
  g_test_add ("/scene/batch/sandbox/" name, Desk, "sandbox", desk_set_up, test, desk_tear_down);   \
  g_test_add ("/scene/batch/unionpay/" name, Desk, "unionpay", desk_set_up, test, desk_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("everything", test_everything);
  ADD ("two-shifts", test_two_shifts);
  ADD ("stays-open", test_stays_open);
  ADD ("charge-edited", test_charge_edited);
  ADD ("void-edited", test_void_edited);
  ADD ("refund-edited", test_refund_edited);
  ADD ("completion-edited", test_completion_edited);
  ADD ("advice-edited", test_advice_edited);
  return g_test_run ();
}

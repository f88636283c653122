/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An older copy of the books is put back in which something is owed to the acquirer: a reversal (of
 * a sale, a void, a hold, a completion or its void), a refund, a chip's advice, a stored sale. The
 * books that were lost had sent it, or they had not. It is compared where the acquirer can tell,
 * released, and sent: in the acquirer's ledger it is there once. Then the batch is settled, which
 * names what only the lost books knew. In the books of a till that took over another's queue, the
 * other's records wait until the acquirer turns that one away.
 */
#include "desk.h"
#include "vault-epoch.h"

#include <glib/gstdio.h>
#include <string.h>

#define NEWER_MINOR 1700

typedef struct
{
  const char *name;
  const char *effect;   /* in the ledger, under the identity of what waits; NULL: none */
  const char *reported; /* the figure of `queue compare` that counts it where it is known */
  guint reversals;      /* in the ledger at the end */
  VaultState before, after;
  VaultSale *(*make) (Desk *desk);
} Kind;

/* ---- what waits ---- */

static VaultSale *
lose (Desk *desk, const char *fault)
{
  shop_testing_change_host (&desk->shop, fault);
  return desk_sell (desk, 5000);
}

static VaultSale *
make_reversal (Desk *desk)
{
  return lose (desk, "drop-answer=1");
}

static VaultSale *
make_tombstone (Desk *desk)
{
  return lose (desk, "drop-request=1");
}

static VaultSale *
make_void (Desk *desk)
{
  g_autoptr (VaultSale) sale = desk_sell (desk, 5000);

  shop_testing_change_host (&desk->shop, "drop-answer=1");
  return desk_void (desk, sale);
}

static VaultSale *
make_refund (Desk *desk)
{
  g_autoptr (VaultSale) sale = desk_sell (desk, 5000);

  shop_testing_cut_line (&desk->shop);
  return desk_refund (desk, sale, 2);
}

static VaultSale *
make_advice (Desk *desk)
{
  shop_testing_cut_line (&desk->shop);
  return desk_advise (desk, 5000);
}

static VaultSale *
make_stored (Desk *desk)
{
  shop_testing_cut_line (&desk->shop);
  return desk_sell (desk, 5000);
}

static VaultSale *
make_hold (Desk *desk)
{
  shop_testing_change_host (&desk->shop, "drop-answer=1");
  return desk_hold (desk, VAULT_SALE_HOLD, NULL, 5000);
}

static VaultSale *
make_completion (Desk *desk)
{
  g_autoptr (VaultSale) hold = desk_hold (desk, VAULT_SALE_HOLD, NULL, 5000);

  shop_testing_change_host (&desk->shop, "drop-answer=1");
  return desk_hold (desk, VAULT_SALE_COMPLETION, hold, 4000);
}

static VaultSale *
make_completion_advice (Desk *desk)
{
  g_autoptr (VaultSale) hold = desk_hold (desk, VAULT_SALE_HOLD, NULL, 5000);

  shop_testing_cut_line (&desk->shop);
  return desk_hold (desk, VAULT_SALE_COMPLETION, hold, 4000);
}

static VaultSale *
make_completion_void (Desk *desk)
{
  g_autoptr (VaultSale) hold = desk_hold (desk, VAULT_SALE_HOLD, NULL, 5000);
  g_autoptr (VaultSale) done = desk_hold (desk, VAULT_SALE_COMPLETION, hold, 4000);

  shop_testing_change_host (&desk->shop, "drop-answer=1");
  return desk_hold (desk, VAULT_SALE_COMPLETION_VOID, done, 0);
}

static const Kind kinds[] = {
  { "reversal", "charge", "reversed", 1, VAULT_STATE_UNKNOWN, VAULT_STATE_REVERSED, make_reversal },
  { "tombstone", NULL, "reversed", 0, VAULT_STATE_UNKNOWN, VAULT_STATE_REVERSED, make_tombstone },
  { "void", "void", "reversed", 1, VAULT_STATE_UNKNOWN, VAULT_STATE_REVERSED, make_void },
  { "hold", "hold", "reversed", 1, VAULT_STATE_UNKNOWN, VAULT_STATE_REVERSED, make_hold },
  { "completion", "capture", "reversed", 1, VAULT_STATE_UNKNOWN, VAULT_STATE_REVERSED,
    make_completion },
  { "completion-void", "void", "reversed", 1, VAULT_STATE_UNKNOWN, VAULT_STATE_REVERSED,
    make_completion_void },
  { "refund", "refund", "approved", 0, VAULT_STATE_STORED, VAULT_STATE_APPROVED, make_refund },
  { "advice", "advice", "advised", 0, VAULT_STATE_CHIP_UNSENT, VAULT_STATE_CHIP_SENT, make_advice },
  { "completion-advice", "capture", "advised", 0, VAULT_STATE_COMPLETED_UNSENT,
    VAULT_STATE_COMPLETED_SENT, make_completion_advice },
  { "stored", "charge", "approved", 0, VAULT_STATE_STORED, VAULT_STATE_APPROVED, make_stored },
};

/* ---- the copy ---- */

static void
copy_books (const char *from, const char *to)
{
  static const char *const files[] = { "till.db", "till.db-wal", "key.ini" };

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *source = g_build_filename (from, files[i], NULL);
      g_autofree char *target = g_build_filename (to, files[i], NULL);
      g_autofree char *bytes = NULL;
      gsize size;

      g_remove (target);
      if (g_file_get_contents (source, &bytes, &size, NULL))
        g_assert_true (g_file_set_contents (target, bytes, (gssize)size, NULL));
    }
}

/* Yours: the folder of the copy. */
static char *
save_books (Desk *desk)
{
  char *copy = g_build_filename (desk->shop.dir, "copy", NULL);

  g_assert_cmpint (g_mkdir (copy, 0700), ==, 0);
  g_clear_pointer (&desk->shop.shop, checkout_shop_free);
  copy_books (desk->cli.data, copy);
  shop_testing_reopen (&desk->shop);
  return copy;
}

static void
put_back (Desk *desk, const char *copy)
{
  g_autofree char *shm = g_build_filename (desk->cli.data, "till.db-shm", NULL);

  g_clear_pointer (&desk->shop.shop, checkout_shop_free);
  g_remove (shm);
  copy_books (copy, desk->cli.data);
  shop_testing_reopen (&desk->shop);
  shop_testing_change_host (&desk->shop, NULL); /* its port is not the copy's */
}

/* The reversal that left at once never came to the acquirer. */
static void
lose_reversal (Desk *desk)
{
  g_autofree char *text = NULL, *without = NULL;
  char *line, *rest;

  g_assert_true (g_file_get_contents (desk->cli.ledger, &text, NULL, NULL));
  line = g_strrstr (text, "{\"effect\":\"reversal\"");
  g_assert_nonnull (line);
  rest = strchr (line, '\n');
  without = g_strdup_printf ("%.*s%s", (int)(line - text), text, rest + 1);
  g_assert_true (g_file_set_contents (desk->cli.ledger, without, -1, NULL));
}

/* What the copy doesn't know of, after what waits in it or instead of it. */
static void
go_on (Desk *desk, gboolean sends)
{
  g_autoptr (VaultSale) sale = shop_testing_sale (NEWER_MINOR);
  VaultChange cash = { .event = VAULT_EVENT_CASH_TAKEN,
                       .sale = sale,
                       .payment = vault_payment_new (VAULT_TENDER_CASH, NEWER_MINOR) };
  g_autoptr (VaultSale) newer = NULL;

  g_assert_true (vault_apply (desk->shop.shop->vault, &cash, 1, NULL));
  shop_testing_change_host (&desk->shop, NULL);
  if (!sends)
    return;
  g_assert_cmpint (shop_testing_drain (&desk->shop), ==, SYNC_EMPTY);
  newer = desk_sell (desk, NEWER_MINOR);
  desk_assert_state (newer, VAULT_STATE_APPROVED);
}

/* ---- what becomes of it ---- */

static void
assert_quarantined (Desk *desk)
{
  desk_run_json (desk, "queue stats");
  g_assert_cmpstr (cli_scene_text (&desk->cli, "quarantine"), ==, "rollback");
  g_assert_cmpint (cli_scene_number (&desk->cli, "waiting"), ==, 1);
  desk_run (desk, "queue send");
  g_assert_cmpint (desk->cli.exit_code, ==, 1);
}

static void
compare (Desk *desk, const Kind *kind, gboolean known)
{
  desk_run_json (desk, "queue compare");
  g_assert_cmpint (desk->cli.exit_code, ==, 0);
  g_assert_cmpint (cli_scene_number (&desk->cli, kind->reported), ==, known);
  g_assert_cmpint (cli_scene_number (&desk->cli, "left"), ==, !known);
  desk_run_json (desk, "queue release");
  g_assert_cmpint (desk->cli.exit_code, ==, 0);
  g_assert_cmpint (cli_scene_number (&desk->cli, "waiting"), ==, !known);
}

static void
release_with_leave (Desk *desk)
{
  desk_run (desk, "queue compare");
  g_assert_cmpint (desk->cli.exit_code, ==, 1);
  desk_run (desk, "queue release");
  g_assert_cmpint (desk->cli.exit_code, ==, 2);
  g_assert_nonnull (strstr (desk->cli.err, "--leave NAME"));
  desk_run (desk, "queue release --leave bank");
  g_assert_cmpint (desk->cli.exit_code, ==, 0);
}

/* Each thing is there once, and what the lost books had sold once, too. */
static void
judge (Desk *desk, const Kind *kind, const VaultSale *sale, gboolean known)
{
  g_autoptr (VaultSale) kept = vault_sale_load (desk->shop.shop->vault, sale->id, NULL);
  guint charges = kind->make == make_reversal || kind->make == make_void
                          || kind->make == make_refund || kind->make == make_stored
                      ? 2
                      : 1;

  desk_assert_state (kept, kind->after);
  if (kind->effect != NULL && strcmp (kind->effect, "charge") != 0)
    g_assert_cmpuint (desk_ledger (desk, kind->effect), ==, 1);
  g_assert_cmpuint (desk_ledger (desk, "charge"), ==, charges + known);
  g_assert_cmpuint (desk_ledger (desk, "reversal"), ==, kind->reversals);
}

/* Nothing is lost: what only the acquirer has is named. */
static void
settle (Desk *desk, gboolean known)
{
  desk_run_json (desk, "acquirer settle");
  g_assert_cmpint (desk->cli.exit_code, ==, known ? 1 : 0);
  g_assert_cmpstr (cli_scene_text (&desk->cli, "verdict"), ==, known ? "differs" : "agrees");
  if (!known || !desk_is_sandbox (desk))
    return;
  g_assert_cmpint (cli_scene_number (&desk->cli, "differences_total"), ==, 1);
  g_assert_cmpstr (cli_scene_text (&desk->cli, "differences.0.kind"), ==, "only-there");
  g_assert_cmpint (cli_scene_number (&desk->cli, "differences.0.acquirer_minor"), ==, NEWER_MINOR);
}

static void
restore (Desk *desk, const Kind *kind, gboolean known)
{
  g_autoptr (VaultSale) first = desk_sell (desk, 300);
  g_autofree char *head = desk_close_shift (desk);
  g_autoptr (VaultSale) sale = kind->make (desk);
  g_autofree char *copy = NULL;

  desk_assert_state (first, VAULT_STATE_APPROVED);
  desk_assert_state (sale, kind->before);
  copy = save_books (desk);
  if (!known && kind->reversals > 0)
    lose_reversal (desk);
  go_on (desk, known);
  put_back (desk, copy);
  assert_quarantined (desk);
  if (desk_is_sandbox (desk))
    compare (desk, kind, known);
  else
    release_with_leave (desk);
  desk_run (desk, "queue send");
  g_assert_cmpint (desk->cli.exit_code, ==, 0);
  judge (desk, kind, sale, known);
  settle (desk, known);
  desk_verify (desk, head);
}

/* ---- books of an heir ---- */

#define HEIR "T1000001"
#define FORMER "TEST0001" /* the terminal of shops for tests */

/* As an import leaves it: the former till's keys, and the epoch after its last. */
static void
take_over (Desk *desk)
{
  Vault *vault = desk->shop.shop->vault;
  g_autoptr (BaseSecret) key = vault_setting (vault, SYNC_SETTING_MASTER_KEY, NULL);
  g_autofree char *merchant = vault_setting_text (vault, SYNC_SETTING_MERCHANT, NULL);
  g_autofree char *key_name = sync_line_taken_name (FORMER, SYNC_SETTING_MASTER_KEY);
  g_autofree char *merchant_name = sync_line_taken_name (FORMER, SYNC_SETTING_MERCHANT);
  g_autofree char *epoch_name = sync_line_taken_name (FORMER, SYNC_TAKEN_EPOCH);
  const VaultSetting settings[] = { { key_name, base_secret_span (key) },
                                    { merchant_name, BASE_SPAN_STR (merchant) },
                                    { epoch_name, BASE_SPAN_STR ("9") },
                                    { SYNC_SETTING_TERMINAL, BASE_SPAN_STR (HEIR) } };

  g_assert_true (sync_line_add_taken (vault, FORMER, NULL));
  g_assert_true (vault_setting_set_all (vault, settings, G_N_ELEMENTS (settings), NULL));
}

static void
refuse (Desk *desk, gint64 id, const char *words)
{
  g_autoptr (VaultRecord) record = NULL;

  desk_run (desk, words);
  g_assert_cmpint (desk->cli.exit_code, ==, 1);
  g_assert_nonnull (strstr (desk->cli.err, "that this till has taken over"));
  record = vault_queue_load (desk->shop.shop->vault, id, NULL);
  g_assert_cmpint (record->state, ==, VAULT_RECORD_ATTENTION);
}

static void
test_heir (Desk *desk, gconstpointer dialect)
{
  g_autoptr (VaultSale) sale = make_stored (desk);
  g_autoptr (VaultRecord) record
      = vault_queue_find (desk->shop.shop->vault, sale->id, 1, VAULT_CLASS_DEFERRED, NULL);
  g_autofree char *retry = g_strdup_printf ("queue retry %" G_GINT64_FORMAT, record->id);
  g_autofree char *charged
      = g_strdup_printf ("queue resolve %" G_GINT64_FORMAT " --charged", record->id);

  g_assert_true (vault_queue_set_aside (desk->shop.shop->vault, record->id,
                                        VAULT_REASON_OUTCOME_MISSING, NULL));
  take_over (desk);
  shop_testing_change_host (&desk->shop, NULL);
  g_assert_true (vault_epoch_begin (desk->shop.shop->vault, VAULT_QUARANTINE_ROLLBACK, NULL));
  refuse (desk, record->id, retry);
  refuse (desk, record->id, charged);
  g_assert_cmpuint (desk_ledger (desk, "charge"), ==, 0);
  desk_run (desk, "queue release --unasked");
  g_assert_cmpint (desk->cli.exit_code, ==, 0);
  desk_run (desk, retry); /* tells the acquirer first */
  g_assert_cmpint (desk->cli.exit_code, ==, 0);
  desk_run (desk, "queue send");
  g_assert_cmpint (desk->cli.exit_code, ==, 0);
  g_assert_cmpuint (desk_ledger (desk, "charge"), ==, 1);
}

typedef struct
{
  const char *dialect;
  const Kind *kind;
  gboolean known;
} Case;

static void
test_restored (gconstpointer data)
{
  const Case *one = data;
  Desk desk = { 0 };

  desk_set_up (&desk, one->dialect);
  restore (&desk, one->kind, one->known);
  desk_tear_down (&desk, one->dialect);
}

static void
add (const char *dialect, const Kind *kind, gboolean known)
{
  Case one = { dialect, kind, known };
  g_autofree char *path = g_strdup_printf ("/scene/restored/%s/%s/%s", dialect, kind->name,
                                           known ? "known" : "unknown");

  g_test_add_data_func_full (path, g_memdup2 (&one, sizeof one), test_restored, g_free);
}

/* restored sandbox|unionpay */
int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      if (kinds[i].make == make_stored && strcmp (argv[1], "sandbox") != 0)
        continue; /* nothing is stored there */
      add (argv[1], &kinds[i], TRUE);
      add (argv[1], &kinds[i], FALSE);
    }
  if (g_str_equal (argv[1], "sandbox")) /* the other keeps no books that an heir could be told of */
    g_test_add ("/scene/restored/sandbox/heir", Desk, argv[1], desk_set_up, test_heir,
                desk_tear_down);
  return g_test_run ();
}

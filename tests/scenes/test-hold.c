/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Pre-authorisations against a till-acquirer, in both dialects: held, completed once, let go; and
 * with every answer lost once. What was unknown is reversed before anything else, and the
 * acquirer's ledger judges what was charged.
 */
#include "checkout-hold.h"
#include "cli-scene.h"
#include "shop-testing.h"

#include <string.h>

#define HELD 20000
#define TRACKS                                                                                     \
  "%B4761739001010119^TILL/TEST^30122010000000000000?;4761739001010119=30122010000000000000?\n"

static void
set_up (ShopTesting *shop, gconstpointer dialect)
{
  shop_testing_set_up_for (shop, dialect, NULL);
}

static void
tear_down (ShopTesting *shop, gconstpointer dialect)
{
  shop_testing_tear_down (shop);
}

/* The card of the dialect: a stripe that is swiped, or a chip whose data the till makes. */
static VaultSale *
run (ShopTesting *shop, VaultSaleKind kind, const VaultSale *original, gint64 minor)
{
  CheckoutHold hold = { .shop = shop->shop,
                        .kind = kind,
                        .original = original != NULL ? original->id : 0,
                        .amount_minor = minor };
  EntryTesting chip_card = { .amount = base_money (minor, "CNY") };
  AcquirerEntry entry = entry_testing_next (&chip_card);
  gboolean chip = g_str_equal (shop->dialect, "unionpay");
  g_auto (SyncReport) report = { 0 };
  VaultSale *sale = NULL;
  const char *refusal = NULL;
  GError *error = NULL;

  sync_report_init (&report);
  if (chip && kind == VAULT_SALE_HOLD)
    checkout_hold_ask (&hold, &entry, &sale, &refusal, &report, &error);
  else
    checkout_hold_run (&hold, &sale, &refusal, &report, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (refusal, ==, NULL);
  return sale;
}

static VaultPayment *
payment_of (const VaultSale *sale)
{
  return g_ptr_array_index (sale->payments, 0);
}

static VaultSale *
must (ShopTesting *shop, VaultSaleKind kind, const VaultSale *original, gint64 minor)
{
  VaultSale *sale = run (shop, kind, original, minor);

  g_assert_cmpint (payment_of (sale)->state, ==, VAULT_STATE_APPROVED);
  g_assert_cmpint (sale->state, ==, VAULT_SALE_PAID);
  return sale;
}

static VaultHoldState
state_of (ShopTesting *shop, const VaultSale *sale)
{
  VaultHold hold;
  GError *error = NULL;

  vault_hold_read (shop->shop->vault, sale->id, &hold, &error);
  g_assert_no_error (error);
  return hold.state;
}

static guint
effects (ShopTesting *shop, const VaultSale *sale, const char *effect)
{
  return shop_testing_effects (shop, payment_of (sale), effect);
}

static void
test_whole (ShopTesting *shop, gconstpointer dialect)
{
  g_autoptr (VaultSale) hold = must (shop, VAULT_SALE_HOLD, NULL, HELD);
  g_autoptr (VaultSale) completion = NULL, undone = NULL, gone = NULL;

  g_assert_cmpuint (effects (shop, hold, "hold"), ==, 1);
  g_assert_cmpuint (effects (shop, hold, "charge"), ==, 0);
  g_assert_nonnull (payment_of (hold)->auth_code);
  g_assert_nonnull (payment_of (hold)->host_date);
  completion = must (shop, VAULT_SALE_COMPLETION, hold, HELD - 500);
  g_assert_cmpuint (effects (shop, completion, "capture"), ==, 1);
  g_assert_cmpint (state_of (shop, hold), ==, VAULT_HOLD_COMPLETED);
  undone = must (shop, VAULT_SALE_COMPLETION_VOID, completion, 0);
  g_assert_cmpuint (effects (shop, completion, "void"), ==, 1);
  shop_testing_reopen (shop);
  g_assert_cmpint (state_of (shop, hold), ==, VAULT_HOLD_HELD);
  gone = must (shop, VAULT_SALE_HOLD_VOID, hold, 0);
  g_assert_cmpuint (effects (shop, hold, "void"), ==, 1);
  g_assert_cmpint (state_of (shop, hold), ==, VAULT_HOLD_RELEASED);
}

static const VaultSaleKind kinds[]
    = { VAULT_SALE_HOLD, VAULT_SALE_COMPLETION, VAULT_SALE_HOLD_VOID, VAULT_SALE_COMPLETION_VOID };

/* What the kind is about, made while the line is good, so that the terminal has its keys; NULL for
 * a hold. *out_hold, too, is to be freed. */
static VaultSale *
prepare (ShopTesting *shop, VaultSaleKind kind, VaultSale **out_hold)
{
  *out_hold = must (shop, VAULT_SALE_HOLD, NULL, HELD);
  if (kind == VAULT_SALE_COMPLETION_VOID)
    return must (shop, VAULT_SALE_COMPLETION, *out_hold, HELD);
  return kind != VAULT_SALE_HOLD ? vault_sale_copy (*out_hold) : NULL;
}

/* Unknown, then reversed before the next; then the same goes through. */
static void
lose (ShopTesting *shop, VaultSaleKind kind, const char *fault, guint reached)
{
  g_autoptr (VaultSale) hold = NULL;
  g_autoptr (VaultSale) original = prepare (shop, kind, &hold);
  g_autoptr (VaultSale) lost = NULL, again = NULL;
  const char *effect = kind == VAULT_SALE_HOLD         ? "hold"
                       : kind == VAULT_SALE_COMPLETION ? "capture"
                                                       : "void";

  shop_testing_change_host (shop, fault);
  lost = run (shop, kind, original, HELD);
  g_assert_cmpint (payment_of (lost)->state, ==, VAULT_STATE_UNKNOWN);
  shop_testing_change_host (shop, NULL);
  g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_EMPTY);
  g_assert_cmpint (shop_testing_state (shop, lost, 1), ==, VAULT_STATE_REVERSED);
  g_assert_cmpuint (effects (shop, lost, "reversal"), ==, reached);
  again = must (shop, kind, original, HELD);
  if (kind == VAULT_SALE_HOLD || kind == VAULT_SALE_COMPLETION)
    g_assert_cmpuint (effects (shop, again, effect), ==, 1);
  else /* the ledger names what was undone: once taken back, and once for good */
    g_assert_cmpuint (effects (shop, original, effect), ==, reached + 1);
}

static void
test_lost_answers (ShopTesting *shop, gconstpointer dialect)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    lose (shop, kinds[i], "drop-answer=1", 1);
}

static void
test_lost_requests (ShopTesting *shop, gconstpointer dialect)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    lose (shop, kinds[i], "drop-request=1", 0);
}

/* The till ends before the reversal could be sent: it is at the next start. */
static void
test_restart (ShopTesting *shop, gconstpointer dialect)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autoptr (VaultSale) hold = NULL;
      g_autoptr (VaultSale) original = prepare (shop, kinds[i], &hold);
      g_autoptr (VaultSale) lost = NULL;

      shop_testing_change_host (shop, "drop-answer=1");
      lost = run (shop, kinds[i], original, HELD);
      shop_testing_reopen (shop);
      shop_testing_change_host (shop, NULL);
      g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_EMPTY);
      g_assert_cmpint (shop_testing_state (shop, lost, 1), ==, VAULT_STATE_REVERSED);
      g_assert_cmpint (state_of (shop, hold), ==,
                       kinds[i] == VAULT_SALE_COMPLETION_VOID ? VAULT_HOLD_COMPLETED
                                                              : VAULT_HOLD_HELD);
    }
}

/* Declined by the host, for the terms of its own; the hold stands. */
static void
test_declined (ShopTesting *shop, gconstpointer dialect)
{
  g_autoptr (VaultSale) hold = must (shop, VAULT_SALE_HOLD, NULL, HELD);
  g_autoptr (VaultSale) declined = NULL;

  shop_testing_change_host (shop, "decline=1");
  declined = run (shop, VAULT_SALE_COMPLETION, hold, HELD);
  g_assert_cmpint (payment_of (declined)->state, ==, VAULT_STATE_DECLINED);
  g_assert_cmpint (declined->state, ==, VAULT_SALE_CANCELLED);
  g_assert_cmpint (state_of (shop, hold), ==, VAULT_HOLD_HELD);
}

/* The completion is charged: it can be given back, never more than was charged, and then not be
 * voided; the hold stays completed. */
static void
refund (ShopTesting *shop)
{
  g_autoptr (VaultSale) hold = must (shop, VAULT_SALE_HOLD, NULL, HELD);
  g_autoptr (VaultSale) completion = must (shop, VAULT_SALE_COMPLETION, hold, HELD - 500);
  CheckoutRefundWish wish = { .receipt_no = completion->id };
  CheckoutHold undo
      = { .shop = shop->shop, .kind = VAULT_SALE_COMPLETION_VOID, .original = completion->id };
  g_auto (SyncReport) report = { 0 };
  g_autoptr (VaultSale) back = NULL, none = NULL;
  g_autoptr (GError) error = NULL;
  const char *refusal = NULL;

  sync_report_init (&report);
  back = shop_testing_give_back (shop, &wish, &refusal);
  g_assert_null (refusal);
  g_assert_cmpint (back->state, ==, VAULT_SALE_PAID);
  g_assert_cmpint (vault_sale_total_minor (back), ==, -(HELD - 500));
  g_assert_cmpint (payment_of (back)->state, ==, VAULT_STATE_APPROVED);
  g_assert_cmpuint (effects (shop, back, "refund"), ==, 1);
  g_assert_cmpint (state_of (shop, hold), ==, VAULT_HOLD_COMPLETED);
  g_assert_null (shop_testing_give_back (shop, &wish, &refusal));
  g_assert_cmpstr (refusal, ==, "nothing-left");
  g_assert_false (checkout_hold_run (&undo, &none, &refusal, &report, &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_STATE);
  g_assert_cmpuint (effects (shop, completion, "void"), ==, 0);
}

static void
test_refund (ShopTesting *shop, gconstpointer dialect)
{
  refund (shop);
  shop->shop->tax_mode = SHOP_TAX_EXCLUSIVE; /* what is written down is read again otherwise */
  refund (shop);
}

/* One whose void is under way, or was approved, has nothing to give back. */
static void
test_no_refund_after_void (ShopTesting *shop, gconstpointer dialect)
{
  g_autoptr (VaultSale) hold = must (shop, VAULT_SALE_HOLD, NULL, HELD);
  g_autoptr (VaultSale) completion = must (shop, VAULT_SALE_COMPLETION, hold, HELD);
  g_autoptr (VaultSale) undone = must (shop, VAULT_SALE_COMPLETION_VOID, completion, 0);
  CheckoutRefundWish wish = { .receipt_no = completion->id };
  const char *refusal = NULL;

  g_assert_null (shop_testing_give_back (shop, &wish, &refusal));
  g_assert_cmpstr (refusal, ==, "nothing-left");
  wish.receipt_no = hold->id;
  g_assert_null (shop_testing_give_back (shop, &wish, &refusal));
  g_assert_cmpstr (refusal, ==, "hold");
}

/* ---- by the commands ---- */

static void
run_on_card (CliScene *scene, const char *words)
{
  g_autofree char *swipe = cli_scene_file (scene, "swipe", TRACKS);
  g_autofree char *bench = g_strdup_printf ("--stripe=magtek --swipe %s", swipe);
  g_autofree char *all = g_strdup_printf ("%s --json", words);

  cli_scene_run_on (scene, bench, all);
}

static void
test_commands (void)
{
  CliScene scene;
  gint64 minor;

  cli_scene_open (&scene);
  run_on_card (&scene, "hold 200.00");
  g_assert_cmpint (scene.exit_code, ==, 0);
  g_assert_nonnull (strstr (scene.out, "Held, not charged"));
  cli_scene_run_json (&scene, "report x");
  g_assert_cmpint (cli_scene_number (&scene, "sales"), ==, 0);
  g_assert_cmpint (cli_scene_number (&scene, "holds.amount_minor"), ==, HELD);
  cli_scene_run_json (&scene, "hold complete 1 200.01");
  g_assert_cmpint (scene.exit_code, ==, 1);
  cli_scene_run_json (&scene, "hold complete 1 150");
  g_assert_cmpint (scene.exit_code, ==, 0);
  g_assert_cmpstr (cli_scene_text (&scene, "payments.0.state"), ==, "approved");
  g_assert_cmpstr (cli_scene_text (&scene, "kind"), ==, "completion");
  cli_scene_run_json (&scene, "hold complete 1 1");
  g_assert_cmpint (scene.exit_code, ==, 1);
  cli_scene_run_json (&scene, "hold list");
  g_assert_cmpstr (cli_scene_text (&scene, "0.state"), ==, "completed");
  g_assert_cmpint (cli_scene_number (&scene, "0.charged_minor"), ==, 15000);
  cli_scene_run_json (&scene, "report x");
  g_assert_cmpint (cli_scene_number (&scene, "sales_minor"), ==, 15000);
  cli_scene_run_json (&scene, "hold void 2");
  g_assert_cmpint (scene.exit_code, ==, 0);
  cli_scene_run_json (&scene, "hold void 1");
  g_assert_cmpint (scene.exit_code, ==, 0);
  g_assert_cmpstr (cli_scene_text (&scene, "payments.0.state_text"), ==, "Let go, not charged");
  g_assert_cmpuint (cli_scene_ledger (&scene, "hold", &minor), ==, 1);
  g_assert_cmpuint (cli_scene_ledger (&scene, "capture", &minor), ==, 1);
  g_assert_cmpuint (cli_scene_ledger (&scene, "void", &minor), ==, 2);
  run_on_card (&scene, "hold 50.00");
  cli_scene_run_json (&scene, "hold complete 5 40");
  cli_scene_run_json (&scene, "refund 6");
  g_assert_cmpint (scene.exit_code, ==, 0);
  g_assert_cmpint (cli_scene_number (&scene, "total_minor"), ==, -4000);
  cli_scene_run_json (&scene, "refund 6");
  g_assert_cmpint (scene.exit_code, ==, 1);
  g_assert_cmpuint (cli_scene_ledger (&scene, "refund", &minor), ==, 1);
  g_assert_cmpint (minor, ==, 4000);
  cli_scene_run_json (&scene, "report x");
  g_assert_cmpint (ABS (cli_scene_number (&scene, "refunds.amount_minor")), ==, 4000);
  cli_scene_run_json (&scene, "queue verify");
  g_assert_cmpint (scene.exit_code, ==, 0);
  cli_scene_run_json (&scene, "journal verify");
  g_assert_cmpint (scene.exit_code, ==, 0);
  cli_scene_run_json (&scene, "hold x");
  g_assert_cmpint (scene.exit_code, ==, 2);
  cli_scene_clear (&scene);
}

#define ADD(name, test)                                                                            \
  g_test_add ("/scene/hold/sandbox/" name, ShopTesting, "sandbox", set_up, test, tear_down);       \
  g_test_add ("/scene/hold/unionpay/" name, ShopTesting, "unionpay", set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("whole", test_whole);
  ADD ("lost-answers", test_lost_answers);
  ADD ("lost-requests", test_lost_requests);
  ADD ("restart", test_restart);
  ADD ("declined", test_declined);
  ADD ("refund", test_refund);
  ADD ("no-refund-after-void", test_no_refund_after_void);
  g_test_add_func ("/scene/hold/commands", test_commands);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What stands on an X and a Z report.
 */
#include "checkout-report.h"

#include "vault-testing.h"

#include <string.h>

#define COLUMNS 48

static const char *
same (const char *text)
{
  return text;
}

static char *
text_of (const VaultTesting *self,
         const VaultShift *shift,
         CheckoutReportKind kind,
         gboolean training,
         guint copy)
{
  CheckoutShop shop = { .vault = self->vault,
                        .shop_name = (char *)"Riverside",
                        .till_name = (char *)"T1",
                        .currency = (char *)"CNY",
                        .line = (SyncLine *)&shop, /* there is one; nothing is asked of it */
                        .training = training,
                        .translate = same };
  g_autoptr (ShopReceipt) receipt = checkout_report_build (&shop, shift, kind, copy);

  return shop_receipt_to_text (receipt, COLUMNS);
}

static VaultShift *
shift_of_a_day (void)
{
  VaultShift *shift = g_new0 (VaultShift, 1);

  shift->number = 3;
  shift->from_us = shift->at_us = shift->oldest_us = G_GINT64_CONSTANT (1700000000000000);
  shift->sales = (VaultShiftSum){ 12, 34500 };
  shift->refunds = (VaultShiftSum){ 2, -1500 };
  shift->payments[VAULT_TENDER_CASH][VAULT_STATE_APPROVED] = (VaultShiftSum){ 4, 10000 };
  shift->payments[VAULT_TENDER_CARD][VAULT_STATE_STORED] = (VaultShiftSum){ 3, 4500 };
  shift->given[VAULT_TENDER_CASH][VAULT_STATE_APPROVED] = (VaultShiftSum){ 2, -1500 };
  shift->tax.count = 1;
  shift->tax.sums[0] = (ShopTaxSum){ 1300, 29204, 3796, 33000 };
  shift->cash_minor = 8500;
  shift->drawer = 6;
  shift->waiting = (VaultShiftSum){ 3, 4500 };
  shift->attention = (VaultShiftSum){ 1, 700 };
  shift->late[VAULT_LATE_DECLINED] = (VaultShiftSum){ 1, 2500 };
  shift->told = 1;
  shift->lates[0] = (VaultShiftLate){ 77, 2500, VAULT_LATE_DECLINED };
  shift->batch_count = 1;
  shift->batches[0] = (VaultBatch){ .id = 1,
                                    .number = 41,
                                    .state = VAULT_BATCH_SETTLED,
                                    .verdict = VAULT_BATCH_VERDICT_DIFFERS,
                                    .host_known = TRUE,
                                    .till = { 9, 20000, 1, 300 },
                                    .host = { 8, 17500, 1, 300 },
                                    .differences = 1 };
  shift->head = 123;
  shift->chain[0] = 0xAB;
  return shift;
}

static void
assert_has (const char *text, const char *const *pieces)
{
  for (; *pieces != NULL; pieces++)
    if (strstr (text, *pieces) == NULL)
      g_error ("“%s” is missing in\n%s", *pieces, text);
}

static void
test_a_day (VaultTesting *self, gconstpointer data)
{
  static const char *const pieces[] = { "Z report 3",
                                        "Riverside",
                                        "Sold, gross",
                                        "345.00",
                                        "-15.00",
                                        "330.00",
                                        "Cash: Taken",
                                        "Card: Stored, not yet approved",
                                        "Cash: Paid out",
                                        "13%",
                                        "85.00",
                                        "Drawer opened",
                                        "To be sent",
                                        "Set aside",
                                        "What to do about it",
                                        "Declined later, not paid",
                                        "00000077",
                                        "Batch 000041",
                                        "they differ",
                                        "175.00",
                                        "Records that differ",
                                        "AB00 0000 0000 0000 0000 0000 0000 0000@123",
                                        "AB000000000000000000000000000000@123",
                                        NULL };
  g_autofree VaultShift *shift = shift_of_a_day ();
  g_autofree char *text = text_of (self, shift, CHECKOUT_REPORT_Z, FALSE, 0);

  assert_has (text, pieces);
  g_assert_null (strstr (text, "REPRINT"));
  g_assert_null (strstr (text, "TRAINING"));
}

static void
test_marks (VaultTesting *self, gconstpointer data)
{
  static const char *const pieces[] = { "TRAINING", "REPRINT 2", NULL };
  g_autofree VaultShift *shift = shift_of_a_day ();
  g_autofree char *text = text_of (self, shift, CHECKOUT_REPORT_Z, TRUE, 2);

  assert_has (text, pieces);
}

/* What was moved, what should be there and what was found; a count that is no longer the last. */
static void
test_drawer (VaultTesting *self, gconstpointer data)
{
  static const char *const pieces[] = { "Float at opening",
                                        "500.00",
                                        "Cash in, without a sale",
                                        "20.00",
                                        "Cash out, without a sale",
                                        "-7.00",
                                        "Cash that should be",
                                        "598.00",
                                        "590.00",
                                        "-3.00",
                                        "Times that it was counted",
                                        "Cash moved since",
                                        "5.00",
                                        NULL };
  g_autofree VaultShift *shift = shift_of_a_day ();
  g_autofree char *text = NULL, *uncounted = text_of (self, shift, CHECKOUT_REPORT_Z, FALSE, 0);

  g_assert_nonnull (strstr (uncounted, "not counted"));
  g_assert_null (strstr (uncounted, "Difference"));
  shift->floated = (VaultShiftSum){ 1, 50000 };
  shift->cash_in = (VaultShiftSum){ 2, 2000 };
  shift->cash_out = (VaultShiftSum){ 1, 700 };
  shift->counts = 2;
  shift->counted_minor = 59000;
  shift->counted_expected_minor = 59300;
  shift->counted = (ShopDenominationCount){ 2, { 10000, 1000 }, { 5, 9 } };
  text = text_of (self, shift, CHECKOUT_REPORT_Z, FALSE, 0);
  assert_has (text, pieces);
  g_assert_null (strstr (text, "not counted"));
}

/* Nothing on it, nor any sum of what is on it, tells the cash that should be there. */
static void
test_blind (VaultTesting *self, gconstpointer data)
{
  static const char *const pieces[]
      = { "X report, shift 3", "Sold, gross", "12", "Card: Stored", "45.00",
          "Float at opening",  "500.00",      NULL };
  static const char *const secrets[] = { "345.00", "330.00",    "100.00", "85.00",     "585.00",
                                         "13%",    "should be", "Cash: ", "Difference" };
  g_autofree VaultShift *shift = shift_of_a_day ();
  g_autofree char *text = NULL;

  shift->floated = (VaultShiftSum){ 1, 50000 };
  shift->counts = 1;
  shift->counted_minor = 58200;
  shift->counted_expected_minor = 58500;
  text = text_of (self, shift, CHECKOUT_REPORT_X_BLIND, FALSE, 0);
  assert_has (text, pieces);
  for (guint i = 0; i < G_N_ELEMENTS (secrets); i++)
    g_assert_null (strstr (text, secrets[i]));
}

/* A running report promises no end of the journal: it goes on. */
static void
test_x (VaultTesting *self, gconstpointer data)
{
  static const char *const pieces[] = { "X report, shift 3", "Counted", NULL };
  g_autofree VaultShift *shift = shift_of_a_day ();
  g_autofree char *text = text_of (self, shift, CHECKOUT_REPORT_X, FALSE, 0);

  assert_has (text, pieces);
  g_assert_null (strstr (text, "journal"));
}

static void
test_nothing_yet (VaultTesting *self, gconstpointer data)
{
  static const char *const pieces[]
      = { "X report, shift 1", "Nothing was sold in this shift yet.", "Nothing waits.", NULL };
  VaultShift shift = { .number = 1 };
  g_autofree char *text = text_of (self, &shift, CHECKOUT_REPORT_X, FALSE, 0);

  assert_has (text, pieces);
  g_assert_null (strstr (text, "Of earlier shifts"));
}

/* What differed stays on paper, as far as there is room. */
static void
test_differences (VaultTesting *self, gconstpointer data)
{
  static const char *const pieces[] = { "Records that differ",
                                        "22",
                                        "Trace 000077",
                                        "9.00",
                                        "The till lacks it",
                                        "call the acquirer",
                                        "And more",
                                        NULL };
  VaultBatchDifference differences[CHECKOUT_REPORT_DIFFERENCES_MAX + 2];
  VaultBatchEnd end = { .rows_known = TRUE,
                        .differences = differences,
                        .n_differences = G_N_ELEMENTS (differences),
                        .total_differences = G_N_ELEMENTS (differences) };
  g_autofree VaultShift *shift = shift_of_a_day ();
  g_autofree char *text = NULL;
  VaultBatch *batch = &shift->batches[0];

  for (guint i = 0; i < G_N_ELEMENTS (differences); i++)
    differences[i] = (VaultBatchDifference){
      .kind = VAULT_BATCH_ONLY_THERE, .batch = 1, .stan = 77 + i, .host_minor = 900
    };
  g_assert_true (vault_batch_count (self->vault, "manager", batch, NULL));
  g_assert_true (vault_batch_judge (self->vault, VAULT_BATCH_VERDICT_DIFFERS, NULL, NULL));
  g_assert_true (vault_batch_set_uploaded (self->vault, TRUE, NULL));
  g_assert_true (vault_batch_close (self->vault, &end, NULL));
  g_assert_true (vault_batch_load (self->vault, batch->id, batch, NULL));
  text = text_of (self, shift, CHECKOUT_REPORT_Z, FALSE, 0);
  assert_has (text, pieces);
  g_assert_nonnull (strstr (text, "Trace 000096"));
  g_assert_null (strstr (text, "Trace 000097"));
}

#define ADD(name, function)                                                                        \
  g_test_add (name, VaultTesting, NULL, vault_testing_set_up, function, vault_testing_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/checkout/report/a-day", test_a_day);
  ADD ("/checkout/report/marks", test_marks);
  ADD ("/checkout/report/drawer", test_drawer);
  ADD ("/checkout/report/blind", test_blind);
  ADD ("/checkout/report/x", test_x);
  ADD ("/checkout/report/nothing-yet", test_nothing_yet);
  ADD ("/checkout/report/differences", test_differences);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the other side says about a batch: sums, rows and counts. What is read fits its bounds, and
 * is written again as it came.
 */
#include "acquirer-batch.h"

#include "base-money.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static const char profile[]
    = "[batch]\nhost_totals = yes\n"
      "totals = verdict:1 debit-count:6 debit:15 credit-count:6 credit:15\n"
      "piece = count:2\n"
      "row = kind:1 batch:6 stan:6 card:16 amount:12 mark:1 host-amount:12\n"
      "end = count:6\nresult = count:6\n";

static AcquirerBatchPlan *
make_plan (void)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  AcquirerBatchPlan *plan;

  g_assert_true (g_key_file_load_from_data (file, profile, -1, 0, NULL));
  plan = acquirer_batch_plan_read (file, NULL);
  g_assert_nonnull (plan);
  return plan;
}

static void
try_totals (const AcquirerBatchPlan *plan, const char *text)
{
  AcquirerTotals totals;
  AcquirerBatchVerdict verdict;
  g_autofree char *again = NULL;

  if (!acquirer_batch_totals_parse (plan, text, &totals, &verdict, NULL))
    return;
  g_assert_true (totals.debit_minor >= 0 && totals.debit_minor <= BASE_MONEY_MAX_MINOR);
  again = acquirer_batch_totals_text (plan, &totals, verdict, NULL);
  g_assert_cmpstr (again, ==, text);
}

static void
try_rows (const AcquirerBatchPlan *plan, AcquirerBatchHead head, const char *text)
{
  guint total;
  g_autoptr (GArray) rows = acquirer_batch_rows_parse (plan, head, text, &total, NULL);
  g_autofree char *again = NULL;

  if (rows == NULL)
    return;
  g_assert_cmpuint (rows->len, <=, ACQUIRER_BATCH_PIECE_MAX);
  again = acquirer_batch_rows_text (plan, head, total, (const AcquirerRow *)(void *)rows->data,
                                    rows->len, NULL);
  g_assert_nonnull (again);
  g_assert_cmpuint (strlen (again), ==, strlen (text));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *)data, size);
  g_autoptr (AcquirerBatchPlan) plan = make_plan ();
  guint count;

  try_totals (plan, text);
  try_rows (plan, ACQUIRER_BATCH_PIECE, text);
  try_rows (plan, ACQUIRER_BATCH_RESULT, text);
  if (acquirer_batch_end_parse (plan, text, &count, NULL))
    g_assert_cmpuint (count, <=, 999999);
  return 0;
}

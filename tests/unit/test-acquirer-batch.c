/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sums and rows of a batch as the dialects write them: byte for byte what a hand wrote, read
 * strictly, and never wider than their part.
 */
#include "acquirer-batch.h"

#include "acquirer-error.h"
#include "acquirer-profile.h"

#include <string.h>

static const AcquirerTotals totals = { 12, 345600, 1, 900 };

static void
test_totals (void)
{
  static const struct
  {
    const char *profile, *text;
  } wanted[] = {
    { "unionpay", "000000345600"
                  "012"
                  "000000000900"
                  "001"
                  "2"
                  "0000000000000000000000000000000" },
    { "sandbox", "2"
                 "000012"
                 "000000000345600"
                 "000001"
                 "000000000000900" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    {
      g_autoptr (AcquirerProfile) profile = acquirer_profile_load (wanted[i].profile, NULL);
      const AcquirerBatchPlan *plan = acquirer_profile_batch (profile);
      g_autofree char *text
          = acquirer_batch_totals_text (plan, &totals, ACQUIRER_BATCH_DIFFERS, NULL);
      g_autofree char *longer = g_strconcat (wanted[i].text, "0", NULL);
      AcquirerBatchVerdict verdict;
      AcquirerTotals read;

      g_assert_cmpstr (text, ==, wanted[i].text);
      g_assert_true (acquirer_batch_totals_parse (plan, text, &read, &verdict, NULL));
      g_assert_true (acquirer_totals_equal (&read, &totals));
      g_assert_cmpint (verdict, ==, ACQUIRER_BATCH_DIFFERS);
      g_assert_false (acquirer_batch_totals_parse (plan, longer, &read, &verdict, NULL));
      g_assert_false (acquirer_batch_totals_parse (plan, text + 1, &read, &verdict, NULL));
      text[0] = 'x';
      g_assert_false (acquirer_batch_totals_parse (plan, text, &read, &verdict, NULL));
    }
}

/* A thousand payments don't fit into three digits: better said than cut. */
static void
test_too_wide (void)
{
  g_autoptr (AcquirerProfile) profile = acquirer_profile_load ("unionpay", NULL);
  AcquirerTotals many = { 1000, 1, 0, 0 };
  g_autoptr (GError) error = NULL;

  g_assert_null (acquirer_batch_totals_text (acquirer_profile_batch (profile), &many,
                                             ACQUIRER_BATCH_NOT_JUDGED, &error));
  g_assert_error (error, ACQUIRER_ERROR, ACQUIRER_ERROR_FIELD);
}

static const AcquirerRow rows[] = {
  { FALSE, 3, 17, "620000******0005", 12300, 0, ACQUIRER_MARK_NONE },
  { TRUE, 2, 999999, "", 1, 5, ACQUIRER_MARK_AMOUNT },
};

static void
test_rows (void)
{
  g_autoptr (AcquirerProfile) unionpay = acquirer_profile_load ("unionpay", NULL);
  g_autoptr (AcquirerProfile) sandbox = acquirer_profile_load ("sandbox", NULL);
  const AcquirerBatchPlan *plan = acquirer_profile_batch (sandbox);
  g_autofree char *bank = acquirer_batch_rows_text (acquirer_profile_batch (unionpay),
                                                    ACQUIRER_BATCH_PIECE, 2, rows, 2, NULL);
  g_autofree char *own = acquirer_batch_rows_text (plan, ACQUIRER_BATCH_RESULT, 40, rows, 2, NULL);
  g_autoptr (GArray) read = NULL;
  g_autoptr (GArray) none = NULL;
  const AcquirerRow *first, *last;
  guint total;

  g_assert_cmpstr (bank, ==,
                   "02"
                   "00"
                   "000017"
                   "00006200000000000005"
                   "000000012300"
                   "01"
                   "999999"
                   "00000000000000000000"
                   "000000000001");
  g_assert_cmpstr (own, ==,
                   "000040"
                   "0"
                   "000003"
                   "000017"
                   "6200000000000005"
                   "000000012300"
                   "0"
                   "000000000000"
                   "1"
                   "000002"
                   "999999"
                   "0000000000000000"
                   "000000000001"
                   "3"
                   "000000000005");
  read = acquirer_batch_rows_parse (plan, ACQUIRER_BATCH_RESULT, own, &total, NULL);
  g_assert_cmpuint (total, ==, 40);
  g_assert_cmpuint (read->len, ==, 2);
  first = &g_array_index (read, AcquirerRow, 0);
  last = &g_array_index (read, AcquirerRow, 1);
  g_assert_cmpstr (first->card, ==, "620000******0005");
  g_assert_cmpint (first->amount_minor, ==, 12300);
  g_assert_cmpstr (last->card, ==, "");
  g_assert_true (last->credit);
  g_assert_cmpuint (last->stan, ==, 999999);
  g_assert_cmpint (last->host_minor, ==, 5);
  g_assert_cmpint (last->mark, ==, ACQUIRER_MARK_AMOUNT);
  none = acquirer_batch_rows_parse (plan, ACQUIRER_BATCH_PIECE, "00", &total, NULL);
  g_assert_cmpuint (none->len, ==, 0);
}

static void
test_wrong_rows (void)
{
  static const char *const wrong[] = {
    "",
    "0",
    "01",
    "03"
    "0"
    "000003"
    "000017"
    "6200000000000005"
    "000000012300"
    "0"
    "000000000000",
    "01"
    "2"
    "000003"
    "000017"
    "6200000000000005"
    "000000012300"
    "0"
    "000000000000",
    "01"
    "0"
    "000003"
    "000017"
    "6200000000000005"
    "000000012300"
    "6"
    "000000000000",
    "01"
    "0"
    "000003"
    "000017"
    "6200000000000005"
    "000000012300"
    "0"
    "00000000000",
    "01"
    "0"
    "000003"
    "000017"
    "62000000000000-5"
    "000000012300"
    "0"
    "000000000000",
  };
  g_autoptr (AcquirerProfile) sandbox = acquirer_profile_load ("sandbox", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;
      guint total;

      g_assert_null (acquirer_batch_rows_parse (acquirer_profile_batch (sandbox),
                                                ACQUIRER_BATCH_PIECE, wrong[i], &total, &error));
      g_assert_error (error, ACQUIRER_ERROR, ACQUIRER_ERROR_FIELD);
    }
}

static void
test_sizes (void)
{
  g_autoptr (AcquirerProfile) unionpay = acquirer_profile_load ("unionpay", NULL);
  g_autoptr (AcquirerProfile) sandbox = acquirer_profile_load ("sandbox", NULL);
  const AcquirerBatchPlan *bank = acquirer_profile_batch (unionpay),
                          *own = acquirer_profile_batch (sandbox);
  g_autofree char *end = acquirer_batch_end_text (bank, 17, NULL);
  guint count;

  g_assert_cmpuint (acquirer_batch_plan_rows_max (bank, ACQUIRER_BATCH_PIECE, 322), ==, 8);
  g_assert_cmpuint (acquirer_batch_plan_rows_max (own, ACQUIRER_BATCH_PIECE, 999), ==, 18);
  g_assert_cmpuint (acquirer_batch_plan_rows_max (own, ACQUIRER_BATCH_PIECE, 99999), ==, 99);
  g_assert_cmpstr (end, ==, "0017");
  g_assert_true (acquirer_batch_end_parse (bank, end, &count, NULL));
  g_assert_cmpuint (count, ==, 17);
  g_assert_false (acquirer_batch_end_parse (bank, "00170", &count, NULL));
  g_assert_true (acquirer_batch_plan_names_rows (own) && !acquirer_batch_plan_names_rows (bank));
  g_assert_true (acquirer_batch_plan_host_totals (own));
  g_assert_false (acquirer_batch_plan_host_totals (bank));
}

/* What a profile may not say. */
static void
test_wrong_layouts (void)
{
  static const char *const wrong[][2] = {
    { "totals", "verdict:1 debit-count:6 debit:15 credit-count:6" },
    { "totals", "verdict:1 verdict:1 debit-count:6 debit:15 credit-count:6 credit:15" },
    { "totals", "verdict:1 debit-count:6 debit:15 credit-count:6 credit:21" },
    { "row", "kind:1 stan:6 amount:12 card:10" },
    { "row", "kind:1 stan:6 amount:x" },
    { "row", "kind:1 stan:6 amount:12 colour:1" },
    { "row", "kind:1 stan:6 amount:12 12x" },
    { "piece", "00" },
    { "end", "" },
    { "host_totals", "perhaps" },
  };
  g_autoptr (AcquirerProfile) sandbox = acquirer_profile_load ("sandbox", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (AcquirerProfile) other
          = acquirer_profile_vary (sandbox, "batch", wrong[i][0], wrong[i][1]);

      g_assert_null (other);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/acquirer/batch/totals", test_totals);
  g_test_add_func ("/acquirer/batch/too-wide", test_too_wide);
  g_test_add_func ("/acquirer/batch/rows", test_rows);
  g_test_add_func ("/acquirer/batch/wrong-rows", test_wrong_rows);
  g_test_add_func ("/acquirer/batch/sizes", test_sizes);
  g_test_add_func ("/acquirer/batch/wrong-layouts", test_wrong_layouts);
  return g_test_run ();
}

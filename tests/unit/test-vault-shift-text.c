/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A shift's figures as text and back.
 */
#include "vault-shift.h"

#include <string.h>

/* Each figure another number, so that none can stand in another's place. */
static VaultShift *
full_shift (void)
{
  VaultShift *shift = g_new0 (VaultShift, 1);
  gint64 *sums[] = { &shift->sales.count,     &shift->refunds.count, &shift->voids.count,
                     &shift->handed.count,    &shift->waiting.count, &shift->reversals.count,
                     &shift->attention.count, &shift->floated.count, &shift->cash_in.count,
                     &shift->cash_out.count };

  shift->number = 7;
  shift->from_us = 1000;
  shift->at_us = 2000;
  shift->after = 31;
  shift->head = 99;
  shift->damaged = 3;
  shift->drawer = 12;
  shift->cash_minor = -450;
  shift->oldest_us = 1500;
  shift->no_sales = 4;
  shift->counts = 2;
  shift->counted_minor = 4321;
  shift->counted_expected_minor = -4300;
  shift->counted.rows = SHOP_DENOMINATIONS_MAX;
  for (guint i = 0; i < SHOP_DENOMINATIONS_MAX; i++)
    {
      shift->counted.minor[i] = 100 + i;
      shift->counted.pieces[i] = 7 * i;
    }
  for (guint i = 0; i < G_N_ELEMENTS (sums); i++)
    {
      sums[i][0] = 10 + i;
      sums[i][1] = 1000 + i;
    }
  for (guint tender = 0; tender < VAULT_SHIFT_TENDERS; tender++)
    for (guint state = 0; state < VAULT_STATE_COUNT; state++)
      shift->payments[tender][state] = (VaultShiftSum){ 1 + state, 100 * tender + state };
  shift->given[1][4] = (VaultShiftSum){ 2, -600 };
  shift->tax.mode = SHOP_TAX_EXCLUSIVE;
  shift->tax.count = SHOP_TAX_RATES_MAX;
  for (guint i = 0; i < SHOP_TAX_RATES_MAX; i++)
    shift->tax.sums[i] = (ShopTaxSum){ 100 * i, 10 + i, i, 10 + 2 * i };
  for (guint i = 0; i < VAULT_LATE_COUNT; i++)
    shift->late[i] = (VaultShiftSum){ 1 + i, 77 + i };
  shift->told = VAULT_SHIFT_LATE_MAX;
  for (guint i = 0; i < VAULT_SHIFT_LATE_MAX; i++)
    shift->lates[i] = (VaultShiftLate){ 1 + i, 5 * i, (VaultLate)(i % VAULT_LATE_COUNT) };
  shift->batch_count = VAULT_SHIFT_BATCHES_MAX;
  for (guint i = 0; i < VAULT_SHIFT_BATCHES_MAX; i++)
    shift->batches[i] = (VaultBatch){ .id = 5 + i,
                                      .number = 100 + i,
                                      .state = (VaultBatchState)i,
                                      .verdict = (VaultBatchVerdict)(i % 4),
                                      .settled_us = 900 + i,
                                      .host_known = i % 2 == 0,
                                      .till = { 1 + i, 2, 3, 4 },
                                      .host = { 5, 6 + i, 7, 8 },
                                      .differences = i };
  return shift;
}

static void
test_round_trip (void)
{
  g_autofree VaultShift *shift = full_shift (), *read = g_new0 (VaultShift, 1);
  g_autofree char *text = vault_shift_to_text (shift), *again = NULL;

  g_assert_true (vault_shift_from_text (text, read));
  again = vault_shift_to_text (read);
  g_assert_cmpstr (text, ==, again);
  g_assert_cmpint (read->head, ==, 99);
  g_assert_cmpint (read->cash_minor, ==, -450);
  g_assert_cmpint (read->floated.minor, ==, 1007);
  g_assert_cmpint (read->cash_out.minor, ==, 1009);
  g_assert_cmpint (read->counted_expected_minor, ==, -4300);
  g_assert_cmpint (read->counted.pieces[SHOP_DENOMINATIONS_MAX - 1], ==,
                   7 * (SHOP_DENOMINATIONS_MAX - 1));
  g_assert_cmpuint (read->told, ==, VAULT_SHIFT_LATE_MAX);
}

/* Figures of a newer Till are left out; those that are missing are 0. */
static void
test_other_versions (void)
{
  g_autofree VaultShift *shift = g_new0 (VaultShift, 1);

  g_assert_true (vault_shift_from_text ("till shift 1\nnumber 3\ntips 4 500\n"
                                        "payment cheque approved 1 2\nlate swapped 1 2\n",
                                        shift));
  g_assert_cmpint (shift->number, ==, 3);
  g_assert_cmpint (shift->sales.count, ==, 0);
}

static void
test_no_figures (void)
{
  static const char *const texts[] = { "",
                                       "till",
                                       "till shift 2\n",
                                       "till shift 1\nnumber",
                                       "till shift 1\nnumber x\n",
                                       "till shift 1\nnumber 1 2\n",
                                       "till shift 1\nsales 1\n",
                                       "till shift 1\npayment cash approved 1\n",
                                       "till shift 1\ntax 20000 1 2 3\n",
                                       "till shift 1\nlate approved 1\n",
                                       "till shift 1\ntax-mode 9\n",
                                       "till shift 1\nbatch 1 2 open none 0 0 0 1 2 3 4 5 6 7\n",
                                       "till shift 1\nbatch 1 2 shut none 0 0 0 1 2 3 4 5 6 7 8\n",
                                       "till shift 1\nnumber 99999999999999999999\n" };
  g_autofree VaultShift *shift = g_new0 (VaultShift, 1);
  g_autoptr (GString) many = g_string_new ("till shift 1\n");

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_assert_false (vault_shift_from_text (texts[i], shift));
  for (guint i = 0; i <= VAULT_SHIFT_LATE_MAX; i++)
    g_string_append (many, "told approved 1 2\n");
  g_assert_false (vault_shift_from_text (many->str, shift));
  g_string_assign (many, "till shift 1\n");
  for (guint i = 0; i <= SHOP_TAX_RATES_MAX; i++)
    g_string_append (many, "tax 100 1 2 3\n");
  g_assert_false (vault_shift_from_text (many->str, shift));
  g_assert_cmpint (shift->number, ==, 0);
}

static void
test_head (void)
{
  VaultShift shift = { .head = 12, .chain = { 0xab, 0xcd, 0x01 } };
  g_autofree char *brief = vault_shift_head_text (&shift, 6);
  g_autofree char *whole = vault_shift_head_text (&shift, 1000);

  g_assert_cmpstr (brief, ==, "ABCD01@12");
  g_assert_cmpuint (strlen (whole), ==, 64 + 3);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vault/shift-text/round-trip", test_round_trip);
  g_test_add_func ("/vault/shift-text/other-versions", test_other_versions);
  g_test_add_func ("/vault/shift-text/no-figures", test_no_figures);
  g_test_add_func ("/vault/shift-text/head", test_head);
  return g_test_run ();
}

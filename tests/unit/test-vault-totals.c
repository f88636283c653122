/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The counts of the queue by themselves: what is counted, what is not, and that a sum out of a
 * damaged row can't overflow. That they agree with the rows is test-vault-queue.c's.
 */
#include "vault-testing.h"
#include "vault-totals.h"

static void
test_counts (void)
{
  VaultTotals totals = { .known = TRUE };

  vault_totals_count (&totals, VAULT_CLASS_CHIP, VAULT_RECORD_WAITING, 500, 1);
  vault_totals_count (&totals, VAULT_CLASS_CHIP, VAULT_RECORD_WAITING, 700, 1);
  vault_totals_count (&totals, VAULT_CLASS_CHIP, VAULT_RECORD_WAITING, 500, -1);
  vault_totals_count (&totals, VAULT_CLASS_CHIP, VAULT_RECORD_SENDING, 500, 1);
  vault_totals_count (&totals, VAULT_CLASS_CHIP, VAULT_RECORD_DONE, 900, 1);
  g_assert_cmpint (totals.count[VAULT_CLASS_CHIP][VAULT_RECORD_WAITING], ==, 1);
  g_assert_cmpint (totals.minor[VAULT_CLASS_CHIP][VAULT_RECORD_WAITING], ==, 700);
  g_assert_cmpint (totals.minor[VAULT_CLASS_CHIP][VAULT_RECORD_SENDING], ==, 500);
  g_assert_cmpint (totals.count[VAULT_CLASS_ONLINE][VAULT_RECORD_WAITING], ==, 0);
}

static void
test_not_before_known (void)
{
  VaultTotals totals = { 0 };

  vault_totals_count (&totals, VAULT_CLASS_CHIP, VAULT_RECORD_WAITING, 500, 1);
  g_assert_cmpint (totals.count[VAULT_CLASS_CHIP][VAULT_RECORD_WAITING], ==, 0);
}

static void
test_damaged (void)
{
  VaultTotals totals = { .known = TRUE };

  vault_totals_count (&totals, 77, VAULT_RECORD_ATTENTION, G_MAXINT64, 1);
  vault_totals_count (&totals, 99, VAULT_RECORD_ATTENTION, G_MAXINT64, 1);
  vault_totals_count (&totals, 99, VAULT_RECORD_ATTENTION, G_MININT64, -1);
  g_assert_cmpint (totals.count[VAULT_TOTALS_CLASSES - 1][VAULT_RECORD_ATTENTION], ==, 1);
  g_assert_cmpint (totals.minor[VAULT_TOTALS_CLASSES - 1][VAULT_RECORD_ATTENTION], ==, G_MAXINT64);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vault/totals/counts", test_counts);
  g_test_add_func ("/vault/totals/not-before-known", test_not_before_known);
  g_test_add_func ("/vault/totals/damaged", test_damaged);
  return g_test_run ();
}

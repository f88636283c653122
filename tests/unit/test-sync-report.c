/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A report names so many sales and no more, in their order.
 */
#include "sync-report.h"

static void
test_bounded (void)
{
  g_auto (SyncReport) report = { 0 };
  VaultSale sale = { .id = 0 };

  sync_report_init (&report);
  g_assert_cmpuint (report.sales->len, ==, 0);
  for (sale.id = 1; sale.id <= SYNC_SALES_MAX + 1; sale.id++)
    sync_report_note (&report, &sale);
  g_assert_cmpuint (report.sales->len, ==, SYNC_SALES_MAX);
  g_assert_cmpint (g_array_index (report.sales, gint64, 0), ==, 1);
  g_assert_cmpint (g_array_index (report.sales, gint64, SYNC_SALES_MAX - 1), ==, SYNC_SALES_MAX);
  sync_report_clear (&report);
  g_assert_null (report.sales);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sync/report/bounded", test_bounded);
  return g_test_run ();
}

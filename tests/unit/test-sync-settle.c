/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * When there is nothing to settle with, or nobody may, or the host says no: the batch stays open.
 * How batches are settled is tests/scenes/test-settle.c's.
 */
#include "sync-settle.h"

#include "shop-testing.h"
#include "vault-epoch.h"

static void
set_up (ShopTesting *shop, gconstpointer data)
{
  shop_testing_set_up (shop, NULL);
}

static void
tear_down (ShopTesting *shop, gconstpointer data)
{
  shop_testing_tear_down (shop);
}

static SyncSettle
settle (ShopTesting *shop, SyncSettleReport *report)
{
  return sync_settle_run (shop->shop->line, NULL, NULL, report, NULL);
}

/* The shop's profile with one key changed. */
static void
vary (ShopTesting *shop, const char *from, const char *to)
{
  g_autofree char *text = vault_setting_text (shop->shop->vault, SYNC_SETTING_PROFILE, NULL);
  g_auto (GStrv) halves = g_strsplit (text, from, 2);
  g_autofree char *other = g_strconcat (halves[0], to, halves[1], NULL);

  g_assert_nonnull (halves[1]);
  g_assert_true (vault_setting_set_text (shop->shop->vault, SYNC_SETTING_PROFILE, other, NULL));
  shop_testing_reopen (shop);
}

static gboolean
is_open (ShopTesting *shop)
{
  VaultBatch batch;

  g_assert_true (vault_batch_current (shop->shop->vault, &batch, NULL));
  return batch.id == 1 && batch.state == VAULT_BATCH_OPEN;
}

static void
test_not_offered (ShopTesting *shop, gconstpointer data)
{
  SyncSettleReport report;

  vary (shop, "\n[batch]\n", "\n[batches]\n");
  g_assert_cmpint (settle (shop, &report), ==, SYNC_SETTLE_NOT_OFFERED);
  g_assert_true (is_open (shop));
}

static void
test_held (ShopTesting *shop, gconstpointer data)
{
  SyncSettleReport report;

  g_assert_true (vault_epoch_begin (shop->shop->vault, VAULT_QUARANTINE_RESTORED, NULL));
  g_assert_cmpint (settle (shop, &report), ==, SYNC_SETTLE_HELD);
  g_assert_true (is_open (shop));
}

/* Sums that the host can't read. */
static void
test_refused (ShopTesting *shop, gconstpointer data)
{
  SyncSettleReport report;

  vary (shop, "debit:15 ", "debit:14 ");
  g_assert_cmpint (settle (shop, &report), ==, SYNC_SETTLE_REFUSED);
  g_assert_cmpstr (report.code, ==, "30");
  g_assert_true (is_open (shop));
}

static void
test_no_line (ShopTesting *shop, gconstpointer data)
{
  SyncSettleReport report;

  shop_testing_cut_line (shop);
  g_assert_cmpint (settle (shop, &report), ==, SYNC_SETTLE_NO_LINE);
  g_assert_true (is_open (shop)); /* payments don't wait for what no byte left of */
  shop_testing_change_host (shop, NULL);
  g_assert_cmpint (settle (shop, &report), ==, SYNC_SETTLE_DONE);
  g_assert_cmpint (report.batch, ==, 1);
}

/* A reversal goes before the settlement of its own terminal, and of no other. */
static void
test_anothers_reversal (ShopTesting *shop, gconstpointer data)
{
  g_autoptr (VaultSale) theirs = shop_testing_sale (300);
  SyncSettleReport report;
  VaultBatch batch;

  shop_testing_change_host (shop, "drop-answer=1");
  g_assert_cmpint (shop_testing_must_pay (shop, theirs)->state, ==, VAULT_STATE_UNKNOWN);
  shop_testing_change_host (shop, NULL);
  shop_testing_become_another (shop, BASE_SPAN_STR ("no key of theirs"));
  g_assert_cmpint (settle (shop, &report), ==, SYNC_SETTLE_DONE);
  g_assert_cmpuint (report.reversals, ==, 0);
  g_assert_cmpint (report.batch, ==, 1);
  g_assert_cmpint (shop_testing_state (shop, theirs, 1), ==, VAULT_STATE_UNKNOWN);
  g_assert_cmpuint (report.taken_count, ==, 1); /* theirs stays open */
  g_assert_true (vault_batch_load (shop->shop->vault, report.taken[0], &batch, NULL));
  g_assert_cmpint (batch.state, ==, VAULT_BATCH_OPEN);
}

static void
test_resume_of_nothing (ShopTesting *shop, gconstpointer data)
{
  SyncSettleReport report = { 0 };

  sync_line_take_turn (shop->shop->line, FALSE);
  g_assert_cmpint (sync_settle_resume (shop->shop->line, NULL, &report, NULL), ==,
                   SYNC_SETTLE_DONE);
  sync_line_end_turn (shop->shop->line, FALSE);
  g_assert_cmpint (report.batch, ==, 0);
}

#define ADD(name, function) g_test_add (name, ShopTesting, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/sync/settle/not-offered", test_not_offered);
  ADD ("/sync/settle/held", test_held);
  ADD ("/sync/settle/refused", test_refused);
  ADD ("/sync/settle/no-line", test_no_line);
  ADD ("/sync/settle/anothers-reversal", test_anothers_reversal);
  ADD ("/sync/settle/resume-of-nothing", test_resume_of_nothing);
  return g_test_run ();
}

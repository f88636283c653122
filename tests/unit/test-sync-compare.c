/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Quarantined books against a till-acquirer's: what it knows is closed as it says, what it doesn't
 * know waits, what was under way stays set aside; without an answer nothing changes; and nothing
 * that moves money is sent.
 */
#include "sync-compare.h"

#include "shop-testing.h"
#include "sync-queue.h"
#include "vault-batch.h"
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

static VaultSale *
store (ShopTesting *shop, gint64 amount)
{
  VaultSale *sale = shop_testing_sale (amount);

  g_assert_cmpint (shop_testing_must_pay (shop, sale)->state, ==, VAULT_STATE_STORED);
  return sale;
}

static SyncCompare
compare (ShopTesting *shop, SyncCompareReport *report, GError **error)
{
  sync_compare_report_clear (report);
  sync_compare_report_init (report);
  return sync_compare_run (shop->shop->line, NULL, report, error);
}

/* What the host would have got from the books that these are older than. */
static void
send_as (ShopTesting *shop, const VaultSale *sale, const char *uuid)
{
  const VaultPayment *payment = sale->payments->pdata[0];
  g_autoptr (VaultRecord) record = vault_queue_find (shop->shop->vault, sale->id, payment->position,
                                                     VAULT_CLASS_DEFERRED, NULL);
  g_autoptr (Iso8583Message) request = iso8583_unpack (sync_line_profile (shop->shop->line),
                                                       base_secret_span (record->message), NULL);
  g_autoptr (Iso8583Message) answer = NULL;
  g_autoptr (GError) error = NULL;

  iso8583_message_set (request, 120, uuid);
  sync_line_take_turn (shop->shop->line, FALSE);
  g_assert_true (sync_line_connect (shop->shop->line, NULL, &error));
  g_assert_cmpint (sync_line_exchange (shop->shop->line, request, NULL, &answer, &error), ==,
                   ACQUIRER_EXCHANGE_ANSWERED);
  sync_line_end_turn (shop->shop->line, FALSE);
}

static void
send_by_another (ShopTesting *shop, const VaultSale *sale)
{
  send_as (shop, sale, ((const VaultPayment *)sale->payments->pdata[0])->uuid);
}

static void
test_closes (ShopTesting *shop, gconstpointer data)
{
  Vault *vault = shop->shop->vault;
  g_autoptr (VaultSale) approved = NULL, declined = NULL, unknown = NULL;
  g_autoptr (VaultSale) loaded = NULL;
  g_auto (SyncCompareReport) report = { 0 };
  g_autoptr (GError) error = NULL;
  const VaultPayment *payment;

  shop_testing_cut_line (shop);
  approved = store (shop, 1200);
  declined = store (shop, 1251); /* not enough money, says the host */
  unknown = store (shop, 1300);
  shop_testing_change_host (shop, NULL);
  g_assert_true (vault_epoch_begin (vault, VAULT_QUARANTINE_RESTORED, NULL));
  g_assert_cmpint (compare (shop, &report, &error), ==, SYNC_COMPARE_DONE);
  g_assert_no_error (error);
  g_assert_cmpuint (report.left, ==, 3);
  g_assert_cmpuint (report.approved + report.declined, ==, 0);
  send_by_another (shop, approved);
  send_by_another (shop, declined);
  g_assert_cmpint (compare (shop, &report, &error), ==, SYNC_COMPARE_DONE);
  g_assert_cmpuint (report.approved, ==, 1);
  g_assert_cmpuint (report.declined, ==, 1);
  g_assert_cmpuint (report.left, ==, 1);
  g_assert_cmpint (shop_testing_state (shop, approved, 1), ==, VAULT_STATE_APPROVED);
  g_assert_cmpint (shop_testing_state (shop, declined, 1), ==, VAULT_STATE_DECLINED);
  g_assert_cmpint (shop_testing_state (shop, unknown, 1), ==, VAULT_STATE_STORED);
  g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_HELD);
  loaded = vault_sale_load (vault, approved->id, NULL);
  payment = loaded->payments->pdata[0];
  g_assert_cmpstr (payment->response, ==, "00");
  g_assert_nonnull (payment->reference);
  g_assert_nonnull (payment->auth_code);
  g_assert_cmpuint (shop_testing_effects (shop, payment, "charge"), ==, 1);
  payment = unknown->payments->pdata[0];
  g_assert_cmpuint (shop_testing_effects (shop, payment, "charge"), ==, 0);
}

/* Books of the middle of a settlement: that is over with the epoch. What their end sent after it
 * counts in the batch that is counted anew. */
static void
test_while_settling (ShopTesting *shop, gconstpointer data)
{
  Vault *vault = shop->shop->vault;
  g_autoptr (VaultSale) sale = NULL;
  g_auto (SyncCompareReport) report = { 0 };
  VaultBatch batch;

  shop_testing_cut_line (shop);
  sale = store (shop, 1200);
  shop_testing_change_host (shop, NULL);
  g_assert_true (vault_batch_count (vault, "Li", &batch, NULL));
  g_assert_true (vault_epoch_begin (vault, VAULT_QUARANTINE_RESTORED, NULL));
  send_by_another (shop, sale);
  g_assert_cmpint (compare (shop, &report, NULL), ==, SYNC_COMPARE_DONE);
  g_assert_cmpuint (report.approved, ==, 1);
  g_assert_false (vault_batch_close (vault, &(VaultBatchEnd){ 0 }, NULL));
  g_assert_true (vault_batch_count (vault, "Li", &batch, NULL));
  g_assert_cmpint (batch.id, ==, 1);
  g_assert_cmpuint (batch.till.debit_count, ==, 1);
  g_assert_cmpint (batch.till.debit_minor, ==, 1200);
}

static void
expect_renewed (ShopTesting *shop, const VaultSale *sale)
{
  const VaultPayment *before = sale->payments->pdata[0];
  g_autoptr (VaultSale) loaded = vault_sale_load (shop->shop->vault, sale->id, NULL);
  const VaultPayment *payment = loaded->payments->pdata[0];

  g_assert_cmpuint (shop_testing_effects (shop, payment, "charge"), ==, 0);
  g_assert_true (payment->batch != before->batch || payment->stan != before->stan);
  g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_EMPTY);
  g_assert_cmpint (shop_testing_state (shop, sale, 1), ==, VAULT_STATE_APPROVED);
  g_assert_cmpuint (shop_testing_effects (shop, payment, "charge"), ==, 1);
}

#define LOST_UUID "3f2b8c1e-5d47-4a90-9c63-0e1f2a3b4cff"

/* Books that were put back with their mark gave out a number that the lost ones had used: what the
 * host has under it is no word about this sale, which waits under another. */
static void
test_another_payment (ShopTesting *shop, gconstpointer data)
{
  g_autoptr (VaultSale) sale = NULL;
  g_auto (SyncCompareReport) report = { 0 };
  g_autoptr (GError) error = NULL;

  shop_testing_cut_line (shop);
  sale = store (shop, 1200);
  shop_testing_change_host (shop, NULL);
  send_as (shop, sale, LOST_UUID);
  g_assert_true (vault_epoch_begin (shop->shop->vault, VAULT_QUARANTINE_ROLLBACK, NULL));
  g_assert_cmpint (compare (shop, &report, &error), ==, SYNC_COMPARE_DONE);
  g_assert_no_error (error);
  g_assert_cmpuint (report.approved, ==, 0);
  g_assert_cmpuint (report.left, ==, 1);
  g_assert_cmpint (shop_testing_state (shop, sale, 1), ==, VAULT_STATE_STORED);
  g_assert_cmpint (compare (shop, &report, &error), ==, SYNC_COMPARE_DONE);
  g_assert_cmpuint (report.left, ==, 1);
  g_assert_true (vault_epoch_release (shop->shop->vault, "Li", /* leave= */ NULL, &error));
  expect_renewed (shop, sale);
}

/* The same where nobody compared: the host refuses the number, and the sale is not set aside. */
static void
test_another_payment_sent (ShopTesting *shop, gconstpointer data)
{
  g_autoptr (VaultSale) sale = NULL;

  shop_testing_cut_line (shop);
  sale = store (shop, 1200);
  shop_testing_change_host (shop, NULL);
  send_as (shop, sale, LOST_UUID);
  g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_STUCK);
  expect_renewed (shop, sale);
}

/* More than a page of them. */
static void
test_pages (ShopTesting *shop, gconstpointer data)
{
  g_auto (SyncCompareReport) report = { 0 };

  shop_testing_cut_line (shop);
  for (guint i = 0; i < 2 * SYNC_COMPARE_PAGE + 1; i++)
    {
      g_autoptr (VaultSale) sale = store (shop, 1200);
    }
  shop_testing_change_host (shop, NULL);
  g_assert_true (vault_epoch_begin (shop->shop->vault, VAULT_QUARANTINE_RESTORED, NULL));
  g_assert_cmpint (compare (shop, &report, NULL), ==, SYNC_COMPARE_DONE);
  g_assert_cmpuint (report.left, ==, 2 * SYNC_COMPARE_PAGE + 1);
}

static void
test_no_answer (ShopTesting *shop, gconstpointer data)
{
  g_autoptr (VaultSale) sale = NULL;
  g_auto (SyncCompareReport) report = { 0 };
  g_autoptr (GError) error = NULL;

  shop_testing_cut_line (shop);
  sale = store (shop, 1200);
  g_assert_cmpint (compare (shop, &report, &error), ==, SYNC_COMPARE_NOT_OFFERED);
  g_assert_true (vault_epoch_begin (shop->shop->vault, VAULT_QUARANTINE_RESTORED, NULL));
  g_assert_cmpint (compare (shop, &report, &error), ==, SYNC_COMPARE_NO_ANSWER);
  g_assert_nonnull (error);
  g_assert_cmpint (shop_testing_state (shop, sale, 1), ==, VAULT_STATE_STORED);
  g_assert_cmpstr (vault_epoch_quarantine (shop->shop->vault), ==, VAULT_QUARANTINE_RESTORED);
}

/* Not of one that was handed over: its number is another till's. */
static void
test_handed_over (ShopTesting *shop, gconstpointer data)
{
  g_auto (SyncCompareReport) report = { 0 };

  g_assert_true (vault_epoch_hand_over (shop->shop->vault, 4, NULL));
  g_assert_cmpint (compare (shop, &report, NULL), ==, SYNC_COMPARE_NOT_OFFERED);
}

#define ADD(name, test)                                                                            \
  g_test_add ("/sync/compare/" name, ShopTesting, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("closes", test_closes);
  ADD ("while-settling", test_while_settling);
  ADD ("another-payment", test_another_payment);
  ADD ("another-payment-sent", test_another_payment_sent);
  ADD ("pages", test_pages);
  ADD ("no-answer", test_no_answer);
  ADD ("handed-over", test_handed_over);
  return g_test_run ();
}

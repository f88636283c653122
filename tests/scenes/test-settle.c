/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A batch settled with a till-acquirer, in both dialects: when both sides agree, when somebody has
 * edited the acquirer's ledger, when something must be sent first, and when the till or the line
 * dies at any step. The ledger judges: one line "settle" for each batch, and each payment once.
 */
#include "shop-testing.h"
#include "sync-settle.h"

#include <glib/gstdio.h>
#include <string.h>

#define AMOUNT 12500

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

static gboolean
is_sandbox (const ShopTesting *shop)
{
  return strcmp (shop->dialect, "sandbox") == 0;
}

/* An approved payment; returns its receipt. */
static gint64
pay (ShopTesting *shop, gint64 amount_minor)
{
  g_autoptr (VaultSale) sale = shop_testing_sale (amount_minor);
  VaultPayment *payment = is_sandbox (shop) ? shop_testing_must_pay (shop, sale)
                                            : shop_testing_must_pay_by_chip (shop, sale);

  g_assert_cmpint (payment->state, ==, VAULT_STATE_APPROVED);
  return sale->id;
}

static SyncSettle
settle (ShopTesting *shop, SyncSettleReport *report)
{
  g_autoptr (GError) error = NULL;
  SyncSettle outcome = sync_settle_run (shop->shop->line, "manager", NULL, report, &error);

  if (outcome == SYNC_SETTLE_FAULT)
    g_error ("%s", error != NULL ? error->message : "no reason");
  return outcome;
}

static VaultBatch
batch (ShopTesting *shop, gint64 id)
{
  VaultBatch read;

  g_assert_true (vault_batch_load (shop->shop->vault, id, &read, NULL));
  return read;
}

static char *
ledger_path (ShopTesting *shop)
{
  return g_build_filename (sandbox_process_dir (shop->host), "ledger.jsonl", NULL);
}

static char *
ledger (ShopTesting *shop)
{
  g_autofree char *path = ledger_path (shop);
  char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  return text;
}

static guint
effects (ShopTesting *shop, const char *effect)
{
  g_autofree char *text = ledger (shop);
  g_autofree char *wanted = g_strdup_printf ("{\"effect\":\"%s\"", effect);
  guint count = 0;

  for (const char *at = text; (at = strstr (at, wanted)) != NULL; at++)
    count++;
  return count;
}

/* The sum of the approved card payments, as the receipts have them. */
static gint64
receipts (ShopTesting *shop)
{
  g_autoptr (GPtrArray) sales = vault_sale_list (shop->shop->vault, NULL, 1000, NULL);
  gint64 sum = 0;

  for (guint i = 0; i < sales->len; i++)
    {
      const VaultSale *sale = sales->pdata[i];

      for (guint j = 0; j < sale->payments->len; j++)
        {
          const VaultPayment *payment = sale->payments->pdata[j];

          if (payment->tender == VAULT_TENDER_CARD && payment->state == VAULT_STATE_APPROVED)
            sum += payment->amount_minor;
        }
    }
  return sum;
}

typedef char *(*Edit) (char *text);

/* Somebody changes the acquirer's books, which it reads at its next start. */
static void
edit_ledger (ShopTesting *shop, Edit edit)
{
  g_autofree char *path = ledger_path (shop);
  g_autofree char *text = ledger (shop);
  g_autofree char *other = NULL;

  other = edit (text);
  g_assert_true (g_file_set_contents (path, other, -1, NULL));
  shop_testing_change_host (shop, NULL);
}

static char *
drop_first (char *text)
{
  return g_strdup (strchr (text, '\n') + 1);
}

/* A second line like the first, of another STAN. */
static char *
add_one (char *text)
{
  char *end = strchr (text, '\n');
  g_autofree char *first = g_strndup (text, (gsize)(end - text));
  g_auto (GStrv) halves = g_strsplit (first, "\"stan\":", 2);
  const char *rest = strchr (halves[1], ',');

  return g_strdup_printf ("%s%s\"stan\":777777%s\n", text, halves[0], rest);
}

static char *
change_amount (char *text)
{
  g_auto (GStrv) halves = g_strsplit (text, "\"amount_minor\":12500", 2);

  return g_strdup_printf ("%s\"amount_minor\":12400%s", halves[0], halves[1]);
}

static void
test_agrees (ShopTesting *shop, gconstpointer dialect)
{
  SyncSettleReport report;
  VaultBatch first, second;

  pay (shop, AMOUNT);
  pay (shop, 300);
  g_assert_cmpint (settle (shop, &report), ==, SYNC_SETTLE_DONE);
  first = batch (shop, 1);
  g_assert_cmpint (report.batch, ==, 1);
  g_assert_cmpint (first.state, ==, VAULT_BATCH_SETTLED);
  g_assert_cmpint (first.verdict, ==, VAULT_BATCH_VERDICT_AGREES);
  g_assert_cmpuint (first.till.debit_count, ==, 2);
  g_assert_cmpint (first.till.debit_minor, ==, receipts (shop));
  g_assert_cmpuint (effects (shop, "settle"), ==, 1);
  pay (shop, 700);
  g_assert_cmpint (settle (shop, &report), ==, SYNC_SETTLE_DONE);
  second = batch (shop, 2);
  g_assert_cmpuint (second.number, ==, first.number + 1);
  g_assert_cmpint (second.verdict, ==, VAULT_BATCH_VERDICT_AGREES);
  g_assert_cmpint (first.till.debit_minor + second.till.debit_minor, ==, receipts (shop));
  g_assert_cmpuint (effects (shop, "settle"), ==, 2);
  g_assert_cmpint (settle (shop, &report), ==, SYNC_SETTLE_DONE); /* nothing in it */
  g_assert_cmpuint (batch (shop, 3).till.debit_count, ==, 0);
}

/* The acquirer counts otherwise. *out_list: what the till knows about it. */
static VaultBatch
settle_edited (ShopTesting *shop, Edit edit, GArray **out_list)
{
  SyncSettleReport report;
  VaultBatch settled;

  edit_ledger (shop, edit);
  g_assert_cmpint (settle (shop, &report), ==, SYNC_SETTLE_DONE);
  settled = batch (shop, report.batch);
  g_assert_cmpint (settled.state, ==, VAULT_BATCH_SETTLED);
  g_assert_cmpint (settled.verdict, ==, VAULT_BATCH_VERDICT_DIFFERS);
  g_assert_cmpint (settled.rows_known, ==, is_sandbox (shop));
  g_assert_cmpint (settled.host_known, ==, is_sandbox (shop));
  g_assert_cmpuint (effects (shop, "settle"), ==, report.batch);
  *out_list = vault_batch_differences (shop->shop->vault, settled.id, NULL);
  g_assert_cmpuint ((*out_list)->len, ==, is_sandbox (shop) ? 1 : 0);
  return settled;
}

static void
test_missing_there (ShopTesting *shop, gconstpointer dialect)
{
  g_autoptr (GArray) list = NULL;
  gint64 receipt = pay (shop, AMOUNT);
  SyncSettleReport report;

  pay (shop, 300);
  settle_edited (shop, drop_first, &list);
  g_assert_cmpuint (effects (shop, "charge"), ==, 2); /* taken in, once */
  if (is_sandbox (shop))
    {
      const VaultBatchDifference *difference = &g_array_index (list, VaultBatchDifference, 0);

      g_assert_cmpint (difference->kind, ==, VAULT_BATCH_ONLY_HERE);
      g_assert_cmpint (difference->amount_minor, ==, AMOUNT);
      g_assert_cmpint (difference->sale, ==, receipt);
      g_assert_true (difference->resolved);
      g_assert_cmpstr (difference->masked_pan, !=, "");
    }
  pay (shop, 500);
  g_assert_cmpint (settle (shop, &report), ==, SYNC_SETTLE_DONE);
  g_assert_cmpint (batch (shop, 2).verdict, ==, VAULT_BATCH_VERDICT_AGREES);
}

static void
test_surplus_there (ShopTesting *shop, gconstpointer dialect)
{
  g_autoptr (GArray) list = NULL;
  VaultBatch settled;

  pay (shop, AMOUNT);
  settled = settle_edited (shop, add_one, &list);
  g_assert_cmpuint (effects (shop, "charge"), ==, 2);
  if (is_sandbox (shop))
    {
      const VaultBatchDifference *difference = &g_array_index (list, VaultBatchDifference, 0);

      g_assert_cmpint (settled.host.debit_minor, ==, 2 * AMOUNT);
      g_assert_cmpint (difference->kind, ==, VAULT_BATCH_ONLY_THERE);
      g_assert_cmpuint (difference->stan, ==, 777777);
      g_assert_cmpint (difference->host_minor, ==, AMOUNT);
      g_assert_false (difference->resolved);
    }
}

static void
test_another_amount (ShopTesting *shop, gconstpointer dialect)
{
  g_autoptr (GArray) list = NULL;

  pay (shop, AMOUNT);
  settle_edited (shop, change_amount, &list);
  g_assert_cmpuint (effects (shop, "charge"), ==, 1);
  if (is_sandbox (shop))
    {
      const VaultBatchDifference *difference = &g_array_index (list, VaultBatchDifference, 0);

      g_assert_cmpint (difference->kind, ==, VAULT_BATCH_ANOTHER_AMOUNT);
      g_assert_cmpint (difference->amount_minor, ==, AMOUNT);
      g_assert_cmpint (difference->host_minor, ==, AMOUNT - 100);
      g_assert_false (difference->resolved);
    }
}

/* More rows than one field takes, and some of them lost. */
static void
test_many_rows (ShopTesting *shop, gconstpointer dialect)
{
  g_autoptr (GArray) list = NULL;

  for (guint i = 0; i < 23; i++)
    pay (shop, 1000 + i);
  settle_edited (shop, drop_first, &list);
  g_assert_cmpuint (effects (shop, "charge"), ==, 23);
}

/* One sale of 3.00, and one whose answer is lost. */
static void
pay_and_lose (ShopTesting *shop, VaultSale *sale)
{
  pay (shop, 300);
  shop_testing_change_host (shop, "drop-answer=1");
  g_assert_cmpint ((is_sandbox (shop) ? shop_testing_must_pay (shop, sale)
                                      : shop_testing_must_pay_by_chip (shop, sale))
                       ->state,
                   ==, VAULT_STATE_UNKNOWN);
}

/* The reversal comes first; as long as it can't be sent, nothing is settled. */
static void
test_reversal_owed (ShopTesting *shop, gconstpointer dialect)
{
  g_autoptr (VaultSale) sale = shop_testing_sale (AMOUNT);
  SyncSettleReport report;

  pay_and_lose (shop, sale);
  shop_testing_cut_line (shop);
  g_assert_cmpint (settle (shop, &report), ==, SYNC_SETTLE_OWED);
  g_assert_cmpuint (report.reversals, ==, 1);
  g_assert_cmpint (report.reversals_minor, ==, AMOUNT);
  g_assert_cmpint (batch (shop, 1).state, ==, VAULT_BATCH_OPEN);
  shop_testing_change_host (shop, NULL);
  g_assert_cmpint (settle (shop, &report), ==, SYNC_SETTLE_DONE);
  g_assert_cmpint (batch (shop, 1).verdict, ==, VAULT_BATCH_VERDICT_AGREES);
  g_assert_cmpint (batch (shop, 1).till.debit_minor, ==, 300);
}

/* One that the host can't read is set aside, and keeps the batch open all the same, until it goes
 * or somebody decides to settle without it. */
static void
test_set_aside (ShopTesting *shop, gconstpointer dialect)
{
  g_autoptr (VaultSale) sale = shop_testing_sale (AMOUNT);
  g_autoptr (VaultRecord) reversal = NULL;
  SyncSettleReport report;

  pay_and_lose (shop, sale);
  reversal = vault_queue_find (shop->shop->vault, sale->id, 1, VAULT_CLASS_REVERSAL, NULL);
  g_assert_true (vault_queue_set_aside (shop->shop->vault, reversal->id, "malformed", NULL));
  shop_testing_change_host (shop, NULL);
  g_assert_cmpint (settle (shop, &report), ==, SYNC_SETTLE_ASIDE);
  g_assert_cmpuint (report.aside_owed, ==, 1);
  g_assert_cmpint (report.aside_first, ==, reversal->id);
  g_assert_cmpint (batch (shop, 1).state, ==, VAULT_BATCH_OPEN);
  g_assert_true (vault_queue_by_hand (shop->shop->vault, reversal->id, "Li", NULL));
  g_assert_cmpint (settle (shop, &report), ==, SYNC_SETTLE_DONE);
  g_assert_cmpint (batch (shop, 1).state, ==, VAULT_BATCH_SETTLED);
  g_assert_cmpint (batch (shop, 1).till.debit_minor, ==, 300);
  /* It may still go. */
  g_assert_true (vault_queue_retry (shop->shop->vault, reversal->id, "Li", NULL));
  g_assert_cmpint (settle (shop, &report), ==, SYNC_SETTLE_DONE);
  g_assert_cmpint (shop_testing_state (shop, sale, 1), ==, VAULT_STATE_REVERSED);
}

/* One that is set aside keeps no batch open, and is told with its sum. */
static void
test_stored_aside (ShopTesting *shop, gconstpointer dialect)
{
  g_autoptr (VaultSale) sale = shop_testing_sale (AMOUNT);
  g_autoptr (VaultRecord) record = NULL;
  SyncSettleReport report;

  pay (shop, 300);
  shop_testing_cut_line (shop);
  g_assert_cmpint (shop_testing_must_pay (shop, sale)->state, ==, VAULT_STATE_STORED);
  record = vault_queue_find (shop->shop->vault, sale->id, 1, VAULT_CLASS_DEFERRED, NULL);
  g_assert_true (vault_queue_set_aside (shop->shop->vault, record->id, "malformed", NULL));
  shop_testing_change_host (shop, NULL);
  g_assert_cmpint (settle (shop, &report), ==, SYNC_SETTLE_DONE);
  g_assert_cmpuint (report.later, ==, 0);
  g_assert_cmpuint (report.later_aside, ==, 1);
  g_assert_cmpint (report.later_aside_minor, ==, AMOUNT);
  g_assert_cmpint (batch (shop, 1).till.debit_minor, ==, 300);
}

/* A refund likewise: the customer hasn't got it, so it is told beside the sums of the batch. */
static void
test_refund_aside (ShopTesting *shop, gconstpointer dialect)
{
  g_autoptr (VaultSale) sold = shop_testing_sold (shop, AMOUNT);
  CheckoutRefundWish wish = { .receipt_no = sold->id };
  g_autoptr (VaultSale) back = NULL;
  g_autoptr (VaultRecord) record = NULL;
  SyncSettleReport report;
  const char *refusal = NULL;

  shop_testing_cut_line (shop);
  back = shop_testing_give_back (shop, &wish, &refusal);
  g_assert_cmpstr (refusal, ==, NULL);
  record = vault_queue_find (shop->shop->vault, back->id, 1, VAULT_CLASS_REFUND, NULL);
  g_assert_true (vault_queue_set_aside (shop->shop->vault, record->id, "malformed", NULL));
  shop_testing_change_host (shop, NULL);
  g_assert_cmpint (settle (shop, &report), ==, SYNC_SETTLE_DONE);
  g_assert_cmpuint (report.refunds, ==, 0);
  g_assert_cmpuint (report.refunds_aside, ==, 1);
  g_assert_cmpint (report.refunds_aside_minor, ==, -AMOUNT);
  g_assert_cmpint (batch (shop, 1).till.credit_minor, ==, 0);
}

/* A stored payment counts in the batch in which it is answered, on both sides, although its message
 * has the older number. */
static void
test_deferred (ShopTesting *shop, gconstpointer dialect)
{
  g_autoptr (VaultSale) sale = shop_testing_sale (AMOUNT);
  SyncSettleReport report;

  pay (shop, 300);
  shop_testing_cut_line (shop);
  g_assert_cmpint (shop_testing_must_pay (shop, sale)->state, ==, VAULT_STATE_STORED);
  shop_testing_change_host (shop, NULL);
  sync_line_take_turn (shop->shop->line, FALSE);
  {
    VaultBatch counted;
    SyncSettleReport rest = { 0 };

    g_assert_true (vault_batch_count (shop->shop->vault, "manager", &counted, NULL));
    g_assert_cmpint (sync_settle_resume (shop->shop->line, NULL, &rest, NULL), ==,
                     SYNC_SETTLE_DONE);
  }
  sync_line_end_turn (shop->shop->line, FALSE);
  g_assert_cmpint (batch (shop, 1).till.debit_minor, ==, 300);
  g_assert_cmpint (settle (shop, &report), ==, SYNC_SETTLE_DONE); /* drains first */
  g_assert_cmpint (shop_testing_state (shop, sale, 1), ==, VAULT_STATE_APPROVED);
  g_assert_cmpint (batch (shop, 2).till.debit_minor, ==, AMOUNT);
  g_assert_cmpint (batch (shop, 2).verdict, ==, VAULT_BATCH_VERDICT_AGREES);
}

/* The line dies in the middle; the next payment's turn ends what was begun. */
static void
test_taken_up_again (ShopTesting *shop, gconstpointer dialect)
{
  SyncSettleReport report;

  pay (shop, AMOUNT);
  shop_testing_change_host (shop, "drop-answer=1");
  g_assert_cmpint (settle (shop, &report), ==, SYNC_SETTLE_NO_ANSWER);
  g_assert_cmpint (batch (shop, 1).state, ==, VAULT_BATCH_COUNTED);
  shop_testing_reopen (shop);
  g_assert_cmpint (batch (shop, 1).state, ==, VAULT_BATCH_COUNTED);
  shop_testing_change_host (shop, NULL);
  pay (shop, 300);
  g_assert_cmpint (batch (shop, 1).state, ==, VAULT_BATCH_SETTLED);
  g_assert_cmpint (batch (shop, 1).till.debit_minor, ==, AMOUNT);
  g_assert_cmpint (settle (shop, &report), ==, SYNC_SETTLE_DONE);
  g_assert_cmpint (batch (shop, 2).verdict, ==, VAULT_BATCH_VERDICT_AGREES);
  g_assert_cmpint (batch (shop, 2).till.debit_minor, ==, 300);
  g_assert_cmpuint (effects (shop, "settle"), ==, 2);
}

/* The host dies while rows come in, or loses answers: uploaded again, and taken in once. */
static void
test_lossy_upload (ShopTesting *shop, gconstpointer dialect)
{
  SyncSettleReport report;
  guint tries = 0;

  for (guint i = 0; i < 12; i++)
    pay (shop, 1000 + i);
  edit_ledger (shop, drop_first);
  while (batch (shop, 1).state != VAULT_BATCH_SETTLED)
    {
      g_assert_cmpuint (++tries, <, 60);
      shop_testing_change_host (shop, tries % 3 == 0 ? NULL : "drop-answer=0.3");
      (void)settle (shop, &report);
      if (tries % 2 == 0)
        shop_testing_reopen (shop);
    }
  g_assert_cmpuint (effects (shop, "charge"), ==, 12);
  g_assert_cmpint (batch (shop, 1).verdict, ==, VAULT_BATCH_VERDICT_DIFFERS);
}

/* After the queue is empty the host is asked for its sums, where it can be: nothing is closed. */
static void
test_enquiry (ShopTesting *shop, gconstpointer dialect)
{
  VaultBatchView view;

  pay (shop, AMOUNT);
  g_assert_true (vault_batch_view (shop->shop->vault, &view, NULL));
  g_assert_cmpint (view.asked_us, ==, 0);
  g_assert_cmpint (shop_testing_drain (shop), ==, SYNC_EMPTY);
  g_assert_true (vault_batch_view (shop->shop->vault, &view, NULL));
  if (!is_sandbox (shop))
    {
      g_assert_cmpint (view.asked_us, ==, 0);
      return;
    }
  g_assert_true (view.asked_us > 0 && view.agreed && !view.moved);
  g_assert_cmpint (view.host.debit_minor, ==, AMOUNT);
  edit_ledger (shop, add_one);
  sync_line_take_turn (shop->shop->line, FALSE);
  g_assert_true (sync_settle_enquire (shop->shop->line, NULL, NULL));
  sync_line_end_turn (shop->shop->line, FALSE);
  g_assert_true (vault_batch_view (shop->shop->vault, &view, NULL));
  g_assert_false (view.agreed);
  g_assert_cmpint (view.host.debit_minor, ==, 2 * AMOUNT);
  g_assert_cmpuint (effects (shop, "settle"), ==, 0);
}

#define GIVES_WAY_US (G_USEC_PER_SEC / 2)
#define PAYS_AFTER_US (G_USEC_PER_SEC / 2)

/* Comes to the till a moment later; says when it got its turn. */
static gpointer
pay_later (gpointer data)
{
  SyncLine *line = data;
  gint64 begin_us;

  g_usleep (PAYS_AFTER_US);
  begin_us = g_get_monotonic_time ();
  sync_line_take_turn (line, TRUE);
  begin_us = g_get_monotonic_time () - begin_us;
  sync_line_end_turn (line, TRUE);
  return GSIZE_TO_POINTER ((gsize)begin_us);
}

/* The host says nothing when it is asked for its sums: no customer waits for that. */
static void
test_enquiry_gives_way (ShopTesting *shop, gconstpointer dialect)
{
  SyncLine *line;
  GThread *thread;
  gint64 begin_us, waited_us;
  VaultBatchView view;

  if (!is_sandbox (shop))
    return;
  pay (shop, AMOUNT);
  shop_testing_change_host (shop, "drop-answer=1");
  line = shop->shop->line;
  thread = g_thread_new ("customer", pay_later, line);
  begin_us = g_get_monotonic_time ();
  sync_settle_enquire_if_due (line, NULL);
  begin_us = g_get_monotonic_time () - begin_us;
  waited_us = (gint64)GPOINTER_TO_SIZE (g_thread_join (thread));
  g_assert_cmpint (begin_us, >, PAYS_AFTER_US / 2); /* it did wait for the host */
  g_assert_cmpint (waited_us, <, GIVES_WAY_US);
  g_assert_true (vault_batch_view (shop->shop->vault, &view, NULL));
  g_assert_cmpint (view.asked_us, ==, 0);
  shop_testing_change_host (shop, NULL);
  pay (shop, AMOUNT); /* and the line is as good as before */
}

#define ADD(name, dialect, function)                                                               \
  g_test_add ("/settle/" dialect "/" name, ShopTesting, dialect, set_up, function, tear_down)
#define ADD_BOTH(name, function)                                                                   \
  ADD (name, "sandbox", function);                                                                 \
  ADD (name, "unionpay", function)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD_BOTH ("agrees", test_agrees);
  ADD_BOTH ("missing-there", test_missing_there);
  ADD_BOTH ("surplus-there", test_surplus_there);
  ADD_BOTH ("another-amount", test_another_amount);
  ADD_BOTH ("many-rows", test_many_rows);
  ADD_BOTH ("reversal-owed", test_reversal_owed);
  ADD_BOTH ("set-aside", test_set_aside);
  ADD ("deferred", "sandbox", test_deferred);
  ADD ("stored-aside", "sandbox", test_stored_aside);
  ADD ("refund-aside", "sandbox", test_refund_aside);
  ADD_BOTH ("taken-up-again", test_taken_up_again);
  ADD_BOTH ("lossy-upload", test_lossy_upload);
  ADD_BOTH ("enquiry", test_enquiry);
  ADD_BOTH ("enquiry-gives-way", test_enquiry_gives_way);
  return g_test_run ();
}

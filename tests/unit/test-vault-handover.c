/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault-handover.h"

#include "vault-journal.h"
#include "vault-record.h"
#include "vault-testing.h"

#include <string.h>

typedef struct
{
  VaultTesting ours, theirs;
} Test;

static void
set_up (Test *test, gconstpointer data)
{
  vault_testing_set_up (&test->ours, data);
  vault_testing_set_up (&test->theirs, data);
}

static void
tear_down (Test *test, gconstpointer data)
{
  vault_testing_tear_down (&test->ours, data);
  vault_testing_tear_down (&test->theirs, data);
}

static void
pay (VaultTesting *self, VaultEvent event)
{
  g_autoptr (VaultSale) sale = vault_testing_sale (1);

  vault_testing_pay (self, sale, VAULT_TENDER_CARD, event);
}

static VaultHandoverReport
take (Test *test)
{
  VaultHandoverReport report = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_true (
      vault_handover_take (test->ours.vault, test->theirs.vault, "wang", &report, &error));
  g_assert_no_error (error);
  return report;
}

static void
assert_sound (Test *test, guint records)
{
  VaultJournalVerdict verdict;
  g_autoptr (GArray) bad = NULL;
  g_autoptr (GArray) sales = NULL, batches = NULL;
  gint64 count, seq;
  guint checked;

  g_assert_true (vault_queue_verify (test->ours.vault, &checked, &bad, NULL));
  g_assert_cmpuint (bad->len, ==, 0);
  g_assert_cmpuint (checked, ==, records);
  g_assert_true (vault_journal_verify (test->ours.vault, &verdict, &count, &seq, NULL));
  g_assert_cmpint (verdict, ==, VAULT_JOURNAL_WHOLE);
  g_assert_true (vault_journal_verify_books (test->ours.vault, &sales, &batches, NULL));
  g_assert_cmpuint (sales->len + batches->len, ==, 0);
}

/* The bytes and the identity as they were, under numbers of ours. */
static void
test_as_it_was (Test *test, gconstpointer data)
{
  g_autoptr (VaultRecord) there = NULL;
  g_autoptr (VaultRecord) here = NULL;
  VaultHandoverReport report;

  pay (&test->ours, VAULT_EVENT_CASH_TAKEN);
  pay (&test->theirs, VAULT_EVENT_DEFERRED);
  report = take (test);
  g_assert_cmpuint (report.taken, ==, 1);
  g_assert_cmpint (report.amount_minor, ==, 500);
  there = vault_queue_find (test->theirs.vault, 1, 1, VAULT_CLASS_DEFERRED, NULL);
  here = vault_queue_find (test->ours.vault, 2, 1, VAULT_CLASS_DEFERRED, NULL);
  g_assert_nonnull (here);
  g_assert_cmpstr (here->terminal, ==, there->terminal);
  g_assert_cmpuint (here->batch, ==, there->batch);
  g_assert_cmpuint (here->stan, ==, there->stan);
  g_assert_cmpint (here->created_us, ==, there->created_us);
  g_assert_true (
      base_bytes_equal (base_secret_span (here->message), base_secret_span (there->message)));
  assert_sound (test, 1);
}

/* What is still to be told about a payment that is over. */
static void
test_notice (Test *test, gconstpointer data)
{
  g_autoptr (VaultSale) sale = vault_testing_sale (1);
  VaultPayment *payment
      = vault_testing_pay (&test->theirs, sale, VAULT_TENDER_CARD, VAULT_EVENT_GO_ONLINE);
  VaultChange change
      = vault_testing_change (&test->theirs, sale, payment, VAULT_EVENT_ANSWER_APPROVED);
  g_autoptr (VaultRecord) here = NULL;
  g_autoptr (GError) error = NULL;
  VaultHandoverReport report;

  change.notice = BASE_SPAN_STR ("0620 about it");
  vault_take_identity (test->theirs.vault, &change.notice_batch, &change.notice_stan);
  vault_apply (test->theirs.vault, &change, 1, &error);
  g_assert_no_error (error);
  report = take (test);
  g_assert_cmpuint (report.taken, ==, 1);
  g_assert_cmpint (report.amount_minor, ==, 0);
  here = vault_queue_find (test->ours.vault, 1, 1, VAULT_CLASS_NOTICE, NULL);
  g_assert_nonnull (here);
  g_assert_cmpuint (here->stan, ==, change.notice_stan);
  g_assert_true (base_bytes_equal (base_secret_span (here->message), change.notice));
  g_assert_cmpuint (take (test).known, ==, 1);
  assert_sound (test, 1);
}

static void
test_once (Test *test, gconstpointer data)
{
  VaultHandoverReport report;

  pay (&test->theirs, VAULT_EVENT_DEFERRED);
  pay (&test->theirs, VAULT_EVENT_CHIP_APPROVED);
  g_assert_cmpuint (take (test).taken, ==, 2);
  pay (&test->theirs, VAULT_EVENT_DEFERRED);
  report = take (test);
  g_assert_cmpuint (report.taken, ==, 1);
  g_assert_cmpuint (report.known, ==, 2);
  report = take (test);
  g_assert_cmpuint (report.taken, ==, 0);
  g_assert_cmpuint (report.known, ==, 3);
  g_assert_cmpint (vault_testing_number (&test->ours, "SELECT count (*) FROM sale"), ==, 3);
  assert_sound (test, 3);
}

/* A request without an outcome waits for a person; a reversal that is owed goes out. */
static void
test_each_class (Test *test, gconstpointer data)
{
  g_autofree char *rows = NULL;
  g_autoptr (VaultSale) unknown = vault_testing_sale (1);
  VaultPayment *payment;

  pay (&test->theirs, VAULT_EVENT_GO_ONLINE);
  payment = vault_testing_pay (&test->theirs, unknown, VAULT_TENDER_CARD, VAULT_EVENT_GO_ONLINE);
  vault_testing_move (&test->theirs, unknown, payment, VAULT_EVENT_NO_ANSWER);
  pay (&test->theirs, VAULT_EVENT_CASH_TAKEN);
  g_assert_cmpuint (take (test).taken, ==, 2);
  rows = vault_testing_text (&test->ours,
                             "SELECT class, state, coalesce (reason, '-') FROM record ORDER BY id");
  g_assert_cmpstr (rows, ==, "online|attention|outcome-missing\nreversal|waiting|-");
  assert_sound (test, 2);
}

static void
test_damaged (Test *test, gconstpointer data)
{
  VaultHandoverReport report;

  pay (&test->theirs, VAULT_EVENT_DEFERRED);
  pay (&test->theirs, VAULT_EVENT_DEFERRED);
  vault_testing_sql (&test->theirs, "UPDATE record SET amount_minor = 1 WHERE id = 1");
  report = take (test);
  g_assert_cmpuint (report.taken, ==, 1);
  g_assert_cmpuint (report.damaged, ==, 1);
  assert_sound (test, 1);
}

/* A refund of all of `sale`, of which it waits in their queue. */
static void
ask_refund (VaultTesting *self, const VaultSale *sold, guint position)
{
  const VaultPayment *paid = sold->payments->pdata[position - 1];
  ShopCart *cart = shop_cart_new ("CNY", SHOP_TAX_INCLUSIVE);
  ShopCartLine line = *shop_cart_line_by_number (sold->cart, 1);
  VaultPayment *payment = vault_payment_new (VAULT_TENDER_CARD, -paid->amount_minor);
  g_autoptr (VaultSale) sale = NULL;
  g_autoptr (GError) error = NULL;
  VaultChange change;

  shop_cart_set_returning (cart);
  line.original = line.number;
  line.quantity_milli = -line.quantity_milli;
  g_assert_true (shop_cart_restore (cart, &line, NULL));
  sale = vault_sale_new (cart, "01");
  sale->kind = VAULT_SALE_REFUND;
  sale->original = sold->id;
  payment->original = position;
  change = vault_testing_change (self, sale, payment, VAULT_EVENT_REFUND_ASKED);
  change.reason = NULL;
  vault_apply (self->vault, &change, 1, &error);
  g_assert_no_error (error);
}

/* Each sale with what its lines and payments are about. */
static char *
originals (VaultTesting *self)
{
  return vault_testing_text (
      self, "SELECT s.id, s.kind, s.original, l.original, p.original, coalesce (p.terminal, '-')"
            " FROM sale s JOIN payment p ON p.sale = s.id JOIN sale_line l ON l.sale = s.id"
            " ORDER BY s.id, p.position");
}

/* Their receipt 1 is a stranger's here: the refund is about none, and the journal knows. */
static void
test_refund_of_none (Test *test, gconstpointer data)
{
  g_autoptr (VaultSale) sale = vault_testing_sale (1);
  g_autoptr (VaultSale) here = NULL;
  g_autofree char *rows = NULL, *told = NULL;

  pay (&test->ours, VAULT_EVENT_CASH_TAKEN);
  vault_testing_move (
      &test->theirs, sale,
      vault_testing_pay (&test->theirs, sale, VAULT_TENDER_CARD, VAULT_EVENT_GO_ONLINE),
      VAULT_EVENT_ANSWER_APPROVED);
  ask_refund (&test->theirs, sale, 1);
  g_assert_cmpuint (take (test).taken, ==, 1);
  rows = originals (&test->ours);
  g_assert_cmpstr (rows, ==, "1|sale|0|0|0|-\n2|refund|0|0|0|00000001");
  told = vault_testing_text (&test->ours, "SELECT detail FROM journal WHERE act = 'hand-over'");
  g_assert_true (strstr (told, "receipt 2, refund of receipt 1 there") != NULL);
  here = vault_sale_load (test->ours.vault, 2, NULL);
  g_assert_nonnull (here);
  g_assert_cmpint (vault_sale_total_minor (here), ==, -500);
  assert_sound (test, 1);
}

/* Their sale is here under our number: in the same call, and earlier. */
static void
test_refund_of_one (Test *test, gconstpointer data)
{
  g_autoptr (VaultSale) first = vault_testing_sale (1);
  g_autoptr (VaultSale) second = vault_testing_sale (1);
  g_autofree char *rows = NULL;
  VaultPayment *payment
      = vault_testing_pay (&test->theirs, first, VAULT_TENDER_CARD, VAULT_EVENT_GO_ONLINE);

  pay (&test->ours, VAULT_EVENT_CASH_TAKEN);
  vault_testing_move (&test->theirs, first, payment, VAULT_EVENT_NO_ANSWER);
  vault_testing_move (
      &test->theirs, first,
      vault_testing_pay (&test->theirs, first, VAULT_TENDER_CARD, VAULT_EVENT_GO_ONLINE),
      VAULT_EVENT_ANSWER_APPROVED);
  ask_refund (&test->theirs, first, 2);
  payment = vault_testing_pay (&test->theirs, second, VAULT_TENDER_CARD, VAULT_EVENT_DEFERRED);
  g_assert_cmpuint (take (test).taken, ==, 3);
  vault_testing_move (&test->theirs, second, payment, VAULT_EVENT_SEND);
  vault_testing_move (&test->theirs, second, payment, VAULT_EVENT_ANSWER_APPROVED);
  ask_refund (&test->theirs, second, 1);
  g_assert_cmpuint (take (test).taken, ==, 1);
  rows = originals (&test->ours);
  g_assert_cmpstr (rows, ==,
                   "1|sale|0|0|0|-\n"
                   "2|sale|0|0|0|00000001\n2|sale|0|0|0|00000001\n"
                   "3|refund|2|1|2|00000001\n"
                   "4|sale|0|0|0|00000001\n"
                   "5|refund|4|1|1|00000001");
  assert_sound (test, 4);
}

/* All or nothing. */
static void
test_failed (Test *test, gconstpointer data)
{
  gboolean taken = FALSE;
  guint failures = 0;

  pay (&test->theirs, VAULT_EVENT_DEFERRED);
  pay (&test->theirs, VAULT_EVENT_DEFERRED);
  for (guint n = 1; !taken && n < 200; n++)
    {
      VaultHandoverReport report;

      vault_testing_disk_fail (VAULT_TESTING_FAIL_ONCE, n);
      taken = vault_handover_take (test->ours.vault, test->theirs.vault, "wang", &report, NULL);
      vault_testing_disk_mend ();
      failures += !taken;
      g_assert_cmpint (vault_testing_number (&test->ours, "SELECT count (*) FROM sale"), ==,
                       taken ? 2 : 0);
    }
  g_assert_true (taken);
  g_assert_cmpuint (failures, >, 2);
  assert_sound (test, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  vault_testing_disk_install ();
#define ADD(name, function)                                                                        \
  g_test_add ("/vault/handover/" name, Test, NULL, set_up, function, tear_down)
  ADD ("as-it-was", test_as_it_was);
  ADD ("notice", test_notice);
  ADD ("once", test_once);
  ADD ("each-class", test_each_class);
  ADD ("refund-of-none", test_refund_of_none);
  ADD ("refund-of-one", test_refund_of_one);
  ADD ("damaged", test_damaged);
  ADD ("failed", test_failed);
  return g_test_run ();
}

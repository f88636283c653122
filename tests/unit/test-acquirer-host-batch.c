/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Settlement at the sandbox host, message by message: sums and verdict, an upload that is repeated,
 * what is refused for a batch that is closed.
 */
#include "acquirer-host-testing.h"

#include "acquirer-message.h"
#include "sandbox-process.h"

static Iso8583Message *
request (AcquirerHostTesting *self, AcquirerFlowKind kind, guint32 batch, const char *text)
{
  AcquirerSale values = sandbox_process_sale (900);

  values.batch = batch;
  values.totals = values.rows = text;
  return acquirer_message_build (self->profile, kind, &values, NULL);
}

static char *
totals (AcquirerHostTesting *self, guint count, gint64 minor)
{
  AcquirerTotals sums = { count, minor, 0, 0 };

  return acquirer_batch_totals_text (acquirer_profile_batch (self->profile), &sums,
                                     ACQUIRER_BATCH_NOT_JUDGED, NULL);
}

/* Asks, and gives the answer's field 48. */
static char *
ask (AcquirerHostTesting *self,
     AcquirerFlowKind kind,
     guint32 batch,
     const char *text,
     const char *code)
{
  g_autoptr (Iso8583Message) message = request (self, kind, batch, text);
  g_autoptr (Iso8583Message) answer = acquirer_host_testing_ask (self, message);

  g_assert_cmpstr (iso8583_message_get (answer, 39), ==, code);
  return g_strdup (iso8583_message_get (answer, 48));
}

static void
expect_sums (AcquirerHostTesting *self,
             AcquirerFlowKind kind,
             guint32 batch,
             guint count,
             gint64 minor,
             AcquirerBatchVerdict wanted)
{
  g_autofree char *text = totals (self, count, minor);
  g_autofree char *told = ask (self, kind, batch, text, "00");
  AcquirerTotals sums;
  AcquirerBatchVerdict verdict;

  g_assert_true (acquirer_batch_totals_parse (acquirer_profile_batch (self->profile), told, &sums,
                                              &verdict, NULL));
  g_assert_cmpint (verdict, ==, wanted);
}

static guint32
charge (AcquirerHostTesting *self, guint stan)
{
  g_autoptr (Iso8583Message) sale = acquirer_host_testing_sale (self, stan);
  AcquirerSale values = sandbox_process_sale (stan);

  acquirer_host_testing_expect (self, sale, "00", NULL);
  return values.batch;
}

static void
test_agrees (void)
{
  g_auto (AcquirerHostTesting) self = { 0 };
  g_autoptr (Iso8583Message) late = NULL;
  guint32 batch;

  acquirer_host_testing_init (&self);
  batch = charge (&self, 17);
  expect_sums (&self, ACQUIRER_FLOW_TOTALS, batch, 1, 1250, ACQUIRER_BATCH_AGREES);
  expect_sums (&self, ACQUIRER_FLOW_SETTLE, batch, 2, 1250, ACQUIRER_BATCH_DIFFERS);
  expect_sums (&self, ACQUIRER_FLOW_SETTLE, batch, 1, 1250, ACQUIRER_BATCH_AGREES);
  expect_sums (&self, ACQUIRER_FLOW_SETTLE, batch, 1, 1250, ACQUIRER_BATCH_AGREES); /* again */
  late = acquirer_host_testing_sale (&self, 18);
  acquirer_host_testing_expect (&self, late, "77", "this batch is settled");
  charge (&self, 17); /* a repeat of what it knows is answered as ever */
  expect_sums (&self, ACQUIRER_FLOW_TOTALS, batch + 1, 0, 0, ACQUIRER_BATCH_AGREES);
}

static void
test_closed (void)
{
  g_auto (AcquirerHostTesting) self = { 0 };
  g_autofree char *none = NULL;
  g_autofree char *told = NULL;

  acquirer_host_testing_init (&self);
  none = totals (&self, 0, 0);
  expect_sums (&self, ACQUIRER_FLOW_SETTLE, 5, 0, 0, ACQUIRER_BATCH_AGREES);
  told = ask (&self, ACQUIRER_FLOW_SETTLE, 4, none, "77");
}

static char *
rows (AcquirerHostTesting *self, guint32 batch, guint stan, gint64 amount_minor)
{
  AcquirerRow row = { FALSE, batch, stan, "620000******0005", amount_minor, 0, ACQUIRER_MARK_NONE };

  return acquirer_batch_rows_text (acquirer_profile_batch (self->profile), ACQUIRER_BATCH_PIECE, 1,
                                   &row, 1, NULL);
}

/* A message of batch `batch`, uploaded as a row of batch `in`. */
static void
expect_mark_in (AcquirerHostTesting *self,
                guint32 in,
                guint32 batch,
                guint stan,
                gint64 minor,
                AcquirerMark mark)
{
  g_autofree char *text = rows (self, batch, stan, minor);
  g_autofree char *told = ask (self, ACQUIRER_FLOW_UPLOAD, in, text, "00");
  g_autoptr (GArray) read = NULL;
  guint total;

  read = acquirer_batch_rows_parse (acquirer_profile_batch (self->profile), ACQUIRER_BATCH_PIECE,
                                    told, &total, NULL);
  g_assert_cmpuint (read->len, ==, 1);
  g_assert_cmpint (g_array_index (read, AcquirerRow, 0).mark, ==, mark);
}

static void
expect_mark (AcquirerHostTesting *self, guint32 batch, guint stan, gint64 minor, AcquirerMark mark)
{
  expect_mark_in (self, batch, batch, stan, minor, mark);
}

static void
test_upload (void)
{
  g_auto (AcquirerHostTesting) self = { 0 };
  g_autoptr (Iso8583Message) sale = NULL;
  g_autoptr (Iso8583Message) reversal = NULL;
  g_autofree char *early = NULL;
  g_autofree char *result = NULL;
  g_autofree char *again = NULL;
  g_autoptr (GArray) read = NULL;
  guint32 batch;
  guint total;

  acquirer_host_testing_init (&self);
  batch = charge (&self, 17);
  charge (&self, 18);
  charge (&self, 19);
  sale = acquirer_host_testing_sale (&self, 18);
  reversal = acquirer_message_reversal (self.profile, sale, "no-answer", NULL);
  acquirer_host_testing_expect (&self, reversal, "00", NULL);
  expect_mark (&self, batch, 17, 1250, ACQUIRER_MARK_ALIKE);
  expect_mark (&self, batch, 17, 1300, ACQUIRER_MARK_AMOUNT);
  expect_mark (&self, batch, 18, 1250, ACQUIRER_MARK_REFUSED);
  expect_mark (&self, batch, 33, 700, ACQUIRER_MARK_TAKEN);
  expect_mark (&self, batch, 33, 700, ACQUIRER_MARK_TAKEN);
  early = ask (&self, ACQUIRER_FLOW_BATCH_END, batch, "000009", "95");
  expect_mark (&self, batch, 17, 1250, ACQUIRER_MARK_ALIKE);
  expect_mark (&self, batch, 33, 700, ACQUIRER_MARK_TAKEN);
  result = ask (&self, ACQUIRER_FLOW_BATCH_END, batch, "000002", "00");
  again = ask (&self, ACQUIRER_FLOW_BATCH_END, batch, "000002", "00");
  g_assert_cmpstr (again, ==, result);
  read = acquirer_batch_rows_parse (acquirer_profile_batch (self.profile), ACQUIRER_BATCH_RESULT,
                                    result, &total, NULL);
  g_assert_cmpuint (total, ==, 1);
  g_assert_cmpuint (g_array_index (read, AcquirerRow, 0).stan, ==, 19);
  g_assert_cmpint (g_array_index (read, AcquirerRow, 0).mark, ==, ACQUIRER_MARK_ONLY_THERE);
}

/* What the host counted in one batch and the till, for the answer was late, in the next: there it
 * is what makes the difference, and is named. The batch that is closed says what it said. */
static void
test_counted_before (void)
{
  g_auto (AcquirerHostTesting) self = { 0 };
  guint32 batch;

  acquirer_host_testing_init (&self);
  batch = charge (&self, 17);
  expect_sums (&self, ACQUIRER_FLOW_SETTLE, batch, 1, 1250, ACQUIRER_BATCH_AGREES);
  expect_mark (&self, batch, 17, 1250, ACQUIRER_MARK_ALIKE);
  expect_mark_in (&self, batch + 1, batch, 17, 1250, ACQUIRER_MARK_REFUSED);
}

static void
test_malformed (void)
{
  g_auto (AcquirerHostTesting) self = { 0 };
  g_autofree char *sums = NULL;
  g_autofree char *some = NULL;

  acquirer_host_testing_init (&self);
  sums = ask (&self, ACQUIRER_FLOW_SETTLE, 1, "123", "30");
  some = ask (&self, ACQUIRER_FLOW_UPLOAD, 1, "0512", "30");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/acquirer/host/batch/agrees", test_agrees);
  g_test_add_func ("/acquirer/host/batch/closed", test_closed);
  g_test_add_func ("/acquirer/host/batch/upload", test_upload);
  g_test_add_func ("/acquirer/host/batch/counted-before", test_counted_before);
  g_test_add_func ("/acquirer/host/batch/malformed", test_malformed);
  return g_test_run ();
}

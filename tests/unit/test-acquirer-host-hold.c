/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Money that is held, at the sandbox host and in both dialects: completed once and at most so much,
 * let go, taken back, and the same answer to a repeat.
 */
#include "acquirer-host-testing.h"

#include "acquirer-message.h"
#include "sandbox-process.h"

#define HOLD 17

typedef struct
{
  AcquirerHostTesting at;
  gboolean unionpay;
  char *reference, *authorisation, *date; /* of the hold */
} Test;

static AcquirerSale
values_of (const Test *self, guint stan)
{
  AcquirerSale values
      = self->unionpay ? sandbox_process_chip_sale (stan) : sandbox_process_sale (stan);

  if (self->unionpay)
    values.terminal = "12345678"; /* the one that has signed in */
  return values;
}

static void
set_up (Test *self, gconstpointer unionpay)
{
  g_autoptr (Iso8583Message) answer = NULL;
  g_autoptr (Iso8583Message) request = NULL;
  AcquirerSale values;

  self->unionpay = unionpay != NULL;
  if (self->unionpay)
    acquirer_host_testing_init_unionpay (&self->at, SESSION_OPEN);
  else
    acquirer_host_testing_init (&self->at);
  values = values_of (self, HOLD);
  request = acquirer_message_build (self->at.profile, ACQUIRER_FLOW_HOLD, &values, NULL);
  answer = acquirer_host_testing_ask (&self->at, request);
  g_assert_cmpstr (iso8583_message_get (answer, 39), ==, "00");
  self->reference = g_strdup (iso8583_message_get (answer, 37));
  self->authorisation = g_strdup (iso8583_message_get (answer, 38));
  self->date = g_strdup (iso8583_message_get (answer, 13));
}

static void
tear_down (Test *self, gconstpointer unionpay)
{
  acquirer_host_testing_clear (&self->at);
  g_free (self->reference);
  g_free (self->authorisation);
  g_free (self->date);
}

/* About the hold, in its batch, with its amount; no card. */
static AcquirerSale
back (const Test *self, guint stan)
{
  AcquirerSale values = values_of (self, stan);

  values.entry = (AcquirerEntry){ .kind = ACQUIRER_ENTRY_NONE };
  values.original
      = (AcquirerOriginal){ values.batch, HOLD, self->date, self->reference, self->authorisation };
  return values;
}

/* Returns the answer's code. Asks twice: a repeat gets the same answer. */
static char *
ask (Test *self, AcquirerFlowKind kind, const AcquirerSale *values)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Iso8583Message) request
      = acquirer_message_build (self->at.profile, kind, values, &error);
  g_autoptr (Iso8583Message) answer = NULL, again = NULL;

  g_assert_no_error (error);
  answer = acquirer_host_testing_ask (&self->at, request);
  again = acquirer_host_testing_ask (&self->at, request);
  g_assert_true (acquirer_message_matches (self->at.profile, request, answer));
  g_assert_cmpstr (iso8583_message_get (answer, 39), ==, iso8583_message_get (again, 39));
  g_assert_cmpstr (iso8583_message_get (answer, 37), ==, iso8583_message_get (again, 37));
  return g_strdup (iso8583_message_get (answer, 39));
}

static void
expect (Test *self, AcquirerFlowKind kind, const AcquirerSale *values, const char *code)
{
  g_autofree char *got = ask (self, kind, values);

  g_assert_cmpstr (got, ==, code);
}

static void
reverse (Test *self, AcquirerFlowKind kind, const AcquirerSale *values, const char *code)
{
  g_autoptr (Iso8583Message) request
      = acquirer_message_build (self->at.profile, kind, values, NULL);
  g_autoptr (Iso8583Message) reversal
      = acquirer_message_reversal (self->at.profile, request, "no-answer", NULL);
  g_autoptr (Iso8583Message) answer = NULL;

  g_assert_nonnull (reversal);
  answer = acquirer_host_testing_ask (&self->at, reversal);
  g_assert_cmpstr (iso8583_message_get (answer, 39), ==, code);
}

/* About another request, the ledger's second line, which had this STAN. */
static AcquirerSale
back_from (const Test *self, guint stan, guint second)
{
  AcquirerSale values = back (self, stan);

  values.original.stan = second;
  values.original.reference = "000000000002";
  return values;
}

static void
test_capture (Test *self, gconstpointer unionpay)
{
  AcquirerSale most = back (self, 18), again = back (self, 19), gone = back (self, 20);

  most.amount.minor--;
  expect (self, ACQUIRER_FLOW_CAPTURE, &most, "00");
  expect (self, ACQUIRER_FLOW_CAPTURE, &again, "57");
  expect (self, ACQUIRER_FLOW_HOLD_VOID, &gone, "57");
  reverse (self, ACQUIRER_FLOW_CAPTURE, &most, "00");
  expect (self, ACQUIRER_FLOW_CAPTURE, &most, "12");
  again.stan = 21; /* taken back: the hold stands */
  expect (self, ACQUIRER_FLOW_CAPTURE, &again, "00");
}

static void
test_too_much (Test *self, gconstpointer unionpay)
{
  AcquirerSale more = back (self, 18);

  more.amount.minor++;
  expect (self, ACQUIRER_FLOW_CAPTURE, &more, "64");
}

static void
test_void (Test *self, gconstpointer unionpay)
{
  AcquirerSale gone = back (self, 18), late = back (self, 19), again = back (self, 20);

  expect (self, ACQUIRER_FLOW_HOLD_VOID, &gone, "00");
  expect (self, ACQUIRER_FLOW_CAPTURE, &late, "57");
  expect (self, ACQUIRER_FLOW_HOLD_VOID, &again, "57");
  reverse (self, ACQUIRER_FLOW_HOLD_VOID, &gone, "00");
  late.stan = 21;
  expect (self, ACQUIRER_FLOW_CAPTURE, &late, "00");
}

/* A completion that is voided leaves the hold standing. */
static void
test_capture_void (Test *self, gconstpointer unionpay)
{
  AcquirerSale first = back (self, 18), undo = back_from (self, 19, 18), wrong = back (self, 20),
               second = back (self, 21);

  expect (self, ACQUIRER_FLOW_CAPTURE, &first, "00");
  expect (self, ACQUIRER_FLOW_CAPTURE_VOID, &wrong, "25");
  expect (self, ACQUIRER_FLOW_CAPTURE_VOID, &undo, "00");
  expect (self, ACQUIRER_FLOW_CAPTURE, &second, "00");
}

/* The advice of a completion that was made without a line is taken like a completion. */
static void
test_advice (Test *self, gconstpointer unionpay)
{
  AcquirerSale first = back (self, 18), second = back (self, 19);

  expect (self, ACQUIRER_FLOW_CAPTURE_ADVICE, &first, "00");
  expect (self, ACQUIRER_FLOW_CAPTURE, &second, "57");
}

/* The hold's own reversal: nothing is left to complete; and none once it was completed. */
static void
test_reversed (Test *self, gconstpointer unionpay)
{
  AcquirerSale hold = values_of (self, HOLD), first = back (self, 18), late = back (self, 19);

  expect (self, ACQUIRER_FLOW_CAPTURE, &first, "00");
  reverse (self, ACQUIRER_FLOW_HOLD, &hold, "57");
  reverse (self, ACQUIRER_FLOW_CAPTURE, &first, "00");
  reverse (self, ACQUIRER_FLOW_HOLD, &hold, "00");
  expect (self, ACQUIRER_FLOW_CAPTURE, &late, "25");
}

/* A sale is no hold, and a hold no sale: neither is undone as the other. */
static void
test_others (Test *self, gconstpointer unionpay)
{
  AcquirerSale sale = values_of (self, 30), of_sale = back_from (self, 31, 30),
               as_void = back (self, 32), as_refund = back (self, 33);

  expect (self, ACQUIRER_FLOW_SALE, &sale, "00");
  of_sale.original.authorisation = "A00002";
  expect (self, ACQUIRER_FLOW_CAPTURE, &of_sale, "25");
  expect (self, ACQUIRER_FLOW_VOID, &as_void, "25");
  expect (self, ACQUIRER_FLOW_REFUND, &as_refund, "25");
}

#define ADD(name, test)                                                                            \
  g_test_add ("/acquirer/host-hold/sandbox/" name, Test, NULL, set_up, test, tear_down);           \
  g_test_add ("/acquirer/host-hold/unionpay/" name, Test, "unionpay", set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("capture", test_capture);
  ADD ("too-much", test_too_much);
  ADD ("void", test_void);
  ADD ("capture-void", test_capture_void);
  ADD ("advice", test_advice);
  ADD ("reversed", test_reversed);
  ADD ("others", test_others);
  return g_test_run ();
}

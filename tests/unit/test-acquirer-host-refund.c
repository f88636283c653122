/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Giving back at the sandbox host, in both dialects: never more than was charged, never twice, and
 * the same answer to a repeat.
 */
#include "acquirer-host-testing.h"

#include "acquirer-message.h"
#include "sandbox-process.h"

#define CHARGE 17

typedef struct
{
  AcquirerHostTesting at;
  gboolean unionpay;
  char *reference, *authorisation, *date; /* of the charge */
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
  values = values_of (self, CHARGE);
  request = acquirer_message_sale (self->at.profile, &values, NULL);
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

/* About the charge, in its batch, with its amount; no card. */
static AcquirerSale
back (const Test *self, guint stan)
{
  AcquirerSale values = values_of (self, stan);

  values.entry = (AcquirerEntry){ .kind = ACQUIRER_ENTRY_NONE };
  values.original = (AcquirerOriginal){ values.batch, CHARGE, self->date, self->reference,
                                        self->authorisation };
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

static void
test_void (Test *self, gconstpointer unionpay)
{
  AcquirerSale first = back (self, 18), second = back (self, 19), refund = back (self, 20);

  expect (self, ACQUIRER_FLOW_VOID, &first, "00");
  expect (self, ACQUIRER_FLOW_VOID, &second, "57");
  expect (self, ACQUIRER_FLOW_REFUND, &refund, "57");
  expect (self, ACQUIRER_FLOW_VOID, &first, "00");
}

/* A void that is taken back leaves the charge standing: it can be voided again, once. */
static void
test_void_reversed (Test *self, gconstpointer unionpay)
{
  AcquirerSale first = back (self, 18), second = back (self, 19), third = back (self, 20);

  expect (self, ACQUIRER_FLOW_VOID, &first, "00");
  reverse (self, ACQUIRER_FLOW_VOID, &first, "00");
  reverse (self, ACQUIRER_FLOW_VOID, &first, "00");
  expect (self, ACQUIRER_FLOW_VOID, &first, "12");
  expect (self, ACQUIRER_FLOW_VOID, &second, "00");
  expect (self, ACQUIRER_FLOW_VOID, &third, "57");
}

/* The reversal of a void that comes before it: the void has no effect, whenever it comes. */
static void
test_void_late (Test *self, gconstpointer unionpay)
{
  AcquirerSale late = back (self, 18), other = back (self, 19);

  reverse (self, ACQUIRER_FLOW_VOID, &late, "25");
  expect (self, ACQUIRER_FLOW_VOID, &late, "12");
  expect (self, ACQUIRER_FLOW_VOID, &other, "00");
}

/* What was voided is not to be reversed as well: it would be given back twice. */
static void
test_no_reversal_of_a_voided_one (Test *self, gconstpointer unionpay)
{
  AcquirerSale charge = values_of (self, CHARGE), first = back (self, 18);

  expect (self, ACQUIRER_FLOW_VOID, &first, "00");
  reverse (self, ACQUIRER_FLOW_SALE, &charge, "57");
}

static void
test_void_refusals (Test *self, gconstpointer unionpay)
{
  AcquirerSale part = back (self, 18), batch = back (self, 19), unknown = back (self, 20),
               reference = back (self, 21), date = back (self, 22), good = back (self, 23);

  part.amount.minor--;
  batch.batch++;
  unknown.original.stan = 999;
  reference.original.reference = "000000009999";
  date.original.date = "0230";
  expect (self, ACQUIRER_FLOW_VOID, &part, "64");
  expect (self, ACQUIRER_FLOW_VOID, &batch, "57");
  expect (self, ACQUIRER_FLOW_VOID, &unknown, "25");
  expect (self, ACQUIRER_FLOW_VOID, &reference, "25");
  expect (self, ACQUIRER_FLOW_REFUND, &date, "25");
  expect (self, ACQUIRER_FLOW_VOID, &good, "00");
}

/* In parts, in whichever batch, until nothing is left. */
static void
test_refund (Test *self, gconstpointer unionpay)
{
  AcquirerSale part = back (self, 18), rest = back (self, 19), more = back (self, 20),
               whole = back (self, 21);
  gint64 all = part.amount.minor;

  part.amount.minor = 1;
  rest.amount.minor = all - 1;
  rest.batch++;
  more.amount.minor = 1;
  expect (self, ACQUIRER_FLOW_REFUND, &part, "00");
  expect (self, ACQUIRER_FLOW_VOID, &whole, "57");
  whole.stan++;
  expect (self, ACQUIRER_FLOW_REFUND, &whole, "64");
  expect (self, ACQUIRER_FLOW_REFUND, &rest, "00");
  expect (self, ACQUIRER_FLOW_REFUND, &more, "64");
  reverse (self, ACQUIRER_FLOW_REFUND, &part, "57");
}

/* Another one under the same name, and one that says that no card was read and brings one. */
static void
test_strict (Test *self, gconstpointer unionpay)
{
  AcquirerSale first = back (self, 18), other = back (self, 18), card = back (self, 19);

  other.amount.minor--;
  expect (self, ACQUIRER_FLOW_REFUND, &first, "00");
  expect (self, ACQUIRER_FLOW_REFUND, &other, "30");
  expect (self, ACQUIRER_FLOW_VOID, &first, "30");
  if (!self->unionpay)
    return; /* the sandbox's flows have no field for a card */
  card.entry.pan = "6200000000000005";
  expect (self, ACQUIRER_FLOW_REFUND, &card, "30");
}

#define ADD(name, function)                                                                        \
  g_test_add ("/acquirer/host/refund/" name "/sandbox", Test, NULL, set_up, function, tear_down);  \
  g_test_add ("/acquirer/host/refund/" name "/unionpay", Test, "unionpay", set_up, function,       \
              tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("void", test_void);
  ADD ("void-reversed", test_void_reversed);
  ADD ("void-late", test_void_late);
  ADD ("no-reversal-of-a-voided-one", test_no_reversal_of_a_voided_one);
  ADD ("void-refusals", test_void_refusals);
  ADD ("refund", test_refund);
  ADD ("strict", test_strict);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What became of an issuer's script, told to the host in UnionPay's dialect: about a payment that
 * it knows, as often as one likes, and without any effect.
 */
#include "acquirer-host-testing.h"

#include "acquirer-message.h"
#include "sandbox-process.h"

#define SALE 17

typedef struct
{
  AcquirerHostTesting at;
  char *reference, *date; /* of the sale */
} Test;

static AcquirerSale
values_of (guint stan)
{
  AcquirerSale values = sandbox_process_chip_sale (stan);

  values.terminal = "12345678"; /* the one that has signed in */
  return values;
}

static void
set_up (Test *self, gconstpointer data)
{
  AcquirerSale values = values_of (SALE);
  g_autoptr (Iso8583Message) request = NULL;
  g_autoptr (Iso8583Message) answer = NULL;

  acquirer_host_testing_init_unionpay (&self->at, SESSION_OPEN);
  request = acquirer_message_sale (self->at.profile, &values, NULL);
  answer = acquirer_host_testing_ask (&self->at, request);
  g_assert_cmpstr (iso8583_message_get (answer, 39), ==, "00");
  self->reference = g_strdup (iso8583_message_get (answer, 37));
  self->date = g_strdup (iso8583_message_get (answer, 13));
}

static void
tear_down (Test *self, gconstpointer data)
{
  acquirer_host_testing_clear (&self->at);
  g_free (self->reference);
  g_free (self->date);
}

/* About the sale, under a STAN of its own. */
static AcquirerSale
about (const Test *self, guint stan)
{
  AcquirerSale values = values_of (stan);

  values.original = (AcquirerOriginal){ values.batch, SALE, self->date, self->reference, NULL };
  return values;
}

/* Asks twice: a repeat gets the same answer. */
static void
expect (Test *self, const AcquirerSale *values, const char *code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Iso8583Message) request
      = acquirer_message_build (self->at.profile, ACQUIRER_FLOW_SCRIPT, values, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (Iso8583Message) answer = acquirer_host_testing_ask (&self->at, request);

      g_assert_true (acquirer_message_matches (self->at.profile, request, answer));
      g_assert_cmpstr (iso8583_message_get (answer, 39), ==, code);
    }
}

static void
test_taken (Test *self, gconstpointer data)
{
  AcquirerSale values = about (self, 18);
  AcquirerSale void_values = about (self, 19);

  void_values.entry = (AcquirerEntry){ .kind = ACQUIRER_ENTRY_NONE };
  expect (self, &values, "00");
  values.stan = 20;
  expect (self, &values, "00");
  /* Nothing has happened to the sale: it can be voided. */
  {
    g_autoptr (Iso8583Message) request
        = acquirer_message_build (self->at.profile, ACQUIRER_FLOW_VOID, &void_values, NULL);
    g_autoptr (Iso8583Message) answer = acquirer_host_testing_ask (&self->at, request);

    g_assert_cmpstr (iso8583_message_get (answer, 39), ==, "00");
  }
}

static void
test_refused (Test *self, gconstpointer data)
{
  AcquirerSale values = about (self, 18);

  values.original.stan = 99;
  expect (self, &values, "25");
  values = about (self, 18);
  values.amount.minor++;
  expect (self, &values, "25");
  values = about (self, 18);
  values.original.reference = "999999999999";
  expect (self, &values, "25");
  values = about (self, SALE); /* the sale's own */
  expect (self, &values, "30");
}

/* In the sandbox's dialect the host opens the card's data; what it can't open it doesn't take. */
static void
test_sandbox (void)
{
  g_auto (AcquirerHostTesting) at = { 0 };
  AcquirerSale values = sandbox_process_sale (18);
  g_autoptr (Iso8583Message) sale = NULL;
  g_autoptr (Iso8583Message) answer = NULL;
  g_autoptr (Iso8583Message) request = NULL;

  acquirer_host_testing_init (&at);
  sale = acquirer_host_testing_sale (&at, SALE);
  answer = acquirer_host_testing_ask (&at, sale);
  values.original = (AcquirerOriginal){ values.batch, SALE, iso8583_message_get (answer, 13),
                                        iso8583_message_get (answer, 37), NULL };
  values.entry = (AcquirerEntry){ .kind = ACQUIRER_ENTRY_CHIP, .envelope = BASE_SPAN_STR ("x") };
  request = acquirer_message_build (at.profile, ACQUIRER_FLOW_SCRIPT, &values, NULL);
  g_assert_nonnull (request);
  acquirer_host_testing_expect (&at, request, "30",
                                "Field 62 (card block in CMS) there is no card in it");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/acquirer-host-notice/taken", Test, NULL, set_up, test_taken, tear_down);
  g_test_add ("/acquirer-host-notice/refused", Test, NULL, set_up, test_refused, tear_down);
  g_test_add_func ("/acquirer-host-notice/sandbox", test_sandbox);
  return g_test_run ();
}

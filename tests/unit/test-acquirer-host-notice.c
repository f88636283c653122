/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What became of an issuer's script, told to the host in UnionPay's dialect: about a payment that
 * it knows, as often as one likes, and without any effect.
 */
#include "acquirer-host-testing.h"

#include "sandbox-process.h"

static void
set_up (AcquirerHostTesting *self, gconstpointer data)
{
  acquirer_host_testing_begin (self, "unionpay", ACQUIRER_FLOW_SALE);
}

static void
tear_down (AcquirerHostTesting *self, gconstpointer data)
{
  acquirer_host_testing_clear (self);
}

/* About the sale, with its card, under a STAN of its own. */
static AcquirerSale
about (const AcquirerHostTesting *self, guint stan)
{
  AcquirerSale values = acquirer_host_testing_about (self, stan);

  values.entry = acquirer_host_testing_values (self, ACQUIRER_HOST_TESTING_ORIGINAL).entry;
  return values;
}

static void
expect (AcquirerHostTesting *self, const AcquirerSale *values, const char *code)
{
  acquirer_host_testing_expect_twice (self, ACQUIRER_FLOW_SCRIPT, values, code);
}

static void
test_taken (AcquirerHostTesting *self, gconstpointer data)
{
  AcquirerSale values = about (self, 18);
  AcquirerSale void_values = acquirer_host_testing_about (self, 19);

  expect (self, &values, "00");
  values.stan = 20;
  expect (self, &values, "00");
  /* Nothing has happened to the sale: it can be voided. */
  acquirer_host_testing_expect_twice (self, ACQUIRER_FLOW_VOID, &void_values, "00");
}

/* An acquirer whose answer bore no reference: batch, STAN and date name the sale. */
static void
test_no_reference (AcquirerHostTesting *self, gconstpointer data)
{
  AcquirerSale values = about (self, 18);

  values.original.reference = NULL;
  expect (self, &values, "00");
  values.stan = 19;
  values.original.date = "0101";
  expect (self, &values, "25");
}

static void
test_refused (AcquirerHostTesting *self, gconstpointer data)
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
  values = about (self, 18);
  values.entry = acquirer_host_testing_values (self, 18).entry; /* another count of the card */
  expect (self, &values, "30");
  values = about (self, ACQUIRER_HOST_TESTING_ORIGINAL); /* the sale's own */
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
  sale = acquirer_host_testing_sale (&at, ACQUIRER_HOST_TESTING_ORIGINAL);
  answer = acquirer_host_testing_ask (&at, sale);
  values.original = (AcquirerOriginal){ values.batch, ACQUIRER_HOST_TESTING_ORIGINAL,
                                        iso8583_message_get (answer, 13),
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
  g_test_add ("/acquirer-host-notice/taken", AcquirerHostTesting, NULL, set_up, test_taken,
              tear_down);
  g_test_add ("/acquirer-host-notice/no-reference", AcquirerHostTesting, NULL, set_up,
              test_no_reference, tear_down);
  g_test_add ("/acquirer-host-notice/refused", AcquirerHostTesting, NULL, set_up, test_refused,
              tear_down);
  g_test_add_func ("/acquirer-host-notice/sandbox", test_sandbox);
  return g_test_run ();
}

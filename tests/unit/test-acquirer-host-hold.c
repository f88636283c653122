/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Money that is held, at the sandbox host and in both dialects: completed once and at most so much,
 * let go, taken back, and the same answer to a repeat.
 */
#include "acquirer-host-testing.h"

static void
set_up (AcquirerHostTesting *self, gconstpointer dialect)
{
  acquirer_host_testing_begin (self, dialect, ACQUIRER_FLOW_HOLD);
}

static void
tear_down (AcquirerHostTesting *self, gconstpointer dialect)
{
  acquirer_host_testing_clear (self);
}

/* About another request, the ledger's second line, which had this STAN. */
static AcquirerSale
back_from (const AcquirerHostTesting *self, guint stan, guint second)
{
  AcquirerSale values = acquirer_host_testing_about (self, stan);

  values.original.stan = second;
  values.original.reference = "000000000002";
  return values;
}

static void
test_capture (AcquirerHostTesting *self, gconstpointer dialect)
{
  AcquirerSale most = acquirer_host_testing_about (self, 18),
               again = acquirer_host_testing_about (self, 19),
               gone = acquirer_host_testing_about (self, 20);

  most.amount.minor--;
  acquirer_host_testing_expect_twice (self, ACQUIRER_FLOW_CAPTURE, &most, "00");
  acquirer_host_testing_expect_twice (self, ACQUIRER_FLOW_CAPTURE, &again, "57");
  acquirer_host_testing_expect_twice (self, ACQUIRER_FLOW_HOLD_VOID, &gone, "57");
  acquirer_host_testing_reverse (self, ACQUIRER_FLOW_CAPTURE, &most, "00");
  acquirer_host_testing_expect_twice (self, ACQUIRER_FLOW_CAPTURE, &most, "12");
  again.stan = 21; /* taken back: the hold stands */
  acquirer_host_testing_expect_twice (self, ACQUIRER_FLOW_CAPTURE, &again, "00");
}

static void
test_too_much (AcquirerHostTesting *self, gconstpointer dialect)
{
  AcquirerSale more = acquirer_host_testing_about (self, 18);

  more.amount.minor++;
  acquirer_host_testing_expect_twice (self, ACQUIRER_FLOW_CAPTURE, &more, "64");
}

static void
test_void (AcquirerHostTesting *self, gconstpointer dialect)
{
  AcquirerSale gone = acquirer_host_testing_about (self, 18),
               late = acquirer_host_testing_about (self, 19),
               again = acquirer_host_testing_about (self, 20);

  acquirer_host_testing_expect_twice (self, ACQUIRER_FLOW_HOLD_VOID, &gone, "00");
  acquirer_host_testing_expect_twice (self, ACQUIRER_FLOW_CAPTURE, &late, "57");
  acquirer_host_testing_expect_twice (self, ACQUIRER_FLOW_HOLD_VOID, &again, "57");
  acquirer_host_testing_reverse (self, ACQUIRER_FLOW_HOLD_VOID, &gone, "00");
  late.stan = 21;
  acquirer_host_testing_expect_twice (self, ACQUIRER_FLOW_CAPTURE, &late, "00");
}

/* A completion that is voided leaves the hold standing. */
static void
test_capture_void (AcquirerHostTesting *self, gconstpointer dialect)
{
  AcquirerSale first = acquirer_host_testing_about (self, 18), undo = back_from (self, 19, 18),
               wrong = acquirer_host_testing_about (self, 20),
               second = acquirer_host_testing_about (self, 21);

  acquirer_host_testing_expect_twice (self, ACQUIRER_FLOW_CAPTURE, &first, "00");
  acquirer_host_testing_expect_twice (self, ACQUIRER_FLOW_CAPTURE_VOID, &wrong, "25");
  acquirer_host_testing_expect_twice (self, ACQUIRER_FLOW_CAPTURE_VOID, &undo, "00");
  acquirer_host_testing_expect_twice (self, ACQUIRER_FLOW_CAPTURE, &second, "00");
}

/* The advice of a completion that was made without a line is taken like a completion. */
static void
test_advice (AcquirerHostTesting *self, gconstpointer dialect)
{
  AcquirerSale first = acquirer_host_testing_about (self, 18),
               second = acquirer_host_testing_about (self, 19);

  acquirer_host_testing_expect_twice (self, ACQUIRER_FLOW_CAPTURE_ADVICE, &first, "00");
  acquirer_host_testing_expect_twice (self, ACQUIRER_FLOW_CAPTURE, &second, "57");
}

/* The hold's own reversal: nothing is left to complete; and none once it was completed. */
static void
test_reversed (AcquirerHostTesting *self, gconstpointer dialect)
{
  AcquirerSale hold = acquirer_host_testing_values (self, ACQUIRER_HOST_TESTING_ORIGINAL),
               first = acquirer_host_testing_about (self, 18),
               late = acquirer_host_testing_about (self, 19);

  acquirer_host_testing_expect_twice (self, ACQUIRER_FLOW_CAPTURE, &first, "00");
  acquirer_host_testing_reverse (self, ACQUIRER_FLOW_HOLD, &hold, "57");
  acquirer_host_testing_reverse (self, ACQUIRER_FLOW_CAPTURE, &first, "00");
  acquirer_host_testing_reverse (self, ACQUIRER_FLOW_HOLD, &hold, "00");
  acquirer_host_testing_expect_twice (self, ACQUIRER_FLOW_CAPTURE, &late, "25");
}

/* A sale is no hold, and a hold no sale: neither is undone as the other. */
static void
test_others (AcquirerHostTesting *self, gconstpointer dialect)
{
  AcquirerSale sale = acquirer_host_testing_values (self, 30), of_sale = back_from (self, 31, 30),
               as_void = acquirer_host_testing_about (self, 32),
               as_refund = acquirer_host_testing_about (self, 33);

  acquirer_host_testing_expect_twice (self, ACQUIRER_FLOW_SALE, &sale, "00");
  of_sale.original.authorisation = "A00002";
  acquirer_host_testing_expect_twice (self, ACQUIRER_FLOW_CAPTURE, &of_sale, "25");
  acquirer_host_testing_expect_twice (self, ACQUIRER_FLOW_VOID, &as_void, "25");
  acquirer_host_testing_expect_twice (self, ACQUIRER_FLOW_REFUND, &as_refund, "25");
}

#define ADD(name, test)                                                                            \
  g_test_add ("/acquirer/host-hold/sandbox/" name, AcquirerHostTesting, NULL, set_up, test,        \
              tear_down);                                                                          \
  g_test_add ("/acquirer/host-hold/unionpay/" name, AcquirerHostTesting, "unionpay", set_up, test, \
              tear_down)

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

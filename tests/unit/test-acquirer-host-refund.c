/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Giving back at the sandbox host, in both dialects: never more than was charged, never twice, and
 * the same answer to a repeat.
 */
#include "acquirer-host-testing.h"

static void
set_up (AcquirerHostTesting *self, gconstpointer dialect)
{
  acquirer_host_testing_begin (self, dialect, ACQUIRER_FLOW_SALE);
}

static void
tear_down (AcquirerHostTesting *self, gconstpointer dialect)
{
  acquirer_host_testing_clear (self);
}

static void
test_void (AcquirerHostTesting *self, gconstpointer dialect)
{
  AcquirerSale first = acquirer_host_testing_about (self, 18),
               second = acquirer_host_testing_about (self, 19),
               refund = acquirer_host_testing_about (self, 20);

  acquirer_host_testing_expect_twice (self, ACQUIRER_FLOW_VOID, &first, "00");
  acquirer_host_testing_expect_twice (self, ACQUIRER_FLOW_VOID, &second, "57");
  acquirer_host_testing_expect_twice (self, ACQUIRER_FLOW_REFUND, &refund, "57");
  acquirer_host_testing_expect_twice (self, ACQUIRER_FLOW_VOID, &first, "00");
}

/* A void that is taken back leaves the charge standing: it can be voided again, once. */
static void
test_void_reversed (AcquirerHostTesting *self, gconstpointer dialect)
{
  AcquirerSale first = acquirer_host_testing_about (self, 18),
               second = acquirer_host_testing_about (self, 19),
               third = acquirer_host_testing_about (self, 20);

  acquirer_host_testing_expect_twice (self, ACQUIRER_FLOW_VOID, &first, "00");
  acquirer_host_testing_reverse (self, ACQUIRER_FLOW_VOID, &first, "00");
  acquirer_host_testing_reverse (self, ACQUIRER_FLOW_VOID, &first, "00");
  acquirer_host_testing_expect_twice (self, ACQUIRER_FLOW_VOID, &first, "12");
  acquirer_host_testing_expect_twice (self, ACQUIRER_FLOW_VOID, &second, "00");
  acquirer_host_testing_expect_twice (self, ACQUIRER_FLOW_VOID, &third, "57");
}

/* The reversal of a void that comes before it: the void has no effect, whenever it comes. */
static void
test_void_late (AcquirerHostTesting *self, gconstpointer dialect)
{
  AcquirerSale late = acquirer_host_testing_about (self, 18),
               other = acquirer_host_testing_about (self, 19);

  acquirer_host_testing_reverse (self, ACQUIRER_FLOW_VOID, &late, "25");
  acquirer_host_testing_expect_twice (self, ACQUIRER_FLOW_VOID, &late, "12");
  acquirer_host_testing_expect_twice (self, ACQUIRER_FLOW_VOID, &other, "00");
}

/* What was voided is not to be reversed as well: it would be given back twice. */
static void
test_no_reversal_of_a_voided_one (AcquirerHostTesting *self, gconstpointer dialect)
{
  AcquirerSale charge = acquirer_host_testing_values (self, ACQUIRER_HOST_TESTING_ORIGINAL),
               first = acquirer_host_testing_about (self, 18);

  acquirer_host_testing_expect_twice (self, ACQUIRER_FLOW_VOID, &first, "00");
  acquirer_host_testing_reverse (self, ACQUIRER_FLOW_SALE, &charge, "57");
}

static void
test_void_refusals (AcquirerHostTesting *self, gconstpointer dialect)
{
  AcquirerSale part = acquirer_host_testing_about (self, 18),
               batch = acquirer_host_testing_about (self, 19),
               unknown = acquirer_host_testing_about (self, 20),
               reference = acquirer_host_testing_about (self, 21),
               date = acquirer_host_testing_about (self, 22),
               good = acquirer_host_testing_about (self, 23);

  part.amount.minor--;
  batch.batch++;
  unknown.original.stan = 999;
  reference.original.reference = "000000009999";
  date.original.date = "0230";
  acquirer_host_testing_expect_twice (self, ACQUIRER_FLOW_VOID, &part, "64");
  acquirer_host_testing_expect_twice (self, ACQUIRER_FLOW_VOID, &batch, "57");
  acquirer_host_testing_expect_twice (self, ACQUIRER_FLOW_VOID, &unknown, "25");
  acquirer_host_testing_expect_twice (self, ACQUIRER_FLOW_VOID, &reference, "25");
  acquirer_host_testing_expect_twice (self, ACQUIRER_FLOW_REFUND, &date, "25");
  acquirer_host_testing_expect_twice (self, ACQUIRER_FLOW_VOID, &good, "00");
}

/* In parts, in whichever batch, until nothing is left. */
static void
test_refund (AcquirerHostTesting *self, gconstpointer dialect)
{
  AcquirerSale part = acquirer_host_testing_about (self, 18),
               rest = acquirer_host_testing_about (self, 19),
               more = acquirer_host_testing_about (self, 20),
               whole = acquirer_host_testing_about (self, 21);
  gint64 all = part.amount.minor;

  part.amount.minor = 1;
  rest.amount.minor = all - 1;
  rest.batch++;
  more.amount.minor = 1;
  acquirer_host_testing_expect_twice (self, ACQUIRER_FLOW_REFUND, &part, "00");
  acquirer_host_testing_expect_twice (self, ACQUIRER_FLOW_VOID, &whole, "57");
  whole.stan++;
  acquirer_host_testing_expect_twice (self, ACQUIRER_FLOW_REFUND, &whole, "64");
  acquirer_host_testing_expect_twice (self, ACQUIRER_FLOW_REFUND, &rest, "00");
  acquirer_host_testing_expect_twice (self, ACQUIRER_FLOW_REFUND, &more, "64");
  acquirer_host_testing_reverse (self, ACQUIRER_FLOW_REFUND, &part, "57");
}

/* Another one under the same name, and one that says that no card was read and brings one. */
static void
test_strict (AcquirerHostTesting *self, gconstpointer dialect)
{
  AcquirerSale first = acquirer_host_testing_about (self, 18),
               other = acquirer_host_testing_about (self, 18),
               card = acquirer_host_testing_about (self, 19);

  other.amount.minor--;
  acquirer_host_testing_expect_twice (self, ACQUIRER_FLOW_REFUND, &first, "00");
  acquirer_host_testing_expect_twice (self, ACQUIRER_FLOW_REFUND, &other, "30");
  acquirer_host_testing_expect_twice (self, ACQUIRER_FLOW_VOID, &first, "30");
  if (dialect == NULL)
    return; /* the sandbox's flows have no field for a card */
  card.entry.pan = "6200000000000005";
  acquirer_host_testing_expect_twice (self, ACQUIRER_FLOW_REFUND, &card, "30");
}

#define ADD(name, function)                                                                        \
  g_test_add ("/acquirer/host/refund/" name "/sandbox", AcquirerHostTesting, NULL, set_up,         \
              function, tear_down);                                                                \
  g_test_add ("/acquirer/host/refund/" name "/unionpay", AcquirerHostTesting, "unionpay", set_up,  \
              function, tear_down)

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

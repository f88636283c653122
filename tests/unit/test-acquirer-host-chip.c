/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The issuer behind the sandbox host, in the dialect in which the till makes the card's fields:
 * which cryptograms are approved, what is declined or marked, and what the chip is answered.
 */
#include "acquirer-host-testing.h"
#include "entry-testing.h"

#include <string.h>

#define STAN 30

static void
set_up (AcquirerHostTesting *self, gconstpointer data)
{
  acquirer_host_testing_init_unionpay (self, SESSION_OPEN);
}

static void
tear_down (AcquirerHostTesting *self, gconstpointer data)
{
  acquirer_host_testing_clear (self);
}

/* A request of this card count under a STAN; what `entry` borrows lives long enough. */
static AcquirerSale
values_for (const AcquirerHostTesting *self, guint stan, guint counter, gboolean approves)
{
  AcquirerSale values = acquirer_host_testing_values (self, stan);
  EntryTesting chip = { .amount = values.amount, .approves = approves };

  values.entry = entry_testing_counted (&chip, counter);
  return values;
}

static Iso8583Message *
ask_mood (AcquirerHostTesting *self,
          AcquirerFlowKind kind,
          const AcquirerSale *values,
          AcquirerHostMood mood)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Iso8583Message) request = acquirer_message_build (self->profile, kind, values, &error);
  g_autoptr (GBytes) body = NULL, answer = NULL;

  g_assert_no_error (error);
  body = acquirer_mac_pack (self->mac, request, NULL);
  mood.now_unix_s = 1795406706;
  answer = acquirer_host_handle (self->host, base_bytes_span (body), &mood);
  g_assert_nonnull (answer);
  return iso8583_unpack (self->profile, base_bytes_span (answer), NULL);
}

/* Answered by this code, with a proof of the issuer's to the chip or without; a repeat is answered
 * alike. */
static void
expect (AcquirerHostTesting *self,
        AcquirerFlowKind kind,
        const AcquirerSale *values,
        const char *code,
        gboolean proof)
{
  g_autoptr (Iso8583Message) answer = ask_mood (self, kind, values, (AcquirerHostMood){ 0 });
  g_autoptr (Iso8583Message) again = ask_mood (self, kind, values, (AcquirerHostMood){ 0 });

  g_assert_cmpstr (iso8583_message_get (answer, 39), ==, code);
  g_assert_cmpint (iso8583_message_has (answer, 55), ==, proof);
  g_assert_cmpstr (iso8583_message_get (again, 39), ==, code);
  g_assert_cmpstr (iso8583_message_get (again, 55), ==, iso8583_message_get (answer, 55));
  if (proof)
    g_assert_true (g_str_has_prefix (iso8583_message_get (answer, 55), "910A"));
}

static const AcquirerLine *
line_of (AcquirerHostTesting *self, guint stan)
{
  const AcquirerLine *line = acquirer_ledger_find (self->ledger, "12345678", 3, stan);

  g_assert_nonnull (line);
  return line;
}

/* The card has another key. */
static AcquirerSale
wrong_for (const AcquirerHostTesting *self, guint stan, guint counter, gboolean approves)
{
  AcquirerSale values = acquirer_host_testing_values (self, stan);
  EntryTesting chip = { .amount = values.amount, .approves = approves, .wrong = TRUE };

  values.entry = entry_testing_counted (&chip, counter);
  return values;
}

static void
test_good (AcquirerHostTesting *self, gconstpointer data)
{
  AcquirerSale values = values_for (self, STAN, 1, FALSE);

  expect (self, ACQUIRER_FLOW_SALE, &values, "00", TRUE);
  g_assert_cmpint (line_of (self, STAN)->proof, ==, ACQUIRER_CHIP_GOOD);
  g_assert_cmpuint (line_of (self, STAN)->counter, ==, 1);
  values = values_for (self, STAN + 1, 3, FALSE);
  expect (self, ACQUIRER_FLOW_HOLD, &values, "00", TRUE);
  values = values_for (self, STAN + 2, 4, FALSE);
  values.amount.minor = 0;
  values.entry = entry_testing_counted (&(EntryTesting){ .amount = values.amount }, 4);
  expect (self, ACQUIRER_FLOW_BALANCE, &values, "00", TRUE);
}

/* What the bank declines for its own reasons, it proves to the chip. */
static void
test_declined (AcquirerHostTesting *self, gconstpointer data)
{
  AcquirerSale values = values_for (self, STAN, 1, FALSE);

  values.amount.minor = 151;
  values.entry = entry_testing_counted (&(EntryTesting){ .amount = values.amount }, 1);
  expect (self, ACQUIRER_FLOW_SALE, &values, "51", TRUE);
}

static void
test_wrong (AcquirerHostTesting *self, gconstpointer data)
{
  AcquirerSale values = wrong_for (self, STAN, 9, FALSE);

  expect (self, ACQUIRER_FLOW_SALE, &values, "59", FALSE);
  g_assert_cmpint (line_of (self, STAN)->proof, ==, ACQUIRER_CHIP_WRONG);
  g_assert_cmpint (line_of (self, STAN)->effect, ==, ACQUIRER_EFFECT_DECLINE);
  values = values_for (self, STAN + 1, 10, TRUE); /* a TC asks for nothing */
  expect (self, ACQUIRER_FLOW_SALE, &values, "59", FALSE);
  values = values_for (self, STAN + 2, 2, FALSE); /* what was wrong hasn't counted */
  expect (self, ACQUIRER_FLOW_SALE, &values, "00", TRUE);
  values = values_for (self, STAN + 3, 3, FALSE);
  values.entry.sequence = "002"; /* another card */
  expect (self, ACQUIRER_FLOW_SALE, &values, "59", FALSE);
}

static void
test_malformed (AcquirerHostTesting *self, gconstpointer data)
{
  AcquirerSale values = values_for (self, STAN, 1, FALSE);

  values.amount.minor++;
  expect (self, ACQUIRER_FLOW_SALE, &values, "30", FALSE);
  values = values_for (self, STAN, 1, FALSE);
  values.amount = base_money (values.amount.minor, "EUR");
  expect (self, ACQUIRER_FLOW_SALE, &values, "30", FALSE);
  values = values_for (self, STAN, 1, FALSE);
  values.entry.chip.size = 11; /* nothing but the cryptogram */
  expect (self, ACQUIRER_FLOW_SALE, &values, "30", FALSE);
  g_assert_null (acquirer_ledger_find (self->ledger, "12345678", 3, STAN));
}

static void
test_counts (AcquirerHostTesting *self, gconstpointer data)
{
  AcquirerSale first = values_for (self, STAN, 5, FALSE), values;

  expect (self, ACQUIRER_FLOW_SALE, &first, "00", TRUE);
  values = values_for (self, STAN + 1, 5, FALSE); /* there before */
  expect (self, ACQUIRER_FLOW_SALE, &values, "59", FALSE);
  g_assert_cmpint (line_of (self, STAN + 1)->proof, ==, ACQUIRER_CHIP_REPEATED);
  values = values_for (self, STAN + 2, 4, FALSE); /* goes back */
  expect (self, ACQUIRER_FLOW_SALE, &values, "59", FALSE);
  values = values_for (self, STAN + 3, 4, TRUE); /* but that one was kept by the till until now */
  expect (self, ACQUIRER_FLOW_ADVICE, &values, "00", FALSE);
  g_assert_cmpint (line_of (self, STAN + 3)->proof, ==, ACQUIRER_CHIP_GOOD);
  acquirer_host_testing_reverse (self, ACQUIRER_FLOW_SALE, &first, "00");
  values = values_for (self, STAN + 4, 5, FALSE); /* nothing came of it the first time */
  expect (self, ACQUIRER_FLOW_SALE, &values, "00", TRUE);
}

/* What the chip approved has happened: it is taken, and the ledger says what is wrong with it. */
static void
test_advice (AcquirerHostTesting *self, gconstpointer data)
{
  AcquirerSale values = wrong_for (self, STAN, 1, TRUE);

  expect (self, ACQUIRER_FLOW_ADVICE, &values, "00", FALSE);
  g_assert_cmpint (line_of (self, STAN)->effect, ==, ACQUIRER_EFFECT_ADVICE);
  g_assert_cmpint (line_of (self, STAN)->proof, ==, ACQUIRER_CHIP_WRONG);
  values = values_for (self, STAN + 1, 2, TRUE);
  expect (self, ACQUIRER_FLOW_ADVICE, &values, "00", FALSE);
  g_assert_cmpint (line_of (self, STAN + 1)->proof, ==, ACQUIRER_CHIP_GOOD);
  values = values_for (self, STAN + 2, 2, TRUE);
  expect (self, ACQUIRER_FLOW_ADVICE, &values, "00", FALSE);
  g_assert_cmpint (line_of (self, STAN + 2)->proof, ==, ACQUIRER_CHIP_REPEATED);
  values = values_for (self, STAN + 3, 3, FALSE); /* an ARQC has approved nothing */
  expect (self, ACQUIRER_FLOW_ADVICE, &values, "00", FALSE);
  g_assert_cmpint (line_of (self, STAN + 3)->proof, ==, ACQUIRER_CHIP_WRONG);
}

static void
test_scripts (AcquirerHostTesting *self, gconstpointer data)
{
  AcquirerSale values = values_for (self, STAN, 1, FALSE);
  AcquirerScripts scripts = { 0 };
  g_autoptr (Iso8583Message) answer = NULL;

  g_assert_true (acquirer_script_parse (&scripts, "00=72:block-application", NULL));
  acquirer_host_set_scripts (self->host, &scripts);
  expect (self, ACQUIRER_FLOW_SALE, &values, "00", TRUE);
  answer = ask_mood (self, ACQUIRER_FLOW_SALE, &values, (AcquirerHostMood){ 0 });
  /* 91 of 12 bytes, then 72: 9F18 of 7 bytes and 86 of 15 */
  g_assert_nonnull (strstr (iso8583_message_get (answer, 55), "72169F180400000001860D841E0000"));
  g_assert_cmpuint (strlen (iso8583_message_get (answer, 55)), ==, 2 * (12 + 2 + 22));
}

static void
test_wrong_proof (AcquirerHostTesting *self, gconstpointer data)
{
  AcquirerSale values = values_for (self, STAN, 1, FALSE);
  g_autoptr (Iso8583Message) answer
      = ask_mood (self, ACQUIRER_FLOW_SALE, &values, (AcquirerHostMood){ .wrong_proof = TRUE });
  g_autoptr (Iso8583Message) again
      = ask_mood (self, ACQUIRER_FLOW_SALE, &values, (AcquirerHostMood){ 0 });

  g_assert_cmpstr (iso8583_message_get (answer, 39), ==, "00");
  g_assert_cmpstr (iso8583_message_get (again, 39), ==, "00");
  g_assert_cmpstr (iso8583_message_get (answer, 55), !=, iso8583_message_get (again, 55));
}

/* A reversal's chip data are those of what it undoes. */
static void
test_reversal (AcquirerHostTesting *self, gconstpointer data)
{
  AcquirerSale values = values_for (self, STAN, 7, FALSE),
               other = values_for (self, STAN, 8, FALSE);

  expect (self, ACQUIRER_FLOW_SALE, &values, "00", TRUE);
  acquirer_host_testing_reverse (self, ACQUIRER_FLOW_SALE, &other, "30");
  acquirer_host_testing_reverse (self, ACQUIRER_FLOW_SALE, &values, "00");
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    void (*run) (AcquirerHostTesting *self, gconstpointer data);
  } tests[] = {
    { "/acquirer-host-chip/good", test_good },
    { "/acquirer-host-chip/declined", test_declined },
    { "/acquirer-host-chip/wrong", test_wrong },
    { "/acquirer-host-chip/malformed", test_malformed },
    { "/acquirer-host-chip/counts", test_counts },
    { "/acquirer-host-chip/advice", test_advice },
    { "/acquirer-host-chip/scripts", test_scripts },
    { "/acquirer-host-chip/wrong-proof", test_wrong_proof },
    { "/acquirer-host-chip/reversal", test_reversal },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, AcquirerHostTesting, NULL, set_up, tests[i].run, tear_down);
  return g_test_run ();
}

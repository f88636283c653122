/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer-message.h"

#include "sandbox-process.h"

#include <string.h>

static AcquirerProfile *
sandbox (void)
{
  AcquirerProfile *profile = acquirer_profile_load ("sandbox", NULL);

  g_assert_nonnull (profile);
  return profile;
}

static Iso8583Message *
build_sale (AcquirerProfile *profile)
{
  AcquirerSale values = sandbox_process_sale (17);

  return acquirer_message_build (profile, ACQUIRER_FLOW_SALE, &values, NULL);
}

/* What a host would say to `request`. */
static Iso8583Message *
answer_to (const Iso8583Message *request, const char *mti, const char *code)
{
  Iso8583Message *answer = iso8583_message_copy (request);

  iso8583_message_set_mti (answer, mti);
  iso8583_message_set (answer, 39, code);
  return answer;
}

static const struct
{
  guint field;
  const char *text;
} sale_fields[] = {
  { 3, "000000" },     { 4, "000000001250" },
  { 7, "1123040506" }, { 11, "000017" },
  { 12, "120506" },    { 13, "1123" },
  { 22, "022" },       { 25, "00" },
  { 41, "T1000001" },  { 42, "M0000000000001 " },
  { 49, "156" },       { 60, "000003" },
  { 61, NULL },        { 62, NULL },
  { 121, "magtek" },   { 122, "FFFF9876543210E00008" },
  { 124, NULL },       { 128, NULL },
};

static void
test_sale (void)
{
  g_autoptr (AcquirerProfile) profile = sandbox ();
  g_autoptr (Iso8583Message) message = build_sale (profile);
  g_autoptr (Iso8583Message) again = build_sale (profile);

  g_assert_cmpstr (iso8583_message_mti (message), ==, "0200");
  for (guint i = 0; i < G_N_ELEMENTS (sale_fields); i++)
    g_assert_cmpstr (iso8583_message_get (message, sale_fields[i].field), ==, sale_fields[i].text);
  g_assert_true (iso8583_message_equal (message, again));
}

/* As if it had been built with that identity, wherever the dialect puts it. */
static void
check_again (const char *dialect, gboolean in_the_clear)
{
  g_autoptr (AcquirerProfile) profile = acquirer_profile_load (dialect, NULL);
  AcquirerSale values = sandbox_process_sale (17);
  g_autoptr (Iso8583Message) first = NULL;
  g_autoptr (Iso8583Message) second = NULL;
  g_autoptr (Iso8583Message) again = NULL;

  if (in_the_clear)
    values.entry = (AcquirerEntry){ .kind = ACQUIRER_ENTRY_STRIPE,
                                    .pan = "6200000000000005",
                                    .expiry = "3012",
                                    .track2 = "6200000000000005=30122010000000000000" };
  first = acquirer_message_build (profile, ACQUIRER_FLOW_SALE, &values, NULL);
  g_assert_nonnull (first);
  values.batch = 123456;
  values.stan = 654321;
  second = acquirer_message_build (profile, ACQUIRER_FLOW_SALE, &values, NULL);
  again = acquirer_message_again (profile, first, 123456, 654321);
  g_assert_false (iso8583_message_equal (first, second));
  g_assert_true (iso8583_message_equal (again, second));
}

static void
test_again (void)
{
  check_again ("sandbox", FALSE);
  check_again ("unionpay", TRUE);
}

static void
test_flows (void)
{
  g_autoptr (AcquirerProfile) profile = sandbox ();
  AcquirerSale values = sandbox_process_sale (17);
  g_autoptr (Iso8583Message) deferred
      = acquirer_message_build (profile, ACQUIRER_FLOW_DEFERRED, &values, NULL);
  g_autoptr (Iso8583Message) advice
      = acquirer_message_build (profile, ACQUIRER_FLOW_ADVICE, &values, NULL);
  g_autoptr (Iso8583Message) echo
      = acquirer_message_build (profile, ACQUIRER_FLOW_ECHO, &values, NULL);
  g_autoptr (Iso8583Message) reversal
      = acquirer_message_reversal (profile, deferred, "no-answer", NULL);

  g_assert_cmpstr (iso8583_message_get (deferred, 61), ==, "1");
  g_assert_cmpstr (iso8583_message_mti (advice), ==, "0220");
  g_assert_cmpstr (iso8583_message_mti (echo), ==, "0800");
  g_assert_cmpstr (iso8583_message_get (echo, 70), ==, "301");
  g_assert_false (iso8583_message_has (echo, 4));
  g_assert_cmpstr (iso8583_message_mti (reversal), ==, "0400");
  g_assert_cmpstr (iso8583_message_get (reversal, 11), ==, "000017");
  g_assert_cmpstr (iso8583_message_get (reversal, 44), ==, "no-answer");
  g_assert_false (iso8583_message_has (reversal, 123)); /* no card data */
  g_assert_false (iso8583_message_has (reversal, 61));
}

static void
test_cannot_build (void)
{
  g_autoptr (AcquirerProfile) profile = sandbox ();
  g_autoptr (AcquirerProfile) unionpay = acquirer_profile_load ("unionpay", NULL);
  AcquirerSale values = sandbox_process_sale (17);
  g_autoptr (GError) error = NULL;

  values.amount = base_money (1, "XXQ");
  g_assert_null (acquirer_message_build (profile, ACQUIRER_FLOW_SALE, &values, &error));
  g_assert_error (error, ACQUIRER_ERROR, ACQUIRER_ERROR_FIELD);
  g_assert_nonnull (strstr (error->message, "49"));
  g_clear_error (&error);
  values = sandbox_process_sale (17);
  values.payment_id = NULL;
  g_assert_null (acquirer_message_build (profile, ACQUIRER_FLOW_SALE, &values, &error));
  g_assert_error (error, ACQUIRER_ERROR, ACQUIRER_ERROR_FIELD);
  g_clear_error (&error);
  g_assert_null (acquirer_message_build (unionpay, ACQUIRER_FLOW_DEFERRED, &values, &error));
  g_assert_error (error, ACQUIRER_ERROR, ACQUIRER_ERROR_PROFILE);
  g_clear_error (&error);
  g_assert_null (acquirer_message_build (unionpay, ACQUIRER_FLOW_SALE, &values,
                                         &error)); /* the till can't read it */
  g_assert_error (error, ACQUIRER_ERROR, ACQUIRER_ERROR_FIELD);
  g_assert_cmpstr (error->message, ==, "Field 2 (PAN) of the flow “sale” can't be filled");
}

static const struct
{
  const char *mti;
  const char *code;
  guint spoil; /* this field gets another text in the answer */
  AcquirerVerdict verdict;
} answers[] = {
  { "0210", "00", 0, ACQUIRER_VERDICT_APPROVED },   { "0210", "51", 0, ACQUIRER_VERDICT_DECLINED },
  { "0210", "25", 0, ACQUIRER_VERDICT_DECLINED },   { "0210", "30", 0, ACQUIRER_VERDICT_MALFORMED },
  { "0210", "A0", 0, ACQUIRER_VERDICT_DECLINED },   { "0230", "00", 0, ACQUIRER_VERDICT_NO_MATCH },
  { "0410", "00", 0, ACQUIRER_VERDICT_NO_MATCH },   { "0200", "00", 0, ACQUIRER_VERDICT_NO_MATCH },
  { "0210", "00", 11, ACQUIRER_VERDICT_NO_MATCH },  { "0210", "00", 4, ACQUIRER_VERDICT_NO_MATCH },
  { "0210", "00", 41, ACQUIRER_VERDICT_NO_MATCH },  { "0210", "00", 42, ACQUIRER_VERDICT_NO_MATCH },
  { "0210", "00", 49, ACQUIRER_VERDICT_NO_MATCH },  { "0210", "00", 60, ACQUIRER_VERDICT_NO_MATCH },
  { "0210", "00", 120, ACQUIRER_VERDICT_NO_MATCH }, { "0210", "30", 11, ACQUIRER_VERDICT_NO_MATCH },
  { "0210", "00", 12, ACQUIRER_VERDICT_APPROVED },
};

static void
test_judge (void)
{
  g_autoptr (AcquirerProfile) profile = sandbox ();
  g_autoptr (Iso8583Message) request = build_sale (profile);

  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      g_autoptr (Iso8583Message) answer = answer_to (request, answers[i].mti, answers[i].code);
      char code[ACQUIRER_CODE_MAX];

      if (answers[i].spoil != 0)
        iso8583_message_set (answer, answers[i].spoil, "999999");
      g_assert_cmpint (acquirer_message_judge (profile, request, answer, code), ==,
                       answers[i].verdict);
      g_assert_cmpstr (code, ==,
                       answers[i].verdict == ACQUIRER_VERDICT_NO_MATCH ? "" : answers[i].code);
    }
}

static void
test_judge_reversal (void)
{
  g_autoptr (AcquirerProfile) profile = sandbox ();
  g_autoptr (Iso8583Message) request = build_sale (profile);
  g_autoptr (Iso8583Message) reversal
      = acquirer_message_reversal (profile, request, "no-answer", NULL);
  g_autoptr (Iso8583Message) done = answer_to (reversal, "0410", "00");
  g_autoptr (Iso8583Message) nothing = answer_to (reversal, "0410", "25");
  char code[ACQUIRER_CODE_MAX];

  g_assert_cmpint (acquirer_message_judge (profile, reversal, done, code), ==,
                   ACQUIRER_VERDICT_APPROVED);
  g_assert_cmpint (acquirer_message_judge (profile, reversal, nothing, code), ==,
                   ACQUIRER_VERDICT_NO_ORIGINAL);
  g_assert_cmpint (acquirer_message_judge (profile, request, done, code), ==,
                   ACQUIRER_VERDICT_NO_MATCH);
}

/* A host that could read only a part of the request repeats only that part. */
static void
test_judge_partly (void)
{
  g_autoptr (AcquirerProfile) profile = sandbox ();
  g_autoptr (Iso8583Message) request = build_sale (profile);
  g_autoptr (Iso8583Message) answer = iso8583_message_new ("0210");
  char code[ACQUIRER_CODE_MAX];

  iso8583_message_set (answer, 39, "30");
  g_assert_cmpint (acquirer_message_judge (profile, request, answer, code), ==,
                   ACQUIRER_VERDICT_NO_MATCH);
  iso8583_message_set (answer, 11, "000017");
  g_assert_cmpint (acquirer_message_judge (profile, request, answer, code), ==,
                   ACQUIRER_VERDICT_MALFORMED);
  iso8583_message_set (answer, 39, "00");
  g_assert_cmpint (acquirer_message_judge (profile, request, answer, code), ==,
                   ACQUIRER_VERDICT_NO_MATCH);
}

static const struct
{
  guint field;
  const char *text; /* NULL: taken away */
  const char *says;
} breaches[] = {
  { 4, NULL, "Field 4 (amount) is missing" },
  { 38, "A00001", "Field 38 (authorisation code) doesn't belong here" },
  { 3, "190000", "Field 3 (processing code) has the wrong value" },
  { 61, "2", "Field 61 (deferred mark) doesn't belong here" },
};

static void
test_check (void)
{
  g_autoptr (AcquirerProfile) profile = sandbox ();

  for (guint i = 0; i < G_N_ELEMENTS (breaches); i++)
    {
      g_autoptr (Iso8583Message) request = build_sale (profile);
      g_autoptr (GError) error = NULL;
      guint bad = 0;

      iso8583_message_set (request, 128, "0000000000000000");
      g_assert_cmpint (acquirer_message_flow (profile, request)->kind, ==, ACQUIRER_FLOW_SALE);
      g_assert_true (acquirer_message_check (profile, acquirer_message_flow (profile, request),
                                             request, &bad, NULL));
      if (breaches[i].text != NULL)
        iso8583_message_set (request, breaches[i].field, breaches[i].text);
      else
        iso8583_message_remove (request, breaches[i].field);
      g_assert_false (acquirer_message_check (profile, acquirer_message_flow (profile, request),
                                              request, &bad, &error));
      g_assert_cmpuint (bad, ==, breaches[i].field);
      g_assert_cmpstr (error->message, ==, breaches[i].says);
    }
}

static void
test_flow (void)
{
  g_autoptr (AcquirerProfile) profile = sandbox ();
  g_autoptr (Iso8583Message) unknown = iso8583_message_new ("0700");
  AcquirerSale values = sandbox_process_sale (17);
  g_autoptr (Iso8583Message) deferred
      = acquirer_message_build (profile, ACQUIRER_FLOW_DEFERRED, &values, NULL);

  g_assert_null (acquirer_message_flow (profile, unknown));
  g_assert_cmpint (acquirer_message_flow (profile, deferred)->kind, ==, ACQUIRER_FLOW_DEFERRED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/acquirer/message/sale", test_sale);
  g_test_add_func ("/acquirer/message/again", test_again);
  g_test_add_func ("/acquirer/message/flows", test_flows);
  g_test_add_func ("/acquirer/message/cannot-build", test_cannot_build);
  g_test_add_func ("/acquirer/message/judge", test_judge);
  g_test_add_func ("/acquirer/message/judge-reversal", test_judge_reversal);
  g_test_add_func ("/acquirer/message/judge-partly", test_judge_partly);
  g_test_add_func ("/acquirer/message/check", test_check);
  g_test_add_func ("/acquirer/message/flow", test_flow);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emv-testing.h"

static gint64
logged_cb (gpointer ctx, BaseSpan digits)
{
  const gint64 *minor = ctx;

  g_assert_cmpmem (digits.data, digits.size, "6200000000000005", 16);
  return *minor;
}

/* A floor limit of 100.00, the threshold of chance at 50.00: 20 percent below it, up to 60 at the
 * limit. */
static const struct
{
  gint64 amount_minor, logged_minor;
  guint random_percent;
  gboolean force;
  const char *tvr;
} amounts[] = {
  { 4999, 0, 99, FALSE, "0000000000" },
  { 9999, 0, 99, FALSE, "0000000000" },
  { 10000, 0, 99, FALSE, "0000008000" },
  { 4000, 5999, 99, FALSE, "0000000000" }, /* what the card has bought here already counts */
  { 4000, 6000, 99, FALSE, "0000008000" },
  { 4000, G_MAXINT64, 99, FALSE, "0000008000" },
  { 4000, -1, 99, FALSE, "0000000000" },
  { 1, 0, 20, FALSE, "0000001000" },
  { 1, 0, 21, FALSE, "0000000000" },
  { 4999, 0, 21, FALSE, "0000000000" },
  { 5000, 0, 20, FALSE, "0000001000" },
  { 5000, 0, 21, FALSE, "0000000000" },
  { 7500, 0, 40, FALSE, "0000001000" }, /* half way, half of the way up */
  { 7500, 0, 41, FALSE, "0000000000" },
  { 9999, 0, 59, FALSE, "0000001000" },
  { 9999, 0, 60, FALSE, "0000000000" },
  { 10000, 0, 1, FALSE, "0000008000" }, /* above the limit nothing is drawn */
  { 4000, 0, 99, TRUE, "0000000800" },
};

static void
test_amount (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (amounts); i++)
    {
      EmvTest test;
      EmvApplicationRules *rules;
      gint64 logged_minor = amounts[i].logged_minor;

      emv_testing_init (&test);
      rules = emv_testing_rules (&test, 0);
      rules->threshold_minor = 5000;
      rules->target_percent = 20;
      rules->target_max_percent = 60;
      test.holder = (EmvHolder){ .logged_minor = logged_cb, .ctx = &logged_minor };
      test.sale.amount_minor = amounts[i].amount_minor;
      test.sale.random_percent = amounts[i].random_percent;
      test.sale.force_online = amounts[i].force;
      emv_testing_start (&test, "");
      emv_testing_put (&test, "5A0A6200000000000005FFFF");
      g_test_message ("row %u", i);
      g_assert_cmpint (emv_risk_manage (test.kernel), ==, EMV_STEP_ON);
      emv_testing_check_results (&test, amounts[i].tvr, "0800");
      emv_testing_clear (&test);
    }
}

/* Lower limit 2, upper limit 4 in a row without the issuer. */
static const struct
{
  const char *objects, *talk, *tvr;
  const char *reason;
} counters[] = {
#define LIMITS                                                                                     \
  "9F140102"                                                                                       \
  "9F230104"
#define ASK(now, last) "80CA9F3600>" now " 80CA9F1300>" last
  { "", "", "0000000000" },
  { "9F140102", "", "0000000000" }, /* both, or neither is looked at */
  { "9F230104", "", "0000000000" },
  { LIMITS, ASK ("9F360200079000", "9F130200059000"), "0000000000" },
  { LIMITS, ASK ("9F360200089000", "9F130200059000"), "0000004000" },
  { LIMITS, ASK ("9F360200099000", "9F130200059000"), "0000004000" },
  { LIMITS, ASK ("9F3602000A9000", "9F130200059000"), "0000006000" },
  { LIMITS, ASK ("9F360201029000", "9F130201019000"), "0000000000" },
  { LIMITS, ASK ("9F360200019000", "9F130200009000"), "0008000000" }, /* never online yet */
  { LIMITS, ASK ("9F3602FFFF9000", "9F130200009000"), "0008006000" },
  { LIMITS, ASK ("9F360200059000", "9F130200059000"), "0000006000" }, /* can't be */
  { LIMITS, ASK ("9F360200049000", "9F130200059000"), "0000006000" },
  { LIMITS, ASK ("6A88", "9F130200059000"), "0000006000" },
  { LIMITS, ASK ("9F360200059000", "6A88"), "0000006000" },
  { LIMITS, ASK ("6A88", "9F130200009000"), "0008006000" },
  { LIMITS, ASK ("9F3601059000", "9F130200059000"), "0000006000" }, /* not its size */
  { LIMITS, ASK ("9F130200059000", "9F130200059000"), "0000006000" },
  { LIMITS, "80CA9F3600>-", NULL, "card-removed" },
  { LIMITS, ASK ("9F360200059000", "!"), NULL, "reader-fault" },
};

static void
test_velocity (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (counters); i++)
    {
      EmvTest test;

      emv_testing_init (&test);
      emv_testing_start (&test, counters[i].talk);
      emv_testing_put (&test, counters[i].objects);
      g_test_message ("row %u", i);
      g_assert_cmpint (emv_risk_manage (test.kernel), ==,
                       counters[i].tvr != NULL ? EMV_STEP_ON : EMV_STEP_END);
      g_assert_cmpstr (test.kernel->reason, ==, counters[i].reason);
      if (counters[i].tvr != NULL)
        emv_testing_check_results (&test, counters[i].tvr, "0800");
      emv_testing_clear (&test);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/emv/risk/amount", test_amount);
  g_test_add_func ("/emv/risk/velocity", test_velocity);
  return g_test_run ();
}

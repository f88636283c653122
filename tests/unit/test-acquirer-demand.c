/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a digit of the prefix asks for, as a profile says it.
 */
#include "acquirer-demand.h"

#include "acquirer-profile.h"

static void
test_unionpay (void)
{
  g_autoptr (AcquirerProfile) profile = acquirer_profile_load ("unionpay", NULL);
  const AcquirerDemands *demands = acquirer_profile_demands (profile);

  g_assert_cmpint (acquirer_demands_find (demands, "6000030000603100000000"), ==,
                   ACQUIRER_DEMAND_NONE);
  g_assert_cmpint (acquirer_demands_find (demands, "6000030000603103000000"), ==,
                   ACQUIRER_DEMAND_SIGN_IN);
  g_assert_cmpint (acquirer_demands_find (demands, "6000030000603109000000"), ==,
                   ACQUIRER_DEMAND_NONE);
  g_assert_cmpint (acquirer_demands_find (demands, "600003000060310"), ==, ACQUIRER_DEMAND_NONE);
  g_assert_cmpint (acquirer_demands_find (demands, NULL), ==, ACQUIRER_DEMAND_NONE);
  g_assert_cmpint (acquirer_demands_digit (demands, ACQUIRER_DEMAND_CA_KEYS), ==, '4');
}

static void
test_without (void)
{
  g_autoptr (AcquirerProfile) profile = acquirer_profile_load ("sandbox", NULL);
  const AcquirerDemands *demands = acquirer_profile_demands (profile);

  g_assert_cmpint (acquirer_demands_find (demands, "4444444444444444"), ==, ACQUIRER_DEMAND_NONE);
  g_assert_cmpint (acquirer_demands_digit (demands, ACQUIRER_DEMAND_CA_KEYS), ==, '\0');
}

static void
test_mistakes (void)
{
  static const char *const mistakes[][2]
      = { { "digit", "0" },   { "digit", "65" },   { "digit", "x" },
          { "7", "lottery" }, { "10", "sign-in" }, { "x", "sign-in" } };
  g_autoptr (AcquirerProfile) profile = acquirer_profile_load ("unionpay", NULL);
  static const char *const names[ACQUIRER_DEMAND_COUNT]
      = { "nothing", "parameters", "aids", "ca-keys", "sign-in" };
  AcquirerDemand demand;

  for (guint i = 0; i < G_N_ELEMENTS (mistakes); i++)
    g_assert_null (acquirer_profile_vary (profile, "demands", mistakes[i][0], mistakes[i][1]));
  for (guint i = 0; i < ACQUIRER_DEMAND_COUNT; i++)
    {
      g_assert_true (acquirer_demand_from_name (names[i], &demand));
      g_assert_cmpint (demand, ==, i);
    }
  g_assert_false (acquirer_demand_from_name ("lottery", &demand));
}

/* What the digits mean without saying which digit. */
static void
test_no_digit (void)
{
  g_autoptr (AcquirerProfile) profile = acquirer_profile_load ("sandbox", NULL);

  g_assert_null (acquirer_profile_vary (profile, "demands", "3", "sign-in"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/acquirer/demand/unionpay", test_unionpay);
  g_test_add_func ("/acquirer/demand/without", test_without);
  g_test_add_func ("/acquirer/demand/mistakes", test_mistakes);
  g_test_add_func ("/acquirer/demand/no-digit", test_no_digit);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emv-testing.h"

static const struct
{
  const char *objects;
  gint64 other_minor;
  const char *tvr; /* NULL: the card's data are wrong */
} rows[] = {
#define UNTIL "5F2403351231"
  { UNTIL, 0, "0000000000" },
  /* versions (10.4.1): one that isn't told isn't compared */
  { UNTIL "9F08020020", 0, "0000000000" },
  { UNTIL "9F08020021", 0, "0080000000" },
  /* usage (10.4.2): at home goods or services, abroad theirs */
  { UNTIL "5F28020156"
          "9F0702FFC0",
    0, "0000000000" },
  { UNTIL "5F28020156"
          "9F07022100",
    0, "0000000000" },
  { UNTIL "5F28020156"
          "9F07020900",
    0, "0000000000" },
  { UNTIL "5F28020156"
          "9F07021500",
    0, "0010000000" },
  { UNTIL "5F28020840"
          "9F07021100",
    0, "0000000000" },
  { UNTIL "5F28020840"
          "9F07020500",
    0, "0000000000" },
  { UNTIL "5F28020840"
          "9F07022900",
    0, "0010000000" },
  { UNTIL "5F28020156"
          "9F0702FE00",
    0, "0010000000" },                     /* cash machines alone */
  { UNTIL "9F0702FE00", 0, "0010000000" }, /* …whichever country */
  { UNTIL "9F07020100", 0, "0000000000" }, /* no country to compare: the rest isn't looked at */
  { UNTIL "5F28020156", 0, "0000000000" },
  { UNTIL "5F28020156"
          "9F07022180",
    1000, "0000000000" },
  { UNTIL "5F28020156"
          "9F07022140",
    1000, "0010000000" },
  { UNTIL "5F28020840"
          "9F07021140",
    1000, "0000000000" },
  { UNTIL "5F28020840"
          "9F07021180",
    1000, "0010000000" },
  /* first and last day (10.4.3), both included; 50 and above are of the last century */
  { UNTIL "5F2503261123", 0, "0000000000" },
  { UNTIL "5F2503261124", 0, "0020000000" },
  { UNTIL "5F2503990101", 0, "0000000000" },
  { "5F2403261123", 0, "0000000000" },
  { "5F2403261122", 0, "0040000000" },
  { "5F2403491231", 0, "0000000000" },
  { "5F2403500101", 0, "0040000000" },
  { "5F2403261122"
    "5F2503261124"
    "9F08020021"
    "9F0702FE00",
    0, "00F0000000" },
  { "5F240335A231", 0, NULL },
  { "5F24023512", 0, NULL },
};

static void
test_check (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      EmvTest test;
      EmvStep step;

      emv_testing_init (&test);
      test.sale.other_minor = rows[i].other_minor;
      emv_testing_start (&test, "");
      g_assert_true (
          emv_data_set (test.kernel->data, 0x9F09, BASE_SPAN ("\x00\x20", 2), EMV_ORIGIN_TERMINAL));
      emv_testing_put (&test, rows[i].objects);
      step = emv_restrictions_check (test.kernel);
      g_test_message ("row %u", i);
      g_assert_cmpint (step, ==, rows[i].tvr != NULL ? EMV_STEP_ON : EMV_STEP_END);
      if (rows[i].tvr != NULL)
        emv_testing_check_results (&test, rows[i].tvr, "0000");
      else
        g_assert_cmpstr (test.kernel->reason, ==, "card-error");
      emv_testing_clear (&test);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/emv/restrictions/check", test_check);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "msr-mask.h"

#include <string.h>

static void
test_pan (void)
{
  static const struct
  {
    const char *track;
    const char *pan;
  } cases[] = { { ";4761730000000119=2212?", "476173******0119" },
                { ";4761739001010119=2212?", "476173******0119" },
                { "%B476173******0119^CARD/TEST^", "476173******0119" },
                { "%*476173******0119^", "476173******0119" },
                { ";123=", "" },
                { "", "" },
                { "%", "" },
                { "4761739001010119", "" },
                { ";12345678901234567890=", "" } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      char pan[MSR_PAN_MAX + 1];

      g_assert_cmpint (msr_mask_pan (BASE_SPAN_STR (cases[i].track), pan), ==,
                       cases[i].pan[0] != '\0');
      g_assert_cmpstr (pan, ==, cases[i].pan);
    }
}

static void
test_clear (void)
{
  g_assert_true (msr_mask_is_clear (BASE_SPAN_STR (";4761739001010119=2212?")));
  g_assert_false (msr_mask_is_clear (BASE_SPAN_STR (";4761730000000119=2212?")));
  g_assert_false (msr_mask_is_clear (BASE_SPAN_STR (";476173******0119=2212?")));
  g_assert_true (msr_mask_is_track (BASE_SPAN_STR (";4761739001010119=2212?")));
  g_assert_true (msr_mask_is_track (BASE_SPAN_STR ("%B4761739001010119^CARD")));
  g_assert_false (msr_mask_is_track (BASE_SPAN ("%\x01\x02", 3)));
  g_assert_false (msr_mask_is_track (BASE_SPAN_STR ("")));
}

/* What readers show when told to, what they fill, and what no card should carry. */
static void
test_chip (void)
{
  static const struct
  {
    const char *track;
    MsrChip chip;
  } cases[] = { { ";4761730000000119=00002010000000000000?", MSR_CHIP_THERE },
                { ";476173******0119=2212620****?", MSR_CHIP_THERE },
                { ";4761730000000119=22121010000000000000?", MSR_CHIP_NONE },
                { ";4761730000000119=22125020000000000000?", MSR_CHIP_NONE },
                { "%B4761730000000119^CARD/TEST^0000201000000?", MSR_CHIP_THERE },
                { "%*476173******0119^CARD/TEST^****101****?*", MSR_CHIP_NONE },
                { ";4761730000000119=00000000000000000000?", MSR_CHIP_UNKNOWN },
                { ";476173******0119=********************?", MSR_CHIP_UNKNOWN },
                { "%B4761730000000119^CARD/TEST^00000000000?", MSR_CHIP_UNKNOWN },
                { ";4761732222220119=22222222222222222222?", MSR_CHIP_UNKNOWN },
                { ";4761730000000119=2212301?", MSR_CHIP_UNKNOWN },
                { ";4761730000000119==201?", MSR_CHIP_UNKNOWN },
                { ";4761730000000119=221220", MSR_CHIP_UNKNOWN },
                { ";4761730000000119", MSR_CHIP_UNKNOWN },
                { "%B4761730000000119^CARD/TEST", MSR_CHIP_UNKNOWN },
                { ";123=2212201", MSR_CHIP_UNKNOWN },
                { "", MSR_CHIP_UNKNOWN } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i].track);
      g_assert_cmpint (msr_mask_chip (BASE_SPAN_STR (cases[i].track)), ==, cases[i].chip);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/devices/msr-mask/pan", test_pan);
  g_test_add_func ("/devices/msr-mask/clear", test_clear);
  g_test_add_func ("/devices/msr-mask/chip", test_chip);
  return g_test_run ();
}

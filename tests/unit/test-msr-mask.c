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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/devices/msr-mask/pan", test_pan);
  g_test_add_func ("/devices/msr-mask/clear", test_clear);
  return g_test_run ();
}

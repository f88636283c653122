/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Names, widths and usual places of the values that a profile speaks of.
 */
#include "acquirer-value.h"

static void
test_names (void)
{
  for (guint i = ACQUIRER_VALUE_NONE + 1; i < ACQUIRER_VALUE_COUNT; i++)
    {
      AcquirerValue found = ACQUIRER_VALUE_NONE;

      g_assert_true (acquirer_value_from_name (acquirer_value_name ((AcquirerValue)i), &found));
      g_assert_cmpint (found, ==, i);
    }
  {
    AcquirerValue found = ACQUIRER_VALUE_PAN;

    g_assert_false (acquirer_value_from_name ("lottery", &found));
    g_assert_false (acquirer_value_from_name ("", &found));
    g_assert_cmpint (found, ==, ACQUIRER_VALUE_PAN);
  }
}

static void
test_fields (void)
{
  g_assert_cmpint (acquirer_value_of_field (11), ==, ACQUIRER_VALUE_STAN);
  g_assert_cmpint (acquirer_value_of_field (2), ==, ACQUIRER_VALUE_PAN);
  g_assert_cmpint (acquirer_value_of_field (60), ==, ACQUIRER_VALUE_NONE);
  g_assert_cmpint (acquirer_value_of_field (0), ==, ACQUIRER_VALUE_NONE);
  g_assert_cmpuint (acquirer_value_width (ACQUIRER_VALUE_BATCH), ==, 6);
  g_assert_cmpuint (acquirer_value_width (ACQUIRER_VALUE_CHIP), ==, 0);
  g_assert_true (acquirer_value_is_bytes (ACQUIRER_VALUE_CHIP));
  g_assert_false (acquirer_value_is_bytes (ACQUIRER_VALUE_TRACK2));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/acquirer/value/names", test_names);
  g_test_add_func ("/acquirer/value/fields", test_fields);
  return g_test_run ();
}

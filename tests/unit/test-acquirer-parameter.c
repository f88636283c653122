/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The terminal's parameters: read one after another, and refused where the text doesn't fit the
 * profile.
 */
#include "acquirer-parameter.h"

#include "acquirer-profile.h"

#include <string.h>

static void
test_reads (void)
{
  g_autoptr (AcquirerProfile) profile = acquirer_profile_load ("unionpay", NULL);
  const AcquirerParameters *plan = acquirer_profile_parameters (profile);
  const AcquirerParameter *parameter;
  BaseReader reader;
  BaseSpan value;
  GError *error = NULL;

  base_reader_init (&reader, BASE_SPAN_STR ("1260133"));
  g_assert_true (acquirer_parameters_next (plan, &reader, &parameter, &value, &error));
  g_assert_cmpuint (parameter->number, ==, 12);
  g_assert_cmpstr (parameter->words, ==, "Seconds to wait for an answer");
  g_assert_cmpmem (value.data, value.size, "60", 2);
  g_assert_true (acquirer_parameters_next (plan, &reader, &parameter, &value, &error));
  g_assert_cmpuint (parameter->number, ==, 13);
  g_assert_false (acquirer_parameters_next (plan, &reader, &parameter, &value, &error));
  g_assert_no_error (error);
}

static void
test_refuses (void)
{
  static const char *const texts[] = { "1", "1x60", "126", "9912", "12\n0", "12" };
  g_autoptr (AcquirerProfile) profile = acquirer_profile_load ("unionpay", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      const AcquirerParameter *parameter;
      BaseReader reader;
      BaseSpan value;
      g_autoptr (GError) error = NULL;

      base_reader_init (&reader, BASE_SPAN_STR (texts[i]));
      g_assert_false (acquirer_parameters_next (acquirer_profile_parameters (profile), &reader,
                                                &parameter, &value, &error));
      g_assert_error (error, ACQUIRER_ERROR, ACQUIRER_ERROR_FIELD);
    }
}

static void
test_mistakes (void)
{
  static const char *const mistakes[][2]
      = { { "1", "2 | A | 甲" },   { "100", "2 | A | 甲" },   { "14", "0 | A | 甲" },
          { "14", "61 | A | 甲" }, { "14", "2 | A" },         { "14", "2 |  | 甲" },
          { "xx", "2 | A | 甲" },  { "14", "2 | A | 甲 | B" } };
  g_autoptr (AcquirerProfile) profile = acquirer_profile_load ("unionpay", NULL);
  g_autoptr (AcquirerProfile) good
      = acquirer_profile_vary (profile, "parameters", "14", "60 | A | 甲");

  g_assert_nonnull (good);
  for (guint i = 0; i < G_N_ELEMENTS (mistakes); i++)
    g_assert_null (acquirer_profile_vary (profile, "parameters", mistakes[i][0], mistakes[i][1]));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/acquirer/parameter/reads", test_reads);
  g_test_add_func ("/acquirer/parameter/refuses", test_refuses);
  g_test_add_func ("/acquirer/parameter/mistakes", test_mistakes);
  return g_test_run ();
}

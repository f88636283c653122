/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer-profile.h"

#include <string.h>

static void
loads (const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AcquirerProfile) profile = acquirer_profile_load (name, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (acquirer_profile_name (profile), ==, name);
}

static void
test_shipped (void)
{
  loads ("sandbox");
  loads ("unionpay");
}

static void
test_sandbox (void)
{
  g_autoptr (AcquirerProfile) profile = acquirer_profile_load ("sandbox", NULL);
  const AcquirerFlow *sale = acquirer_profile_flow (profile, ACQUIRER_FLOW_SALE);

  g_assert_cmpint (acquirer_profile_card_data (profile), ==, ACQUIRER_CARD_DATA_ACQUIRER);
  g_assert_true (acquirer_profile_deferred (profile));
  g_assert_true (acquirer_profile_deferred_repeats (profile));
  g_assert_cmpuint (acquirer_profile_in_flight (profile), ==, 8);
  g_assert_false (acquirer_profile_tls12 (profile));
  g_assert_cmpstr (acquirer_profile_mac_algorithm (profile), ==, "aes-cmac");
  g_assert_cmpuint (acquirer_profile_mac_field (profile), ==, 128);
  g_assert_cmpuint (acquirer_profile_role (profile, ACQUIRER_VALUE_BATCH), ==, 60);
  g_assert_true (acquirer_profile_matches_field (profile, 11));
  g_assert_false (acquirer_profile_matches_field (profile, 38));
  g_assert_cmpstr (sale->mti, ==, "0200");
  g_assert_cmpstr (acquirer_flow_constant (sale, 3), ==, "000000");
  g_assert_null (acquirer_flow_constant (sale, 4));
  g_assert_cmpuint (sale->request[4], ==, ACQUIRER_NEED_REQUIRED);
  g_assert_cmpuint (sale->request[62], ==, ACQUIRER_NEED_OPTIONAL);
  g_assert_cmpuint (sale->request[61], ==, ACQUIRER_NEED_NONE);
  g_assert_null (acquirer_profile_flow (profile, ACQUIRER_FLOW_VOICE));
}

static void
test_codes (void)
{
  g_autoptr (AcquirerProfile) profile = acquirer_profile_load ("sandbox", NULL);

  g_assert_true (acquirer_profile_code_approved (profile, "00"));
  g_assert_false (acquirer_profile_code_approved (profile, "05"));
  g_assert_true (acquirer_profile_code_malformed (profile, "30"));
  g_assert_true (acquirer_profile_code_sign_in (profile, "A0"));
  g_assert_false (acquirer_profile_code_malformed (profile, "A0"));
  g_assert_true (acquirer_profile_code_no_original (profile, "25"));
  g_assert_false (acquirer_profile_code_no_original (profile, ""));
}

/* Each replaces one line of the shipped profile and must be refused with a sentence that has `says`
 * in it. */
static const struct
{
  const char *line;
  const char *instead;
  const char *says;
} mistakes[] = {
  { "name = sandbox", "name =", "name" },
  { "card_data = acquirer", "card_data = nobody", "card_data" },
  { "in_flight = 8", "in_flight = 0", "in_flight" },
  { "in_flight = 8", "in_flight = 65", "64" },
  { "answer_ms = 5000", "answer_ms = 120001", "answer_ms" },
  { "answer_ms = 5000", "answer_ms = -1", "answer_ms" },
  { "frame = binary2", "frame = smoke", "frame" },
  { "mti = bcd", "mti = binary", "mti" },
  { "length = bcd", "length = hex", "length" },
  { "fields = 128", "fields = 129", "64 or 128" },
  { "pad = 0", "pad = 16", "nibble" },
  { "prefix =", "prefix = 6", "prefix" },
  { "4 = n 12 bcd | amount", "4 = n 12 binary | amount", "4" },
  { "4 = n 12 bcd | amount", "4 = n 0 bcd | amount", "4" },
  { "4 = n 12 bcd | amount", "4 = n ..1000 bcd | amount", "4" },
  { "4 = n 12 bcd | amount", "4 = n 12 bcd right | amount", "4" },
  { "4 = n 12 bcd | amount", "4 = n 12 bcd", "4" },
  { "4 = n 12 bcd | amount", "65 = n 12 bcd | amount", "65" },
  { "4 = n 12 bcd | amount", "1 = n 12 bcd | amount", "1" },
  { "4 = n 12 bcd | amount", "129 = n 12 bcd | amount", "129" },
  { "field = 128", "field = 120", "field" },
  { "128 = b 8 binary | MAC", "128 = b 17 binary | MAC", "field" },
  { "batch = 60", "batch = 59", "batch" },
  { "match = 3 4 11 41 42 49 60 120", "match = 3 4", "11" },
  { "match = 3 4 11 41 42 49 60 120", "match = 11 99", "match" },
  { "approved = 00", "approved =", "approved" },
  { "request = 7 11 41 42 70=301 110? 111? 112? 113? 114? 128", "request = 7 7 11", "7" },
  { "request = 7 11 41 42 70=301 110? 111? 112? 113? 114? 128", "request = 7! 11", "7!" },
  { "request = 7 11 41 42 70=301 110? 111? 112? 113? 114? 128", "request =", "request" },
  { "answer = 7 11 39 41 42 44? 70 128", "answer = 39=00", "39=00" },
  { "mti = 0800", "mti = 800", "mti" },
  { "mti = 0820", "mti = 0800", "MTI" },
  { "sign_in_mac = hkdf-sha256", "", "sign_in_mac" },
  { "sign_in_mac = hkdf-sha256", "sign_in_mac = none", "sign_in_mac" },
  { "cipher = aes-ecb-cmac", "cipher = aes-ecb-cmax", "cipher" },
  { "21 = mac 16", "21 = pin 16", "21" },
  { "keys = 115", "keys = 44", "keys" },
};

static void
test_mistakes (void)
{
  g_autofree char *path
      = g_test_build_filename (G_TEST_DIST, "..", "data", "acquirers", "sandbox.ini", NULL);
  g_autofree char *good = NULL;

  g_assert_true (g_file_get_contents (path, &good, NULL, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (mistakes); i++)
    {
      g_autofree char *line = g_strdup_printf ("\n%s\n", mistakes[i].line);
      g_autofree char *instead = g_strdup_printf ("\n%s\n", mistakes[i].instead);
      g_auto (GStrv) parts = g_strsplit (good, line, 2);
      g_autofree char *bad = g_strjoinv (instead, parts);
      g_autoptr (GError) error = NULL;

      g_assert_cmpuint (g_strv_length (parts), ==, 2);
      g_assert_null (acquirer_profile_from_text (bad, &error));
      g_assert_error (error, ACQUIRER_ERROR, ACQUIRER_ERROR_PROFILE);
      g_test_message ("%s: %s", mistakes[i].instead, error->message);
      g_assert_nonnull (strstr (error->message, mistakes[i].says));
    }
}

static void
test_files (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *huge = g_strnfill (ACQUIRER_PROFILE_SIZE_MAX + 1, '#');

  g_assert_null (acquirer_profile_load ("nowhere", &error));
  g_assert_error (error, ACQUIRER_ERROR, ACQUIRER_ERROR_PROFILE);
  g_clear_error (&error);
  g_assert_null (acquirer_profile_load ("/nowhere/at-all.ini", &error));
  g_assert_error (error, ACQUIRER_ERROR, ACQUIRER_ERROR_PROFILE);
  g_clear_error (&error);
  g_assert_null (acquirer_profile_from_text ("", &error));
  g_assert_error (error, ACQUIRER_ERROR, ACQUIRER_ERROR_PROFILE);
  g_clear_error (&error);
  g_assert_null (acquirer_profile_from_text (huge, &error));
  g_assert_error (error, ACQUIRER_ERROR, ACQUIRER_ERROR_PROFILE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/acquirer/profile/shipped", test_shipped);
  g_test_add_func ("/acquirer/profile/sandbox", test_sandbox);
  g_test_add_func ("/acquirer/profile/codes", test_codes);
  g_test_add_func ("/acquirer/profile/mistakes", test_mistakes);
  g_test_add_func ("/acquirer/profile/files", test_files);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Working keys in the field of a sign-in's answer: UnionPay's four layouts, one of them from the
 * frame tests/vectors/iso8583/unionpay-sign-in-answer.txt, and plans that make no sense.
 */
#include "acquirer-key-plan.h"

#include "acquirer-error.h"
#include "acquirer-profile.h"
#include "crypto-error.h"

#include <string.h>

#define MASTER "0123456789ABCDEF1032547698BADCFE"
#define PIN "FF13E51C54A3317CA365D62487B2EC17A2C564A6"
#define PIN_CLEAR "1C587F1C13924FEF0101010101010101"
#define HALF "9C16BA93BF623EAB"
#define HALF_CHECK "D5D44FF7"
#define HALF_CLEAR "0123456789ABCDEF"

static const struct
{
  const char *field;
  const char *clear[ACQUIRER_KEY_COUNT];
} fields[] = {
  { PIN HALF "0000000000000000" HALF_CHECK, { PIN_CLEAR, HALF_CLEAR, NULL } },
  { HALF HALF_CHECK HALF HALF_CHECK, { HALF_CLEAR, HALF_CLEAR, NULL } },
  { PIN PIN PIN, { PIN_CLEAR, PIN_CLEAR, PIN_CLEAR } },
  { PIN HALF HALF_CHECK PIN, { PIN_CLEAR, HALF_CLEAR, PIN_CLEAR } },
};

static void
test_layouts (void)
{
  g_autoptr (AcquirerProfile) profile = acquirer_profile_load ("unionpay", NULL);
  const AcquirerKeyPlan *plan = acquirer_profile_key_plan (profile);
  g_autoptr (BaseSecret) master = base_secret_new_from_hex (MASTER);

  g_assert_cmpstr (acquirer_key_plan_cipher (plan), ==, "tdes-ecb");
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      g_autoptr (GBytes) field = base_bytes_from_hex (fields[i].field, NULL);
      g_auto (AcquirerKeySet) set = { 0 };
      GError *error = NULL;

      acquirer_key_plan_open (plan, master, base_bytes_span (field), &set, &error);
      g_assert_no_error (error);
      for (guint j = 0; j < ACQUIRER_KEY_COUNT; j++)
        {
          g_autofree char *hex
              = set.keys[j] != NULL ? base_bytes_to_hex (base_secret_span (set.keys[j])) : NULL;

          g_assert_cmpstr (hex, ==, fields[i].clear[j]);
        }
    }
}

/* Every byte of a key and of its check value counts, and so does the size. */
static void
test_wrong (void)
{
  g_autoptr (AcquirerProfile) profile = acquirer_profile_load ("unionpay", NULL);
  const AcquirerKeyPlan *plan = acquirer_profile_key_plan (profile);
  g_autoptr (BaseSecret) master = base_secret_new_from_hex (MASTER);
  g_autoptr (GBytes) field = base_bytes_from_hex (PIN PIN PIN, NULL);
  gsize size = g_bytes_get_size (field);
  g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (field, NULL), size);
  g_auto (AcquirerKeySet) set = { 0 };
  GError *error = NULL;

  for (gsize i = 0; i < size; i++)
    {
      copy[i] ^= 0x10;
      g_assert_false (acquirer_key_plan_open (plan, master, BASE_SPAN (copy, size), &set, &error));
      g_assert_error (error, CRYPTO_ERROR, CRYPTO_ERROR_AUTHENTIC);
      g_clear_error (&error);
      copy[i] ^= 0x10;
    }
  for (gsize i = 0; i < size; i++)
    if (i != 24 && i != 40 && i != 52)
      {
        g_assert_false (acquirer_key_plan_open (plan, master, BASE_SPAN (copy, i), &set, &error));
        g_assert_error (error, ACQUIRER_ERROR, ACQUIRER_ERROR_FIELD);
        g_clear_error (&error);
      }
}

static void
test_made (void)
{
  g_autoptr (AcquirerProfile) profile = acquirer_profile_load ("unionpay", NULL);
  const AcquirerKeyPlan *plan = acquirer_profile_key_plan (profile);
  g_autoptr (BaseSecret) master = base_secret_new_from_hex (MASTER);
  g_auto (AcquirerKeySet) made = { 0 };
  g_auto (AcquirerKeySet) opened = { 0 };
  g_autoptr (GBytes) field = acquirer_key_plan_make (plan, master, &made, NULL);

  g_assert_cmpuint (g_bytes_get_size (field), ==, 40);
  g_assert_true (acquirer_key_plan_open (plan, master, base_bytes_span (field), &opened, NULL));
  for (guint i = 0; i < ACQUIRER_KEY_COUNT; i++)
    g_assert_true (made.keys[i] == NULL ? opened.keys[i] == NULL
                                        : base_bytes_equal (base_secret_span (made.keys[i]),
                                                            base_secret_span (opened.keys[i])));
}

static const struct
{
  const char *text;
  const char *says;
} mistakes[] = {
  { "cipher=rot13\ncheck=4\n40=pin 16 mac 16\nusual=40", "cipher" },
  { "cipher=tdes-ecb\ncheck=2\n36=pin 16 mac 16\nusual=36", "check" },
  { "cipher=tdes-ecb\ncheck=9\n50=pin 16 mac 16\nusual=50", "check" },
  { "cipher=tdes-ecb\ncheck=4\n41=pin 16 mac 16\nusual=41", "41" },
  { "cipher=tdes-ecb\ncheck=4\n40=pin 16 pin 16\nusual=40", "40" },
  { "cipher=tdes-ecb\ncheck=4\n40=pin 16 pan 16\nusual=40", "40" },
  { "cipher=tdes-ecb\ncheck=4\n20=pin 16\nusual=20", "20" },
  { "cipher=tdes-ecb\ncheck=4\n40=pin 16 mac\nusual=40", "40" },
  { "cipher=tdes-ecb\ncheck=4\n36=pin 12 mac 16\nusual=36", "36" },
  { "cipher=tdes-ecb\ncheck=4\n40=pin 16 mac 16\nusual=24", "usual" },
  { "cipher=tdes-ecb\ncheck=4\nusual=40", "usual" },
};

static void
test_mistakes (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (mistakes); i++)
    {
      g_autoptr (GKeyFile) file = g_key_file_new ();
      g_autofree char *text = g_strconcat ("[keys]\n", mistakes[i].text, NULL);
      g_autoptr (GError) error = NULL;

      g_assert_true (g_key_file_load_from_data (file, text, (gsize)-1, 0, NULL));
      g_assert_null (acquirer_key_plan_read (file, &error));
      g_assert_error (error, ACQUIRER_ERROR, ACQUIRER_ERROR_PROFILE);
      g_assert_nonnull (strstr (error->message, mistakes[i].says));
    }
}

/* AES, with the CMAC of zeros as check value: values by the openssl command. */
static void
test_aes (void)
{
  g_autoptr (AcquirerProfile) profile = acquirer_profile_load ("sandbox", NULL);
  const AcquirerKeyPlan *plan = acquirer_profile_key_plan (profile);
  g_autoptr (BaseSecret) master = base_secret_new_from_hex ("000102030405060708090A0B0C0D0E0F");
  g_autoptr (BaseSecret) key = base_secret_new_from_hex ("2B7E151628AED2A6ABF7158809CF4F3C");
  g_autoptr (GBytes) field
      = base_bytes_from_hex ("1AB729BB895C3BBACAD01C3BDD830DC17AD386C376", NULL);
  g_auto (AcquirerKeySet) set = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_true (acquirer_key_plan_has_master_mac (plan));
  g_assert_true (acquirer_key_plan_open (plan, master, base_bytes_span (field), &set, &error));
  g_assert_no_error (error);
  g_assert_true (
      base_bytes_equal (base_secret_span (set.keys[ACQUIRER_KEY_MAC]), base_secret_span (key)));
  g_assert_null (set.keys[ACQUIRER_KEY_PIN]);
}

static void
test_none (void)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) error = NULL;

  g_assert_null (acquirer_key_plan_read (file, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (acquirer_key_plan_name (ACQUIRER_KEY_MAC), ==, "mac");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/acquirer/key-plan/layouts", test_layouts);
  g_test_add_func ("/acquirer/key-plan/wrong", test_wrong);
  g_test_add_func ("/acquirer/key-plan/made", test_made);
  g_test_add_func ("/acquirer/key-plan/mistakes", test_mistakes);
  g_test_add_func ("/acquirer/key-plan/aes", test_aes);
  g_test_add_func ("/acquirer/key-plan/none", test_none);
  return g_test_run ();
}

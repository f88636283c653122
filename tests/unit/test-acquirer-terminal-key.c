/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which key a dialect's terminal is given: of the two that are shipped, and of the sandbox's with
 * another way to make MACs.
 */
#include "acquirer-terminal-key.h"

#include "base-data.h"

#include <string.h>

static void
test_shipped (void)
{
  static const struct
  {
    const char *profile;
    char version, algorithm;
  } cases[] = { { "unionpay", 'B', 'T' }, { "sandbox", 'D', 'A' } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (AcquirerProfile) profile = acquirer_profile_load (cases[i].profile, NULL);
      gboolean signs_in = acquirer_profile_key_plan (profile) != NULL;
      AcquirerTerminalKey key;

      g_assert_true (acquirer_terminal_key_find (profile, &key));
      g_assert_cmpint (key.version, ==, cases[i].version);
      g_assert_cmpint (key.algorithm, ==, cases[i].algorithm);
      g_assert_cmpint (key.purpose, ==, signs_in ? CRYPTO_KEYBLOCK_MASTER : CRYPTO_KEYBLOCK_MAC);
      g_assert_cmpstr (key.usage, ==, signs_in ? "K0" : "M6");
      g_assert_cmpstr (key.mac_algorithm, ==, signs_in ? NULL : "aes-cmac");
      g_assert_cmpint (key.mode, ==, signs_in ? 'D' : 'C');
    }
}

/* The shipped profile of UnionPay without its sign-in, or under another cipher. */
static AcquirerProfile *
change (const char *from, const char *to)
{
  g_autofree char *path = base_data_find ("acquirers/unionpay.ini");
  g_autofree char *text = base_data_read (path, ACQUIRER_PROFILE_SIZE_MAX, NULL, NULL);
  g_auto (GStrv) parts = g_strsplit (text, from, 2);
  g_autofree char *changed = g_strjoinv (to, parts);
  g_autoptr (GError) error = NULL;
  AcquirerProfile *profile;

  g_assert_cmpuint (g_strv_length (parts), ==, 2);
  profile = acquirer_profile_from_text (changed, &error);
  g_assert_no_error (error);
  return profile;
}

/* X9.143 has no letter for SM4: the key is there, and can't come in a block. */
static void
test_no_letter (void)
{
  g_autoptr (AcquirerProfile) profile = change ("cipher = tdes-ecb", "cipher = sm4-ecb");
  AcquirerTerminalKey key;

  g_assert_true (acquirer_terminal_key_find (profile, &key));
  g_assert_cmpint (key.algorithm, ==, '\0');
  g_assert_cmpstr (key.usage, ==, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/acquirer/terminal-key/shipped", test_shipped);
  g_test_add_func ("/acquirer/terminal-key/no-letter", test_no_letter);
  return g_test_run ();
}

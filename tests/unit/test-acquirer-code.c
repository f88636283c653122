/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Response codes: each has an action and words in both languages, and a list that hasn't is
 * refused.
 */
#include "acquirer-code.h"

#include "acquirer-profile.h"

#include <string.h>

static const struct
{
  const char *profile;
  const char *code;
  AcquirerAction action;
  const char *words, *words_zh;
} codes[] = {
  { "unionpay", "51", ACQUIRER_ACTION_DECLINE, "Not enough money on the card", "余额不足" },
  { "unionpay", "04", ACQUIRER_ACTION_PICK_UP, "The card is to be kept", "此卡被没收" },
  { "unionpay", "91", ACQUIRER_ACTION_RETRY, "The card's bank isn't there",
    "发卡方状态不正常，请稍后重试" },
  { "unionpay", "01", ACQUIRER_ACTION_CALL, "The card's bank wants to be asked",
    "请持卡人与发卡行联系" },
  { "unionpay", "A0", ACQUIRER_ACTION_SIGN_IN, "The message's code is wrong",
    "MAC校验错，请重新签到" },
  { "sandbox", "54", ACQUIRER_ACTION_DECLINE, "The card has expired", "卡已过期" },
};

static void
test_codes (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      g_autoptr (AcquirerProfile) profile = acquirer_profile_load (codes[i].profile, NULL);
      const AcquirerCode *code = acquirer_profile_code (profile, codes[i].code);

      g_assert_nonnull (code);
      g_assert_cmpint (code->action, ==, codes[i].action);
      g_assert_cmpstr (code->words, ==, codes[i].words);
      g_assert_cmpstr (code->words_zh, ==, codes[i].words_zh);
      g_assert_true (acquirer_profile_code_sign_in (profile, codes[i].code)
                     == (codes[i].action == ACQUIRER_ACTION_SIGN_IN));
      g_assert_null (acquirer_profile_code (profile, "00"));
      g_assert_null (acquirer_profile_code (profile, "ZZ"));
      g_assert_false (acquirer_profile_code_sign_in (profile, "ZZ"));
    }
  g_assert_cmpstr (acquirer_action_name (ACQUIRER_ACTION_PICK_UP), ==, "pick-up");
}

static void
test_mistakes (void)
{
  static const char *const mistakes[]
      = { "51=decline | Not enough money",        "51=decline | Not enough | 余额 | 不足",
          "51=pay | Not enough money | 余额不足", "51=decline |  | 余额不足",
          "51=decline | Not enough money |",      "5=decline | Not enough money | 余额不足",
          "510=decline | Not enough | 余额",      "51=" };

  for (guint i = 0; i < G_N_ELEMENTS (mistakes); i++)
    {
      g_autoptr (GKeyFile) file = g_key_file_new ();
      g_autofree char *text = g_strconcat ("[codes]\n", mistakes[i], NULL);
      g_autoptr (GError) error = NULL;

      g_assert_true (g_key_file_load_from_data (file, text, (gsize)-1, 0, NULL));
      g_assert_null (acquirer_codes_read (file, &error));
      g_assert_error (error, ACQUIRER_ERROR, ACQUIRER_ERROR_PROFILE);
    }
}

static void
test_none (void)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (AcquirerCodes) none = acquirer_codes_read (file, NULL);

  g_assert_null (acquirer_codes_find (none, "51"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/acquirer/code/codes", test_codes);
  g_test_add_func ("/acquirer/code/mistakes", test_mistakes);
  g_test_add_func ("/acquirer/code/none", test_none);
  return g_test_run ();
}

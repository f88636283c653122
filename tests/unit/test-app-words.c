/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-words.h"

/* Never only colour: each state has a word, and what isn't approved isn't green. */
static void
test_states (void)
{
  for (int state = TILL_PAYMENT_STATE_IDLE; state <= TILL_PAYMENT_STATE_CANCELLED; state++)
    {
      AppStateWords words
          = app_words_state ((TillPaymentState)state, TILL_APPROVED_BY_ACQUIRER, TRUE, TRUE);

      g_assert_nonnull (words.word);
      g_assert_cmpstr (words.word, !=, "");
      if (state != TILL_PAYMENT_STATE_APPROVED)
        g_assert_cmpint (words.tone, !=, APP_TONE_GOOD);
      g_assert_nonnull (
          app_words_state_sentence ((TillPaymentState)state, TILL_APPROVED_BY_ACQUIRER, TRUE));
    }
  g_assert_cmpint (app_words_state (TILL_PAYMENT_STATE_STORED, 0, FALSE, TRUE).tone, ==,
                   APP_TONE_STORED);
  g_assert_cmpint (app_words_state (TILL_PAYMENT_STATE_UNKNOWN, 0, FALSE, TRUE).tone, ==,
                   APP_TONE_UNKNOWN);
  g_assert_cmpint (app_words_state (TILL_PAYMENT_STATE_DECLINED, 0, FALSE, TRUE).tone, ==,
                   APP_TONE_STOP);
  g_assert_cmpint (
      app_words_state (TILL_PAYMENT_STATE_APPROVED, TILL_APPROVED_BY_CHIP, FALSE, TRUE).tone, ==,
      APP_TONE_OWED);
}

static void
test_reasons (void)
{
  g_autofree char *declined = app_words_reason ("declined", "51");
  g_autofree char *newer = app_words_reason ("never-heard-of", NULL);

  g_assert_true (g_str_has_suffix (declined, "(answer 51)"));
  g_assert_cmpstr (newer, ==, "never-heard-of");
  g_assert_null (app_words_reason (NULL, NULL));
  g_assert_cmpstr (app_words_device_reason ("paper-out", TRUE), ==, "paper out");
  g_assert_cmpstr (app_words_device_reason (NULL, FALSE), ==, "look at it");
}

static void
test_tones (void)
{
  for (int tone = APP_TONE_NEUTRAL; tone <= APP_TONE_ACCENT; tone++)
    {
      g_assert_true (g_str_has_prefix (app_words_tone_class ((AppTone)tone), "tone-"));
      if (tone != APP_TONE_NEUTRAL)
        g_assert_cmpstr (app_words_tone_shape ((AppTone)tone), !=, "");
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/words/states", test_states);
  g_test_add_func ("/app/words/reasons", test_reasons);
  g_test_add_func ("/app/words/tones", test_tones);
  return g_test_run ();
}

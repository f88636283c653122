/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-words.h"

#include "app-format.h"

#include <string.h>

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

/* Each limit refuses with its own figure. */
static void
test_limits (void)
{
  const AppLimits limits
      = { .sale_minor = 20000, .left_minor = 500, .left_count = 7, .count = 50, .hours = 24 };
  g_autofree char *left = app_words_limits_left (&limits);
  g_autofree char *sale = app_words_limit ("limit-sale", &limits);
  g_autofree char *sum = app_words_limit ("limit-sum", &limits);
  g_autofree char *count = app_words_limit ("limit-count", &limits);
  g_autofree char *age = app_words_limit ("limit-age", &limits);

  g_assert_nonnull (strstr (left, "200.00"));
  g_assert_nonnull (strstr (left, "5.00"));
  g_assert_nonnull (strstr (left, "7 sales"));
  g_assert_cmpstr (sale, ==, left);
  g_assert_cmpstr (sum, ==, left);
  g_assert_cmpstr (count, ==, "Limit: 50 stored sales");
  g_assert_cmpstr (age, ==, "Limit: 24 hours of waiting");
  g_assert_null (app_words_limit ("no-connection", &limits));
  g_assert_null (app_words_limit (NULL, &limits));
}

#define DAY_US (24 * G_TIME_SPAN_HOUR)

static void
test_certificates (void)
{
  const gint64 now_us = G_GINT64_CONSTANT (1700000000000000);
  g_autofree char *good = app_words_certificates (now_us + 31 * DAY_US, now_us);
  g_autofree char *soon = app_words_certificates (now_us + 29 * DAY_US, now_us);
  g_autofree char *past = app_words_certificates (now_us - DAY_US, now_us);

  g_assert_null (app_words_certificates (0, now_us));
  g_assert_cmpint (app_words_certificates_tone (0, now_us), ==, APP_TONE_NEUTRAL);
  g_assert_cmpint (app_words_certificates_tone (now_us + 31 * DAY_US, now_us), ==,
                   APP_TONE_NEUTRAL);
  g_assert_cmpint (app_words_certificates_tone (now_us + 29 * DAY_US, now_us), ==, APP_TONE_NOTE);
  g_assert_cmpint (app_words_certificates_tone (now_us, now_us), ==, APP_TONE_STOP);
  g_assert_true (g_str_has_prefix (good, "Good until 2023-12-1"));
  g_assert_nonnull (strstr (soon, "ends on"));
  g_assert_nonnull (strstr (past, "ended on"));
}

static void
test_settlement (void)
{
  const gint64 now_us = G_GINT64_CONSTANT (1700000000000000);
  const TillSettlement cases[] = {
    { .known = TRUE },
    { .known = TRUE, .asked_us = now_us, .agreed = TRUE, .till_count = 3, .till_minor = 900 },
    { .known = TRUE,
      .asked_us = now_us,
      .agreed = TRUE,
      .moved = TRUE,
      .count = 5,
      .till_count = 3 },
    { .known = TRUE, .asked_us = now_us, .till_count = 3, .host_count = 2 },
    { .known = TRUE, .settling = TRUE },
    { .known = TRUE, .settled_us = now_us, .last_agreed = TRUE, .last_count = 8 },
    { .known = TRUE, .settled_us = now_us, .last_differences = 1 },
  };
  static const struct
  {
    AppTone tone;
    const char *words;
  } wanted[] = {
    { APP_TONE_NEUTRAL, "not been compared" }, { APP_TONE_GOOD, "agree: 3 records" },
    { APP_TONE_GOOD, "2 records since" },      { APP_TONE_STOP, "They differ" },
    { APP_TONE_NOTE, "being settled" },        { APP_TONE_GOOD, "agreed at the settlement" },
    { APP_TONE_STOP, "in 1 record" },
  };
  const TillSettlement none = { 0 };
  AppTone tone;

  app_format_set_currency ("CNY");
  g_assert_null (app_words_settlement (&none, now_us, &tone));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *words = app_words_settlement (&cases[i], now_us, &tone);

      g_test_message ("%s", words);
      g_assert_cmpint (tone, ==, wanted[i].tone);
      g_assert_nonnull (strstr (words, wanted[i].words));
    }
}

static void
test_copy (void)
{
  const gint64 now_us = g_get_real_time ();
  const TillCopy cases[] = {
    { .folder = NULL },
    { .folder = "/media/stick" },
    { .folder = "/media/stick", .problem = "Its disk is full", .behind = 3, .since_us = now_us },
    { .folder = "/media/stick", .problem = "Its disk is full", .behind = -1, .since_us = now_us },
  };
  static const struct
  {
    const char *words;
    AppTone tone;
  } wanted[] = {
    { "None. ", APP_TONE_NEUTRAL },
    { "✓ The copy in “/media/stick” has all", APP_TONE_GOOD },
    { "; it lacks 3 entries. Its disk is full.", APP_TONE_NOTE },
    { "▲ The copy in “/media/stick” does not follow, since ", APP_TONE_NOTE },
  };
  AppTone tone;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *words = app_words_copy (&cases[i], now_us, &tone);

      g_test_message ("%s", words);
      g_assert_cmpint (tone, ==, wanted[i].tone);
      g_assert_nonnull (strstr (words, wanted[i].words));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/words/copy", test_copy);
  g_test_add_func ("/app/words/states", test_states);
  g_test_add_func ("/app/words/reasons", test_reasons);
  g_test_add_func ("/app/words/limits", test_limits);
  g_test_add_func ("/app/words/tones", test_tones);
  g_test_add_func ("/app/words/certificates", test_certificates);
  g_test_add_func ("/app/words/settlement", test_settlement);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Answers to GENERATE AC without a combined signature; with one: test-emv-oda.
 */
#include "emv-testing.h"

#define AAC EMV_CRYPTOGRAM_AAC
#define TC EMV_CRYPTOGRAM_TC
#define ARQC EMV_CRYPTOGRAM_ARQC
#define CODE "A1A2A3A4A5A6A7A8"
#define LISTS "8C039F02068D028A02"
#define FIRST(kind)                                                                                \
  "80AE" kind "0006"                                                                               \
  "000000005000"                                                                                   \
  "00>"
#define SECOND(kind)                                                                               \
  "80AE" kind "0002"                                                                               \
  "0000"                                                                                           \
  "00>"
#define NO -1

static const struct
{
  const char *talk;
  EmvCryptogram asked;
  gboolean second;
  int says; /* NO: the card's answer is wrong */
  const char *issuer_data, *reason;
} rows[] = {
  /* format 1 and format 2 */
  { FIRST ("40") "800B400001" CODE "9000", TC, FALSE, EMV_SAYS_APPROVES, NULL, NULL },
  { FIRST ("40") "800F400001" CODE "060102039000", TC, FALSE, EMV_SAYS_APPROVES, "06010203", NULL },
  { FIRST ("80") "77149F2701809F360200019F2608" CODE "9000", ARQC, FALSE, EMV_SAYS_ASKS, NULL,
    NULL },
  { FIRST ("80") "77199F3602000100009F1000"
                 "9F2608" CODE "9F2701809000",
    ARQC, FALSE, EMV_SAYS_ASKS, NULL, NULL },
  /* the card may answer with less, never with more */
  { FIRST ("40") "800B800001" CODE "9000", TC, FALSE, EMV_SAYS_ASKS, NULL, NULL },
  { FIRST ("40") "800B000001" CODE "9000", TC, FALSE, EMV_SAYS_REFUSES, NULL, NULL },
  { FIRST ("80") "800B000001" CODE "9000", ARQC, FALSE, EMV_SAYS_REFUSES, NULL, NULL },
  { FIRST ("80") "800B400001" CODE "9000", ARQC, FALSE, NO, NULL, "card-error" },
  { FIRST ("00") "800B000001" CODE "9000", AAC, FALSE, EMV_SAYS_REFUSES, NULL, NULL },
  { FIRST ("00") "800B400001" CODE "9000", AAC, FALSE, NO, NULL, "card-error" },
  { FIRST ("00") "800B800001" CODE "9000", AAC, FALSE, NO, NULL, "card-error" },
  { FIRST ("40") "800BC00001" CODE "9000", TC, FALSE, NO, NULL, "card-error" }, /* no such kind */
  { FIRST ("80") "800B010001" CODE "9000", ARQC, FALSE, EMV_SAYS_REFUSES, NULL, "not-accepted" },
  /* the second is a TC or an AAC */
  { SECOND ("40") "800B400001" CODE "9000", TC, TRUE, EMV_SAYS_APPROVES, NULL, NULL },
  { SECOND ("40") "800B000001" CODE "9000", TC, TRUE, EMV_SAYS_REFUSES, NULL, NULL },
  { SECOND ("40") "800B800001" CODE "9000", TC, TRUE, NO, NULL, "card-error" },
  { SECOND ("00") "800B400001" CODE "9000", AAC, TRUE, NO, NULL, "card-error" },
  { SECOND ("40") "77149F2701409F360200019F2608" CODE "9000", TC, TRUE, EMV_SAYS_APPROVES, NULL,
    NULL },
  /* a signature that nobody asked for is no cryptogram */
  { FIRST ("80") "770E9F2701809F360200019F4B02AABB9000", ARQC, FALSE, NO, NULL, "card-error" },
  { SECOND ("40") "770E9F2701409F360200019F4B02AABB9000", TC, TRUE, NO, NULL, "card-error" },
  /* answers that lack something, or have too much */
  { FIRST ("80") "77099F2701809F360200019000", ARQC, FALSE, NO, NULL, "card-error" },
  { FIRST ("80") "770F9F2701809F2608" CODE "9000", ARQC, FALSE, NO, NULL, "card-error" },
  { FIRST ("80") "77109F360200019F2608" CODE "9000", ARQC, FALSE, NO, NULL, "card-error" },
  { FIRST ("80") "77139F2701809F360200019F2607A1A2A3A4A5A6A79000", ARQC, FALSE, NO, NULL,
    "card-error" },
  { FIRST ("80") "77159F2701809F360200019F2608" CODE "9F9000", ARQC, FALSE, NO, NULL,
    "card-error" },
  { FIRST ("80") "800A800001A1A2A3A4A5A6A79000", ARQC, FALSE, NO, NULL, "card-error" },
  { FIRST ("80") "9000", ARQC, FALSE, NO, NULL, "card-error" },
  { FIRST ("80") "6985", ARQC, FALSE, NO, NULL, "card-error" },
  { FIRST ("80") "-", ARQC, FALSE, NO, NULL, "card-removed" },
  { FIRST ("80") "!", ARQC, FALSE, NO, NULL, "reader-fault" },
};

static void
check_row (guint i)
{
  EmvSays says = EMV_SAYS_ENDED;
  EmvStep step;
  EmvTest test;

  emv_testing_init (&test);
  emv_testing_start (&test, rows[i].talk);
  emv_testing_put (&test, LISTS);
  if (rows[i].second) /* what the first left */
    emv_testing_put (&test, "9F2701809F360200019F26080102030405060708");
  step = rows[i].second ? emv_cryptogram_second (test.kernel, rows[i].asked, &says)
                        : emv_cryptogram_first (test.kernel, rows[i].asked, &says);
  g_test_message ("row %u", i);
  g_assert_cmpint (step, ==, rows[i].says == NO ? EMV_STEP_END : EMV_STEP_ON);
  g_assert_cmpstr (test.kernel->reason, ==, rows[i].reason);
  if (rows[i].says != NO)
    {
      g_assert_cmpint ((int)says, ==, rows[i].says);
      emv_testing_check (&test, 0x9F26, CODE);
      emv_testing_check (&test, 0x9F36, "0001");
      emv_testing_check (&test, 0x9F10, rows[i].issuer_data);
      emv_testing_check (&test, 0x9B, "2000");
    }
  emv_testing_clear (&test);
}

static void
test_answers (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    check_row (i);
}

/* What the issuer said with the first cryptogram isn't said with a second that has none of it. */
static void
test_issuer_data (void)
{
  EmvSays says;
  EmvTest test;

  emv_testing_init (&test);
  emv_testing_start (&test, SECOND ("40") "800B400001" CODE "9000");
  emv_testing_put (&test, LISTS "9F100406010203");
  g_assert_cmpint (emv_cryptogram_second (test.kernel, TC, &says), ==, EMV_STEP_ON);
  emv_testing_check (&test, 0x9F10, NULL);
  emv_testing_clear (&test);
}

/* A list that wants a hash over the card's TDOL, or else over the shop's, which is told; SHA-1 of
 * 0156 and of 000000005000. */
static void
test_hash (void)
{
  static const struct
  {
    const char *objects, *hash, *tvr;
  } lists[] = {
    { "8C029814"
      "97039F1A02",
      "082EF52FD0CEB05E5C309847566D8AC365C388ED", "0000000000" },
    { "8C029814", "45A3C514854521D90E687340574B79CC326409B1", "0000000080" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    {
      g_autofree char *talk
          = g_strdup_printf ("80AE400014%s00>800B400001" CODE "9000", lists[i].hash);
      EmvApplicationRules *rules;
      EmvSays says;
      EmvTest test;

      emv_testing_init (&test);
      rules = emv_testing_rules (&test, 0);
      emv_testing_fill (rules->tdol, 3, "9F0206");
      rules->tdol_size = 3;
      emv_testing_start (&test, talk);
      emv_testing_put (&test, lists[i].objects);
      g_assert_cmpint (emv_cryptogram_first (test.kernel, TC, &says), ==, EMV_STEP_ON);
      emv_testing_check (&test, 0x98, lists[i].hash);
      emv_testing_check (&test, 0x95, lists[i].tvr);
      emv_testing_clear (&test);
    }
}

/* Lists that can't be filled end it before the card is asked. */
static void
test_lists (void)
{
  static const char *const lists[] = { "8C029F02", "8C039F02FF", "8C02981497039F02FF" };

  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    {
      EmvSays says;
      EmvTest test;

      emv_testing_init (&test);
      emv_testing_start (&test, "");
      emv_testing_put (&test, lists[i]);
      g_assert_cmpint (emv_cryptogram_first (test.kernel, TC, &says), ==, EMV_STEP_END);
      g_assert_cmpstr (test.kernel->reason, ==, "card-error");
      emv_testing_clear (&test);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/emv/cryptogram/answers", test_answers);
  g_test_add_func ("/emv/cryptogram/issuer-data", test_issuer_data);
  g_test_add_func ("/emv/cryptogram/hash", test_hash);
  g_test_add_func ("/emv/cryptogram/lists", test_lists);
  return g_test_run ();
}

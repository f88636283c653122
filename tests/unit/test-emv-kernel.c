/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The phases in their order and what comes out at the end; whole cards of every kind:
 * test-training-chip.
 */
#include "emv-testing.h"

#define CODE "A1A2A3A4A5A6A7A8"
#define NO_PSE "00A404000E315041592E5359532E444446303100>6A82 "
#define NAME                                                                                       \
  "00A4040007F054494C4C0102"                                                                       \
  "00>"
#define OPENED NAME "6F0D8407F054494C4C0102A50250009000 "
#define FOUND NO_PSE OPENED OPENED
#define OPTIONS "80A8000002830000>"
#define RECORD "00B2010C00>"
#define READ                                                                                       \
  RECORD "7031"                                                                                    \
         "5A086200000000000005"                                                                    \
         "5F2403351231"                                                                            \
         "8C039F02068D028A02"                                                                      \
         "9F0E050000000000"                                                                        \
         "9F0F050000000000"                                                                        \
         "9F0D050000000000"                                                                        \
         "9000 "
#define CARD FOUND OPTIONS "80060400080101009000 " READ
#define FIRST(kind)                                                                                \
  "80AE" kind "0006"                                                                               \
  "000000005000"                                                                                   \
  "00>"
#define SECOND(kind, code) "80AE" kind "0002" code "00>"
#define SAYS(cid) "800B" cid "0001" CODE "9000 "
#define PROOF                                                                                      \
  "0102030405060708"                                                                               \
  "3030"

/* ---- To the first cryptogram ---- */

static const struct
{
  const char *talk;
  EmvSays says;
  const char *reason, *code;
  gboolean fall_back;
} firsts[] = {
  { CARD FIRST ("40") SAYS ("40"), EMV_SAYS_APPROVES, NULL, "5931" },
  { CARD FIRST ("40") SAYS ("80"), EMV_SAYS_ASKS, NULL, "5931" },
  { CARD FIRST ("40") SAYS ("00"), EMV_SAYS_REFUSES, NULL, "5A31" },
  { CARD FIRST ("40") SAYS ("01"), EMV_SAYS_REFUSES, "not-accepted", "5A31" },
  /* the stripe is left open where the chip couldn't be used, before it was asked for anything */
  { CARD FIRST ("40") "6985", EMV_SAYS_ENDED, "card-error", "5931" },
  { CARD FIRST ("40") "-", EMV_SAYS_ENDED, "card-removed", "5931" },
  { CARD FIRST ("40") "~", EMV_SAYS_ENDED, "card-mute", "5931" },
  { NO_PSE NAME "6A82", EMV_SAYS_ENDED, "no-application", NULL, TRUE },
  { NO_PSE NAME "6A81", EMV_SAYS_ENDED, "card-blocked", NULL },
  { NO_PSE NAME "6F0D8407F054494C4C0102A50250006283", EMV_SAYS_ENDED, "application-blocked", NULL },
  { FOUND OPTIONS "6A80", EMV_SAYS_ENDED, "card-error", NULL, TRUE },
  { FOUND OPTIONS "-", EMV_SAYS_ENDED, "card-removed", NULL },
  { FOUND OPTIONS "~", EMV_SAYS_ENDED, "card-mute", NULL },
  { FOUND OPTIONS "!", EMV_SAYS_ENDED, "reader-fault", NULL },
  { FOUND OPTIONS "80060400080101009000 " RECORD "6A83", EMV_SAYS_ENDED, "card-error", NULL, TRUE },
  /* not under these conditions: no other is left */
  { FOUND OPTIONS "6985", EMV_SAYS_ENDED, "no-application", NULL, TRUE },
};

static void
phase_cb (gpointer ctx, EmvPhase phase)
{
  guint *seen = ctx;

  *seen |= 1u << phase;
}

static void
test_run (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (firsts); i++)
    {
      EmvTest test;
      guint seen = 0;

      emv_testing_init (&test);
      test.holder = (EmvHolder){ .phase = phase_cb, .ctx = &seen };
      emv_testing_start (&test, firsts[i].talk);
      g_test_message ("row %u", i);
      g_assert_cmpint (emv_kernel_run (test.kernel), ==, firsts[i].says);
      g_assert_cmpstr (emv_kernel_reason (test.kernel), ==, firsts[i].reason);
      g_assert_cmpint (emv_kernel_may_fall_back (test.kernel), ==, firsts[i].fall_back);
      emv_testing_check (&test, 0x8A, firsts[i].code);
      g_assert_true ((seen & 1u << EMV_PHASE_SELECT) != 0);
      g_assert_cmpint ((seen & 1u << EMV_PHASE_FIRST) != 0, ==, firsts[i].code != NULL);
      if (firsts[i].says != EMV_SAYS_ENDED)
        emv_testing_check_results (&test, "8000000000", "2800");
      emv_testing_clear (&test);
    }
}

/* Another application is tried from its beginning: nothing of the first is left. */
static void
test_next (void)
{
  EmvTest test;

  emv_testing_init (&test);
  emv_testing_start (&test, NO_PSE NAME
                     "6F0E8408F054494C4C010201A50250009000 "
                     "00A4040207F054494C4C010200>6F0D8407F054494C4C0102A50250009000 "
                     "00A4040008F054494C4C01020100>6F118408F054494C4C010201A5058701015000"
                     "9000 " OPTIONS "6985 " OPENED OPTIONS
                     "80060400080101009000 " READ FIRST ("40") SAYS ("40"));
  g_assert_cmpint (emv_kernel_run (test.kernel), ==, EMV_SAYS_APPROVES);
  emv_testing_check (&test, 0x84, "F054494C4C0102");
  emv_testing_check (&test, 0x87, NULL);
  emv_testing_clear (&test);
}

/* ---- After the issuer ---- */

static const struct
{
  EmvOnlineHow how;
  const char *code, *issuer, *talk;
  EmvSays says;
  const char *reason, *shown, *tvr, *tsi;
} seconds[] = {
#define ANSWERED EMV_ONLINE_ANSWERED
#define TVR "8000000800"
  { ANSWERED, "00", "", SECOND ("40", "3030") SAYS ("40"), EMV_SAYS_APPROVES, NULL, "3030", TVR,
    "2800" },
  { ANSWERED, "05", "", SECOND ("00", "3035") SAYS ("00"), EMV_SAYS_REFUSES, NULL, "3035", TVR,
    "2800" },
  { ANSWERED, "00", "", SECOND ("40", "3030") SAYS ("00"), EMV_SAYS_REFUSES, NULL, "3030", TVR,
    "2800" }, /* approved, and refused by the card: to be reversed */
  { ANSWERED, "00", "910A" PROOF, "008200000A" PROOF ">9000 " SECOND ("40", "3030") SAYS ("40"),
    EMV_SAYS_APPROVES, NULL, "3030", TVR, "3800" },
  { ANSWERED, "00", "910A" PROOF, "008200000A" PROOF ">6300 " SECOND ("40", "3030") SAYS ("40"),
    EMV_SAYS_APPROVES, NULL, "3030", "8000000840", "3800" },
  { ANSWERED, "00", "910A" PROOF, "008200000A" PROOF ">-", EMV_SAYS_ENDED, "card-removed", "3030",
    TVR, "2800" },
  { ANSWERED, "00",
    "7106"
    "860484180000"
    "7206"
    "860484180001",
    "84180000>9000 " SECOND ("40", "3030") SAYS ("40") "84180001>6985", EMV_SAYS_APPROVES, NULL,
    "3030", "8000000810", "2C00" },
  { ANSWERED, "00",
    "7106"
    "860484180000",
    "84180000>-", EMV_SAYS_ENDED, "card-removed", "3030", "8000000820", "2C00" },
  /* torn out after its last word: that stands */
  { ANSWERED, "00",
    "7206"
    "860484180001",
    SECOND ("40", "3030") SAYS ("40") "84180001>-", EMV_SAYS_APPROVES, NULL, "3030", "8000000810",
    "2C00" },
  { ANSWERED, "00", "", SECOND ("40", "3030") "-", EMV_SAYS_ENDED, "card-removed", "3030", TVR,
    "2800" },
  { ANSWERED, "00", "", SECOND ("40", "3030") "~", EMV_SAYS_ENDED, "card-mute", "3030", TVR,
    "2800" },
  { ANSWERED, "00", "", SECOND ("40", "3030") SAYS ("80"), EMV_SAYS_ENDED, "card-error", "3030",
    TVR, "2800" },
  /* nothing was sent: default action; nobody knows: the card shall refuse */
  { EMV_ONLINE_UNABLE, "", "", SECOND ("40", "5933") SAYS ("40"), EMV_SAYS_APPROVES, NULL, "5933",
    TVR, "2800" },
  { EMV_ONLINE_UNABLE, "", "", SECOND ("40", "5933") SAYS ("00"), EMV_SAYS_REFUSES, NULL, "5A33",
    TVR, "2800" },
  { EMV_ONLINE_LOST, "", "", SECOND ("00", "5A33") SAYS ("00"), EMV_SAYS_REFUSES, NULL, "5A33", TVR,
    "2800" },
};

static void
test_finish (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (seconds); i++)
    {
      g_autofree char *talk = g_strconcat (CARD FIRST ("80") SAYS ("80"), seconds[i].talk, NULL);
      g_autoptr (GBytes) issuer = base_bytes_from_hex (seconds[i].issuer, NULL);
      EmvOnline online = { .how = seconds[i].how,
                           .approved = g_str_equal (seconds[i].code, "00"),
                           .issuer_data = base_bytes_span (issuer) };
      EmvTest test;

      g_strlcpy (online.code, seconds[i].code, sizeof online.code);
      emv_testing_init (&test);
      test.sale.force_online = TRUE;
      emv_testing_start (&test, talk);
      g_test_message ("row %u", i);
      g_assert_cmpint (emv_kernel_run (test.kernel), ==, EMV_SAYS_ASKS);
      g_assert_cmpint (emv_kernel_finish (test.kernel, &online), ==, seconds[i].says);
      g_assert_cmpstr (emv_kernel_reason (test.kernel), ==, seconds[i].reason);
      emv_testing_check (&test, 0x8A, seconds[i].shown);
      emv_testing_check_results (&test, seconds[i].tvr, seconds[i].tsi);
      emv_testing_clear (&test);
    }
}

/* What the terminal and the sale are, as a card may ask for it. */
static void
test_objects (void)
{
  static const struct
  {
    guint32 tag;
    const char *value;
  } objects[] = {
    { 0x9F02, "000000005000" },
    { 0x9F03, "000000000000" },
    { 0x81, "00001388" },
    { 0x9F04, "00000000" },
    { 0x5F2A, "0156" },
    { 0x5F36, "02" },
    { 0x9A, "261123" },
    { 0x9F21, "143000" },
    { 0x9C, "00" },
    { 0x9F41, "00000017" },
    { 0x9F37, "1A2B3C4D" },
    { 0x9F33, "E028C8" },
    { 0x9F40, "6000F0A001" },
    { 0x9F35, "22" },
    { 0x9F1A, "0156" },
    { 0x9F15, "5411" },
    { 0x9F39, "05" },
    { 0x9F1C, "3030303030303031" },
    { 0x9F1E, "54494C4C30303031" },
  };
  EmvTest test;

  emv_testing_init (&test);
  emv_testing_start (&test, "");
  for (guint i = 0; i < G_N_ELEMENTS (objects); i++)
    emv_testing_check (&test, objects[i].tag, objects[i].value);
  emv_testing_clear (&test);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/emv/kernel/run", test_run);
  g_test_add_func ("/emv/kernel/next", test_next);
  g_test_add_func ("/emv/kernel/finish", test_finish);
  g_test_add_func ("/emv/kernel/objects", test_objects);
  return g_test_run ();
}

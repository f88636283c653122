/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emv-testing.h"

#define AAC EMV_CRYPTOGRAM_AAC
#define TC EMV_CRYPTOGRAM_TC
#define ARQC EMV_CRYPTOGRAM_ARQC

static const struct
{
  const char *tvr, *tac_denial, *tac_online, *tac_default;
  const char *iacs; /* 9F0E, 9F0F, 9F0D as the card has them */
  gboolean no_line, unable, force;
  EmvCryptogram asked;
  const char *code; /* 8A; NULL: none yet */
} rows[] = {
#define NONE "0000000000"
#define CALM                                                                                       \
  "9F0E050000000000"                                                                               \
  "9F0F050000000000"                                                                               \
  "9F0D050000000000"
  { NONE, NONE, NONE, NONE, CALM, .asked = TC, .code = "5931" },
  /* each code, the acquirer's and the issuer's, by its own */
  { "0040000000", "0040000000", NONE, NONE, CALM, .asked = AAC, .code = "5A31" },
  { "0040000000", NONE, NONE, NONE, "9F0E0500400000009F0F0500000000009F0D050000000000",
    .asked = AAC, .code = "5A31" },
  { "0040000000", NONE, "0040000000", NONE, CALM, .asked = ARQC },
  { "0040000000", NONE, NONE, NONE, "9F0E0500000000009F0F0500400000009F0D050000000000",
    .asked = ARQC },
  { "0040000000", NONE, NONE, "0040000000", CALM, .unable = TRUE, .asked = AAC, .code = "5A33" },
  { "0040000000", NONE, NONE, NONE, "9F0E0500000000009F0F0500000000009F0D050040000000",
    .unable = TRUE, .asked = AAC, .code = "5A33" },
  { "0040000000", NONE, NONE, "0000000001", CALM, .unable = TRUE, .asked = TC, .code = "5933" },
  /* denied goes before online */
  { "0040000000", "0040000000", "0040000000", NONE, CALM, .asked = AAC, .code = "5A31" },
  /* a bit elsewhere doesn't match; the last bit of the last byte does */
  { "0020000000", "0040000000", "0040000000", NONE, CALM, .asked = TC, .code = "5931" },
  { "0000000001", "0000000001", NONE, NONE, CALM, .asked = AAC, .code = "5A31" },
  /* default means nothing while there is a line */
  { "0040000000", NONE, NONE, "FFFFFFFFFF", CALM, .asked = TC, .code = "5931" },
  /* no line was ever there: default, not online */
  { "0040000000", NONE, "0040000000", NONE, CALM, .no_line = TRUE, .asked = TC, .code = "5931" },
  { "0040000000", NONE, NONE, "0040000000", CALM, .no_line = TRUE, .asked = AAC, .code = "5A31" },
  { "0040000000", "0040000000", NONE, NONE, CALM, .no_line = TRUE, .asked = AAC, .code = "5A31" },
  /* an issuer that says nothing denies nothing and wants all else online */
  { "0000000001", NONE, NONE, NONE, "", .asked = ARQC },
  { "0000000001", NONE, NONE, NONE, "", .unable = TRUE, .asked = AAC, .code = "5A33" },
  { "0000000001", NONE, NONE, NONE, "", .no_line = TRUE, .asked = AAC, .code = "5A31" },
  { NONE, NONE, NONE, NONE, "", .asked = TC, .code = "5931" },
  { NONE, NONE, NONE, NONE, "", .unable = TRUE, .asked = TC, .code = "5933" },
  /* the merchant's wish goes online by itself, and isn't stronger than a denial */
  { "0000000800", NONE, NONE, NONE, CALM, .force = TRUE, .asked = ARQC },
  { "0040000800", "0040000000", NONE, NONE, CALM, .force = TRUE, .asked = AAC, .code = "5A31" },
};

static void
test_decide (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      EmvTest test;
      EmvApplicationRules *rules;

      emv_testing_init (&test);
      rules = emv_testing_rules (&test, 0);
      emv_testing_fill (rules->tac_denial, EMV_CODES_SIZE, rows[i].tac_denial);
      emv_testing_fill (rules->tac_online, EMV_CODES_SIZE, rows[i].tac_online);
      emv_testing_fill (rules->tac_default, EMV_CODES_SIZE, rows[i].tac_default);
      test.sale.online = !rows[i].no_line;
      test.sale.force_online = rows[i].force;
      emv_testing_start (&test, "");
      emv_testing_put (&test, rows[i].iacs);
      emv_testing_results (&test, rows[i].tvr);
      g_test_message ("row %u", i);
      g_assert_cmphex (emv_action_decide (test.kernel, rows[i].unable), ==, rows[i].asked);
      emv_testing_check (&test, 0x8A, rows[i].code);
      emv_testing_clear (&test);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/emv/action/decide", test_decide);
  return g_test_run ();
}

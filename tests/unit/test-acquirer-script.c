/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Rules for scripts as they are written, and the bytes they become: worked out with Python's
 * cryptography, not with our code.
 */
#include "acquirer-script.h"

#include "training-issuer.h"

static const char *const wrongs[] = {
  "all",
  "all=72",
  "all=72:",
  "all=73:block-card",
  "all=70:block-card",
  "1=72:block-card",
  "100=72:block-card",
  "all=72:block",
  "all=72:put/9F14",
  "all=72:put/9F14/",
  "all=72:put/9F14/5",
  "all=72:put/12345/05",
  "all=72:put/9F14/0102030405060708090A0B0C0D0E0F1011",
  "all=72:block-card+block-card+block-card+block-card+block-card",
  "all=72:block-card,",
  "00=71:block-card,01=71:block-card,02=71:block-card,03=71:block-card,04=71:block-card,"
  "05=71:block-card,06=71:block-card,07=71:block-card,08=71:block-card",
};

static void
test_wrongs (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (wrongs); i++)
    {
      AcquirerScripts scripts = { 0 };
      g_autoptr (GError) error = NULL;

      g_assert_false (acquirer_script_parse (&scripts, wrongs[i], &error));
      g_assert_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE);
    }
}

#define SPEC "50=72:block-application+put/9F14/05,all=71:wrong-unblock-pin"
#define AFTER "72269F180400000001860D841E0000087CCD4F0788752AC4860E84DA9F14090580A392385AF710EB"
#define BEFORE "71169F180400000002860D8424000008704341754D1C60C7"

static char *
put (const char *spec, gint64 amount_minor, gsize room)
{
  static const guint8 cryptogram[] = { 0x1B, 0xAD, 0x04, 0x13, 0x7B, 0xB7, 0xC6, 0x41 };
  g_autoptr (BaseSecret) key = training_issuer_script_key (BASE_SPAN_STR ("6200000000000005"), 1);
  AcquirerScriptCard card = { key, cryptogram, 0x0123, amount_minor };
  AcquirerScripts scripts = { 0 };
  g_auto (BaseWriter) writer = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_true (acquirer_script_parse (&scripts, spec, &error));
  g_assert_no_error (error);
  base_writer_init (&writer, room);
  return acquirer_script_put (&scripts, &card, &writer)
             ? base_bytes_to_hex (base_writer_span (&writer))
             : NULL;
}

static void
test_bytes (void)
{
  static const struct
  {
    const char *spec;
    gint64 amount_minor;
    gsize room;
    const char *hex;
  } puts[] = {
    { SPEC, 12550, 64, AFTER BEFORE }, { SPEC, 12550, 63, NULL }, { SPEC, 12551, 64, BEFORE },
    { NULL, 12550, 64, "" },           { "", 12550, 64, "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (puts); i++)
    {
      g_autofree char *hex = put (puts[i].spec, puts[i].amount_minor, puts[i].room);

      g_assert_cmpstr (hex, ==, puts[i].hex);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/acquirer/script/wrongs", test_wrongs);
  g_test_add_func ("/acquirer/script/bytes", test_bytes);
  return g_test_run ();
}

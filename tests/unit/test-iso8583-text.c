/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "iso8583-text.h"

#include "acquirer-error.h"

#include <string.h>

static const struct
{
  Iso8583Format format;
  const char *text;
  gsize allowed;
} texts[] = {
  { ISO8583_FORMAT_N, "", 0 },          { ISO8583_FORMAT_N, "0123456789", 10 },
  { ISO8583_FORMAT_N, "12a4", 2 },      { ISO8583_FORMAT_N, "/", 0 },
  { ISO8583_FORMAT_N, ":", 0 },         { ISO8583_FORMAT_A, "Az z", 4 },
  { ISO8583_FORMAT_A, "A1", 1 },        { ISO8583_FORMAT_AN, "A1 z", 4 },
  { ISO8583_FORMAT_AN, "A1-z", 2 },     { ISO8583_FORMAT_ANS, " !~z", 4 },
  { ISO8583_FORMAT_ANS, "a\177", 1 },   { ISO8583_FORMAT_ANS, "a\303\251", 1 },
  { ISO8583_FORMAT_Z, "62=ABCDEF", 9 }, { ISO8583_FORMAT_Z, "62=a", 3 },
  { ISO8583_FORMAT_B, "09afAF", 6 },    { ISO8583_FORMAT_B, "0g", 1 },
};

static void
test_allowed (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_assert_cmpuint (iso8583_text_allowed (texts[i].format, (const guint8 *)texts[i].text,
                                            strlen (texts[i].text)),
                      ==, texts[i].allowed);
}

static void
test_fault (void)
{
  Iso8583Dialect dialect = { .fields[4] = { .format = ISO8583_FORMAT_N, .name = "amount" } };
  g_autoptr (GError) error = NULL;

  g_assert_false (iso8583_text_fault (&error, &dialect, 4, 23, "wanted format %s",
                                      iso8583_text_format (&dialect.fields[4])));
  g_assert_error (error, ACQUIRER_ERROR, ACQUIRER_ERROR_FIELD);
  g_assert_cmpstr (error->message, ==, "Field 4 (amount) at byte 23: wanted format n");
  g_clear_error (&error);
  g_assert_false (iso8583_text_fault (&error, &dialect, 0, 2, "wanted more"));
  g_assert_cmpstr (error->message, ==, "At byte 2: wanted more");
}

/* Each of the 256 at each place of a text that is looked at eight at a time. */
static void
test_every_character (void)
{
  for (guint c = 0; c < 256; c++)
    for (gsize at = 0; at < 19; at++)
      {
        guint8 text[19] = "Printable as it is.";

        text[at] = (guint8)c;
        g_assert_cmpuint (iso8583_text_allowed (ISO8583_FORMAT_ANS, text, sizeof text), ==,
                          c >= ' ' && c <= '~' ? sizeof text : at);
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/iso8583/text/allowed", test_allowed);
  g_test_add_func ("/iso8583/text/every-character", test_every_character);
  g_test_add_func ("/iso8583/text/fault", test_fault);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "iso8583-dialect.h"

#include "acquirer-error.h"

#include <string.h>

#define CODEC                                                                                      \
  "[codec]\nframe=bcd2\nprefix=60 00\nmti=ascii\nbitmap=hex\nfields=64\nlength=ascii\n"            \
  "length_unit=bytes\npad=15\n"

static gboolean
load (Iso8583Dialect *dialect, const char *text, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();

  g_assert_true (g_key_file_load_from_data (file, text, (gsize)-1, 0, NULL));
  return iso8583_dialect_init (dialect, file, error);
}

static void
test_codec (void)
{
  Iso8583Dialect dialect;

  g_assert_true (load (&dialect, CODEC "[fields]\n3=n 6 bcd | code\n", NULL));
  g_assert_cmpint (dialect.frame, ==, ISO8583_FRAME_BCD2);
  g_assert_cmpint (dialect.mti, ==, ISO8583_ENCODING_ASCII);
  g_assert_cmpint (dialect.bitmap, ==, ISO8583_ENCODING_HEX);
  g_assert_cmpint (dialect.length, ==, ISO8583_ENCODING_ASCII);
  g_assert_true (dialect.length_in_bytes);
  g_assert_cmpuint (dialect.pad_nibble, ==, 15);
  g_assert_cmpuint (dialect.field_max, ==, 64);
  g_assert_cmpuint (dialect.prefix_size, ==, 2);
  g_assert_cmpuint (dialect.prefix[0], ==, 0x60);
}

static const struct
{
  const char *line;
  Iso8583Field field;
} good[] = {
  { "n 6 bcd | a name", { ISO8583_FORMAT_N, ISO8583_ENCODING_BCD, FALSE, 0, 6, "a name" } },
  { "n 3 bcd left | x", { ISO8583_FORMAT_N, ISO8583_ENCODING_BCD, TRUE, 0, 3, "x" } },
  { "z ..37 bcd | x", { ISO8583_FORMAT_Z, ISO8583_ENCODING_BCD, FALSE, 2, 37, "x" } },
  { "ans ..99 ascii | x", { ISO8583_FORMAT_ANS, ISO8583_ENCODING_ASCII, FALSE, 2, 99, "x" } },
  { "ans ..100 ascii | x", { ISO8583_FORMAT_ANS, ISO8583_ENCODING_ASCII, FALSE, 3, 100, "x" } },
  { "n ..17 bcd lll | x", { ISO8583_FORMAT_N, ISO8583_ENCODING_BCD, FALSE, 3, 17, "x" } },
  { "b ..999 binary | x", { ISO8583_FORMAT_B, ISO8583_ENCODING_BINARY, FALSE, 3, 999, "x" } },
  { "b 8 hex | x", { ISO8583_FORMAT_B, ISO8583_ENCODING_HEX, FALSE, 0, 8, "x" } },
};

static void
test_good (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autofree char *text = g_strconcat (CODEC "[fields]\n3=", good[i].line, "\n", NULL);
      Iso8583Dialect dialect;
      const Iso8583Field *field = &dialect.fields[3];

      g_assert_true (load (&dialect, text, NULL));
      g_assert_cmpint (field->format, ==, good[i].field.format);
      g_assert_cmpint (field->encoding, ==, good[i].field.encoding);
      g_assert_cmpint (field->pad_left, ==, good[i].field.pad_left);
      g_assert_cmpuint (field->prefix_digits, ==, good[i].field.prefix_digits);
      g_assert_cmpuint (field->length, ==, good[i].field.length);
      g_assert_cmpstr (field->name, ==, good[i].field.name);
    }
}

static const char *const bad[] = {
  "",
  "n",
  "n 6",
  "n 6 bcd",
  "n six bcd | x",
  "n 6 hex | x",
  "b 8 bcd | x",
  "an 6 bcd | x",
  "n ..1000 bcd | x",
  "n 6 bcd lll | x",
  "x 6 bcd | x",
  "n 6 bcd up | x",
  "n .6 bcd | x",
};

static void
test_bad (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *text = g_strconcat (CODEC "[fields]\n3=", bad[i], "\n", NULL);
      g_autoptr (GError) error = NULL;
      Iso8583Dialect dialect;

      g_assert_false (load (&dialect, text, &error));
      g_assert_error (error, ACQUIRER_ERROR, ACQUIRER_ERROR_PROFILE);
      g_assert_nonnull (strstr (error->message, "[fields] 3"));
    }
}

static void
test_missing (void)
{
  g_autoptr (GError) error = NULL;
  Iso8583Dialect dialect;

  g_assert_false (load (&dialect, CODEC, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_false (load (&dialect, "[fields]\n3=n 6 bcd | x\n", &error));
  g_assert_error (error, ACQUIRER_ERROR, ACQUIRER_ERROR_PROFILE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/iso8583/dialect/codec", test_codec);
  g_test_add_func ("/iso8583/dialect/good", test_good);
  g_test_add_func ("/iso8583/dialect/bad", test_bad);
  g_test_add_func ("/iso8583/dialect/missing", test_missing);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "iso8583-dialect.h"

#include "acquirer-error.h"
#include "base-bytes.h"
#include "base-number.h"

#include <glib/gi18n.h>
#include <string.h>

typedef struct
{
  const char *word;
  guint value;
} Word;

static const Word format_words[] = {
  { "n", ISO8583_FORMAT_N },
  { "a", ISO8583_FORMAT_A },
  { "an", ISO8583_FORMAT_AN },
  { "ans", ISO8583_FORMAT_ANS },
  { "z", ISO8583_FORMAT_Z },
  { "b", ISO8583_FORMAT_B },
  { NULL, 0 },
};

static const Word encoding_words[] = {
  { "bcd", ISO8583_ENCODING_BCD },
  { "ascii", ISO8583_ENCODING_ASCII },
  { "binary", ISO8583_ENCODING_BINARY },
  { "hex", ISO8583_ENCODING_HEX },
  { NULL, 0 },
};

static const Word frame_words[] = {
  { "binary2", ISO8583_FRAME_BINARY2 },
  { "bcd2", ISO8583_FRAME_BCD2 },
  { "ascii4", ISO8583_FRAME_ASCII4 },
  { "binary2-inclusive", ISO8583_FRAME_BINARY2_INCLUSIVE },
  { NULL, 0 },
};

static const Word unit_words[] = { { "digits", FALSE }, { "bytes", TRUE }, { NULL, 0 } };

static gboolean
find_word (const Word *words, const char *word, guint *out_value)
{
  for (guint i = 0; words[i].word != NULL; i++)
    if (strcmp (words[i].word, word) == 0)
      {
        *out_value = words[i].value;
        return TRUE;
      }
  return FALSE;
}

/* Reads codec key `key`, which must be one of `words` and have its bit in `allowed`. */
static gboolean
read_word (GKeyFile *file,
           const char *key,
           const Word *words,
           guint allowed,
           guint *out_value,
           GError **error)
{
  g_autofree char *text = g_key_file_get_string (file, "codec", key, NULL);

  if (text != NULL && find_word (words, text, out_value) && (allowed & (1u << *out_value)) != 0)
    return TRUE;
  return acquirer_error_set (error, ACQUIRER_ERROR_PROFILE, _ ("[%s] %s can't be “%s”"), "codec",
                             key, text != NULL ? text : "");
}

static gboolean
read_prefix (Iso8583Dialect *self, GKeyFile *file, GError **error)
{
  g_autofree char *text = g_key_file_get_string (file, "codec", "prefix", NULL);
  g_autoptr (GBytes) bytes
      = text != NULL ? base_bytes_from_hex (text, NULL) : g_bytes_new (NULL, 0);
  BaseSpan span = base_bytes_span (bytes);

  if (bytes == NULL || span.size > ISO8583_PREFIX_MAX)
    return acquirer_error_set (error, ACQUIRER_ERROR_PROFILE,
                               _ ("[%s] %s must be hexadecimal, %d bytes at most"), "codec",
                               "prefix", ISO8583_PREFIX_MAX);
  self->prefix_size = (guint)span.size;
  for (gsize i = 0; i < span.size; i++)
    self->prefix[i] = span.data[i];
  return TRUE;
}

#define BIT(value) (1u << (value))

static gboolean
read_codec (Iso8583Dialect *self, GKeyFile *file, GError **error)
{
  guint frame, mti, bitmap, length, unit;
  int fields = g_key_file_get_integer (file, "codec", "fields", NULL);
  int pad = g_key_file_get_integer (file, "codec", "pad", NULL);

  if (!read_word (file, "frame", frame_words, G_MAXUINT, &frame, error)
      || !read_word (file, "mti", encoding_words,
                     BIT (ISO8583_ENCODING_BCD) | BIT (ISO8583_ENCODING_ASCII), &mti, error)
      || !read_word (file, "bitmap", encoding_words,
                     BIT (ISO8583_ENCODING_BINARY) | BIT (ISO8583_ENCODING_HEX), &bitmap, error)
      || !read_word (file, "length", encoding_words, ~BIT (ISO8583_ENCODING_HEX), &length, error)
      || !read_word (file, "length_unit", unit_words, G_MAXUINT, &unit, error)
      || !read_prefix (self, file, error))
    return FALSE;
  if ((fields != 64 && fields != 128) || pad < 0 || pad > 15)
    return acquirer_error_set (error, ACQUIRER_ERROR_PROFILE,
                               _ ("[codec] fields must be 64 or 128, pad a nibble from 0 to 15"));
  self->frame = (Iso8583Frame)frame;
  self->mti = (Iso8583Encoding)mti;
  self->bitmap = (Iso8583Encoding)bitmap;
  self->length = (Iso8583Encoding)length;
  self->length_in_bytes = unit != 0;
  self->field_max = (guint)fields;
  self->pad_nibble = (guint8)pad;
  return TRUE;
}

/* "12" or "..37". */
static gboolean
read_length (Iso8583Field *field, const char *text)
{
  gboolean variable = g_str_has_prefix (text, "..");
  guint64 length;

  if (!base_number_parse (variable ? &text[2] : text, 10, 1, ISO8583_VARIABLE_MAX, &length))
    return FALSE;
  field->length = (guint16)length;
  field->prefix_digits = !variable ? 0 : length <= 99 ? 2 : 3;
  return TRUE;
}

/* Digits may be packed or characters; track data too; bytes are bytes or hex; all else is
 * characters. */
static gboolean
encoding_fits (Iso8583Format format, Iso8583Encoding encoding)
{
  switch (format)
    {
    case ISO8583_FORMAT_N:
    case ISO8583_FORMAT_Z:
      return encoding == ISO8583_ENCODING_BCD || encoding == ISO8583_ENCODING_ASCII;
    case ISO8583_FORMAT_B:
      return encoding == ISO8583_ENCODING_BINARY || encoding == ISO8583_ENCODING_HEX;
    case ISO8583_FORMAT_A:
    case ISO8583_FORMAT_AN:
    case ISO8583_FORMAT_ANS:
      return encoding == ISO8583_ENCODING_ASCII;
    case ISO8583_FORMAT_NONE:
      break;
    }
  return FALSE;
}

/* What may follow the encoding. */
static gboolean
read_extra (Iso8583Field *field, const char *word)
{
  if (strcmp (word, "left") == 0)
    field->pad_left = TRUE;
  else if (strcmp (word, "lll") == 0 && field->prefix_digits != 0)
    field->prefix_digits = 3;
  else
    return FALSE;
  return TRUE;
}

static gboolean
read_field (Iso8583Field *field, const char *line)
{
  g_auto (GStrv) halves = g_strsplit (line, "|", 2);
  g_auto (GStrv) words = NULL;
  guint format, encoding, count;

  if (g_strv_length (halves) != 2)
    return FALSE;
  words = g_strsplit (g_strstrip (halves[0]), " ", -1);
  count = g_strv_length (words);
  if (count < 3 || !find_word (format_words, words[0], &format) || !read_length (field, words[1])
      || !find_word (encoding_words, words[2], &encoding)
      || !encoding_fits ((Iso8583Format)format, (Iso8583Encoding)encoding))
    return FALSE;
  for (guint i = 3; i < count; i++)
    if (!read_extra (field, words[i]))
      return FALSE;
  field->format = (Iso8583Format)format;
  field->encoding = (Iso8583Encoding)encoding;
  g_strlcpy (field->name, g_strstrip (halves[1]), sizeof field->name);
  return TRUE;
}

static gboolean
read_fields (Iso8583Dialect *self, GKeyFile *file, GError **error)
{
  g_auto (GStrv) keys = g_key_file_get_keys (file, "fields", NULL, NULL);

  for (guint i = 0; keys != NULL && keys[i] != NULL; i++)
    {
      g_autofree char *line = g_key_file_get_string (file, "fields", keys[i], NULL);
      guint64 number;

      if (!base_number_parse (keys[i], 10, 2, self->field_max, &number) || number == 65)
        return acquirer_error_set (error, ACQUIRER_ERROR_PROFILE,
                                   _ ("[fields] has no place for a field %s"), keys[i]);
      if (line == NULL || !read_field (&self->fields[number], line))
        return acquirer_error_set (error, ACQUIRER_ERROR_PROFILE,
                                   _ ("[fields] %s can't be read: %s"), keys[i],
                                   line != NULL ? line : "");
    }
  return keys != NULL
         || acquirer_error_set (error, ACQUIRER_ERROR_PROFILE, _ ("[fields] is missing"));
}

gboolean
iso8583_dialect_init (Iso8583Dialect *self, GKeyFile *file, GError **error)
{
  *self = (Iso8583Dialect){ 0 };
  return read_codec (self, file, error) && read_fields (self, file, error);
}

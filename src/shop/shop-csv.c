/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shop-csv.h"

#include <glib/gi18n.h>
#include <string.h>

#define BUFFER_SIZE (4 * SHOP_CSV_RECORD_MAX)

struct _ShopCsv
{
  ShopCsvRead read;
  gpointer ctx;
  GIConv converter; /* (GIConv) -1 for UTF-8 */
  GByteArray *buffer;
  gsize start; /* what of the buffer is parsed */
  gboolean ended;
  char delimiter; /* '\0' until the first line is seen */
  guint64 line, next_line;
  const char *problem;
  GString *raw;  /* the record's fields as they came, each with a NUL after it */
  GString *text; /* the same in UTF-8 */
  guint32 offsets[SHOP_CSV_FIELDS_MAX + 1];
  guint count;
};

typedef enum
{
  PARSED,
  MORE,     /* the buffer ends within the record */
  TOO_LONG, /* longer than a record may be: most often a quote that is never closed */
  BROKEN,   /* `problem` is set, the record's end is known */
} Parsed;

void
shop_csv_sniffer_init (ShopCsvSniffer *self)
{
  *self = (ShopCsvSniffer){ 0 };
}

static void
end_sniffed_line (ShopCsvSniffer *self)
{
  if (self->broken || self->wanted > 0)
    self->bad_lines++;
  else if (self->beyond_ascii)
    self->good_lines++;
  self->wanted = 0;
  self->beyond_ascii = self->broken = FALSE;
}

static void
sniff_byte (ShopCsvSniffer *self, guint8 byte)
{
  if (byte == '\n')
    end_sniffed_line (self);
  else if (self->wanted > 0)
    {
      self->broken = self->broken || (byte & 0xC0) != 0x80;
      self->wanted--;
    }
  else if (byte >= 0x80)
    {
      self->beyond_ascii = TRUE;
      self->wanted = byte >= 0xF0 ? 3 : byte >= 0xE0 ? 2 : 1;
      self->broken = self->broken || byte < 0xC2 || byte > 0xF4;
    }
}

void
shop_csv_sniffer_feed (ShopCsvSniffer *self, BaseSpan bytes)
{
  for (gsize i = 0; i < bytes.size; i++, self->offset++)
    {
      if (self->offset < G_N_ELEMENTS (self->first))
        self->first[self->offset] = bytes.data[i];
      sniff_byte (self, bytes.data[i]);
    }
}

ShopCsvEncoding
shop_csv_sniffer_finish (ShopCsvSniffer *self)
{
  end_sniffed_line (self);
  if (self->offset >= 2
      && ((self->first[0] == 0xFF && self->first[1] == 0xFE)
          || (self->first[0] == 0xFE && self->first[1] == 0xFF)))
    return SHOP_CSV_UTF16;
  return self->bad_lines > self->good_lines ? SHOP_CSV_GB18030 : SHOP_CSV_UTF8;
}

ShopCsv *
shop_csv_new (ShopCsvEncoding encoding, ShopCsvRead read, gpointer ctx)
{
  ShopCsv *self = g_new0 (ShopCsv, 1);

  g_assert (encoding != SHOP_CSV_UTF16 && read != NULL);
  self->read = read;
  self->ctx = ctx;
  self->converter = encoding == SHOP_CSV_GB18030 ? g_iconv_open ("UTF-8", "GB18030") : (GIConv)-1;
  self->buffer = g_byte_array_sized_new (BUFFER_SIZE);
  self->raw = g_string_new (NULL);
  self->text = g_string_new (NULL);
  self->next_line = 1;
  return self;
}

void
shop_csv_free (ShopCsv *self)
{
  if (self == NULL)
    return;
  if (self->converter != (GIConv)-1)
    g_iconv_close (self->converter);
  g_byte_array_unref (self->buffer);
  g_string_free (self->raw, TRUE);
  g_string_free (self->text, TRUE);
  g_free (self);
}

/* What is read and not parsed yet. */
static BaseSpan
unparsed (const ShopCsv *self)
{
  return BASE_SPAN (self->buffer->data + self->start, self->buffer->len - self->start);
}

/* Drops what is parsed and reads behind the rest until the buffer is full or the file ends. */
static gboolean
refill (ShopCsv *self, GError **error)
{
  g_byte_array_remove_range (self->buffer, 0, (guint)self->start);
  self->start = 0;
  while (!self->ended && self->buffer->len < BUFFER_SIZE)
    {
      guint filled = self->buffer->len;
      gsize count = 0;
      gboolean done;

      g_byte_array_set_size (self->buffer, BUFFER_SIZE);
      done = self->read (self->ctx, self->buffer->data + filled, BUFFER_SIZE - filled, &count,
                         error);
      g_assert (count <= BUFFER_SIZE - filled);
      g_byte_array_set_size (self->buffer, filled + (guint)count);
      if (!done)
        return FALSE;
      self->ended = count == 0;
    }
  return TRUE;
}

/* Commas unless the first line has none and another usual delimiter. */
static char
guess_delimiter (BaseSpan bytes)
{
  gboolean tab = FALSE, semicolon = FALSE;

  for (gsize i = 0; i < bytes.size && bytes.data[i] != '\n'; i++)
    {
      if (bytes.data[i] == ',')
        return ',';
      tab = tab || bytes.data[i] == '\t';
      semicolon = semicolon || bytes.data[i] == ';';
    }
  return tab ? '\t' : semicolon ? ';' : ',';
}

static gboolean
begin (ShopCsv *self, GError **error)
{
  static const guint8 mark[] = { 0xEF, 0xBB, 0xBF };

  if (!refill (self, error))
    return FALSE;
  if (self->buffer->len >= sizeof mark && memcmp (self->buffer->data, mark, sizeof mark) == 0)
    self->start = sizeof mark;
  self->delimiter = guess_delimiter (unparsed (self));
  return TRUE;
}

static void
end_field (ShopCsv *self)
{
  g_string_append_c (self->raw, '\0');
  if (self->count < SHOP_CSV_FIELDS_MAX)
    self->count++;
  else
    self->problem = _ ("It has more fields than a product can have");
}

/* From behind the opening quote to behind the closing one; FALSE when that isn't in `bytes`. */
static gboolean
take_quoted (ShopCsv *self, BaseSpan bytes, gsize *place, guint64 *lines)
{
  for (gsize i = *place; i < bytes.size; i++)
    {
      char c = (char)bytes.data[i];

      if (c == '"' && i + 1 < bytes.size && bytes.data[i + 1] == '"')
        i++;
      else if (c == '"')
        {
          *place = i + 1;
          return TRUE;
        }
      *lines += c == '\n' ? 1 : 0;
      if (c == '\0')
        self->problem = _ ("It holds a zero byte");
      else
        g_string_append_c (self->raw, c);
    }
  return FALSE;
}

/* One field, up to but without the delimiter, the line's end or the end of `bytes`. */
static gboolean
take_field (ShopCsv *self, BaseSpan bytes, gsize *place, guint64 *lines)
{
  gsize i = *place;

  if (i < bytes.size && bytes.data[i] == '"')
    {
      i++;
      if (!take_quoted (self, bytes, &i, lines))
        return FALSE;
      if (i < bytes.size && bytes.data[i] != (guint8)self->delimiter && bytes.data[i] != '\n'
          && bytes.data[i] != '\r')
        self->problem = _ ("Text follows a closing quote");
    }
  for (; i < bytes.size && bytes.data[i] != (guint8)self->delimiter && bytes.data[i] != '\n'; i++)
    {
      if (bytes.data[i] == '\0')
        self->problem = _ ("It holds a zero byte");
      else if (bytes.data[i] != '\r' || i + 1 >= bytes.size || bytes.data[i + 1] != '\n')
        g_string_append_c (self->raw, (char)bytes.data[i]);
    }
  *place = i;
  return TRUE;
}

/* Whether `bytes`, when it ends here, is too long to be one record, or only needs more read behind
 * it. */
static Parsed
beyond (const ShopCsv *self, BaseSpan bytes)
{
  if (bytes.size > SHOP_CSV_RECORD_MAX || self->ended)
    return TOO_LONG;
  return MORE;
}

/* Parses one record from the front of `bytes` into `raw`. */
static Parsed
parse (ShopCsv *self, BaseSpan bytes, gsize *out_size, guint64 *out_lines)
{
  gsize place = 0;
  guint64 lines = 0;

  g_string_truncate (self->raw, 0);
  self->count = 0;
  self->problem = NULL;
  while (TRUE)
    {
      if (!take_field (self, bytes, &place, &lines))
        return beyond (self, bytes);
      end_field (self);
      if (place >= bytes.size && !self->ended)
        return beyond (self, bytes);
      if (place >= bytes.size || bytes.data[place] == '\n')
        break;
      place++;
    }
  *out_size = MIN (place + 1, bytes.size);
  *out_lines = lines + 1;
  if (place > SHOP_CSV_RECORD_MAX)
    return TOO_LONG;
  return self->problem != NULL ? BROKEN : PARSED;
}

/* Drops the line that the bad record began with, so that the next one is tried as a record of its
 * own. */
static gboolean
skip_line (ShopCsv *self, GError **error)
{
  while (TRUE)
    {
      BaseSpan bytes = unparsed (self);
      gsize i = 0;

      while (i < bytes.size && bytes.data[i] != '\n')
        i++;
      self->start += MIN (i + 1, bytes.size);
      if (i < bytes.size || self->ended)
        break;
      if (!refill (self, error))
        return FALSE;
    }
  self->next_line++;
  return TRUE;
}

static gboolean
is_outer_blank (char c)
{
  return c == ' ' || c == '\t' || c == '\r';
}

/* One raw field to UTF-8, at the end of `text`; FALSE when its bytes make no sense. */
static gboolean
decode_field (ShopCsv *self, const char *raw)
{
  g_autofree char *converted = NULL;
  const char *text = raw;
  gsize length;

  if (self->converter != (GIConv)-1)
    {
      converted = g_convert_with_iconv (raw, -1, self->converter, NULL, NULL, NULL);
      text = converted;
    }
  if (text == NULL || !g_utf8_validate (text, -1, NULL))
    return FALSE;
  while (is_outer_blank (*text))
    text++;
  length = strlen (text);
  while (length > 0 && is_outer_blank (text[length - 1]))
    length--;
  g_string_append_len (self->text, text, (gssize)length);
  g_string_append_c (self->text, '\0');
  return TRUE;
}

static gboolean
decode (ShopCsv *self)
{
  const char *raw = self->raw->str;

  g_string_truncate (self->text, 0);
  for (guint i = 0; i < self->count; i++)
    {
      self->offsets[i] = (guint32)self->text->len;
      if (!decode_field (self, raw))
        {
          self->problem = self->converter != (GIConv)-1 ? _ ("It is neither UTF-8 nor GB18030")
                                                        : _ ("It is not UTF-8");
          return FALSE;
        }
      raw += strlen (raw) + 1;
    }
  return TRUE;
}

/* A line without anything in it is no record. */
static gboolean
is_blank (const ShopCsv *self)
{
  return self->count == 1 && self->text->str[0] == '\0';
}

static ShopCsvOutcome
take_record (ShopCsv *self, GError **error)
{
  gsize size = 0;
  guint64 lines = 0;
  Parsed parsed = parse (self, unparsed (self), &size, &lines);

  if (parsed == MORE)
    {
      if (!refill (self, error))
        return SHOP_CSV_FAILED;
      parsed = parse (self, unparsed (self), &size, &lines);
      g_assert (parsed != MORE);
    }
  self->line = self->next_line;
  if (parsed == TOO_LONG)
    {
      self->problem = _ ("It is too long, or a quote in it is never closed");
      return skip_line (self, error) ? SHOP_CSV_BAD : SHOP_CSV_FAILED;
    }
  self->start += size;
  self->next_line += lines;
  return parsed == PARSED && decode (self) ? SHOP_CSV_RECORD : SHOP_CSV_BAD;
}

ShopCsvOutcome
shop_csv_next (ShopCsv *self, GError **error)
{
  ShopCsvOutcome outcome;

  g_assert (self != NULL);
  if (self->delimiter == '\0' && !begin (self, error))
    return SHOP_CSV_FAILED;
  do
    {
      if (unparsed (self).size == 0 && !self->ended && !refill (self, error))
        return SHOP_CSV_FAILED;
      if (unparsed (self).size == 0)
        return SHOP_CSV_END;
      outcome = take_record (self, error);
    }
  while (outcome == SHOP_CSV_RECORD && is_blank (self));
  return outcome;
}

guint64
shop_csv_line (const ShopCsv *self)
{
  return self->line;
}

guint
shop_csv_count (const ShopCsv *self)
{
  return self->count;
}

const char *
shop_csv_field (const ShopCsv *self, guint index)
{
  return index < self->count ? self->text->str + self->offsets[index] : "";
}

const char *
shop_csv_problem (const ShopCsv *self)
{
  return self->problem;
}

void
shop_csv_append_field (GString *out, const char *text)
{
  gsize length = text != NULL ? strlen (text) : 0;

  if (length == 0)
    return;
  if (strpbrk (text, ",;\t\"\r\n") == NULL && text[0] != ' ' && text[length - 1] != ' ')
    {
      g_string_append (out, text);
      return;
    }
  g_string_append_c (out, '"');
  for (const char *p = text; *p != '\0'; p++)
    {
      if (*p == '"')
        g_string_append_c (out, '"');
      g_string_append_c (out, *p);
    }
  g_string_append_c (out, '"');
}

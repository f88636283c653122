/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Invariants:
 * 1. The wire is read through one BaseReader; every offset in an error is that reader's.
 * 2. A field that fails half-way isn't kept.
 * 3. "units" are what a length counts: digits or characters of a text, bytes of a binary field.
 */
#include "iso8583.h"

#include "iso8583-text.h"

#include <glib/gi18n.h>

#define BITMAP_BYTES_MAX 16

static const char hex_digits[] = "0123456789ABCDEF";
static const char packed_characters[] = "0123456789ABC=EF"; /* D is track 2's separator */

static inline void
copy (guint8 *restrict out, const guint8 *restrict in, gsize size)
{
  for (gsize i = 0; i < size; i++)
    out[i] = in[i];
}

typedef struct
{
  const Iso8583Dialect *dialect;
  BaseReader reader;
  Iso8583Message *message;
} Unpacker;

G_NO_INLINE static void
tell_missing (const Unpacker *self, guint number, gsize size, GError **error)
{
  iso8583_text_fault (error, self->dialect, number, self->reader.offset,
                      _ ("wanted %zu bytes, %zu are left"), size, base_reader_left (&self->reader));
}

/* `size` bytes of a field, or the error that says how many there are. */
static inline gboolean
take (Unpacker *self, guint number, gsize size, BaseSpan *out_span, GError **error)
{
  if (base_reader_take (&self->reader, size, out_span))
    return TRUE;
  tell_missing (self, number, size, error);
  return FALSE;
}

/* The counterpart of put_number(); FALSE where a digit is none. */
static gboolean
number_from (Iso8583Encoding encoding, BaseSpan span, gsize *out_value)
{
  gsize value = 0;

  for (gsize i = 0; i < span.size; i++)
    {
      guint8 byte = span.data[i];

      if (encoding == ISO8583_ENCODING_BINARY)
        value = value << 8 | byte;
      else if (encoding == ISO8583_ENCODING_BCD && byte >> 4 <= 9 && (byte & 0x0F) <= 9)
        value = value * 100 + (byte >> 4) * 10u + (byte & 0x0F);
      else if (encoding == ISO8583_ENCODING_ASCII && g_ascii_isdigit (byte))
        value = value * 10 + (byte - '0');
      else
        return FALSE;
    }
  *out_value = value;
  return TRUE;
}

static gsize
number_size (Iso8583Encoding encoding, guint digits)
{
  return encoding == ISO8583_ENCODING_ASCII ? digits : (digits + 1) / 2;
}

/* How many units follow; a fixed field's are known. */
static gboolean
read_units (Unpacker *self, guint number, gsize *out_units, GError **error)
{
  const Iso8583Field *field = &self->dialect->fields[number];
  gsize offset = self->reader.offset;
  BaseSpan span;
  gsize units;

  *out_units = field->length;
  if (field->prefix_digits == 0)
    return TRUE;
  if (!take (self, number, number_size (self->dialect->length, field->prefix_digits), &span, error))
    return FALSE;
  if (!number_from (self->dialect->length, span, &units))
    return iso8583_text_fault (error, self->dialect, number, offset,
                               _ ("wanted a length in digits"));
  if (field->encoding == ISO8583_ENCODING_BCD && self->dialect->length_in_bytes)
    units *= 2;
  if (units > field->length)
    return iso8583_text_fault (error, self->dialect, number, offset,
                               _ ("wanted a length of at most %u, it says %zu"), field->length,
                               units);
  *out_units = units;
  return TRUE;
}

static char *
reserve (Unpacker *self, guint number, gsize size, GError **error)
{
  char *room = iso8583_message_reserve (self->message, number, size);

  if (room == NULL)
    iso8583_text_fault (error, self->dialect, number, self->reader.offset,
                        _ ("the message's texts are too long together"));
  return room;
}

/* The byte of a packed field whose digit is none, or whose filling is wrong. */
static gboolean
packed_fault (Unpacker *self, guint number, BaseSpan span, gsize digits, GError **error)
{
  const Iso8583Field *field = &self->dialect->fields[number];
  gsize offset = self->reader.offset - span.size, start = field->pad_left ? digits % 2 : 0;

  for (gsize i = 0; field->format == ISO8583_FORMAT_N && i < digits; i++)
    {
      guint8 byte = span.data[(i + start) / 2];

      if (((i + start) % 2 == 0 ? byte >> 4 : byte & 0x0F) > 9)
        return iso8583_text_fault (error, self->dialect, number, offset + (i + start) / 2,
                                   _ ("wanted packed digits, found %02X"), byte);
    }
  return iso8583_text_fault (
      error, self->dialect, number, offset + (field->pad_left ? 0 : span.size - 1),
      _ ("wanted the odd digit filled up with %X, found %X"), self->dialect->pad_nibble,
      field->pad_left ? span.data[0] >> 4 : span.data[span.size - 1] & 0x0F);
}

/* Two characters a byte. FALSE when a nibble is above 9. */
static inline gboolean
unpack_pairs (char *restrict out, const guint8 *restrict in, gsize pairs)
{
  guint carried = 0;

  for (gsize i = 0; i < pairs; i++)
    {
      guint byte = in[i];

      carried |= byte ^ (byte + 0x66); /* a nibble above 9 carries into the bit above it */
      out[2 * i] = packed_characters[byte >> 4];
      out[2 * i + 1] = packed_characters[byte & 0x0F];
    }
  return (carried & 0x110) == 0;
}

static gboolean
read_packed (Unpacker *self, guint number, gsize digits, GError **error)
{
  const Iso8583Field *field = &self->dialect->fields[number];
  gsize pairs = digits / 2, lead = digits % 2 == 1 && field->pad_left ? 1 : 0;
  guint8 odd = 0, filled = self->dialect->pad_nibble;
  gboolean digits_alone = TRUE;
  BaseSpan span;
  char *room;

  if (!take (self, number, (digits + 1) / 2, &span, error)
      || (room = reserve (self, number, digits, error)) == NULL)
    return FALSE;
  if (pairs > 0)
    digits_alone = unpack_pairs (&room[lead], &span.data[lead], pairs);
  if (digits % 2 == 1)
    {
      guint8 byte = span.data[lead == 1 ? 0 : pairs];

      odd = lead == 1 ? byte & 0x0F : byte >> 4;
      filled = lead == 1 ? byte >> 4 : byte & 0x0F;
      room[lead == 1 ? 0 : digits - 1] = packed_characters[odd];
    }
  if (filled != self->dialect->pad_nibble
      || (field->format == ISO8583_FORMAT_N && (!digits_alone || odd > 9)))
    return packed_fault (self, number, span, digits, error);
  return TRUE;
}

static gboolean
read_characters (Unpacker *self, guint number, gsize size, GError **error)
{
  const Iso8583Field *field = &self->dialect->fields[number];
  gsize offset = self->reader.offset, good;
  BaseSpan span;
  char *room;

  if (!take (self, number, size, &span, error)
      || (room = reserve (self, number, size, error)) == NULL)
    return FALSE;
  good = iso8583_text_allowed (field->format, span.data, size);
  if (good < size)
    return iso8583_text_fault (error, self->dialect, number, offset + good,
                               _ ("wanted format %s, found %02X"), iso8583_text_format (field),
                               span.data[good]);
  if (field->format != ISO8583_FORMAT_B)
    copy ((guint8 *)room, span.data, size);
  else
    for (gsize i = 0; i < size; i++)
      room[i] = g_ascii_toupper ((char)span.data[i]);
  return TRUE;
}

static inline void
unpack_hex (char *restrict out, const guint8 *restrict in, gsize size)
{
  for (gsize i = 0; i < size; i++)
    {
      out[2 * i] = hex_digits[in[i] >> 4];
      out[2 * i + 1] = hex_digits[in[i] & 0x0F];
    }
}

static gboolean
read_bytes (Unpacker *self, guint number, gsize size, GError **error)
{
  BaseSpan span;
  char *room;

  if (!take (self, number, size, &span, error)
      || (room = reserve (self, number, size * 2, error)) == NULL)
    return FALSE;
  unpack_hex (room, span.data, size);
  return TRUE;
}

/* A field that fails half-way isn't kept: its text would be garbage. */
static gboolean
unpack_field (Unpacker *self, guint number, GError **error)
{
  const Iso8583Field *field = &self->dialect->fields[number];
  gboolean done = FALSE;
  gsize units;

  if (field->format == ISO8583_FORMAT_NONE)
    return iso8583_text_fault (error, self->dialect, 0, self->reader.offset,
                               _ ("the bitmap names field %u, which this dialect hasn't"), number);
  if (!read_units (self, number, &units, error))
    return FALSE;
  switch (field->encoding)
    {
    case ISO8583_ENCODING_BCD:
      done = read_packed (self, number, units, error);
      break;
    case ISO8583_ENCODING_ASCII:
      done = read_characters (self, number, units, error);
      break;
    case ISO8583_ENCODING_BINARY:
      done = read_bytes (self, number, units, error);
      break;
    case ISO8583_ENCODING_HEX:
      done = read_characters (self, number, units * 2, error);
      break;
    }
  if (!done)
    iso8583_message_remove (self->message, number);
  return done;
}

/* Eight bytes of bitmap, whatever way they are written. */
static gboolean
read_bitmap (Unpacker *self, guint8 *out_bitmap, GError **error)
{
  gsize offset = self->reader.offset;
  gboolean hex = self->dialect->bitmap == ISO8583_ENCODING_HEX;
  gsize size = hex ? 16 : 8;
  BaseSpan span;

  if (!base_reader_take (&self->reader, size, &span))
    return iso8583_text_fault (error, self->dialect, 0, offset,
                               _ ("wanted %zu bytes of bitmap, %zu are left"), size,
                               base_reader_left (&self->reader));
  for (gsize i = 0; i < 8; i++)
    {
      int high = hex ? g_ascii_xdigit_value ((char)span.data[2 * i]) : span.data[i] >> 4;
      int low = hex ? g_ascii_xdigit_value ((char)span.data[2 * i + 1]) : span.data[i] & 0x0F;

      if (high < 0 || low < 0)
        return iso8583_text_fault (error, self->dialect, 0, offset + 2 * i,
                                   _ ("wanted the bitmap in hexadecimal characters"));
      out_bitmap[i] = (guint8)(high << 4 | low);
    }
  return TRUE;
}

static gboolean
unpack_head (Unpacker *self, guint8 *out_bitmap, GError **error)
{
  gsize offset;
  BaseSpan span;
  gsize mti;
  char text[5];

  if (self->reader.span.size > ISO8583_MESSAGE_MAX)
    return iso8583_text_fault (error, self->dialect, 0, 0, _ ("wanted at most %d bytes"),
                               ISO8583_MESSAGE_MAX);
  if (!base_reader_take (&self->reader, self->dialect->prefix_size, &span))
    return iso8583_text_fault (error, self->dialect, 0, self->reader.offset,
                               _ ("wanted %u bytes of TPDU and header, %zu are left"),
                               self->dialect->prefix_size, base_reader_left (&self->reader));
  if (span.size > 0)
    iso8583_message_set_bytes (self->message, 0, span);
  offset = self->reader.offset;
  if (!base_reader_take (&self->reader, number_size (self->dialect->mti, 4), &span))
    return iso8583_text_fault (
        error, self->dialect, 0, offset, _ ("wanted %zu bytes of MTI, %zu are left"),
        number_size (self->dialect->mti, 4), base_reader_left (&self->reader));
  if (!number_from (self->dialect->mti, span, &mti))
    return iso8583_text_fault (error, self->dialect, 0, offset, _ ("wanted an MTI of four digits"));
  for (guint i = 4; i > 0; i--, mti /= 10)
    text[i - 1] = (char)('0' + mti % 10);
  text[4] = '\0';
  iso8583_message_set_mti (self->message, text);
  offset = self->reader.offset;
  if (!read_bitmap (self, out_bitmap, error))
    return FALSE;
  if ((out_bitmap[0] & 0x80) == 0)
    return TRUE;
  if (self->dialect->field_max <= 64)
    return iso8583_text_fault (error, self->dialect, 0, offset,
                               _ ("the bitmap promises a second one, which this dialect hasn't"));
  return read_bitmap (self, &out_bitmap[8], error);
}

/* The fields of one bitmap of eight bytes, whose first bit stands for field `first`. */
static gboolean
unpack_fields (Unpacker *self, const guint8 *bitmap, guint first, GError **error)
{
  guint64 bits = 0;

  for (guint i = 0; i < 8; i++)
    bits = bits << 8 | bitmap[i];
  if (first == 1)
    bits &= ~(G_GUINT64_CONSTANT (1) << 63); /* it only says that there is a second bitmap */
  while (bits != 0)
    {
      guint bit = (guint)__builtin_clzll (bits);

      if (!unpack_field (self, first + bit, error))
        return FALSE;
      bits &= ~(G_GUINT64_CONSTANT (1) << (63 - bit));
    }
  return TRUE;
}

static gboolean
unpack_all (Unpacker *self, GError **error)
{
  guint8 bitmap[BITMAP_BYTES_MAX] = { 0 };

  if (!unpack_head (self, bitmap, error) || !unpack_fields (self, bitmap, 1, error)
      || !unpack_fields (self, &bitmap[8], 65, error))
    return FALSE;
  if (base_reader_left (&self->reader) > 0)
    return iso8583_text_fault (error, self->dialect, 0, self->reader.offset,
                               _ ("wanted the end, %zu bytes follow the last field"),
                               base_reader_left (&self->reader));
  return TRUE;
}

gboolean
iso8583_unpack_partial (const AcquirerProfile *profile,
                        BaseSpan body,
                        Iso8583Message **out_message,
                        GError **error)
{
  Unpacker unpacker
      = { .dialect = acquirer_profile_dialect (profile), .message = iso8583_message_new (NULL) };

  base_reader_init (&unpacker.reader, body);
  *out_message = unpacker.message;
  return unpack_all (&unpacker, error);
}

Iso8583Message *
iso8583_unpack (const AcquirerProfile *profile, BaseSpan body, GError **error)
{
  g_autoptr (Iso8583Message) message = NULL;

  if (!iso8583_unpack_partial (profile, body, &message, error))
    return NULL;
  return g_steal_pointer (&message);
}

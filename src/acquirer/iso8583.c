/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Invariants:
 * 1. Unpacking reads the wire through one BaseReader; every offset in an error is that reader's.
 * 2. Packing writes into a buffer whose size was computed as an upper bound first; put() asserts
 * it.
 * 3. What unpacks, packs again to a message that unpacks to the same fields
 * (tests/fuzz/fuzz-iso8583.c).
 * 4. "units" are what a length counts: digits or characters of a text, bytes of a binary field.
 */
#include "iso8583.h"

#include "base-secret.h"

#include <stdarg.h>
#include <string.h>

#define BITMAP_BYTES_MAX 16

static const char hex_digits[] = "0123456789ABCDEF";
static const char packed_characters[] = "0123456789ABC=EF"; /* D is track 2's separator */

/* "Field 4 (amount) at byte 23: …" */
G_GNUC_PRINTF (5, 6)
static gboolean
fault (GError **error,
       const Iso8583Dialect *dialect,
       guint number,
       gsize offset,
       const char *format,
       ...)
{
  g_autofree char *what = NULL;
  va_list list;

  va_start (list, format);
  what = g_strdup_vprintf (format, list);
  va_end (list);
  if (number == 0)
    g_set_error (error, ACQUIRER_ERROR, ACQUIRER_ERROR_FIELD, "At byte %" G_GSIZE_FORMAT ": %s",
                 offset, what);
  else
    g_set_error (error, ACQUIRER_ERROR, ACQUIRER_ERROR_FIELD,
                 "Field %u (%s) at byte %" G_GSIZE_FORMAT ": %s", number,
                 dialect->fields[number].name, offset, what);
  return FALSE;
}

/* Which formats may have a character in their text, as bits 1 << Iso8583Format. */
#define ANY_OF(n, a, an, ans, z, b)                                                                \
  ((n) << ISO8583_FORMAT_N | (a) << ISO8583_FORMAT_A | (an) << ISO8583_FORMAT_AN                   \
   | (ans) << ISO8583_FORMAT_ANS | (z) << ISO8583_FORMAT_Z | (b) << ISO8583_FORMAT_B)

static const guint8 classes[256] = {
  [' '] = ANY_OF (0, 1, 1, 1, 0, 0),         ['!' ... '/'] = ANY_OF (0, 0, 0, 1, 0, 0),
  ['0' ... '9'] = ANY_OF (1, 0, 1, 1, 1, 1), [':' ... '<'] = ANY_OF (0, 0, 0, 1, 0, 0),
  ['='] = ANY_OF (0, 0, 0, 1, 1, 0),         ['>' ... '@'] = ANY_OF (0, 0, 0, 1, 0, 0),
  ['A' ... 'F'] = ANY_OF (0, 1, 1, 1, 1, 1), ['G' ... 'Z'] = ANY_OF (0, 1, 1, 1, 0, 0),
  ['[' ... '`'] = ANY_OF (0, 0, 0, 1, 0, 0), ['a' ... 'f'] = ANY_OF (0, 1, 1, 1, 0, 1),
  ['g' ... 'z'] = ANY_OF (0, 1, 1, 1, 0, 0), ['{' ... '~'] = ANY_OF (0, 0, 0, 1, 0, 0),
};

static inline gboolean
allows (Iso8583Format format, guint8 c)
{
  return (classes[c] >> format & 1) != 0;
}

/* How many of the first characters the format allows; `size` when all. */
static inline gsize
allowed (Iso8583Format format, const guint8 *restrict text, gsize size)
{
  guint8 all = size % 2 == 1 ? classes[text[size - 1]] : 0xFF;
  gsize i = 0;

  for (gsize j = 0; j + 1 < size; j += 2)
    all &= classes[text[j]] & classes[text[j + 1]];
  if ((all >> format & 1) != 0)
    return size;
  while (i < size && allows (format, text[i]))
    i++;
  return i;
}

static inline void
copy (guint8 *restrict out, const guint8 *restrict in, gsize size)
{
  for (gsize i = 0; i < size; i++)
    out[i] = in[i];
}

/* Of a hexadecimal digit that was checked, of either case. */
static inline guint8
hex_value (char c)
{
  return (guint8)((c & 0x0F) + (c >= 'A' ? 9 : 0));
}

static const char *
wanted (const Iso8583Field *field)
{
  switch (field->format)
    {
    case ISO8583_FORMAT_N:
      return "digits";
    case ISO8583_FORMAT_A:
      return "letters";
    case ISO8583_FORMAT_AN:
      return "letters and digits";
    case ISO8583_FORMAT_ANS:
      return "printable characters";
    case ISO8583_FORMAT_Z:
      return "track digits";
    case ISO8583_FORMAT_B:
      return "bytes";
    case ISO8583_FORMAT_NONE:
      break;
    }
  return "nothing";
}

/* ---- Packing ---- */

typedef struct
{
  const Iso8583Dialect *dialect;
  guint seal_field; /* 0: none; left out, its bit in the bitmap is set */
  gsize size;
  gsize size_max;
  guint8 bytes[];
} Packer;

/* Room for `size` bytes more, to be filled by the caller. */
static inline guint8 *
extend (Packer *self, gsize size)
{
  guint8 *room = &self->bytes[self->size];

  g_assert (size <= self->size_max - self->size);
  self->size += size;
  return room;
}

static inline void
put (Packer *self, guint8 byte)
{
  *extend (self, 1) = byte;
}

/* A nibble of a packed field; its text was checked. '=' stands for D. */
static inline guint8
nibble_of (char c)
{
  return (guint8)(c <= '=' ? c & 0x0F : c - 'A' + 10);
}

/* Two characters a byte. */
static inline void
pack_pairs (guint8 *restrict out, const char *restrict text, gsize pairs)
{
  for (gsize i = 0; i < pairs; i++)
    out[i] = (guint8)(nibble_of (text[2 * i]) << 4 | nibble_of (text[2 * i + 1]));
}

/* The same for digits alone, unchecked before: zero when they all were. */
static inline guint
pack_digits (guint8 *restrict out, const char *restrict text, gsize pairs)
{
  guint above = 0;

  for (gsize i = 0; i < pairs; i++)
    {
      guint8 high = (guint8)(text[2 * i] - '0'), low = (guint8)(text[2 * i + 1] - '0');

      above |= (high + 6u) | (low + 6u); /* 16 and more when above 9 */
      out[i] = (guint8)(high << 4 | low);
    }
  return above & ~15u;
}

static void
put_packed (Packer *self, const char *text, gsize count, gboolean pad_left)
{
  guint8 pad = self->dialect->pad_nibble;
  guint8 *out = extend (self, (count + 1) / 2);

  if (count % 2 == 0)
    pack_pairs (out, text, count / 2);
  else if (pad_left)
    {
      out[0] = (guint8)(pad << 4 | nibble_of (text[0]));
      pack_pairs (&out[1], &text[1], count / 2);
    }
  else
    {
      pack_pairs (out, text, count / 2);
      out[count / 2] = (guint8)(nibble_of (text[count - 1]) << 4 | pad);
    }
}

/* Bytes from their hexadecimal digits. */
static void
put_bytes (Packer *self, const char *restrict text, gsize size)
{
  guint8 *restrict out = extend (self, size / 2);

  for (gsize i = 0; i < size / 2; i++)
    out[i] = (guint8)(hex_value (text[2 * i]) << 4 | hex_value (text[2 * i + 1]));
}

/* `value` in `digits` digits (2 to 4) as the dialect writes lengths. */
static void
put_number (Packer *self, Iso8583Encoding encoding, guint digits, gsize value)
{
  guint8 each[4] = { (guint8)(value / 1000 % 10), (guint8)(value / 100 % 10),
                     (guint8)(value / 10 % 10), (guint8)(value % 10) };

  if (encoding == ISO8583_ENCODING_BINARY)
    {
      if (digits > 2)
        put (self, (guint8)(value >> 8));
      put (self, (guint8)value);
    }
  else if (encoding == ISO8583_ENCODING_BCD)
    {
      if (digits > 2)
        put (self, (guint8)(each[0] << 4 | each[1]));
      put (self, (guint8)(each[2] << 4 | each[3]));
    }
  else
    for (guint i = 4 - digits; i < 4; i++)
      put (self, '0' + each[i]);
}

static void
put_content (Packer *self, const Iso8583Field *field, const char *text, gsize size)
{
  if (field->encoding == ISO8583_ENCODING_BCD)
    put_packed (self, text, size, field->pad_left);
  else if (field->encoding == ISO8583_ENCODING_BINARY)
    put_bytes (self, text, size);
  else
    copy (extend (self, size), (const guint8 *)text, size);
}

/* The commonest kind is checked while it is packed. */
static inline gboolean
is_even_digits (const Iso8583Field *field, gsize size)
{
  return field->format == ISO8583_FORMAT_N && field->encoding == ISO8583_ENCODING_BCD
         && size % 2 == 0;
}

static gboolean
check_text (const Packer *self, guint number, const char *text, gsize size, GError **error)
{
  const Iso8583Field *field = &self->dialect->fields[number];
  gsize units = field->format == ISO8583_FORMAT_B ? size / 2 : size, good;

  if (field->format == ISO8583_FORMAT_NONE)
    return fault (error, self->dialect, 0, self->size, "this dialect has no field %u", number);
  if (field->format == ISO8583_FORMAT_B && size % 2 != 0)
    return fault (error, self->dialect, number, self->size, "wanted whole bytes, has half a one");
  if (field->prefix_digits == 0 ? units != field->length : units > field->length)
    return fault (error, self->dialect, number, self->size, "wanted %s%u %s, has %" G_GSIZE_FORMAT,
                  field->prefix_digits == 0 ? "" : "at most ", field->length, wanted (field),
                  units);
  good = is_even_digits (field, size) ? size : allowed (field->format, (const guint8 *)text, size);
  if (good < size)
    return fault (error, self->dialect, number, self->size,
                  "wanted %s, character %" G_GSIZE_FORMAT " is none", wanted (field), good);
  if (field->prefix_digits != 0 && field->encoding == ISO8583_ENCODING_BCD
      && self->dialect->length_in_bytes && units % 2 != 0)
    return fault (error, self->dialect, number, self->size,
                  "wanted an even count of digits, has %" G_GSIZE_FORMAT, units);
  return TRUE;
}

static gboolean
pack_field (Packer *self, guint number, const char *text, gsize size, GError **error)
{
  const Iso8583Field *field = &self->dialect->fields[number];
  gsize told = field->format == ISO8583_FORMAT_B ? size / 2 : size;

  if (!check_text (self, number, text, size, error))
    return FALSE;
  if (field->encoding == ISO8583_ENCODING_BCD && self->dialect->length_in_bytes)
    told /= 2;
  if (field->prefix_digits != 0)
    put_number (self, self->dialect->length, field->prefix_digits, told);
  if (!is_even_digits (field, size))
    put_content (self, field, text, size);
  else if (pack_digits (extend (self, size / 2), text, size / 2) != 0)
    return fault (error, self->dialect, number, self->size - size / 2,
                  "wanted digits, character %" G_GSIZE_FORMAT " is none",
                  allowed (field->format, (const guint8 *)text, size));
  return TRUE;
}

/* TPDU and header: the message's own (field 0) or the dialect's. */
static gboolean
pack_prefix (Packer *self, const Iso8583Message *message, GError **error)
{
  const char *text = iso8583_message_get (message, 0);
  gsize size = iso8583_message_size (message, 0);

  for (gsize i = 0; text == NULL && i < self->dialect->prefix_size; i++)
    put (self, self->dialect->prefix[i]);
  if (text == NULL)
    return TRUE;
  if (allowed (ISO8583_FORMAT_B, (const guint8 *)text, size) < size)
    return fault (error, self->dialect, 0, 0, "what comes before the MTI isn't hexadecimal");
  if (size != 2 * self->dialect->prefix_size)
    return fault (error, self->dialect, 0, 0, "wanted %u bytes before the MTI",
                  self->dialect->prefix_size);
  put_bytes (self, text, size);
  return TRUE;
}

/* Fills the room that was left for it. */
static void
write_bitmap (const Iso8583Dialect *dialect, guint8 *out, const guint8 *bitmap, gsize size)
{
  for (gsize i = 0; i < size; i++)
    if (dialect->bitmap == ISO8583_ENCODING_BINARY)
      out[i] = bitmap[i];
    else
      {
        out[2 * i] = (guint8)hex_digits[bitmap[i] >> 4];
        out[2 * i + 1] = (guint8)hex_digits[bitmap[i] & 0x0F];
      }
}

static gboolean
pack_fields (Packer *self, const Iso8583Message *message, GError **error)
{
  guint8 bitmap[BITMAP_BYTES_MAX] = { 0 };
  gsize bitmap_size = iso8583_message_next (message, 64) != 0 || self->seal_field > 64 ? 16 : 8;
  guint8 *room = extend (self, self->dialect->bitmap == ISO8583_ENCODING_BINARY ? bitmap_size
                                                                                : bitmap_size * 2);

  if (bitmap_size == 16)
    bitmap[0] = 0x80;
  for (guint i = iso8583_message_next (message, 0); i != 0; i = iso8583_message_next (message, i))
    {
      gsize size;
      const char *text = iso8583_message_peek (message, i, &size);

      if (i == self->seal_field)
        continue;
      if (i > self->dialect->field_max)
        return fault (error, self->dialect, 0, self->size, "this dialect has no field %u", i);
      if (!pack_field (self, i, text, size, error))
        return FALSE;
      bitmap[(i - 1) / 8] |= (guint8)(0x80 >> (i - 1) % 8);
    }
  if (self->seal_field != 0)
    bitmap[(self->seal_field - 1) / 8] |= (guint8)(0x80 >> (self->seal_field - 1) % 8);
  write_bitmap (self->dialect, room, bitmap, bitmap_size);
  return TRUE;
}

static gboolean
pack_all (Packer *self, const Iso8583Message *message, GError **error)
{
  const char *mti = iso8583_message_mti (message);

  if (iso8583_message_overflowed (message) || mti[0] == '\0')
    return fault (error, self->dialect, 0, 0, "the message is too long, or has no MTI");
  if (!pack_prefix (self, message, error))
    return FALSE;
  put_number (
      self, self->dialect->mti, 4,
      (gsize)((mti[0] - '0') * 1000 + (mti[1] - '0') * 100 + (mti[2] - '0') * 10 + mti[3] - '0'));
  if (!pack_fields (self, message, error))
    return FALSE;
  if (self->size > ISO8583_MESSAGE_MAX)
    return fault (error, self->dialect, 0, self->size, "wanted at most %d bytes",
                  ISO8583_MESSAGE_MAX);
  return TRUE;
}

static void
free_packer (gpointer data)
{
  Packer *self = data;

  base_secret_wipe (self->bytes, self->size);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Packer, free_packer)

/* Every text once, every length in at most four bytes, the prefix, the MTI and the longest bitmap.
 */
static Packer *
new_packer (const Iso8583Dialect *dialect, gsize text_size)
{
  gsize size_max
      = dialect->prefix_size + 4 + 2 * BITMAP_BYTES_MAX + text_size + 4 * ISO8583_FIELD_MAX;
  Packer *self = g_malloc (sizeof *self + size_max);

  self->dialect = dialect;
  self->seal_field = 0;
  self->size = 0;
  self->size_max = size_max;
  return self;
}

static GBytes *
finish (Packer *self)
{
  return g_bytes_new_with_free_func (self->bytes, self->size, free_packer, self);
}

GBytes *
iso8583_pack (const AcquirerProfile *profile, const Iso8583Message *message, GError **error)
{
  g_autoptr (Packer) packer
      = new_packer (acquirer_profile_dialect (profile), iso8583_message_text_size (message));

  return pack_all (packer, message, error) ? finish (g_steal_pointer (&packer)) : NULL;
}

GBytes *
iso8583_pack_sealed (const AcquirerProfile *profile,
                     const Iso8583Message *message,
                     guint seal_field,
                     Iso8583Seal seal,
                     gpointer data,
                     GError **error)
{
  const Iso8583Dialect *dialect = acquirer_profile_dialect (profile);
  const Iso8583Field *field = &dialect->fields[seal_field];
  g_autoptr (Packer) packer
      = new_packer (dialect, iso8583_message_text_size (message) + field->length);
  BaseSpan all, covered;
  BaseReader reader;

  g_assert (seal_field == dialect->field_max && field->prefix_digits == 0);
  g_assert (field->encoding == ISO8583_ENCODING_BINARY);
  packer->seal_field = seal_field;
  if (!pack_all (packer, message, error))
    return NULL;
  all = BASE_SPAN (packer->bytes, packer->size);
  base_reader_init (&reader, all);
  base_reader_skip (&reader, dialect->prefix_size);
  base_reader_take (&reader, base_reader_left (&reader), &covered);
  if (all.size + field->length > ISO8583_MESSAGE_MAX)
    {
      fault (error, dialect, seal_field, all.size, "wanted at most %d bytes", ISO8583_MESSAGE_MAX);
      return NULL;
    }
  if (!seal (data, covered, extend (packer, field->length), field->length, error))
    return NULL;
  return finish (g_steal_pointer (&packer));
}

/* ---- Unpacking ---- */

typedef struct
{
  const Iso8583Dialect *dialect;
  BaseReader reader;
  Iso8583Message *message;
} Unpacker;

/* `size` bytes for `what`, or the error that says how many there are. */
static gboolean
take (Unpacker *self,
      guint number,
      gsize size,
      const char *what,
      BaseSpan *out_span,
      GError **error)
{
  if (base_reader_take (&self->reader, size, out_span))
    return TRUE;
  return fault (error, self->dialect, number, self->reader.offset,
                "wanted %" G_GSIZE_FORMAT " bytes of %s, %" G_GSIZE_FORMAT " are left", size, what,
                base_reader_left (&self->reader));
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
  if (!take (self, number, number_size (self->dialect->length, field->prefix_digits), "length",
             &span, error))
    return FALSE;
  if (!number_from (self->dialect->length, span, &units))
    return fault (error, self->dialect, number, offset, "wanted a length in digits");
  if (field->encoding == ISO8583_ENCODING_BCD && self->dialect->length_in_bytes)
    units *= 2;
  if (units > field->length)
    return fault (error, self->dialect, number, offset,
                  "wanted a length of at most %u, it says %" G_GSIZE_FORMAT, field->length, units);
  *out_units = units;
  return TRUE;
}

static char *
reserve (Unpacker *self, guint number, gsize size, GError **error)
{
  char *room = iso8583_message_reserve (self->message, number, size);

  if (room == NULL)
    fault (error, self->dialect, number, self->reader.offset,
           "the message's texts are too long together");
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
        return fault (error, self->dialect, number, offset + (i + start) / 2,
                      "wanted packed digits, found %02X", byte);
    }
  return fault (error, self->dialect, number, offset + (field->pad_left ? 0 : span.size - 1),
                "wanted the odd digit filled up with %X, found %X", self->dialect->pad_nibble,
                field->pad_left ? span.data[0] >> 4 : span.data[span.size - 1] & 0x0F);
}

/* Two characters a byte. Returns the OR of all that is above 9 in a nibble: zero when all are
 * digits. */
static inline guint8
unpack_pairs (char *restrict out, const guint8 *restrict in, gsize pairs)
{
  guint8 above = 0;

  for (gsize i = 0; i < pairs; i++)
    {
      guint8 byte = in[i];

      /* 6 added to a nibble carries out of it exactly when it is above 9. */
      above |= (guint8)((byte & 0x0F) + 6) & 0x10;
      above |= (guint8)((byte >> 4) + 6) & 0x10;
      out[2 * i] = packed_characters[byte >> 4];
      out[2 * i + 1] = packed_characters[byte & 0x0F];
    }
  return above;
}

static gboolean
read_packed (Unpacker *self, guint number, gsize digits, GError **error)
{
  const Iso8583Field *field = &self->dialect->fields[number];
  gsize pairs = digits / 2, lead = digits % 2 == 1 && field->pad_left ? 1 : 0;
  guint8 above = 0, odd = 0, filled = self->dialect->pad_nibble;
  BaseSpan span;
  char *room;

  if (!take (self, number, (digits + 1) / 2, "packed digits", &span, error)
      || (room = reserve (self, number, digits, error)) == NULL)
    return FALSE;
  if (pairs > 0)
    above = unpack_pairs (&room[lead], &span.data[lead], pairs);
  if (digits % 2 == 1)
    {
      guint8 byte = span.data[lead == 1 ? 0 : pairs];

      odd = lead == 1 ? byte & 0x0F : byte >> 4;
      filled = lead == 1 ? byte >> 4 : byte & 0x0F;
      room[lead == 1 ? 0 : digits - 1] = packed_characters[odd];
    }
  if (filled != self->dialect->pad_nibble
      || (field->format == ISO8583_FORMAT_N && (above != 0 || odd > 9)))
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

  if (!take (self, number, size, wanted (field), &span, error)
      || (room = reserve (self, number, size, error)) == NULL)
    return FALSE;
  good = allowed (field->format, span.data, size);
  if (good < size)
    return fault (error, self->dialect, number, offset + good, "wanted %s, found %02X",
                  wanted (field), span.data[good]);
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

  if (!take (self, number, size, "the field", &span, error)
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
    return fault (error, self->dialect, 0, self->reader.offset,
                  "the bitmap names field %u, which this dialect hasn't", number);
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
  BaseSpan span;

  if (!take (self, 0, hex ? 16 : 8, "bitmap", &span, error))
    return FALSE;
  for (gsize i = 0; i < 8; i++)
    {
      int high = hex ? g_ascii_xdigit_value ((char)span.data[2 * i]) : span.data[i] >> 4;
      int low = hex ? g_ascii_xdigit_value ((char)span.data[2 * i + 1]) : span.data[i] & 0x0F;

      if (high < 0 || low < 0)
        return fault (error, self->dialect, 0, offset + 2 * i,
                      "wanted the bitmap in hexadecimal characters");
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
    return fault (error, self->dialect, 0, 0, "wanted at most %d bytes", ISO8583_MESSAGE_MAX);
  if (!take (self, 0, self->dialect->prefix_size, "TPDU and header", &span, error))
    return FALSE;
  if (span.size > 0)
    iso8583_message_set_bytes (self->message, 0, span);
  offset = self->reader.offset;
  if (!take (self, 0, number_size (self->dialect->mti, 4), "MTI", &span, error))
    return FALSE;
  if (!number_from (self->dialect->mti, span, &mti))
    return fault (error, self->dialect, 0, offset, "wanted an MTI of four digits");
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
    return fault (error, self->dialect, 0, offset,
                  "the bitmap promises a second one, which this dialect hasn't");
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
    return fault (error, self->dialect, 0, self->reader.offset,
                  "wanted the end, %" G_GSIZE_FORMAT " bytes follow the last field",
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

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Invariants:
 * 1. The buffer's size is computed as an upper bound before; extend() asserts it.
 * 2. What unpacks, packs again to a message that unpacks to the same fields (tests/fuzz).
 * 3. "units" are what a length counts: digits or characters of a text, bytes of a binary field.
 */
#include "iso8583.h"

#include "base-secret.h"
#include "iso8583-text.h"

#include <glib/gi18n.h>

#define BITMAP_BYTES_MAX 16

static const char hex_digits[] = "0123456789ABCDEF";

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
  return (guint8)((c & 0x0F) + (c >> 6) * 9);
}

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
    return iso8583_text_fault (error, self->dialect, 0, self->size,
                               _ ("this dialect has no field %u"), number);
  if (field->format == ISO8583_FORMAT_B && size % 2 != 0)
    return iso8583_text_fault (error, self->dialect, number, self->size,
                               _ ("wanted whole bytes, has half a one"));
  if (field->prefix_digits == 0 ? units != field->length : units > field->length)
    return iso8583_text_fault (error, self->dialect, number, self->size,
                               field->prefix_digits == 0
                                   ? _ ("wanted a length of %u, has %zu")
                                   : _ ("wanted a length of at most %u, has %zu"),
                               field->length, units);
  good = is_even_digits (field, size)
             ? size
             : iso8583_text_allowed (field->format, (const guint8 *)text, size);
  if (good < size)
    return iso8583_text_fault (error, self->dialect, number, self->size,
                               _ ("wanted format %s, character %zu doesn't fit"),
                               iso8583_text_format (field), good);
  if (field->prefix_digits != 0 && field->encoding == ISO8583_ENCODING_BCD
      && self->dialect->length_in_bytes && units % 2 != 0)
    return iso8583_text_fault (error, self->dialect, number, self->size,
                               _ ("wanted an even count of digits, has %zu"), units);
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
    return iso8583_text_fault (error, self->dialect, number, self->size - size / 2,
                               _ ("wanted format %s, character %zu doesn't fit"),
                               iso8583_text_format (field),
                               iso8583_text_allowed (field->format, (const guint8 *)text, size));
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
  if (iso8583_text_allowed (ISO8583_FORMAT_B, (const guint8 *)text, size) < size)
    return iso8583_text_fault (error, self->dialect, 0, 0,
                               _ ("what comes before the MTI isn't hexadecimal"));
  if (size != 2 * self->dialect->prefix_size)
    return iso8583_text_fault (error, self->dialect, 0, 0, _ ("wanted %u bytes before the MTI"),
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
        return iso8583_text_fault (error, self->dialect, 0, self->size,
                                   _ ("this dialect has no field %u"), i);
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
    return iso8583_text_fault (error, self->dialect, 0, 0,
                               _ ("the message is too long, or has no MTI"));
  if (!pack_prefix (self, message, error))
    return FALSE;
  put_number (
      self, self->dialect->mti, 4,
      (gsize)((mti[0] - '0') * 1000 + (mti[1] - '0') * 100 + (mti[2] - '0') * 10 + mti[3] - '0'));
  if (!pack_fields (self, message, error))
    return FALSE;
  if (self->size > ISO8583_MESSAGE_MAX)
    return iso8583_text_fault (error, self->dialect, 0, self->size, _ ("wanted at most %d bytes"),
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
      iso8583_text_fault (error, dialect, seal_field, all.size, _ ("wanted at most %d bytes"),
                          ISO8583_MESSAGE_MAX);
      return NULL;
    }
  if (!seal (data, covered, extend (packer, field->length), field->length, error))
    return NULL;
  return finish (g_steal_pointer (&packer));
}

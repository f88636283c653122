/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base-bytes.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>

BaseSpan
base_bytes_span (GBytes *bytes)
{
  BaseSpan span = { NULL, 0 };

  if (bytes != NULL)
    span.data = g_bytes_get_data (bytes, &span.size);
  return span;
}

gboolean
base_bytes_equal (BaseSpan a, BaseSpan b)
{
  return a.size == b.size && (a.size == 0 || memcmp (a.data, b.data, a.size) == 0);
}

gboolean
base_bytes_equal_secret (BaseSpan a, BaseSpan b)
{
  guint8 difference = 0;

  if (a.size != b.size)
    return FALSE;
  for (gsize i = 0; i < a.size; i++)
    difference |= a.data[i] ^ b.data[i];
  return difference == 0;
}

char *
base_bytes_to_hex (BaseSpan span)
{
  static const char digits[] = "0123456789ABCDEF";
  char *text = g_malloc (span.size * 2 + 1);

  for (gsize i = 0; i < span.size; i++)
    {
      text[2 * i] = digits[span.data[i] >> 4];
      text[2 * i + 1] = digits[span.data[i] & 0x0F];
    }
  text[span.size * 2] = '\0';
  return text;
}

GBytes *
base_bytes_from_hex (const char *text, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  int high = -1;

  g_assert (text != NULL);
  for (const char *c = text; *c != '\0'; c++)
    {
      int digit = g_ascii_xdigit_value (*c);

      if (digit < 0 && high < 0 && (g_ascii_isspace (*c) || *c == ':'))
        continue;
      if (digit < 0)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       _ ("Character %zu is not a hexadecimal digit"), (gsize)(c - text));
          return NULL;
        }
      if (high < 0)
        high = digit;
      else
        {
          guint8 byte = (guint8)(high << 4 | digit);

          g_byte_array_append (bytes, &byte, 1);
          high = -1;
        }
    }
  if (high >= 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           _ ("The hexadecimal text ends in the middle of a byte"));
      return NULL;
    }
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

void
base_reader_init (BaseReader *self, BaseSpan span)
{
  self->span = span;
  self->offset = 0;
}

gboolean
base_reader_skip (BaseReader *self, gsize size)
{
  BaseSpan ignored;

  return base_reader_take (self, size, &ignored);
}

/* Big-endian, 1 to 8 bytes. */
static gboolean
read_be (BaseReader *self, gsize size, guint64 *out_value)
{
  BaseSpan span;
  guint64 value = 0;

  if (!base_reader_take (self, size, &span))
    return FALSE;
  for (gsize i = 0; i < size; i++)
    value = value << 8 | span.data[i];
  *out_value = value;
  return TRUE;
}

gboolean
base_reader_u8 (BaseReader *self, guint8 *out_value)
{
  guint64 value;

  if (!read_be (self, 1, &value))
    return FALSE;
  *out_value = (guint8)value;
  return TRUE;
}

gboolean
base_reader_u16be (BaseReader *self, guint16 *out_value)
{
  guint64 value;

  if (!read_be (self, 2, &value))
    return FALSE;
  *out_value = (guint16)value;
  return TRUE;
}

gboolean
base_reader_u16le (BaseReader *self, guint16 *out_value)
{
  if (!base_reader_u16be (self, out_value))
    return FALSE;
  *out_value = GUINT16_SWAP_LE_BE (*out_value);
  return TRUE;
}

gboolean
base_reader_u32be (BaseReader *self, guint32 *out_value)
{
  guint64 value;

  if (!read_be (self, 4, &value))
    return FALSE;
  *out_value = (guint32)value;
  return TRUE;
}

gboolean
base_reader_u32le (BaseReader *self, guint32 *out_value)
{
  if (!base_reader_u32be (self, out_value))
    return FALSE;
  *out_value = GUINT32_SWAP_LE_BE (*out_value);
  return TRUE;
}

gboolean
base_reader_u64be (BaseReader *self, guint64 *out_value)
{
  return read_be (self, 8, out_value);
}

void
base_writer_init (BaseWriter *self, gsize size_max)
{
  self->bytes = g_byte_array_new ();
  self->size_max = size_max;
  self->overflowed = FALSE;
}

void
base_writer_clear (BaseWriter *self)
{
  g_clear_pointer (&self->bytes, g_byte_array_unref);
}

gboolean
base_writer_put (BaseWriter *self, BaseSpan span)
{
  if (self->overflowed || span.size > self->size_max - self->bytes->len)
    self->overflowed = TRUE;
  else if (span.size > 0)
    g_byte_array_append (self->bytes, span.data, (guint)span.size);
  return !self->overflowed;
}

gboolean
base_writer_fill (BaseWriter *self, guint8 value, gsize count)
{
  for (gsize i = 0; i < count && !self->overflowed; i++)
    base_writer_put (self, BASE_SPAN (&value, 1));
  return !self->overflowed;
}

static gboolean
write_be (BaseWriter *self, guint64 value, gsize size)
{
  guint8 bytes[8];

  for (gsize i = 0; i < size; i++)
    bytes[i] = (guint8)(value >> (8 * (size - 1 - i)));
  return base_writer_put (self, BASE_SPAN (bytes, size));
}

gboolean
base_writer_u8 (BaseWriter *self, guint8 value)
{
  return write_be (self, value, 1);
}

gboolean
base_writer_u16be (BaseWriter *self, guint16 value)
{
  return write_be (self, value, 2);
}

gboolean
base_writer_u16le (BaseWriter *self, guint16 value)
{
  return write_be (self, GUINT16_SWAP_LE_BE (value), 2);
}

gboolean
base_writer_u32be (BaseWriter *self, guint32 value)
{
  return write_be (self, value, 4);
}

gboolean
base_writer_u64be (BaseWriter *self, guint64 value)
{
  return write_be (self, value, 8);
}

BaseSpan
base_writer_span (const BaseWriter *self)
{
  return BASE_SPAN (self->bytes->data, self->bytes->len);
}

GBytes *
base_writer_steal (BaseWriter *self)
{
  if (self->overflowed)
    {
      base_writer_clear (self);
      return NULL;
    }
  return g_byte_array_free_to_bytes (g_steal_pointer (&self->bytes));
}

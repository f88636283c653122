/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "iso8583-frame.h"

#include "acquirer-error.h"
#include "base-secret.h"

#include <glib/gi18n.h>

gsize
iso8583_frame_head_size (const Iso8583Dialect *dialect)
{
  return dialect->frame == ISO8583_FRAME_ASCII4 ? 4 : 2;
}

/* The length that `head` says, or FALSE where it isn't written as this dialect writes it. */
static gboolean
read_length (Iso8583Frame frame, BaseSpan head, gsize *out_length)
{
  gsize length = 0;

  for (gsize i = 0; i < head.size; i++)
    {
      guint8 byte = head.data[i];

      if (frame == ISO8583_FRAME_BINARY2 || frame == ISO8583_FRAME_BINARY2_INCLUSIVE)
        length = length << 8 | byte;
      else if (frame == ISO8583_FRAME_BCD2 && byte >> 4 <= 9 && (byte & 0x0F) <= 9)
        length = length * 100 + (byte >> 4) * 10u + (byte & 0x0F);
      else if (frame == ISO8583_FRAME_ASCII4 && g_ascii_isdigit (byte))
        length = length * 10 + (byte - '0');
      else
        return FALSE;
    }
  if (frame == ISO8583_FRAME_BINARY2_INCLUSIVE && length < head.size)
    return FALSE;
  *out_length = frame == ISO8583_FRAME_BINARY2_INCLUSIVE ? length - head.size : length;
  return TRUE;
}

gboolean
iso8583_frame_read (const Iso8583Dialect *dialect,
                    BaseSpan head,
                    gsize *out_body_size,
                    GError **error)
{
  g_autofree char *hex = NULL;
  gsize length;

  g_assert (head.size == iso8583_frame_head_size (dialect));
  if (read_length (dialect->frame, head, &length) && length > 0 && length <= ISO8583_MESSAGE_MAX)
    {
      *out_body_size = length;
      return TRUE;
    }
  hex = base_bytes_to_hex (head);
  return acquirer_error_set (error, ACQUIRER_ERROR_FIELD,
                             _ ("At byte 0 of the frame: wanted a length from 1 to %d, found %s"),
                             ISO8583_MESSAGE_MAX, hex);
}

static void
put_length (BaseWriter *writer, Iso8583Frame frame, guint length)
{
  guint bcd
      = length / 1000 % 10 << 12 | length / 100 % 10 << 8 | length / 10 % 10 << 4 | length % 10;

  if (frame == ISO8583_FRAME_ASCII4)
    for (int shift = 12; shift >= 0; shift -= 4)
      base_writer_u8 (writer, (guint8)('0' + (bcd >> shift & 0x0F)));
  else
    base_writer_u16be (writer, (guint16)(frame == ISO8583_FRAME_BCD2                ? bcd
                                         : frame == ISO8583_FRAME_BINARY2_INCLUSIVE ? length + 2
                                                                                    : length));
}

static void
free_wiped (gpointer data)
{
  GByteArray *array = data;

  base_secret_wipe (array->data, array->len);
  g_byte_array_unref (array);
}

GBytes *
iso8583_frame_wrap (const Iso8583Dialect *dialect, BaseSpan body)
{
  BaseWriter writer;

  g_assert (body.size > 0 && body.size <= ISO8583_MESSAGE_MAX);
  base_writer_init (&writer, ISO8583_FRAME_HEAD_MAX + body.size);
  put_length (&writer, dialect->frame, (guint)body.size);
  base_writer_put (&writer, body);
  return g_bytes_new_with_free_func (writer.bytes->data, writer.bytes->len, free_wiped,
                                     writer.bytes);
}

BaseSpan
iso8583_frame_strip (const Iso8583Dialect *dialect, BaseSpan bytes)
{
  BaseReader reader;
  BaseSpan head;
  gsize length;

  base_reader_init (&reader, bytes);
  if (base_reader_take (&reader, iso8583_frame_head_size (dialect), &head)
      && read_length (dialect->frame, head, &length) && length == base_reader_left (&reader))
    base_reader_take (&reader, length, &bytes);
  return bytes;
}

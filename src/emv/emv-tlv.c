/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emv-tlv.h"

#define TAG_BYTES_MAX 3

/* ISO 8825-1: a tag goes on while its bytes' highest bits say so. */
gboolean
emv_tlv_read_tag (BaseReader *reader, guint32 *out_tag)
{
  guint8 byte;
  guint count = 1;

  if (!base_reader_u8 (reader, &byte))
    return FALSE;
  *out_tag = byte;
  if ((byte & 0x1F) != 0x1F)
    return byte != 0;
  do
    {
      if (++count > TAG_BYTES_MAX || !base_reader_u8 (reader, &byte))
        return FALSE;
      *out_tag = *out_tag << 8 | byte;
    }
  while ((byte & 0x80) != 0);
  return TRUE;
}

static gboolean
read_size (BaseReader *reader, gsize *out_size)
{
  guint8 first, second = 0, third = 0;

  if (!base_reader_u8 (reader, &first) || first == 0x80 || first > 0x82)
    return FALSE;
  if (first == 0x81 && !base_reader_u8 (reader, &second))
    return FALSE;
  if (first == 0x82 && (!base_reader_u8 (reader, &second) || !base_reader_u8 (reader, &third)))
    return FALSE;
  *out_size = first < 0x80 ? first : first == 0x81 ? second : (gsize)second << 8 | third;
  return TRUE;
}

gboolean
emv_tlv_read (BaseReader *reader, EmvTlv *out_object)
{
  BaseReader start = *reader;
  gsize size;

  if (!emv_tlv_read_tag (reader, &out_object->tag) || !read_size (reader, &size)
      || !base_reader_take (reader, size, &out_object->value))
    return FALSE;
  return base_reader_take (&start, base_reader_left (&start) - base_reader_left (reader),
                           &out_object->object);
}

EmvTlvStep
emv_tlv_next (BaseReader *reader, EmvTlv *out_object)
{
  while (base_reader_left (reader) > 0 && reader->span.data[reader->offset] == 0)
    (void)base_reader_skip (reader, 1);
  if (base_reader_left (reader) == 0)
    return EMV_TLV_END;
  return emv_tlv_read (reader, out_object) ? EMV_TLV_OBJECT : EMV_TLV_BAD;
}

/* Highest first; returns how many. */
static gsize
tag_bytes (guint32 tag, guint8 out_bytes[TAG_BYTES_MAX])
{
  gsize size = tag > 0xFFFF ? 3 : tag > 0xFF ? 2 : 1;

  for (gsize i = 0; i < size; i++)
    out_bytes[i] = (guint8)(tag >> 8 * (size - 1 - i));
  return size;
}

gboolean
emv_tlv_is_constructed (guint32 tag)
{
  guint8 bytes[TAG_BYTES_MAX];

  (void)tag_bytes (tag, bytes);
  return (bytes[0] & 0x20) != 0;
}

gboolean
emv_tlv_find (BaseSpan objects, guint32 tag, BaseSpan *out_value)
{
  BaseReader reader;
  EmvTlv object;

  base_reader_init (&reader, objects);
  while (emv_tlv_next (&reader, &object) == EMV_TLV_OBJECT)
    if (object.tag == tag)
      {
        *out_value = object.value;
        return TRUE;
      }
  return FALSE;
}

gboolean
emv_tlv_is_readable (BaseSpan objects)
{
  BaseReader reader;
  EmvTlv object;
  EmvTlvStep step;

  base_reader_init (&reader, objects);
  while ((step = emv_tlv_next (&reader, &object)) == EMV_TLV_OBJECT)
    ;
  return step == EMV_TLV_END;
}

gboolean
emv_tlv_put (BaseWriter *writer, guint32 tag, BaseSpan value)
{
  guint8 bytes[TAG_BYTES_MAX];

  g_return_val_if_fail (tag > 0 && tag <= 0xFFFFFF && value.size <= G_MAXUINT16, FALSE);
  (void)base_writer_put (writer, BASE_SPAN (bytes, tag_bytes (tag, bytes)));
  if (value.size > 0xFF)
    (void)base_writer_u8 (writer, 0x82);
  else if (value.size > 0x7F)
    (void)base_writer_u8 (writer, 0x81);
  if (value.size > 0xFF)
    (void)base_writer_u8 (writer, (guint8)(value.size >> 8));
  return base_writer_u8 (writer, (guint8)value.size) && base_writer_put (writer, value);
}

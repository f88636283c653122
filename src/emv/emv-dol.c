/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emv-dol.h"

#include "emv-tag.h"
#include "emv-tlv.h"

gboolean
emv_dol_next (BaseReader *reader, guint32 *out_tag, guint8 *out_size)
{
  return emv_tlv_read_tag (reader, out_tag) && base_reader_u8 (reader, out_size);
}

static void
put (EmvList *list, BaseSpan value)
{
  for (gsize i = 0; i < value.size; i++)
    list->bytes[list->size++] = value.data[i];
}

static void
fill (EmvList *list, guint8 byte, gsize count)
{
  for (gsize i = 0; i < count; i++)
    list->bytes[list->size++] = byte;
}

static void
put_object (EmvList *list, BaseSpan value, EmvFormat format, gsize size)
{
  gsize missing = size > value.size ? size - value.size : 0;
  gsize surplus = value.size > size ? value.size - size : 0;

  if (format == EMV_FORMAT_NUMERIC)
    {
      fill (list, 0x00, missing);
      put (list, BASE_SPAN (value.data + surplus, value.size - surplus));
      return;
    }
  put (list, BASE_SPAN (value.data, value.size - surplus));
  fill (list, format == EMV_FORMAT_COMPRESSED ? 0xFF : 0x00, missing);
}

gboolean
emv_dol_fill (BaseSpan dol, const EmvData *data, EmvList *out_list)
{
  BaseReader reader;

  out_list->size = 0;
  base_reader_init (&reader, dol);
  while (base_reader_left (&reader) > 0)
    {
      BaseSpan value;
      guint32 tag;
      guint8 size;

      if (!emv_dol_next (&reader, &tag, &size) || size > EMV_LIST_MAX - out_list->size)
        return FALSE;
      value = emv_tlv_is_constructed (tag) ? BASE_SPAN (NULL, 0) : emv_data_get (data, tag);
      if (value.data == NULL)
        fill (out_list, 0x00, size);
      else
        put_object (out_list, value, emv_tag_format (tag), size);
    }
  return TRUE;
}

gboolean
emv_dol_asks_for (BaseSpan dol, guint32 wanted)
{
  BaseReader reader;
  guint32 tag;
  guint8 size;

  base_reader_init (&reader, dol);
  while (emv_dol_next (&reader, &tag, &size))
    if (tag == wanted)
      return TRUE;
  return FALSE;
}

void
emv_list_clear (EmvList *self)
{
  base_secret_wipe (self, sizeof *self);
}

BaseSpan
emv_list_span (const EmvList *self)
{
  return BASE_SPAN (self->bytes, self->size);
}

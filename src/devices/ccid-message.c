/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ccid-message.h"

gboolean
ccid_message_write (const CcidMessage *self, BaseWriter *writer)
{
  guint32 size = (guint32)self->data.size;

  (void)base_writer_u8 (writer, self->type);
  (void)base_writer_u16le (writer, (guint16)(size & 0xFFFF));
  (void)base_writer_u16le (writer, (guint16)(size >> 16));
  (void)base_writer_u8 (writer, self->slot);
  (void)base_writer_u8 (writer, self->sequence);
  (void)base_writer_put (writer, BASE_SPAN (self->specific, sizeof self->specific));
  return base_writer_put (writer, self->data);
}

gboolean
ccid_message_read (BaseSpan bytes, CcidAnswer *out)
{
  BaseReader reader;
  guint32 size;
  BaseSpan specific;

  base_reader_init (&reader, bytes);
  if (!base_reader_u8 (&reader, &out->message.type) || !base_reader_u32le (&reader, &size)
      || !base_reader_u8 (&reader, &out->message.slot)
      || !base_reader_u8 (&reader, &out->message.sequence)
      || !base_reader_take (&reader, 3, &specific)
      || !base_reader_take (&reader, size, &out->message.data))
    return FALSE;
  for (gsize i = 0; i < specific.size; i++)
    out->message.specific[i] = specific.data[i];
  out->card = (CcidCard)(specific.data[0] & 0x03);
  out->command = (CcidCommand)(specific.data[0] >> 6);
  out->error = specific.data[1];
  out->chain = specific.data[2];
  return (out->message.type & 0xF0) == 0x80 && (specific.data[0] & 0x03) != 0x03
         && specific.data[0] >> 6 != 0x03;
}

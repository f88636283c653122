/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any bytes as objects. What is read lies in them, and is written again as something that reads the
 * same.
 */
#include "emv-tlv.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
check_object (const EmvTlv *object)
{
  g_auto (BaseWriter) writer = { 0 };
  BaseSpan again;

  if (object->value.size > G_MAXUINT16)
    return;
  base_writer_init (&writer, object->value.size + 8);
  g_assert (emv_tlv_put (&writer, object->tag, object->value));
  g_assert (base_writer_span (&writer).size <= object->object.size);
  g_assert (emv_tlv_find (base_writer_span (&writer), object->tag, &again));
  g_assert (base_bytes_equal (again, object->value));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  BaseReader reader;
  EmvTlv object;
  EmvTlvStep step;

  base_reader_init (&reader, BASE_SPAN (data, size));
  while ((step = emv_tlv_next (&reader, &object)) == EMV_TLV_OBJECT)
    check_object (&object);
  g_assert (emv_tlv_is_readable (BASE_SPAN (data, size)) == (step == EMV_TLV_END));
  return 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any bytes as a list of data objects: what is filled has the size that the list says.
 */
#include "emv-dol.h"
#include "emv-tlv.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static gsize
size_of (BaseSpan dol)
{
  BaseReader reader;
  gsize sum = 0;
  guint32 tag;
  guint8 size;

  base_reader_init (&reader, dol);
  while (emv_tlv_read_tag (&reader, &tag) && base_reader_u8 (&reader, &size))
    {
      g_assert (emv_dol_asks_for (dol, tag));
      sum += size;
    }
  return sum;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static const guint8 amount[] = { 0, 0, 0, 1, 0x25, 0 }, number[] = { 0x62, 0, 0, 0, 0, 0, 0, 5 };
  g_autoptr (EmvData) objects = emv_data_new ();
  g_auto (EmvList) list = { 0 };

  (void)emv_data_set (objects, 0x9F02, BASE_SPAN (amount, sizeof amount), EMV_ORIGIN_TERMINAL);
  (void)emv_data_set (objects, 0x5A, BASE_SPAN (number, sizeof number), EMV_ORIGIN_CARD);
  (void)emv_data_set (objects, 0x8A, BASE_SPAN ("00", 2), EMV_ORIGIN_TERMINAL);
  if (emv_dol_fill (BASE_SPAN (data, size), objects, &list))
    {
      g_assert (list.size <= EMV_LIST_MAX);
      g_assert (list.size == size_of (BASE_SPAN (data, size)));
    }
  return 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "msr-idtech.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* As it came, and once more as the body of a frame whose check bytes are right: else nothing gets
 * past them. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (MsrSwipe) swipe = NULL;
  g_autoptr (MsrSwipe) framed = NULL;
  g_auto (BaseWriter) writer = { 0 };
  guint8 lrc = 0, sum = 0;

  msr_idtech_parse (BASE_SPAN (data, size), &swipe, NULL);
  msr_idtech_frame_size (BASE_SPAN (data, size));
  if (size > G_MAXUINT16)
    return 0;
  for (gsize i = 0; i < size; i++)
    {
      lrc ^= data[i];
      sum = (guint8)(sum + data[i]);
    }
  base_writer_init (&writer, G_MAXUINT16 + 6);
  base_writer_u8 (&writer, 2);
  base_writer_u16le (&writer, (guint16)size);
  base_writer_put (&writer, BASE_SPAN (data, size));
  base_writer_u8 (&writer, lrc);
  base_writer_u8 (&writer, sum);
  base_writer_u8 (&writer, 3);
  if (msr_idtech_parse (base_writer_span (&writer), &framed, NULL) == MSR_SWIPED)
    g_assert (framed->format != NULL);
  return 0;
}

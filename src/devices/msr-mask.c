/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "msr-mask.h"

#include <string.h>

#define FIRST_KEPT 6
#define LAST_KEPT 4

/* The characters between the start sentinel and the separator. */
static gboolean
find_pan (BaseSpan track, BaseSpan *out_pan)
{
  BaseReader reader;
  guint8 byte = 0;
  gsize start, size = 0;

  base_reader_init (&reader, track);
  if (!base_reader_u8 (&reader, &byte))
    return FALSE;
  if (byte == '%' && !base_reader_u8 (&reader, &byte)) /* the format letter of track 1 */
    return FALSE;
  if (!g_ascii_isalpha (byte) && byte != ';' && byte != '*')
    return FALSE;
  start = reader.offset;
  while (base_reader_u8 (&reader, &byte) && (g_ascii_isdigit (byte) || byte == '*'))
    size++;
  reader.offset = start;
  return size >= MSR_MASK_PAN_MIN && size <= MSR_PAN_MAX
         && base_reader_take (&reader, size, out_pan);
}

gboolean
msr_mask_pan (BaseSpan masked_track, char out_pan[MSR_PAN_MAX + 1])
{
  BaseSpan pan;

  out_pan[0] = '\0';
  if (!find_pan (masked_track, &pan))
    return FALSE;
  for (gsize i = 0; i < pan.size; i++)
    out_pan[i] = i < FIRST_KEPT || i >= pan.size - LAST_KEPT ? (char)pan.data[i] : '*';
  out_pan[pan.size] = '\0';
  return TRUE;
}

gboolean
msr_mask_is_clear (BaseSpan masked_track)
{
  BaseSpan pan;
  gboolean differ = FALSE;

  if (!find_pan (masked_track, &pan))
    return FALSE;
  for (gsize i = FIRST_KEPT; i < pan.size - LAST_KEPT; i++)
    {
      if (!g_ascii_isdigit (pan.data[i]))
        return FALSE;
      differ |= pan.data[i] != '0';
    }
  return differ;
}

gboolean
msr_mask_is_track (BaseSpan bytes)
{
  BaseReader reader;
  guint8 byte = 0;
  guint seen = 0;

  base_reader_init (&reader, bytes);
  if (!base_reader_u8 (&reader, &byte) || (byte != '%' && byte != ';'))
    return FALSE;
  while (base_reader_u8 (&reader, &byte) && byte != '?')
    {
      if (!g_ascii_isprint (byte))
        return FALSE;
      seen++;
    }
  return byte == '?' || seen >= MSR_MASK_PAN_MIN;
}

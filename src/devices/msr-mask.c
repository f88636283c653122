/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "msr-mask.h"

#include <string.h>

#define FIRST_KEPT 6
#define LAST_KEPT 4
#define EXPIRY 4
#define SERVICE 3

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

static gboolean
is_separator (guint8 byte)
{
  return byte == '^' || byte == '=';
}

/* Behind the card number, on track 1 the name, and the date of expiry. */
static gboolean
find_service (BaseSpan track, BaseSpan pan, BaseSpan *out_service)
{
  guint separators = track.data[0] == '%' ? 2 : 1;
  BaseReader reader;
  BaseSpan expiry;
  guint8 byte;

  base_reader_init (&reader, track);
  (void)base_reader_skip (&reader, (gsize)(pan.data - track.data) + pan.size);
  while (separators > 0 && base_reader_u8 (&reader, &byte))
    if (is_separator (byte))
      separators--;
  if (separators > 0 || !base_reader_take (&reader, EXPIRY, &expiry)
      || !base_reader_take (&reader, SERVICE, out_service))
    return FALSE;
  for (gsize i = 0; i < EXPIRY; i++)
    if (is_separator (expiry.data[i])) /* a card without one */
      return FALSE;
  return TRUE;
}

/* Readers may be told to mask with any character, even with one that looks like a service code. */
static gboolean
is_service (BaseSpan pan, BaseSpan service)
{
  gboolean filled = TRUE;

  for (gsize i = 0; i < SERVICE; i++)
    {
      if (!g_ascii_isdigit (service.data[i]))
        return FALSE;
      filled &= service.data[i] == pan.data[FIRST_KEPT];
    }
  return !filled;
}

MsrChip
msr_mask_chip (BaseSpan masked_track)
{
  BaseSpan pan, service;

  if (!find_pan (masked_track, &pan) || !find_service (masked_track, pan, &service)
      || !is_service (pan, service))
    return MSR_CHIP_UNKNOWN;
  switch (service.data[0])
    {
    case '2':
    case '6':
      return MSR_CHIP_THERE;
    case '1':
    case '5':
    case '7':
    case '9':
      return MSR_CHIP_NONE;
    default:
      return MSR_CHIP_UNKNOWN;
    }
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

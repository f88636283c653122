/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "printer-escpos.h"

#include "device-error.h"

#include <glib/gi18n.h>
#include <string.h>

#define HEADER_MAX 64 /* bytes around one band */
#define FEED_MAX 255  /* dots of one ESC J */
#define PAD_ROWS 8
#define PULSE_OFF 250 /* 500 ms in units of 2 ms */

/* Everything back to a known state, and out of the two-byte text mode of Chinese firmware. */
static void
put_start (BaseWriter *writer)
{
  base_writer_put (writer, BASE_SPAN ("\x1B@\x1C.", 4));
}

static void
put_pulse (BaseWriter *writer, const PrinterProfile *profile)
{
  base_writer_put (writer, BASE_SPAN ("\x1Bp", 2));
  base_writer_u8 (writer, (guint8)profile->drawer_pin);
  base_writer_u8 (writer, (guint8)(profile->drawer_on_ms / 2));
  base_writer_u8 (writer, PULSE_OFF);
}

static void
put_feed (BaseWriter *writer, guint dots)
{
  for (guint left = dots; left > 0; left -= MIN (left, FEED_MAX))
    {
      base_writer_put (writer, BASE_SPAN ("\x1BJ", 2));
      base_writer_u8 (writer, (guint8)MIN (left, FEED_MAX));
    }
}

static void
put_cut (BaseWriter *writer, const PrinterProfile *profile)
{
  switch (profile->cut)
    {
    case PRINTER_CUT_NONE:
      /* No cutter: bring the last line past the tear bar. */
      base_writer_put (writer, BASE_SPAN ("\x1B"
                                          "d\x05",
                                          3));
      break;
    case PRINTER_CUT_GS_V_66:
      base_writer_put (writer, BASE_SPAN ("\x1DV\x42", 3));
      base_writer_u8 (writer, (guint8)MIN (profile->feed_rows, FEED_MAX));
      break;
    case PRINTER_CUT_GS_V_1:
      put_feed (writer, profile->feed_rows);
      base_writer_put (writer, BASE_SPAN ("\x1DV\x01", 3));
      break;
    case PRINTER_CUT_ESC_I:
      put_feed (writer, profile->feed_rows);
      base_writer_put (writer, BASE_SPAN ("\x1Bi", 2));
      break;
    }
}

/* DLE EOT, ENQ and DC4 act at once, even inside a picture: 0x10 becomes 0x18, one dot more. */
static void
defuse (GByteArray *bytes, guint from)
{
  guint8 *at = bytes->data + from;
  gsize left = bytes->len - from;

  while (left >= 2)
    {
      guint8 *dle = memchr (at, 0x10, left - 1);

      if (dle == NULL)
        return;
      if (dle[1] == 0x04 || dle[1] == 0x05 || dle[1] == 0x14)
        dle[0] = 0x18;
      left -= (gsize)(dle + 1 - at);
      at = dle + 1;
    }
}

static void
put_band (BaseWriter *writer,
          const PrinterProfile *profile,
          const PrinterRaster *raster,
          guint first,
          guint rows)
{
  guint width = (raster->width_dots + 7) / 8;
  guint pad = profile->pad_mod_48 && rows % 48 == 0 ? PAD_ROWS : 0;
  guint from;

  base_writer_put (writer, BASE_SPAN ("\x1Dv0\0", 4));
  base_writer_u16le (writer, (guint16)width);
  base_writer_u16le (writer, (guint16)(rows + pad));
  from = writer->bytes->len;
  if (raster->stride == width)
    base_writer_put (writer,
                     BASE_SPAN (raster->bits.data + (gsize)first * width, (gsize)rows * width));
  else
    for (guint row = first; row < first + rows; row++)
      base_writer_put (writer, BASE_SPAN (raster->bits.data + (gsize)row * raster->stride, width));
  base_writer_fill (writer, 0, (gsize)pad * width);
  if (!writer->overflowed)
    defuse (writer->bytes, from);
}

static gboolean
check_raster (const PrinterProfile *profile, const PrinterRaster *raster, GError **error)
{
  const char *why = NULL;

  if (raster->width_dots == 0 || raster->width_dots > profile->dots)
    why = _ ("it is empty or wider than the paper");
  else if (raster->stride < (raster->width_dots + 7) / 8)
    why = _ ("its rows are too short");
  else if (raster->height > PRINTER_ESCPOS_ROWS_MAX
           || raster->bits.size < (gsize)raster->stride * raster->height)
    why = _ ("it is too long, or bytes are missing");
  else if (raster->cut_count > PRINTER_ESCPOS_CUTS_MAX)
    why = _ ("it has too many cuts");
  if (why == NULL)
    return TRUE;
  g_set_error (error, DEVICE_ERROR, DEVICE_ERROR_DATA, _ ("The picture can't be printed: %s"), why);
  return FALSE;
}

static gsize
size_limit (const PrinterProfile *profile, const PrinterRaster *raster)
{
  gsize bands = raster->height / profile->band_rows + raster->cut_count + 2;
  gsize row = (raster->width_dots + 7) / 8;

  return (gsize)raster->height * row + bands * (HEADER_MAX + PAD_ROWS * row) + HEADER_MAX;
}

GBytes *
printer_escpos_encode (const PrinterProfile *profile,
                       const PrinterRaster *raster,
                       PrinterEscposOptions options,
                       GError **error)
{
  BaseWriter writer;
  guint cut = 0;

  if (!check_raster (profile, raster, error))
    return NULL;
  base_writer_init (&writer, size_limit (profile, raster));
  g_byte_array_unref (writer.bytes);
  writer.bytes = g_byte_array_sized_new ((guint)writer.size_max);
  put_start (&writer);
  if (options.pulse)
    put_pulse (&writer, profile);
  for (guint row = 0; row < raster->height;)
    {
      guint rows = MIN (profile->band_rows, raster->height - row);

      while (cut < raster->cut_count && raster->cut_rows[cut] <= row)
        {
          if (raster->cut_rows[cut++] == row && row > 0)
            put_cut (&writer, profile);
        }
      if (cut < raster->cut_count)
        rows = MIN (rows, raster->cut_rows[cut] - row);
      put_band (&writer, profile, raster, row, rows);
      row += rows;
    }
  if (options.cut)
    put_cut (&writer, profile);
  return base_writer_steal (&writer);
}

GBytes *
printer_escpos_pulse (const PrinterProfile *profile)
{
  BaseWriter writer;

  base_writer_init (&writer, HEADER_MAX);
  put_pulse (&writer, profile);
  return base_writer_steal (&writer);
}

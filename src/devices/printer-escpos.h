/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From a raster to the bytes that a receipt printer prints: GS v 0 in bands, cut and drawer pulse
 * as the profile says. Pure. Bytes of a picture that a printer would take for a real-time command
 * (DLE EOT, DLE ENQ, DLE DC4) get one more black dot.
 */
#pragma once

#include "printer-profile.h"

G_BEGIN_DECLS

#define PRINTER_ESCPOS_ROWS_MAX 200000
#define PRINTER_ESCPOS_CUTS_MAX 16

/* Borrowed by the encoder. Rows of `stride` bytes, most significant bit left, 1 = black. */
typedef struct
{
  guint width_dots;
  guint height;
  guint stride;
  BaseSpan bits;
  const guint *cut_rows; /* rows before which to cut, rising; the end of the paper is `cut` below */
  guint cut_count;
} PrinterRaster;

typedef struct
{
  gboolean cut;   /* at the end */
  gboolean pulse; /* open the drawer first */
} PrinterEscposOptions;

/* NULL with DEVICE_ERROR_DATA when the raster is wider than the printer or its sizes contradict
 * each other. */
GBytes *printer_escpos_encode (const PrinterProfile *profile,
                               const PrinterRaster *raster,
                               PrinterEscposOptions options,
                               GError **error);
GBytes *printer_escpos_pulse (const PrinterProfile *profile);

G_END_DECLS

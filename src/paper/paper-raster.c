/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "paper-raster.h"

#include <cairo.h>

/* A long receipt is drawn piece by piece: Cairo's surfaces end at 32,767 rows, and a small one stays in the cache. */
#define STRIP_ROWS 1024

/* Cairo packs the leftmost dot of a byte lowest on a little-endian machine, a printer wants it highest. */
static guint8
printer_order (guint8 dots)
{
#if G_BYTE_ORDER == G_LITTLE_ENDIAN
  dots = (guint8) ((dots & 0xf0) >> 4 | (dots & 0x0f) << 4);
  dots = (guint8) ((dots & 0xcc) >> 2 | (dots & 0x33) << 2);
  dots = (guint8) ((dots & 0xaa) >> 1 | (dots & 0x55) << 1);
#endif
  return dots;
}

static void
append_row (GByteArray *bits, const guint8 *row, guint stride, guint width_dots)
{
  guint at = bits->len;
  guint spare = stride * 8 - width_dots;

  g_byte_array_set_size (bits, at + stride);
  for (guint i = 0; i < stride; i++)
    bits->data[at + i] = printer_order (row[i]);
  bits->data[at + stride - 1] &= (guint8) (0xff << spare);
}

static void
append_strip (GByteArray *bits, const PaperLayout *layout, guint first, guint rows, guint stride)
{
  int width = (int) paper_layout_width (layout);
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_A1, width, (int) rows);
  cairo_t *cr = cairo_create (surface);
  const guint8 *data;

  cairo_translate (cr, 0, -(double) first);
  paper_layout_draw (layout, cr);
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  data = cairo_image_surface_get_data (surface);
  for (guint y = 0; y < rows; y++)
    append_row (bits, data + (gsize) y * (gsize) cairo_image_surface_get_stride (surface), stride, (guint) width);
  cairo_surface_destroy (surface);
}

PaperRaster *
paper_raster_new (const PaperLayout *layout)
{
  PaperRaster *self = g_new0 (PaperRaster, 1);
  GByteArray *bits;

  self->width_dots = paper_layout_width (layout);
  self->height = paper_layout_height (layout);
  self->stride = (self->width_dots + 7) / 8;
  self->cut_count = paper_layout_cut_count (layout);
  self->cuts = g_new0 (guint, self->cut_count);
  for (guint i = 0; i < self->cut_count; i++)
    self->cuts[i] = paper_layout_cut (layout, i);
  bits = g_byte_array_sized_new (self->stride * self->height);
  for (guint y = 0; y < self->height; y += STRIP_ROWS)
    append_strip (bits, layout, y, MIN (STRIP_ROWS, self->height - y), self->stride);
  self->bits = g_byte_array_free_to_bytes (bits);
  return self;
}

void
paper_raster_free (PaperRaster *self)
{
  if (self == NULL)
    return;
  g_bytes_unref (self->bits);
  g_free (self->cuts);
  g_free (self);
}

gboolean
paper_raster_is_black (const PaperRaster *self, guint x, guint y)
{
  const guint8 *bits = g_bytes_get_data (self->bits, NULL);

  g_assert (x < self->width_dots && y < self->height);
  return (bits[(gsize) y * self->stride + x / 8] >> (7 - x % 8)) & 1;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "paper-raster.h"

#include <cairo.h>

/* A long receipt is drawn piece by piece: Cairo's surfaces end at 32,767 rows, and a small one
 * stays in the cache. Text is drawn on a byte for each dot, because Cairo is slower on a bit for
 * each. */
#define STRIP_ROWS 512

/* Eight dots, a byte each, to one byte with the leftmost highest: the product moves the top bit of
 * byte i to bit 63 - i. */
static guint8
pack (guint64 dots)
{
  dots = (GUINT64_FROM_LE (dots) >> 7) & G_GUINT64_CONSTANT (0x0101010101010101);
  return (guint8)((dots * G_GUINT64_CONSTANT (0x8040201008040201)) >> 56);
}

static void
pack_row (guint8 *out, const guint64 *row, guint stride, guint width_dots)
{
  for (guint i = 0; i < stride; i++)
    out[i] = pack (row[i]);
  out[stride - 1] &= (guint8)(0xff << (stride * 8 - width_dots));
}

/* Rows [first, first + rows) of the layout, at their place in `bits`. The surface is as wide as
 * whole bytes of the raster, so that each of its rows begins at a multiple of eight. */
static void
draw_strip (GByteArray *bits, const PaperLayout *layout, guint first, guint rows, guint stride)
{
  cairo_surface_t *surface
      = cairo_image_surface_create (CAIRO_FORMAT_A8, (int)stride * 8, (int)rows);
  cairo_t *cr = cairo_create (surface);
  const guint64 *dots;

  cairo_translate (cr, 0, -(double)first);
  paper_layout_draw (layout, cr);
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  g_assert (cairo_surface_status (surface) == CAIRO_STATUS_SUCCESS);
  g_assert (cairo_image_surface_get_stride (surface) == (int)stride * 8);
  dots = (const guint64 *)(gpointer)cairo_image_surface_get_data (surface);
  for (guint y = 0; y < rows; y++)
    pack_row (&bits->data[(gsize)(first + y) * stride], &dots[(gsize)y * stride], stride,
              paper_layout_width (layout));
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
  bits = g_byte_array_new ();
  g_byte_array_set_size (bits, self->stride * self->height);
  for (guint y = 0; y < self->height; y += STRIP_ROWS)
    draw_strip (bits, layout, y, MIN (STRIP_ROWS, self->height - y), self->stride);
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
  return (bits[(gsize)y * self->stride + x / 8] >> (7 - x % 8)) & 1;
}

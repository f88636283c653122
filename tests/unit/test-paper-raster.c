/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "paper-raster.h"

#include <cairo.h>

static ShopReceipt *
make_receipt (guint lines)
{
  ShopReceipt *receipt = shop_receipt_new ();

  for (guint i = 0; i < lines; i++)
    {
      g_autofree char *amount = g_strdup_printf ("%u.%02u", i, i % 100);

      shop_receipt_columns (receipt, "红富士苹果", "0.686 kg × 7.96", amount, FALSE, 1);
    }
  shop_receipt_boxed (receipt, "补打 1");
  shop_receipt_qr (receipt, "https://tillpos.org/r/000042");
  shop_receipt_cut (receipt);
  return receipt;
}

/* The dots are those that Cairo draws, in the printer's order, also where one strip ends and the
 * next begins. */
static void
test_same_as_drawn (void)
{
  g_autoptr (ShopReceipt) receipt = make_receipt (60);
  g_autoptr (PaperLayout) layout = paper_layout_new (receipt, 420, NULL);
  g_autoptr (PaperRaster) raster = paper_raster_new (layout);
  int height = (int)paper_layout_height (layout);
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_A8, 420, height);
  cairo_t *cr = cairo_create (surface);
  const guint8 *data;
  gsize stride = (gsize)cairo_image_surface_get_stride (surface);

  g_assert_cmpint (height, >, 1500);
  g_assert_cmpuint (raster->stride, ==, 53);
  g_assert_cmpuint (g_bytes_get_size (raster->bits), ==, raster->stride * raster->height);
  paper_layout_draw (layout, cr);
  cairo_surface_flush (surface);
  data = cairo_image_surface_get_data (surface);
  for (guint y = 0; y < raster->height; y++)
    for (guint x = 0; x < raster->width_dots; x++)
      g_assert_cmpint (paper_raster_is_black (raster, x, y), ==, data[y * stride + x] >= 128);
  cairo_destroy (cr);
  cairo_surface_destroy (surface);
}

static void
test_spare_bits_are_white (void)
{
  g_autoptr (ShopReceipt) receipt = shop_receipt_new ();
  g_autoptr (PaperLayout) layout = NULL;
  g_autoptr (PaperRaster) raster = NULL;
  const guint8 *bits;

  shop_receipt_rule (receipt);
  layout = paper_layout_new (receipt, 381, NULL);
  raster = paper_raster_new (layout);
  bits = g_bytes_get_data (raster->bits, NULL);
  g_assert_cmpuint (raster->stride, ==, 48);
  for (guint y = 0; y < raster->height; y++)
    g_assert_cmphex (bits[y * 48 + 47] & 0x07, ==, 0);
  g_assert_cmphex (bits[(raster->height / 2) * 48 + 47], ==, 0xf8);
}

static void
test_cuts (void)
{
  g_autoptr (ShopReceipt) receipt = make_receipt (1);
  g_autoptr (PaperLayout) layout = paper_layout_new (receipt, 576, NULL);
  g_autoptr (PaperRaster) raster = paper_raster_new (layout);

  g_assert_cmpuint (raster->cut_count, ==, 1);
  g_assert_cmpuint (raster->cuts[0], ==, raster->height);
}

/* Cairo's surfaces end at 32,767 rows; a receipt of a thousand lines does not. */
static void
test_longer_than_a_surface (void)
{
  g_autoptr (ShopReceipt) receipt = make_receipt (1200);
  g_autoptr (PaperLayout) layout = paper_layout_new (receipt, 384, NULL);
  g_autoptr (PaperRaster) raster = paper_raster_new (layout);
  guint black = 0;

  g_assert_cmpuint (raster->height, >, 32767);
  for (guint y = raster->height - 30; y < raster->height; y++)
    for (guint x = 0; x < raster->width_dots; x++)
      black += paper_raster_is_black (raster, x, y) ? 1 : 0;
  g_assert_cmpuint (black, >, 0);
  paper_raster_free (NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/paper/raster/same-as-drawn", test_same_as_drawn);
  g_test_add_func ("/paper/raster/spare-bits-are-white", test_spare_bits_are_white);
  g_test_add_func ("/paper/raster/cuts", test_cuts);
  g_test_add_func ("/paper/raster/longer-than-a-surface", test_longer_than_a_surface);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A Chinese receipt of 48 lines, from its rows to dots, against bare Pango and Cairo drawing the same cells onto
 * a surface of one bit: by turns in one run, the median of each, and Till's first one after paper_preload().
 */
#include "paper-preload.h"
#include "paper-raster.h"

#include <pango/pangocairo.h>

#define WIDTH 576
#define LINES 48
#define ROUNDS 201
#define LINE_DOTS 30

typedef struct
{
  const char *left, *middle, *right;
} Line;

static const Line goods[] = {
  { "可口可乐 500毫升", "2 × 3.50", "7.00" },      { "蒙牛纯牛奶 250毫升", "12 × 4.90", "58.80" },
  { "红富士苹果", "0.686 kg × 7.96", "5.46" },     { "青岛啤酒 经典", "6 × 5.50", "33.00" },
  { "康师傅红烧牛肉面", "5 × 4.50", "22.50" },     { "海天金标生抽 500毫升", "1 × 9.90", "9.90" },
  { "维达抽纸 三层", "3 × 12.80", "38.40" },       { "农夫山泉 550毫升", "24 × 2.00", "48.00" },
  { "旺旺雪饼 84克", "2 × 6.50", "13.00" },        { "双汇火腿肠", "10 × 1.50", "15.00" },
  { "大白兔奶糖 227克", "1 × 18.90", "18.90" },    { "老干妈风味豆豉", "1 × 10.80", "10.80" },
};

static ShopReceipt *
make_receipt (void)
{
  ShopReceipt *receipt = shop_receipt_new ();

  for (guint i = 0; i < LINES; i++)
    {
      const Line *line = &goods[i % G_N_ELEMENTS (goods)];

      shop_receipt_columns (receipt, line->left, line->middle, line->right, FALSE, 1);
    }
  return receipt;
}

static gint64
till_us (void)
{
  g_autoptr (ShopReceipt) receipt = make_receipt ();
  gint64 start = g_get_monotonic_time ();
  g_autoptr (PaperLayout) layout = paper_layout_new (receipt, WIDTH, NULL);
  g_autoptr (PaperRaster) raster = paper_raster_new (layout);

  g_assert_cmpuint (raster->height, ==, LINES * LINE_DOTS);
  return g_get_monotonic_time () - start;
}

static void
show_at (cairo_t *cr, PangoLayout *layout, const char *text, int right, int y)
{
  int width;

  pango_layout_set_text (layout, text, -1);
  pango_layout_get_pixel_size (layout, &width, NULL);
  cairo_move_to (cr, MAX (right - width, 0), y);
  pango_cairo_show_layout (cr, layout);
}

static gint64
bare_us (cairo_format_t format)
{
  gint64 start = g_get_monotonic_time ();
  cairo_surface_t *surface = cairo_image_surface_create (format, WIDTH, LINES * LINE_DOTS);
  cairo_t *cr = cairo_create (surface);
  cairo_font_options_t *options = cairo_font_options_create ();
  PangoLayout *layout = pango_cairo_create_layout (cr);
  PangoFontDescription *font = pango_font_description_from_string ("Noto Sans CJK SC");

  cairo_font_options_set_antialias (options, CAIRO_ANTIALIAS_NONE);
  cairo_font_options_set_hint_style (options, CAIRO_HINT_STYLE_FULL);
  pango_cairo_context_set_font_options (pango_layout_get_context (layout), options);
  pango_font_description_set_absolute_size (font, 24 * PANGO_SCALE);
  pango_layout_set_font_description (layout, font);
  for (guint i = 0; i < LINES; i++)
    {
      const Line *line = &goods[i % G_N_ELEMENTS (goods)];

      show_at (cr, layout, line->left, 0, (int) i * LINE_DOTS);
      show_at (cr, layout, line->middle, 460, (int) i * LINE_DOTS);
      show_at (cr, layout, line->right, WIDTH, (int) i * LINE_DOTS);
    }
  cairo_surface_flush (surface);
  pango_font_description_free (font);
  g_object_unref (layout);
  cairo_font_options_destroy (options);
  cairo_destroy (cr);
  cairo_surface_destroy (surface);
  return g_get_monotonic_time () - start;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  gint64 first = *(const gint64 *) a, second = *(const gint64 *) b;

  return first < second ? -1 : first > second;
}

static gint64
median (gint64 *samples)
{
  qsort (samples, ROUNDS, sizeof *samples, compare);
  return samples[ROUNDS / 2];
}

int
main (void)
{
  static gint64 till[ROUNDS], bare[ROUNDS], bare8[ROUNDS];
  gint64 start = g_get_monotonic_time (), preload, first, floor_us;

  paper_preload ();
  preload = g_get_monotonic_time () - start;
  first = till_us (); g_print ("%d %d %d %d\n", (int)till_us(),(int)till_us(),(int)till_us(),(int)till_us());
  for (guint i = 0; i < ROUNDS; i++)
    {
      bare[i] = bare_us (CAIRO_FORMAT_A1);
      till[i] = till_us ();
      bare8[i] = bare_us (CAIRO_FORMAT_A8);
    }
  g_print ("preload %" G_GINT64_FORMAT " first %" G_GINT64_FORMAT " till %" G_GINT64_FORMAT " a1 %" G_GINT64_FORMAT " a8 %" G_GINT64_FORMAT " first bare %" G_GINT64_FORMAT "\n", preload, first, median (till), median (bare), median (bare8), 0L);
  floor_us = 0;
  return 0;
}

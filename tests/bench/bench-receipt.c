/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A Chinese receipt of 48 lines from its rows to the bytes for an 80 mm printer, against bare Pango
 * and Cairo drawing the same cells with none of Till's code: by turns in one run, the median of
 * each. Then Till's very first one after paper_preload (), in processes of its own, each beside a
 * bare one drawn there. The bare one draws on a byte a dot, which is the faster of Cairo's two ways
 * here, and stops before it has bits or ESC/POS.
 */
#include "paper-preload.h"
#include "paper-raster.h"
#include "printer-escpos.h"

#include <pango/pangocairo.h>

#define WIDTH 576
#define LINES 48
#define ROUNDS 201
#define PROCESSES 31
#define LINE_DOTS 30
#define GOAL_PERCENT 150

typedef struct
{
  const char *left, *middle, *right;
} Line;

static const Line goods[] = {
  { "可口可乐 500毫升", "2 × 3.50", "7.00" },   { "蒙牛纯牛奶 250毫升", "12 × 4.90", "58.80" },
  { "红富士苹果", "0.686 kg × 7.96", "5.46" },  { "青岛啤酒 经典", "6 × 5.50", "33.00" },
  { "康师傅红烧牛肉面", "5 × 4.50", "22.50" },  { "海天金标生抽 500毫升", "1 × 9.90", "9.90" },
  { "维达抽纸 三层", "3 × 12.80", "38.40" },    { "农夫山泉 550毫升", "24 × 2.00", "48.00" },
  { "旺旺雪饼 84克", "2 × 6.50", "13.00" },     { "双汇火腿肠", "10 × 1.50", "15.00" },
  { "大白兔奶糖 227克", "1 × 18.90", "18.90" }, { "老干妈风味豆豉", "1 × 10.80", "10.80" },
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

static GBytes *
encode (const PrinterProfile *profile, const PaperRaster *raster)
{
  PrinterRaster dots = { .width_dots = raster->width_dots,
                         .height = raster->height,
                         .stride = raster->stride,
                         .bits = base_bytes_span (raster->bits) };
  PrinterEscposOptions options = { .cut = TRUE };
  g_autoptr (GError) error = NULL;
  GBytes *bytes = printer_escpos_encode (profile, &dots, options, &error);

  g_assert_no_error (error);
  return bytes;
}

static gint64
till_us (const PrinterProfile *profile)
{
  g_autoptr (ShopReceipt) receipt = make_receipt ();
  gint64 start = g_get_monotonic_time ();
  g_autoptr (PaperLayout) layout = paper_layout_new (receipt, WIDTH, NULL);
  g_autoptr (PaperRaster) raster = paper_raster_new (layout);
  g_autoptr (GBytes) bytes = encode (profile, raster);
  gint64 end = g_get_monotonic_time ();

  g_assert_cmpuint (raster->height, ==, LINES * LINE_DOTS);
  g_assert_cmpuint (g_bytes_get_size (bytes), >, WIDTH / 8 * LINES * LINE_DOTS);
  return end - start;
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
bare_us (void)
{
  gint64 start = g_get_monotonic_time ();
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_A8, WIDTH, LINES * LINE_DOTS);
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

      show_at (cr, layout, line->left, 0, (int)i * LINE_DOTS);
      show_at (cr, layout, line->middle, 460, (int)i * LINE_DOTS);
      show_at (cr, layout, line->right, WIDTH, (int)i * LINE_DOTS);
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
  gint64 first = *(const gint64 *)a, second = *(const gint64 *)b;

  return first < second ? -1 : first > second;
}

static gint64
median (gint64 *samples, guint count)
{
  qsort (samples, count, sizeof *samples, compare);
  return samples[count / 2];
}

/* What `bench-receipt first` prints: Till's first receipt and then a warm bare one, in
 * microseconds. */
static int
print_first (const PrinterProfile *profile)
{
  gint64 floors[PROCESSES];
  gint64 first, floor;

  paper_preload ();
  first = till_us (profile);
  for (guint i = 0; i < PROCESSES; i++)
    floors[i] = bare_us ();
  floor = median (floors, PROCESSES);
  g_print ("%" G_GINT64_FORMAT " %" G_GINT64_FORMAT "\n", first, floor);
  return 0;
}

/* In hundredths of bare. */
static gint64
ask_first_percent (const char *program)
{
  const char *const argv[] = { program, "first", NULL };
  g_autofree char *output = NULL;
  g_autoptr (GError) error = NULL;
  char *rest = NULL;
  gint64 first, floor;

  g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &output, NULL, NULL,
                &error);
  g_assert_no_error (error);
  first = g_ascii_strtoll (output, &rest, 10);
  floor = g_ascii_strtoll (rest, NULL, 10);
  g_assert_cmpint (floor, >, 0);
  return first * 100 / floor;
}

int
main (int argc, char **argv)
{
  static gint64 till[ROUNDS], bare[ROUNDS], firsts[PROCESSES];
  g_autoptr (GError) error = NULL;
  g_autoptr (PrinterProfile) profile = printer_profile_load (PRINTER_PROFILE_DEFAULT, &error);
  gint64 usual, floor, first;

  g_assert_no_error (error);
  if (argc > 1)
    return print_first (profile);
  for (guint i = 0; i < ROUNDS; i++)
    {
      bare[i] = bare_us ();
      till[i] = till_us (profile);
    }
  for (guint i = 0; i < PROCESSES; i++)
    firsts[i] = ask_first_percent (argv[0]);
  usual = median (till, ROUNDS);
  floor = median (bare, ROUNDS);
  first = median (firsts, PROCESSES);
  g_print ("bare Pango and Cairo    %6" G_GINT64_FORMAT " us\n", floor);
  g_print ("Till, to ESC/POS bytes  %6" G_GINT64_FORMAT " us\n", usual);
  g_print ("ratio %.2f, of the first one after start %.2f [%.2f-%.2f, %d processes]; goal %.2f\n",
           (double)usual / (double)floor, (double)first / 100, (double)firsts[0] / 100,
           (double)firsts[PROCESSES - 1] / 100, PROCESSES, GOAL_PERCENT / 100.0);
  return usual * 100 > floor * GOAL_PERCENT || first > GOAL_PERCENT;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "paper-layout.h"

#include "paper-raster.h"

#define WIDTH 576

typedef struct
{
  guint left, right, top, bottom; /* of black dots; left > right when there are none */
} Ink;

static Ink
find_ink (const PaperRaster *raster, guint top, guint bottom)
{
  Ink ink = { .left = G_MAXUINT, .top = G_MAXUINT };

  for (guint y = top; y < bottom; y++)
    for (guint x = 0; x < raster->width_dots; x++)
      if (paper_raster_is_black (raster, x, y))
        {
          ink.left = MIN (ink.left, x);
          ink.right = MAX (ink.right, x);
          ink.top = MIN (ink.top, y);
          ink.bottom = MAX (ink.bottom, y);
        }
  return ink;
}

static PaperRaster *
draw (const ShopReceipt *receipt, guint width_dots)
{
  g_autoptr (PaperLayout) layout = paper_layout_new (receipt, width_dots, NULL);

  return paper_raster_new (layout);
}

static guint
height_of (const ShopReceipt *receipt, guint width_dots)
{
  g_autoptr (PaperLayout) layout = paper_layout_new (receipt, width_dots, NULL);

  return paper_layout_height (layout);
}

static void
test_empty (void)
{
  g_autoptr (ShopReceipt) receipt = shop_receipt_new ();

  g_assert_cmpuint (height_of (receipt, WIDTH), ==, 0);
  shop_receipt_text (receipt, SHOP_ALIGN_LEFT, 1, FALSE, NULL);
  shop_receipt_columns (receipt, NULL, NULL, NULL, FALSE, 1);
  shop_receipt_boxed (receipt, "");
  g_assert_cmpuint (height_of (receipt, PAPER_WIDTH_MIN_DOTS), >, 0);
  g_assert_cmpuint (height_of (receipt, PAPER_WIDTH_MAX_DOTS), >, 0);
}

/* Amounts end in the same column of dots: the same last digit twice, after names and amounts of
 * different length. */
static void
test_amounts_align (void)
{
  g_autoptr (ShopReceipt) receipt = shop_receipt_new ();
  g_autoptr (PaperRaster) raster = NULL;
  guint half;
  Ink above, below;

  shop_receipt_columns (receipt, "可口可乐", NULL, "7.00", FALSE, 1);
  shop_receipt_columns (receipt, "Tea", NULL, "1,108.50", FALSE, 1);
  raster = draw (receipt, WIDTH);
  half = raster->height / 2;
  above = find_ink (raster, 0, half);
  below = find_ink (raster, half, raster->height);
  g_assert_cmpuint (above.right, ==, below.right);
  g_assert_cmpuint (above.right, >=, WIDTH - 6);
  g_assert_cmpuint (above.left, <, 6);
}

static void
test_wraps_within_the_paper (void)
{
  g_autoptr (ShopReceipt) receipt = shop_receipt_new ();
  g_autoptr (ShopReceipt) plain = shop_receipt_new ();

  shop_receipt_columns (plain, "牛奶", "2 × 3.50", "7.00", FALSE, 1);
  shop_receipt_columns (receipt, "蒙牛纯牛奶二百五十毫升十二盒整箱装促销蒙牛纯牛奶二百五十毫升",
                        "2 × 3.50", "7.00", FALSE, 1);
  g_assert_cmpuint (height_of (receipt, WIDTH), >, height_of (plain, WIDTH));
  g_assert_cmpuint (height_of (receipt, 384), >, height_of (receipt, WIDTH));
}

static void
test_large_is_twice (void)
{
  g_autoptr (ShopReceipt) plain = shop_receipt_new ();
  g_autoptr (ShopReceipt) large = shop_receipt_new ();

  shop_receipt_text (plain, SHOP_ALIGN_LEFT, 1, FALSE, "合计 8");
  shop_receipt_text (large, SHOP_ALIGN_LEFT, 2, FALSE, "合计 8");
  g_assert_cmpuint (height_of (large, WIDTH), ==, 2 * height_of (plain, WIDTH));
}

static void
test_box_is_black (void)
{
  g_autoptr (ShopReceipt) receipt = shop_receipt_new ();
  g_autoptr (PaperRaster) raster = NULL;
  guint black = 0, width, height;
  Ink ink;

  shop_receipt_boxed (receipt, "训练");
  raster = draw (receipt, WIDTH);
  ink = find_ink (raster, 0, raster->height);
  width = ink.right - ink.left + 1;
  height = ink.bottom - ink.top + 1;
  for (guint y = ink.top; y <= ink.bottom; y++)
    for (guint x = ink.left; x <= ink.right; x++)
      black += paper_raster_is_black (raster, x, y) ? 1 : 0;
  g_assert_true (paper_raster_is_black (raster, ink.left, ink.top));
  g_assert_true (paper_raster_is_black (raster, ink.right, ink.bottom));
  g_assert_cmpuint (black, >, width * height / 2);
  g_assert_cmpuint (black, <, width * height);
  g_assert_cmpuint (width, <, WIDTH / 2);
}

static void
test_rule_and_cut (void)
{
  g_autoptr (ShopReceipt) receipt = shop_receipt_new ();
  g_autoptr (PaperRaster) raster = NULL;
  Ink ink;

  shop_receipt_rule (receipt);
  shop_receipt_cut (receipt);
  shop_receipt_space (receipt);
  shop_receipt_cut (receipt);
  raster = draw (receipt, WIDTH);
  ink = find_ink (raster, 0, raster->height);
  g_assert_cmpuint (ink.left, ==, 0);
  g_assert_cmpuint (ink.right, ==, WIDTH - 1);
  g_assert_cmpuint (ink.bottom - ink.top, ==, 1);
  g_assert_cmpuint (raster->cut_count, ==, 2);
  g_assert_cmpuint (raster->cuts[0], <, raster->cuts[1]);
  g_assert_cmpuint (raster->cuts[1], ==, raster->height);
}

/* A code that cannot be drawn is printed as text: nothing asked for is left out. */
static void
test_codes_fall_back_to_text (void)
{
  g_autofree char *lengthy = g_strnfill (2000, '7');
  g_autoptr (ShopReceipt) qr = shop_receipt_new ();
  g_autoptr (ShopReceipt) barcode = shop_receipt_new ();
  g_autoptr (ShopReceipt) chinese = shop_receipt_new ();

  shop_receipt_qr (qr, lengthy);
  shop_receipt_barcode (barcode, "T1-000042");
  shop_receipt_barcode (chinese, "小票");
  g_assert_cmpuint (height_of (qr, WIDTH), >, 100);
  g_assert_cmpuint (height_of (barcode, WIDTH), >, 100);
  g_assert_cmpuint (height_of (chinese, WIDTH), <, 40);
  g_assert_cmpuint (height_of (barcode, PAPER_WIDTH_MIN_DOTS), <, 100);
}

/* Neither broken UTF-8 nor a text without end makes the paper endless. */
static void
test_outside_text_is_bounded (void)
{
  g_autofree char *lengthy = g_strnfill (100000, 'w');
  g_autoptr (ShopReceipt) receipt = shop_receipt_new ();
  guint height;

  shop_receipt_text (receipt, SHOP_ALIGN_LEFT, 1, FALSE, "a\xff\xc3");
  for (guint i = 0; i < 100; i++)
    shop_receipt_text (receipt, SHOP_ALIGN_LEFT, 2, FALSE, lengthy);
  height = height_of (receipt, 384);
  g_assert_cmpuint (height, >, PAPER_HEIGHT_MAX_DOTS);
  g_assert_cmpuint (height, <, PAPER_HEIGHT_MAX_DOTS + PAPER_TEXT_MAX * 60);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/paper/layout/empty", test_empty);
  g_test_add_func ("/paper/layout/amounts-align", test_amounts_align);
  g_test_add_func ("/paper/layout/wraps-within-the-paper", test_wraps_within_the_paper);
  g_test_add_func ("/paper/layout/large-is-twice", test_large_is_twice);
  g_test_add_func ("/paper/layout/box-is-black", test_box_is_black);
  g_test_add_func ("/paper/layout/rule-and-cut", test_rule_and_cut);
  g_test_add_func ("/paper/layout/codes-fall-back-to-text", test_codes_fall_back_to_text);
  g_test_add_func ("/paper/layout/outside-text-is-bounded", test_outside_text_is_bounded);
  return g_test_run ();
}

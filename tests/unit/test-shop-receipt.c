/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shop-receipt.h"

static void
assert_text (const ShopReceipt *receipt, const char *expected)
{
  g_autofree char *text = shop_receipt_to_text (receipt, 20);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_rows_as_text (void)
{
  g_autoptr (ShopReceipt) receipt = shop_receipt_new ();

  shop_receipt_boxed (receipt, "TRAINING");
  shop_receipt_text (receipt, SHOP_ALIGN_CENTRE, 2, TRUE, "惠民便利店");
  shop_receipt_text (receipt, SHOP_ALIGN_RIGHT, 1, FALSE, "end");
  shop_receipt_rule (receipt);
  shop_receipt_space (receipt);
  shop_receipt_columns (receipt, "Total", NULL, "12.50", TRUE, 2);
  shop_receipt_qr (receipt, "abc");
  shop_receipt_barcode (receipt, "000042");
  shop_receipt_cut (receipt);
  assert_text (receipt, "    [ TRAINING ]\n"
                        "     惠民便利店\n"
                        "                 end\n"
                        "--------------------\n"
                        "\n"
                        "Total          12.50\n"
                        "      [QR abc]\n"
                        "   ||| 000042 |||\n"
                        "- - - - - - - - - - \n");
}

static void
test_text_wraps (void)
{
  g_autoptr (ShopReceipt) receipt = shop_receipt_new ();

  shop_receipt_text (receipt, SHOP_ALIGN_LEFT, 1, FALSE, "Thank you and please come again");
  shop_receipt_text (receipt, SHOP_ALIGN_LEFT, 1, FALSE, "谢谢惠顾欢迎再次光临本店");
  shop_receipt_text (receipt, SHOP_ALIGN_LEFT, 1, FALSE, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
  shop_receipt_text (receipt, SHOP_ALIGN_LEFT, 1, FALSE, NULL);
  assert_text (receipt, "Thank you and please\n"
                        "come again\n"
                        "谢谢惠顾欢迎再次光临\n"
                        "本店\n"
                        "ABCDEFGHIJKLMNOPQRST\n"
                        "UVWXYZ\n"
                        "\n");
}

static void
test_columns_line_up (void)
{
  g_autoptr (ShopReceipt) receipt = shop_receipt_new ();

  shop_receipt_columns (receipt, "Milk", "2", "7.00", FALSE, 1);
  shop_receipt_columns (receipt, "可口可乐汽水", NULL, "13.50", FALSE, 1);
  shop_receipt_columns (receipt, "Tea", "10", "115.00", FALSE, 1);
  shop_receipt_columns (receipt, "A rather long name", "1", "1.00", FALSE, 1);
  shop_receipt_columns (receipt, "X", "0.686 × 7.96", "5.46", FALSE, 1);
  assert_text (receipt, "Milk       2    7.00\n"
                        "可口可乐汽水   13.50\n"
                        "Tea       10  115.00\n"
                        "A rather\n"
                        "long name  1    1.00\n"
                        "X\n"
                        " 0.686 × 7.96   5.46\n");
}

static void
test_outside_text_is_cleaned (void)
{
  g_autoptr (ShopReceipt) receipt = shop_receipt_new ();

  shop_receipt_text (receipt, SHOP_ALIGN_LEFT, 1, FALSE, "a\x1B@\nb\xFF");
  g_assert_cmpstr (shop_receipt_row (receipt, 0)->text, ==, "a @ b\xEF\xBF\xBD");
  g_assert_cmpuint (shop_receipt_count (receipt), ==, 1);
}

static void
test_rows_are_bounded (void)
{
  if (g_test_subprocess ())
    {
      g_autoptr (ShopReceipt) receipt = shop_receipt_new ();

      for (guint i = 0; i < SHOP_RECEIPT_ROWS_MAX; i++)
        shop_receipt_rule (receipt);
      g_printerr ("full\n");
      shop_receipt_rule (receipt);
      return;
    }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*full*");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/shop/receipt/rows-as-text", test_rows_as_text);
  g_test_add_func ("/shop/receipt/text-wraps", test_text_wraps);
  g_test_add_func ("/shop/receipt/columns-line-up", test_columns_line_up);
  g_test_add_func ("/shop/receipt/outside-text-is-cleaned", test_outside_text_is_cleaned);
  g_test_add_func ("/shop/receipt/rows-are-bounded", test_rows_are_bounded);
  return g_test_run ();
}

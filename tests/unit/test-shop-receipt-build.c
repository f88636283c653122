/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shop-receipt.h"

#include <string.h>

static const ShopReceiptLabels labels = {
  .receipt = "Receipt",
  .till = "Till",
  .cashier = "Cashier",
  .total = "Total",
  .tax = "VAT",
  .net = "net",
  .discount = "Discount",
  .items = "Items",
  .cash_given = "Cash given",
  .change = "Change",
  .voided = "Voided: ",
  .thanks = "Thank you",
  .signature = "Sign here",
  .merchant_copy = "Merchant",
  .customer_copy = "Customer",
};

static ShopCart *
make_cart (void)
{
  ShopCart *cart = shop_cart_new ("CNY", SHOP_TAX_INCLUSIVE);
  g_autoptr (ShopProduct) cola = shop_product_new ("1", "Cola", 350);
  g_autoptr (ShopProduct) apples = shop_product_new ("2", "Apples", 796);
  g_autoptr (ShopProduct) soap = shop_product_new ("3", "Soap", 900);

  cola->tax_bp = 1300;
  cola->name_zh = g_strdup ("可乐");
  apples->unit = SHOP_UNIT_KG;
  apples->tax_bp = 900;
  g_assert_true (shop_cart_add (cart, cola, 2000, NULL, NULL));
  g_assert_true (shop_cart_add (cart, apples, 686, NULL, NULL));
  g_assert_true (shop_cart_add (cart, soap, 1000, NULL, NULL));
  g_assert_true (shop_cart_void (cart, 3, NULL, NULL));
  g_assert_true (shop_cart_set_discount (cart, 1, 100, NULL));
  return cart;
}

static void
test_cash_sale (void)
{
  g_autoptr (ShopCart) cart = make_cart ();
  ShopReceiptPayment payment
      = { .name = "Cash", .amount_minor = 1146, .tendered_minor = 2000, .change_minor = 854 };
  ShopReceiptData data = {
    .title = "Corner Shop",
    .receipt_no = "000042",
    .when = "2026-11-23 04:00",
    .till = "1",
    .cashier = "Li",
    .language = "en",
    .cart = cart,
    .payments = &payment,
    .payment_count = 1,
  };
  g_autoptr (ShopReceipt) receipt = shop_receipt_build (&data, &labels);
  g_autofree char *text = shop_receipt_to_text (receipt, 40);

  g_assert_cmpstr (text, ==,
                   "              Corner Shop\n"
                   "\n"
                   "Receipt                           000042\n"
                   "2026-11-23 04:00\n"
                   "Till                                   1\n"
                   "Cashier                               Li\n"
                   "----------------------------------------\n"
                   "Cola                    2 × 3.50    7.00\n"
                   "Discount                           -1.00\n"
                   "Apples           0.686 kg × 7.96    5.46\n"
                   "Voided: Soap                        0.00\n"
                   "----------------------------------------\n"
                   "Items                                  3\n"
                   "Discount                           -1.00\n"
                   "Total                             ¥11.46\n"
                   "VAT 9%                  net 5.01    0.45\n"
                   "VAT 13%                 net 5.31    0.69\n"
                   "----------------------------------------\n"
                   "Cash                               11.46\n"
                   "Cash given                         20.00\n"
                   "Change                              8.54\n"
                   "\n"
                   "               Thank you\n"
                   "             ||| 000042 |||\n"
                   "- - - - - - - - - - - - - - - - - - - - \n");
}

/* A stored card payment must not be overlooked, and every mark stands at top and bottom. */
static void
test_stored_card_sale (void)
{
  g_autoptr (ShopCart) cart = make_cart ();
  ShopReceiptPayment payment = { .name = "Card",
                                 .state = "Stored, not yet approved",
                                 .state_boxed = TRUE,
                                 .amount_minor = 1146,
                                 .masked_pan = "622202******1234",
                                 .details = { "Terminal 00000001", "Trace 000042", NULL } };
  ShopReceiptData data = { .title = "店",
                           .language = "zh_CN",
                           .mark = "REPRINT 1",
                           .cart = cart,
                           .payments = &payment,
                           .payment_count = 1 };
  g_autoptr (ShopReceipt) receipt = shop_receipt_build (&data, &labels);
  g_autofree char *text = shop_receipt_to_text (receipt, 40);
  guint boxed = 0;

  for (guint i = 0; i < shop_receipt_count (receipt); i++)
    boxed += shop_receipt_row (receipt, i)->boxed ? 1 : 0;
  g_assert_cmpuint (boxed, ==, 3);
  g_assert_true (shop_receipt_row (receipt, 0)->boxed);
  g_assert_nonnull (strstr (text, "[ Stored, not yet approved ]"));
  g_assert_nonnull (strstr (text, "622202******1234\nTerminal 00000001\nTrace 000042\n"));
  g_assert_nonnull (strstr (text, "可乐"));
  g_assert_null (strstr (text, "|||"));
}

/* The merchant's copy comes first, with room to sign and without the goods; then the customer's. */
static void
test_signed_sale (void)
{
  g_autoptr (ShopCart) cart = make_cart ();
  ShopReceiptPayment payments[] = { { .name = "Cash", .amount_minor = 146, .tendered_minor = 146 },
                                    { .name = "Card",
                                      .state = "Approved",
                                      .amount_minor = 1000,
                                      .signs = TRUE,
                                      .details = { "AID F0", NULL } } };
  ShopReceiptData data = { .title = "Riverside",
                           .receipt_no = "000042",
                           .mark = "REPRINT 1",
                           .cart = cart,
                           .payments = payments,
                           .payment_count = 2 };
  g_autoptr (ShopReceipt) receipt = NULL;
  g_autofree char *text = NULL;
  g_auto (GStrv) parts = NULL;

  receipt = shop_receipt_build (&data, &labels);
  text = shop_receipt_to_text (receipt, 32);
  parts = g_strsplit (text, "- - - - - - - - - - - - - - - - \n", 0);
  g_assert_cmpuint (g_strv_length (parts), ==, 3);
  g_assert_true (g_str_has_prefix (parts[0], "         [ REPRINT 1 ]"));
  g_assert_nonnull (strstr (parts[0], "Merchant\n"));
  g_assert_nonnull (strstr (parts[0], "000042"));
  g_assert_nonnull (strstr (parts[0], "Card                       10.00\nApproved\nAID F0\n"));
  g_assert_nonnull (strstr (parts[0], "Sign here\n\n\n\n\n--------------------------------\n"));
  g_assert_true (g_str_has_suffix (parts[0], "[ REPRINT 1 ]\n"));
  g_assert_null (strstr (parts[0], "Cash"));
  g_assert_null (strstr (parts[0], "Customer"));
  g_assert_nonnull (strstr (parts[1], "Customer\n"));
  g_assert_nonnull (strstr (parts[1], "AID F0\n"));
  g_assert_nonnull (strstr (parts[1], "Cash"));
  g_assert_null (strstr (parts[1], "Sign here"));
  g_assert_null (strstr (parts[1], "Merchant"));
  payments[1].signs = FALSE;
  shop_receipt_free (receipt);
  g_free (text);
  receipt = shop_receipt_build (&data, &labels);
  text = shop_receipt_to_text (receipt, 32);
  g_assert_null (strstr (text, "Sign here"));
  g_assert_null (strstr (text, "Customer"));
}

static void
test_longest_sale_fits (void)
{
  g_autoptr (ShopCart) cart = shop_cart_new ("CNY", SHOP_TAX_EXCLUSIVE);
  g_autoptr (ShopProduct) product = shop_product_new ("1", "Thing", 100);
  ShopReceiptPayment payments[SHOP_RECEIPT_PAYMENTS_MAX] = { 0 };
  ShopReceiptData data = {
    .mark = "M", .cart = cart, .payments = payments, .payment_count = G_N_ELEMENTS (payments)
  };
  g_autoptr (ShopReceipt) receipt = NULL;

  product->unit = SHOP_UNIT_KG;
  for (guint i = 0; i < SHOP_CART_LINES_MAX; i++)
    {
      product->tax_bp = i % SHOP_TAX_RATES_MAX;
      g_assert_true (shop_cart_add (cart, product, 1000, NULL, NULL));
      g_assert_true (shop_cart_set_discount (cart, i + 1, 1, NULL));
    }
  for (guint i = 0; i < G_N_ELEMENTS (payments); i++)
    payments[i] = (ShopReceiptPayment){ .name = "n",
                                        .state = "s",
                                        .tendered_minor = 1,
                                        .masked_pan = "p",
                                        .details = { "1", "2", "3", "4", "5", "6", "7", "8", "9",
                                                     "10", "11", "12" },
                                        .signs = TRUE };
  receipt = shop_receipt_build (&data, &labels);
  g_assert_cmpuint (shop_receipt_count (receipt), >, 2 * SHOP_CART_LINES_MAX);
  g_assert_cmpuint (shop_receipt_count (receipt), <=, SHOP_RECEIPT_ROWS_MAX);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/shop/receipt-build/cash-sale", test_cash_sale);
  g_test_add_func ("/shop/receipt-build/stored-card-sale", test_stored_card_sale);
  g_test_add_func ("/shop/receipt-build/signed-sale", test_signed_sale);
  g_test_add_func ("/shop/receipt-build/longest-sale-fits", test_longest_sale_fits);
  return g_test_run ();
}

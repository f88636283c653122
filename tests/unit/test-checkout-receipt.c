/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What stands on a receipt for each kind of payment, and the marks of a reprint and of training.
 */
#include "checkout-receipt.h"

#include "shop-testing.h"

#include <string.h>

#define COLUMNS 48

static const char *
same (const char *text)
{
  return text;
}

static CheckoutShop
shop_of (gboolean training)
{
  return (CheckoutShop){ .shop_name = (char *)"Riverside",
                         .till_name = (char *)"T1",
                         .cashier = (char *)"01",
                         .currency = (char *)"CNY",
                         .language = (char *)"en",
                         .training = training,
                         .translate = same };
}

static VaultSale *
sale_with (VaultTender tender, VaultState state)
{
  VaultSale *sale = shop_testing_sale (1250);
  VaultPayment *payment = vault_payment_new (tender, 1250);

  sale->id = 42;
  payment->state = state;
  payment->position = 1;
  if (tender == VAULT_TENDER_CARD)
    {
      payment->stan = 7;
      payment->masked_pan = g_strdup ("476173******0119");
      payment->auth_code = g_strdup ("A12345");
      payment->reference = g_strdup ("R00000000001");
    }
  g_ptr_array_add (sale->payments, payment);
  return sale;
}

static char *
text_of (const VaultSale *sale, gboolean training, guint copy)
{
  CheckoutShop shop = shop_of (training);
  g_autoptr (ShopReceipt) receipt = checkout_receipt_build (&shop, sale, copy);

  return shop_receipt_to_text (receipt, COLUMNS);
}

static void
test_card (void)
{
  g_autoptr (VaultSale) sale = sale_with (VAULT_TENDER_CARD, VAULT_STATE_APPROVED);
  g_autofree char *text = text_of (sale, FALSE, 0);

  g_assert_nonnull (strstr (text, "Riverside"));
  g_assert_nonnull (strstr (text, "00000042"));
  g_assert_nonnull (strstr (text, "Approved"));
  g_assert_nonnull (strstr (text, "476173******0119"));
  g_assert_nonnull (strstr (text, "Trace 000007"));
  g_assert_nonnull (strstr (text, "A12345"));
  g_assert_nonnull (strstr (text, "R00000000001"));
  g_assert_null (strstr (text, "REPRINT"));
  g_assert_null (strstr (text, "TRAINING"));
}

static void
test_stored (void)
{
  g_autoptr (VaultSale) sale = sale_with (VAULT_TENDER_CARD, VAULT_STATE_STORED);
  g_autofree char *text = text_of (sale, FALSE, 0);

  g_assert_nonnull (strstr (text, "Stored, not yet approved"));
  g_assert_nonnull (strstr (text, "Nobody has approved"));
  g_assert_nonnull (strstr (text, "Signature:"));
}

/* Who signs: by the chip's word, and without one who was approved by nobody. */
static void
test_signed (void)
{
  static const struct
  {
    VaultState state;
    const char *slip;
    gboolean is_signed;
  } table[] = {
    { VAULT_STATE_APPROVED, "entry stripe\n", FALSE },
    { VAULT_STATE_STORED, "entry stripe\n", TRUE },
    { VAULT_STATE_STORED_SENDING, NULL, TRUE },
    { VAULT_STATE_STORED, "entry chip\nholder none\n", FALSE },
    { VAULT_STATE_STORED, "entry chip\nholder pin\n", FALSE },
    { VAULT_STATE_STORED, "entry chip\nholder failed\n", TRUE },
    { VAULT_STATE_APPROVED, "entry chip\nholder signature\n", TRUE },
    { VAULT_STATE_DECLINED, "entry chip\nholder signature\n", FALSE },
    { VAULT_STATE_UNKNOWN, "entry stripe\n", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      VaultPayment payment
          = { .state = table[i].state, .amount_minor = 1200, .slip = (char *)table[i].slip };

      g_assert_cmpint (checkout_receipt_is_signed (&payment), ==, table[i].is_signed);
    }
}

static void
test_marks (void)
{
  g_autoptr (VaultSale) sale = sale_with (VAULT_TENDER_CASH, VAULT_STATE_APPROVED);
  g_autofree char *reprint = text_of (sale, FALSE, 2);
  g_autofree char *training = text_of (sale, TRUE, 0);
  g_autofree char *both = text_of (sale, TRUE, 1);

  g_assert_nonnull (strstr (reprint, "REPRINT 2"));
  g_assert_nonnull (strstr (training, "TRAINING"));
  g_assert_nonnull (strstr (both, "TRAINING · REPRINT 1"));
}

#define DEBIT                                                                                      \
  "entry chip\napplication TILL D\xC3\x89"                                                         \
  "BIT\naid F054494C4C010201\nkind TC\ncryptogram 0123456789ABCDEF\n"                              \
  "tvr 0000008000\ntsi E800\nholder "

/* The same rows on the first print and on a reprint, at each width of paper. */
static void
test_chip (void)
{
  static const guint widths[] = { 32, 42, 48 };
  g_autoptr (VaultSale) sale = sale_with (VAULT_TENDER_CARD, VAULT_STATE_CHIP_UNSENT);
  CheckoutShop shop = shop_of (FALSE);

  ((VaultPayment *)sale->payments->pdata[0])->slip = g_strdup (DEBIT "none\n");
  for (guint i = 0; i < G_N_ELEMENTS (widths); i++)
    for (guint copy = 0; copy < 2; copy++)
      {
        g_autoptr (ShopReceipt) receipt = checkout_receipt_build (&shop, sale, copy);
        g_autofree char *text = shop_receipt_to_text (receipt, widths[i]);

        g_assert_nonnull (strstr (text, "\nApproved by the chip, to be sent\n"));
        g_assert_nonnull (strstr (text, "\nCard read by its chip\n"
                                        "TILL D\xC3\x89"
                                        "BIT\n"
                                        "AID F054494C4C010201\n"
                                        "TC 0123456789ABCDEF\n"
                                        "TVR 0000008000  TSI E800\n"
                                        "No signature needed\n"
                                        "Trace 000007\n"));
        g_assert_null (strstr (text, "Signature:"));
      }
}

/* Only what counts is signed, and what was kept by nobody of ours is left out. */
static void
test_signature (void)
{
  g_autoptr (VaultSale) sale = sale_with (VAULT_TENDER_CARD, VAULT_STATE_APPROVED);
  VaultPayment *payment = sale->payments->pdata[0];
  g_autofree char *both = NULL, *declined = NULL, *strange = NULL;

  payment->slip = g_strdup (DEBIT "signature\n");
  both = text_of (sale, FALSE, 0);
  g_assert_nonnull (strstr (both, "Merchant's copy"));
  g_assert_nonnull (strstr (both, "Signature:"));
  g_assert_nonnull (strstr (both, "Customer's copy"));
  g_assert_true (strstr (both, "Merchant's copy") < strstr (both, "Customer's copy"));
  payment->state = VAULT_STATE_DECLINED;
  declined = text_of (sale, FALSE, 0);
  g_assert_null (strstr (declined, "Signature:"));
  g_assert_nonnull (strstr (declined, "AID F054494C4C010201"));
  payment->slip[0] = 'x';
  strange = text_of (sale, FALSE, 0);
  g_assert_null (strstr (strange, "AID"));
  g_assert_nonnull (strstr (strange, "Trace 000007"));
}

/* As many as a sale can have, which is more than a receipt takes: the rest is left out, and nothing
 * breaks. */
static void
test_many_payments (void)
{
  g_autoptr (VaultSale) sale = sale_with (VAULT_TENDER_CARD, VAULT_STATE_DECLINED);
  g_autofree char *text = NULL;

  while (sale->payments->len < VAULT_SALE_PAYMENTS_MAX)
    {
      VaultPayment *payment = vault_payment_new (VAULT_TENDER_CARD, 1250);

      payment->state = VAULT_STATE_DECLINED;
      g_ptr_array_add (sale->payments, payment);
    }
  text = text_of (sale, FALSE, 0);
  g_assert_nonnull (strstr (text, "Declined, not charged"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/checkout/receipt/card", test_card);
  g_test_add_func ("/checkout/receipt/stored", test_stored);
  g_test_add_func ("/checkout/receipt/signed", test_signed);
  g_test_add_func ("/checkout/receipt/marks", test_marks);
  g_test_add_func ("/checkout/receipt/chip", test_chip);
  g_test_add_func ("/checkout/receipt/signature", test_signature);
  g_test_add_func ("/checkout/receipt/many-payments", test_many_payments);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The shop's terminal as a chip sees it, and the chip's data as the acquirer gets them.
 */
#include "checkout-emv.h"

#include "emv-tlv.h"
#include "shop-testing.h"

#include <string.h>

#define PIN_BIT 0x80

typedef struct
{
  ShopTesting shop;
} Test;

static void
set_up (Test *test, gconstpointer dialect)
{
  shop_testing_set_up_for (&test->shop, dialect, /* fault= */ NULL);
}

static void
tear_down (Test *test, gconstpointer dialect)
{
  shop_testing_tear_down (&test->shop);
}

static void
test_terminal (Test *test, gconstpointer dialect)
{
  g_autoptr (CheckoutEmvTerminal) before = checkout_emv_terminal_new (test->shop.shop, FALSE, NULL);
  g_autoptr (CheckoutEmvTerminal) after = NULL;

  g_assert_cmpuint (before->values.applications->len, ==, 0);
  shop_testing_give_chip (&test->shop, NULL);
  after = checkout_emv_terminal_new (test->shop.shop, FALSE, NULL);
  g_assert_cmpuint (after->values.applications->len, >, 0);
  g_assert_cmpuint (after->values.keys->len, >, 0);
  g_assert_cmpuint (after->values.country, ==, 156);
  g_assert_cmpstr (after->values.terminal, ==, "TEST0001");
  g_assert_cmpstr (after->values.serial, ==, "TEST0001");
  g_assert_cmpstr (after->values.merchant, ==, "123456789012345");
}

static gboolean
says_pin (Test *test, gboolean pad)
{
  g_autoptr (CheckoutEmvTerminal) terminal = checkout_emv_terminal_new (test->shop.shop, pad, NULL);

  return (terminal->values.capabilities[1] & PIN_BIT) != 0;
}

static void
test_pad (Test *test, gconstpointer dialect)
{
  g_assert_false (says_pin (test, FALSE));
  g_assert_true (says_pin (test, TRUE));
}

static void
test_sale (Test *test, gconstpointer dialect)
{
  EmvSale sale = checkout_emv_sale (test->shop.shop, 12500, 0);
  EmvSale next = checkout_emv_sale (test->shop.shop, 12500, 0);

  g_assert_cmpint (sale.amount_minor, ==, 12500);
  g_assert_cmpuint (sale.currency, ==, 156);
  g_assert_cmpuint (sale.exponent, ==, 2);
  g_assert_cmpuint (sale.date, >, 20200000);
  g_assert_cmpuint (sale.time, <, 240000);
  g_assert_cmpuint (sale.random_percent, >=, 1);
  g_assert_cmpuint (sale.random_percent, <=, 99);
  g_assert_true (memcmp (sale.unpredictable, next.unpredictable, sizeof sale.unpredictable) != 0);
}

static void
put (EmvData *data, guint32 tag, const guint8 *bytes, gsize size)
{
  g_assert_true (emv_data_set (data, tag, BASE_SPAN (bytes, size), EMV_ORIGIN_CARD));
}

static EmvData *
make_data (void)
{
  static const guint8 number[] = { 0x62, 0, 0, 0, 0, 0, 0, 0x05 };
  static const guint8 track[] = { 0x62, 0, 0, 0, 0, 0, 0, 0x05, 0xD3, 0x51, 0x22, 0x01, 0x1F };
  static const guint8 expiry[] = { 0x35, 0x12, 0x31 };
  static const guint8 sequence[] = { 0x02 };
  static const guint8 cryptogram[] = { 1, 2, 3, 4, 5, 6, 7, 8 };
  EmvData *data = emv_data_new ();

  put (data, 0x5A, number, sizeof number);
  put (data, 0x57, track, sizeof track);
  put (data, 0x5F24, expiry, sizeof expiry);
  put (data, 0x5F34, sequence, sizeof sequence);
  put (data, 0x9F26, cryptogram, sizeof cryptogram);
  return data;
}

static gboolean
holds (BaseSpan span, const char *bytes, gsize size)
{
  for (gsize i = 0; i + size <= span.size; i++)
    if (memcmp (span.data + i, bytes, size) == 0)
      return TRUE;
  return FALSE;
}

/* Where the till makes the fields itself, the card's number stands in its field and not among the
 * chip's data. */
static void
test_block_till (Test *test, gconstpointer dialect)
{
  g_autoptr (EmvData) data = make_data ();
  g_auto (CheckoutEmvBlock) block = { 0 };

  g_assert_true (
      checkout_emv_block (test->shop.shop, data, BASE_SPAN ("\1\2\3\4\5", 5), &block, NULL));
  g_assert_cmpint (block.entry.kind, ==, ACQUIRER_ENTRY_CHIP);
  g_assert_cmpstr (block.entry.pan, ==, "6200000000000005");
  g_assert_cmpstr (block.entry.expiry, ==, "3512");
  g_assert_cmpstr (block.entry.sequence, ==, "002");
  g_assert_cmpstr (block.entry.track2, ==, "6200000000000005=35122011");
  g_assert_cmpuint (block.entry.envelope.size, ==, 0);
  g_assert_true (holds (block.entry.chip, "\x9F\x26\x08\1\2\3\4\5\6\7\10", 11));
  g_assert_true (holds (block.entry.chip, "\xDF\x31\x05\1\2\3\4\5", 8));
  g_assert_false (holds (block.entry.chip, "\x62\0\0\0\0\0\0\x05", 8));
}

/* Where only the acquirer may read them, all of them are sealed, and nothing else is left. */
static void
test_block_sealed (Test *test, gconstpointer dialect)
{
  g_autoptr (EmvData) data = make_data ();
  g_auto (CheckoutEmvBlock) block = { 0 };

  g_assert_true (checkout_emv_block (test->shop.shop, data, BASE_SPAN (NULL, 0), &block, NULL));
  g_assert_cmpint (block.entry.kind, ==, ACQUIRER_ENTRY_CHIP);
  g_assert_cmpuint (block.entry.envelope.size, >, 0);
  g_assert_false (holds (block.entry.envelope, "\x62\0\0\0\0\0\0\x05", 8));
  g_assert_null (block.entry.pan);
  g_assert_null (block.entry.track2);
  g_assert_null (block.chip);
  g_assert_cmpuint (block.entry.chip.size, ==, 0);
}

/* A card without a number pays nowhere. */
static void
test_no_number (Test *test, gconstpointer dialect)
{
  g_autoptr (EmvData) data = emv_data_new ();
  g_auto (CheckoutEmvBlock) none = { 0 };
  g_auto (CheckoutEmvBlock) block = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_null (checkout_emv_masked_number (data));
  g_assert_false (checkout_emv_block (test->shop.shop, data, BASE_SPAN (NULL, 0), &none, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  put (data, 0x9F26, (const guint8 *)"12345678", 8);
  g_assert_false (checkout_emv_block (test->shop.shop, data, BASE_SPAN (NULL, 0), &block, &error));
  g_assert_error (error, SYNC_ERROR, SYNC_ERROR_SETTINGS);
}

static void
test_masked (void)
{
  g_autoptr (EmvData) data = make_data ();
  g_autofree char *masked = checkout_emv_masked_number (data);

  g_assert_cmpstr (masked, ==, "620000******0005");
  put (data, 0x5A, (const guint8 *)"\x62\x00\x00\x00\x05", 5); /* nothing would be hidden */
  g_assert_null (checkout_emv_masked_number (data));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, dialect, function)                                                               \
  g_test_add ("/checkout/emv/" name, Test, dialect, set_up, function, tear_down)
  ADD ("terminal", "sandbox", test_terminal);
  ADD ("pad", "sandbox", test_pad);
  ADD ("sale", "sandbox", test_sale);
  ADD ("block-till", "unionpay", test_block_till);
  ADD ("block-sealed", "sandbox", test_block_sealed);
  ADD ("no-number", "unionpay", test_no_number);
  g_test_add_func ("/checkout/emv/masked", test_masked);
  return g_test_run ();
}

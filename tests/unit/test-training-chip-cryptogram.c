/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The card's own rules: what it answers to a request for a cryptogram, what it counts, and how it
 * takes what comes out of order. The issuer's side is computed by card-testing.
 */
#include "card-testing.h"

#include "emv-tlv.h"

#include <string.h>

static guint16
send_hex (CardTest *test, const char *hex)
{
  g_autoptr (GBytes) command = base_bytes_from_hex (hex, NULL);
  g_autoptr (GByteArray) answer = g_byte_array_new ();

  g_assert_true (training_chip_transmit (test->chip, base_bytes_span (command), answer));
  return (guint16)(answer->data[answer->len - 2] << 8 | answer->data[answer->len - 1]);
}

static GBytes *
proof (const CardTest *test, const char *code)
{
  g_autoptr (GBytes) bytes = card_testing_proof (test, code, TRUE);
  g_auto (BaseWriter) writer = { 0 };

  base_writer_init (&writer, 32);
  g_assert_true (emv_tlv_put (&writer, 0x91, base_bytes_span (bytes)));
  return base_writer_steal (&writer);
}

/* Three in a row, then online; after that again. The counters are the card's, not the terminal's.
 */
static void
test_limits (void)
{
  CardTest test;

  card_testing_init (&test, "offline-limit", 5000);
  for (guint i = 0; i < 3; i++)
    {
      g_assert_cmpint (card_testing_run (&test), ==, EMV_SAYS_APPROVES);
      g_assert_true (card_testing_is_genuine (&test));
    }
  g_assert_cmpint (card_testing_run (&test), ==, EMV_SAYS_ASKS);
  {
    g_autoptr (GBytes) data = proof (&test, "00");

    g_assert_cmpint (card_testing_answer (&test, "00", base_bytes_span (data)), ==,
                     EMV_SAYS_APPROVES);
  }
  g_assert_cmpint (card_testing_run (&test), ==, EMV_SAYS_APPROVES);
  test.sale.amount_minor = 8001; /* above what the card takes, below the terminal's floor limit */
  g_assert_cmpint (card_testing_run (&test), ==, EMV_SAYS_ASKS);
  card_testing_clear (&test);
}

/* The sum counts as well: twice 80.00 and 40.00 fill 200.00. */
static void
test_sum (void)
{
  CardTest test;

  card_testing_init (&test, "offline-limit", 8000);
  g_assert_cmpint (card_testing_run (&test), ==, EMV_SAYS_APPROVES);
  g_assert_cmpint (card_testing_run (&test), ==, EMV_SAYS_APPROVES);
  test.sale.amount_minor = 4001;
  g_assert_cmpint (card_testing_run (&test), ==, EMV_SAYS_ASKS);
  card_testing_clear (&test);
}

/* An issuer that was forged is no issuer: the counters stay. */
static void
test_forged (void)
{
  CardTest test;
  g_autoptr (GBytes) wrong = NULL;
  g_autoptr (GByteArray) data = g_byte_array_new ();
  g_autofree char *issuer = NULL;

  card_testing_init (&test, "always-online", 5000);
  g_assert_cmpint (card_testing_run (&test), ==, EMV_SAYS_ASKS);
  wrong = card_testing_proof (&test, "00", FALSE);
  g_byte_array_append (data, (const guint8 *)"\x91\x0A", 2);
  g_byte_array_append (data, g_bytes_get_data (wrong, NULL), 10);
  g_assert_cmpint (card_testing_answer (&test, "00", BASE_SPAN (data->data, data->len)), ==,
                   EMV_SAYS_REFUSES);
  issuer = card_testing_hex (&test, 0x9F10);
  g_assert_cmpstr (issuer, ==, "07010A2040000803");
  g_assert_true (card_testing_is_genuine (&test));
  g_assert_cmphex (send_hex (&test, "80CA9F1300"), ==, 0x9000);
  card_testing_clear (&test);
}

#define SELECT "00A4040007F054494C4C010200"
#define OPTIONS "80A8000002830000"
#define LIST1                                                                                      \
  "000000005000000000000000015600000000000156261123001A2B3C4D22000000000000000000001F0602"
#define SHORTER                                                                                    \
  "000000005000000000000000015600000000000156261123001A2B3C4D22000000000000000000001F06"

static void
test_order (void)
{
  CardTest test;
  g_autoptr (GBytes) atr = NULL;

  card_testing_init (&test, "cda", 5000);
  training_chip_insert (test.chip);
  atr = training_chip_reset (test.chip, FALSE);
  g_assert_nonnull (atr);
  g_assert_cmphex (send_hex (&test, "00B2011400"), ==, 0x6985);
  g_assert_cmphex (send_hex (&test, OPTIONS), ==, 0x6985);
  g_assert_cmphex (send_hex (&test, SELECT), ==, 0x9000);
  g_assert_cmphex (send_hex (&test, "00880000040102030400"), ==, 0x6985);
  g_assert_cmphex (send_hex (&test, "80AE40002B" LIST1 "00"), ==, 0x6985);
  g_assert_cmphex (send_hex (&test, "80A80000038301FF00"), ==, 0x6700);
  g_assert_cmphex (send_hex (&test, OPTIONS), ==, 0x9000);
  g_assert_cmphex (send_hex (&test, OPTIONS), ==, 0x6985);
  g_assert_cmphex (send_hex (&test, "00B2091400"), ==, 0x6A83);
  g_assert_cmphex (send_hex (&test, "00B2014C00"), ==, 0x6A82);
  g_assert_cmphex (send_hex (&test, "00B2011000"), ==, 0x6A86);
  g_assert_cmphex (send_hex (&test, "00880000040102030400"), ==, 0x9000);
  g_assert_cmphex (send_hex (&test, "0088000002010200"), ==, 0x6700);
  g_assert_cmphex (send_hex (&test, "008200000A0102030405060708303000"), ==, 0x6985);
  g_assert_cmphex (send_hex (&test, "80AEC0002B" LIST1 "00"), ==, 0x6A86);
  g_assert_cmphex (send_hex (&test, "80AE40002A" SHORTER), ==, 0x6700);
  g_assert_cmphex (send_hex (&test, "80AE80002B" LIST1 "00"), ==, 0x9000);
  g_assert_cmphex (send_hex (&test, "008200000A0102030405060708303000"), ==, 0x6300);
  g_assert_cmphex (send_hex (&test, "008200000A0102030405060708303000"), ==, 0x6985);
  g_assert_cmphex (send_hex (&test, "80AE80001F00"), ==, 0x6700);
  g_assert_cmphex (send_hex (&test, "80CA9F3600"), ==, 0x9000);
  g_assert_cmphex (send_hex (&test, "80CA9F4F00"), ==, 0x6A88);
  g_assert_cmphex (send_hex (&test, "80CA005A00"), ==, 0x6A88);
  g_assert_cmphex (send_hex (&test, "00FF000000"), ==, 0x6D00);
  g_assert_cmphex (send_hex (&test, "90A8000002830000"), ==, 0x6E00);
  g_assert_cmphex (send_hex (&test, "00A404"), ==, 0x6700);
  g_assert_cmphex (send_hex (&test, "00A4040005F0544900"), ==, 0x6700);
  card_testing_clear (&test);
}

/* Nothing but the number and the counter makes a number: it differs each time. */
static void
test_challenge (void)
{
  CardTest test;
  g_autoptr (GBytes) command = base_bytes_from_hex ("0084000000", NULL);
  g_autoptr (GByteArray) first = g_byte_array_new ();
  g_autoptr (GByteArray) second = g_byte_array_new ();

  card_testing_init (&test, "cda", 5000);
  g_assert_cmpint (card_testing_run (&test), ==, EMV_SAYS_APPROVES);
  g_assert_true (training_chip_transmit (test.chip, base_bytes_span (command), first));
  g_assert_true (training_chip_transmit (test.chip, base_bytes_span (command), second));
  g_assert_cmpuint (first->len, ==, 10);
  g_assert_cmpint (memcmp (first->data, second->data, 8), !=, 0);
  card_testing_clear (&test);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/training/chip-cryptogram/limits", test_limits);
  g_test_add_func ("/training/chip-cryptogram/sum", test_sum);
  g_test_add_func ("/training/chip-cryptogram/forged", test_forged);
  g_test_add_func ("/training/chip-cryptogram/order", test_order);
  g_test_add_func ("/training/chip-cryptogram/challenge", test_challenge);
  return g_test_run ();
}

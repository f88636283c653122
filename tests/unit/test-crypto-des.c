/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Single DES: FIPS 81's example key and text in ECB. Double: the same call with equal and with
 * different halves.
 */
#include "crypto-des.h"

static void
check (const char *key_hex, const char *plain_hex, const char *cipher_hex)
{
  g_autoptr (GBytes) key = base_bytes_from_hex (key_hex, NULL);
  g_autoptr (GBytes) plain = base_bytes_from_hex (plain_hex, NULL);
  gsize size = g_bytes_get_size (plain);
  g_autofree guint8 *out = g_malloc (size);
  g_autofree char *hex = NULL;

  crypto_des_encrypt (base_bytes_span (key), base_bytes_span (plain), out);
  hex = base_bytes_to_hex (BASE_SPAN (out, size));
  g_assert_cmpstr (hex, ==, cipher_hex);
  crypto_des_decrypt (base_bytes_span (key), BASE_SPAN (out, size), out); /* in place */
  g_assert_true (base_bytes_equal (base_bytes_span (plain), BASE_SPAN (out, size)));
}

static void
test_single (void)
{
  check ("0123456789ABCDEF", "4E6F772069732074", "3FA40E8A984D4815");
  check ("0123456789ABCDEF", "68652074696D6520", "6A271787AB8883F9");
  check ("0123456789ABCDEF0123456789ABCDEF", "4E6F772069732074", "3FA40E8A984D4815");
}

/* X9.24-1:2009, A.4: the left half of the initial key is TDES of the KSN under the base key. */
static void
test_double (void)
{
  check ("0123456789ABCDEFFEDCBA9876543210", "FFFF9876543210E0", "6AC292FAA1315B4D");
}

/* Two equal blocks come out different, so it is CBC; the first as alone, so the IV is zero. */
static void
test_blocks_are_chained (void)
{
  g_autoptr (GBytes) key = base_bytes_from_hex ("0123456789ABCDEF", NULL);
  guint8 blocks[16] = "Now is tNow is t";

  crypto_des_encrypt (base_bytes_span (key), BASE_SPAN (blocks, 16), blocks);
  g_assert_cmpuint (blocks[0], ==, 0x3F);
  g_assert_false (base_bytes_equal (BASE_SPAN (blocks, 8), BASE_SPAN (blocks + 8, 8)));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/crypto/des/single", test_single);
  g_test_add_func ("/crypto/des/double", test_double);
  g_test_add_func ("/crypto/des/blocks-are-chained", test_blocks_are_chained);
  return g_test_run ();
}

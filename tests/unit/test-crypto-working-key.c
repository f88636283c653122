/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Working keys under a master key. The values of TDES and AES were computed with `openssl enc`;
 * SM4's is GB/T 32907's own example: its key, encrypting itself.
 */
#include "crypto-working-key.h"

#include "crypto-error.h"

static const struct
{
  const char *cipher;
  const char *master;
  const char *key;
  const char *wrapped;
  const char *check;
} keys[] = {
  { "tdes-ecb", "0123456789ABCDEF1032547698BADCFE", "1C587F1C13924FEF0101010101010101",
    "FF13E51C54A3317CA365D62487B2EC17", "A2C564A6" },
  { "tdes-ecb", "0123456789ABCDEF1032547698BADCFE", "0123456789ABCDEF", "9C16BA93BF623EAB",
    "D5D44FF7" },
  { "sm4-ecb", "0123456789ABCDEFFEDCBA9876543210", "0123456789ABCDEFFEDCBA9876543210",
    "681EDF34D206965E86B3E94F536E4246", "2677F46B" },
  { "aes-ecb", "000102030405060708090A0B0C0D0E0F", "0123456789ABCDEFFEDCBA9876543210",
    "868D79BD49A5681CFAE908AD51300BA0", "D5C825A2" },
  /* by `openssl enc` and `openssl mac` */
  { "aes-ecb-cmac", "000102030405060708090A0B0C0D0E0F", "2B7E151628AED2A6ABF7158809CF4F3C",
    "1AB729BB895C3BBACAD01C3BDD830DC1", "7AD386C376" },
};

static void
test_keys (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autoptr (BaseSecret) master = base_secret_new_from_hex (keys[i].master);
      g_autoptr (BaseSecret) key = base_secret_new_from_hex (keys[i].key);
      g_autoptr (GBytes) wrapped = base_bytes_from_hex (keys[i].wrapped, NULL);
      g_autoptr (GBytes) check = base_bytes_from_hex (keys[i].check, NULL);
      g_autoptr (BaseSecret) opened = NULL;
      guint8 made[CRYPTO_WORKING_KEY_MAX];
      g_autofree char *hex = NULL;
      GError *error = NULL;

      g_assert_true (crypto_working_key_knows (keys[i].cipher));
      g_assert_true (crypto_working_key_wrap (keys[i].cipher, master, key, made, &error));
      hex = base_bytes_to_hex (BASE_SPAN (made, base_secret_size (key)));
      g_assert_cmpstr (hex, ==, keys[i].wrapped);
      opened = crypto_working_key_open (keys[i].cipher, master, base_bytes_span (wrapped),
                                        base_bytes_span (check), &error);
      g_assert_no_error (error);
      g_assert_true (base_bytes_equal (base_secret_span (opened), base_secret_span (key)));
    }
}

/* Another master key, another byte anywhere, another check value: all are noticed. */
static void
test_wrong (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autoptr (BaseSecret) master = base_secret_new_from_hex (keys[i].master);
      g_autoptr (BaseSecret) other = base_secret_copy (master);
      g_autoptr (GBytes) wrapped = base_bytes_from_hex (keys[i].wrapped, NULL);
      g_autoptr (GBytes) check = base_bytes_from_hex (keys[i].check, NULL);
      gsize size = g_bytes_get_size (wrapped);
      g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (wrapped, NULL), size);
      g_autoptr (GError) error = NULL;

      base_secret_bytes (other)[3] ^= 0x10;
      g_assert_null (crypto_working_key_open (keys[i].cipher, other, base_bytes_span (wrapped),
                                              base_bytes_span (check), &error));
      g_assert_error (error, CRYPTO_ERROR, CRYPTO_ERROR_AUTHENTIC);
      for (gsize j = 0; j < size; j++)
        {
          copy[j] ^= 0x10;
          g_assert_null (crypto_working_key_open (keys[i].cipher, master, BASE_SPAN (copy, size),
                                                  base_bytes_span (check), NULL));
          copy[j] ^= 0x10;
        }
    }
}

static void
test_sizes (void)
{
  g_autoptr (BaseSecret) master = base_secret_new (16);
  g_autoptr (BaseSecret) half = base_secret_new (8);
  g_autoptr (BaseSecret) odd = base_secret_new (15);
  const guint8 bytes[24] = { 0 };
  guint8 out[CRYPTO_WORKING_KEY_MAX];
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (crypto_working_key_master_size ("tdes-ecb"), ==, 16);
  g_assert_cmpuint (crypto_working_key_master_size ("rot13"), ==, 0);
  g_assert_false (crypto_working_key_knows ("rot13"));
  g_assert_null (crypto_working_key_open ("rot13", master, BASE_SPAN (bytes, 16),
                                          BASE_SPAN (bytes, 4), &error));
  g_assert_error (error, CRYPTO_ERROR, CRYPTO_ERROR_INVALID);
  g_assert_null (crypto_working_key_open ("tdes-ecb", half, BASE_SPAN (bytes, 16),
                                          BASE_SPAN (bytes, 4), NULL));
  for (gsize size = 0; size <= sizeof bytes; size++)
    if (size != 8 && size != 16)
      g_assert_null (crypto_working_key_open ("tdes-ecb", master, BASE_SPAN (bytes, size),
                                              BASE_SPAN (bytes, 4), NULL));
  g_assert_null (crypto_working_key_open ("sm4-ecb", master, BASE_SPAN (bytes, 8),
                                          BASE_SPAN (bytes, 4), NULL));
  g_assert_false (crypto_working_key_wrap ("aes-ecb", master, half, out, NULL));
  g_assert_false (crypto_working_key_wrap ("tdes-ecb", odd, half, out, NULL));
  g_assert_false (crypto_working_key_check ("tdes-ecb", odd, out, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/crypto/working-key/keys", test_keys);
  g_test_add_func ("/crypto/working-key/wrong", test_wrong);
  g_test_add_func ("/crypto/working-key/sizes", test_sizes);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the private half signs, the public half recovers, for each of the committed test keys; and
 * what can't be a key or a block is refused.
 */
#include "crypto-error.h"
#include "crypto-rsa.h"

static GBytes *
read_key (const char *name)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "vectors", "emv", name, NULL);
  char *text;
  gsize size;

  g_assert_true (g_file_get_contents (path, &text, &size, NULL));
  return g_bytes_new_take (text, size);
}

static const struct
{
  const char *name;
  gsize size;
  gsize exponent_size;
} keys[] = { { "ca-01.key", 128, 1 }, { "ca-02.key", 144, 1 }, { "ca-04.key", 248, 3 } };

static void
test_round (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autoptr (GBytes) pem = read_key (keys[i].name);
      g_autoptr (GBytes) exponent = NULL;
      g_autoptr (GBytes) modulus = crypto_rsa_modulus (base_bytes_span (pem), &exponent, NULL);
      CryptoRsaKey key = { base_bytes_span (modulus), base_bytes_span (exponent) };
      guint8 text[CRYPTO_RSA_SIZE_MAX] = { 0x6A, 0x02 }, block[CRYPTO_RSA_SIZE_MAX];
      guint8 out[CRYPTO_RSA_SIZE_MAX];
      g_autoptr (GError) error = NULL;

      g_assert_cmpuint (key.modulus.size, ==, keys[i].size);
      g_assert_cmpuint (key.exponent.size, ==, keys[i].exponent_size);
      text[keys[i].size - 1] = 0xBC;
      g_assert_true (
          crypto_rsa_sign (base_bytes_span (pem), BASE_SPAN (text, keys[i].size), block, NULL));
      g_assert_true (crypto_rsa_recover (&key, BASE_SPAN (block, keys[i].size), out, NULL));
      g_assert_true (
          base_bytes_equal (BASE_SPAN (out, keys[i].size), BASE_SPAN (text, keys[i].size)));
      g_assert_false (crypto_rsa_recover (&key, BASE_SPAN (block, keys[i].size - 1), out, &error));
      g_assert_error (error, CRYPTO_ERROR, CRYPTO_ERROR_INVALID);
    }
}

static void
test_bad_keys (void)
{
  guint8 modulus[CRYPTO_RSA_SIZE_MAX + 1], block[CRYPTO_RSA_SIZE_MAX + 1] = { 0 };
  guint8 out[CRYPTO_RSA_SIZE_MAX];
  static const guint8 three = 3, two = 2;
  CryptoRsaKey key = { BASE_SPAN (modulus, 128), BASE_SPAN (&three, 1) };

  for (gsize i = 0; i < sizeof modulus; i++)
    modulus[i] = 0xFF;
  block[0] = 0xFF;
  for (gsize i = 1; i < sizeof block; i++)
    block[i] = 0xFF;
  /* not smaller than the modulus */
  g_assert_false (crypto_rsa_recover (&key, BASE_SPAN (block, 128), out, NULL));
  block[0] = 0;
  g_assert_true (crypto_rsa_recover (&key, BASE_SPAN (block, 128), out, NULL));
  key.exponent = BASE_SPAN (&two, 1);
  g_assert_false (crypto_rsa_recover (&key, BASE_SPAN (block, 128), out, NULL));
  key.exponent = BASE_SPAN (NULL, 0);
  g_assert_false (crypto_rsa_recover (&key, BASE_SPAN (block, 128), out, NULL));
  key.exponent = BASE_SPAN (&three, 1);
  key.modulus = BASE_SPAN (modulus, 63);
  g_assert_false (crypto_rsa_recover (&key, BASE_SPAN (block, 63), out, NULL));
  key.modulus = BASE_SPAN (modulus, sizeof modulus);
  g_assert_false (crypto_rsa_recover (&key, BASE_SPAN (block, sizeof modulus), out, NULL));
  modulus[127] = 0xFE;
  key.modulus = BASE_SPAN (modulus, 128);
  g_assert_false (crypto_rsa_recover (&key, BASE_SPAN (block, 128), out, NULL));
}

static void
test_no_key (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) exponent = NULL;
  guint8 out[CRYPTO_RSA_SIZE_MAX];

  g_assert_null (crypto_rsa_modulus (BASE_SPAN_STR ("nothing"), &exponent, &error));
  g_assert_error (error, CRYPTO_ERROR, CRYPTO_ERROR_INVALID);
  g_assert_false (crypto_rsa_sign (BASE_SPAN_STR ("nothing"), BASE_SPAN (out, 128), out, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/crypto/rsa/round", test_round);
  g_test_add_func ("/crypto/rsa/bad-keys", test_bad_keys);
  g_test_add_func ("/crypto/rsa/no-key", test_no_key);
  return g_test_run ();
}

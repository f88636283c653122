/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * AES in ECB and CBC: NIST SP 800-38A, F.1 and F.2, first blocks. TDES: the initial key of
 * X9.24-1:2009, A.4. CMAC: NIST SP 800-38B, appendix D, in parts.
 */
#include "crypto-block.h"

#define TEXT "6BC1BEE22E409F96E93D7E117393172A"
#define AES_128 "2B7E151628AED2A6ABF7158809CF4F3C"
#define AES_192 "8E73B0F7DA0E6452C810F32B809079E562F8EAD2522C6B7B"
#define AES_256 "603DEB1015CA71BE2B73AEF0857D77811F352C073B6108D72D9810A30914DFF4"

static void
test_ciphers (void)
{
  static const struct
  {
    char algorithm;
    const char *key, *vector, *plain, *cipher;
  } vectors[] = {
    { 'A', AES_128, NULL, TEXT, "3AD77BB40D7A3660A89ECAF32466EF97" },
    { 'A', AES_192, NULL, TEXT, "BD334F1D6E45F25FF712A214571FA5CC" },
    { 'A', AES_256, NULL, TEXT, "F3EED1BDB5D2A03C064B5A7E3DB181F8" },
    { 'A', AES_128, "000102030405060708090A0B0C0D0E0F", TEXT "AE2D8A571E03AC9C9EB76FAC45AF8E51",
      "7649ABAC8119B246CEE98E9B12E9197D5086CB9B507219EE95DB113A917678B2" },
    { 'T', "0123456789ABCDEFFEDCBA9876543210", NULL, "FFFF9876543210E0", "6AC292FAA1315B4D" },
    { 'D', "0123456789ABCDEF", NULL, "4E6F772069732074", "3FA40E8A984D4815" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (vectors); i++)
    {
      g_autoptr (GBytes) key = base_bytes_from_hex (vectors[i].key, NULL);
      g_autoptr (GBytes) plain = base_bytes_from_hex (vectors[i].plain, NULL);
      g_autoptr (GBytes) vector
          = vectors[i].vector != NULL ? base_bytes_from_hex (vectors[i].vector, NULL) : NULL;
      const guint8 *start = vector != NULL ? g_bytes_get_data (vector, NULL) : NULL;
      gsize size = g_bytes_get_size (plain);
      guint8 out[2 * CRYPTO_BLOCK_MAX];
      g_autofree char *hex = NULL;

      crypto_block_encrypt (vectors[i].algorithm, base_bytes_span (key), start,
                            base_bytes_span (plain), out);
      hex = base_bytes_to_hex (BASE_SPAN (out, size));
      g_assert_cmpstr (hex, ==, vectors[i].cipher);
      crypto_block_decrypt (vectors[i].algorithm, base_bytes_span (key), start,
                            BASE_SPAN (out, size), out);
      g_assert_true (base_bytes_equal (BASE_SPAN (out, size), base_bytes_span (plain)));
    }
}

/* One message, whole and in parts of which one is empty. TDES's code is from `openssl mac`. */
static void
test_cmac (void)
{
  static const struct
  {
    char algorithm;
    const char *key, *code;
  } vectors[] = {
    { 'A', AES_128, "070A16B46B4D4144F79BDD9DD04A287C" },
    { 'A', AES_256, "28A7023F452E8F82BD4BF28D8C37C35C" },
    { 'T', "4CF15134A2850DD58A3D10BA80570D38", "743DA9F41B91EC83" },
  };
  g_autoptr (GBytes) text = base_bytes_from_hex (TEXT, NULL);
  const guint8 *bytes = g_bytes_get_data (text, NULL);
  const BaseSpan whole[] = { base_bytes_span (text) };
  const BaseSpan parts[] = { BASE_SPAN (bytes, 5), BASE_SPAN (NULL, 0), BASE_SPAN (bytes + 5, 11) };

  for (guint i = 0; i < G_N_ELEMENTS (vectors); i++)
    {
      g_autoptr (GBytes) key = base_bytes_from_hex (vectors[i].key, NULL);
      gsize size = crypto_block_size (vectors[i].algorithm);
      guint8 code[CRYPTO_BLOCK_MAX], again[CRYPTO_BLOCK_MAX];
      g_autofree char *hex = NULL;

      crypto_block_cmac (vectors[i].algorithm, base_bytes_span (key), whole, 1, code);
      crypto_block_cmac (vectors[i].algorithm, base_bytes_span (key), parts, 3, again);
      hex = base_bytes_to_hex (BASE_SPAN (code, size));
      g_assert_cmpstr (hex, ==, vectors[i].code);
      g_assert_cmpmem (code, size, again, size);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/crypto/block/ciphers", test_ciphers);
  g_test_add_func ("/crypto/block/cmac", test_cmac);
  return g_test_run ();
}

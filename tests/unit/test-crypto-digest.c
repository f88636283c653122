/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * SHA-256: FIPS 180-4 examples. SM3: GB/T 32905-2016, A.1 and A.2. HMAC: RFC 4231, cases 1, 2, 3
 * and 6. HKDF: RFC 5869, case 3's rule (no salt, no info) is checked against HMAC itself, since
 * crypto_derive always has a label.
 */
#include "crypto-digest.h"

#include <string.h>

static void
assert_hex (const guint8 *digest, const char *expected)
{
  g_autofree char *hex = base_bytes_to_hex (BASE_SPAN (digest, CRYPTO_DIGEST_SIZE));

  g_assert_cmpstr (hex, ==, expected);
}

static void
test_sha256_vectors (void)
{
  static const struct
  {
    const char *text, *digest;
  } vectors[] = {
    { "", "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855" },
    { "abc", "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD" },
    { "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248D6A61D20638B8E5C026930C3E6039A33CE45964FF2167F6ECEDD419DB06C1" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (vectors); i++)
    {
      guint8 digest[CRYPTO_DIGEST_SIZE];

      crypto_sha256 (BASE_SPAN_STR (vectors[i].text), digest);
      assert_hex (digest, vectors[i].digest);
    }
}

/* FIPS 180-4's example for SHA-1. */
static void
test_sha1_vector (void)
{
  guint8 digest[CRYPTO_SHA1_SIZE];
  g_autofree char *hex = NULL;

  crypto_sha1 (BASE_SPAN_STR ("abc"), digest);
  hex = base_bytes_to_hex (BASE_SPAN (digest, sizeof digest));
  g_assert_cmpstr (hex, ==, "A9993E364706816ABA3E25717850C26C9CD0D89D");
}

/* Whole, and in parts cut anywhere. */
static void
test_sm3_vectors (void)
{
  static const struct
  {
    const char *text, *digest;
  } vectors[] = {
    { "abc", "66C7F0F462EEEDD9D1F2D46BDC10E4E24167C4875CF2F7A2297DA02B8F4BA8E0" },
    { "abcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcd",
      "DEBE9FF92275B8A138604889C18E5A4D6FDB70E5387E5765293DCBA39C0C5732" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (vectors); i++)
    for (gsize cut = 0; cut <= strlen (vectors[i].text); cut++)
      {
        BaseSpan parts[]
            = { BASE_SPAN (vectors[i].text, cut), BASE_SPAN_STR (&vectors[i].text[cut]) };
        guint8 digest[CRYPTO_DIGEST_SIZE];

        crypto_sm3 (parts, G_N_ELEMENTS (parts), digest);
        assert_hex (digest, vectors[i].digest);
      }
}

static void
check_hmac (const char *key_hex, BaseSpan data, const char *expected)
{
  g_autoptr (GBytes) key = base_bytes_from_hex (key_hex, NULL);
  g_autoptr (CryptoHmac) hmac = crypto_hmac_new (base_bytes_span (key));
  BaseSpan halves[2] = { BASE_SPAN (data.data, data.size / 2),
                         BASE_SPAN (data.data + data.size / 2, data.size - data.size / 2) };
  guint8 digest[CRYPTO_DIGEST_SIZE];

  crypto_hmac_compute (hmac, &data, 1, digest);
  assert_hex (digest, expected);
  /* The context is used again, and parts are one text. */
  crypto_hmac_compute (hmac, halves, 2, digest);
  assert_hex (digest, expected);
}

static void
test_hmac_vectors (void)
{
  static const char large[] = "Test Using Larger Than Block-Size Key - Hash Key First";
  g_autofree char *long_key = g_strnfill (262, 'a');
  guint8 dd[50];

  memset (dd, 0xDD, sizeof dd);
  check_hmac ("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", BASE_SPAN_STR ("Hi There"),
              "B0344C61D8DB38535CA8AFCEAF0BF12B881DC200C9833DA726E9376C2E32CFF7");
  check_hmac ("4a656665", BASE_SPAN_STR ("what do ya want for nothing?"),
              "5BDCC146BF60754E6A042426089575C75A003F089D2739839DEC58B964EC3843");
  check_hmac ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", BASE_SPAN (dd, sizeof dd),
              "773EA91E36800E46854DB8EBD09181A72959098B3EF8C122D9635514CED565FE");
  check_hmac (long_key, BASE_SPAN_STR (large),
              "60E431591EE0B67F0D8A26AACBF5B77F8E0BC6213728C5140546040F0EE37F54");
}

static void
test_hmac_of_nothing (void)
{
  g_autoptr (CryptoHmac) hmac = crypto_hmac_new (BASE_SPAN_STR ("key"));
  BaseSpan empty = { NULL, 0 };
  guint8 a[CRYPTO_DIGEST_SIZE];
  guint8 b[CRYPTO_DIGEST_SIZE];

  crypto_hmac_compute (hmac, NULL, 0, a);
  crypto_hmac_compute (hmac, &empty, 1, b);
  g_assert_cmpmem (a, sizeof a, b, sizeof b);
}

/* RFC 5869 written out: PRK = HMAC (zeroes, key), output = HMAC (PRK, label ‖ 01). */
static void
test_derive_is_hkdf (void)
{
  static const guint8 zeroes[CRYPTO_DIGEST_SIZE] = { 0 };
  static const guint8 one = 1;
  g_autoptr (BaseSecret) key
      = base_secret_new_from (BASE_SPAN_STR ("0123456789abcdef0123456789abcdef"));
  g_autoptr (BaseSecret) derived = crypto_derive (key, "till journal");
  g_autoptr (CryptoHmac) extract = crypto_hmac_new (BASE_SPAN (zeroes, sizeof zeroes));
  g_autoptr (CryptoHmac) expand = NULL;
  BaseSpan input = base_secret_span (key);
  BaseSpan info[2] = { BASE_SPAN_STR ("till journal"), BASE_SPAN (&one, 1) };
  guint8 prk[CRYPTO_DIGEST_SIZE];
  guint8 expected[CRYPTO_DIGEST_SIZE];

  crypto_hmac_compute (extract, &input, 1, prk);
  expand = crypto_hmac_new (BASE_SPAN (prk, sizeof prk));
  crypto_hmac_compute (expand, info, 2, expected);
  g_assert_true (
      base_bytes_equal (base_secret_span (derived), BASE_SPAN (expected, sizeof expected)));
}

static void
test_labels_part_keys (void)
{
  g_autoptr (BaseSecret) key = base_secret_new (CRYPTO_KEY_SIZE);
  g_autoptr (BaseSecret) a = crypto_derive (key, "a");
  g_autoptr (BaseSecret) b = crypto_derive (key, "b");

  g_assert_false (base_bytes_equal (base_secret_span (a), base_secret_span (b)));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/crypto/digest/sha256-vectors", test_sha256_vectors);
  g_test_add_func ("/crypto/digest/sha1-vector", test_sha1_vector);
  g_test_add_func ("/crypto/digest/sm3-vectors", test_sm3_vectors);
  g_test_add_func ("/crypto/digest/hmac-vectors", test_hmac_vectors);
  g_test_add_func ("/crypto/digest/hmac-of-nothing", test_hmac_of_nothing);
  g_test_add_func ("/crypto/digest/derive-is-hkdf", test_derive_is_hkdf);
  g_test_add_func ("/crypto/digest/labels-part-keys", test_labels_part_keys);
  return g_test_run ();
}

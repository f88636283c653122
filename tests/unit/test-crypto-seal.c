/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The nonce is random, so a published vector can only be checked from the opening side: AES-256-GCM
 * test case 16 of the GCM specification (McGrew and Viega), which has both plaintext and associated
 * data.
 */
#include "crypto-seal.h"

#include "crypto-error.h"

#include <string.h>

#define CASE_16_KEY "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"
#define CASE_16_SEALED                                                                             \
  "cafebabefacedbaddecaf888"                                                                       \
  "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b10568288" \
  "38c5f61e6393ba7a0a"                                                                             \
  "bcc9f662"                                                                                       \
  "76fc6ece0f4e1768cddf8853bb2d551b"
#define CASE_16_ASSOCIATED "feedfacedeadbeeffeedfacedeadbeefabaddad2"
#define CASE_16_PLAIN                                                                              \
  "D9313225F88406E5A55909C5AFF5269A86A7A9531534F7DA2E4C303D8A318A721C3C0C95956809532FCF0E2449A6B5" \
  "25B16AEDF5AA0DE657"                                                                             \
  "BA637B39"

static CryptoSealer *
make_sealer (const char *key_hex)
{
  g_autoptr (GBytes) bytes = base_bytes_from_hex (key_hex, NULL);
  g_autoptr (BaseSecret) key = base_secret_new_from (base_bytes_span (bytes));

  return crypto_sealer_new (key);
}

static void
test_opens_the_published_vector (void)
{
  g_autoptr (CryptoSealer) sealer = make_sealer (CASE_16_KEY);
  g_autoptr (GBytes) sealed = base_bytes_from_hex (CASE_16_SEALED, NULL);
  g_autoptr (GBytes) associated = base_bytes_from_hex (CASE_16_ASSOCIATED, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (BaseSecret) plain
      = crypto_sealer_open (sealer, base_bytes_span (sealed), base_bytes_span (associated), &error);
  g_autofree char *hex = NULL;

  g_assert_no_error (error);
  hex = base_bytes_to_hex (base_secret_span (plain));
  g_assert_cmpstr (hex, ==, CASE_16_PLAIN);
}

static void
check_round_trip (CryptoSealer *sealer, gsize size, BaseSpan associated)
{
  g_autofree guint8 *plain = g_malloc (size);
  g_autoptr (GBytes) sealed = NULL;
  g_autoptr (BaseSecret) opened = NULL;
  g_autoptr (GError) error = NULL;

  memset (plain, 0x37, size);
  sealed = crypto_sealer_seal (sealer, BASE_SPAN (plain, size), associated);
  g_assert_cmpuint (g_bytes_get_size (sealed), ==, size + CRYPTO_SEAL_OVERHEAD);
  opened = crypto_sealer_open (sealer, base_bytes_span (sealed), associated, &error);
  g_assert_no_error (error);
  g_assert_true (base_bytes_equal (base_secret_span (opened), BASE_SPAN (plain, size)));
}

static void
test_round_trips (void)
{
  static const gsize sizes[] = { 1, 15, 16, 17, 1500, CRYPTO_SEAL_PLAIN_MAX };
  g_autoptr (CryptoSealer) sealer = make_sealer (CASE_16_KEY);

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      check_round_trip (sealer, sizes[i], BASE_SPAN_STR ("id 7, stored"));
      check_round_trip (sealer, sizes[i], BASE_SPAN (NULL, 0));
    }
}

static void
test_nonces_differ (void)
{
  g_autoptr (CryptoSealer) sealer = make_sealer (CASE_16_KEY);
  g_autoptr (GHashTable) seen
      = g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);

  for (guint i = 0; i < 1000; i++)
    {
      g_autoptr (GBytes) sealed
          = crypto_sealer_seal (sealer, BASE_SPAN_STR ("x"), BASE_SPAN (NULL, 0));

      g_assert_true (
          g_hash_table_add (seen, g_bytes_new_from_bytes (sealed, 0, CRYPTO_SEAL_NONCE_SIZE)));
    }
}

static void
assert_refused (CryptoSealer *sealer, BaseSpan sealed, BaseSpan associated, CryptoError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (crypto_sealer_open (sealer, sealed, associated, &error));
  g_assert_error (error, CRYPTO_ERROR, (int)code);
}

static void
test_refuses_every_changed_byte (void)
{
  g_autoptr (CryptoSealer) sealer = make_sealer (CASE_16_KEY);
  g_autoptr (GBytes) sealed
      = crypto_sealer_seal (sealer, BASE_SPAN_STR ("4761739001010119"), BASE_SPAN_STR ("7"));
  gsize size;
  g_autofree guint8 *copy = g_bytes_unref_to_data (g_bytes_ref (sealed), &size);

  for (gsize i = 0; i < size; i++)
    {
      copy[i] ^= 0x01;
      assert_refused (sealer, BASE_SPAN (copy, size), BASE_SPAN_STR ("7"), CRYPTO_ERROR_AUTHENTIC);
      copy[i] ^= 0x01;
    }
  assert_refused (sealer, BASE_SPAN (copy, size), BASE_SPAN_STR ("8"), CRYPTO_ERROR_AUTHENTIC);
  assert_refused (sealer, BASE_SPAN (copy, size), BASE_SPAN (NULL, 0), CRYPTO_ERROR_AUTHENTIC);
}

static void
test_refuses_every_length (void)
{
  g_autoptr (CryptoSealer) sealer = make_sealer (CASE_16_KEY);
  g_autofree guint8 *bytes = g_malloc0 (CRYPTO_SEAL_PLAIN_MAX + CRYPTO_SEAL_OVERHEAD + 1);

  for (gsize size = 0; size <= CRYPTO_SEAL_OVERHEAD; size++)
    assert_refused (sealer, BASE_SPAN (bytes, size), BASE_SPAN (NULL, 0), CRYPTO_ERROR_INVALID);
  assert_refused (sealer, BASE_SPAN (bytes, CRYPTO_SEAL_OVERHEAD + 1), BASE_SPAN (NULL, 0),
                  CRYPTO_ERROR_AUTHENTIC);
  assert_refused (sealer, BASE_SPAN (bytes, CRYPTO_SEAL_PLAIN_MAX + CRYPTO_SEAL_OVERHEAD + 1),
                  BASE_SPAN (NULL, 0), CRYPTO_ERROR_INVALID);
}

static void
test_refuses_another_key (void)
{
  g_autoptr (CryptoSealer) sealer = make_sealer (CASE_16_KEY);
  g_autoptr (CryptoSealer) other
      = make_sealer ("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308309");
  g_autoptr (GBytes) sealed = crypto_sealer_seal (sealer, BASE_SPAN_STR ("x"), BASE_SPAN (NULL, 0));

  assert_refused (other, base_bytes_span (sealed), BASE_SPAN (NULL, 0), CRYPTO_ERROR_AUTHENTIC);
  /* And a refusal leaves the sealer fit for the next. */
  check_round_trip (other, 100, BASE_SPAN (NULL, 0));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/crypto/seal/opens-the-published-vector", test_opens_the_published_vector);
  g_test_add_func ("/crypto/seal/round-trips", test_round_trips);
  g_test_add_func ("/crypto/seal/nonces-differ", test_nonces_differ);
  g_test_add_func ("/crypto/seal/refuses-every-changed-byte", test_refuses_every_changed_byte);
  g_test_add_func ("/crypto/seal/refuses-every-length", test_refuses_every_length);
  g_test_add_func ("/crypto/seal/refuses-another-key", test_refuses_another_key);
  return g_test_run ();
}

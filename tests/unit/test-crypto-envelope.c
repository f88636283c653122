/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "crypto-envelope.h"

#include "crypto-certificate.h"
#include "crypto-error.h"

#include <string.h>

typedef struct
{
  GBytes *ca, *certificate, *other_certificate, *client_certificate;
  BaseSecret *ca_key, *key, *other_key, *client_key;
} Shop;

static void
issue (Shop *shop, CryptoCertificateUsage usage, GBytes **out_certificate, BaseSecret **out_key)
{
  g_assert_true (crypto_certificate_issue (base_bytes_span (shop->ca),
                                           base_secret_span (shop->ca_key), "Envelope", usage,
                                           out_certificate, out_key, NULL));
}

static void
set_up (Shop *shop, gconstpointer data)
{
  g_assert_true (crypto_certificate_make_ca ("Test", &shop->ca, &shop->ca_key, NULL));
  issue (shop, CRYPTO_CERTIFICATE_ENVELOPE, &shop->certificate, &shop->key);
  issue (shop, CRYPTO_CERTIFICATE_ENVELOPE, &shop->other_certificate, &shop->other_key);
  issue (shop, CRYPTO_CERTIFICATE_CLIENT, &shop->client_certificate, &shop->client_key);
}

static void
tear_down (Shop *shop, gconstpointer data)
{
  g_bytes_unref (shop->ca);
  g_bytes_unref (shop->certificate);
  g_bytes_unref (shop->other_certificate);
  g_bytes_unref (shop->client_certificate);
  base_secret_free (shop->ca_key);
  base_secret_free (shop->key);
  base_secret_free (shop->other_key);
  base_secret_free (shop->client_key);
}

static GBytes *
seal (Shop *shop, BaseSpan plain)
{
  g_autoptr (GError) error = NULL;
  GBytes *der = crypto_envelope_seal (base_bytes_span (shop->certificate), plain, &error);

  g_assert_no_error (error);
  return der;
}

static void
test_round_trips (Shop *shop, gconstpointer data)
{
  static const gsize sizes[] = { 1, 16, 164, CRYPTO_ENVELOPE_PLAIN_MAX };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autofree guint8 *plain = g_malloc (sizes[i]);
      g_autoptr (GBytes) der = NULL;
      g_autoptr (BaseSecret) opened = NULL;
      g_autoptr (GError) error = NULL;

      memset (plain, 0x5F, sizes[i]);
      der = seal (shop, BASE_SPAN (plain, sizes[i]));
      g_assert_cmpuint (g_bytes_get_size (der), <=, sizes[i] + CRYPTO_ENVELOPE_OVERHEAD_MAX);
      opened = crypto_envelope_open (base_bytes_span (shop->certificate),
                                     base_secret_span (shop->key), base_bytes_span (der), &error);
      g_assert_no_error (error);
      g_assert_true (base_bytes_equal (base_secret_span (opened), BASE_SPAN (plain, sizes[i])));
    }
}

static void
test_never_twice_the_same (Shop *shop, gconstpointer data)
{
  g_autoptr (GBytes) a = seal (shop, BASE_SPAN_STR ("the same"));
  g_autoptr (GBytes) b = seal (shop, BASE_SPAN_STR ("the same"));

  g_assert_false (g_bytes_equal (a, b));
}

static void
assert_not_opened (Shop *shop, BaseSpan der, CryptoError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (crypto_envelope_open (base_bytes_span (shop->certificate),
                                       base_secret_span (shop->key), der, &error));
  g_assert_error (error, CRYPTO_ERROR, (int)code);
}

/* Whatever byte is changed, nothing opens; which of the two reasons is given depends on what the
 * byte was. */
static void
test_refuses_every_changed_byte (Shop *shop, gconstpointer data)
{
  g_autoptr (GBytes) der = seal (shop, BASE_SPAN_STR ("5F2A020156 9F02 4761739001010119"));
  gsize size;
  g_autofree guint8 *copy = g_bytes_unref_to_data (g_bytes_ref (der), &size);
  guint opened = 0;

  for (gsize i = 0; i < size; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (BaseSecret) plain = NULL;

      copy[i] ^= 0x01;
      plain = crypto_envelope_open (base_bytes_span (shop->certificate),
                                    base_secret_span (shop->key), BASE_SPAN (copy, size), &error);
      copy[i] ^= 0x01;
      if (plain == NULL)
        g_assert_true (error->code == CRYPTO_ERROR_AUTHENTIC
                       || error->code == CRYPTO_ERROR_INVALID);
      else
        g_assert_true (base_bytes_equal (base_secret_span (plain),
                                         BASE_SPAN_STR ("5F2A020156 9F02 4761739001010119")));
      opened += plain != NULL;
    }
  /* Version numbers, the nine bytes that call the content "data", the count of unused bits of the
   * public key: OpenSSL doesn't look at them or they come to the same, and the content is whole. */
  g_assert_cmpuint (opened, <=, 16);
}

static void
test_refuses_every_length (Shop *shop, gconstpointer data)
{
  g_autoptr (GBytes) der = seal (shop, BASE_SPAN_STR ("x"));
  gsize size = g_bytes_get_size (der);
  g_autofree guint8 *longer = g_malloc0 (size + 1);
  const guint8 *bytes = g_bytes_get_data (der, NULL);

  for (gsize i = 0; i < size; i++)
    {
      assert_not_opened (shop, BASE_SPAN (bytes, i), CRYPTO_ERROR_INVALID);
      longer[i] = bytes[i];
    }
  assert_not_opened (shop, BASE_SPAN (longer, size + 1), CRYPTO_ERROR_INVALID);
}

/* The same envelope with only the first four bytes of its tag, all lengths around it mended: easy
 * to forge, so refused. */
static void
test_refuses_a_short_tag (Shop *shop, gconstpointer data)
{
  static const gsize length_offsets[]
      = { 2, 19, 23 }; /* of the three structures that end with the tag */
  enum
  {
    CUT = 12
  };
  g_autofree char *plain = g_strnfill (300, 'x');
  g_autoptr (GBytes) der = seal (shop, BASE_SPAN_STR (plain));
  gsize size;
  g_autofree guint8 *copy = g_bytes_unref_to_data (g_bytes_ref (der), &size);

  g_assert_cmpuint (copy[size - 17], ==, 16);
  copy[size - 17] -= CUT;
  for (guint i = 0; i < G_N_ELEMENTS (length_offsets); i++)
    {
      guint8 *length = copy + length_offsets[i];
      guint shorter = (guint)(length[0] << 8 | length[1]) - CUT;

      g_assert_cmpuint (length[-1], ==, 0x82);
      length[0] = (guint8)(shorter >> 8);
      length[1] = (guint8)shorter;
    }
  assert_not_opened (shop, BASE_SPAN (copy, size - CUT), CRYPTO_ERROR_INVALID);
}

static void
test_refuses_another_recipient (Shop *shop, gconstpointer data)
{
  g_autoptr (GBytes) other
      = crypto_envelope_seal (base_bytes_span (shop->other_certificate), BASE_SPAN_STR ("x"), NULL);
  g_autoptr (GError) error = NULL;

  assert_not_opened (shop, base_bytes_span (other), CRYPTO_ERROR_AUTHENTIC);
  g_assert_null (crypto_envelope_open (base_bytes_span (shop->certificate),
                                       base_secret_span (shop->other_key), base_bytes_span (other),
                                       &error));
  g_assert_error (error, CRYPTO_ERROR, CRYPTO_ERROR_INVALID);
}

static void
assert_not_sealed (BaseSpan certificate)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (crypto_envelope_seal (certificate, BASE_SPAN_STR ("x"), &error));
  g_assert_error (error, CRYPTO_ERROR, CRYPTO_ERROR_INVALID);
}

static void
test_refuses_other_certificates (Shop *shop, gconstpointer data)
{
  assert_not_sealed (base_bytes_span (shop->client_certificate));
  assert_not_sealed (base_bytes_span (shop->ca));
  assert_not_sealed (base_secret_span (shop->key));
  assert_not_sealed (BASE_SPAN (NULL, 0));
}

/* What another program reads and writes: the command opens ours, and its unauthenticated kind is
 * refused. */
static void
run_openssl (char **arguments)
{
  g_autoptr (GError) error = NULL;
  int status = 0;

  g_assert_true (g_spawn_sync (NULL, arguments, NULL,
                               G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, NULL,
                               NULL, &status, &error));
  g_assert_no_error (error);
  g_assert_true (g_spawn_check_wait_status (status, &error));
}

static char *
put (const char *folder, const char *name, BaseSpan data)
{
  char *path = g_build_filename (folder, name, NULL);

  g_assert_true (g_file_set_contents (path, (const char *)data.data, (gssize)data.size, NULL));
  return path;
}

static void
test_others_agree (Shop *shop, gconstpointer data)
{
  g_autofree char *program = g_find_program_in_path ("openssl");
  g_autofree char *folder = g_dir_make_tmp ("till-test-XXXXXX", NULL);
  g_autoptr (GBytes) der = seal (shop, BASE_SPAN_STR ("a card block"));
  g_autofree char *sealed = put (folder, "sealed.der", base_bytes_span (der));
  g_autofree char *certificate
      = put (folder, "certificate.pem", base_bytes_span (shop->certificate));
  g_autofree char *key = put (folder, "key.pem", base_secret_span (shop->key));
  g_autofree char *opened = g_build_filename (folder, "opened", NULL);
  g_autofree char *plain = NULL;
  g_autofree char *weak = NULL;
  gsize size = 0;
  char *open_it[] = { (char *)"openssl",
                      (char *)"cms",
                      (char *)"-decrypt",
                      (char *)"-inform",
                      (char *)"DER",
                      (char *)"-in",
                      sealed,
                      (char *)"-recip",
                      certificate,
                      (char *)"-inkey",
                      key,
                      (char *)"-out",
                      opened,
                      (char *)"-binary",
                      NULL };
  char *seal_it[] = { (char *)"openssl",
                      (char *)"cms",
                      (char *)"-encrypt",
                      (char *)"-aes-256-cbc",
                      (char *)"-outform",
                      (char *)"DER",
                      (char *)"-in",
                      opened,
                      (char *)"-out",
                      sealed,
                      (char *)"-binary",
                      certificate,
                      NULL };
  char *clean_up[] = { (char *)"rm", (char *)"-r", folder, NULL };

  if (program == NULL)
    {
      g_test_skip ("the openssl command isn't here");
      return;
    }
  run_openssl (open_it);
  g_assert_true (g_file_get_contents (opened, &plain, &size, NULL));
  g_assert_cmpmem (plain, size, "a card block", 12);
  run_openssl (seal_it);
  g_assert_true (g_file_get_contents (sealed, &weak, &size, NULL));
  assert_not_opened (shop, BASE_SPAN (weak, size), CRYPTO_ERROR_INVALID);
  run_openssl (clean_up);
}

#define ADD(name, function)                                                                        \
  g_test_add ("/crypto/envelope/" name, Shop, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("round-trips", test_round_trips);
  ADD ("never-twice-the-same", test_never_twice_the_same);
  ADD ("refuses-every-changed-byte", test_refuses_every_changed_byte);
  ADD ("refuses-every-length", test_refuses_every_length);
  ADD ("refuses-a-short-tag", test_refuses_a_short_tag);
  ADD ("refuses-another-recipient", test_refuses_another_recipient);
  ADD ("refuses-other-certificates", test_refuses_other_certificates);
  ADD ("others-agree", test_others_agree);
  return g_test_run ();
}

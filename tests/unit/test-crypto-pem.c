/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "crypto-pem.h"

#include "crypto-certificate.h"

/* A P-256 key under the password "till", made for this test and used nowhere. Reading it must not
 * ask a terminal. */
static const char encrypted_key[]
    = "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
      "MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAgvIhe2MM+JbQICCAAw\n"
      "DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEAZO9WMiR+tvTZj3JeY7jMUEgZBF\n"
      "qCuJ/a6dp32lY87A7vnXn0PrQtmus6X1R1EeTHUrcAlCfRVTt8XIxyq1hznpCDPf\n"
      "O6RF1a/xUVwuWnhd5vPO9CkdLAGu5PY+020HGOj1ZCu4FPhuepCCl8wWDiYj7ySW\n"
      "IZ/n888UnXw8DRbfU3WFZfwxJruP9ozbBwJL7ZtNIB4AzFx90TxovFuhbHsSW8k=\n"
      "-----END ENCRYPTED PRIVATE KEY-----\n";

static void
test_reads_what_it_wrote (void)
{
  g_autoptr (GBytes) ca = NULL;
  g_autoptr (BaseSecret) key = NULL;
  g_autoptr (X509) certificate = NULL;
  g_autoptr (EVP_PKEY) pair = NULL;
  g_autoptr (GBytes) again = NULL;
  g_autoptr (BaseSecret) key_again = NULL;

  g_assert_true (crypto_certificate_make_ca ("Test", &ca, &key, NULL));
  certificate = crypto_pem_read_certificate (base_bytes_span (ca));
  pair = crypto_pem_read_key (base_secret_span (key));
  g_assert_nonnull (certificate);
  g_assert_nonnull (pair);
  again = crypto_pem_write_certificate (certificate);
  key_again = crypto_pem_write_key (pair);
  g_assert_true (g_bytes_equal (ca, again));
  g_assert_true (base_bytes_equal (base_secret_span (key), base_secret_span (key_again)));
}

static GBytes *
repeat (GBytes *pem, guint times)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  for (guint i = 0; i < times; i++)
    g_byte_array_append (bytes, g_bytes_get_data (pem, NULL), (guint)g_bytes_get_size (pem));
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

static void
test_counts_certificates (void)
{
  g_autoptr (GBytes) ca = NULL;
  g_autoptr (BaseSecret) key = NULL;
  g_autoptr (GBytes) full = NULL;
  g_autoptr (GBytes) surplus = NULL;
  g_autoptr (CryptoPemCertificates) certificates = NULL;

  g_assert_true (crypto_certificate_make_ca ("Test", &ca, &key, NULL));
  full = repeat (ca, CRYPTO_PEM_CERTIFICATES_MAX);
  surplus = repeat (ca, CRYPTO_PEM_CERTIFICATES_MAX + 1);
  certificates = crypto_pem_read_certificates (base_bytes_span (full));
  g_assert_nonnull (certificates);
  g_assert_null (crypto_pem_read_certificates (base_bytes_span (surplus)));
}

static void
test_refuses_what_is_not (void)
{
  g_autoptr (GBytes) ca = NULL;
  g_autoptr (BaseSecret) key = NULL;
  g_autofree char *huge = g_strnfill (CRYPTO_PEM_SIZE_MAX + 1, '\n');
  BaseSpan span;

  g_assert_true (crypto_certificate_make_ca ("Test", &ca, &key, NULL));
  span = base_bytes_span (ca);
  g_assert_null (crypto_pem_read_certificate (BASE_SPAN (NULL, 0)));
  g_assert_null (crypto_pem_read_certificate (BASE_SPAN_STR ("-----BEGIN CERTIFICATE-----\n")));
  g_assert_null (crypto_pem_read_certificate (BASE_SPAN_STR (huge)));
  g_assert_null (crypto_pem_read_certificate (base_secret_span (key)));
  for (gsize size = 0; size + 2 < span.size; size += 7)
    g_assert_null (crypto_pem_read_certificate (BASE_SPAN (span.data, size)));
  g_assert_null (crypto_pem_read_key (span));
  g_assert_null (crypto_pem_read_key (BASE_SPAN_STR (huge)));
  g_assert_null (crypto_pem_read_key (BASE_SPAN_STR (encrypted_key)));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/crypto/pem/reads-what-it-wrote", test_reads_what_it_wrote);
  g_test_add_func ("/crypto/pem/counts-certificates", test_counts_certificates);
  g_test_add_func ("/crypto/pem/refuses-what-is-not", test_refuses_what_is_not);
  return g_test_run ();
}

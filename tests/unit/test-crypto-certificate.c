/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * That they work as TLS identities and as envelopes is test-crypto-tls's and test-crypto-envelope's
 * part.
 */
#include "crypto-certificate.h"

#include "crypto-error.h"

#include <string.h>

typedef struct
{
  GBytes *certificate;
  BaseSecret *key;
} Pair;

static void
clear_pair (Pair *pair)
{
  g_clear_pointer (&pair->certificate, g_bytes_unref);
  g_clear_pointer (&pair->key, base_secret_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Pair, clear_pair)

static void
make_ca (Pair *pair)
{
  g_assert_true (
      crypto_certificate_make_ca ("Till practice CA", &pair->certificate, &pair->key, NULL));
}

static void
assert_check (Pair *ca, Pair *leaf, CryptoCertificateUsage usage, gboolean expected)
{
  g_autoptr (GError) error = NULL;
  gboolean good = crypto_certificate_check (base_bytes_span (ca->certificate),
                                            base_bytes_span (leaf->certificate), usage, &error);

  g_assert_cmpint (good, ==, expected);
  if (!expected)
    g_assert_error (error, CRYPTO_ERROR, CRYPTO_ERROR_TRUST);
}

static void
test_each_use_is_its_own (void)
{
  g_auto (Pair) ca = { NULL, NULL };
  g_auto (Pair) other_ca = { NULL, NULL };

  make_ca (&ca);
  make_ca (&other_ca);
  for (guint made = CRYPTO_CERTIFICATE_SERVER; made <= CRYPTO_CERTIFICATE_ENVELOPE; made++)
    {
      g_auto (Pair) leaf = { NULL, NULL };
      g_autoptr (GError) error = NULL;

      g_assert_true (crypto_certificate_issue (base_bytes_span (ca.certificate),
                                               base_secret_span (ca.key), "收银台 1", made,
                                               &leaf.certificate, &leaf.key, &error));
      g_assert_no_error (error);
      for (guint used = CRYPTO_CERTIFICATE_SERVER; used <= CRYPTO_CERTIFICATE_ENVELOPE; used++)
        {
          assert_check (&ca, &leaf, used, used == made);
          assert_check (&other_ca, &leaf, used, FALSE);
        }
    }
}

static void
assert_not_issued (BaseSpan ca, BaseSpan key, const char *name)
{
  g_autoptr (GError) error = NULL;
  GBytes *certificate = NULL;
  BaseSecret *made = NULL;

  g_assert_false (crypto_certificate_issue (ca, key, name, CRYPTO_CERTIFICATE_CLIENT, &certificate,
                                            &made, &error));
  g_assert_error (error, CRYPTO_ERROR, CRYPTO_ERROR_INVALID);
  g_assert_null (certificate);
  g_assert_null (made);
}

static void
test_refuses_bad_input (void)
{
  g_auto (Pair) ca = { NULL, NULL };
  g_auto (Pair) other = { NULL, NULL };
  g_autofree char *longest = g_strnfill (CRYPTO_CERTIFICATE_NAME_MAX, 'n');
  g_autofree char *too_long = g_strnfill (CRYPTO_CERTIFICATE_NAME_MAX + 1, 'n');
  BaseSpan certificate, key;

  g_assert_true (crypto_certificate_make_ca (longest, &ca.certificate, &ca.key, NULL));
  make_ca (&other);
  certificate = base_bytes_span (ca.certificate);
  key = base_secret_span (ca.key);
  assert_not_issued (certificate, key, "");
  assert_not_issued (certificate, key, too_long);
  assert_not_issued (certificate, key, "\xFF");
  assert_not_issued (certificate, base_secret_span (other.key), "till");
  assert_not_issued (BASE_SPAN (certificate.data, certificate.size / 2), key, "till");
  assert_not_issued (key, key, "till");
  assert_not_issued (certificate, certificate, "till");
  assert_not_issued (BASE_SPAN (NULL, 0), BASE_SPAN (NULL, 0), "till");
}

static void
test_check_names_what_cannot_be_read (void)
{
  g_auto (Pair) ca = { NULL, NULL };
  BaseSpan nothing = { NULL, 0 };
  g_autoptr (GError) error = NULL;

  make_ca (&ca);
  g_assert_false (crypto_certificate_check (nothing, base_bytes_span (ca.certificate),
                                            CRYPTO_CERTIFICATE_SERVER, &error));
  g_assert_error (error, CRYPTO_ERROR, CRYPTO_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_false (crypto_certificate_check (base_bytes_span (ca.certificate), nothing,
                                            CRYPTO_CERTIFICATE_SERVER, &error));
  g_assert_error (error, CRYPTO_ERROR, CRYPTO_ERROR_INVALID);
}

static void
issue_for (Pair *ca, Pair *leaf, CryptoCertificateUsage usage, gint64 from_s, gint64 until_s)
{
  CryptoCertificateWish wish = { "Till 7", usage, from_s, until_s };
  g_autoptr (GError) error = NULL;

  g_assert_true (crypto_certificate_issue_for (base_bytes_span (ca->certificate),
                                               base_secret_span (ca->key), &wish,
                                               &leaf->certificate, &leaf->key, &error));
  g_assert_no_error (error);
}

static void
test_time (void)
{
  gint64 now_s = g_get_real_time () / G_USEC_PER_SEC;
  g_auto (Pair) ca = { NULL, NULL };
  g_auto (Pair) good = { NULL, NULL };
  g_auto (Pair) ended = { NULL, NULL };
  g_auto (Pair) early = { NULL, NULL };

  make_ca (&ca);
  issue_for (&ca, &good, CRYPTO_CERTIFICATE_CLIENT, now_s - 60, now_s + 60);
  issue_for (&ca, &ended, CRYPTO_CERTIFICATE_CLIENT, now_s - 60, now_s - 1);
  issue_for (&ca, &early, CRYPTO_CERTIFICATE_CLIENT, now_s + 60, now_s + 120);
  assert_check (&ca, &good, CRYPTO_CERTIFICATE_CLIENT, TRUE);
  assert_check (&ca, &ended, CRYPTO_CERTIFICATE_CLIENT, FALSE);
  assert_check (&ca, &early, CRYPTO_CERTIFICATE_CLIENT, FALSE);
}

static void
test_facts (void)
{
  g_auto (Pair) ca = { NULL, NULL };
  g_auto (Pair) leaf = { NULL, NULL };
  g_autofree char *both = NULL;
  CryptoCertificateFacts facts;
  CryptoCertificateFacts ca_facts;
  g_autoptr (GError) error = NULL;

  make_ca (&ca);
  issue_for (&ca, &leaf, CRYPTO_CERTIFICATE_ENVELOPE, 1700000000, 1800000000);
  g_assert_true (crypto_certificate_look (base_bytes_span (leaf.certificate), &facts, NULL));
  g_assert_cmpstr (facts.name, ==, "Till 7");
  g_assert_cmpint (facts.from_unix_s, ==, 1700000000);
  g_assert_cmpint (facts.until_unix_s, ==, 1800000000);
  g_assert_cmpint (facts.last_unix_s, ==, 1800000000);
  g_assert_false (facts.is_ca);
  g_assert_true (crypto_certificate_look (base_bytes_span (ca.certificate), &ca_facts, NULL));
  g_assert_true (ca_facts.is_ca);
  g_assert_cmpuint (strlen (ca_facts.fingerprint), ==, CRYPTO_CERTIFICATE_FINGERPRINT_LENGTH);
  g_assert_cmpstr (facts.fingerprint, !=, ca_facts.fingerprint);
  both = g_strdup_printf ("%.*s%.*s", (int)g_bytes_get_size (ca.certificate),
                          (const char *)g_bytes_get_data (ca.certificate, NULL),
                          (int)g_bytes_get_size (leaf.certificate),
                          (const char *)g_bytes_get_data (leaf.certificate, NULL));
  g_assert_true (crypto_certificate_look (BASE_SPAN_STR (both), &facts, NULL));
  g_assert_cmpstr (facts.fingerprint, ==, ca_facts.fingerprint);
  g_assert_cmpint (facts.until_unix_s, ==, 1800000000);
  g_assert_cmpint (facts.last_unix_s, ==, ca_facts.until_unix_s);
  g_assert_false (crypto_certificate_look (base_secret_span (ca.key), &facts, &error));
  g_assert_error (error, CRYPTO_ERROR, CRYPTO_ERROR_INVALID);
}

/* A name that would write over the line before it is no name. */
static void
test_hostile_name (void)
{
  gint64 now_s = g_get_real_time () / G_USEC_PER_SEC;
  CryptoCertificateWish wish = { "good\x1b[2K\rbad", CRYPTO_CERTIFICATE_CLIENT, now_s, now_s + 60 };
  g_auto (Pair) ca = { NULL, NULL };
  g_auto (Pair) leaf = { NULL, NULL };
  CryptoCertificateFacts facts;

  make_ca (&ca);
  g_assert_true (crypto_certificate_issue_for (base_bytes_span (ca.certificate),
                                               base_secret_span (ca.key), &wish, &leaf.certificate,
                                               &leaf.key, NULL));
  g_assert_true (crypto_certificate_look (base_bytes_span (leaf.certificate), &facts, NULL));
  g_assert_cmpstr (facts.name, ==, "");
}

static void
test_use_and_pair (void)
{
  g_auto (Pair) ca = { NULL, NULL };
  g_auto (Pair) client = { NULL, NULL };
  g_auto (Pair) envelope = { NULL, NULL };
  BaseSpan pem;

  make_ca (&ca);
  issue_for (&ca, &client, CRYPTO_CERTIFICATE_CLIENT, 1700000000, 4000000000);
  issue_for (&ca, &envelope, CRYPTO_CERTIFICATE_ENVELOPE, 1700000000, 4000000000);
  pem = base_bytes_span (client.certificate);
  g_assert_true (crypto_certificate_is_for (pem, CRYPTO_CERTIFICATE_CLIENT));
  g_assert_false (crypto_certificate_is_for (pem, CRYPTO_CERTIFICATE_ENVELOPE));
  g_assert_true (crypto_certificate_is_for (base_bytes_span (envelope.certificate),
                                            CRYPTO_CERTIFICATE_ENVELOPE));
  g_assert_false (crypto_certificate_is_for (BASE_SPAN_STR ("x"), CRYPTO_CERTIFICATE_CLIENT));
  g_assert_true (crypto_certificate_is_pair (pem, base_secret_span (client.key)));
  g_assert_false (crypto_certificate_is_pair (pem, base_secret_span (envelope.key)));
  g_assert_false (crypto_certificate_is_pair (pem, pem));
  g_assert_false (crypto_certificate_is_pair (BASE_SPAN (NULL, 0), pem));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/crypto/certificate/each-use-is-its-own", test_each_use_is_its_own);
  g_test_add_func ("/crypto/certificate/refuses-bad-input", test_refuses_bad_input);
  g_test_add_func ("/crypto/certificate/check-names-what-cannot-be-read",
                   test_check_names_what_cannot_be_read);
  g_test_add_func ("/crypto/certificate/time", test_time);
  g_test_add_func ("/crypto/certificate/facts", test_facts);
  g_test_add_func ("/crypto/certificate/hostile-name", test_hostile_name);
  g_test_add_func ("/crypto/certificate/use-and-pair", test_use_and_pair);
  return g_test_run ();
}

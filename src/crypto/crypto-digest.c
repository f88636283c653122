/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A failure of OpenSSL here can only mean that memory ran out or that the library is broken; as
 * with g_malloc the program ends then, so callers on the way of money need no branch that could
 * never be tested.
 */
#include "crypto-digest.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <string.h>

struct _CryptoHmac
{
  EVP_MAC_CTX *context; /* holds the key: initialising it anew without one keeps it */
};

void
crypto_sha256 (BaseSpan data, guint8 out[CRYPTO_DIGEST_SIZE])
{
  size_t size = 0;

  if (EVP_Q_digest (NULL, "SHA256", NULL, data.data, data.size, out, &size) != 1)
    g_error ("SHA-256 is not to be had");
  g_assert (size == CRYPTO_DIGEST_SIZE);
}

void
crypto_sha1 (BaseSpan data, guint8 out[CRYPTO_SHA1_SIZE])
{
  size_t size = 0;

  if (EVP_Q_digest (NULL, "SHA1", NULL, data.data, data.size, out, &size) != 1)
    g_error ("SHA-1 is not to be had");
  g_assert (size == CRYPTO_SHA1_SIZE);
}

void
crypto_sm3 (const BaseSpan *parts, guint count, guint8 out[CRYPTO_DIGEST_SIZE])
{
  EVP_MD *digest = EVP_MD_fetch (NULL, "SM3", NULL);
  EVP_MD_CTX *context = EVP_MD_CTX_new ();
  guint size = 0;
  gboolean good
      = digest != NULL && context != NULL && EVP_DigestInit_ex2 (context, digest, NULL) == 1;

  for (guint i = 0; good && i < count; i++)
    if (parts[i].size > 0)
      good = EVP_DigestUpdate (context, parts[i].data, parts[i].size) == 1;
  if (!good || EVP_DigestFinal_ex (context, out, &size) != 1 || size != CRYPTO_DIGEST_SIZE)
    g_error ("SM3 is not to be had");
  EVP_MD_CTX_free (context);
  EVP_MD_free (digest);
}

CryptoHmac *
crypto_hmac_new (BaseSpan key)
{
  CryptoHmac *self = g_new0 (CryptoHmac, 1);
  EVP_MAC *mac = EVP_MAC_fetch (NULL, "HMAC", NULL);
  OSSL_PARAM params[]
      = { OSSL_PARAM_construct_utf8_string (OSSL_MAC_PARAM_DIGEST, (char *)"SHA256", 0),
          OSSL_PARAM_construct_end () };

  g_assert (key.data != NULL && key.size > 0);
  self->context = mac != NULL ? EVP_MAC_CTX_new (mac) : NULL;
  EVP_MAC_free (mac);
  if (self->context == NULL || EVP_MAC_init (self->context, key.data, key.size, params) != 1)
    g_error ("HMAC-SHA-256 is not to be had");
  return self;
}

void
crypto_hmac_free (CryptoHmac *self)
{
  if (self == NULL)
    return;
  EVP_MAC_CTX_free (self->context);
  g_free (self);
}

void
crypto_hmac_compute (CryptoHmac *self,
                     const BaseSpan *parts,
                     guint count,
                     guint8 out[CRYPTO_DIGEST_SIZE])
{
  size_t size = 0;
  gboolean good = EVP_MAC_init (self->context, NULL, 0, NULL) == 1;

  g_assert (parts != NULL || count == 0);
  for (guint i = 0; good && i < count; i++)
    if (parts[i].size > 0)
      good = EVP_MAC_update (self->context, parts[i].data, parts[i].size) == 1;
  if (!good || EVP_MAC_final (self->context, out, &size, CRYPTO_DIGEST_SIZE) != 1)
    g_error ("An HMAC could not be computed");
  g_assert (size == CRYPTO_DIGEST_SIZE);
}

BaseSecret *
crypto_derive (const BaseSecret *key, const char *label)
{
  BaseSecret *derived = base_secret_new (CRYPTO_KEY_SIZE);
  BaseSpan span = base_secret_span (key);
  EVP_KDF *kdf = EVP_KDF_fetch (NULL, "HKDF", NULL);
  EVP_KDF_CTX *context = kdf != NULL ? EVP_KDF_CTX_new (kdf) : NULL;
  OSSL_PARAM params[] = {
    OSSL_PARAM_construct_utf8_string (OSSL_KDF_PARAM_DIGEST, (char *)"SHA256", 0),
    OSSL_PARAM_construct_octet_string (OSSL_KDF_PARAM_KEY, (void *)span.data, span.size),
    OSSL_PARAM_construct_octet_string (OSSL_KDF_PARAM_INFO, (void *)label, strlen (label)),
    OSSL_PARAM_construct_end (),
  };

  g_assert (label[0] != '\0');
  if (context == NULL
      || EVP_KDF_derive (context, base_secret_bytes (derived), CRYPTO_KEY_SIZE, params) != 1)
    g_error ("A key could not be derived");
  EVP_KDF_CTX_free (context);
  EVP_KDF_free (kdf);
  return derived;
}

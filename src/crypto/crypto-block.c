/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "crypto-block.h"

#include "crypto-error.h"

#include "base-secret.h"

#include <glib/gi18n.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>

#define TDES_SIZE 24

/* What OpenSSL calls the cipher of a key in CBC. */
static const char *
cipher_name (char algorithm, gsize key_size)
{
  if (algorithm != 'A')
    return "DES-EDE3-CBC";
  return key_size == 16 ? "AES-128-CBC" : key_size == 24 ? "AES-192-CBC" : "AES-256-CBC";
}

gsize
crypto_block_size (char algorithm)
{
  return algorithm == 'A' ? CRYPTO_BLOCK_MAX : CRYPTO_BLOCK_MAX / 2;
}

gboolean
crypto_block_check (char algorithm, BaseSpan data, GError **error)
{
  if (data.size > 0 && data.size % crypto_block_size (algorithm) == 0
      && data.size <= BASE_SECRET_SIZE_MAX)
    return TRUE;
  g_set_error (error, CRYPTO_ERROR, CRYPTO_ERROR_INVALID, _ ("%zu bytes are not whole blocks"),
               data.size);
  return FALSE;
}

/* A key as its cipher takes it: TDES with the first half, or DES with all of it, repeated. */
static BaseSecret *
spread (char algorithm, BaseSpan key)
{
  BaseSecret *whole = base_secret_new (algorithm == 'A' ? key.size : TDES_SIZE);

  for (gsize i = 0; i < base_secret_size (whole); i++)
    base_secret_bytes (whole)[i] = key.data[i % key.size];
  return whole;
}

typedef struct
{
  char algorithm;
  gboolean encrypting;
  const guint8 *vector;
} Run;

static void
run (const Run *self, BaseSpan key, BaseSpan in, guint8 *out)
{
  static const guint8 zeroes[CRYPTO_BLOCK_MAX] = { 0 };
  g_autoptr (BaseSecret) whole = spread (self->algorithm, key);
  EVP_CIPHER *cipher = EVP_CIPHER_fetch (NULL, cipher_name (self->algorithm, key.size), NULL);
  EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new ();
  int size = 0;

  g_assert (in.size > 0 && in.size % crypto_block_size (self->algorithm) == 0);
  g_assert (in.size <= G_MAXINT);
  if (cipher == NULL || context == NULL
      || EVP_CipherInit_ex2 (context, cipher, base_secret_span (whole).data,
                             self->vector != NULL ? self->vector : zeroes, self->encrypting, NULL)
             != 1
      || EVP_CIPHER_CTX_set_padding (context, 0) != 1
      || EVP_CipherUpdate (context, out, &size, in.data, (int)in.size) != 1
      || (gsize)size != in.size)
    g_error ("%s is not to be had", cipher_name (self->algorithm, key.size));
  EVP_CIPHER_CTX_free (context);
  EVP_CIPHER_free (cipher);
}

void
crypto_block_encrypt (char algorithm,
                      BaseSpan key,
                      const guint8 *vector,
                      BaseSpan plain,
                      guint8 *out)
{
  run (&(Run){ algorithm, TRUE, vector }, key, plain, out);
}

void
crypto_block_decrypt (char algorithm,
                      BaseSpan key,
                      const guint8 *vector,
                      BaseSpan cipher,
                      guint8 *out)
{
  run (&(Run){ algorithm, FALSE, vector }, key, cipher, out);
}

void
crypto_block_cmac (char algorithm, BaseSpan key, const BaseSpan *parts, guint count, guint8 *out)
{
  g_autoptr (BaseSecret) whole = spread (algorithm, key);
  EVP_MAC *mac = EVP_MAC_fetch (NULL, "CMAC", NULL);
  EVP_MAC_CTX *context = mac != NULL ? EVP_MAC_CTX_new (mac) : NULL;
  OSSL_PARAM params[] = { OSSL_PARAM_construct_utf8_string (
                              OSSL_MAC_PARAM_CIPHER, (char *)cipher_name (algorithm, key.size), 0),
                          OSSL_PARAM_construct_end () };
  gsize block = crypto_block_size (algorithm);
  size_t size = 0;
  gboolean good
      = context != NULL
        && EVP_MAC_init (context, base_secret_span (whole).data, base_secret_size (whole), params)
               == 1;

  for (guint i = 0; good && i < count; i++)
    if (parts[i].size > 0)
      good = EVP_MAC_update (context, parts[i].data, parts[i].size) == 1;
  if (!good || EVP_MAC_final (context, out, &size, block) != 1 || size != block)
    g_error ("CMAC is not to be had");
  EVP_MAC_CTX_free (context);
  EVP_MAC_free (mac);
}

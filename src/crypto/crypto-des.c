/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "crypto-des.h"

#include "base-secret.h"

#include <openssl/evp.h>

static void
run (BaseSpan key, gboolean encrypting, BaseSpan in, guint8 *out)
{
  static const guint8 zero_iv[CRYPTO_DES_BLOCK_SIZE] = { 0 };
  guint8 both[CRYPTO_DES_DOUBLE_SIZE];
  EVP_CIPHER *cipher = EVP_CIPHER_fetch (NULL, "DES-EDE-CBC", NULL);
  EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new ();
  int size = 0;

  g_assert (key.size == CRYPTO_DES_SINGLE_SIZE || key.size == CRYPTO_DES_DOUBLE_SIZE);
  g_assert (in.size > 0 && in.size % CRYPTO_DES_BLOCK_SIZE == 0 && in.size <= G_MAXINT);
  for (gsize i = 0; i < sizeof both; i++)
    both[i] = key.data[i % key.size];
  if (cipher == NULL || context == NULL
      || EVP_CipherInit_ex2 (context, cipher, both, zero_iv, encrypting, NULL) != 1
      || EVP_CIPHER_CTX_set_padding (context, 0) != 1
      || EVP_CipherUpdate (context, out, &size, in.data, (int)in.size) != 1
      || (gsize)size != in.size)
    g_error ("TDES is not to be had");
  EVP_CIPHER_CTX_free (context);
  EVP_CIPHER_free (cipher);
  base_secret_wipe (both, sizeof both);
}

void
crypto_des_encrypt (BaseSpan key, BaseSpan plain, guint8 *out)
{
  run (key, TRUE, plain, out);
}

void
crypto_des_decrypt (BaseSpan key, BaseSpan cipher, guint8 *out)
{
  run (key, FALSE, cipher, out);
}

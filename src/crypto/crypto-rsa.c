/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "crypto-rsa.h"

#include "crypto-error.h"
#include "crypto-pem.h"

#include <glib/gi18n.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/rsa.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BIGNUM, BN_clear_free)

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BN_CTX, BN_CTX_free)

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_PKEY_CTX, EVP_PKEY_CTX_free)

static gboolean
is_key (const CryptoRsaKey *key)
{
  BaseSpan modulus = key->modulus;

  return modulus.size >= CRYPTO_RSA_SIZE_MIN && modulus.size <= CRYPTO_RSA_SIZE_MAX
         && modulus.data[0] != 0 && (modulus.data[modulus.size - 1] & 1) != 0
         && key->exponent.size >= 1 && key->exponent.size <= 3;
}

static BIGNUM *
number (BaseSpan span)
{
  return BN_bin2bn (span.data, (int)span.size, NULL);
}

/* The number in as many bytes as the modulus has; FALSE: it isn't smaller than that. */
static gboolean
raise_to (const CryptoRsaKey *key, BaseSpan block, guint8 *out)
{
  g_autoptr (BN_CTX) context = BN_CTX_new ();
  g_autoptr (BIGNUM) modulus = number (key->modulus);
  g_autoptr (BIGNUM) exponent = number (key->exponent);
  g_autoptr (BIGNUM) base = number (block);
  g_autoptr (BIGNUM) result = BN_new ();

  if (context == NULL || modulus == NULL || exponent == NULL || base == NULL || result == NULL)
    return FALSE;
  return BN_is_odd (exponent) && BN_cmp (base, modulus) < 0
         && BN_mod_exp_mont (result, base, exponent, modulus, context, NULL) == 1
         && BN_bn2binpad (result, out, (int)key->modulus.size) == (int)key->modulus.size;
}

gboolean
crypto_rsa_recover (const CryptoRsaKey *key, BaseSpan block, guint8 *out, GError **error)
{
  if (is_key (key) && block.size == key->modulus.size && raise_to (key, block, out))
    return TRUE;
  crypto_error_set (error, CRYPTO_ERROR_INVALID, _ ("This can't be a chip's RSA key or block"));
  return FALSE;
}

gboolean
crypto_rsa_sign (BaseSpan key_pem, BaseSpan text, guint8 *out, GError **error)
{
  g_autoptr (EVP_PKEY) key = crypto_pem_read_key (key_pem);
  g_autoptr (EVP_PKEY_CTX) context = key != NULL ? EVP_PKEY_CTX_new (key, NULL) : NULL;
  gsize size = text.size;
  gboolean good;

  good = context != NULL && EVP_PKEY_get_size (key) == (int)text.size
         && EVP_PKEY_sign_init (context) == 1
         && EVP_PKEY_CTX_set_rsa_padding (context, RSA_NO_PADDING) == 1
         && EVP_PKEY_sign (context, out, &size, text.data, text.size) == 1 && size == text.size;
  /* The emulated bus signs on a thread that ends without a word to OpenSSL, which keeps a source of
   * chance for each. */
  OPENSSL_thread_stop ();
  if (good)
    return TRUE;
  crypto_error_set (error, CRYPTO_ERROR_INVALID, _ ("This RSA key can't sign that"));
  return FALSE;
}

static GBytes *
part_of (EVP_PKEY *key, const char *name)
{
  g_autoptr (BIGNUM) value = NULL;
  guint8 bytes[CRYPTO_RSA_SIZE_MAX];
  int size;

  if (EVP_PKEY_get_bn_param (key, name, &value) != 1)
    return NULL;
  size = BN_num_bytes (value);
  if (size > CRYPTO_RSA_SIZE_MAX)
    return NULL;
  return g_bytes_new (bytes, (gsize)BN_bn2bin (value, bytes));
}

GBytes *
crypto_rsa_modulus (BaseSpan key_pem, GBytes **out_exponent, GError **error)
{
  g_autoptr (EVP_PKEY) key = crypto_pem_read_key (key_pem);
  g_autoptr (GBytes) modulus = key != NULL ? part_of (key, OSSL_PKEY_PARAM_RSA_N) : NULL;
  g_autoptr (GBytes) exponent = modulus != NULL ? part_of (key, OSSL_PKEY_PARAM_RSA_E) : NULL;

  if (exponent == NULL)
    {
      crypto_error_set (error, CRYPTO_ERROR_INVALID, _ ("This is no RSA key that a chip can have"));
      return NULL;
    }
  *out_exponent = g_steal_pointer (&exponent);
  return g_steal_pointer (&modulus);
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Two contexts, one a direction, are keyed once; each record then costs only its nonce. As in
 * crypto-digest.c, a failure that isn't the data's fault ends the program.
 */
#include "crypto-seal.h"

#include "crypto-error.h"
#include "crypto-memory.h"

#include <glib/gi18n.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#define KEY_SIZE 32

struct _CryptoSealer
{
  EVP_CIPHER_CTX *sealing;
  EVP_CIPHER_CTX *opening;
};

/* The IV length of GCM is 12 bytes unless told otherwise: CRYPTO_SEAL_NONCE_SIZE. */
static EVP_CIPHER_CTX *
make_context (const EVP_CIPHER *cipher, const BaseSecret *key, gboolean sealing)
{
  EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new ();

  if (context == NULL || cipher == NULL
      || EVP_CipherInit_ex2 (context, cipher, base_secret_span (key).data, NULL, sealing, NULL)
             != 1)
    g_error ("AES-256-GCM is not to be had");
  g_assert (EVP_CIPHER_CTX_get_iv_length (context) == CRYPTO_SEAL_NONCE_SIZE);
  return context;
}

CryptoSealer *
crypto_sealer_new (const BaseSecret *key)
{
  CryptoSealer *self = g_new0 (CryptoSealer, 1);
  EVP_CIPHER *cipher;

  (void)crypto_memory_guard (); /* the contexts keep the key */
  cipher = EVP_CIPHER_fetch (NULL, "AES-256-GCM", NULL);
  g_assert (base_secret_size (key) == KEY_SIZE);
  self->sealing = make_context (cipher, key, TRUE);
  self->opening = make_context (cipher, key, FALSE);
  EVP_CIPHER_free (cipher);
  return self;
}

void
crypto_sealer_free (CryptoSealer *self)
{
  if (self == NULL)
    return;
  EVP_CIPHER_CTX_free (self->sealing);
  EVP_CIPHER_CTX_free (self->opening);
  g_free (self);
}

static gboolean
encrypt (EVP_CIPHER_CTX *context,
         BaseSpan plain,
         BaseSpan associated,
         guint8 *nonce,
         guint8 *out,
         guint8 *tag)
{
  int size = 0;

  if (RAND_bytes (nonce, CRYPTO_SEAL_NONCE_SIZE) != 1
      || EVP_EncryptInit_ex2 (context, NULL, NULL, nonce, NULL) != 1)
    return FALSE;
  if (associated.size > 0
      && EVP_EncryptUpdate (context, NULL, &size, associated.data, (int)associated.size) != 1)
    return FALSE;
  return EVP_EncryptUpdate (context, out, &size, plain.data, (int)plain.size) == 1
         && (gsize)size == plain.size && EVP_EncryptFinal_ex (context, tag, &size) == 1
         && EVP_CIPHER_CTX_ctrl (context, EVP_CTRL_AEAD_GET_TAG, CRYPTO_SEAL_TAG_SIZE, tag) == 1;
}

GBytes *
crypto_sealer_seal (CryptoSealer *self, BaseSpan plain, BaseSpan associated)
{
  gsize size = plain.size + CRYPTO_SEAL_OVERHEAD;
  guint8 *sealed;

  g_assert (plain.size > 0 && plain.size <= CRYPTO_SEAL_PLAIN_MAX);
  g_assert (associated.size <= CRYPTO_SEAL_PLAIN_MAX);
  sealed = g_malloc (size);
  if (!encrypt (self->sealing, plain, associated, sealed, sealed + CRYPTO_SEAL_NONCE_SIZE,
                sealed + size - CRYPTO_SEAL_TAG_SIZE))
    g_error ("A record could not be sealed");
  return g_bytes_new_take (sealed, size);
}

static gboolean
decrypt (EVP_CIPHER_CTX *context,
         BaseSpan nonce,
         BaseSpan cipher,
         BaseSpan tag,
         BaseSpan associated,
         guint8 *out)
{
  int size = 0;

  if (EVP_DecryptInit_ex2 (context, NULL, NULL, nonce.data, NULL) != 1
      || EVP_CIPHER_CTX_ctrl (context, EVP_CTRL_AEAD_SET_TAG, (int)tag.size, (void *)tag.data) != 1)
    return FALSE;
  if (associated.size > 0
      && EVP_DecryptUpdate (context, NULL, &size, associated.data, (int)associated.size) != 1)
    return FALSE;
  return EVP_DecryptUpdate (context, out, &size, cipher.data, (int)cipher.size) == 1
         && EVP_DecryptFinal_ex (context, out + size, &size) == 1;
}

BaseSecret *
crypto_sealer_open (CryptoSealer *self, BaseSpan sealed, BaseSpan associated, GError **error)
{
  g_autoptr (BaseSecret) plain = NULL;
  BaseSpan nonce, cipher, tag;
  BaseReader reader;

  g_assert (associated.size <= CRYPTO_SEAL_PLAIN_MAX);
  if (sealed.size <= CRYPTO_SEAL_OVERHEAD
      || sealed.size > CRYPTO_SEAL_PLAIN_MAX + CRYPTO_SEAL_OVERHEAD)
    {
      g_set_error (error, CRYPTO_ERROR, CRYPTO_ERROR_INVALID,
                   _ ("%zu bytes are not a sealed record"), sealed.size);
      return NULL;
    }
  base_reader_init (&reader, sealed);
  if (!base_reader_take (&reader, CRYPTO_SEAL_NONCE_SIZE, &nonce)
      || !base_reader_take (&reader, sealed.size - CRYPTO_SEAL_OVERHEAD, &cipher)
      || !base_reader_take (&reader, CRYPTO_SEAL_TAG_SIZE, &tag))
    g_assert_not_reached ();
  plain = base_secret_new (cipher.size);
  if (!decrypt (self->opening, nonce, cipher, tag, associated, base_secret_bytes (plain)))
    {
      crypto_error_set (error, CRYPTO_ERROR_AUTHENTIC,
                        _ ("A sealed record was changed, or its key is another one"));
      return NULL;
    }
  return g_steal_pointer (&plain);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "crypto-working-key.h"

#include "crypto-error.h"
#include "crypto-mac.h"

#include <glib/gi18n.h>
#include <openssl/evp.h>

typedef struct
{
  const char *name;
  const char *cipher; /* as OpenSSL calls it; its key is CRYPTO_WORKING_KEY_MAX bytes */
  gsize block;
  gboolean halves;   /* a key may be a half, which is then used as two equal ones */
  const char *check; /* the MAC of a block of zeros is the check value; NULL: its encryption is */
} Cipher;

static const Cipher ciphers[] = {
  { "tdes-ecb", "DES-EDE-ECB", 8, TRUE, NULL },
  { "aes-ecb", "AES-128-ECB", 16, FALSE, NULL },
  { "aes-ecb-cmac", "AES-128-ECB", 16, FALSE, "aes-cmac" },
  { "sm4-ecb", "SM4-ECB", 16, FALSE, NULL },
};

static const Cipher *
find (const char *name, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (ciphers); i++)
    if (g_str_equal (ciphers[i].name, name))
      return &ciphers[i];
  g_set_error (error, CRYPTO_ERROR, CRYPTO_ERROR_INVALID, _ ("There is no cipher called %s"), name);
  return NULL;
}

gboolean
crypto_working_key_knows (const char *cipher)
{
  return find (cipher, NULL) != NULL;
}

gsize
crypto_working_key_master_size (const char *cipher)
{
  return crypto_working_key_knows (cipher) ? CRYPTO_WORKING_KEY_MAX : 0;
}

static gboolean
takes (const Cipher *cipher, gsize size)
{
  return size == CRYPTO_WORKING_KEY_MAX || (cipher->halves && size * 2 == CRYPTO_WORKING_KEY_MAX);
}

static gboolean
refuse (GError **error, const Cipher *cipher, gsize size)
{
  g_set_error (error, CRYPTO_ERROR, CRYPTO_ERROR_INVALID, _ ("%s takes no key of %zu bytes"),
               cipher->name, size);
  return FALSE;
}

/* Whole blocks, one by one. */
static void
run (const Cipher *cipher, BaseSpan key, gboolean encrypting, BaseSpan in, guint8 *out)
{
  EVP_CIPHER *evp = EVP_CIPHER_fetch (NULL, cipher->cipher, NULL);
  EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new ();
  guint8 whole[CRYPTO_WORKING_KEY_MAX];
  int size = 0;

  for (gsize i = 0; i < sizeof whole; i++)
    whole[i] = key.data[i % key.size];
  if (evp == NULL || context == NULL
      || EVP_CipherInit_ex2 (context, evp, whole, NULL, encrypting, NULL) != 1
      || EVP_CIPHER_CTX_set_padding (context, 0) != 1
      || EVP_CipherUpdate (context, out, &size, in.data, (int)in.size) != 1
      || (gsize)size != in.size)
    g_error ("%s is not to be had", cipher->name);
  EVP_CIPHER_CTX_free (context);
  EVP_CIPHER_free (evp);
  base_secret_wipe (whole, sizeof whole);
}

static void
make_check (const Cipher *cipher, BaseSpan key, guint8 out[CRYPTO_WORKING_KEY_CHECK])
{
  static const guint8 zeroes[CRYPTO_WORKING_KEY_MAX] = { 0 };
  guint8 block[CRYPTO_WORKING_KEY_MAX];

  if (cipher->check != NULL)
    {
      g_autoptr (BaseSecret) secret = base_secret_new_from (key);
      g_autoptr (GBytes) code
          = crypto_mac_compute (cipher->check, secret, BASE_SPAN (zeroes, cipher->block), NULL);

      for (gsize i = 0; i < CRYPTO_WORKING_KEY_CHECK; i++)
        out[i] = base_bytes_span (code).data[i];
      return;
    }
  run (cipher, key, TRUE, BASE_SPAN (zeroes, cipher->block), block);
  for (gsize i = 0; i < CRYPTO_WORKING_KEY_CHECK; i++)
    out[i] = block[i];
}

BaseSecret *
crypto_working_key_open (const char *cipher_name,
                         const BaseSecret *master,
                         BaseSpan wrapped,
                         BaseSpan check,
                         GError **error)
{
  const Cipher *cipher = find (cipher_name, error);
  guint8 found[CRYPTO_WORKING_KEY_CHECK];
  g_autoptr (BaseSecret) key = NULL;

  g_assert (check.size > 0 && check.size <= CRYPTO_WORKING_KEY_CHECK);
  if (cipher == NULL)
    return NULL;
  if (base_secret_size (master) != CRYPTO_WORKING_KEY_MAX || !takes (cipher, wrapped.size))
    {
      refuse (error, cipher,
              takes (cipher, wrapped.size) ? base_secret_size (master) : wrapped.size);
      return NULL;
    }
  key = base_secret_new (wrapped.size);
  run (cipher, base_secret_span (master), FALSE, wrapped, base_secret_bytes (key));
  make_check (cipher, base_secret_span (key), found);
  if (base_bytes_equal_secret (BASE_SPAN (found, check.size), check))
    return g_steal_pointer (&key);
  g_set_error_literal (
      error, CRYPTO_ERROR, CRYPTO_ERROR_AUTHENTIC,
      _ ("A working key's check value is another one: the acquirer and this terminal "
         "have different master keys"));
  return NULL;
}

gboolean
crypto_working_key_wrap (const char *cipher_name,
                         const BaseSecret *master,
                         const BaseSecret *key,
                         guint8 *out_wrapped,
                         GError **error)
{
  const Cipher *cipher = find (cipher_name, error);

  if (cipher == NULL)
    return FALSE;
  if (base_secret_size (master) != CRYPTO_WORKING_KEY_MAX)
    return refuse (error, cipher, base_secret_size (master));
  if (!takes (cipher, base_secret_size (key)))
    return refuse (error, cipher, base_secret_size (key));
  run (cipher, base_secret_span (master), TRUE, base_secret_span (key), out_wrapped);
  return TRUE;
}

gboolean
crypto_working_key_check (const char *cipher_name,
                          const BaseSecret *key,
                          guint8 out_check[CRYPTO_WORKING_KEY_CHECK],
                          GError **error)
{
  const Cipher *cipher = find (cipher_name, error);

  if (cipher == NULL)
    return FALSE;
  if (!takes (cipher, base_secret_size (key)))
    return refuse (error, cipher, base_secret_size (key));
  make_check (cipher, base_secret_span (key), out_check);
  return TRUE;
}

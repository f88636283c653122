/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emv-signing.h"

#include "crypto-digest.h"
#include "crypto-rsa.h"

#include <string.h>

#define TAIL (CRYPTO_SHA1_SIZE + 1)

static char *
read_pem (const char *name)
{
  g_autofree char *path
      = g_strdup_printf ("%s/training/keys/%s.key", g_getenv ("TILL_DATA_DIR"), name);
  char *pem = NULL;

  if (!g_file_get_contents (path, &pem, NULL, NULL))
    g_error ("%s can't be read", path);
  return pem;
}

void
emv_signing_key (const char *name, EmvPublicKey *out_key)
{
  g_autofree char *pem = read_pem (name);
  g_autoptr (GBytes) exponent = NULL;
  g_autoptr (GBytes) modulus = crypto_rsa_modulus (BASE_SPAN_STR (pem), &exponent, NULL);

  g_assert_nonnull (modulus);
  out_key->modulus_size = g_bytes_get_size (modulus);
  memcpy (out_key->modulus, g_bytes_get_data (modulus, NULL), out_key->modulus_size);
  out_key->exponent_size = g_bytes_get_size (exponent);
  memcpy (out_key->exponent, g_bytes_get_data (exponent, NULL), out_key->exponent_size);
}

GBytes *
emv_signing_block (const char *key, BaseSpan text, BaseSpan more)
{
  g_autofree char *pem = read_pem (key);
  g_autoptr (GBytes) exponent = NULL;
  g_autoptr (GBytes) modulus = crypto_rsa_modulus (BASE_SPAN_STR (pem), &exponent, NULL);
  gsize size = g_bytes_get_size (modulus);
  guint8 block[CRYPTO_RSA_SIZE_MAX], out[CRYPTO_RSA_SIZE_MAX];
  g_autoptr (GByteArray) hashed = g_byte_array_new ();

  g_assert_cmpuint (text.size, <=, size - 1 - TAIL);
  memset (block, 0xBB, sizeof block);
  block[0] = 0x6A;
  if (text.size > 0)
    memcpy (block + 1, text.data, text.size);
  g_byte_array_append (hashed, block + 1, (guint)(size - 1 - TAIL));
  if (more.size > 0)
    g_byte_array_append (hashed, more.data, (guint)more.size);
  crypto_sha1 (BASE_SPAN (hashed->data, hashed->len), block + size - TAIL);
  block[size - 1] = 0xBC;
  g_assert_true (crypto_rsa_sign (BASE_SPAN_STR (pem), BASE_SPAN (block, size), out, NULL));
  return g_bytes_new (out, size);
}

void
emv_signing_certificate (const char *key,
                         const char *head,
                         const char *inner,
                         BaseSpan fixed,
                         EmvSigned *out)
{
  EmvPublicKey outer = { 0 }, next = { 0 };
  g_autoptr (GBytes) start = base_bytes_from_hex (head, NULL);
  g_autoptr (GByteArray) text = g_byte_array_new (), more = g_byte_array_new ();
  guint8 sizes[2];
  gsize inside;

  emv_signing_key (key, &outer);
  emv_signing_key (inner, &next);
  sizes[0] = (guint8)next.modulus_size;
  sizes[1] = (guint8)next.exponent_size;
  g_byte_array_append (text, g_bytes_get_data (start, NULL), (guint)g_bytes_get_size (start));
  g_byte_array_append (text, sizes, sizeof sizes);
  inside = MIN (next.modulus_size, outer.modulus_size - 1 - TAIL - text->len);
  g_byte_array_append (text, next.modulus, (guint)inside);
  g_byte_array_append (more, next.modulus + inside, (guint)(next.modulus_size - inside));
  g_byte_array_append (more, next.exponent, (guint)next.exponent_size);
  if (fixed.size > 0)
    g_byte_array_append (more, fixed.data, (guint)fixed.size);
  out->block = emv_signing_block (key, BASE_SPAN (text->data, text->len),
                                  BASE_SPAN (more->data, more->len));
  out->remainder = g_bytes_new (next.modulus + inside, next.modulus_size - inside);
  out->exponent = g_bytes_new (next.exponent, next.exponent_size);
}

void
emv_signing_clear (EmvSigned *self)
{
  g_clear_pointer (&self->block, g_bytes_unref);
  g_clear_pointer (&self->remainder, g_bytes_unref);
  g_clear_pointer (&self->exponent, g_bytes_unref);
}

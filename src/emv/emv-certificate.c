/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emv-certificate.h"

#include "crypto-digest.h"
#include "crypto-rsa.h"

#define HEADER 0x6A
#define TRAILER 0xBC
#define FORMAT_ISSUER 0x02
#define FORMAT_CARD 0x04
#define FORMAT_STATIC 0x03
#define HASH_SHA1 0x01
#define KEY_RSA 0x01
#define HASH_SIZE CRYPTO_SHA1_SIZE
#define TAIL (HASH_SIZE + 1) /* hash and trailer */
#define PADDING 0xBB
#define MODULUS_MIN 64

typedef struct
{
  guint8 bytes[EMV_MODULUS_MAX];
  gsize size;
} Block;

static gboolean
recover (const EmvPublicKey *key, BaseSpan block, guint8 format, Block *out)
{
  const CryptoRsaKey rsa = { BASE_SPAN (key->modulus, key->modulus_size),
                             BASE_SPAN (key->exponent, key->exponent_size) };

  if (block.size != key->modulus_size || !crypto_rsa_recover (&rsa, block, out->bytes, NULL))
    return FALSE;
  out->size = block.size;
  return out->bytes[0] == HEADER && out->bytes[1] == format && out->bytes[out->size - 1] == TRAILER;
}

/* The hash covers the block between header and hash, and what isn't in the block. */
static gboolean
is_hashed (const Block *block, const BaseSpan *more, guint count)
{
  guint8 hash[HASH_SIZE];
  g_autoptr (GByteArray) text = g_byte_array_new ();
  gsize size;

  g_byte_array_append (text, block->bytes + 1, (guint)(block->size - 1 - TAIL));
  for (guint i = 0; i < count; i++)
    if (more[i].size > 0)
      g_byte_array_append (text, more[i].data, (guint)more[i].size);
  size = text->len;
  crypto_sha1 (BASE_SPAN (text->data, size), hash);
  base_secret_wipe (text->data, size);
  return base_bytes_equal (BASE_SPAN (hash, HASH_SIZE),
                           BASE_SPAN (block->bytes + block->size - TAIL, HASH_SIZE));
}

/* Month and year, packed; good to the end of that month. Years from 50 on are of the last century
 * (Book 4, 6.7.3). */
static gboolean
is_over (const guint8 month_year[2], guint32 today)
{
  guint month = (guint)(month_year[0] >> 4) * 10 + (month_year[0] & 0x0F);
  guint year = (guint)(month_year[1] >> 4) * 10 + (month_year[1] & 0x0F);

  year += year >= 50 ? 1900 : 2000;
  return month < 1 || month > 12 || year * 100 + month < today / 100;
}

/* Where the next key's description stands in a certificate. */
typedef struct
{
  gsize hash, algorithm, size, exponent, key;
} Layout;

static const Layout issuer_layout = { 11, 12, 13, 14, 15 };
static const Layout card_layout = { 17, 18, 19, 20, 21 };

static gboolean
read_key (const Block *block,
          const Layout *at,
          const EmvCertificate *certificate,
          EmvPublicKey *out_key)
{
  gsize room = block->size - TAIL - at->key, size = block->bytes[at->size];
  gsize inside = MIN (size, room);

  if (block->bytes[at->hash] != HASH_SHA1 || block->bytes[at->algorithm] != KEY_RSA
      || size < MODULUS_MIN || size > EMV_MODULUS_MAX
      || certificate->remainder.size != size - inside
      || certificate->exponent.size != block->bytes[at->exponent] || certificate->exponent.size < 1
      || certificate->exponent.size > EMV_EXPONENT_MAX)
    return FALSE;
  for (gsize i = 0; i < inside; i++)
    out_key->modulus[i] = block->bytes[at->key + i];
  for (gsize i = inside; i < size; i++)
    out_key->modulus[i] = certificate->remainder.data[i - inside];
  for (gsize i = inside; i < room; i++)
    if (block->bytes[at->key + i] != PADDING)
      return FALSE;
  out_key->modulus_size = size;
  for (gsize i = 0; i < certificate->exponent.size; i++)
    out_key->exponent[i] = certificate->exponent.data[i];
  out_key->exponent_size = certificate->exponent.size;
  return TRUE;
}

static guint
nibble (BaseSpan bytes, gsize at)
{
  if (at / 2 >= bytes.size)
    return 0x0F;
  return at % 2 == 0 ? bytes.data[at / 2] >> 4 : bytes.data[at / 2] & 0x0F;
}

/* Three to eight leading digits of the number, the rest filled with F. */
static gboolean
is_issuer_of (BaseSpan issuer, BaseSpan number)
{
  gsize digits = 0;

  while (digits < 2 * issuer.size && nibble (issuer, digits) != 0x0F)
    {
      if (nibble (issuer, digits) != nibble (number, digits))
        return FALSE;
      digits++;
    }
  for (gsize i = digits; i < 2 * issuer.size; i++)
    if (nibble (issuer, i) != 0x0F)
      return FALSE;
  return digits >= 3;
}

static gboolean
is_same_number (BaseSpan inside, BaseSpan number)
{
  for (gsize i = 0; i < 2 * inside.size || i < 2 * number.size; i++)
    if (nibble (inside, i) != nibble (number, i))
      return FALSE;
  return TRUE;
}

gboolean
emv_certificate_issuer (const EmvPublicKey *authority,
                        const EmvCertificate *certificate,
                        EmvPublicKey *out_issuer)
{
  const BaseSpan more[] = { certificate->remainder, certificate->exponent };
  Block block;

  return recover (authority, certificate->block, FORMAT_ISSUER, &block)
         && is_hashed (&block, more, G_N_ELEMENTS (more))
         && is_issuer_of (BASE_SPAN (block.bytes + 2, 4), certificate->number)
         && !is_over (block.bytes + 6, certificate->today)
         && read_key (&block, &issuer_layout, certificate, out_issuer);
}

gboolean
emv_certificate_card (const EmvPublicKey *issuer,
                      const EmvCertificate *certificate,
                      BaseSpan fixed,
                      EmvPublicKey *out_card)
{
  const BaseSpan more[] = { certificate->remainder, certificate->exponent, fixed };
  Block block;
  gboolean good;

  good = recover (issuer, certificate->block, FORMAT_CARD, &block)
         && is_hashed (&block, more, G_N_ELEMENTS (more))
         && is_same_number (BASE_SPAN (block.bytes + 2, 10), certificate->number)
         && !is_over (block.bytes + 12, certificate->today)
         && read_key (&block, &card_layout, certificate, out_card);
  base_secret_wipe (&block, sizeof block);
  return good;
}

gboolean
emv_certificate_open (const EmvPublicKey *key,
                      BaseSpan block,
                      guint8 format,
                      BaseSpan more,
                      guint8 out_data[EMV_SIGNED_MAX],
                      gsize *out_size)
{
  Block text;
  gsize start = format == FORMAT_STATIC ? 3 : 4, end, size;

  if (!recover (key, block, format, &text) || text.bytes[2] != HASH_SHA1
      || !is_hashed (&text, &more, 1))
    return FALSE;
  end = text.size - TAIL;
  size = format == FORMAT_STATIC ? 2 : text.bytes[3];
  if (size > end - start)
    return FALSE;
  for (gsize i = 0; i < size; i++)
    out_data[i] = text.bytes[start + i];
  for (gsize i = start + size; i < end; i++)
    if (text.bytes[i] != PADDING)
      return FALSE;
  *out_size = size;
  return TRUE;
}

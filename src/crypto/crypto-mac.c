/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "crypto-mac.h"

#include "crypto-block.h"
#include "crypto-des.h"
#include "crypto-digest.h"
#include "crypto-error.h"

#include <glib/gi18n.h>
#include <openssl/evp.h>

#define CMAC_SIZE 16
#define CMAC_PIECE 1024 /* whole blocks */
#define BLOCK CRYPTO_DES_BLOCK_SIZE
#define SM4_BLOCK 16
#define CUP_TEXT_SIZE 8 /* hexadecimal characters that field 64 carries */

typedef GBytes *(*Compute) (BaseSpan key, BaseSpan data);

typedef struct
{
  const char *name;
  gsize key_sizes[3]; /* 0 where there are fewer */
  Compute compute;
} Algorithm;

static const char *const cbc_names[]
    = { [16] = "AES-128-CBC", [24] = "AES-192-CBC", [32] = "AES-256-CBC" };

static GBytes *
compute_cmac (char cipher, BaseSpan key, BaseSpan data)
{
  guint8 code[CRYPTO_BLOCK_MAX];

  crypto_block_cmac (cipher, key, &data, 1, code);
  return g_bytes_new (code, crypto_block_size (cipher));
}

static GBytes *
compute_aes_cmac (BaseSpan key, BaseSpan data)
{
  return compute_cmac ('A', key, data);
}

static GBytes *
compute_tdes_cmac (BaseSpan key, BaseSpan data)
{
  return compute_cmac ('T', key, data);
}

/* Zeroes up to whole blocks (ISO 9797-1 padding method 1); nothing at all becomes one block. */
static GByteArray *
pad (BaseSpan data)
{
  static const guint8 zeroes[BLOCK] = { 0 };
  GByteArray *padded = g_byte_array_sized_new ((guint)(data.size + BLOCK));

  if (data.size > 0)
    g_byte_array_append (padded, data.data, (guint)data.size);
  if (data.size % BLOCK != 0 || data.size == 0)
    g_byte_array_append (padded, zeroes, (guint)(BLOCK - data.size % BLOCK));
  return padded;
}

/* The last block of CBC under the first eight bytes of the key. */
static void
chain (BaseSpan key, BaseSpan data, guint8 out[BLOCK])
{
  g_autoptr (GByteArray) blocks = pad (data);

  crypto_des_encrypt (BASE_SPAN (key.data, CRYPTO_DES_SINGLE_SIZE),
                      BASE_SPAN (blocks->data, blocks->len), blocks->data);
  for (guint i = 0; i < BLOCK; i++)
    out[i] = blocks->data[blocks->len - BLOCK + i];
}

static GBytes *
compute_x9_9 (BaseSpan key, BaseSpan data)
{
  guint8 code[BLOCK];

  chain (key, data, code);
  return g_bytes_new (code, sizeof code);
}

static GBytes *
compute_x9_19 (BaseSpan key, BaseSpan data)
{
  BaseSpan first = BASE_SPAN (key.data, CRYPTO_DES_SINGLE_SIZE);
  BaseSpan second = BASE_SPAN (key.data + CRYPTO_DES_SINGLE_SIZE, CRYPTO_DES_SINGLE_SIZE);
  guint8 code[BLOCK];

  chain (key, data, code);
  crypto_des_decrypt (second, BASE_SPAN (code, BLOCK), code);
  crypto_des_encrypt (first, BASE_SPAN (code, BLOCK), code);
  return g_bytes_new (code, sizeof code);
}

/* All blocks are folded into one by XOR, its sixteen hexadecimal characters are chained as two
 * blocks, and the code is the first characters of the result. The characters are upper case: with
 * the others the host says A0. */
static GBytes *
compute_cup_ecb (BaseSpan key, BaseSpan data)
{
  g_autoptr (GByteArray) blocks = pad (data);
  g_autofree char *text = NULL;
  g_autofree char *code = NULL;
  guint8 folded[BLOCK] = { 0 };
  guint8 chained[2 * BLOCK];

  for (guint i = 0; i < blocks->len; i++)
    folded[i % BLOCK] ^= blocks->data[i];
  text = base_bytes_to_hex (BASE_SPAN (folded, BLOCK));
  crypto_des_encrypt (key, BASE_SPAN (text, sizeof chained), chained);
  code = base_bytes_to_hex (BASE_SPAN (chained + BLOCK, BLOCK));
  return g_bytes_new (code, CUP_TEXT_SIZE);
}

static void
encrypt_sm4 (BaseSpan key, const guint8 in[SM4_BLOCK], guint8 out[SM4_BLOCK])
{
  EVP_CIPHER *cipher = EVP_CIPHER_fetch (NULL, "SM4-ECB", NULL);
  EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new ();
  int size = 0;

  if (cipher == NULL || context == NULL
      || EVP_EncryptInit_ex2 (context, cipher, key.data, NULL, NULL) != 1
      || EVP_CIPHER_CTX_set_padding (context, 0) != 1
      || EVP_EncryptUpdate (context, out, &size, in, SM4_BLOCK) != 1 || size != SM4_BLOCK)
    g_error ("SM4 is not to be had");
  EVP_CIPHER_CTX_free (context);
  EVP_CIPHER_free (cipher);
}

/* As cup-ecb, on blocks of sixteen bytes: 32 hexadecimal characters, in two halves. */
static GBytes *
compute_cup_sm4 (BaseSpan key, BaseSpan data)
{
  g_autofree char *text = NULL;
  g_autofree char *code = NULL;
  guint8 folded[SM4_BLOCK] = { 0 };
  guint8 block[SM4_BLOCK];

  for (gsize i = 0; i < data.size; i++)
    folded[i % SM4_BLOCK] ^= data.data[i];
  text = base_bytes_to_hex (BASE_SPAN (folded, SM4_BLOCK));
  encrypt_sm4 (key, (const guint8 *)text, block);
  for (guint i = 0; i < SM4_BLOCK; i++)
    block[i] ^= (guint8)text[SM4_BLOCK + i];
  encrypt_sm4 (key, block, block);
  code = base_bytes_to_hex (BASE_SPAN (block, SM4_BLOCK));
  return g_bytes_new (code, CUP_TEXT_SIZE);
}

/* GB/T 15852.2: HMAC as ever (RFC 2104), from keys that are no longer than a block of the hash. */
static GBytes *
compute_hmac_sm3 (BaseSpan key, BaseSpan data)
{
  guint8 inner[CRYPTO_SM3_BLOCK], outer[CRYPTO_SM3_BLOCK], digest[CRYPTO_DIGEST_SIZE];
  const BaseSpan text[] = { BASE_SPAN (inner, sizeof inner), data };
  const BaseSpan hash[] = { BASE_SPAN (outer, sizeof outer), BASE_SPAN (digest, sizeof digest) };

  g_assert (key.size <= CRYPTO_SM3_BLOCK);
  for (guint i = 0; i < CRYPTO_SM3_BLOCK; i++)
    {
      guint8 byte = i < key.size ? key.data[i] : 0;

      inner[i] = byte ^ 0x36;
      outer[i] = byte ^ 0x5C;
    }
  crypto_sm3 (text, G_N_ELEMENTS (text), digest);
  crypto_sm3 (hash, G_N_ELEMENTS (hash), digest);
  base_secret_wipe (inner, sizeof inner);
  base_secret_wipe (outer, sizeof outer);
  return g_bytes_new (digest, sizeof digest);
}

static const Algorithm algorithms[] = {
  { "aes-cmac", { 16, 24, 32 }, compute_aes_cmac },
  { "tdes-cmac", { 16, 24 }, compute_tdes_cmac },
  { "x9.9", { CRYPTO_DES_SINGLE_SIZE }, compute_x9_9 },
  { "x9.19", { CRYPTO_DES_DOUBLE_SIZE }, compute_x9_19 },
  { "cup-ecb", { CRYPTO_DES_SINGLE_SIZE, CRYPTO_DES_DOUBLE_SIZE }, compute_cup_ecb },
  { "cup-sm4", { SM4_BLOCK }, compute_cup_sm4 },
  { "hmac-sm3", { 16, 32 }, compute_hmac_sm3 },
};

static const Algorithm *
find (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (algorithms); i++)
    if (g_str_equal (algorithms[i].name, name))
      return &algorithms[i];
  return NULL;
}

static gboolean
takes_key (const Algorithm *algorithm, gsize size)
{
  for (guint i = 0; i < G_N_ELEMENTS (algorithm->key_sizes); i++)
    if (algorithm->key_sizes[i] == size)
      return TRUE;
  return FALSE;
}

gboolean
crypto_mac_is_known (const char *algorithm)
{
  return find (algorithm) != NULL;
}

/* The algorithm when it is known and takes the key. */
static const Algorithm *
find_for (const char *name, const BaseSecret *key, GError **error)
{
  const Algorithm *found = find (name);

  if (found == NULL)
    g_set_error (error, CRYPTO_ERROR, CRYPTO_ERROR_INVALID,
                 _ ("There is no message code called %s"), name);
  else if (!takes_key (found, base_secret_size (key)))
    g_set_error (error, CRYPTO_ERROR, CRYPTO_ERROR_INVALID, _ ("%s takes no key of %zu bytes"),
                 name, base_secret_size (key));
  else
    return found;
  return NULL;
}

GBytes *
crypto_mac_compute (const char *algorithm, const BaseSecret *key, BaseSpan data, GError **error)
{
  const Algorithm *found = find_for (algorithm, key, error);

  g_assert (data.size <= CRYPTO_MAC_DATA_MAX);
  return found != NULL ? found->compute (base_secret_span (key), data) : NULL;
}

/* OpenSSL's CMAC looks its cipher up, expands the key and then calls it block by block, ten times
 * the cost of the cipher itself. A prepared AES-CMAC runs the message through one keyed CBC in long
 * pieces instead (NIST SP 800-38B, 6.2), only its last block being prepared by hand. The others are
 * made anew each time. */
struct _CryptoMac
{
  const Algorithm *algorithm;
  BaseSecret *key;
  EVP_CIPHER_CTX *chain;     /* aes-cmac alone */
  guint8 whole[CMAC_SIZE];   /* K1: goes into a last block that is whole */
  guint8 partial[CMAC_SIZE]; /* K2: into one that was filled up */
};

static void
run_chain (EVP_CIPHER_CTX *chain, const guint8 *in, gsize size, guint8 *out)
{
  int written = 0;

  if (EVP_EncryptUpdate (chain, out, &written, in, (int)size) != 1 || written != (int)size)
    g_error ("AES-CMAC is not to be had");
}

static void
restart_chain (EVP_CIPHER_CTX *chain)
{
  static const guint8 zeroes[CMAC_SIZE] = { 0 };

  if (EVP_EncryptInit_ex2 (chain, NULL, NULL, zeroes, NULL) != 1)
    g_error ("AES-CMAC is not to be had");
}

/* Twice `in` in GF(2^128), NIST SP 800-38B, 6.1. */
static void
double_block (const guint8 in[CMAC_SIZE], guint8 out[CMAC_SIZE])
{
  guint8 carry = in[0] >> 7;

  for (guint i = 0; i + 1 < CMAC_SIZE; i++)
    out[i] = (guint8)(in[i] << 1 | in[i + 1] >> 7);
  out[CMAC_SIZE - 1] = (guint8)(in[CMAC_SIZE - 1] << 1 ^ carry * 0x87);
}

static void
prepare_aes_cmac (CryptoMac *self)
{
  static const guint8 zeroes[CMAC_SIZE] = { 0 };
  BaseSpan key = base_secret_span (self->key);
  EVP_CIPHER *cipher = EVP_CIPHER_fetch (NULL, cbc_names[key.size], NULL);
  guint8 start[CMAC_SIZE];

  self->chain = EVP_CIPHER_CTX_new ();
  if (cipher == NULL || self->chain == NULL
      || EVP_EncryptInit_ex2 (self->chain, cipher, key.data, zeroes, NULL) != 1
      || EVP_CIPHER_CTX_set_padding (self->chain, 0) != 1)
    g_error ("AES-CMAC is not to be had");
  EVP_CIPHER_free (cipher);
  run_chain (self->chain, zeroes, sizeof zeroes, start);
  double_block (start, self->whole);
  double_block (self->whole, self->partial);
  base_secret_wipe (start, sizeof start);
}

static GBytes *
finish_aes_cmac (const CryptoMac *self, BaseSpan data)
{
  gsize last_size = data.size == 0 ? 0 : (data.size - 1) % CMAC_SIZE + 1;
  gsize before = data.size - last_size;
  const guint8 *mask = last_size == CMAC_SIZE ? self->whole : self->partial;
  guint8 pieces[CMAC_PIECE], last[CMAC_SIZE], code[CMAC_SIZE];

  restart_chain (self->chain);
  for (gsize done = 0; done < before; done += MIN (sizeof pieces, before - done))
    run_chain (self->chain, &data.data[done], MIN (sizeof pieces, before - done), pieces);
  for (gsize i = 0; i < CMAC_SIZE; i++)
    {
      guint8 byte = i < last_size ? data.data[before + i] : i == last_size ? 0x80 : 0x00;

      last[i] = byte ^ mask[i];
    }
  run_chain (self->chain, last, sizeof last, code);
  return g_bytes_new (code, sizeof code);
}

CryptoMac *
crypto_mac_new (const char *algorithm, const BaseSecret *key, GError **error)
{
  const Algorithm *found = find_for (algorithm, key, error);
  CryptoMac *self;

  if (found == NULL)
    return NULL;
  self = g_new0 (CryptoMac, 1);
  self->algorithm = found;
  self->key = base_secret_copy (key);
  if (found->compute == compute_aes_cmac)
    prepare_aes_cmac (self);
  return self;
}

void
crypto_mac_free (CryptoMac *self)
{
  if (self == NULL)
    return;
  EVP_CIPHER_CTX_free (self->chain);
  base_secret_free (self->key);
  base_secret_wipe (self, sizeof *self);
  g_free (self);
}

GBytes *
crypto_mac_code (const CryptoMac *self, BaseSpan data)
{
  g_assert (data.size <= CRYPTO_MAC_DATA_MAX);
  if (self->chain != NULL)
    return finish_aes_cmac (self, data);
  return self->algorithm->compute (base_secret_span (self->key), data);
}

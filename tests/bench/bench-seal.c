/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What it costs the processor to seal a record of 1,500 bytes and to chain it, without the disk:
 * Till's sealer and HMAC against the same AES-256-GCM and HMAC-SHA-256 by bare OpenSSL calls with
 * every context kept. By turns in one run, the median of each.
 */
#include "crypto-digest.h"
#include "crypto-seal.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#define PLAIN_SIZE 1500
#define ASSOCIATED_SIZE 64
#define HEAD_SIZE 32
#define BLOCK 500  /* records in a turn */
#define ROUNDS 201 /* turns of each */
#define GOAL_PERCENT 150

typedef struct
{
  guint8 plain[PLAIN_SIZE], associated[ASSOCIATED_SIZE], head[HEAD_SIZE];
  CryptoSealer *sealer;
  CryptoHmac *chain;
  EVP_CIPHER_CTX *bare_cipher;
  EVP_MAC_CTX *bare_mac;
} Bench;

static void
prepare_bare (Bench *self, const guint8 *key, gsize size)
{
  EVP_MAC *mac = EVP_MAC_fetch (NULL, "HMAC", NULL);
  EVP_CIPHER *cipher = EVP_CIPHER_fetch (NULL, "AES-256-GCM", NULL);
  OSSL_PARAM params[]
      = { OSSL_PARAM_construct_utf8_string (OSSL_MAC_PARAM_DIGEST, (char *)"SHA256", 0),
          OSSL_PARAM_construct_end () };

  self->bare_cipher = EVP_CIPHER_CTX_new ();
  self->bare_mac = EVP_MAC_CTX_new (mac);
  g_assert_cmpint (EVP_EncryptInit_ex2 (self->bare_cipher, cipher, key, NULL, NULL), ==, 1);
  g_assert_cmpint (EVP_MAC_init (self->bare_mac, key, size, params), ==, 1);
  EVP_MAC_free (mac);
  EVP_CIPHER_free (cipher);
}

static void
seal_bare (Bench *self)
{
  guint8 out[12 + PLAIN_SIZE + 16];
  int size;
  size_t mac_size;

  RAND_bytes (out, 12);
  EVP_EncryptInit_ex2 (self->bare_cipher, NULL, NULL, out, NULL);
  EVP_EncryptUpdate (self->bare_cipher, NULL, &size, self->associated, ASSOCIATED_SIZE);
  EVP_EncryptUpdate (self->bare_cipher, out + 12, &size, self->plain, PLAIN_SIZE);
  EVP_EncryptFinal_ex (self->bare_cipher, out + 12 + PLAIN_SIZE, &size);
  EVP_CIPHER_CTX_ctrl (self->bare_cipher, EVP_CTRL_AEAD_GET_TAG, 16, out + 12 + PLAIN_SIZE);
  EVP_MAC_init (self->bare_mac, NULL, 0, NULL);
  EVP_MAC_update (self->bare_mac, self->head, HEAD_SIZE);
  EVP_MAC_update (self->bare_mac, out, sizeof out);
  EVP_MAC_final (self->bare_mac, self->head, &mac_size, HEAD_SIZE);
}

static void
seal_till (Bench *self)
{
  g_autoptr (GBytes) sealed = crypto_sealer_seal (self->sealer, BASE_SPAN (self->plain, PLAIN_SIZE),
                                                  BASE_SPAN (self->associated, ASSOCIATED_SIZE));
  BaseSpan parts[] = { BASE_SPAN (self->head, HEAD_SIZE), base_bytes_span (sealed) };

  crypto_hmac_compute (self->chain, parts, G_N_ELEMENTS (parts), self->head);
}

/* Of BLOCK records. */
static gint64
time_us (Bench *self, void (*seal) (Bench *))
{
  gint64 start = g_get_monotonic_time ();

  for (guint i = 0; i < BLOCK; i++)
    seal (self);
  return g_get_monotonic_time () - start;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  gint64 first = *(const gint64 *)a;
  gint64 second = *(const gint64 *)b;

  return first < second ? -1 : first > second;
}

int
main (void)
{
  static gint64 bare[ROUNDS], till[ROUNDS];
  g_autoptr (BaseSecret) key = base_secret_new (CRYPTO_KEY_SIZE);
  Bench bench
      = { .sealer = crypto_sealer_new (key), .chain = crypto_hmac_new (base_secret_span (key)) };
  gint64 floor_us, till_us;

  prepare_bare (&bench, base_secret_span (key).data, CRYPTO_KEY_SIZE);
  for (guint i = 0; i < ROUNDS; i++)
    {
      bare[i] = time_us (&bench, seal_bare);
      till[i] = time_us (&bench, seal_till);
    }
  qsort (bare, ROUNDS, sizeof *bare, compare);
  qsort (till, ROUNDS, sizeof *till, compare);
  floor_us = bare[ROUNDS / 2];
  till_us = till[ROUNDS / 2];
  g_print ("bare OpenSSL        %.2f us a record\n", (double)floor_us / BLOCK);
  g_print ("Till, seal + chain  %.2f us a record\n", (double)till_us / BLOCK);
  g_print ("ratio %.2f; goal %.2f\n", (double)till_us / (double)floor_us, GOAL_PERCENT / 100.0);
  crypto_sealer_free (bench.sealer);
  crypto_hmac_free (bench.chain);
  EVP_CIPHER_CTX_free (bench.bare_cipher);
  EVP_MAC_CTX_free (bench.bare_mac);
  return till_us * 100 > floor_us * GOAL_PERCENT;
}

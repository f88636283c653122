/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * AES DUKPT (ANSI X9.24-3:2017): as crypto-dukpt.h, with AES keys of 16, 24 or 32 bytes, a counter
 * of 32 bits, and a use that is part of the derivation instead of a mask. The till never calls this
 * either; the emulated readers encrypt with it and the sandbox acquirer opens with it, both with a
 * published key. No state, any thread.
 */
#pragma once

#include "base-bytes.h"
#include "base-secret.h"

G_BEGIN_DECLS

#define CRYPTO_DUKPT_AES_KSN_SIZE 12 /* 8 bytes of key and device, 4 of counter */
#define CRYPTO_DUKPT_AES_BLOCK_SIZE 16
#define CRYPTO_DUKPT_AES_ONES_MAX 16 /* bits set in a counter that has a key */

/* X9.24-3:2017, 6.3.2: what the reader, which derives first, does with the key. */
typedef enum
{
  CRYPTO_DUKPT_AES_PIN = 0x1000, /* known for the standard's vectors: no PIN is ever opened here */
  CRYPTO_DUKPT_AES_MAC = 0x2000,
  CRYPTO_DUKPT_AES_DATA = 0x3000 /* tracks */
} CryptoDukptAesUse;

/* The initial key of the device that the KSN names, as long as the base key. CRYPTO_ERROR_INVALID
 * for wrong sizes, here and below. */
BaseSecret *crypto_dukpt_aes_initial_key (const BaseSecret *base_key, BaseSpan ksn, GError **error);
/* The key for the counter in the KSN, before any use. Counter zero, and one with too many bits set,
 * has none. */
BaseSecret *
crypto_dukpt_aes_transaction_key (const BaseSecret *initial_key, BaseSpan ksn, GError **error);
/* The working key, AES of `size` bytes: no longer than the key it is derived from. */
BaseSecret *crypto_dukpt_aes_use_key (const BaseSecret *transaction_key,
                                      BaseSpan ksn,
                                      CryptoDukptAesUse use,
                                      gsize size,
                                      GError **error);
/* All three steps to the key that tracks are encrypted with, of 16 bytes. */
BaseSecret *crypto_dukpt_aes_data_key (const BaseSecret *base_key, BaseSpan ksn, GError **error);

/* Moves the counter to the next that has a key; FALSE when the device has used them all. */
gboolean crypto_dukpt_aes_advance (guint8 ksn[CRYPTO_DUKPT_AES_KSN_SIZE]);

/* AES in CBC from a zero IV over whole blocks; padding is the reader's affair (zeroes). At least
 * one block. Some readers take a TDES DUKPT key for an AES one: so may `key` be. */
GBytes *crypto_dukpt_aes_encrypt (const BaseSecret *key, BaseSpan plain, GError **error);
BaseSecret *crypto_dukpt_aes_decrypt (const BaseSecret *key, BaseSpan cipher, GError **error);

G_END_DECLS

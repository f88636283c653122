/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * TDES DUKPT (ANSI X9.24-1:2009): one key for each swipe, from a base key that only the acquirer's
 * side holds. The till never calls this; the emulated readers encrypt with it and the sandbox
 * acquirer opens with it, both with the published training key. No state, any thread.
 */
#pragma once

#include "base-bytes.h"
#include "base-secret.h"

G_BEGIN_DECLS

#define CRYPTO_DUKPT_KEY_SIZE 16
#define CRYPTO_DUKPT_KSN_SIZE 10 /* 59 bits of key and device, 21 of counter */
#define CRYPTO_DUKPT_BLOCK_SIZE 8

typedef enum
{
  CRYPTO_DUKPT_PIN, /* PIN encryption variant: what MagTek readers use for tracks */
  CRYPTO_DUKPT_DATA /* data encryption, request, with the one-way step: what ID TECH readers use */
} CryptoDukptUse;

/* The initial key of the device that the KSN names. CRYPTO_ERROR_INVALID for wrong sizes, here and
 * below. */
BaseSecret *crypto_dukpt_initial_key (const BaseSecret *base_key, BaseSpan ksn, GError **error);
/* The key for the counter in the KSN, before any variant. Counter zero, and one with more than ten
 * bits set, has none. */
BaseSecret *
crypto_dukpt_transaction_key (const BaseSecret *initial_key, BaseSpan ksn, GError **error);
BaseSecret *crypto_dukpt_use_key (const BaseSecret *transaction_key, CryptoDukptUse use);
/* All three steps, as the acquirer's side takes them. */
BaseSecret *
crypto_dukpt_key (const BaseSecret *base_key, BaseSpan ksn, CryptoDukptUse use, GError **error);

/* Moves the counter to the next that has a key; FALSE when the device has used them all. */
gboolean crypto_dukpt_advance (guint8 ksn[CRYPTO_DUKPT_KSN_SIZE]);

/* TDES in CBC from a zero IV over whole blocks; padding is the reader's affair (zeroes). At least
 * one block. */
GBytes *crypto_dukpt_encrypt (const BaseSecret *key, BaseSpan plain, GError **error);
BaseSecret *crypto_dukpt_decrypt (const BaseSecret *key, BaseSpan cipher, GError **error);

G_END_DECLS

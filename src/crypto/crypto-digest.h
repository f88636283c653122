/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * SHA-256, SHA-1, SM3, HMAC-SHA-256 and the derivation of keys from the vault key. The journal's
 * chain computes one HMAC a record, so its context is made once and used again. A CryptoHmac
 * belongs to one thread at a time; the rest is free of state.
 */
#pragma once

#include "base-bytes.h"
#include "base-secret.h"

G_BEGIN_DECLS

#define CRYPTO_DIGEST_SIZE 32
#define CRYPTO_KEY_SIZE 32 /* of a derived key, and of the vault key itself */

void crypto_sha256 (BaseSpan data, guint8 out[CRYPTO_DIGEST_SIZE]);
/* Only where a standard of cards has nothing better: the check value of a CA's public key (EMV 4.4
 * Book 2, 11.2.2). It tells a mistake, not a forger. */
#define CRYPTO_SHA1_SIZE 20
void crypto_sha1 (BaseSpan data, guint8 out[CRYPTO_SHA1_SIZE]);

/* SM3 (GB/T 32905-2016, ISO/IEC 10118-3) over the parts one after another. */
#define CRYPTO_SM3_BLOCK 64
void crypto_sm3 (const BaseSpan *parts, guint count, guint8 out[CRYPTO_DIGEST_SIZE]);

typedef struct _CryptoHmac CryptoHmac;

CryptoHmac *crypto_hmac_new (BaseSpan key);
void crypto_hmac_free (CryptoHmac *self);
/* Over the parts one after another, without any mark between them: the caller's parts have fixed
 * sizes or say their own. */
void crypto_hmac_compute (CryptoHmac *self,
                          const BaseSpan *parts,
                          guint count,
                          guint8 out[CRYPTO_DIGEST_SIZE]);

/* HKDF (RFC 5869, SHA-256, no salt) with the label as its info: one key for each purpose.
 * CRYPTO_KEY_SIZE bytes. */
BaseSecret *crypto_derive (const BaseSecret *key, const char *label);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CryptoHmac, crypto_hmac_free)

G_END_DECLS

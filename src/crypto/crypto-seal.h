/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The outer seal of every stored record: AES-256-GCM under one key. The vault makes one sealer for
 * its key and calls it under its own mutex, one thread at a time. What a record is (id, sequence,
 * class, state) goes in as associated data: it is not stored in the seal, but opening with any
 * other fails. Random nonces: one key seals at most CRYPTO_SEAL_COUNT_MAX records in its life,
 * which a till that sold once a second would reach in a century.
 */
#pragma once

#include "base-bytes.h"
#include "base-secret.h"

G_BEGIN_DECLS

#define CRYPTO_SEAL_NONCE_SIZE 12
#define CRYPTO_SEAL_TAG_SIZE 16
#define CRYPTO_SEAL_OVERHEAD (CRYPTO_SEAL_NONCE_SIZE + CRYPTO_SEAL_TAG_SIZE)
#define CRYPTO_SEAL_PLAIN_MAX BASE_SECRET_SIZE_MAX
#define CRYPTO_SEAL_COUNT_MAX (G_GUINT64_CONSTANT (1) << 32) /* NIST SP 800-38D, 8.3 */

typedef struct _CryptoSealer CryptoSealer;

/* The key is 32 bytes; the sealer keeps what it needs of it. */
CryptoSealer *crypto_sealer_new (const BaseSecret *key);
void crypto_sealer_free (CryptoSealer *self);
/* 1 … CRYPTO_SEAL_PLAIN_MAX bytes become nonce, ciphertext and tag, in this order. */
GBytes *crypto_sealer_seal (CryptoSealer *self, BaseSpan plain, BaseSpan associated);
/* CRYPTO_ERROR_INVALID when the size can't be that of a seal; CRYPTO_ERROR_AUTHENTIC when the bytes
 * or their associated data are not what was sealed, or the key is another one. */
BaseSecret *
crypto_sealer_open (CryptoSealer *self, BaseSpan sealed, BaseSpan associated, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CryptoSealer, crypto_sealer_free)

G_END_DECLS

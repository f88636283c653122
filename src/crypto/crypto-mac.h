/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Message authentication codes by the name that an acquirer's profile gives them. The link computes
 * one for each message it sends and receives. No state, any thread.
 *
 *   aes-cmac  NIST SP 800-38B; key of 16, 24 or 32 bytes; 16 bytes come out
 *   tdes-cmac the same with TDES; key of 16 or 24; 8 come out
 *   x9.9      DES in CBC, zero padding (ISO 9797-1, algorithm 1); key of 8 bytes; 8 come out
 *   x9.19     as x9.9, the last block by both halves (algorithm 3); key of 16 bytes; 8 come out
 *   cup-ecb   UnionPay's point-of-sale rule; key of 8 or 16; 8 hexadecimal characters come out
 *   cup-sm4   the same rule with SM4's longer blocks; key of 16. Not proven: no acquirer's frame
 * with it is public
 *   hmac-sm3  HMAC with SM3 (GB/T 15852.2); key of 16 or 32; 32 come out
 *
 * A profile that carries fewer bytes takes the first ones.
 */
#pragma once

#include "base-bytes.h"
#include "base-secret.h"

G_BEGIN_DECLS

#define CRYPTO_MAC_DATA_MAX 65536 /* bytes of one message */

gboolean crypto_mac_is_known (const char *algorithm);
/* CRYPTO_ERROR_INVALID for an unknown name or a key of a size that the algorithm doesn't take. */
GBytes *
crypto_mac_compute (const char *algorithm, const BaseSecret *key, BaseSpan data, GError **error);

/* The same with everything prepared once for one key, for a line that carries many messages. One
 * thread at a time. NULL with the errors of crypto_mac_compute. */
typedef struct _CryptoMac CryptoMac;

CryptoMac *crypto_mac_new (const char *algorithm, const BaseSecret *key, GError **error);
void crypto_mac_free (CryptoMac *self);
GBytes *crypto_mac_code (const CryptoMac *self, BaseSpan data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CryptoMac, crypto_mac_free)

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The inner seal of card data that only the acquirer may read: CMS AuthEnvelopedData (RFC 5083,
 * 5084, 5753) to its certificate, with an ephemeral P-256 key and AES-256-GCM. The till seals and
 * can't open what it sealed; the sandbox acquirer opens. No state, any thread.
 */
#pragma once

#include "base-bytes.h"
#include "base-secret.h"

G_BEGIN_DECLS

#define CRYPTO_ENVELOPE_PLAIN_MAX 16384
#define CRYPTO_ENVELOPE_OVERHEAD_MAX 1024 /* about 400 bytes in practice */

/* 1 … CRYPTO_ENVELOPE_PLAIN_MAX bytes; DER. CRYPTO_ERROR_INVALID when the certificate is no P-256
 * one. */
GBytes *crypto_envelope_seal (BaseSpan certificate_pem, BaseSpan plain, GError **error);
/* CRYPTO_ERROR_INVALID for what isn't such an envelope; CRYPTO_ERROR_AUTHENTIC when it was changed
 * or made for another. */
BaseSecret *
crypto_envelope_open (BaseSpan certificate_pem, BaseSpan key_pem, BaseSpan der, GError **error);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The bare RSA operation of payment chips (EMV 4.4 Book 2, A2.1 and B2.1): certificates and
 * signatures are blocks of the modulus's size that the public key turns back into a text with its
 * own header, hash and trailer. No padding of PKCS#1 is in it; whoever calls checks the text.
 */
#pragma once

#include "base-bytes.h"
#include "base-secret.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define CRYPTO_RSA_SIZE_MIN 64  /* bytes of a modulus */
#define CRYPTO_RSA_SIZE_MAX 248 /* EMV: 1984 bits */

typedef struct
{
  BaseSpan modulus;  /* CRYPTO_RSA_SIZE_MIN … MAX bytes, the first of them not zero; odd */
  BaseSpan exponent; /* 1 … 3 bytes: 3 or 65537 */
} CryptoRsaKey;

/* block ^ exponent mod modulus; `block` and `out` have the modulus's size. CRYPTO_ERROR_INVALID for
 * a key or a block that can't be one. */
gboolean crypto_rsa_recover (const CryptoRsaKey *key, BaseSpan block, guint8 *out, GError **error);

/* The other side, for emulated cards and the sandbox's issuer alone: signs such a text with a
 * private key in PEM (RSA, PKCS#8). `text` and `out` have the modulus's size. */
gboolean crypto_rsa_sign (BaseSpan key_pem, BaseSpan text, guint8 *out, GError **error);
/* Modulus and exponent of a private key in PEM, for making certificates. Yours. */
GBytes *crypto_rsa_modulus (BaseSpan key_pem, GBytes **out_exponent, GError **error);

G_END_DECLS

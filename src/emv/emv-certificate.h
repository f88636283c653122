/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The RSA blocks of a chip (EMV 4.4 Book 2, 5 and 6): a certificate or a signature is recovered
 * with a public key, its frame and hash are checked, and what it says comes out. Pure, any thread.
 */
#pragma once

#include "base-secret.h"
#include "emv-terminal.h"

G_BEGIN_DECLS

typedef struct
{
  guint8 modulus[EMV_MODULUS_MAX];
  gsize modulus_size;
  guint8 exponent[EMV_EXPONENT_MAX];
  gsize exponent_size;
} EmvPublicKey;

/* Parts of the next key that the certificate itself has no room for, and what its hash covers
 * besides. */
typedef struct
{
  BaseSpan block;     /* 90 or 9F46 */
  BaseSpan remainder; /* 92 or 9F48; may be empty */
  BaseSpan exponent;  /* 9F32 or 9F47 */
  BaseSpan number;    /* 5A, as the card has it */
  guint32 today;      /* YYYYMMDD */
} EmvCertificate;

/* FALSE: wrong in any way, or of another card, or not good any more. */
gboolean emv_certificate_issuer (const EmvPublicKey *authority,
                                 const EmvCertificate *certificate,
                                 EmvPublicKey *out_issuer);
/* `fixed`: the static data to be authenticated. */
gboolean emv_certificate_card (const EmvPublicKey *issuer,
                               const EmvCertificate *certificate,
                               BaseSpan fixed,
                               EmvPublicKey *out_card);

#define EMV_SIGNED_MAX (EMV_MODULUS_MAX - 25)

/* What a signature (format 03 or 05) says between its head and its hash, when its hash is right
 * over that and over `more`: two bytes of a static one, the card's dynamic data of another. */
gboolean emv_certificate_open (const EmvPublicKey *key,
                               BaseSpan block,
                               guint8 format,
                               BaseSpan more,
                               guint8 out_data[EMV_SIGNED_MAX],
                               gsize *out_size);

G_END_DECLS

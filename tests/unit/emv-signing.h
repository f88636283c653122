/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What an issuer and a chip sign (EMV 4.4 Book 2, tables 6 to 23), put together byte by byte from
 * text, with the training keys: so that one byte of it can be wrong under a signature that is
 * right.
 */
#pragma once

#include "emv-certificate.h"

/* 176, 144 and 128 bytes, so that no certificate has room for the whole next key; and 96. */
#define EMV_SIGNING_AUTHORITY "issuer-1408"
#define EMV_SIGNING_ISSUER "issuer-1152"
#define EMV_SIGNING_CARD "card-1024"
#define EMV_SIGNING_CARD_SMALL "card-768"

#define EMV_SIGNING_ISSUER_HEAD                                                                    \
  "0262000000"                                                                                     \
  "1235"                                                                                           \
  "000001"                                                                                         \
  "0101"
#define EMV_SIGNING_CARD_HEAD                                                                      \
  "046200000000000005FFFF"                                                                         \
  "1235"                                                                                           \
  "000002"                                                                                         \
  "0101"

void emv_signing_key (const char *name, EmvPublicKey *out_key);
/* 6A, the text, BB as far as there is room, SHA-1 over that (without 6A) and `more`, BC: signed.
 * Yours. */
GBytes *emv_signing_block (const char *key, BaseSpan text, BaseSpan more);

typedef struct
{
  GBytes *block, *remainder, *exponent;
} EmvSigned;

/* `head` in hex, up to the algorithm; the sizes and the key `inner` come behind it. `fixed`: what
 * is signed besides. */
void emv_signing_certificate (const char *key,
                              const char *head,
                              const char *inner,
                              BaseSpan fixed,
                              EmvSigned *out);
void emv_signing_clear (EmvSigned *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (EmvSigned, emv_signing_clear)

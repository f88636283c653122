/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The symmetric side of a payment chip, that only card and issuer have (EMV 4.4 Book 2, 8, 9 and
 * A1): keys of a card and of a transaction, application cryptograms, the issuer's answer to one,
 * and the code on a script's command. Here for emulated cards and the sandbox's issuer: a till has
 * none of these keys. TDES with two keys throughout. No state, any thread.
 */
#pragma once

#include "base-bytes.h"
#include "base-secret.h"

G_BEGIN_DECLS

#define CRYPTO_EMV_KEY_SIZE 16
#define CRYPTO_EMV_BLOCK_SIZE 8
#define CRYPTO_EMV_ARPC_SIZE 10 /* method 1: the code and the response code that it is about */

/* A card's master key by option A (A1.4.1): of the issuer's key, the number (digits in ASCII, at
 * most 16 count) and the two digits of its sequence number. */
BaseSecret *crypto_emv_card_key (const BaseSecret *issuer, BaseSpan digits, guint8 sequence);
/* A common session key (A1.3.1): `by` is the counter and six zero bytes for cryptograms, the
 * cryptogram itself for scripts. */
BaseSecret *crypto_emv_session_key (const BaseSecret *card, const guint8 by[CRYPTO_EMV_BLOCK_SIZE]);
/* An application cryptogram, or the code on a script's command: ISO 9797-1 algorithm 3, filled up
 * with 80 00 … (A1.2.1). */
void crypto_emv_mac (const BaseSecret *session, BaseSpan data, guint8 out[CRYPTO_EMV_BLOCK_SIZE]);
/* The issuer's answer, method 1 (8.2.1): what field 91 carries. */
void crypto_emv_arpc (const BaseSecret *session,
                      const guint8 cryptogram[CRYPTO_EMV_BLOCK_SIZE],
                      const char code[2],
                      guint8 out[CRYPTO_EMV_ARPC_SIZE]);

G_END_DECLS

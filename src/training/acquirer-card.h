/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The acquirer's side of a card that the till can't read: opens a stripe reader's DUKPT ciphertext
 * with the published training base key, or a chip's CMS block with the sandbox's own key, and finds
 * number and expiry in what comes out. Only the sandbox host uses it. Nothing but first six, last
 * four, expiry and what a chip has proved leaves this file.
 *
 * What a till seals of a chip is BER-TLV, one level, definite lengths, no padding, in any order:
 *
 *   57                     track 2 equivalent, or 5A and 5F24 instead: the number and the expiry
 *   5F34                   sequence number, where the card has one
 *   9F02 9F03 9F1A 95 5F2A 9A 9C 9F37 82 9F36 9F10
 *                          what the cryptogram is made over, as it stood at that GENERATE AC
 *   9F26 9F27              the cryptogram: an ARQC to ask (a stored one, too), a TC in an advice
 *   9F33 9F34 9F35 9F1E 84 9F09 9F41 9F63 9F74 DF31 8A
 *                          whatever of these there is: it isn't judged here
 *
 * A profile in which the till makes the card's fields itself has the same objects in field 55, as
 * far as its flow lists them, with number, expiry and sequence in fields of their own.
 */
#pragma once

#include "acquirer-profile.h"
#include "acquirer-proof.h"
#include "base-secret.h"
#include "iso8583-message.h"

G_BEGIN_DECLS

#define ACQUIRER_CARD_BASE_KEY "0123456789ABCDEFFEDCBA9876543210"     /* of TDES DUKPT */
#define ACQUIRER_CARD_AES_BASE_KEY "FEDCBA9876543210F1F1F1F1F1F1F1F1" /* of AES DUKPT */
#define ACQUIRER_CARD_PAN_MIN 12
#define ACQUIRER_CARD_PAN_MAX 19
#define ACQUIRER_CARD_FAULT_MAX 80

typedef struct
{
  char masked_pan[ACQUIRER_CARD_PAN_MAX + 1]; /* 476173******0119 */
  char expiry[5];                             /* YYMM */
  gboolean chip;                              /* it was a chip's, with a cryptogram or without */
  char fault[ACQUIRER_CARD_FAULT_MAX];        /* of a chip: why there is nothing to judge; "" */
  AcquirerProof proof;                        /* of a chip without such a fault */
} AcquirerCard;

void acquirer_card_clear (AcquirerCard *self);

/* The host's keys for CMS blocks: the present one, and the one whose certificate tills may have
 * already. All empty where chip cards aren't taken. */
typedef struct
{
  BaseSpan certificate_pem;
  BaseSpan key_pem;
  BaseSpan next_certificate_pem;
  BaseSpan next_key_pem;
} AcquirerCardKeys;

/* FALSE with ACQUIRER_ERROR_FIELD (and nothing to clear) when the request has no card, it can't be
 * opened, or there is no valid number in it. */
gboolean acquirer_card_open (const AcquirerProfile *profile,
                             const Iso8583Message *request,
                             const AcquirerCardKeys *keys,
                             AcquirerCard *out_card,
                             GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (AcquirerCard, acquirer_card_clear)

G_END_DECLS

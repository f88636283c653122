/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The acquirer's side of a card that the till can't read: opens a stripe reader's DUKPT ciphertext
 * with the published training base key, or a chip's CMS block with the sandbox's own key, and finds
 * number and expiry in what comes out. Only the sandbox host uses it. Nothing but first six, last
 * four and expiry leaves this file.
 */
#pragma once

#include "acquirer-profile.h"
#include "base-secret.h"
#include "iso8583-message.h"

G_BEGIN_DECLS

#define ACQUIRER_CARD_BASE_KEY "0123456789ABCDEFFEDCBA9876543210"
#define ACQUIRER_CARD_PAN_MIN 12
#define ACQUIRER_CARD_PAN_MAX 19

typedef struct
{
  char masked_pan[ACQUIRER_CARD_PAN_MAX + 1]; /* 476173******0119 */
  char expiry[5];                             /* YYMM */
} AcquirerCard;

/* The host's keys for CMS blocks: the present one, and the one whose certificate tills may have
 * already. All empty where chip cards aren't taken. */
typedef struct
{
  BaseSpan certificate_pem;
  BaseSpan key_pem;
  BaseSpan next_certificate_pem;
  BaseSpan next_key_pem;
} AcquirerCardKeys;

/* FALSE with ACQUIRER_ERROR_FIELD when the request has no card, it can't be opened, or there is no
 * valid number in it. */
gboolean acquirer_card_open (const AcquirerProfile *profile,
                             const Iso8583Message *request,
                             const AcquirerCardKeys *keys,
                             AcquirerCard *out_card,
                             GError **error);

G_END_DECLS

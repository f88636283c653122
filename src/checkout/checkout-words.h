/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The words that reach paper and both faces: states of a payment, reasons, and what a receipt says.
 * Kept as msgids in one place; the faces hand down the function that translates (checkout itself
 * knows no gettext). Strings are borrowed from the translation.
 */
#pragma once

#include "acquirer-profile.h"
#include "till-types.h"
#include "vault-sale.h"

G_BEGIN_DECLS

/* The one word of payment-life.md's table for a state as it is kept. */
const char *checkout_words_state (const VaultPayment *payment, TillTranslate translate);
/* The same for a payment of this sale: what a hold has approved is held, not charged. */
const char *checkout_words_state_of (const VaultSale *sale,
                                     const VaultPayment *payment,
                                     TillTranslate translate);
/* What a hold, its completion and the voids of both are called on paper; NULL for everything else.
 */
const char *checkout_words_kind (VaultSaleKind kind, TillTranslate translate);
/* A sentence for a reason word; the word itself for one we don't know; NULL for NULL. */
const char *checkout_words_reason (const char *reason, TillTranslate translate);
/* What the acquirer's code means and what to do about it, the words in `language` ("zh…" or
 * another); NULL when its profile doesn't know the code. */
char *checkout_words_answer (const AcquirerProfile *profile,
                             const char *code,
                             const char *language,
                             TillTranslate translate);
/* The same for why books are quarantined (vault-epoch.h): what is held back, and what to do first.
 */
const char *checkout_words_quarantine (const char *word, TillTranslate translate);
/* The same for what keeps the copy in the second folder from following (checkout-follow.h). */
const char *checkout_words_copy (const char *word, TillTranslate translate);
void checkout_words_labels (ShopReceiptLabels *out_labels, TillTranslate translate);

TillPaymentState checkout_words_public_state (VaultState state);

G_END_DECLS

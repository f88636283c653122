/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A chip in a reader, from its reset to the entry of a request, and its last word about the answer:
 * what checkout-card asks as a CheckoutChip. Runs on the payment's worker and blocks as long as the
 * card does; what its slip says is in the payment from the first cryptogram on. What the card says
 * is never more than what the kernel makes of it; what became of the payment is the database's
 * word.
 */
#pragma once

#include "checkout-card.h"
#include "checkout-emv.h"
#include "chip-reader.h"

G_BEGIN_DECLS

typedef struct _CheckoutChipCard CheckoutChipCard;

typedef enum
{
  CHECKOUT_CHIP_READ,      /* there is a cryptogram: ask with it */
  CHECKOUT_CHIP_STRIPE,    /* the chip can't be used, and the acquirer lets its stripe be swiped */
  CHECKOUT_CHIP_CANCELLED, /* by cardholder, cashier, or by pulling the card out before it was asked
                              for a cryptogram */
  CHECKOUT_CHIP_UNUSABLE,  /* refused, with a reason */
} CheckoutChipRead;

/* `reader` is borrowed and has a card in it. `card` names shop, sale, payment, whom to tell and
 * whom to ask. */
CheckoutChipCard *checkout_chip_new (CheckoutCard *card, ChipReader *reader);
void checkout_chip_free (CheckoutChipCard *self);

/* Resets the card and runs the kernel to its first cryptogram. *out_reason is a fixed word where
 * there is none. FALSE: a fault of the vault. */
gboolean checkout_chip_read (CheckoutChipCard *self,
                             CheckoutChipRead *out_read,
                             const char **out_reason,
                             GError **error);
/* Instead of read(), of a card without sale and payment: resets it, and has its PIN typed into the
 * reader's pad once. *out_reason is a fixed word where it didn't come to that, else NULL. FALSE: a
 * fault of the vault. */
gboolean checkout_chip_try_pin (CheckoutChipCard *self,
                                EmvPin *out_pin,
                                guint16 *out_status,
                                const char **out_reason,
                                GError **error);
/* After READ: what to ask with, and whom to ask again. Borrowed. */
const AcquirerEntry *checkout_chip_entry (const CheckoutChipCard *self);
const CheckoutChip *checkout_chip_seam (const CheckoutChipCard *self);
const char *checkout_chip_masked_pan (const CheckoutChipCard *self);
/* The transaction as text, masked; yours; NULL when no card was reset. */
char *checkout_chip_trace (const CheckoutChipCard *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CheckoutChipCard, checkout_chip_free)

G_END_DECLS

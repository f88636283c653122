/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Holds money on a card (pre-authorisation), and completes it or lets it go, in one straight line
 * of blocking steps on the payment worker. Each is a sale of its own kind without lines, whose
 * payment runs through the same table as a card sale: committed before it is sent, reversed when no
 * answer comes. Nothing of it is ever stored for later: without a line it is refused.
 *
 * Only a hold asks for a card; what is about one names it by what the acquirer called it.
 */
#pragma once

#include "checkout-card.h"
#include "vault-hold.h"

G_BEGIN_DECLS

typedef struct
{
  CheckoutShop *shop;
  VaultSaleKind kind;  /* HOLD, COMPLETION, HOLD_VOID or COMPLETION_VOID */
  gint64 original;     /* receipt of what it is about; 0 for a hold */
  gint64 amount_minor; /* of a hold or a completion */
  GCancellable *cancellable;
  gboolean leaves_reversal;
  CheckoutCardNotify notify; /* of a hold; may be NULL */
  gpointer data;
} CheckoutHold;

/* TRUE: the payment of *out_sale tells what became of it, or *out_refusal is the word for why
 * nothing was begun (then *out_sale is NULL). FALSE: a fault; *out_sale is NULL unless something of
 * it is in the books. */
gboolean checkout_hold_run (const CheckoutHold *self,
                            VaultSale **out_sale,
                            const char **out_refusal,
                            SyncReport *report,
                            GError **error);

/* The same with a card that was read already, for a hold: a chip, or a profile whose card data the
 * till makes itself. `entry` is borrowed. */
gboolean checkout_hold_ask (const CheckoutHold *self,
                            const AcquirerEntry *entry,
                            VaultSale **out_sale,
                            const char **out_refusal,
                            SyncReport *report,
                            GError **error);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Gives money back, in one straight line of blocking steps on the payment worker, each commit
 * before its act (payment-life.md). What goes back to a card goes first, and cash only when that
 * went well:
 *
 *   void: like a card payment, asked for online; without an answer it is reversed itself, and then
 * the sale stands. Never sent: declined, and a refund is the way. refund: COMMIT refund-asked → the
 * turn taken → reversals → sent at once → COMMIT answer; without a line, or without an answer, it
 * stays in the queue and is repeated unchanged until the host has judged it; never reversed.
 * withdrawn: a stored sale that never left is cancelled, with a reversal owed all the same, for
 * another copy of these books may have sent it. dropped: a sale that was left open is cancelled, in
 * one commit with the payment that gives back what was taken of it in cash.
 *
 * Nobody swipes a card: what is given back is named by what the acquirer called it.
 */
#pragma once

#include "checkout-refund-plan.h"

G_BEGIN_DECLS

typedef struct
{
  CheckoutShop *shop;
  CheckoutRefundWish wish;
  gboolean leaves_reversal; /* a drainer is at work, and sends what is owed */
} CheckoutRefund;

/* A sale of which a stored payment was withdrawn. */
gboolean checkout_refund_withdrew (const VaultSale *sale);

/* TRUE: *out_sale's payments tell what became of it (withdrawn or dropped: it is that sale), or
 * *out_refusal says why nothing was done. FALSE: a fault; *out_sale is NULL unless something of it
 * is in the books. */
gboolean checkout_refund_run (const CheckoutRefund *self,
                              VaultSale **out_sale,
                              const char **out_refusal,
                              SyncReport *report,
                              GError **error);

G_END_DECLS

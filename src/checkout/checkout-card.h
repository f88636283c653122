/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A stripe payment from the armed reader to its outcome: one straight line of blocking steps on the
 * payment worker, each commit before its act, as payment-life.md has them. Kill the program at any
 * line: what the database then holds is what recovery acts on.
 *
 *   space on the disk? → card read → turn taken → owed reversals sent → connected → signed in →
 * COMMIT go-online → request → COMMIT outcome no byte left, or no line at all → COMMIT stored
 * (within limits) or refused any byte may have left, no answer → COMMIT unknown with its reversal →
 * the reversal is tried at once, or left to the drainer: then nobody waits at the till
 */
#pragma once

#include "checkout-shop.h"
#include "msr.h"

G_BEGIN_DECLS

#define CHECKOUT_CARD_WAIT_MS 120000
#define CHECKOUT_CARD_SWIPES_MAX 5

/* Called on the worker whenever the payment's public state changes, or the reader asks for another
 * swipe (`reason` "swipe-failed"). */
typedef void (*CheckoutCardNotify) (TillPaymentState state, const char *reason, gpointer data);

typedef struct
{
  CheckoutShop *shop;
  VaultSale *sale;
  VaultPayment *payment; /* new: state none */
  GCancellable *cancellable;
  gboolean leaves_reversal; /* a drainer is at work, and sends what is owed */
  /* NULL: a sale or a hold. Else what the sale, of its kind, is about: it is asked for online or
   * not at all. Borrowed. */
  const AcquirerOriginal *original;
  CheckoutCardNotify notify;
  gpointer data;
} CheckoutCard;

/* TRUE: the payment's state tells the outcome. FALSE: a fault before anything was sent, and nothing
 * is owed; or one after the request left (the disk refused the outcome), and then the payment is
 * `sending` in the database until the next turn on the line or the next start makes it unknown and
 * reverses it. Either way payment->state is as the database has it. */
gboolean checkout_card_run (CheckoutCard *self, SyncReport *report, GError **error);

/* The same from the card on: what was read of it is in `entry`, borrowed. For a chip, and for a
 * profile whose card data the till makes itself, to which a stripe reader's ciphertext is of no
 * use.
 */
gboolean checkout_card_ask (CheckoutCard *self,
                            const AcquirerEntry *entry,
                            SyncReport *report,
                            GError **error);

/* For whoever wants a card and no payment: asks for one as above, with only shop, cancellable and
 * notify looked at. NULL: none was read, and *out_reason is the word for it. */
MsrSwipe *checkout_card_read (CheckoutCard *self, const char **out_reason);
/* What a request needs of a swipe, borrowed from it. */
AcquirerEntry checkout_card_entry (const MsrSwipe *swipe);

/* NULL when a deferred sale of this amount is allowed now, else the reason word; out_left_minor is
 * what the sum limit leaves. */
const char *
checkout_card_deferral (CheckoutShop *shop, gint64 amount_minor, gint64 *out_left_minor);

G_END_DECLS

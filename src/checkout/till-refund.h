/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Refunds and voids for the faces: one call that gives back what may be given back, on the payment
 * worker. Main thread only.
 */
#pragma once

#include "till-sale.h"
#include "till-station.h"

G_BEGIN_DECLS

typedef struct
{
  gint64 receipt_no;  /* of the sale, or of a refund of which a part was declined */
  const guint *lines; /* numbers; copied */
  guint line_count;   /* 0: all that is left */
  gboolean to_cash;   /* else the way it came */
  gboolean is_void;
} TillRefundWish;

void till_refund_async (TillStation *station,
                        const TillRefundWish *wish,
                        GAsyncReadyCallback callback,
                        gpointer data);
/* *out_sale is yours: the refund or void as it is in the books, whose payments tell the outcome; of
 * a sale that was stored and withdrawn, or open and cancelled, that sale; NULL where nothing of it
 * is there. *out_refusal, a word for checkout_words_reason(), says why nothing was done. *out_note,
 * another one or NULL, is to be told with what was done: "withdrawn-here" when a sale was withdrawn
 * and the copy in the second folder (checkout-follow.h) couldn't hear of it within
 * CHECKOUT_FOLLOW_PATIENCE_MS. That is waited for without holding up anybody else. FALSE: a fault.
 */
gboolean till_refund_finish (TillStation *station,
                             GAsyncResult *result,
                             TillSale **out_sale,
                             const char **out_refusal,
                             const char **out_note,
                             GError **error);

G_END_DECLS

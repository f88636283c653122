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
 * a stored sale that was withdrawn, that sale; NULL where nothing of it is there. *out_refusal, a
 * word for checkout_words_reason(), says why nothing was done. FALSE: a fault. */
gboolean till_refund_finish (TillStation *station,
                             GAsyncResult *result,
                             TillSale **out_sale,
                             const char **out_refusal,
                             GError **error);

G_END_DECLS

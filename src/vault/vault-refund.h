/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Nobody gets money back twice: what was given back of a sale, or of a completed hold, so far, and
 * whether one more refund or void of it may begin. Asked by checkout when it plans one, and once
 * more by vault_apply() inside the transaction that begins it, so that two that were planned at the
 * same time can't both be carried out. Counted is what has been given back or still may be: not
 * what was declined, undone or cancelled. Found by an index that no sale writes.
 */
#pragma once

#include "vault-sale.h"

G_BEGIN_DECLS

/* All of it in the signs of the sale: positive. */
typedef struct
{
  gint64 minor[VAULT_SALE_PAYMENTS_MAX + 1]; /* by the position of the sale's payment; [0] unused */
  gint64 milli[SHOP_CART_LINES_MAX + 1];     /* quantities by the number of the sale's line */
} VaultRefunds;

/* Free with g_free(). */
VaultRefunds *vault_refunds_read (Vault *self, gint64 sale, GError **error);

/* Within a transaction, before a row of it is written: that `payment`, new in this refund or void,
 * takes no more from its original than is left, and, with `lines`, that the goods do neither. A
 * void by card takes the whole of a payment of `batch`. VAULT_ERROR_STATE else. */
gboolean vault_refund_check (Vault *self,
                             const VaultSale *sale,
                             const VaultPayment *payment,
                             guint32 batch,
                             gboolean lines,
                             GError **error);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is to be given back of a sale, to whom, and whether it may be: read from the books before
 * anything is asked of anybody. Money goes back the way it came, in the shares of the sale's
 * payments, or all of it in cash. vault_apply() asks once more when it begins (vault-refund.h).
 *
 * A sale that is stored, and of which no byte has left, is not given back but withdrawn; one that
 * is left open, unpaid or paid in part in cash, is dropped. Blocks.
 */
#pragma once

#include "checkout-shop.h"

G_BEGIN_DECLS

typedef struct
{
  gint64
      receipt_no; /* of the sale; or of a refund of which a part was declined: to go on with it */
  const guint *lines; /* numbers of the sale's lines, borrowed */
  guint line_count;   /* 0: all that is left */
  gboolean to_cash;
  gboolean is_void;
} CheckoutRefundWish;

typedef struct
{
  VaultSale *original;
  VaultSale *sale; /* new, or the one to go on with; NULL: drop or withdraw the original */
  gboolean drops;  /* it is open: cancelled, and what was taken in cash goes back */
  gint64 shares[VAULT_SALE_PAYMENTS_MAX + 1]; /* > 0, by the position of the sale's payment */
} CheckoutRefundPlan;

/* FALSE: a fault, or a line that the sale doesn't have. TRUE with *out_refusal: it may not be, and
 * why (a constant; checkout-words.h has the sentences). */
gboolean checkout_refund_plan_make (CheckoutShop *shop,
                                    const CheckoutRefundWish *wish,
                                    CheckoutRefundPlan *out_plan,
                                    const char **out_refusal,
                                    GError **error);
void checkout_refund_plan_clear (CheckoutRefundPlan *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CheckoutRefundPlan, checkout_refund_plan_clear)

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Turns a kept sale into the rows of its receipt. Pure; any thread.
 */
#pragma once

#include "checkout-shop.h"

G_BEGIN_DECLS

/* `copy` 0 is the first print; n > 0 is marked as the n-th reprint. Yours. */
ShopReceipt *checkout_receipt_build (const CheckoutShop *shop, const VaultSale *sale, guint copy);
/* The customer signs the merchant's copy: the chip asks for it, or nobody has approved the payment
 * yet and no chip says who the customer is. What came to nothing is signed by nobody. */
gboolean checkout_receipt_is_signed (const VaultPayment *payment);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sales of the past by a text that may mean several things at once: "1234" is a receipt's number,
 * 1,234.00, a card's last four digits and a code. "2026-11-24" is that day, "2026-11-24 18:42" and
 * "18:42" (today) what was paid up to ten minutes before or after. Blocks, holding nobody up for
 * long (vault-find.h); any thread.
 */
#pragma once

#include "checkout-shop.h"

G_BEGIN_DECLS

/* Receipt numbers (gint64), the newest first, at most `limit`; empty text: the newest. */
GArray *checkout_find_sales (CheckoutShop *shop,
                             const char *text,
                             guint limit,
                             GCancellable *cancellable,
                             GError **error);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whether a card sale may be stored while there is no line, and within which limits
 * (payment-life.md, rule 6). Asked by a payment on its worker, and for what the screen says about
 * it. Blocks on the vault; changes nothing.
 */
#pragma once

#include "checkout-shop.h"

G_BEGIN_DECLS

/* How many sales may be stored at once, and for how many hours the oldest of them may wait before
 * no more are: 0 where the setting makes no sense. */
gint64 checkout_deferral_count (Vault *vault);
gint64 checkout_deferral_hours (Vault *vault);
/* NULL when a deferred sale of this amount is allowed now, else the reason word; out_left_minor is
 * what the sum limit leaves. */
const char *
checkout_deferral_refusal (CheckoutShop *shop, gint64 amount_minor, gint64 *out_left_minor);

G_END_DECLS

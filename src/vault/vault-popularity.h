/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What sells most, by the newest lines of the books, and which products must move before others so
 * that search shows it first. Only reads; vault_catalogue_promote() then moves them. Checkout asks
 * while nobody sells.
 */
#pragma once

#include "vault.h"

G_BEGIN_DECLS

#define VAULT_POPULARITY_COUNT 20   /* products that have their place among the first */
#define VAULT_POPULARITY_LINES 2000 /* sold last, that count */

/* The newest sale that was written down. */
gboolean vault_popularity_newest (Vault *self, gint64 *out_sale, GError **error);
/* Codes to be promoted, the best seller first, NULL-ended; none when the order is right. Yours. */
char **vault_popularity_due (Vault *self, GError **error);

G_END_DECLS

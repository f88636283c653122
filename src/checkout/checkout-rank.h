/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Keeps what sells most before the rest in search. It belongs to the store worker, which calls it
 * each second: while anything is being sold it only looks, and after a quiet moment it moves a few
 * products at a time, so no sale waits longer for it than one small commit takes. What a crash cuts
 * short is done next time.
 */
#pragma once

#include "vault.h"

G_BEGIN_DECLS

#define CHECKOUT_RANK_QUIET_STEPS 10 /* without a sale, before anything moves */
#define CHECKOUT_RANK_SALES 20       /* since the last time, before it is worth it */
#define CHECKOUT_RANK_BATCH 4        /* products that move in one step */
#define CHECKOUT_RANK_PAGES 32       /* of their index that a step then brings together */

typedef struct _CheckoutRank CheckoutRank;

CheckoutRank *checkout_rank_new (Vault *vault);
void checkout_rank_free (CheckoutRank *self);
/* *out_moved: how many products went before the others in this step. */
gboolean checkout_rank_step (CheckoutRank *self, guint *out_moved, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CheckoutRank, checkout_rank_free)

G_END_DECLS

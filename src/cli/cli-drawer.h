/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What `drawer …` and `report …` share: a count as it was typed, and the drawer's figures as JSON.
 */
#pragma once

#include "cli-output.h"

#include "checkout-shop.h"
#include "vault-drawer.h"

G_BEGIN_DECLS

/* A count under way; the move points into it, so it must stay where it is. */
typedef struct
{
  ShopDenominationCount pieces;
  VaultDrawerMove move;
  gboolean given; /* something was counted */
} CliDrawerCount;

/* From --counted, or from --count and the command's own arguments. CLI_ERROR: it is none. */
gboolean cli_drawer_read_count (const CliContext *context,
                                const CheckoutShop *shop,
                                CliDrawerCount *out_count,
                                GError **error);
/* A member of the object that is open: how often, and how much. */
void cli_drawer_build_sum (JsonBuilder *builder, const char *name, const VaultShiftSum *sum);
/* Members of the object that is open. `blind`: without what tells the cash that should be there. */
void cli_drawer_build (JsonBuilder *builder, const VaultShift *shift, gboolean blind);
/* Whoever acts may see what should be in the drawer. */
gboolean cli_drawer_may_see (const CheckoutShop *shop);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How one sale is told: as text for a person, and as JSON for scripts (commands.md). Looks up batch
 * and terminal of its card payments in the queue, where the attempts are.
 */
#pragma once

#include "cli-seller.h"

G_BEGIN_DECLS

void cli_sale_print (const CliContext *context, CliSeller *seller, const CliSold *sold);
/* One object. */
void cli_sale_build (JsonBuilder *builder, CliSeller *seller, const CliSold *sold);
/* The member "tax". */
void cli_sale_build_taxes (JsonBuilder *builder, const ShopTaxTable *taxes);
/* The one word of a payment's state, as on the screen and the receipt. */
const char *cli_sale_state_word (TillPayment *payment);
/* The receipt as text; nothing when it can't be made. */
/* As text, which cli_sale_build() has then, too. */
void cli_sale_print_receipt (const CliContext *context, CliSeller *seller, CliSold *sold);

G_END_DECLS

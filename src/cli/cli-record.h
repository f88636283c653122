/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A record of the queue as it is told: what it is of, what stands against it, and what can be done.
 */
#pragma once

#include "cli-shop.h"

#include "vault-record.h"

G_BEGIN_DECLS

/* As lines, and as an object of the builder. */
void cli_record_tell (CliContext *context,
                      JsonBuilder *builder,
                      CheckoutShop *shop,
                      const VaultRecord *record);
/* The one safe thing to do about a record that was set aside; NULL: there is none. Yours. */
char *cli_record_remedy (VaultRemedy remedy, gint64 id);

G_END_DECLS

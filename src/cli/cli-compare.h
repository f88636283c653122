/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What `queue compare` says, and `queue release` before it lets anything be sent.
 */
#pragma once

#include "cli-shop.h"

G_BEGIN_DECLS

/* Asks the host what it has, where it tells, into the open object of `builder`. FALSE: *out_exit
 * says that nothing may be released; without an answer only where it `must` be had. */
gboolean cli_compare_first (CliContext *context,
                            CheckoutShop *shop,
                            gboolean must,
                            JsonBuilder *builder,
                            CliExit *out_exit);

G_END_DECLS

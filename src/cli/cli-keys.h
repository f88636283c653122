/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What other commands say of the acquirer's certificates: a line for a person while one of them
 * nears its end, or has passed it, and nothing otherwise.
 */
#pragma once

#include "checkout-shop.h"
#include "cli-output.h"

G_BEGIN_DECLS

#define CLI_KEYS_FILES_MAX 4

/* The shop has an acquirer. */
void cli_keys_warn (const CliContext *context, CheckoutShop *shop);
/* Where sync_line_has_key () is FALSE: what to do first. */
CliExit cli_keys_say_missing (CliContext *context);

G_END_DECLS

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

/* Shared by the commands about keys (cli-keys.c, cli-ceremony.c). */

/* CLI_ERROR when it can't be read. */
BaseSecret *cli_keys_read_file (const char *path, GError **error);
/* What a person brought is wrong, unless the disk is. */
CliExit cli_keys_fail (CliContext *context, const GError *error);
/* All keys and certificates; DONE, or a fault. */
CliExit cli_keys_tell (CliContext *context, CheckoutShop *shop);

G_END_DECLS

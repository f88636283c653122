/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Opens a command's data folder, with its passphrase where one is wanted: from --passphrase-file,
 * else asked for on the terminal without echo. A passphrase never comes from the command line, and
 * is wiped when it is freed.
 */
#pragma once

#include "base-secret.h"
#include "checkout-shop.h"
#include "cli-output.h"

G_BEGIN_DECLS

/* Holds a NUL after its last character, which the span of cli_shop_passphrase_span() leaves out.
 * NULL without an error: none is wanted, or (`make`: a new folder) none was given. */
BaseSecret *cli_shop_passphrase (const CliContext *context, gboolean make, GError **error);
BaseSpan cli_shop_passphrase_span (const BaseSecret *passphrase);
/* Of another till, from --their-passphrase-file, which must have been given. */
BaseSecret *cli_shop_their_passphrase (const CliContext *context, GError **error);
/* The key of the shop's paper, ended by NUL: from --recovery-file ("-" is standard input), else
 * asked for. */
BaseSecret *cli_shop_recovery (const CliContext *context, GError **error);

/* The first line of --OPTION FILE, ended by NUL; NULL where that isn't given. */
gboolean cli_shop_secret_file (const CliContext *context,
                               const char *option,
                               BaseSecret **out_secret,
                               GError **error);

/* A component of a key, typed without echo and ended by NUL. CLI_ERROR when nothing was typed. */
BaseSecret *cli_shop_ask_component (guint number, GError **error);
/* A line that may be seen, without blanks around it; "" also for what is no text. NULL: nobody is
 * there to be asked. */
char *cli_shop_ask_line (const char *prompt);

typedef gboolean (*CliShopKeep) (gpointer data, BaseSpan passphrase, GError **error);
/* Calls `keep` with the new passphrase of --passphrase-file; without that option with none, for the
 * Secret Service; and where that isn't there with one that is asked for, twice. */
gboolean
cli_shop_keep_anew (const CliContext *context, CliShopKeep keep, gpointer data, GError **error);

/* What to say where no shop could be made in the folder: when there is one, with records that wait,
 * how to get them out of it first. */
CliExit cli_shop_fail_to_make (CliContext *context, const GError *error);

/* `may_read_only`: when another process owns the folder, open it to read. Else the command changes
 * something, and TILL_ERROR_RIGHT: the station's operator may not. */
CheckoutShop *cli_shop_open (const CliContext *context, gboolean may_read_only, GError **error);
/* The same of a shop that has an acquirer; NULL with the exit code, which was said. */
CheckoutShop *
cli_shop_open_acquirer (CliContext *context, gboolean may_read_only, CliExit *out_code);
/* What to say, and do, where an exchange with the acquirer came to nothing. */
CliExit
cli_shop_tell_unanswered (CliContext *context, const CheckoutShop *shop, const GError *error);
/* Words for receipts and reasons, in the language of whoever runs this. */
const char *cli_shop_translate (const char *msgid);
/* "zh_CN", "en" …: of product names. */
const char *cli_shop_language (void);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A card for a command that sells nothing: asks for it on the screen, presents a training card
 * where there is a bench, and gives up after --card-timeout, or when somebody presses Ctrl-C.
 * Between begin and end the caller blocks in checkout.
 */
#pragma once

#include "checkout-card.h"
#include "cli-output.h"

G_BEGIN_DECLS

#define CLI_READER_TIMEOUT_S 60
#define CLI_READER_TIMEOUT_MAX_S 110 /* below what the reader itself waits */

typedef struct _CliReader CliReader;

/* NULL with an error: --card-timeout or --card is wrong. */
CliReader *cli_reader_begin (CliContext *context, CheckoutShop *shop, GError **error);
void cli_reader_end (CliReader *self);
GCancellable *cli_reader_cancellable (CliReader *self);
/* A CheckoutCardNotify; `data` is the reader. */
void cli_reader_notify (TillPaymentState state, const char *reason, gpointer data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CliReader, cli_reader_end)

G_END_DECLS

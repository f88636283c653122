/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Tells the person at a terminal what the card reader wants while a payment runs, on standard
 * error, and asks there which of a chip's applications is to pay. Where standard error is no
 * terminal nobody is told, and where standard input is none either, nobody is asked.
 */
#pragma once

#include "till-payment.h"

G_BEGIN_DECLS

typedef struct _CliChip CliChip;

/* NULL where nobody would read it. */
CliChip *cli_chip_new (TillPayment *payment);
/* Says what is to be done with the card now that it is over. NULL is fine. */
void cli_chip_free (CliChip *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CliChip, cli_chip_free)

G_END_DECLS

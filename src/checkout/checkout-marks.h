/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Keeps the marks that are too dear for each commit (vault-counter.h), on a thread of its own: at
 * the shop's opening, and then now and again while it is open. Started with the shop by
 * checkout_shop_open(), and stopped before the vault is freed: that waits for a step that is under
 * way, as long as a TPM takes.
 */
#pragma once

#include "vault.h"

G_BEGIN_DECLS

#define CHECKOUT_MARKS_EVERY_S 300 /* it looks whether a step is due */

typedef struct _CheckoutMarks CheckoutMarks;

/* NULL: there is nothing to keep, or it isn't ours. */
CheckoutMarks *checkout_marks_start (Vault *vault);
void checkout_marks_stop (CheckoutMarks *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CheckoutMarks, checkout_marks_stop)

G_END_DECLS

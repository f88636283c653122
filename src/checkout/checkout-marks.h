/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Keeps the marks that are too dear for each commit (vault-counter.h, vault-mark-item.h), on a
 * thread of its own: at the shop's opening, now and again while it is open, at once after a Z
 * report or a settlement, and at the close. Started with the shop by checkout_shop_open(), and
 * stopped before the vault is freed: that waits for a step, as long as a TPM takes, and at most
 * VAULT_KEYRING_MARK_WAIT_MS for a keyring that doesn't answer.
 */
#pragma once

#include "vault.h"

G_BEGIN_DECLS

#define CHECKOUT_MARKS_EVERY_S 300 /* it looks whether a step is due */

typedef struct _CheckoutMarks CheckoutMarks;

/* NULL: the books aren't ours. */
CheckoutMarks *checkout_marks_start (Vault *vault);
/* After what is worth a step of its own; returns at once. NULL is fine. */
void checkout_marks_hasten (CheckoutMarks *self);
void checkout_marks_stop (CheckoutMarks *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CheckoutMarks, checkout_marks_stop)

G_END_DECLS

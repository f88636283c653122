/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Keeps the marks that are too dear for each commit (vault-counter.h, vault-mark-item.h), on a
 * thread of its own: at the shop's opening, now and again while it is open, at once after a Z
 * report or a settlement, and at the close. Started with the shop by checkout_shop_open(), and
 * stopped before the vault is freed: that waits for a step, as long as a TPM takes, and at most
 * VAULT_KEYRING_MARK_WAIT_MS, twice, for a keyring that doesn't answer. At the opening it also
 * looks whether the keyring that keeps the books' key has a password.
 */
#pragma once

#include "vault-key.h"
#include "vault.h"

G_BEGIN_DECLS

#define CHECKOUT_MARKS_EVERY_S 300 /* it looks whether a step is due */

/* "1": the books' key lies in a keyring that has no password. */
#define CHECKOUT_SETTING_UNGUARDED "key.unguarded"

typedef struct _CheckoutMarks CheckoutMarks;

/* NULL: the books aren't ours. */
CheckoutMarks *checkout_marks_start (Vault *vault);
/* After what is worth a step of its own; returns at once. NULL is fine. */
void checkout_marks_hasten (CheckoutMarks *self);
void checkout_marks_stop (CheckoutMarks *self);
/* Keeps what guards the key: the journal names a keyring without a password when that is found
 * first, and again when it had one in between. */
void checkout_marks_note_guard (Vault *vault, VaultKeyGuard guard);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CheckoutMarks, checkout_marks_stop)

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The mark a second time, as an item of the desktop's keyring (vault-keyring.h): found by the vault
 * key's name for it and under its authentication code, as the file is (vault-mark.h). It notices a
 * home folder put back from a copy that leaves keyrings out, or a state folder that was lost.
 *
 * Never on the path of a sale: it is written by whoever calls vault_mark_item_step(), which
 * checkout-marks.h does at the opening, every five minutes, after a Z report or a settlement and at
 * the close. So after a crash it is at most five minutes old, and older while the keyring was
 * locked, away, or didn't answer; it is never ahead of the books.
 *
 * A keyring that is missing, locked or silent says nothing, and the start waits for it at most
 * VAULT_KEYRING_MARK_WAIT_MS: what it hasn't said by then is heeded at the first step that it
 * answers, and nothing is written over a mark that wasn't read.
 */
#pragma once

#include "vault.h"

G_BEGIN_DECLS

typedef enum
{
  VAULT_MARK_ITEM_NONE,   /* no keyring runs here */
  VAULT_MARK_ITEM_SILENT, /* it didn't answer */
  VAULT_MARK_ITEM_SHUT,   /* it is locked, or there is no default one */
  VAULT_MARK_ITEM_NEW,    /* it holds no mark of these books yet */
  VAULT_MARK_ITEM_GOOD,   /* it holds one, which was compared with the books, or is theirs */
} VaultMarkItemState;

/* "none", "silent" …, for JSON. */
const char *vault_mark_item_word (VaultMarkItemState state);
VaultMarkItemState vault_mark_item_state (Vault *self);
/* For the owner, on one thread that nobody waits for: looks at a mark that wasn't looked at yet,
 * which may quarantine the books, and brings it up to them. FALSE only where the books fail. */
gboolean vault_mark_item_step (Vault *self, GError **error);

/* Inside the vault folder, for the owner at opening: *out_word, unless it says so already, says why
 * the books may not be the newest; epoch and identity go on above the mark's. */
gboolean
vault_mark_item_open (Vault *self, const BaseSecret *key, const char **out_word, GError **error);
void vault_mark_item_close (Vault *self);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A data folder while a shop is being made in it. Everything is built in a folder of its own inside
 * (`unfinished`), and comes to its place at the very end: the key first, then till.db, whose name
 * is what makes a shop of a folder. So whoever kills the program at any step, or pulls the plug,
 * leaves either a whole shop or none; what is left of none is cleared by the next begin, and only
 * that. Checkout drives it from a worker; one process at a time has a folder's draft, by the lock
 * that later is the owner's.
 */
#pragma once

#include "vault-error.h"

G_BEGIN_DECLS

#define VAULT_DRAFT_FOLDER "unfinished"

typedef struct _VaultDraft VaultDraft;

/* Makes the folder where there is none. VAULT_ERROR_EXISTS when it holds a shop, or the key of one,
 * and VAULT_ERROR_BUSY while another process makes or owns one; neither is touched. */
VaultDraft *vault_draft_begin (const char *dir, GError **error);
/* Where vault_key_create() and vault_create() are to make theirs. */
const char *vault_draft_dir (const VaultDraft *self);
/* The shop is there, and stays, once this returns TRUE. Its vault must be closed. */
gboolean vault_draft_finish (VaultDraft *self, GError **error);
/* Takes away what was not finished, and the folder if nothing else is in it. */
void vault_draft_free (VaultDraft *self);
/* What a finished draft left when the program died just after it; for the folder's owner. */
void vault_draft_tidy (const char *dir);
/* A shop's folder becomes one in which a shop was never finished, and that is cleared: its key,
 * also out of the Secret Service, its database and the copies from before upgrades. Killed
 * half-way, the next begin clears the rest. Nobody may have it open: VAULT_ERROR_BUSY. What else
 * lies there stays. */
gboolean vault_draft_discard (const char *dir, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VaultDraft, vault_draft_free)

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Epochs of a shop's books. A database that is older than its mark (vault-mark.h), that comes from
 * somewhere else, or that was restored from a backup begins a new epoch, quarantined: nothing is
 * sent from it until somebody decided, for its records may have been sent since by the copy that it
 * is not, and its newest outcomes are missing. A new epoch's message identities lie above all that
 * anybody here knows of, in a batch that no earlier epoch can have come to.
 *
 * A whole disk that is put back takes its mark with it: that is noticed where there is a TPM
 * (vault-counter.h).
 */
#pragma once

#include "vault.h"

G_BEGIN_DECLS

#define VAULT_QUARANTINE_ROLLBACK "rollback" /* the books here had come further */
#define VAULT_QUARANTINE_MOVED "moved"       /* they were kept elsewhere until now */
#define VAULT_QUARANTINE_RESTORED "restored" /* they come from a backup */
#define VAULT_EPOCH_LEAVE_MAX 200            /* bytes of whoever gave leave */

/* One of the words above; NULL: it may send. */
const char *vault_epoch_quarantine (Vault *self);
gint64 vault_epoch_number (Vault *self);
/* For the folder's owner: the next epoch, quarantined for this reason. */
gboolean vault_epoch_begin (Vault *self, const char *reason, GError **error);
/* Somebody decided: from here on it may send. `leave` says who at the acquirer agreed, NULL where
 * nobody had to be asked. VAULT_ERROR_STATE when nothing is quarantined. */
gboolean vault_epoch_release (Vault *self, const char *who, const char *leave, GError **error);

/* Inside the vault folder: at opening, before anything else is done with the database; and after
 * each commit, with the mutex held. */
gboolean vault_epoch_open (Vault *self, const BaseSecret *key, GError **error);
void vault_epoch_mark (Vault *self);

G_END_DECLS

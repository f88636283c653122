/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Epochs of a shop's books. A database that is older than its mark (vault-mark.h), that comes from
 * somewhere else, or that was restored from a backup begins a new epoch, quarantined: nothing is
 * sent from it until somebody decided, for its records may have been sent since by the copy that it
 * is not, and its newest outcomes are missing. A new epoch's message identities lie above all that
 * anybody here knows of, in a batch that no earlier epoch can have come to.
 *
 * A whole disk that is put back takes its mark with it: that is noticed where there is a TPM
 * (vault-counter.h), else by a host that keeps how far the books had come (sync-books.h).
 */
#pragma once

#include "vault.h"

G_BEGIN_DECLS

#define VAULT_QUARANTINE_ROLLBACK "rollback"  /* the books here had come further */
#define VAULT_QUARANTINE_MOVED "moved"        /* they were kept elsewhere until now */
#define VAULT_QUARANTINE_RESTORED "restored"  /* they come from a backup */
#define VAULT_QUARANTINE_HANDED "handed-over" /* another till has this one's number now */
#define VAULT_EPOCH_LEAVE_MAX 200             /* bytes of whoever gave leave */

/* How far the books have come, all of it on the disk. */
typedef struct
{
  char install[33]; /* whose copy of them it is: 32 hexadecimal digits */
  gint64 epoch;
  gint64 record; /* the queue's newest; 0: none */
  gint64 entry;  /* the journal's newest */
  guint8 head[32];
} VaultEpochBooks;

/* One of the words above; NULL: it may send. */
const char *vault_epoch_quarantine (Vault *self);
gint64 vault_epoch_number (Vault *self);
void vault_epoch_books (Vault *self, VaultEpochBooks *out_books);
/* Whether the journal has this entry with this link. */
gboolean vault_epoch_has_entry (Vault *self,
                                gint64 entry,
                                const guint8 head[32],
                                gboolean *out_has,
                                GError **error);
/* Whether a host that keeps it was told so since the folder was opened: no record leaves before. */
gboolean vault_epoch_was_told (Vault *self);
void vault_epoch_set_told (Vault *self);
/* The host has it that another installation goes on with these books, in `epoch`: from here on
 * nothing is sent. The epoch is raised to that one, so that the next one lies above it. */
gboolean vault_epoch_hand_over (Vault *self, gint64 epoch, GError **error);
/* For the folder's owner: the next epoch, above `known` (0: nobody knows of one), quarantined for
 * this reason. Books that come from elsewhere are another installation from here on. In the same
 * commit the reversals of what a start found under way are set aside (vault_record_hold_restarts):
 * that start may not have known of newer books, which may have finished it. */
gboolean vault_epoch_begin (Vault *self, const char *reason, GError **error);
gboolean vault_epoch_begin_above (Vault *self, gint64 known, const char *reason, GError **error);
/* Somebody decided: from here on it may send. `leave` says who at the acquirer agreed, NULL where
 * nobody had to be asked. VAULT_ERROR_STATE when nothing is quarantined. */
gboolean vault_epoch_release (Vault *self, const char *who, const char *leave, GError **error);

/* Inside the vault folder: within the transaction that makes the tables. */
gboolean vault_epoch_first (Vault *self, GError **error);
/* Inside the vault folder: at opening, before anything else is done with the database; and after
 * each commit, with the mutex held. */
gboolean vault_epoch_open (Vault *self, const BaseSecret *key, GError **error);
void vault_epoch_mark (Vault *self);

G_END_DECLS

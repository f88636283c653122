/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The mark: how far a shop's books had come, kept outside its data folder (in the user's state
 * folder, XDG_STATE_HOME), so that an older copy of the folder that is put back is noticed. Named
 * by the vault key, not by the path: every copy of one shop on one machine finds the same mark, and
 * the lock on it lets only one of them be worked with at a time. Written after each commit, never
 * before one, and without a sync of its own: it may lag behind the database after a power cut,
 * which says nothing, but is never ahead of it. Private to the vault folder; used under the vault's
 * mutex.
 *
 * The file has two places that are written in turn, each with its own authentication code, so that
 * a write that tears leaves the one before.
 */
#pragma once

#include "vault-private.h"

G_BEGIN_DECLS

typedef struct
{
  gint64 epoch;
  gint64 journal;                 /* the newest entry's number */
  gint64 record;                  /* the newest record's */
  gint64 identity;                /* the newest message identity, as vault_identity() has it */
  guint8 chain[VAULT_CHAIN_SIZE]; /* of that journal entry */
} VaultMarkValues;

/* For the owner: makes the file where there is none, and locks it. VAULT_ERROR_BUSY while another
 * copy of this shop is open on this machine; VAULT_ERROR_IO where no file can be kept. */
VaultMark *vault_mark_open (const BaseSecret *key, GError **error);
void vault_mark_free (VaultMark *self);
/* FALSE: nothing was ever marked here, or it can't be read any more. */
gboolean vault_mark_read (VaultMark *self, VaultMarkValues *out_values);
/* FALSE: the file system refused; the old mark stands. */
gboolean vault_mark_write (VaultMark *self, const VaultMarkValues *values);
/* The file and its name are on the disk from here on. */
gboolean vault_mark_sync (VaultMark *self);

/* What both keepers of a mark share, the file here and the keyring's item (vault-mark-item.h): the
 * shop's name, the key of the authentication code, and the bytes with it. */
char *vault_mark_name (const BaseSecret *key);
CryptoHmac *vault_mark_sealer (const BaseSecret *key);
void vault_mark_pack (CryptoHmac *sealer,
                      guint64 turn,
                      const VaultMarkValues *values,
                      BaseWriter *writer);
gboolean vault_mark_unpack (CryptoHmac *sealer,
                            BaseSpan bytes,
                            guint64 *out_turn,
                            VaultMarkValues *out_values);
/* As the books are committed, with the vault's mutex held. */
void vault_mark_fill (const Vault *vault, VaultMarkValues *out_values);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VaultMark, vault_mark_free)

G_END_DECLS

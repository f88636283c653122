/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What ties the tables to the journal's chain. Each entry about a sale or a record ends with what
 * they are from then on: " [s3=… r7=…]", the first 16 bytes of a SHA-256 over the sale's row, its
 * lines and its payments, and the last 8 bytes of a record's seal; settling ties a batch and its
 * differences by such a digest, and a decision by hand the list of them (vault-decided.h). So a row
 * that is changed, dropped, slipped in or put back as it was earlier doesn't fit the newest entry
 * about it, and that can't be changed without the vault key. Settings are tied by a digest over all
 * of them, sealed as one more.
 *
 * Not tied, because nothing that was earned or owed hangs on it: print jobs, the catalogue, the
 * counters of batch and shift, and of a record its tries, the time of its next one, when it was
 * done and the word of its reason (but for "retry", which is under its seal).
 */
#pragma once

#include "vault-private.h"

G_BEGIN_DECLS

#define VAULT_BOOKS_BAD_MAX 10000
#define VAULT_BOOKS_SETTINGS "settings" /* the setting with the digest over the others */
#define VAULT_BOOKS_DECIDED_WORD "d0="
#define VAULT_BOOKS_HOST_SUMS                                                                      \
  "host-sums" /* what the acquirer told last: asked for again, and without a tie */

/* Rows that don't fit the newest entry about them: ids (gint64), each at most once. Sales, records
 * or batches of an entry whose detail was erased are left out. One snapshot of the database. */
gboolean vault_books_verify (Vault *self,
                             GArray *bad_sales,
                             GArray *bad_records,
                             GArray *bad_batches,
                             GError **error);
/* Within a transaction: what the next entry, which must come before the commit, is to tie. */
void vault_books_note_sale (Vault *self, gint64 sale);
void vault_books_note_record (Vault *self, gint64 record, GBytes *sealed);
/* As it is now, with its differences. */
gboolean vault_books_note_batch (Vault *self, gint64 batch, GError **error);
void vault_books_note_decided (Vault *self, const char *list);
gboolean vault_books_noted (const Vault *self);
void vault_books_forget (Vault *self);
/* The end of that entry's detail, "" where nothing was noted; forgets it. */
char *vault_books_tie (Vault *self, GError **error);
/* The words between its brackets, "s3=…" and the like; NULL where an entry ties nothing. Yours. */
char **vault_books_tie_words (const char *detail);
/* The word that ties this list. Yours. */
char *vault_books_decided_word (const char *list);
/* Whether the journal has this entry with this link; 0 stands before the first. */
gboolean vault_books_has_link (VaultDb *db,
                               gint64 entry,
                               const guint8 chain[VAULT_CHAIN_SIZE],
                               gboolean *out_has,
                               GError **error);
/* With the mutex held: the names of all settings (char *), and what the digest over them should
 * be. */
GPtrArray *vault_books_settings (Vault *self, char **out_hex, GError **error);
/* After a setting was written, but for one that the digest leaves out. */
gboolean vault_books_leaves_out (const char *name);
gboolean vault_books_tie_settings (Vault *self, GError **error);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The journal: every act that moves money, opens the drawer or changes who may, in order, chained
 * so that nobody without the vault key can change, drop or insert an entry unnoticed. A link covers
 * the entry's number, time, who, act and the *digest* of its detail: a detail that a law has erased
 * (NULL) leaves the chain whole.
 *
 * What an entry is about is tied to it by the end of its detail (vault-books.h).
 *
 *   digest = SHA-256 (detail)      chain(n) = HMAC (key, chain(n-1) ‖ n ‖ time ‖ who ‖ 0 ‖ act ‖ 0
 * ‖ digest)
 */
#pragma once

#include "vault.h"

G_BEGIN_DECLS

typedef struct
{
  gint64 seq;
  gint64 at_us; /* Unix time */
  char *who;
  char *act;
  char *detail; /* NULL when erased */
} VaultJournalEntry;

typedef enum
{
  VAULT_JOURNAL_WHOLE,
  VAULT_JOURNAL_BROKEN, /* out_seq is the first entry that does not follow from the one before */
} VaultJournalVerdict;

/* For a standalone act: a drawer opened, a setting changed, a reprint. */
gboolean vault_journal_add (Vault *self,
                            const char *who,
                            const char *act,
                            const char *detail,
                            GError **error);
/* Reads every link. out_count: entries checked; out_seq: the first broken one. */
gboolean vault_journal_verify (Vault *self,
                               VaultJournalVerdict *out_verdict,
                               gint64 *out_count,
                               gint64 *out_seq,
                               GError **error);
/* The same of this entry, which must be there, and all after it. */
gboolean vault_journal_verify_from (Vault *self, gint64 seq, gboolean *out_whole, GError **error);
/* How many entries have lost their detail: what they were about can't be compared any more. */
gboolean vault_journal_count_erased (Vault *self, gint64 *out_count, GError **error);
/* Receipts (gint64) that aren't, in row, lines or payments, what the newest entry about them says,
 * and batches that aren't. */
gboolean
vault_journal_verify_books (Vault *self, GArray **out_sales, GArray **out_batches, GError **error);
/* The newest first, at most `limit`. */
GPtrArray *vault_journal_list (Vault *self, guint limit, GError **error);
void vault_journal_entry_free (VaultJournalEntry *entry);

/* Inside the vault folder only: within a transaction, and at opening. */
gboolean vault_journal_append (Vault *self,
                               const char *who,
                               const char *act,
                               const char *detail,
                               GError **error);
gboolean vault_journal_load (Vault *self, GError **error);

G_END_DECLS

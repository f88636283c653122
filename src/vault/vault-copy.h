/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The sealed copy in a second folder (a stick, another PC): all that another till needs to take in
 * what is owed when this one dies. It holds the settings and, of each open record, its row with its
 * sale, lines and payments; a record that is done is taken out again. It follows the journal: each
 * entry names the records that it moved (vault-books.h), so what is new since the copy's last step
 * is read from there, and after a stick was away the same look finds what it missed. Nothing is
 * queued in memory. When half of the file is of no use any more, or nothing is owed, it is made
 * anew beside itself and renamed.
 *
 * It reads the database over a connection of its own, in short looks, and writes outside of them:
 * a disk that hangs holds up nobody but the one thread that calls this (checkout-follow.h). Cash
 * sales don't come into the copy: they owe nothing to anybody.
 *
 * A copy that knows of entries which our journal doesn't have was made by books that are newer or
 * others: of an older epoch it is kept under another name, else it stays untouched and we stop.
 */
#pragma once

#include "base-secret.h"
#include "vault-error.h"

G_BEGIN_DECLS

#define VAULT_COPY_ENDING ".tillcopy"
#define VAULT_COPY_FILES_MAX 100 /* of tills and epochs in one folder that are looked at */

typedef struct _VaultCopy VaultCopy;

typedef struct
{
  guint records; /* that are open in it */
  gint64 behind; /* entries of our journal about records that it doesn't have; -1: it isn't ours */
  gint64 since_us; /* when the first of those was written; 0: it has all */
  gint64 journal;  /* the last one that it has */
  gint64 epoch;
  gint64 at_us; /* when that was written */
  gint64 size;  /* bytes */
  gboolean cut; /* its end is torn or damaged: what came before holds */
} VaultCopyFacts;

/* `dir`: the shop's folder, `folder`: the second one. Opens nothing yet. */
VaultCopy *
vault_copy_new (const char *dir, const char *folder, gint64 epoch, const BaseSecret *key);
void vault_copy_free (VaultCopy *self);
/* Where this shop's copy lies in the folder. */
const char *vault_copy_path (const VaultCopy *self);
/* Makes the copy, also where there was none: somebody said that this is the folder. */
gboolean vault_copy_begin (VaultCopy *self, GError **error);
/* Brings it up to the books of this moment, onto its disk. VAULT_ERROR_ABSENT where the copy isn't
 * there any more: it is not made anew in what may be an empty mount point. VAULT_ERROR_EXISTS where
 * the copy there is not this till's, or is newer than its books. What failed is tried again from
 * the start by the next call. */
gboolean vault_copy_follow (VaultCopy *self, GError **error);
/* The journal's entry that it has come to. */
gint64 vault_copy_journal (const VaultCopy *self);
/* Whether it holds requests though none is owed: worth vault_copy_tidy() in a quiet moment. */
gboolean vault_copy_is_untidy (const VaultCopy *self);
gboolean vault_copy_tidy (VaultCopy *self, GError **error);

/* Opens every step of a copy and counts. `dir` is the shop whose it is, to say how far it is
 * behind; NULL: none. */
gboolean vault_copy_check (const char *path,
                           const char *dir,
                           const BaseSecret *key,
                           VaultCopyFacts *out_facts,
                           GError **error);
/* As those of a backup (vault-backup.h): the text of its key file, and a database made of it, with
 * the settings and the open records alone. VAULT_ERROR_CORRUPT also for tables of another version.
 */
char *vault_copy_key_text (const char *path, GError **error);
gboolean vault_copy_unpack (const char *path,
                            const BaseSecret *key,
                            const char *to,
                            VaultCopyFacts *out_facts,
                            GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VaultCopy, vault_copy_free)

G_END_DECLS

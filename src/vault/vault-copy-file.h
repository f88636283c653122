/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The file of a sealed copy (vault-copy.h): the shop's key file in front, as in a backup, and then
 * steps that are only ever added at the end, each the rows that one look at the database brought
 * and the place in the journal where the copy stands after it. Steps are cut into pieces of at most
 * 32 kB, each under AES-256-GCM with a key of this purpose. A piece's number, whether it is the
 * last of its step, and the head of the file, which is another one each time the file is made anew,
 * are its associated data: no piece can be changed, moved, left out from the middle or taken from
 * an older file. What was cut off at the end can't be told from what was never written; the place
 * in the journal says how far the file goes.
 *
 * Private to the vault folder; one thread at a time. Blocks, as long as the second folder's disk
 * does.
 *
 *   "TILL COPY 1\n" · u32 size · key.ini · 16 random bytes · { u32 size and flag · sealed piece } …
 */
#pragma once

#include "vault-private.h"

G_BEGIN_DECLS

#define VAULT_COPY_PIECE_MAX 32768             /* bytes of rows */
#define VAULT_COPY_STEP_MAX (16 * 1024 * 1024) /* bytes of rows in one step */

typedef struct
{
  gint64 epoch;
  gint64 journal;   /* the entry up to which the copy knows the books */
  gint64 at_us;     /* when it was written; Unix time */
  guint64 settings; /* tells whether the settings in it are the newest */
  gboolean untidy;  /* requests lie in it that are no longer owed */
  guint8 chain[VAULT_CHAIN_SIZE];
} VaultCopyPosition;

typedef struct _VaultCopyFile VaultCopyFile;

/* A new one at PATH.part, which gets its name by vault_copy_file_settle(). */
VaultCopyFile *vault_copy_file_make (const char *path,
                                     const char *key_text,
                                     const BaseSecret *key,
                                     GError **error);
/* One that is there, `key` to be given before a step is read. VAULT_ERROR_ABSENT where there is
 * none, VAULT_ERROR_CORRUPT when it is no such file, VAULT_ERROR_BUSY while another process adds to
 * it. */
VaultCopyFile *vault_copy_file_open (const char *path, gboolean adds, GError **error);
void vault_copy_file_set_key (VaultCopyFile *self, const BaseSecret *key);
void vault_copy_file_free (VaultCopyFile *self);
const char *vault_copy_file_key_text (const VaultCopyFile *self);
gint64 vault_copy_file_size (const VaultCopyFile *self);
/* Whether its name still leads to it: a stick may be gone, a file replaced. */
gboolean vault_copy_file_is_there (const VaultCopyFile *self);

/* Adds a step. What a failure leaves at the end must not be added to: make the file anew. */
gboolean vault_copy_file_add (VaultCopyFile *self,
                              const VaultCopyPosition *position,
                              BaseSpan rows,
                              GError **error);
gboolean vault_copy_file_sync (VaultCopyFile *self, GError **error);
gboolean vault_copy_file_settle (VaultCopyFile *self, GError **error);

/* The next step, from the first on; *out_end instead where the file ends. VAULT_ERROR_CORRUPT for
 * one that is torn or was changed: what came before holds. */
gboolean vault_copy_file_read (VaultCopyFile *self,
                               VaultCopyPosition *out_position,
                               GByteArray *rows,
                               gboolean *out_end,
                               GError **error);
/* Where the last step stands, without opening those before it; then steps may be added. */
gboolean
vault_copy_file_find_end (VaultCopyFile *self, VaultCopyPosition *out_position, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VaultCopyFile, vault_copy_file_free)

G_END_DECLS

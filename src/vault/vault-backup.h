/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A shop's books in one sealed file: a backup. It holds the shop's key file, in which the vault key
 * lies under the passphrase and under the recovery key, and the database in pieces of 64 kB, each
 * under AES-256-GCM with a key of this purpose; a piece's place, whether it is the last, and the
 * head of the file are its associated data, so that none can be changed, moved or left out. Whoever
 * has the file alone can read nothing of it.
 *
 * The copy is SQLite's own of a live database, taken beside the till that works with it. Checkout
 * calls this from a worker.
 *
 *   "TILL BACKUP 1\n" · u32 size · key.ini · { u32 size · sealed piece } …
 */
#pragma once

#include "base-secret.h"
#include "vault-error.h"

G_BEGIN_DECLS

#define VAULT_BACKUP_PIECE_MAX 65536 /* bytes, before sealing */
#define VAULT_BACKUP_SIZE_MAX (G_GINT64_CONSTANT (64) * 1024 * 1024 * 1024) /* of the database */

/* Writes `path`, which must not exist (VAULT_ERROR_EXISTS): whole and on the disk, and read back,
 * when it returns TRUE; else not there. */
gboolean
vault_backup_create (const char *dir, const BaseSecret *key, const char *path, GError **error);
/* The text of the key file in it, for vault_key_adopt(). VAULT_ERROR_ABSENT when there is no such
 * file, VAULT_ERROR_CORRUPT when it is no backup. Yours to free. */
char *vault_backup_key_text (const char *path, GError **error);
/* Writes the database in it to `to`, which nobody uses yet. VAULT_ERROR_CORRUPT when anything in
 * the file was changed, moved or is missing. */
gboolean
vault_backup_unpack (const char *path, const BaseSecret *key, const char *to, GError **error);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where the vault's key is when nobody is using it: never in the database. It is random, and kept
 * by the desktop's Secret Service or, where there is none, in key.ini of the data folder under a
 * manager's passphrase. key.ini also holds it under the recovery key, which is shown once and then
 * exists on paper only. Checkout calls this from a worker when a folder is made or opened: a
 * keyring may ask its owner for a password, and scrypt takes a tenth of a second.
 *
 * A keyring without a password (as an automatic login has it) gives the key to whoever has the
 * disk. The Secret Service has no property for that, and to lock the person's keyring in order to
 * see whether it opens by itself would take it away from every other program. But GNOME's keyring
 * leaves a file that begins otherwise without a password: vault_key_guard() looks at that, and says
 * of any other keyring that it can't tell.
 */
#pragma once

#include "base-secret.h"
#include "vault-error.h"

G_BEGIN_DECLS

#define VAULT_KEY_SIZE 32
#define VAULT_KEY_FILE "key.ini"
#define VAULT_KEY_FILE_MAX 4096       /* bytes of it */
#define VAULT_KEY_RECOVERY_LENGTH 39  /* 32 characters in groups of four, as "7K3M-9QXD-…" */
#define VAULT_KEY_PASSPHRASE_MAX 1024 /* bytes */

typedef enum
{
  VAULT_KEY_GUARD_UNKNOWN,  /* it can't be told */
  VAULT_KEY_GUARD_PASSWORD, /* a passphrase, or a keyring with a password */
  VAULT_KEY_GUARD_NONE,     /* a keyring without one: who has the disk has the key */
} VaultKeyGuard;

/* Makes a key for the folder, which must exist, and keeps it: under the passphrase, or with an
 * empty one in the Secret Service. VAULT_ERROR_EXISTS when the folder has a key, which is then
 * untouched. */
gboolean vault_key_create (const char *dir,
                           BaseSpan passphrase,
                           BaseSecret **out_key,
                           char **out_recovery,
                           GError **error);
/* FALSE also where there is no key at all; opening says so. */
gboolean vault_key_needs_passphrase (const char *dir);
/* What guards it. Asks a keyring that is there, for VAULT_KEYRING_MARK_WAIT_MS at most. */
VaultKeyGuard vault_key_guard (const char *dir);
/* VAULT_ERROR_KEY for the wrong passphrase, VAULT_ERROR_NO_KEYRING when the Secret Service isn't
 * there or doesn't have the key, VAULT_ERROR_ABSENT or _CORRUPT for key.ini. The passphrase is
 * ignored where the Secret Service keeps the key. */
BaseSecret *vault_key_open (const char *dir, BaseSpan passphrase, GError **error);
/* As a person types it: letters of either case, spaces and hyphens anywhere, O for 0, I or L for 1.
 * VAULT_ERROR_KEY when it isn't this folder's. */
BaseSecret *vault_key_open_with_recovery (const char *dir, const char *recovery, GError **error);
/* Whether what was typed can be one at all: nothing less tells a slip of the fingers from another
 * shop's key. */
gboolean vault_key_is_recovery (const char *typed);
/* Keeps an opened key from now on under this passphrase, or with an empty one in the Secret
 * Service. The recovery key stays as it is. */
gboolean
vault_key_keep (const char *dir, const BaseSecret *key, BaseSpan passphrase, GError **error);
/* A new recovery key for an opened key, of which it keeps nothing: the one before opens the folder
 * no more from the moment this returns TRUE, but still opens the backups that were made under it.
 * Wipe and free it as a secret. */
gboolean vault_key_new_recovery (const char *dir,
                                 const BaseSecret *key,
                                 char **out_recovery,
                                 GError **error);
/* The text of the key file, to stand in front of a backup: yours to free. VAULT_ERROR_CORRUPT when
 * it can't be read. */
char *vault_key_text (const char *dir, GError **error);
/* Puts the key file of a backup (its text) into a folder that has none, and opens its key: by the
 * recovery key, and then it is kept under this passphrase or with an empty one in the Secret
 * Service; or, where that is NULL, by the passphrase that it was kept under. It is another folder
 * to the Secret Service. */
gboolean vault_key_adopt (const char *dir,
                          const char *text,
                          BaseSpan passphrase,
                          const char *recovery,
                          BaseSecret **out_key,
                          GError **error);
/* Opens the key of such a text alone, and keeps it nowhere. */
BaseSecret *
vault_key_open_text (const char *text, BaseSpan passphrase, const char *recovery, GError **error);
/* Takes the key of a shop that never came to be out of the Secret Service, where that has it;
 * key.ini itself is the caller's to remove. */
void vault_key_forget (const char *dir);

G_END_DECLS

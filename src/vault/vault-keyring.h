/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The desktop's Secret Service: the one place that speaks to it. It holds a shop's key
 * (vault-key.h), for which it may ask its owner for a password, and a mark of how far the books had
 * come (vault-mark-item.h), for which nobody is asked and nothing is started. Each call has a time
 * limit, after which a service that doesn't answer is left alone. Blocks; private to the vault
 * folder.
 */
#pragma once

#include "vault-key.h"

G_BEGIN_DECLS

#define VAULT_KEYRING_KEY_WAIT_MS 120000 /* for a person to unlock it */
#define VAULT_KEYRING_MARK_WAIT_MS 1000  /* nobody is asked: it answers, or it doesn't */

typedef enum
{
  VAULT_KEYRING_NONE,   /* no Secret Service runs in this session */
  VAULT_KEYRING_SILENT, /* it didn't answer in time, or with an error */
  VAULT_KEYRING_SHUT,   /* it is locked, or has no default keyring */
  VAULT_KEYRING_DONE,
} VaultKeyringAnswer;

/* The key of the folder of this name. VAULT_ERROR_NO_KEYRING where the service can't be used or
 * doesn't have it, VAULT_ERROR_KEY where what it has isn't one. */
gboolean vault_keyring_store_key (const char *folder, const BaseSecret *key, GError **error);
BaseSecret *vault_keyring_find_key (const char *folder, GError **error);
/* May fail: then one useless item stays. */
void vault_keyring_forget_key (const char *folder);
/* Whether the keyring that holds it has a password. */
VaultKeyGuard vault_keyring_guard (const char *folder);

/* The marks of the shop of this name: texts, one a keyring; none is DONE, too. */
VaultKeyringAnswer vault_keyring_read_marks (const char *shop, GPtrArray **out_texts);
/* In the default keyring, in the place of the one before. */
VaultKeyringAnswer vault_keyring_write_mark (const char *shop, const char *text);

G_END_DECLS

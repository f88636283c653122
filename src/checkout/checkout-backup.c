/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "checkout-backup.h"

#include "vault-backup.h"
#include "vault-draft.h"
#include "vault-epoch.h"
#include "vault-key.h"

#define DATABASE "till.db"

gboolean
checkout_backup_create (const char *dir, BaseSpan passphrase, const char *path, GError **error)
{
  g_autoptr (BaseSecret) key = NULL;

  if (!vault_exists (dir))
    {
      g_set_error (error, VAULT_ERROR, VAULT_ERROR_ABSENT,
                   "There is no shop in “%s” yet; make one with “till-cli init”", dir);
      return FALSE;
    }
  key = vault_key_open (dir, passphrase, error);
  return key != NULL && vault_backup_create (dir, key, path, error);
}

/* The database with its new epoch, closed. */
static gboolean
fill (const char *dir, const char *path, const BaseSecret *key, GError **error)
{
  g_autofree char *database = g_build_filename (dir, DATABASE, NULL);
  g_autoptr (Vault) vault = NULL;

  if (vault_backup_unpack (path, key, database, error))
    vault = vault_open (dir, key, VAULT_ACCESS_OWN, error);
  return vault != NULL && vault_epoch_begin (vault, VAULT_QUARANTINE_RESTORED, error);
}

gboolean
checkout_backup_restore (const char *dir,
                         const char *path,
                         BaseSpan passphrase,
                         const char *recovery,
                         GError **error)
{
  g_autofree char *key_text = vault_backup_key_text (path, error);
  g_autoptr (VaultDraft) draft = key_text != NULL ? vault_draft_begin (dir, error) : NULL;
  g_autoptr (BaseSecret) key = NULL;

  return draft != NULL
         && vault_key_adopt (vault_draft_dir (draft), key_text, passphrase, recovery, &key, error)
         && fill (vault_draft_dir (draft), path, key, error) && vault_draft_finish (draft, error);
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The shop's data folder: one SQLite file (till.db), the lock that makes one process its owner, and
 * the key that opens its sealed parts. Checkout and sync call it from their workers; one mutex
 * inside makes every function safe from any thread that may block, and short transactions keep the
 * waits short. It interprets no sealed request: those are bytes to it.
 *
 * Invariants: 1. what is said to be done is on the disk (synchronous=FULL) before the function
 * returns TRUE; 2. a function that returns FALSE has changed nothing; 3. a payment moves only along
 * payment-life.tsv; 4. each act that moves money or opens the drawer has its journal entry in the
 * same transaction.
 */
#pragma once

#include "base-money.h"
#include "base-secret.h"
#include "vault-error.h"
#include "vault-life.h"

G_BEGIN_DECLS

/* Room that must be left on the disk before money moves, so that the answer, too, can be written
 * down. */
#define VAULT_DISK_RESERVE_BYTES (16 * 1024 * 1024)

/* Bytes of one setting: an acquirer's profile at most. */
#define VAULT_SETTING_SIZE_MAX 65536

typedef struct _Vault Vault;

typedef enum
{
  VAULT_ACCESS_OWN,  /* takes the folder's lock; VAULT_ERROR_BUSY when another process has it */
  VAULT_ACCESS_READ, /* reads beside the owner; every writing function fails with VAULT_ERROR_BUSY
                      */
} VaultAccess;

/* Makes till.db in an existing folder that has none. `key` is copied. */
Vault *vault_create (const char *dir, const BaseSecret *key, GError **error);
/* Opens it, and brings an older one up to date after copying it to till.db.before-N (for 30 days).
 * A wrong key is VAULT_ERROR_KEY. */
Vault *vault_open (const char *dir, const BaseSecret *key, VaultAccess access, GError **error);
void vault_free (Vault *self);
const char *vault_dir (const Vault *self);
gboolean vault_is_owner (const Vault *self);
/* VAULT_ERROR_FULL, with a sentence, when less than the reserve is left. */
gboolean vault_check_space (Vault *self, GError **error);
gboolean vault_exists (const char *dir);

/* How many records of the shop in this folder haven't reached the acquirer yet; needs no key. FALSE
 * where that can't be told. */
gboolean vault_count_open (const char *dir, guint *out_count);

/* Settings are sealed, each with its name. NULL without an error: not set; setting an empty value
 * takes the setting away. */
BaseSecret *vault_setting (Vault *self, const char *name, GError **error);
char *vault_setting_text (Vault *self, const char *name, GError **error);
gint64 vault_setting_number (Vault *self, const char *name, gint64 otherwise);
gboolean vault_setting_set (Vault *self, const char *name, BaseSpan value, GError **error);
gboolean vault_setting_set_text (Vault *self, const char *name, const char *value, GError **error);
gboolean vault_setting_set_number (Vault *self, const char *name, gint64 value, GError **error);

typedef struct
{
  const char *name;
  BaseSpan value; /* empty: taken away */
} VaultSetting;

/* All of them in one commit, or none. */
gboolean
vault_setting_set_all (Vault *self, const VaultSetting *settings, guint count, GError **error);
/* The same, with an entry of the journal in that commit (vault-journal.h). */
gboolean vault_setting_set_noted (Vault *self,
                                  const VaultSetting *settings,
                                  guint count,
                                  const char *who,
                                  const char *act,
                                  const char *detail,
                                  GError **error);

/* *out_bad: names (char *) of settings that were changed, and "" where the set of them isn't what
 * was written last. */
gboolean vault_settings_verify (Vault *self, GPtrArray **out_bad, GError **error);

/* Of the identities that are given now. */
guint32 vault_current_batch (Vault *self);
/* The next message identity (batch, STAN), given once. It costs no commit: a record that uses it
 * writes it down with itself, and what never became a record was never sent as money. */
void vault_take_identity (Vault *self, guint32 *out_batch, guint32 *out_stan);
/* From here on identities are of this batch, its STANs from 1. The present batch changes nothing;
 * an older one is VAULT_ERROR_STATE, for its identities may have been given. */
gboolean vault_start_batch (Vault *self, guint32 batch, GError **error);
/* Told after each commit how far the journal has come: by the thread that made it, with the vault
 * locked, so it may only leave a note for somebody. One; NULL ends it. */
typedef void (*VaultWatch) (gpointer data, gint64 journal);
void vault_watch_commits (Vault *self, VaultWatch watch, gpointer data);
/* How far it has come, as committed. */
gint64 vault_journal_head (Vault *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Vault, vault_free)

G_END_DECLS

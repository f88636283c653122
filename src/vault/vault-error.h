/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What can break between the till and its data folder. Messages are English sentences that say what
 * to do; the window maps domain and code to a translated one. A code exists because some caller
 * acts on it.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define VAULT_ERROR (vault_error_quark ())
GQuark vault_error_quark (void);

typedef enum
{
  VAULT_ERROR_IO,         /* the disk or the file system refused */
  VAULT_ERROR_FULL,       /* no space left: nothing was written */
  VAULT_ERROR_BUSY,       /* another process owns the data folder */
  VAULT_ERROR_KEY,        /* wrong key or passphrase: the whole database is refused */
  VAULT_ERROR_NO_KEYRING, /* no Secret Service answers and no passphrase was given */
  VAULT_ERROR_CHANGED,    /* a sealed record was changed or damaged; the others are fine */
  VAULT_ERROR_CORRUPT, /* SQLite calls the file damaged, or it isn't ours or is from a newer Till */
  VAULT_ERROR_STATE,   /* the payment's table of states has no such row */
  VAULT_ERROR_EXISTS,  /* there is a data folder here already */
  VAULT_ERROR_ABSENT,  /* there is no data folder here */
} VaultError;

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How many records of the queue are open, and their sums, by class and state: kept in memory, so
 * that what looks each second doesn't walk a queue of a hundred thousand. They stand in the vault's
 * heads and so follow a commit and a rollback. Read from the index once, and again when another
 * connection wrote to the database; after a clean end not even once. Private to the vault folder.
 */
#pragma once

#include "vault-life.h"
#include "vault.h"

G_BEGIN_DECLS

#define VAULT_TOTALS_CLASSES                                                                       \
  (VAULT_CLASS_ONLINE + 2)    /* the last: a class that Till never wrote                           \
                               */
#define VAULT_TOTALS_STATES 3 /* waiting, sending, attention */

typedef struct
{
  gboolean known;
  gint64 count[VAULT_TOTALS_CLASSES][VAULT_TOTALS_STATES];
  gint64 minor[VAULT_TOTALS_CLASSES][VAULT_TOTALS_STATES];
} VaultTotals;

/* Adds `count` (1 or -1) records of this sum; a state that isn't open counts nothing. Nothing is
 * done while they aren't known. */
void
vault_totals_count (VaultTotals *self, guint klass, guint state, gint64 amount_minor, gint64 count);

/* What they are now, with the mutex held and outside a transaction. */
gboolean vault_totals_read (Vault *self, const VaultTotals **out_totals, GError **error);

/* Leaves them in the database, within the last transaction before it is closed: the next opening
 * need not walk the queue. Sealed, and good only for the journal's end of this moment. */
gboolean vault_totals_keep (Vault *self, GError **error);
/* Takes up what was left, if it is still good. */
gboolean vault_totals_recall (Vault *self, GError **error);
/* A record is moved of which is not known what it was: they are read anew. */
void vault_totals_forget (Vault *self);

G_END_DECLS

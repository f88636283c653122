/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The records that a batch is settled without, for somebody decided so: their numbers, " 3 7 ", as
 * a sealed setting. The word in a record's row is for people, and whoever can write it decides
 * nothing. Each decision's entry in the journal ties the list as it is from then on (" [d0=…]", see
 * vault-books.h), so that an older list that is put back with its seal doesn't fit the newest one.
 * Entries of books from before that tie no list: there any sealed one fits.
 */
#pragma once

#include "vault-private.h"

G_BEGIN_DECLS

/* Acts of the entries that tie it. */
#define VAULT_DECIDED_ADD "queue-by-hand"
#define VAULT_DECIDED_DROP "queue-retry"

/* Whether the list is the one that the newest decision left, and nothing from its entry to the
 * journal's end was changed. */
gboolean vault_decided_verify (Vault *self, gboolean *out_fits, GError **error);
/* The list, " " where it is empty: one that doesn't fit is as good as none. Yours. */
char *vault_decided_read (Vault *self);
/* Within a transaction: one more, one less (0: none); those that are no longer set aside leave it,
 * too. The next entry, with one of those acts, must come before the commit. */
gboolean
vault_decided_write (Vault *self, const char *before, gint64 added, gint64 dropped, GError **error);

G_END_DECLS

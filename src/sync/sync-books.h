/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a host that keeps how far each terminal's books have come is told, and what its answer says
 * about ours (payment-life.md, rollback and hand-over). Any message whose flow has those values may
 * carry them: sign-in, echo, settlement. A disk that was put back whole, with its mark, is noticed
 * so, and a till whose number another one has taken over. Blocks; with the terminal's turn taken.
 *
 * Only what is on the disk is told, so a crash at any moment leaves books that are not behind what
 * the host was told. A host that has forgotten says less, which says nothing.
 */
#pragma once

#include "sync-line.h"
#include "vault-epoch.h"

G_BEGIN_DECLS

/* Whether the line speaks for our own terminal at this moment. */
gboolean sync_books_is_own (SyncLine *line);
/* Fills `books` from `store`, which must live as long; leaves it empty where the host keeps no such
 * thing or the folder isn't ours. */
void sync_books_fill (SyncLine *line, VaultEpochBooks *store, AcquirerBooks *books);
/* Whether the answer to such a message says that this installation is the one the host knows behind
 * the number that it was sent under. */
gboolean sync_books_are_known (SyncLine *line, AcquirerFlowKind kind, const Iso8583Message *answer);
/* Looks into the answer to a message that carried them. FALSE: nothing more may be sent. Where it
 * says so of our own terminal the books are quarantined from here on. */
gboolean sync_books_heed (SyncLine *line,
                          AcquirerFlowKind kind,
                          const Iso8583Message *answer,
                          GError **error);

G_END_DECLS

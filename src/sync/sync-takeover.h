/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A till that took in another one's queue tells the acquirer so (payment-life.md, hand-over): it
 * signs in under that terminal's identity with a newer epoch, and from then on a host that keeps
 * how far the books have come (sync-books.h) turns the old till away. Until it was told, nothing is
 * certain about what only the old till knows: it may still be sending. Blocks.
 */
#pragma once

#include "sync-line.h"

G_BEGIN_DECLS

#define SYNC_TAKEOVER_EVERY_S 30 /* no more often, where the host can't be told or refuses */

/* Whether the host knows that what is owed under this identity is ours now. TRUE also for our own
 * terminal, for one that wasn't taken over, and where the host keeps no such thing: then nobody can
 * know. From any thread; waits for nobody. */
gboolean sync_takeover_is_told (SyncLine *line, const char *terminal);
/* Tells it, where that is still to be done. Takes the terminal's turn. FALSE with the line's error,
 * or SYNC_ERROR_HELD where another till has taken it over in its turn, or our own books are
 * quarantined. */
gboolean sync_takeover_tell (SyncLine *line,
                             const char *terminal,
                             GCancellable *cancellable,
                             GError **error);
/* All that is still to be told, for the drainer: it gives way to a payment, and what can't be told
 * now is tried again SYNC_TAKEOVER_EVERY_S later. */
void sync_takeover_tell_all (SyncLine *line, GCancellable *cancellable);

G_END_DECLS

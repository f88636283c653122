/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Empties the queue, one blocking round at a time: reversals first and one by one, then chip
 * advices, then deferred requests, then refunds, then notices, with as many in flight as the
 * profile allows (payment-life.md, rules 1 and 3); after all of ours, in the same order, what was
 * taken in of other terminals. One drainer for a data folder: the process that owns it.
 *
 * Invariants: 1. nothing else financial of a terminal is sent while a reversal of it is owed and
 * not set aside; 2. a deferred request or a refund is marked sent by a commit before its first
 * byte, and repeated unchanged under its STAN until answered (by a profile's `deferred_unanswered =
 * reverse`, a sale is reversed instead, and asked for under a new STAN); 3. a record that is
 * refused as malformed goes aside and the others go on, one that the host calls another payment's
 * takes a new identity, or goes aside where its number isn't ours to give; 4. a state moves only by
 * vault_apply(); 5. from quarantined books (vault-epoch.h) nothing is sent, and no payment that is
 * found `sending` in them is reversed: its outcome may be known to the books that these are older
 * than.
 */
#pragma once

#include "sync-item.h"
#include "sync-report.h"

G_BEGIN_DECLS

typedef enum
{
  SYNC_EMPTY,   /* nothing waits (what is set aside doesn't count) */
  SYNC_STUCK,   /* the host can't be reached, or something was not answered: try later */
  SYNC_YIELDED, /* a payment wants the line, or much was sent: go on afterwards */
  SYNC_HELD,    /* the books are quarantined: nothing is sent before somebody decided */
  SYNC_FAULT,   /* the disk or the database: see the error */
} SyncOutcome;

/* After so many handfuls a round ends, so that whoever looks sees it go on. */
#define SYNC_HANDFULS_MAX 128
/* After opening, before anything else, and with the turn taken later: payments found `sending`
 * become unknown, with their reversal owed; while the books are quarantined only those that
 * somebody took back to be reversed, and the others are set aside as outcome-missing. Such a one is
 * left by a program that died, or by a disk that refused the outcome. */
gboolean sync_queue_recover (SyncLine *line, SyncReport *report, GError **error);
/* With the turn taken: recovers, then sends every reversal that this terminal owes and that can be
 * sent. SYNC_EMPTY: none is owed any more. */
SyncOutcome sync_queue_reversals (SyncLine *line,
                                  GCancellable *cancellable,
                                  SyncReport *report,
                                  GError **error);
/* A request or notice whose identity is another payment's at the host takes a new one, in one
 * commit; `item->record` is then that, its message not opened. FALSE: nothing has changed. */
gboolean sync_queue_renew (SyncLine *line, SyncItem *item, GError **error);
/* Sends what is due; takes turns itself. A record that brings no answer while others do is put off,
 * each time twice as long and with jitter, and the others go on. */
SyncOutcome
sync_queue_run_due (SyncLine *line, GCancellable *cancellable, SyncReport *report, GError **error);
/* The same for somebody who asked: what was put off is due at once. */
SyncOutcome
sync_queue_run (SyncLine *line, GCancellable *cancellable, SyncReport *report, GError **error);

/* With the turn taken and no reversal owed: sends the refund of this payment, which waits in the
 * queue, once and at once. SYNC_EMPTY: the host has judged it. */
SyncOutcome sync_queue_send_refund (SyncLine *line,
                                    gint64 sale,
                                    guint position,
                                    SyncReport *report,
                                    GError **error);

G_END_DECLS

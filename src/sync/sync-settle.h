/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Settles the open batch with the acquirer: drains what waits, counts, asks whether it counts the
 * same and, where it doesn't, uploads every row and takes in what differs. Each step is a commit
 * (vault-batch.h) before its message leaves, so that a till that died anywhere takes it up where it
 * was, at the next turn that anybody takes; until then no payment goes online. All messages may be
 * repeated: the host answers them alike. Blocks.
 */
#pragma once

#include "sync-queue.h"
#include "vault-batch.h"

G_BEGIN_DECLS

#define SYNC_SETTLE_UPLOADS_MAX 3      /* of one batch in one go, where the host lost rows */
#define SYNC_SETTLE_ENQUIRY_EVERY_S 60 /* the host is asked for its sums no more often */

#define SYNC_SETTLE_TAKEN_MAX 8 /* terminals that were taken over, in one go */

typedef enum
{
  SYNC_SETTLE_DONE,
  SYNC_SETTLE_NOT_OFFERED, /* this acquirer has no settlement */
  SYNC_SETTLE_OWED,        /* a reversal, or an advice, couldn't be sent: see the report */
  SYNC_SETTLE_ASIDE,       /* one of them is set aside, and nobody decided about it: likewise */
  SYNC_SETTLE_HELD,        /* the books are quarantined */
  SYNC_SETTLE_REFUSED,     /* the host said no, and has closed nothing: see the code */
  SYNC_SETTLE_NO_ANSWER,   /* it is taken up again: see the error, or the code */
  SYNC_SETTLE_NO_LINE,     /* no byte left, and nothing was begun: see the error */
  SYNC_SETTLE_FAULT,       /* the disk, the database, or sums that don't fit: see the error */
} SyncSettle;

typedef struct
{
  gint64 batch; /* that was settled, or is being settled; 0: none yet */
  char code[ACQUIRER_CODE_MAX];
  guint reversals, advices; /* that wait */
  gint64 reversals_minor, advices_minor;
  guint later; /* stored requests that wait: they count in the batch in which they are answered */
  gint64 later_minor;
  guint refunds;        /* that wait: they count likewise */
  gint64 refunds_minor; /* what they give back: negative */
  guint later_aside;    /* stored requests that are set aside: they count in no batch as they are */
  gint64 later_aside_minor;
  /* Refunds likewise: what they give back, negative, is still the customers'. */
  guint refunds_aside;
  gint64 refunds_aside_minor;
  guint aside;        /* records that need somebody; not in this batch */
  guint aside_owed;   /* of those, reversals and advices that nobody decided about */
  gint64 aside_first; /* the oldest of them; 0: none */
  /* The list of what was decided isn't the one that was written last, so none of it counts. */
  gboolean decisions_lost;
  /* Batches of taken over terminals that were settled, or tried, in this go. */
  guint taken_count;
  gint64 taken[SYNC_SETTLE_TAKEN_MAX];
} SyncSettleReport;

/* Takes turns itself. After our own batch those of terminals whose queues were taken in are settled
 * in their voices: their counts are of what was taken in, and what else the host has of them, which
 * is what they had sold before, is told by record. One that couldn't be is tried again with the
 * next settlement, and holds nothing up. */
SyncSettle sync_settle_run (SyncLine *line,
                            const char *who,
                            GCancellable *cancellable,
                            SyncSettleReport *report,
                            GError **error);
/* With the turn taken: goes on with a batch that is being settled. DONE also where none is. */
SyncSettle sync_settle_resume (SyncLine *line,
                               GCancellable *cancellable,
                               SyncSettleReport *report,
                               GError **error);
/* With the turn taken: asks for the host's sums of the open batch where the profile has that, and
 * keeps them (vault_batch_view). Closes nothing. FALSE: nothing was learnt; *error may say why. */
gboolean sync_settle_enquire (SyncLine *line, GCancellable *cancellable, GError **error);
/* Takes the turn itself, if the sums that are known say nothing of this moment; gives it up, and
 * asks no more, as soon as a payment wants it. */
void sync_settle_enquire_if_due (SyncLine *line, GCancellable *cancellable);

G_END_DECLS

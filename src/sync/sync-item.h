/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One record of the queue while it is worked on, with the sale and the payment that it belongs to
 * and its request read. The drainer (sync-queue.h) has a handful of these at a time; each lies on
 * its stack and is cleared by it. Nothing here sends or commits.
 */
#pragma once

#include "sync-line.h"

G_BEGIN_DECLS

typedef struct
{
  VaultRecord *record;
  VaultSale *sale;
  VaultPayment *payment; /* inside sale */
  Iso8583Message *request;
} SyncItem;

/* `self`: all NULL. Loads what belongs to `record` (taken over, even if it fails). FALSE: the sale
 * is damaged, the record doesn't fit its payment, or the request can't be read; then `record`
 * should go aside, with what was loaded of it in `self`. */
gboolean sync_item_fill (SyncItem *self, SyncLine *line, VaultRecord *record, GError **error);
/* Of the error of that: the disk didn't give it out. Then nothing is wrong with the record, and it
 * stays where it is. */
gboolean sync_item_may_be_read_later (const GError *error);
/* May be called twice. */
void sync_item_clear (SyncItem *self);
/* The row that sets it aside; FALSE when the table has none for it as it stands, as for any notice:
 * its payment isn't moved. */
gboolean sync_item_aside_event (const SyncItem *self, VaultEvent *out_event);
/* Copies what the host said into the payment (DE 13, 37, 38, 39). */
void sync_item_note_answer (VaultPayment *payment, const Iso8583Message *answer);
/* Bytes of the reversal of a packed request, to be sealed. */
GBytes *
sync_item_make_reversal (SyncLine *line, BaseSpan request, const char *reason, GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SyncItem, sync_item_clear)

G_END_DECLS

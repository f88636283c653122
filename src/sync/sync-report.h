/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a round of draining did (sync-queue.h), counted and named for whoever shows it. A plain
 * value of whoever began the round; nothing that is owed hangs on it.
 */
#pragma once

#include "vault-sale.h"

G_BEGIN_DECLS

/* So many sales are named in one report; what happened to the rest is in the books. */
#define SYNC_SALES_MAX 4096

typedef struct
{
  guint reversed, approved, declined, advised, noticed, aside;
  guint unanswered; /* tries that brought no answer although the line was there */
  gint64 next_us;   /* with SYNC_STUCK: when the first that was put off is due; 0: none was */
  GArray *sales;    /* gint64: ids of the sales whose payments moved */
} SyncReport;

void sync_report_init (SyncReport *self);
void sync_report_clear (SyncReport *self);
/* A payment of this sale has moved. */
void sync_report_note (SyncReport *self, const VaultSale *sale);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SyncReport, sync_report_clear)

G_END_DECLS

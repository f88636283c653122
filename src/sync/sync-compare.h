/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Quarantined books against the host's (payment-life.md, rollback): where the profile has the flow
 * "enquiry", the host is asked what became of each record that is open here, and what it knows is
 * closed by the table's rows. What it doesn't know waits for whoever releases the books; what was
 * under way in them stays set aside, for its outcome may be known to the books that these are older
 * than, and only what the host has of it is told. Where the host has another payment under a
 * record's identity, no books have ever sent that record: it waits under a new one (vault_renew).
 * Nothing financial is sent.
 *
 * One commit for each SYNC_COMPARE_PAGE records at most, after all of them were answered for: it
 * may stop or be killed anywhere, and be run again. Takes the turn itself; blocks.
 */
#pragma once

#include "sync-line.h"

G_BEGIN_DECLS

#define SYNC_COMPARE_PAGE 16
#define SYNC_FOUND_MAX 17 /* bytes of the host's word, with the 0 at its end */
/* So many of what was under way are named in one report; all of them stay set aside. */
#define SYNC_COMPARE_MISSING_MAX 1000

typedef enum
{
  SYNC_COMPARE_DONE,
  SYNC_COMPARE_NOT_OFFERED, /* by the profile, or there is no quarantine that it could help in */
  SYNC_COMPARE_NO_ANSWER,   /* *error says why; what was closed before stays so */
  SYNC_COMPARE_HELD,        /* another till has this one's number, which is noted in the books */
  SYNC_COMPARE_FAULT,       /* the disk or the database */
} SyncCompare;

/* Of what was under way: what the host has ("none", "approved", "declined", "reversed",
 * "tombstone"). */
typedef struct
{
  gint64 record;
  char found[SYNC_FOUND_MAX];
} SyncCompareMissing;

typedef struct
{
  guint approved, declined, advised, noticed, reversed; /* closed as */
  guint left;                                           /* not known there: they wait */
  guint foreign;                                        /* of another terminal: not asked about */
  gint64 renewed;  /* from this record on, those that took a new identity; 0: none did */
  GArray *missing; /* SyncCompareMissing */
} SyncCompareReport;

void sync_compare_report_init (SyncCompareReport *self);
void sync_compare_report_clear (SyncCompareReport *self);

/* Whether this line's host tells, and repeating a stored request is safe there: where it isn't, the
 * books that these are older than may have asked under another identity. */
gboolean sync_compare_is_offered (SyncLine *line);
SyncCompare sync_compare_run (SyncLine *line,
                              GCancellable *cancellable,
                              SyncCompareReport *report,
                              GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SyncCompareReport, sync_compare_report_clear)

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A power cut of the till's disk: from a copy of the data folder as it was when the till started
 * and the shim's journal of what it has done since, makes the folder as the disk would have it.
 * What was synced is there; of what was not, nothing, or some of it in any order, or some of it
 * torn.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  guint pending; /* changes that were not synced */
  guint kept;    /* of those, how many the disk had all the same */
  guint torn;
} ChaosCut;

/* Copies the plain files of `from` into `to`, which is made, or emptied first. */
void chaos_disk_copy (const char *from, const char *to);
/* All that the till keeps: the shop's folder, and the one of its mark where there is one. */
void chaos_disk_save (const char *durable, const char *shop, const char *marks);
/* They become what the disk has of them, from what was saved and the journal, which is removed. */
void chaos_disk_cut (const char *durable,
                     const char *shop,
                     const char *marks,
                     const char *journal,
                     GRand *random,
                     ChaosCut *out_cut);
/* They become what was saved. */
void chaos_disk_restore (const char *durable, const char *shop, const char *marks);

G_END_DECLS

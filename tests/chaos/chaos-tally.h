/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What was really done to the tills of a run: counted where it happened, not where it was wished
 * for. One line of text carries it from the process of a world to the driver that sums.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  CHAOS_WORLDS,
  CHAOS_LIVES,
  CHAOS_SALES,
  CHAOS_BACKS_ASKED,
  CHAOS_HOLDS_ASKED,
  CHAOS_SETTLES,
  CHAOS_PAYMENTS,
  CHAOS_CHARGES,
  CHAOS_HOLDS,
  CHAOS_REVERSALS,
  CHAOS_BACKS,
  CHAOS_BATCHES,
  CHAOS_ASIDE,
  CHAOS_KILLS_AT_COMMIT,
  CHAOS_KILLS_AT_SEND,
  CHAOS_KILLS_AT_FOLDER,
  CHAOS_KILLS_AT_RANDOM,
  CHAOS_KILLS_TORN,
  CHAOS_KILLS_IDLE, /* between two commands: not counted among the kills */
  CHAOS_POWER_CUTS,
  CHAOS_WRITES_FORGOTTEN,
  CHAOS_PUT_BACKS,
  CHAOS_HAND_OVERS,
  CHAOS_HOST_KILLS,
  CHAOS_HOST_FAULTY,
  CHAOS_PLUGS,
  CHAOS_LINE_BREAKS,
  CHAOS_CLOCK_JUMPS,
  CHAOS_SLOW_SYNCS,
  CHAOS_FULL_DISKS,
  CHAOS_IO_ERRORS,
  CHAOS_VERIFIED,
  CHAOS_COUNTS,
} ChaosCount;

typedef struct
{
  guint64 counts[CHAOS_COUNTS];
} ChaosTally;

/* "tally N N N …" */
char *chaos_tally_pack (const ChaosTally *self);
/* Adds what such a line says; FALSE for any other line. */
gboolean chaos_tally_add (ChaosTally *self, const char *line);
guint64 chaos_tally_kills (const ChaosTally *self);
/* For people, some lines. */
char *chaos_tally_describe (const ChaosTally *self);

G_END_DECLS

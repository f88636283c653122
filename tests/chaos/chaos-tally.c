/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chaos-tally.h"

#define START "tally"

static const char *const words[CHAOS_COUNTS] = {
  [CHAOS_WORLDS] = "worlds",
  [CHAOS_LIVES] = "lives of a till",
  [CHAOS_SALES] = "sales asked for",
  [CHAOS_BACKS_ASKED] = "voids and refunds asked for",
  [CHAOS_HOLDS_ASKED] = "holds, completions and their voids asked for",
  [CHAOS_SETTLES] = "settlements asked for",
  [CHAOS_PAYMENTS] = "payments in the books",
  [CHAOS_CHARGES] = "charges in the ledger",
  [CHAOS_HOLDS] = "holds in the ledger",
  [CHAOS_REVERSALS] = "reversals in the ledger",
  [CHAOS_BACKS] = "voids and refunds in the ledger",
  [CHAOS_BATCHES] = "batches settled in the ledger",
  [CHAOS_ASIDE] = "stored sales set aside for their age",
  [CHAOS_KILLS_AT_COMMIT] = "kills just before or after a commit's sync",
  [CHAOS_KILLS_AT_SEND] = "kills just before or after a send",
  [CHAOS_KILLS_AT_FOLDER] = "kills just before or after a file was made or removed",
  [CHAOS_KILLS_AT_RANDOM] = "kills at a random instant",
  [CHAOS_KILLS_TORN] = "kills in the middle of a write",
  [CHAOS_KILLS_IDLE] = "kills while nothing was asked of it (not counted as kills)",
  [CHAOS_POWER_CUTS] = "of the kills were power cuts",
  [CHAOS_WRITES_FORGOTTEN] = "writes that the disk forgot",
  [CHAOS_PUT_BACKS] = "older copies put back",
  [CHAOS_HAND_OVERS] = "tills that handed over",
  [CHAOS_HOST_KILLS] = "kills of the acquirer",
  [CHAOS_HOST_FAULTY] = "starts of the acquirer with faults",
  [CHAOS_PLUGS] = "pulled plugs",
  [CHAOS_LINE_BREAKS] = "TLS lines broken, refused, hung or changed",
  [CHAOS_CLOCK_JUMPS] = "clock jumps",
  [CHAOS_SLOW_SYNCS] = "slow syncs",
  [CHAOS_FULL_DISKS] = "full disks",
  [CHAOS_IO_ERRORS] = "I/O errors",
  [CHAOS_VERIFIED] = "times queue and journal verified",
};

char *
chaos_tally_pack (const ChaosTally *self)
{
  GString *line = g_string_new (START);

  for (guint i = 0; i < CHAOS_COUNTS; i++)
    g_string_append_printf (line, " %" G_GUINT64_FORMAT, self->counts[i]);
  return g_string_free (line, FALSE);
}

gboolean
chaos_tally_add (ChaosTally *self, const char *line)
{
  g_auto (GStrv) parts = g_strsplit (line, " ", -1);

  if (g_strv_length (parts) != CHAOS_COUNTS + 1 || !g_str_equal (parts[0], START))
    return FALSE;
  for (guint i = 0; i < CHAOS_COUNTS; i++)
    self->counts[i] += g_ascii_strtoull (parts[i + 1], NULL, 10);
  return TRUE;
}

guint64
chaos_tally_kills (const ChaosTally *self)
{
  return self->counts[CHAOS_KILLS_AT_COMMIT] + self->counts[CHAOS_KILLS_AT_SEND]
         + self->counts[CHAOS_KILLS_AT_FOLDER] + self->counts[CHAOS_KILLS_AT_RANDOM]
         + self->counts[CHAOS_KILLS_TORN];
}

char *
chaos_tally_describe (const ChaosTally *self)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < CHAOS_COUNTS; i++)
    g_string_append_printf (text, "%8" G_GUINT64_FORMAT " %s\n", self->counts[i], words[i]);
  return g_string_free (text, FALSE);
}

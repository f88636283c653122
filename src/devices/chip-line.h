/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the protocols of a chip need of a reader at TPDU level: one block there, one block back. And
 * what can become of anything that is done with a chip.
 */
#pragma once

#include "base-bytes.h"

G_BEGIN_DECLS

#define CHIP_BLOCK_MAX 271   /* bytes of a TPDU or of a T=1 block with its frame */
#define CHIP_COMMAND_MAX 261 /* a short command with its data and Le */
#define CHIP_ANSWER_MAX 258  /* data and SW1 SW2 of its answer */

typedef enum
{
  CHIP_DONE,
  CHIP_NO_CARD,
  CHIP_MUTE,      /* the card doesn't answer, or not in a way that can be understood */
  CHIP_REMOVED,   /* there was a card, and it is gone */
  CHIP_GONE,      /* the reader was unplugged */
  CHIP_TIMED_OUT, /* nothing came until the deadline */
  CHIP_CANCELLED,
  CHIP_REFUSED, /* no payment card, or nothing that this reader can do */
  CHIP_FAULT,   /* the reader, or what it says */
} ChipOutcome;

typedef struct
{
  /* `waits`: of T=1, by how much longer than usual the card may take (WTX); 0 and 1: as usual.
   * DONE, with at most CHIP_BLOCK_MAX bytes in `answer`. Else *out_size is 0. */
  ChipOutcome (*exchange) (gpointer ctx,
                           BaseSpan block,
                           guint8 waits,
                           guint8 answer[CHIP_BLOCK_MAX],
                           gsize *out_size);
  gpointer ctx;
} ChipLine;

/* "done", "no-card", "mute", … for logs and tests. */
const char *chip_line_word (ChipOutcome outcome);

G_END_DECLS

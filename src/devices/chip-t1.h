/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Commands over T=1 (ISO 7816-3, 11; EMV 4.4 Book 1, 9.2.4): blocks with their check, chains both
 * ways, asking again, and the card's wishes (block size, more time). The state lives from one reset
 * of the card to the next; one thread at a time.
 *
 * A block that went wrong is asked for again up to CHIP_T1_RETRIES times; then both sides begin
 * anew (RESYNCH). The command itself is sent again only if the card can't have had the whole of it:
 * a cryptogram isn't asked for twice because its answer was garbled.
 */
#pragma once

#include "chip-atr.h"
#include "chip-line.h"

G_BEGIN_DECLS

#define CHIP_T1_RETRIES 3
#define CHIP_T1_RESYNCHS 3
#define CHIP_T1_IFSD_MAX 254

typedef struct
{
  guint8 ns;   /* number of our next I-block, 0 or 1 */
  guint8 nr;   /* of the card's next */
  guint8 ifsc; /* bytes of information that the card takes */
  guint8 ifsd; /* …and that we take */
  gboolean crc;
  gboolean dead; /* only a reset helps */
} ChipT1;

void chip_t1_init (ChipT1 *self, const ChipAtr *atr);
/* Tells the card how much we take: S(IFS request); EMV has it right after the reset. A card that
 * doesn't agree keeps 32. */
ChipOutcome chip_t1_offer_size (ChipT1 *self, const ChipLine *line, guint8 ifsd);
ChipOutcome chip_t1_transmit (ChipT1 *self,
                              const ChipLine *line,
                              BaseSpan command,
                              guint8 answer[CHIP_ANSWER_MAX],
                              gsize *out_size);

/* A command that a reader with a PIN pad makes and sends itself: the first three bytes of its
 * block; then whether the block that came back is good, and what it carries (borrowed from it). A
 * command that the card never got is taken back. */
void chip_t1_begin_foreign (ChipT1 *self, guint8 size, guint8 out_prologue[3]);
gboolean chip_t1_open_foreign (ChipT1 *self, BaseSpan block, BaseSpan *out_information);
void chip_t1_cancel_foreign (ChipT1 *self);

/* The check over a block's other bytes: its length is 1 (LRC) or 2 (CRC). For the emulated side,
 * too. */
gsize chip_t1_check (gboolean crc, BaseSpan block, guint8 out[2]);

G_END_DECLS

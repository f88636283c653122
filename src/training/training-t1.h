/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The card's side of T=1 (ISO 7816-3, 11): blocks with their check, chains both ways, and what it
 * may ask of the terminal. It can be told to do each thing wrong that a card or the line does.
 */
#pragma once

#include "training-chip-end.h"

G_BEGIN_DECLS

typedef struct
{
  guint deaf;           /* so many blocks of the host don't arrive */
  guint spoilt;         /* …of ours arrive with a wrong check byte */
  guint lost;           /* …don't arrive */
  guint wrong_address;  /* …have another NAD */
  guint wrong_sequence; /* …have the wrong number, where they have one */
  guint waits; /* so often it asks for more time before it answers a command; G_MAXUINT: for ever */
  guint8 new_size;     /* asks for blocks of this size before it answers; 0: doesn't */
  gboolean aborts;     /* S(ABORT) instead of an answer */
  gboolean no_size;    /* doesn't know S(IFS) */
  gboolean no_resynch; /* nor S(RESYNCH) */
} TrainingT1Faults;

typedef struct
{
  TrainingT1Faults faults;
  guint8 ns, nr;
  guint8 ifsd; /* bytes of information that the host takes */
  gboolean crc;
  GByteArray *command; /* so far */
  GByteArray *answer;  /* NULL: none under way */
  gsize sent, in_flight;
  GByteArray *last; /* our last block, as it was before the line spoilt it */
  guint resynchs;   /* how often the host began anew */
} TrainingT1;

void training_t1_reset (TrainingT1 *self, gboolean crc);
void training_t1_clear (TrainingT1 *self);
/* FALSE: mute. */
gboolean training_t1_exchange (TrainingT1 *self,
                               const TrainingChipEnd *card,
                               BaseSpan block,
                               GByteArray *out_block);

G_END_DECLS

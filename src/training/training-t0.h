/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The card's side of T=0 as a reader at TPDU level passes it on (ISO 7816-3, 10 and 12.2): data
 * are announced with 61xx and fetched by GET RESPONSE, a wrong length is answered with 6Cxx. A
 * command reaches the card once, however often its answer is asked for.
 */
#pragma once

#include "training-chip-end.h"

G_BEGIN_DECLS

typedef struct
{
  guint8 header[4];   /* of the command that the answer belongs to */
  GByteArray *held;   /* data that wait to be fetched; NULL: none */
  guint16 status;     /* what ends them */
  gboolean announced; /* by 61xx: GET RESPONSE fetches them; else the same command again */
  guint8 portion;     /* not more than so many bytes are announced at once; 0: all */
} TrainingT0;

/* Lets go of what it holds. */
void training_t0_reset (TrainingT0 *self);
/* FALSE: mute. */
gboolean training_t0_exchange (TrainingT0 *self,
                               const TrainingChipEnd *card,
                               BaseSpan tpdu,
                               GByteArray *out_answer);

G_END_DECLS

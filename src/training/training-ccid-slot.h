/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One slot of an emulated chip reader: the card in it, whether it has power, and its protocol.
 */
#pragma once

#include "training-ccid-model.h"
#include "training-chip-end.h"
#include "training-t0.h"
#include "training-t1.h"

G_BEGIN_DECLS

typedef struct
{
  TrainingChipEnd card;
  gboolean present, powered;
  gboolean changed; /* since the host was told */
  guint8 protocol;
  guint8 fidi; /* as the host set it; 0: never */
  guint8 pps;  /* PPS1 of the host; 0: none came */
  guint parity;
  guint tear_at; /* torn out at this command from now; 0: not */
  gboolean torn;
  TrainingT0 t0;
  TrainingT1 t1;
  GByteArray *command; /* chained so far */
  GByteArray *answer;  /* left to be chained; NULL: none */
} TrainingCcidSlot;

void training_ccid_slot_init (TrainingCcidSlot *self);
void training_ccid_slot_clear (TrainingCcidSlot *self);
void training_ccid_slot_insert (TrainingCcidSlot *self, const TrainingChipEnd *card);
void training_ccid_slot_remove (TrainingCcidSlot *self);
void training_ccid_slot_power_off (TrainingCcidSlot *self);
/* Cold, or warm where it has power. The answer to reset, yours; NULL: none. */
GBytes *training_ccid_slot_power_on (TrainingCcidSlot *self,
                                     const TrainingCcidModel *model,
                                     guint8 voltage);
/* A block of the model's level to the card, and its answer. FALSE: mute, or torn out at it, which
 * `torn` tells. */
gboolean training_ccid_slot_carry (TrainingCcidSlot *self,
                                   const TrainingCcidModel *model,
                                   BaseSpan block,
                                   GByteArray *out);
/* Whether blocks of T=1 go through the reader as they are. */
gboolean training_ccid_slot_is_t1 (const TrainingCcidSlot *self, const TrainingCcidModel *model);
/* The digits into the command that the host laid out in PC_to_RDR_Secure's data: units of bytes,
 * left-justified BCD. FALSE: a layout that this pad doesn't do. */
gboolean training_ccid_slot_type_pin (const char *digits, BaseSpan layout, GByteArray *command);

G_END_DECLS

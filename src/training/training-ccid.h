/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An emulated chip card reader (CCID): slots, power, blocks at its level, a PIN pad, notifications
 * and requests for more time, as its model has them. Cards are put in and pulled out at any time,
 * or present themselves as soon as a payment waits: when the host has claimed the reader and asked
 * whether there is a card. Everything below wants the device's lock held.
 */
#pragma once

#include "training-ccid-slot.h"
#include "training-device.h"

G_BEGIN_DECLS

#define TRAINING_CCID_SLOTS_MAX 2
#define TRAINING_CCID_OUT 0x02
#define TRAINING_CCID_IN 0x82
#define TRAINING_CCID_INTERRUPT 0x83
#define TRAINING_CCID_PAUSE_MS 1000 /* before a card presents itself again */

typedef struct _TrainingCcid TrainingCcid;

/* The model is copied, so that a test may change one. */
TrainingCcid *training_ccid_new (const TrainingCcidModel *model);
void training_ccid_free (TrainingCcid *self);
TrainingDevice *training_ccid_device (TrainingCcid *self);

/* The card is copied; what it points to must outlive its stay. */
void training_ccid_insert (TrainingCcid *self, guint slot, const TrainingChipEnd *card);
void training_ccid_remove (TrainingCcid *self, guint slot);
gboolean training_ccid_has_card (const TrainingCcid *self, guint slot);
/* This card presents itself (in slot 0), again and again, and is taken out when the host lets go of
 * it. NULL: none does any more. */
void training_ccid_set_card (TrainingCcid *self, const TrainingChipEnd *card);
/* Whether a payment waits for a card at this moment. */
gboolean training_ccid_is_armed (const TrainingCcid *self);

/* Slot 0's card is torn out at the n-th command (1 …) from now: the card has carried it out, its
 * answer is lost. */
void training_ccid_tear_at (TrainingCcid *self, guint command);
/* What is typed into the pad, digits; NULL: the cancel key; "": nobody types. */
void training_ccid_set_pin (TrainingCcid *self, const char *digits);
/* What the host told it: of PC_to_RDR_SetParameters, 0 where it never came; and whether a PPS
 * came, with its PPS1. */
guint8 training_ccid_fidi (const TrainingCcid *self, guint slot);
guint8 training_ccid_pps (const TrainingCcid *self, guint slot);
/* How often: cold, warm resets; ABORT requests. */
guint training_ccid_resets (const TrainingCcid *self, gboolean warm);
guint training_ccid_aborts (const TrainingCcid *self);
/* The next answers of the card take so long, without a word. */
void training_ccid_set_delay (TrainingCcid *self, guint delay_ms);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TrainingCcid, training_ccid_free)

G_END_DECLS

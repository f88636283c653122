/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "training-ccid-slot.h"

#include "chip-atr.h"

#include <string.h>

#define PPS 0xFF
#define LEVEL_TPDU 0x10000

void
training_ccid_slot_init (TrainingCcidSlot *self)
{
  *self = (TrainingCcidSlot){ .command = g_byte_array_new () };
}

void
training_ccid_slot_clear (TrainingCcidSlot *self)
{
  training_ccid_slot_power_off (self);
  training_t1_clear (&self->t1);
  g_byte_array_unref (self->command);
}

void
training_ccid_slot_power_off (TrainingCcidSlot *self)
{
  self->powered = FALSE;
  training_t0_reset (&self->t0);
  g_byte_array_set_size (self->command, 0);
  g_clear_pointer (&self->answer, g_byte_array_unref);
}

void
training_ccid_slot_insert (TrainingCcidSlot *self, const TrainingChipEnd *card)
{
  training_ccid_slot_power_off (self);
  self->card = *card;
  self->present = self->changed = TRUE;
  self->torn = FALSE;
  if (card->inserted != NULL)
    card->inserted (card->ctx);
}

void
training_ccid_slot_remove (TrainingCcidSlot *self)
{
  training_ccid_slot_power_off (self);
  self->present = FALSE;
  self->changed = TRUE;
}

static void
begin_protocol (TrainingCcidSlot *self, GBytes *bytes)
{
  ChipAtr atr;

  self->protocol = self->fidi = self->pps = 0;
  training_t0_reset (&self->t0);
  training_t1_reset (&self->t1, FALSE);
  if (!chip_atr_read (base_bytes_span (bytes), &atr, NULL))
    return;
  self->protocol = atr.protocol;
  training_t1_reset (&self->t1, (atr.tc3 & 1) != 0);
}

GBytes *
training_ccid_slot_power_on (TrainingCcidSlot *self, const TrainingCcidModel *model, guint8 voltage)
{
  gboolean warm = self->powered;
  GBytes *atr = NULL;

  training_ccid_slot_power_off (self);
  if (self->present && (model->card_voltage == 0 || model->card_voltage == voltage))
    atr = self->card.reset (self->card.ctx, warm);
  if (atr == NULL)
    return NULL;
  self->powered = TRUE;
  self->parity = model->parity;
  begin_protocol (self, atr);
  return atr;
}

/* The card behind the tearing hand: it carries the command out, and the answer is lost. */
static gboolean
transmit_or_tear (gpointer ctx, BaseSpan command, GByteArray *out)
{
  TrainingCcidSlot *self = ctx;
  gboolean good = self->card.transmit (self->card.ctx, command, out);

  if (self->tear_at > 0 && --self->tear_at == 0)
    self->torn = TRUE;
  if (self->card.is_torn != NULL && self->card.is_torn (self->card.ctx))
    self->torn = TRUE;
  return good && !self->torn;
}

static guint
count_extensions (gpointer ctx)
{
  TrainingCcidSlot *self = ctx;

  return self->card.extensions (self->card.ctx);
}

gboolean
training_ccid_slot_is_t1 (const TrainingCcidSlot *self, const TrainingCcidModel *model)
{
  return model->level == LEVEL_TPDU && self->protocol == 1;
}

gboolean
training_ccid_slot_carry (TrainingCcidSlot *self,
                          const TrainingCcidModel *model,
                          BaseSpan block,
                          GByteArray *out)
{
  TrainingChipEnd end = self->card;

  end.transmit = transmit_or_tear;
  end.extensions = NULL;
  end.ctx = self;
  if (model->level == LEVEL_TPDU && block.size > 0 && block.data[0] == PPS)
    {
      self->pps = block.size > 2 ? block.data[2] : 0;
      g_byte_array_append (out, block.data, (guint)block.size);
      return TRUE;
    }
  if (model->mute)
    return FALSE;
  if (training_ccid_slot_is_t1 (self, model))
    {
      end.extensions = self->card.extensions != NULL ? count_extensions : NULL;
      return training_t1_exchange (&self->t1, &end, block, out);
    }
  if (model->level == LEVEL_TPDU)
    return training_t0_exchange (&self->t0, &end, block, out);
  return transmit_or_tear (self, block, out);
}

gboolean
training_ccid_slot_type_pin (const char *digits, BaseSpan layout, GByteArray *command)
{
  guint at = 5 + (layout.data[2] >> 3 & 0x0F), length = (guint)strlen (digits);

  if ((layout.data[2] & 0x87) != 0x81 || layout.data[3] != 0x47 || layout.data[4] != 0x04
      || command->len < at + 7 || length < layout.data[6] || length > layout.data[5])
    return FALSE;
  command->data[5] = (guint8)((command->data[5] & 0xF0) | length);
  for (guint i = 0; i < length; i++)
    {
      guint8 *byte = &command->data[at + i / 2], digit = (guint8)(digits[i] - '0');

      *byte = i % 2 == 0 ? (guint8)(digit << 4 | (*byte & 0x0F)) : (guint8)((*byte & 0xF0) | digit);
    }
  return TRUE;
}

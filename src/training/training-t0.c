/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "training-t0.h"

#define HEADER_SIZE 5
#define INS_GET_RESPONSE 0xC0
#define WHOLE 256
#define SW_DONE 0x9000
#define SW_NOTHING_HELD 0x6985
#define SW_WRONG_LENGTH 0x6700

void
training_t0_reset (TrainingT0 *self)
{
  g_clear_pointer (&self->held, g_byte_array_unref);
  self->announced = FALSE;
}

static void
put_status (GByteArray *out, guint16 status)
{
  const guint8 bytes[] = { (guint8)(status >> 8), (guint8)(status & 0xFF) };

  g_byte_array_append (out, bytes, sizeof bytes);
}

/* How much is announced, or asked to be asked for. */
static guint
next_size (const TrainingT0 *self)
{
  guint size = MIN (self->held->len, WHOLE);

  return self->portion != 0 && self->announced ? MIN (size, self->portion) : size;
}

/* The host wants `wanted` bytes of what is held. */
static void
give_held (TrainingT0 *self, guint wanted, GByteArray *out)
{
  guint size = next_size (self);

  if (wanted > size || (!self->announced && wanted != size))
    {
      put_status (out, (guint16)(0x6C00 | (size & 0xFF)));
      return;
    }
  g_byte_array_append (out, self->held->data, wanted);
  g_byte_array_remove_range (self->held, 0, wanted);
  if (self->held->len > 0)
    {
      put_status (out, (guint16)(0x6100 | (next_size (self) & 0xFF)));
      return;
    }
  put_status (out, self->status);
  training_t0_reset (self);
}

static gboolean
is_same (const TrainingT0 *self, BaseSpan tpdu)
{
  return base_bytes_equal (BASE_SPAN (self->header, sizeof self->header),
                           BASE_SPAN (tpdu.data, sizeof self->header));
}

/* A warning comes first, and its data are fetched after it; else 61xx announces them. */
static void
announce (TrainingT0 *self, GByteArray *out)
{
  guint16 status = self->status;

  self->announced = TRUE;
  if (status == SW_DONE)
    {
      put_status (out, (guint16)(0x6100 | (next_size (self) & 0xFF)));
      return;
    }
  self->status = SW_DONE;
  put_status (out, status);
}

static gboolean
ask_card (TrainingT0 *self, const TrainingChipEnd *card, BaseSpan tpdu, GByteArray *out)
{
  GByteArray *answer = g_byte_array_new ();

  training_t0_reset (self);
  if (!card->transmit (card->ctx, tpdu, answer) || answer->len < 2)
    {
      g_byte_array_unref (answer);
      return FALSE;
    }
  for (guint i = 0; i < sizeof self->header; i++)
    self->header[i] = tpdu.data[i];
  self->status = (guint16)(answer->data[answer->len - 2] << 8 | answer->data[answer->len - 1]);
  g_byte_array_set_size (answer, answer->len - 2);
  if (answer->len == 0)
    {
      put_status (out, self->status);
      g_byte_array_unref (answer);
      return TRUE;
    }
  self->held = answer;
  if (tpdu.size > HEADER_SIZE)
    announce (self, out);
  else
    give_held (self, tpdu.data[4] != 0 ? tpdu.data[4] : WHOLE, out);
  return TRUE;
}

gboolean
training_t0_exchange (TrainingT0 *self,
                      const TrainingChipEnd *card,
                      BaseSpan tpdu,
                      GByteArray *out_answer)
{
  guint wanted;

  if (tpdu.size < HEADER_SIZE
      || (tpdu.size > HEADER_SIZE && tpdu.size != HEADER_SIZE + (gsize)tpdu.data[4]))
    {
      put_status (out_answer, SW_WRONG_LENGTH);
      return TRUE;
    }
  wanted = tpdu.data[4] != 0 ? tpdu.data[4] : WHOLE;
  if (tpdu.data[1] == INS_GET_RESPONSE)
    {
      if (self->held == NULL || !self->announced)
        put_status (out_answer, SW_NOTHING_HELD);
      else
        give_held (self, wanted, out_answer);
      return TRUE;
    }
  if (self->held != NULL && !self->announced && tpdu.size == HEADER_SIZE && is_same (self, tpdu))
    {
      give_held (self, wanted, out_answer);
      return TRUE;
    }
  return ask_card (self, card, tpdu, out_answer);
}

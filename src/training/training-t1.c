/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "training-t1.h"

#include "chip-t1.h"

#define PROLOGUE 3
#define I_SEQUENCE 0x40
#define I_MORE 0x20
#define R_BLOCK 0x80
#define R_SEQUENCE 0x10
#define R_CHECK 0x01
#define R_OTHER 0x02
#define S_RESPONSE 0x20
#define S_RESYNCH 0xC0
#define S_IFS 0xC1
#define S_ABORT 0xC2
#define S_WTX 0xC3
#define OTHER_ADDRESS 0x21

void
training_t1_clear (TrainingT1 *self)
{
  g_clear_pointer (&self->command, g_byte_array_unref);
  g_clear_pointer (&self->answer, g_byte_array_unref);
  g_clear_pointer (&self->last, g_byte_array_unref);
}

static void
begin (TrainingT1 *self)
{
  training_t1_clear (self);
  self->command = g_byte_array_new ();
  self->last = g_byte_array_new ();
  self->ns = self->nr = 0;
  self->sent = self->in_flight = 0;
}

void
training_t1_reset (TrainingT1 *self, gboolean crc)
{
  begin (self);
  self->ifsd = CHIP_IFSC_DEFAULT;
  self->crc = crc;
}

static void
make (TrainingT1 *self, guint8 pcb, BaseSpan information)
{
  const guint8 head[] = { 0, pcb, (guint8)information.size };
  guint8 check[2];
  gsize count;

  g_byte_array_set_size (self->last, 0);
  g_byte_array_append (self->last, head, sizeof head);
  if (information.size > 0)
    g_byte_array_append (self->last, information.data, (guint)information.size);
  count = chip_t1_check (self->crc, BASE_SPAN (self->last->data, self->last->len), check);
  g_byte_array_append (self->last, check, (guint)count);
}

static void
make_ready (TrainingT1 *self, guint8 error)
{
  make (self, (guint8)(R_BLOCK | (self->nr != 0 ? R_SEQUENCE : 0) | error), BASE_SPAN (NULL, 0));
}

static void
make_part (TrainingT1 *self)
{
  gsize left = self->answer->len - self->sent;

  self->in_flight = MIN (left, self->ifsd);
  make (self, (guint8)((self->ns != 0 ? I_SEQUENCE : 0) | (self->in_flight < left ? I_MORE : 0)),
        BASE_SPAN (self->answer->data + self->sent, self->in_flight));
}

/* What the card wants before it answers; FALSE: nothing. */
static gboolean
make_wish (TrainingT1 *self)
{
  const guint8 longer = 1, size = self->faults.new_size;

  if (self->faults.waits > 0)
    {
      self->faults.waits -= self->faults.waits != G_MAXUINT ? 1 : 0;
      make (self, S_WTX, BASE_SPAN (&longer, 1));
      return TRUE;
    }
  if (size == 0)
    return FALSE;
  self->faults.new_size = 0;
  make (self, S_IFS, BASE_SPAN (&size, 1));
  return TRUE;
}

static void
answer_or_wish (TrainingT1 *self)
{
  if (!make_wish (self))
    make_part (self);
}

static gboolean
run_command (TrainingT1 *self, const TrainingChipEnd *card)
{
  g_clear_pointer (&self->answer, g_byte_array_unref);
  self->answer = g_byte_array_new ();
  self->sent = self->in_flight = 0;
  if (!card->transmit (card->ctx, BASE_SPAN (self->command->data, self->command->len),
                       self->answer))
    return FALSE;
  g_byte_array_set_size (self->command, 0);
  if (card->extensions != NULL && self->faults.waits != G_MAXUINT)
    self->faults.waits += card->extensions (card->ctx);
  if (self->faults.aborts)
    make (self, S_ABORT, BASE_SPAN (NULL, 0));
  else
    answer_or_wish (self);
  return TRUE;
}

static void
take_acknowledgement (TrainingT1 *self)
{
  if (self->in_flight == 0)
    return;
  self->sent += self->in_flight;
  self->in_flight = 0;
  self->ns ^= 1;
}

static gboolean
take_data (TrainingT1 *self, const TrainingChipEnd *card, guint8 pcb, BaseSpan data)
{
  if (((pcb & I_SEQUENCE) != 0) != (self->nr != 0))
    {
      make_ready (self, R_OTHER);
      return TRUE;
    }
  take_acknowledgement (self);
  self->nr ^= 1;
  if (data.size > 0)
    g_byte_array_append (self->command, data.data, (guint)data.size);
  if ((pcb & I_MORE) == 0)
    return run_command (self, card);
  make_ready (self, 0);
  return TRUE;
}

/* Asked for the number that is in flight: again; for the next: the next part. */
static void
take_ready (TrainingT1 *self, guint8 pcb)
{
  gboolean named = (pcb & R_SEQUENCE) != 0;

  if (self->answer == NULL || self->in_flight == 0)
    {
      if (self->last->len == 0 || (self->last->data[1] & 0xC0) != 0xC0)
        make_ready (self, 0);
    }
  else if (named == (self->ns != 0))
    make_part (self);
  else if (self->sent + self->in_flight < self->answer->len)
    {
      take_acknowledgement (self);
      make_part (self);
    }
  else
    make_ready (self, 0);
}

static void
take_wish (TrainingT1 *self, guint8 pcb, BaseSpan data)
{
  switch (pcb)
    {
    case S_RESYNCH:
      if (self->faults.no_resynch)
        {
          make_ready (self, R_OTHER);
          return;
        }
      begin (self);
      self->resynchs++;
      make (self, S_RESYNCH | S_RESPONSE, BASE_SPAN (NULL, 0));
      return;
    case S_IFS:
      if (self->faults.no_size || data.size != 1)
        {
          make_ready (self, R_OTHER);
          return;
        }
      self->ifsd = data.data[0];
      make (self, S_IFS | S_RESPONSE, data);
      return;
    case S_IFS | S_RESPONSE:
    case S_WTX | S_RESPONSE:
      if (self->answer != NULL)
        answer_or_wish (self);
      return;
    default:
      make_ready (self, R_OTHER);
      return;
    }
}

static gboolean
is_whole (const TrainingT1 *self, BaseSpan block)
{
  gsize tail = self->crc ? 2 : 1;
  guint8 check[2];

  if (block.size < PROLOGUE + tail || block.size != PROLOGUE + block.data[2] + tail)
    return FALSE;
  (void)chip_t1_check (self->crc, BASE_SPAN (block.data, block.size - tail), check);
  return base_bytes_equal (BASE_SPAN (check, tail),
                           BASE_SPAN (block.data + block.size - tail, tail));
}

static gboolean
take (TrainingT1 *self, const TrainingChipEnd *card, BaseSpan block)
{
  BaseSpan data;
  guint8 pcb;

  if (!is_whole (self, block))
    {
      make_ready (self, R_CHECK);
      return TRUE;
    }
  pcb = block.data[1];
  data = BASE_SPAN (block.data + PROLOGUE, block.data[2]);
  if ((pcb & 0x80) == 0)
    return take_data (self, card, pcb, data);
  if ((pcb & 0x40) == 0)
    take_ready (self, pcb);
  else
    take_wish (self, pcb, data);
  return TRUE;
}

/* One of so many. */
static gboolean
happens (guint *count)
{
  if (*count == 0)
    return FALSE;
  (*count)--;
  return TRUE;
}

static void
renew_check (const TrainingT1 *self, GByteArray *block)
{
  gsize tail = self->crc ? 2 : 1;
  guint8 check[2];

  (void)chip_t1_check (self->crc, BASE_SPAN (block->data, block->len - tail), check);
  for (gsize i = 0; i < tail; i++)
    block->data[block->len - tail + i] = check[i];
}

/* What the line makes of it. */
static gboolean
carry (TrainingT1 *self, GByteArray *out)
{
  if (happens (&self->faults.lost))
    return FALSE;
  g_byte_array_append (out, self->last->data, self->last->len);
  if (happens (&self->faults.wrong_address))
    out->data[0] = OTHER_ADDRESS;
  if ((out->data[1] & 0x80) == 0 && happens (&self->faults.wrong_sequence))
    out->data[1] ^= I_SEQUENCE;
  renew_check (self, out);
  if (happens (&self->faults.spoilt))
    out->data[out->len - 1] ^= 0xFF;
  return TRUE;
}

gboolean
training_t1_exchange (TrainingT1 *self,
                      const TrainingChipEnd *card,
                      BaseSpan block,
                      GByteArray *out_block)
{
  if (happens (&self->faults.deaf))
    return FALSE;
  return take (self, card, block) && carry (self, out_block);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chip-t1.h"

#include "base-secret.h"

#define NAD 0x00
#define PROLOGUE 3
#define ROUNDS_MAX 1000 /* of one command: a card that keeps us busy for ever is mute */

/* The second byte of a block, PCB. */
#define PCB_I_SEQUENCE 0x40
#define PCB_I_MORE 0x20
#define PCB_I_RESERVED 0x1F
#define PCB_R 0x80
#define PCB_R_SEQUENCE 0x10
#define R_GOOD 0x00
#define R_CHECK 0x01
#define R_OTHER 0x02
#define S_RESYNCH_REQUEST 0xC0
#define S_RESYNCH_RESPONSE 0xE0
#define S_IFS_REQUEST 0xC1
#define S_IFS_RESPONSE 0xE1
#define S_ABORT_REQUEST 0xC2
#define S_WTX_REQUEST 0xC3
#define S_WTX_RESPONSE 0xE3

typedef struct
{
  guint8 bytes[CHIP_BLOCK_MAX];
  gsize size;
} Block;

typedef enum
{
  RECEIVED_GOOD,
  RECEIVED_BAD_CHECK,
  RECEIVED_BAD,
  RECEIVED_NOTHING,
  RECEIVED_END, /* no card, no reader: the outcome says which */
} Received;

typedef struct
{
  ChipT1 *state;
  const ChipLine *line;
  BaseSpan command;
  gsize sent;      /* bytes of it that the card has acknowledged */
  gsize in_flight; /* bytes of it in our last I-block */
  guint8 *answer;
  gsize size;
  Block out; /* our last block */
  Block in;
  guint8 waits; /* granted for the next block */
  guint retries, resynchs, rounds;
  ChipOutcome outcome;
} Session;

gsize
chip_t1_check (gboolean crc, BaseSpan block, guint8 out[2])
{
  guint16 sum = crc ? 0xFFFF : 0;

  for (gsize i = 0; i < block.size; i++)
    {
      sum ^= block.data[i];
      for (guint bit = 0; crc && bit < 8; bit++)
        sum = (guint16)(sum >> 1 ^ ((sum & 1) != 0 ? 0x8408 : 0));
    }
  out[0] = (guint8)(crc ? sum >> 8 : sum);
  out[1] = (guint8)(sum & 0xFF);
  return crc ? 2 : 1;
}

void
chip_t1_init (ChipT1 *self, const ChipAtr *atr)
{
  *self = (ChipT1){ .ifsc = MIN (atr->ifsc, CHIP_T1_IFSD_MAX),
                    .ifsd = CHIP_IFSC_DEFAULT,
                    .crc = (atr->tc3 & 0x01) != 0 };
}

/* ---- Blocks ---- */

static void
make (Session *self, guint8 pcb, BaseSpan information)
{
  Block *out = &self->out;
  guint8 check[2];
  gsize count;

  out->bytes[0] = NAD;
  out->bytes[1] = pcb;
  out->bytes[2] = (guint8)information.size;
  for (gsize i = 0; i < information.size; i++)
    out->bytes[PROLOGUE + i] = information.data[i];
  out->size = PROLOGUE + information.size;
  count = chip_t1_check (self->state->crc, BASE_SPAN (out->bytes, out->size), check);
  for (gsize i = 0; i < count; i++)
    out->bytes[out->size++] = check[i];
}

static Received
judge (const Session *self)
{
  gsize tail = self->state->crc ? 2 : 1, size = self->in.size;
  guint8 check[2];

  if (size == 0)
    return RECEIVED_NOTHING;
  if (size < PROLOGUE + tail || self->in.bytes[2] == 0xFF
      || size != PROLOGUE + self->in.bytes[2] + tail)
    return RECEIVED_BAD;
  (void)chip_t1_check (self->state->crc, BASE_SPAN (self->in.bytes, size - tail), check);
  if (!base_bytes_equal (BASE_SPAN (check, tail), BASE_SPAN (self->in.bytes + size - tail, tail)))
    return RECEIVED_BAD_CHECK;
  return self->in.bytes[0] == NAD && self->in.bytes[2] <= self->state->ifsd ? RECEIVED_GOOD
                                                                            : RECEIVED_BAD;
}

static BaseSpan
information (const Session *self)
{
  return BASE_SPAN (self->in.bytes + PROLOGUE, self->in.bytes[2]);
}

/* Our last block goes out, and one comes back. */
static Received
swap (Session *self)
{
  if (++self->rounds > ROUNDS_MAX)
    {
      self->outcome = CHIP_MUTE;
      return RECEIVED_END;
    }
  self->outcome
      = self->line->exchange (self->line->ctx, BASE_SPAN (self->out.bytes, self->out.size),
                              self->waits, self->in.bytes, &self->in.size);
  self->waits = 0;
  if (self->outcome == CHIP_MUTE || self->outcome == CHIP_TIMED_OUT)
    {
      self->in.size = 0;
      return RECEIVED_NOTHING;
    }
  return self->outcome == CHIP_DONE ? judge (self) : RECEIVED_END;
}

static void
make_next_part (Session *self)
{
  gsize left = self->command.size - self->sent;

  self->in_flight = MIN (left, self->state->ifsc);
  make (self,
        (guint8)((self->state->ns != 0 ? PCB_I_SEQUENCE : 0)
                 | (self->in_flight < left ? PCB_I_MORE : 0)),
        BASE_SPAN (self->command.data + self->sent, self->in_flight));
}

static void
make_ready (Session *self, guint8 error)
{
  make (self, (guint8)(PCB_R | (self->state->nr != 0 ? PCB_R_SEQUENCE : 0) | error),
        BASE_SPAN (NULL, 0));
}

/* ---- When something went wrong ---- */

static gboolean
resynchronise (Session *self)
{
  for (guint i = 0; i < CHIP_T1_RETRIES; i++)
    {
      Received received;

      make (self, S_RESYNCH_REQUEST, BASE_SPAN (NULL, 0));
      received = swap (self);
      if (received == RECEIVED_END)
        return FALSE;
      if (received == RECEIVED_GOOD && self->in.bytes[1] == S_RESYNCH_RESPONSE
          && self->in.bytes[2] == 0)
        {
          self->state->ns = self->state->nr = 0;
          self->retries = 0;
          return TRUE;
        }
    }
  self->outcome = CHIP_MUTE;
  return FALSE;
}

/* TRUE: go on with what is in `out` now. */
static gboolean
begin_anew (Session *self)
{
  gboolean whole = self->sent + self->in_flight == self->command.size;

  if (++self->resynchs > CHIP_T1_RESYNCHS || !resynchronise (self))
    {
      self->state->dead = self->outcome == CHIP_MUTE || self->resynchs > CHIP_T1_RESYNCHS;
      self->outcome = self->resynchs > CHIP_T1_RESYNCHS ? CHIP_MUTE : self->outcome;
      return FALSE;
    }
  if (whole)
    {
      self->outcome = CHIP_MUTE; /* it may have been carried out */
      return FALSE;
    }
  self->sent = 0;
  make_next_part (self);
  return TRUE;
}

static gboolean
ask_again (Session *self, guint8 error)
{
  if (++self->retries > CHIP_T1_RETRIES)
    return begin_anew (self);
  make_ready (self, error);
  return TRUE;
}

/* ---- What came ---- */

/* Ours was taken: the number moves on. */
static void
take_acknowledgement (Session *self)
{
  if (self->in_flight == 0)
    return;
  self->sent += self->in_flight;
  self->in_flight = 0;
  self->state->ns ^= 1;
}

/* *out_over: the answer is whole. */
static gboolean
take_data (Session *self, gboolean *out_over)
{
  guint8 pcb = self->in.bytes[1];
  BaseSpan data = information (self);

  if ((pcb & PCB_I_RESERVED) != 0 || ((pcb & PCB_I_SEQUENCE) != 0) != (self->state->nr != 0)
      || self->sent + self->in_flight < self->command.size)
    return ask_again (self, R_OTHER);
  take_acknowledgement (self);
  if (data.size > CHIP_ANSWER_MAX - self->size)
    {
      self->outcome = CHIP_MUTE;
      self->state->dead = TRUE;
      return FALSE;
    }
  for (gsize i = 0; i < data.size; i++)
    self->answer[self->size++] = data.data[i];
  self->state->nr ^= 1;
  self->retries = 0;
  *out_over = (pcb & PCB_I_MORE) == 0;
  make_ready (self, R_GOOD);
  return TRUE;
}

/* The card is ready for the number it names: our next one acknowledges the last, the same one asks
 * for it again. */
static gboolean
take_ready (Session *self)
{
  gboolean named = (self->in.bytes[1] & PCB_R_SEQUENCE) != 0;

  if (self->in.bytes[2] != 0 || (self->in.bytes[1] & 0x20) != 0)
    return ask_again (self, R_OTHER);
  if (self->in_flight > 0 && named != (self->state->ns != 0)
      && self->sent + self->in_flight < self->command.size)
    {
      self->retries = 0;
      take_acknowledgement (self);
      make_next_part (self);
      return TRUE;
    }
  if (++self->retries > CHIP_T1_RETRIES)
    return begin_anew (self);
  if (self->in_flight > 0 && named == (self->state->ns != 0))
    make_next_part (self);
  else
    make_ready (self, R_GOOD);
  return TRUE;
}

static gboolean
take_wish (Session *self)
{
  BaseSpan data = information (self);

  switch (self->in.bytes[1])
    {
    case S_IFS_REQUEST:
      if (data.size != 1 || data.data[0] < 1 || data.data[0] > CHIP_T1_IFSD_MAX)
        return ask_again (self, R_OTHER);
      self->state->ifsc = data.data[0];
      make (self, S_IFS_RESPONSE, data);
      return TRUE;
    case S_WTX_REQUEST:
      if (data.size != 1 || data.data[0] == 0)
        return ask_again (self, R_OTHER);
      self->waits = data.data[0];
      make (self, S_WTX_RESPONSE, data);
      return TRUE;
    case S_ABORT_REQUEST: /* what was under way comes to nothing */
      self->outcome = CHIP_MUTE;
      self->state->dead = TRUE;
      return FALSE;
    default:
      return ask_again (self, R_OTHER);
    }
}

static gboolean
take_block (Session *self, gboolean *out_over)
{
  guint8 pcb = self->in.bytes[1];

  if ((pcb & 0x80) == 0)
    return take_data (self, out_over);
  return (pcb & 0x40) == 0 ? take_ready (self) : take_wish (self);
}

static gboolean
go_on (Session *self, gboolean *out_over)
{
  switch (swap (self))
    {
    case RECEIVED_GOOD:
      return take_block (self, out_over);
    case RECEIVED_BAD_CHECK:
      return ask_again (self, R_CHECK);
    case RECEIVED_BAD:
    case RECEIVED_NOTHING:
      return ask_again (self, R_OTHER);
    case RECEIVED_END:
      return FALSE;
    }
  g_assert_not_reached ();
}

ChipOutcome
chip_t1_transmit (ChipT1 *self,
                  const ChipLine *line,
                  BaseSpan command,
                  guint8 answer[CHIP_ANSWER_MAX],
                  gsize *out_size)
{
  Session session = { .state = self, .line = line, .command = command, .answer = answer };
  gboolean over = FALSE;

  *out_size = 0;
  if (command.size == 0 || command.size > CHIP_COMMAND_MAX)
    return CHIP_REFUSED;
  if (self->dead)
    return CHIP_MUTE;
  make_next_part (&session);
  while (!over && go_on (&session, &over))
    ;
  base_secret_wipe (&session.out, sizeof session.out);
  base_secret_wipe (&session.in, sizeof session.in);
  if (!over)
    return session.outcome;
  if (session.size < 2)
    return CHIP_MUTE;
  *out_size = session.size;
  return CHIP_DONE;
}

ChipOutcome
chip_t1_offer_size (ChipT1 *self, const ChipLine *line, guint8 ifsd)
{
  Session session = { .state = self, .line = line };

  for (guint i = 0; i < CHIP_T1_RETRIES; i++)
    {
      Received received;

      make (&session, S_IFS_REQUEST, BASE_SPAN (&ifsd, 1));
      received = swap (&session);
      if (received == RECEIVED_END)
        return session.outcome;
      if (received == RECEIVED_GOOD && session.in.bytes[1] == S_IFS_RESPONSE
          && base_bytes_equal (information (&session), BASE_SPAN (&ifsd, 1)))
        {
          self->ifsd = ifsd;
          return CHIP_DONE;
        }
    }
  return CHIP_DONE; /* it keeps what it had */
}

/* ---- A command that the reader sends itself ---- */

void
chip_t1_begin_foreign (ChipT1 *self, guint8 size, guint8 out_prologue[3])
{
  out_prologue[0] = NAD;
  out_prologue[1] = self->ns != 0 ? PCB_I_SEQUENCE : 0;
  out_prologue[2] = size;
  self->ns ^= 1;
}

gboolean
chip_t1_open_foreign (ChipT1 *self, BaseSpan block, BaseSpan *out_information)
{
  gsize tail = self->crc ? 2 : 1;
  guint8 check[2];

  if (block.size < PROLOGUE + tail || block.size != PROLOGUE + block.data[2] + tail
      || (block.data[1] & ~(guint)PCB_I_SEQUENCE) != 0
      || ((block.data[1] & PCB_I_SEQUENCE) != 0) != (self->nr != 0))
    return FALSE;
  (void)chip_t1_check (self->crc, BASE_SPAN (block.data, block.size - tail), check);
  if (!base_bytes_equal (BASE_SPAN (check, tail), BASE_SPAN (block.data + block.size - tail, tail)))
    return FALSE;
  *out_information = BASE_SPAN (block.data + PROLOGUE, block.data[2]);
  self->nr ^= 1;
  return TRUE;
}

void
chip_t1_cancel_foreign (ChipT1 *self)
{
  self->ns ^= 1;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chip-t0.h"

#include "base-secret.h"

#define HEADER_SIZE 4
#define SW_SIZE 2
#define SW1_MORE 0x61
#define SW1_WRONG_LENGTH 0x6C
#define SW1_WARNING_SAME 0x62
#define SW1_WARNING_CHANGED 0x63
#define INS_GET_RESPONSE 0xC0
#define ROUNDS_MAX 16

typedef struct
{
  const ChipLine *line;
  guint8 *answer;
  gsize size; /* of the data so far */
  guint8 sw1, sw2;
} Exchange;

/* One TPDU; its data are appended, its status replaces the one before. */
static ChipOutcome
exchange (Exchange *self, BaseSpan tpdu)
{
  guint8 block[CHIP_BLOCK_MAX];
  gsize size;
  ChipOutcome outcome = self->line->exchange (self->line->ctx, tpdu, 0, block, &size);

  if (outcome == CHIP_DONE
      && (size < SW_SIZE || size - SW_SIZE > CHIP_ANSWER_MAX - SW_SIZE - self->size))
    outcome = CHIP_MUTE;
  if (outcome == CHIP_DONE)
    {
      for (gsize i = 0; i < size - SW_SIZE; i++)
        self->answer[self->size++] = block[i];
      self->sw1 = block[size - 2];
      self->sw2 = block[size - 1];
    }
  base_secret_wipe (block, sizeof block);
  return outcome;
}

static ChipOutcome
ask_for (Exchange *self, const guint8 header[HEADER_SIZE], guint8 size)
{
  const guint8 tpdu[] = { header[0], header[1], header[2], header[3], size };

  return exchange (self, BASE_SPAN (tpdu, sizeof tpdu));
}

/* Until the status is no longer about the transport. A warning before any data came in answer to a
 * command that wants some: they are fetched, and the warning is what is told in the end. */
static ChipOutcome
settle (Exchange *self, const guint8 *command, gboolean wants_data)
{
  /* Of the command's class, its logical channel alone (annex A). */
  const guint8 get[HEADER_SIZE] = { command[0] & 0x03, INS_GET_RESPONSE, 0, 0 };
  ChipOutcome outcome = CHIP_DONE;
  guint8 warning[2] = { 0, 0 };

  for (guint i = 0; outcome == CHIP_DONE && i < ROUNDS_MAX; i++)
    {
      if (self->sw1 == SW1_MORE)
        outcome = ask_for (self, get, self->sw2);
      else if (self->sw1 == SW1_WRONG_LENGTH)
        outcome = ask_for (self, i == 0 ? command : get, self->sw2);
      else if ((self->sw1 == SW1_WARNING_SAME || self->sw1 == SW1_WARNING_CHANGED) && wants_data
               && self->size == 0 && warning[0] == 0)
        {
          warning[0] = self->sw1;
          warning[1] = self->sw2;
          outcome = ask_for (self, get, 0);
        }
      else
        break;
    }
  if (outcome == CHIP_DONE && warning[0] != 0 && (self->sw1 == 0x90 || self->size == 0))
    {
      self->sw1 = warning[0];
      self->sw2 = warning[1];
    }
  return outcome;
}

ChipOutcome
chip_t0_transmit (const ChipLine *line,
                  BaseSpan command,
                  guint8 answer[CHIP_ANSWER_MAX],
                  gsize *out_size)
{
  Exchange self = { .line = line, .answer = answer };
  guint8 tpdu[CHIP_COMMAND_MAX] = { 0 };
  gsize data, size = command.size;
  gboolean is_case_4;
  ChipOutcome outcome;

  *out_size = 0;
  if (command.size < HEADER_SIZE || command.size > CHIP_COMMAND_MAX)
    return CHIP_REFUSED;
  for (gsize i = 0; i < command.size; i++)
    tpdu[i] = command.data[i];
  data = command.size > HEADER_SIZE + 1 ? command.data[HEADER_SIZE] : 0;
  if (data > 0 && command.size != HEADER_SIZE + 1 + data && command.size != HEADER_SIZE + 2 + data)
    return CHIP_REFUSED;
  is_case_4 = data > 0 && command.size == HEADER_SIZE + 2 + data;
  if (is_case_4)
    size--; /* Le stays behind */
  if (command.size == HEADER_SIZE)
    size++; /* case 1: P3 is 00 */
  outcome = exchange (&self, BASE_SPAN (tpdu, size));
  base_secret_wipe (tpdu, sizeof tpdu);
  if (outcome == CHIP_DONE)
    outcome = settle (&self, command.data, is_case_4);
  if (outcome != CHIP_DONE)
    return outcome;
  answer[self.size] = self.sw1;
  answer[self.size + 1] = self.sw2;
  *out_size = self.size + SW_SIZE;
  return CHIP_DONE;
}

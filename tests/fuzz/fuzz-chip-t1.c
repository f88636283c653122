/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chip-t1.h"

#include <string.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

typedef struct
{
  BaseReader reader;
  gboolean crc;
} Card;

/* What comes is a length and that many bytes; of a length with bit 7, the check is made right, so
 * that more than its failure is tried. The end of the input is a card that is gone. */
static ChipOutcome
answer_block (gpointer ctx,
              BaseSpan block,
              guint8 waits,
              guint8 answer[CHIP_BLOCK_MAX],
              gsize *out_size)
{
  Card *card = ctx;
  guint8 head, check[2];
  BaseSpan bytes;
  gsize count;

  *out_size = 0;
  g_assert (block.size >= 4 && block.size <= CHIP_BLOCK_MAX);
  if (!base_reader_u8 (&card->reader, &head)
      || !base_reader_take (&card->reader, MIN (head & 0x7Fu, base_reader_left (&card->reader)),
                            &bytes))
    return CHIP_NO_CARD;
  if (bytes.size == 0)
    return CHIP_MUTE;
  for (gsize i = 0; i < bytes.size; i++)
    answer[i] = bytes.data[i];
  *out_size = bytes.size;
  if ((head & 0x80) == 0)
    return CHIP_DONE;
  if (bytes.size > 2)
    answer[2] = (guint8)(bytes.size - 3);
  count = chip_t1_check (card->crc, bytes.size > 2 ? BASE_SPAN (answer, bytes.size) : bytes, check);
  for (gsize i = 0; i < count; i++)
    answer[(*out_size)++] = check[i];
  return CHIP_DONE;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  Card card = { .crc = size > 0 && (data[0] & 1) != 0 };
  const ChipLine line = { answer_block, &card };
  ChipAtr atr = { .ifsc = 32, .tc3 = card.crc ? 1 : 0 };
  guint8 command[100] = { 0x00, 0xA4, 0x04, 0x00, 95 }, answer[CHIP_ANSWER_MAX];
  ChipT1 state;
  gsize got;

  base_reader_init (&card.reader, BASE_SPAN (data, size));
  chip_t1_init (&state, &atr);
  (void)chip_t1_offer_size (&state, &line, 254);
  for (guint i = 0; i < 3; i++)
    {
      ChipOutcome outcome = chip_t1_transmit (
          &state, &line, BASE_SPAN (command, i == 0 ? 5 : sizeof command), answer, &got);

      g_assert (outcome == CHIP_DONE ? got >= 2 && got <= CHIP_ANSWER_MAX : got == 0);
      g_assert (state.ns <= 1 && state.nr <= 1);
    }
  return 0;
}

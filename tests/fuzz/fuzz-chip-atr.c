/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chip-atr.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  ChipAtr atr;

  if (!chip_atr_read (BASE_SPAN (data, size), &atr, NULL))
    return 0;
  g_assert (atr.size == size && atr.size <= CHIP_ATR_MAX);
  g_assert (atr.historical_size <= CHIP_HISTORICAL_MAX);
  g_assert (atr.protocols != 0);
  /* What is borne of a card at first is borne after a warm reset, too. */
  g_assert (!chip_atr_is_emv (&atr, FALSE, NULL) || chip_atr_is_emv (&atr, TRUE, NULL));
  return 0;
}

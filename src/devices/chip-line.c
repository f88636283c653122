/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chip-line.h"

const char *
chip_line_word (ChipOutcome outcome)
{
  static const char *const words[] = { "done",      "no-card",   "mute",    "removed", "gone",
                                       "timed-out", "cancelled", "refused", "fault" };

  return words[outcome];
}

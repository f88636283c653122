/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Commands over T=0 (ISO 7816-3, 10 and 12.2; EMV 4.4 Book 1, 9.2.2 and annex A): which part of a
 * command goes as a TPDU, and how its answer is fetched (61xx) or asked for again (6Cxx). The
 * reader deals with the procedure bytes. No state.
 */
#pragma once

#include "chip-line.h"

G_BEGIN_DECLS

/* A whole command of 4 to 261 bytes; `answer` gets data and SW1 SW2. MUTE for an answer that can't
 * be one. */
ChipOutcome chip_t0_transmit (const ChipLine *line,
                              BaseSpan command,
                              guint8 answer[CHIP_ANSWER_MAX],
                              gsize *out_size);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The training bench: what stands on the counter in training mode, to play with. A station opened
 * for training has one; another has none. It swipes test cards, takes the paper out, pulls cables
 * cuts the acquirer's line and makes its answers get lost; the till itself sees only emulated USB
 * devices and a sandbox acquirer that is or isn't there. Main thread only.
 *
 * Properties (read/write, notify): paper-in, cover-open, printer-plugged, reader-plugged, line-up,
 * answers-come : boolean. Signal: "paper-changed": more came out of the printer.
 */
#pragma once

#include "till-station.h"

G_BEGIN_DECLS

#define TILL_TYPE_BENCH (till_bench_get_type ())
G_DECLARE_FINAL_TYPE (TillBench, till_bench, TILL, BENCH, GObject)

typedef struct
{
  const char *id;     /* stable: "approved", "declined" … */
  const char *name;   /* English, short: the window translates it */
  const char *masked; /* first 6, last 4 */
} TillBenchCard;

/* NULL unless the station is open for training. Borrowed. */
TillBench *till_station_bench (TillStation *station);
const TillBenchCard *till_bench_cards (TillBench *self, guint *out_count);
/* Swipes it now; only a reader that waits for a card notices. */
void till_bench_swipe (TillBench *self, const char *card_id);
/* A chip card ("chip…") is put in instead, and stays until it is taken out or another comes. */
void till_bench_take_out (TillBench *self);

/* The paper as it came out since the last tear-off: 1 bit a dot, MSB first, 1 is black. `bits` is
 * yours. */
typedef struct
{
  guint width, height, stride; /* dots, dots, bytes */
  GBytes *bits;
} TillBenchPaper;
void till_bench_paper (TillBench *self, TillBenchPaper *out_paper);
void till_bench_tear_off (TillBench *self);

G_END_DECLS

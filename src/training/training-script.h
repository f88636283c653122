/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The script of till-usb-bench: a line each for what happens to the emulated devices. A line may
 * begin with how long to wait since the line before it ("500ms", "2s"), with how many bytes the
 * printer must have received in all ("4096B"), or with how many commands the chip ("6C"). Pure.
 */
#pragma once

#include "base-bytes.h"

G_BEGIN_DECLS

#define TRAINING_SCRIPT_LINES_MAX 1000
#define TRAINING_SCRIPT_WAIT_MAX_MS (10 * 60 * 1000)

typedef enum
{
  TRAINING_SCRIPT_PLUG, /* printer | stripe | chip */
  TRAINING_SCRIPT_UNPLUG,
  TRAINING_SCRIPT_SWIPE,       /* as soon as a payment waits for a card */
  TRAINING_SCRIPT_SWIPE_EARLY, /* at once, whether anybody waits or not */
  TRAINING_SCRIPT_PAPER_OUT,
  TRAINING_SCRIPT_PAPER_IN,
  TRAINING_SCRIPT_COVER_OPEN,
  TRAINING_SCRIPT_COVER_CLOSED,
  TRAINING_SCRIPT_STALL, /* epNN: halted until the host clears it */
  TRAINING_SCRIPT_HANG,  /* epNN: takes and gives nothing */
  TRAINING_SCRIPT_UNHANG,
  TRAINING_SCRIPT_BUSY, /* printer | stripe | chip: another program claims it */
  TRAINING_SCRIPT_FREE,
  TRAINING_SCRIPT_SPEED,  /* bytes a second */
  TRAINING_SCRIPT_INSERT, /* a chip card, as soon as a payment waits for one */
  TRAINING_SCRIPT_REMOVE,
  TRAINING_SCRIPT_TEAR, /* torn out at that command from now, once it was carried out */
} TrainingScriptAct;

typedef enum
{
  TRAINING_SCRIPT_STRIPE,
  TRAINING_SCRIPT_PRINTER,
  TRAINING_SCRIPT_CHIP,
} TrainingScriptDevice;

typedef struct
{
  TrainingScriptAct act;
  guint line;
  guint wait_ms;
  guint64 wait_bytes;
  guint wait_commands;
  TrainingScriptDevice device;
  guint number; /* endpoint, speed, command */
} TrainingScriptStep;

/* Array of TrainingScriptStep; G_IO_ERROR_INVALID_DATA naming the line. */
GArray *training_script_parse (const char *text, GError **error);

G_END_DECLS

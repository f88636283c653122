/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An emulated chip as its reader sees it: what it says after a reset, and what it answers to a
 * command. The protocols (T=0, T=1) are added by training-t0 and training-t1.
 */
#pragma once

#include "base-bytes.h"

G_BEGIN_DECLS

typedef struct
{
  /* The answer to reset. Yours; NULL: mute. */
  GBytes *(*reset) (gpointer ctx, gboolean warm);
  /* Appends data and SW1 SW2. FALSE: mute, or torn out. */
  gboolean (*transmit) (gpointer ctx, BaseSpan command, GByteArray *out_answer);
  /* All below may be NULL. It was put in. */
  void (*inserted) (gpointer ctx);
  /* How often it asked for more time before the answer to the command before. */
  guint (*extensions) (gpointer ctx);
  /* Whether that command was the one at which somebody tore it out. */
  gboolean (*is_torn) (gpointer ctx);
  gpointer ctx;
} TrainingChipEnd;

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The IEEE-1284 identity that a printer tells about itself: "MFG:…;MDL:…;CMD:ESC/POS;". Its two
 * length bytes are wrong on many printers, so they only ever shorten what really arrived. Pure.
 */
#pragma once

#include "base-bytes.h"

G_BEGIN_DECLS

#define PRINTER_ID_SIZE_MAX 1024
#define PRINTER_ID_VALUE_MAX 127

typedef struct
{
  char maker[PRINTER_ID_VALUE_MAX + 1];
  char model[PRINTER_ID_VALUE_MAX + 1];
  char commands[PRINTER_ID_VALUE_MAX + 1];
  char serial[PRINTER_ID_VALUE_MAX + 1];
} PrinterId;

/* FALSE, and an empty id, when nothing in there makes sense. Text is reduced to printable ASCII. */
gboolean printer_id_parse (BaseSpan answer, PrinterId *out_id);

G_END_DECLS

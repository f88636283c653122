/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a reader's own PIN pad is told: which VERIFY it shall complete with the digits that are
 * typed into it and send to the card by itself (EMV 4.4 Book 3, 6.5.12; a block of format 2 of ISO
 * 9564), as CCID 1.1, 6.1.11.2 and PC/SC part 10, 2.5.2 lay it out. For the two ways to a reader.
 * The digits never come here. Pure.
 */
#pragma once

#include "base-bytes.h"

G_BEGIN_DECLS

#define CHIP_PIN_SECONDS 25 /* and a little: less than one USB transfer may take */
#define CHIP_PIN_COMMAND_SIZE 13
#define CHIP_PIN_ORDER_MAX 40

typedef enum
{
  CHIP_PIN_SENT,      /* the card has answered */
  CHIP_PIN_TIMED_OUT, /* nobody typed */
  CHIP_PIN_CANCELLED, /* the pad's own key */
  CHIP_PIN_NONE,      /* no pad, or it doesn't work */
} ChipPin;

typedef struct
{
  gboolean display;   /* it shows its own words; a pad without a display may refuse any */
  guint8 prologue[3]; /* of T=1, where blocks are the host's to number; else 0 */
} ChipPinOrder;

/* Their size. */
gsize chip_pin_write_ccid (const ChipPinOrder *self, guint8 out_bytes[CHIP_PIN_ORDER_MAX]);
gsize chip_pin_write_pcsc (const ChipPinOrder *self, guint8 out_bytes[CHIP_PIN_ORDER_MAX]);
/* Some pads tell by a status of their own that nothing was typed. */
ChipPin chip_pin_by_status (guint16 status);
/* Whether a CCID reader's error (bError) is about its display and what it should say there: nothing
 * was typed yet. */
gboolean chip_pin_is_about_display (guint8 error);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The answer to reset of a contact chip: what ISO 7816-3, 8 lets it say, and what EMV (4.4 Book 1,
 * 8.3) lets a payment card say of that. Pure, any thread.
 */
#pragma once

#include "base-bytes.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define CHIP_ATR_MAX 33 /* bytes, with TS */
#define CHIP_HISTORICAL_MAX 15
#define CHIP_FIDI_DEFAULT 0x11 /* F = 372, D = 1 */
#define CHIP_IFSC_DEFAULT 32
#define CHIP_WI_DEFAULT 10

typedef struct
{
  guint8 bytes[CHIP_ATR_MAX];
  gsize size;
  gboolean inverse;  /* TS is 3F */
  guint8 protocol;   /* the first that is offered, or TA2's: 0, 1 … */
  guint protocols;   /* bit n: T=n is offered */
  guint8 fidi;       /* TA1 */
  gboolean specific; /* TA2 is there: its protocol and no other, without PPS */
  gboolean implicit; /* …at a speed that isn't TA1's */
  gboolean has_tb1;
  guint8 tb1;   /* programming voltage, which no card of today has */
  guint8 guard; /* TC1: extra guard time in etu; 255: the least */
  guint8 wi;    /* TC2: waiting integer of T=0 */
  guint8 ifsc;  /* T=1: bytes of information in a block that the card takes */
  gboolean has_tb3;
  guint8 cwi, bwi; /* T=1: waiting integers */
  guint8 tc3;      /* T=1: bit 1: CRC instead of LRC */
  guint8 historical[CHIP_HISTORICAL_MAX];
  gsize historical_size;
} ChipAtr;

/* DEVICE_ERROR_DATA names what is wrong: too short, too long, TS, TCK. */
gboolean chip_atr_read (BaseSpan bytes, ChipAtr *out_atr, GError **error);
/* Whether a payment terminal works with it. `warm`: after a second reset, where more is borne. */
gboolean chip_atr_is_emv (const ChipAtr *self, gboolean warm, GError **error);
/* Clock rate conversion and baud rate adjustment of a TA1; 0 where it is reserved. */
guint chip_atr_f (guint8 fidi);
guint chip_atr_d (guint8 fidi);

G_END_DECLS

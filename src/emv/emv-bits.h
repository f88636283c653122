/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the bits of a data object mean (EMV 4.4 Book 3, Annex C, and Book 4, Annex A): one table,
 * for those objects that are flags and not numbers. Pure, any thread.
 */
#pragma once

#include "base-bytes.h"

G_BEGIN_DECLS

typedef struct
{
  guint byte;     /* 1: the first */
  guint8 mask;    /* the bits it is about; 0: four bytes from there on are `number` */
  guint8 bits;    /* what they are, in their places */
  guint32 number; /* an amount of a CVM list, in the smallest unit of the application's currency */
  const char *text; /* English, for gettext */
} EmvMeaning;

/* Whether its bits have meanings: TVR, TSI, AIP, AUC, CID, action codes of issuer and terminal, CVM
 * list and results, terminal capabilities. */
gboolean emv_bits_has (guint32 tag);
/* Array of EmvMeaning: the flags that are set, and each field of several bits; what lies behind
 * the end of a short value is left out. Empty for other tags. Yours. */
GArray *emv_bits_explain (guint32 tag, BaseSpan value);

G_END_DECLS

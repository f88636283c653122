/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A phase of the kernel by itself: a terminal with one application, a sale with fixed date and
 * numbers, and a card that is a transcript. What the phases before would have left is put in.
 */
#pragma once

#include "emv-kernel-private.h"

#define EMV_TESTING_AID "F054494C4C0102"

typedef struct
{
  EmvTerminal terminal; /* may be changed before start() */
  EmvSale sale;
  EmvHolder holder;
  EmvKernel *kernel;
  const char *talk; /* what is left of the transcript */
} EmvTest;

/* No action codes, a floor limit of 100.00, nothing drawn; amount 50.00, 2026-11-23. */
void emv_testing_init (EmvTest *self);
/* All of the transcript must have been said. */
void emv_testing_clear (EmvTest *self);
EmvApplicationRules *emv_testing_rules (EmvTest *self, guint index);
/* A second one and so on: its name in hex. */
EmvApplicationRules *emv_testing_add_rules (EmvTest *self, const char *aid);
void emv_testing_fill (guint8 *bytes, gsize size, const char *hex);

/* A kernel that has selected the first application. `talk`: "COMMAND>ANSWER COMMAND>ANSWER", hex
 * with the status at the end; "-": the card is gone, "~": it is mute, "!": the reader is. */
void emv_testing_start (EmvTest *self, const char *talk);
/* As if the card had given these objects (BER-TLV in hex), one level. */
void emv_testing_put (EmvTest *self, const char *objects);
/* The TVR as the phases before left it. */
void emv_testing_results (EmvTest *self, const char *tvr);
/* NULL: it isn't there. */
void emv_testing_check (const EmvTest *self, guint32 tag, const char *hex);
void emv_testing_check_results (const EmvTest *self, const char *tvr, const char *tsi);

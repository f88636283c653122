/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A training card at the till's kernel, without a reader: the shop's terminal of chip.ini, a sale
 * with fixed date, time and numbers, and an issuer that checks what the card says from what the
 * terminal would send.
 */
#pragma once

#include "base-secret.h"
#include "emv-kernel.h"
#include "training-chip.h"

#define CARD_TESTING_DATE 20261123
#define CARD_TESTING_PAD 0x80 /* 9F33 byte 2: plain-text PIN */

typedef struct
{
  TrainingChip *chip;
  EmvTerminal terminal;
  EmvSale sale;
  EmvHolder holder;
  EmvKernel *kernel;
  int choice;      /* of the applications */
  const char *pin; /* what the holder types; NULL: there is no pad */
  guint asked;     /* how often for an application */
  gint64 logged;
  /* May change an answer on its way (data and status); NULL: nothing is changed. */
  void (*bend) (gpointer ctx, guint command, GByteArray *answer);
  gpointer bend_ctx;
} CardTest;

void card_testing_init (CardTest *test, const char *kind, gint64 amount_minor);
void card_testing_clear (CardTest *test);
/* Resets the card, as a reader would, and runs; the kernel before is freed. */
EmvSays card_testing_run (CardTest *test);
/* As the issuer: checks the cryptogram of the kernel's data. */
gboolean card_testing_is_genuine (const CardTest *test);
/* The issuer's 91 for that code; yours. */
GBytes *card_testing_proof (const CardTest *test, const char *code, gboolean right);
/* A script's command with the issuer's code, as object 86; `head` is CLA INS P1 P2. */
void card_testing_script (const CardTest *test, const char *head, BaseSpan plain, GByteArray *out);
/* What a script's code is made under, and a new PIN enciphered; yours. */
BaseSecret *card_testing_script_key (const CardTest *test);
EmvSays card_testing_answer (CardTest *test, const char *code, BaseSpan issuer_data);
char *card_testing_hex (const CardTest *test, guint32 tag);

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An emulated payment chip (EMV 4.4, contact): it computes what a real one computes, with keys that
 * everybody has. The card is data (training-chip-file.h); this answers for it: whole commands in,
 * data and status out. What lies between a reader and a chip (T=0, T=1) is the emulated reader's
 * (training-chip-end.h). It uses none of the till's kernel. One thread at a time.
 *
 * Cryptograms and the codes of scripts are training-issuer.h's, over what CDOL1 brings for the
 * first and CDOL2 for the second cryptogram, in whatever order; a list that doesn't bring all of it
 * gets no cryptogram (6985). The issuer's answer (91) is method 1: crypto_emv_arpc() under the
 * session's key; it comes by EXTERNAL AUTHENTICATE or, where the profile (82) hasn't that, in
 * CDOL2.
 *
 * A script's command has class 84 and ends in the code: 841E application block · 8418 unblock ·
 * 8416 card block · 84240000 the PIN's tries unblocked · 84240002 with a new PIN (its format 2
 * block by TDES under the session key of the script's code) · 84DA and a tag: put data (9F14, 9F23,
 * 9F50 … 9F7F).
 */
#pragma once

#include "training-chip-end.h"
#include "training-chip-file.h"

G_BEGIN_DECLS

#define TRAINING_CHIP_COMMAND_MAX 261
#define TRAINING_CHIP_ANSWER_MAX 258 /* with the status */

typedef struct _TrainingChip TrainingChip;

/* Takes the file. Makes the certificates; an error says which key or issuer isn't there. */
TrainingChip *training_chip_new (TrainingChipFile *file, GError **error);
void training_chip_free (TrainingChip *self);

/* What a real card keeps without power is kept in this file from now on, and read from it if it is
 * there: counters, PIN and its tries, what was blocked or put. */
gboolean training_chip_keep (TrainingChip *self, const char *path, GError **error);

/* Power on (a cold reset) or a warm one: the answer to reset, yours; NULL: mute. What was going on
 * is over; what the card keeps, it keeps. */
GBytes *training_chip_reset (TrainingChip *self, gboolean warm);
/* The card is put in (again): commands count from 1, and one that was torn out is whole. */
void training_chip_insert (TrainingChip *self);
/* A whole command, and what the chip says: data and two bytes of status. FALSE: nothing, it is
 * mute, or torn out. The command may have been carried out before the card was torn out. */
gboolean training_chip_transmit (TrainingChip *self, BaseSpan command, GByteArray *out_answer);

/* How often the last command's answer asked for more time before it came: WTX, or as many NULL
 * bytes, or time extensions of a reader that hides both. */
guint training_chip_extensions (const TrainingChip *self);
gboolean training_chip_is_torn (const TrainingChip *self);
/* Torn out at that command: before it was carried out, or after it and before its answer. */
void training_chip_tear_at (TrainingChip *self, guint command, gboolean after);
/* As a reader sees it; the chip is borrowed. */
TrainingChipEnd training_chip_end (TrainingChip *self);
/* Commands since it was put in. */
guint training_chip_commands (const TrainingChip *self);
/* What VERIFY has to bring for this PIN: a format 2 block. FALSE: it isn't 4 … 12 digits. */
gboolean training_chip_pin_block (const char *pin, guint8 out_block[8]);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TrainingChip, training_chip_free)

G_END_DECLS

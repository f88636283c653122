/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A test card's tracks in the clear, as a person writes them:
 * "%B4761739001010119^CARD/TEST^2212…?;4761739001010119=2212…?". Only the emulated readers hold
 * one. Pure.
 */
#pragma once

#include "base-bytes.h"

G_BEGIN_DECLS

#define TRAINING_CARD_TRACKS 3
#define TRAINING_CARD_TRACK_MAX 110
#define TRAINING_CARD_LINES_MAX 1000

typedef struct
{
  char *tracks[TRAINING_CARD_TRACKS]; /* sentinels included; NULL where there is none */
} TrainingCard;

/* G_IO_ERROR_INVALID_DATA when it has neither track 1 nor 2, or one is too long or has characters
 * that no card carries. */
TrainingCard *training_card_parse (const char *text, GError **error);
void training_card_free (TrainingCard *self);
/* The cards of a swipe file: one a line; a line with track 1 alone takes the following line's
 * track 2. Empty lines and lines that begin with '#' are skipped. An error names the line. Array of
 * TrainingCard. */
GPtrArray *training_card_parse_file (const char *text, GError **error);
/* As readers mask: six digits, filler, four digits; dates and the rest after it filled as well.
 * Yours. */
char *training_card_mask (const char *track, char filler);
/* The same with the service code left, as readers can be told to. */
char *training_card_mask_but_service (const char *track, char filler);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TrainingCard, training_card_free)

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A card of a few instructions and an emulated reader inside the process, for the tests of what
 * lies between a till and a chip. The card keeps what it got:
 *
 *   A4  case 4: gives its data back, reversed      B2  case 2: P1 bytes 00, 01, …
 *   82  case 3: 9000                               D6  case 3, any length: 9000
 *   1E  case 1: 9000                               CA  case 4: P1 bytes after a warning (6283)
 *   20  VERIFY: 9000 for PIN 1234, else 63C2       FF  mute
 */
#pragma once

#include "chip-reader.h"
#include "training-ccid.h"
#include "training-usb-bus.h"

/* Answers to reset that a payment terminal takes: T=0; T=1 with IFSC 32 … 254, LRC. */
#define CHIP_TESTING_T0 "3B600000"
#define CHIP_TESTING_T1 "3BE000FF81312045CA"
#define CHIP_TESTING_T1_LONG "3BE000FF8131FE4514"

typedef struct
{
  const char *atr, *warm_atr; /* hex; NULL: mute; warm_atr NULL: the same */
  guint extensions;
  guint count;     /* commands that it carried out */
  GByteArray *got; /* the last one */
  TrainingChipEnd end;
} ChipTestingCard;

typedef struct
{
  TrainingCcid *ccid;
  TrainingUsbBus *bus;
  DeviceList *list;
  DeviceEntry *entry; /* NULL where it isn't ready */
  ChipTestingCard card;
  TrainingCcidModel model;
} ChipTesting;

void chip_testing_card_init (ChipTestingCard *self, const char *atr);
void chip_testing_card_clear (ChipTestingCard *self);

/* That reader, and the card in its slot 0 where atr isn't NULL. */
void chip_testing_init (ChipTesting *self, const char *model, const char *atr);
void chip_testing_init_with (ChipTesting *self, const TrainingCcidModel *model, const char *atr);
void chip_testing_clear (ChipTesting *self);
/* With the device's lock. */
void chip_testing_insert (ChipTesting *self, guint slot);
void chip_testing_remove (ChipTesting *self, guint slot);
void chip_testing_lock (ChipTesting *self);
void chip_testing_unlock (ChipTesting *self);

/* Opens it, waits for the card and powers it on. */
ChipReader *chip_testing_open (ChipTesting *self);
/* One command, in hex with spaces, must bring that answer; "" for what isn't DONE. */
void chip_testing_ask (ChipReader *reader, const char *command, const char *answer);
ChipOutcome chip_testing_try (ChipReader *reader, const char *command, char **out_answer);

/* ---- A line that only knows its part ---- */

/* What must be sent and what then comes, in turn, NULL at the end: hex, or "mute", "removed",
 * "late", "gone". */
typedef struct
{
  const char *const *lines;
  guint next;
  guint8 waits; /* of the last block */
} ChipTestingPart;

ChipLine chip_testing_line (ChipTestingPart *part);
/* Everything was said. */
void chip_testing_part_over (const ChipTestingPart *part);

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An emulated encrypting stripe reader, MagTek or ID TECH. Its DUKPT key is the training key;
 * device part and counter of its KSN start at random, so that no two runs use a key twice. Cards
 * can be swiped at any time, or present themselves as soon as a payment waits: when the host has
 * claimed it, asked it something since, and waits on its endpoint (or has waited for
 * TRAINING_READER_PATIENCE_MS without a question). Everything below wants the device's lock held.
 */
#pragma once

#include "training-card.h"
#include "training-device.h"

G_BEGIN_DECLS

#define TRAINING_READER_IN 0x81
#define TRAINING_READER_PATIENCE_MS 300
#define TRAINING_READER_PAUSE_MS 1000 /* between two cards that present themselves to one wait */
#define TRAINING_READER_BASE_KEY "0123456789ABCDEFFEDCBA9876543210"
#define TRAINING_READER_AES_BASE_KEY "FEDCBA9876543210F1F1F1F1F1F1F1F1"

typedef enum
{
  TRAINING_READER_MAGTEK,
  TRAINING_READER_MAGTEK_SERVICE,  /* was told to leave the service code */
  TRAINING_READER_MAGTEK_CLEAR,    /* security level 2: must be refused */
  TRAINING_READER_MAGTEK_KEYBOARD, /* types: must be refused */
  TRAINING_READER_IDTECH_ORIGINAL, /* from here on ID TECH's */
  TRAINING_READER_IDTECH_ENHANCED,
  TRAINING_READER_IDTECH_AES, /* enhanced, with the other cipher; keys by TDES DUKPT */
  TRAINING_READER_IDTECH_AES_DUKPT,
} TrainingReaderModel;

typedef struct _TrainingReader TrainingReader;

TrainingReader *training_reader_new (TrainingReaderModel model);
void training_reader_free (TrainingReader *self);
TrainingDevice *training_reader_device (TrainingReader *self);

/* Replaces a swipe that nobody has fetched. */
gboolean training_reader_swipe (TrainingReader *self, const TrainingCard *card, GError **error);
/* Array of TrainingCard, used round and round; NULL: none present themselves any more. */
void training_reader_set_cards (TrainingReader *self, GPtrArray *cards);
/* Whether they present themselves; TRUE at first. */
void training_reader_set_automatic (TrainingReader *self, gboolean automatic);
/* The next of them, now. */
gboolean training_reader_swipe_next (TrainingReader *self, GError **error);
/* Puts raw bytes where a swipe's would be: hostile frames. */
void training_reader_inject (TrainingReader *self, GBytes *bytes);
gboolean training_reader_is_armed (const TrainingReader *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TrainingReader, training_reader_free)

G_END_DECLS

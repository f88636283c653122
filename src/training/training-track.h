/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the emulated stripe readers put on the wire for a card: MagTek's report and ID TECH's
 * frames, encrypted as real readers do, under the key of the KSN. Pure, and written from the layout
 * tables, not from the till's parsers.
 */
#pragma once

#include "base-secret.h"
#include "training-card.h"

G_BEGIN_DECLS

#define TRAINING_TRACK_KSN_SIZE 10
#define TRAINING_TRACK_KSN_SIZE_AES 12
#define TRAINING_TRACK_MAGTEK_SIZE 856
#define TRAINING_TRACK_IDTECH_REPORT 64
#define TRAINING_TRACK_SERIAL "TILLTRAIN1"

typedef enum
{
  TRAINING_TRACK_TDES,
  TRAINING_TRACK_AES,      /* ID TECH's, enhanced: AES under the key of TDES DUKPT */
  TRAINING_TRACK_AES_DUKPT /* the same under one of AES DUKPT */
} TrainingTrackCipher;

typedef struct
{
  const TrainingCard *card;
  TrainingTrackCipher cipher;
  guint8 ksn[TRAINING_TRACK_KSN_SIZE_AES]; /* of AES DUKPT all of it, else the first ten */
  const BaseSecret *base_key;              /* BDK */
  gboolean shows_service; /* MagTek's: leaves the service code in the masked tracks */
} TrainingTrackSwipe;

/* HID report descriptors. Static. */
BaseSpan training_track_magtek_descriptor (void);
BaseSpan training_track_idtech_descriptor (void);

/* `level` is the reader's security level: below 3 it doesn't encrypt. */
GBytes *training_track_magtek (const TrainingTrackSwipe *swipe, guint level, GError **error);
GBytes *training_track_idtech (const TrainingTrackSwipe *swipe, gboolean enhanced, GError **error);

G_END_DECLS

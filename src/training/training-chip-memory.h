/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What an emulated card knows without power: how often it was used, how often it was online, its
 * PIN and what is left of its tries, what its issuer has blocked or put. training-chip has one; it
 * can be kept in a small file, so that another process goes on with the same card.
 */
#pragma once

#include "training-chip-file.h"

G_BEGIN_DECLS

#define TRAINING_CHIP_PUT_MAX 8       /* objects that the issuer has put, of an application */
#define TRAINING_CHIP_PUT_SIZE_MAX 16 /* bytes of one */

typedef struct
{
  guint32 tag;
  guint8 bytes[TRAINING_CHIP_PUT_SIZE_MAX];
  gsize size;
} TrainingChipPut;

typedef struct
{
  guint16 counter, last_online; /* ATC, and what it was when the issuer last answered */
  guint offline_count;          /* approved since then without the issuer… */
  guint64 offline_sum;          /* …and their sum, in minor units */
  gboolean blocked;
  TrainingChipPut put[TRAINING_CHIP_PUT_MAX];
  guint put_count;
} TrainingChipUse;

typedef struct
{
  char pin[13]; /* "": none */
  guint pin_tries;
  gboolean blocked;
  TrainingChipUse uses[TRAINING_CHIP_APPLICATIONS_MAX]; /* by application */
} TrainingChipMemory;

/* A new card's. */
void training_chip_memory_init (TrainingChipMemory *self, const TrainingChipFile *file);
/* FALSE: no room. Replaces one of the same tag. */
gboolean training_chip_memory_put (TrainingChipUse *self, guint32 tag, BaseSpan value);
/* G_IO_ERROR or G_FILE_ERROR, and nothing is changed; a file that isn't there is
 * G_FILE_ERROR_NOENT.
 */
gboolean training_chip_memory_load (TrainingChipMemory *self, const char *path, GError **error);
gboolean
training_chip_memory_save (const TrainingChipMemory *self, const char *path, GError **error);

G_END_DECLS

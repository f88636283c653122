/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A training card as data: data/training/cards/KIND.ini says what is on the chip, how its issuer
 * wants it to decide, and what is wrong with it. Read strictly and bounded; an error names file and
 * line. `like = KIND` takes everything from another file of the same folder first. Values only: the
 * card that answers is training-chip.h. No real card numbers, no real keys: all of it is public.
 *
 *   [card]           like · atr (hex) · directory (yes/no: PSE) · pin · pin-tries · blocked
 *   [application N]  number · expiry (YYMMDD) · service (3 digits) · issuer (a section of
 * issuers.ini) · key (of keys/) · options and answers (80 or 77) · blocked · TAG = hex or "text" or
 * none · record-SFI.N = tags · signed-SFI.N = tags (records of offline data authentication come
 * first in their file)
 *   [rules]          decide · limit · sum · count · unable · issuer-authentication · service
 *   [faults]         wrong = words · tear · mute · slow · extensions
 *
 * 5A, 57 and 5F24 are made of number, expiry and service; 84 is the application's name; 8F, 90, 92,
 * 93, 9F32, 9F46, 9F47 and 9F48 are made when they stand in a record and aren't given.
 */
#pragma once

#include "base-bytes.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define TRAINING_CHIP_FILE_SIZE_MAX 16384
#define TRAINING_CHIP_FILE_DEPTH_MAX 4 /* of `like` */
#define TRAINING_CHIP_APPLICATIONS_MAX 8
#define TRAINING_CHIP_OBJECTS_MAX 80 /* of an application */
#define TRAINING_CHIP_RECORDS_MAX 16 /* of an application */
#define TRAINING_CHIP_TAGS_MAX 24    /* of a record */
#define TRAINING_CHIP_ATR_MAX 33
#define TRAINING_CHIP_NEVER G_MAXUINT

typedef enum
{
  TRAINING_CHIP_WRONG_ISSUER_CERTIFICATE = 1 << 0,
  TRAINING_CHIP_WRONG_CARD_CERTIFICATE = 1 << 1,
  TRAINING_CHIP_WRONG_STATIC_SIGNATURE = 1 << 2,
  TRAINING_CHIP_WRONG_DYNAMIC_SIGNATURE = 1 << 3,
  TRAINING_CHIP_WRONG_COMBINED_SIGNATURE = 1 << 4,
  TRAINING_CHIP_WRONG_CRYPTOGRAM = 1 << 5,
  TRAINING_CHIP_WRONG_RECORD = 1 << 6, /* 5F25 isn't what was signed */
} TrainingChipWrong;

typedef enum
{
  TRAINING_CHIP_FOLLOW,  /* what the terminal asks for */
  TRAINING_CHIP_LIMIT,   /* a TC up to the limits, above them online */
  TRAINING_CHIP_ONLINE,  /* never a TC without the issuer */
  TRAINING_CHIP_DECLINE, /* always an AAC */
} TrainingChipDecide;

typedef struct
{
  TrainingChipDecide decide;
  guint64 limit_minor, sum_minor; /* of one, and of all since the issuer was last asked */
  guint count;                    /* so many in a row without the issuer */
  gboolean unable;                /* approves when the terminal can't ask (Y3) */
  gboolean issuer_required;       /* no TC without the issuer's own answer, proved */
  gboolean service_refused;       /* an AAC that says "service not allowed" */
} TrainingChipRules;

typedef struct
{
  guint8 sfi, number;
  gboolean authenticated;
  guint32 tags[TRAINING_CHIP_TAGS_MAX];
  guint count;
} TrainingChipRecord;

typedef struct
{
  GHashTable *objects; /* tag (GUINT_TO_POINTER) → GBytes, as the file gives them */
  GArray *records;     /* TrainingChipRecord, by file and number */
  char number[20], expiry[7], service[4];
  char *issuer, *key;                        /* NULL: none */
  gboolean options_objects, answers_objects; /* format 2 (77) instead of 1 (80) */
  gboolean blocked;
} TrainingChipApplication;

typedef struct
{
  char *name; /* KIND */
  guint8 atr[TRAINING_CHIP_ATR_MAX];
  gsize atr_size;
  gboolean directory, blocked;
  char pin[13];
  guint pin_tries;
  TrainingChipApplication *applications[TRAINING_CHIP_APPLICATIONS_MAX];
  guint application_count;
  TrainingChipRules rules;
  guint wrong; /* of TrainingChipWrong */
  /* At which command since the card was put in, from 1 on; 0: at the reset already. */
  guint tear_at, mute_at, slow_at;
  guint extensions; /* how often the slow one asks for more time */
} TrainingChipFile;

/* `name`: a path, or a KIND of data/training/cards. G_IO_ERROR or G_FILE_ERROR; "cda.ini:12: …". */
TrainingChipFile *training_chip_file_load (const char *name, GError **error);
void training_chip_file_free (TrainingChipFile *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TrainingChipFile, training_chip_file_free)

G_END_DECLS

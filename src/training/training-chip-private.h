/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to the emulated chip: its state, and what its files ask of each other. training-chip has
 * the commands that lead to an application and read it, training-chip-cryptogram those that prove
 * something, training-chip-script those of the issuer.
 */
#pragma once

#include "crypto-emv.h"
#include "training-chip-certificate.h"
#include "training-chip-memory.h"
#include "training-chip.h"
#include "training-issuer.h"

G_BEGIN_DECLS

#define SW_GOOD 0x9000
#define SW_INVALIDATED 0x6283
#define SW_FAILED 0x6300
#define SW_TRIES 0x63C0
#define SW_LENGTH 0x6700
#define SW_PIN_BLOCKED 0x6983
#define SW_NO_REFERENCE 0x6984
#define SW_CONDITIONS 0x6985
#define SW_WRONG_CODE 0x6988 /* of a script's command */
#define SW_CARD_BLOCKED 0x6A81
#define SW_NOT_FOUND 0x6A82
#define SW_NO_RECORD 0x6A83
#define SW_PARAMETERS 0x6A86
#define SW_NO_DATA 0x6A88
#define SW_INSTRUCTION 0x6D00
#define SW_CLASS 0x6E00

#define AIP_ISSUER_AUTHENTICATION 0x04
#define AIP_CDA 0x01
#define KIND_AAC 0x00
#define KIND_TC 0x40
#define KIND_ARQC 0x80

typedef struct
{
  guint8 cla, ins, p1, p2;
  BaseSpan data;
} ChipCommand;

/* An application as it lies on the chip. */
typedef struct
{
  const TrainingChipApplication *file;
  GHashTable *objects;
  BaseSecret *key; /* private, PEM; NULL: none */
  BaseSecret *master, *script_master;
} ChipApplication;

typedef enum
{
  CHIP_STAGE_NONE,     /* nothing, or the directory, is selected */
  CHIP_STAGE_SELECTED, /* an application is */
  CHIP_STAGE_STARTED,  /* GET PROCESSING OPTIONS */
  CHIP_STAGE_FIRST,    /* first cryptogram given */
  CHIP_STAGE_SECOND,
} ChipStage;

/* One transaction. */
typedef struct
{
  GByteArray *pdol, *cdol1;
  guint8 first_kind;
  guint8 first[CRYPTO_EMV_BLOCK_SIZE];
  gboolean issuer_tried, issuer_good;
  gboolean pin_tried, pin_good;
  gboolean limits_exceeded, unable;
  guint scripts_good;
  gboolean script_wrong;
} ChipTransaction;

struct _TrainingChip
{
  TrainingChipFile *file;
  ChipApplication applications[TRAINING_CHIP_APPLICATIONS_MAX];
  TrainingChipMemory memory;
  char *path; /* where the memory is kept; NULL: nowhere */

  ChipStage stage;
  gboolean directory; /* is selected */
  guint selected;     /* application */
  ChipTransaction now;
  guint challenges;

  guint commands, tear_at, extensions;
  gboolean tear_after, torn, powered;
};

static inline ChipApplication *
chip_application (TrainingChip *self)
{
  return &self->applications[self->selected];
}

static inline TrainingChipUse *
chip_use (TrainingChip *self)
{
  return &self->memory.uses[self->selected];
}

/* Each appends its data, and gives the status. */
guint16
training_chip_cryptogram_internal (TrainingChip *self, const ChipCommand *command, GByteArray *out);
guint16 training_chip_cryptogram_external (TrainingChip *self, const ChipCommand *command);
guint16
training_chip_cryptogram_generate (TrainingChip *self, const ChipCommand *command, GByteArray *out);
/* The session's key; yours. */
BaseSecret *training_chip_cryptogram_key (TrainingChip *self);
/* A command of class 84. */
guint16 training_chip_script_run (TrainingChip *self, const ChipCommand *command);

/* How long a list of data objects wants its data to be; FALSE: it can't be read. */
gboolean training_chip_list_size (BaseSpan list, gsize *out_size);
/* The value that came for a tag; data == NULL: the list doesn't ask for it. */
BaseSpan training_chip_list_find (BaseSpan list, BaseSpan data, guint32 tag);
void training_chip_put (GByteArray *out, guint32 tag, BaseSpan value);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The messages of CCID (1.1, 6): ten bytes of header, then data. Pure, any thread.
 */
#pragma once

#include "base-bytes.h"

G_BEGIN_DECLS

#define CCID_HEADER_SIZE 10

typedef enum
{
  CCID_POWER_ON = 0x62,
  CCID_POWER_OFF = 0x63,
  CCID_GET_SLOT_STATUS = 0x65,
  CCID_XFR_BLOCK = 0x6F,
  CCID_GET_PARAMETERS = 0x6C,
  CCID_SET_PARAMETERS = 0x61,
  CCID_ESCAPE = 0x6B,
  CCID_SECURE = 0x69,
  CCID_ABORT = 0x72,
  CCID_DATA_BLOCK = 0x80,
  CCID_SLOT_STATUS = 0x81,
  CCID_PARAMETERS = 0x82,
  CCID_ESCAPE_ANSWER = 0x83,
  CCID_SLOT_CHANGE = 0x50, /* on the interrupt endpoint, without a header */
} CcidType;

typedef enum
{
  CCID_CARD_ACTIVE = 0,
  CCID_CARD_INACTIVE = 1,
  CCID_CARD_ABSENT = 2,
} CcidCard;

typedef enum
{
  CCID_COMMAND_DONE = 0,
  CCID_COMMAND_FAILED = 1,
  CCID_COMMAND_WAITS = 2, /* time extension: `error` is the multiplier */
} CcidCommand;

typedef struct
{
  guint8 type;
  guint8 slot, sequence;
  guint8 specific[3];
  BaseSpan data; /* borrowed */
} CcidMessage;

typedef struct
{
  CcidMessage message;
  CcidCard card;
  CcidCommand command;
  guint8 error;
  guint8 chain; /* of a data block */
} CcidAnswer;

/* FALSE: no room. */
gboolean ccid_message_write (const CcidMessage *self, BaseWriter *writer);
/* A whole answer; what stands behind its data is left alone. FALSE: too short, a length that
 * doesn't fit, or no answer. */
gboolean ccid_message_read (BaseSpan bytes, CcidAnswer *out_answer);

G_END_DECLS

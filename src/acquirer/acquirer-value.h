/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The names by which a profile calls what a till puts into messages and takes out of answers: the
 * amount, the batch, the card's number, the STAN of what a void undoes. A profile says in which
 * field, or in which part of one, each of them stands; the code knows the values alone and no
 * field. Pure.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  ACQUIRER_VALUE_NONE,
  /* of the message */
  ACQUIRER_VALUE_AMOUNT,
  ACQUIRER_VALUE_TRANSMITTED, /* date and time, UTC */
  ACQUIRER_VALUE_STAN,
  ACQUIRER_VALUE_TIME,
  ACQUIRER_VALUE_DATE,
  ACQUIRER_VALUE_ENTRY, /* how the card was read */
  ACQUIRER_VALUE_CURRENCY,
  ACQUIRER_VALUE_TERMINAL,
  ACQUIRER_VALUE_MERCHANT,
  ACQUIRER_VALUE_BATCH,
  ACQUIRER_VALUE_OPERATOR,
  ACQUIRER_VALUE_SERIAL, /* make and number of the till */
  ACQUIRER_VALUE_SERIAL_SIZE,
  ACQUIRER_VALUE_PAYMENT, /* the payment's UUID */
  ACQUIRER_VALUE_REASON,  /* why a reversal is made, as a word; what a host has to say */
  ACQUIRER_VALUE_WHY,     /* the same as a code of [reversal] */
  ACQUIRER_VALUE_TOTALS,  /* counts and sums of a batch */
  ACQUIRER_VALUE_ROWS,    /* pieces of a batch, or of what is downloaded */
  ACQUIRER_VALUE_KEYS,    /* working keys in the answer to a sign-in */
  /* how far the till's books have come; in an answer, how far the host had seen them */
  ACQUIRER_VALUE_INSTALL,     /* which installation of the terminal it is */
  ACQUIRER_VALUE_EPOCH,       /* of its books */
  ACQUIRER_VALUE_LAST_RECORD, /* the queue's newest record */
  ACQUIRER_VALUE_LAST_ENTRY,  /* the journal's newest entry */
  ACQUIRER_VALUE_HEAD,        /* that entry's link of the chain */
  ACQUIRER_VALUE_FOUND,       /* in the answer to an enquiry: what the host has of the message */
  ACQUIRER_VALUE_FOUND_CODE,  /* what it had answered */
  ACQUIRER_VALUE_DOWNLOAD,    /* what is downloaded; in a request, which piece of it */
  /* of the card */
  ACQUIRER_VALUE_PAN,
  ACQUIRER_VALUE_EXPIRY,
  ACQUIRER_VALUE_SEQUENCE,
  ACQUIRER_VALUE_TRACK2,
  ACQUIRER_VALUE_TRACK3,
  ACQUIRER_VALUE_PIN,
  ACQUIRER_VALUE_CHIP,     /* the chip's data, BER-TLV */
  ACQUIRER_VALUE_ENVELOPE, /* the same for the acquirer's eyes alone: CMS */
  ACQUIRER_VALUE_FORMAT,   /* of the stripe reader: "magtek", "idtech", … */
  ACQUIRER_VALUE_KSN,
  ACQUIRER_VALUE_BLOCK1, /* the reader's ciphertext, up to three pieces */
  ACQUIRER_VALUE_BLOCK2,
  ACQUIRER_VALUE_BLOCK3,
  /* of the message that this one is about, or of its answer */
  ACQUIRER_VALUE_REFERENCE,
  ACQUIRER_VALUE_AUTHORISATION,
  ACQUIRER_VALUE_ORIGINAL_BATCH,
  ACQUIRER_VALUE_ORIGINAL_STAN,
  ACQUIRER_VALUE_ORIGINAL_DATE,
  ACQUIRER_VALUE_COUNT,
} AcquirerValue;

/* FALSE: no value is called so. */
gboolean acquirer_value_from_name (const char *name, AcquirerValue *out_value);
const char *acquirer_value_name (AcquirerValue value);
/* Characters that it always has; 0 where that differs. */
guint acquirer_value_width (AcquirerValue value);
/* Its text is bytes in hexadecimal. */
gboolean acquirer_value_is_bytes (AcquirerValue value);
/* The value that a field has with every acquirer (ISO 8583); NONE where each has its own. */
AcquirerValue acquirer_value_of_field (guint field);

G_END_DECLS

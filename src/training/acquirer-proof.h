/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The issuer's side of a chip: whether what it says was made with the key of its card
 * (training-issuer.h), and what its bank answers to it. Only the sandbox host uses it, which has
 * the card's number while it reads and no longer: what is kept here names the card and tells
 * nothing of its number. Plain value; its keys are wiped by acquirer_proof_clear().
 */
#pragma once

#include "acquirer-script.h"
#include "base-bytes.h"
#include "base-secret.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define ACQUIRER_PROOF_CARD_SIZE 17 /* sixteen digits of a card's name, and the end */
#define ACQUIRER_PROOF_ANSWER_MAX 255

typedef enum
{
  ACQUIRER_PROOF_REFUSES = 0x00,  /* AAC */
  ACQUIRER_PROOF_APPROVES = 0x40, /* TC */
  ACQUIRER_PROOF_ASKS = 0x80,     /* ARQC */
} AcquirerProofKind;

typedef struct
{
  char card[ACQUIRER_PROOF_CARD_SIZE]; /* its key's check; the same number and sequence have the
                                          same; "": nothing was read */
  guint counter;                       /* 9F36, from 1 on */
  AcquirerProofKind kind;              /* 9F27, its two highest bits */
  gint64 amount_minor;                 /* 9F02 */
  guint currency;                      /* 5F2A, ISO 4217 number */
  guint8 cryptogram[8];                /* 9F26 */
  gboolean good;                       /* it is what the card's key makes of the data */
  BaseSecret *key, *script_key;        /* of the card */
} AcquirerProof;

/* Of a card's number in digits, its sequence number and the chip's objects (BER-TLV, one level).
 * G_IO_ERROR_INVALID_DATA where an object that a cryptogram is made over is missing or has not its
 * size. A cryptogram that isn't the card's is no error. */
gboolean acquirer_proof_read (AcquirerProof *self,
                              BaseSpan digits,
                              guint8 sequence,
                              BaseSpan objects,
                              GError **error);
void acquirer_proof_clear (AcquirerProof *self);

/* What stands in the answer's field 55 about a cryptogram that is good: the issuer's proof for this
 * response code (91, method 1: EMV 4.4 Book 2, 8.2.1) and the scripts, if there are any. `wrong`:
 * the proof's first byte isn't right. Yours. */
GBytes *acquirer_proof_answer (const AcquirerProof *self,
                               const char *code,
                               const AcquirerScripts *scripts,
                               gboolean wrong);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (AcquirerProof, acquirer_proof_clear)

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the sandbox acquirer has done, for ever: one JSON line for each financial effect, and each
 * notice, written to the file before the answer leaves, and read again at start, so that a repeated
 * request is known after a restart too. Beside it, in FILE.tombstones, stand the identities whose
 * reversal came before their request: no effect, but never to be charged. An identity is terminal,
 * batch and STAN. A void's line carries the identity of what it undoes, and its own as `by_batch`
 * and `by_stan`; a refund's carries its own, and that of what it gives back as `original_batch` and
 * `original_stan`, and so does a capture's or a notice's. A chip's line says which card it was
 * (`card`, a name that tells nothing of its number), how often that has been asked (`counter`), and
 * what its cryptogram proved (`proof`): a card that counts backwards is found after a restart, too.
 * Not thread-safe: the host holds its lock.
 */
#pragma once

#include "acquirer-batch.h"

G_BEGIN_DECLS

#define ACQUIRER_LEDGER_LINE_MAX 4096
#define ACQUIRER_LEDGER_TEXT_MAX 100
#define ACQUIRER_LEDGER_RESULT_MAX 1024 /* bytes of what was said at a batch's end */

typedef struct _AcquirerLedger AcquirerLedger;

typedef enum
{
  ACQUIRER_EFFECT_CHARGE,
  ACQUIRER_EFFECT_ADVICE,
  ACQUIRER_EFFECT_DECLINE,
  ACQUIRER_EFFECT_REVERSAL, /* its identity is that of what it undoes */
  ACQUIRER_EFFECT_VOID,     /* undoes a charge or an advice, until it is reversed itself */
  ACQUIRER_EFFECT_REFUND,   /* gives a part of one back; never undone */
  ACQUIRER_EFFECT_HOLD,     /* money that is kept ready, and not charged */
  ACQUIRER_EFFECT_CAPTURE,  /* charges what a hold has kept ready */
  ACQUIRER_EFFECT_NOTICE,   /* says what became of a chip's scripts; moves no money */
  ACQUIRER_EFFECT_SETTLE,   /* a terminal's batch is closed: what came before counts no more */
} AcquirerEffect;

/* What a chip's cryptogram was worth. */
typedef enum
{
  ACQUIRER_CHIP_NONE, /* no chip */
  ACQUIRER_CHIP_GOOD,
  ACQUIRER_CHIP_WRONG,    /* not made with the card's key, or of the wrong kind */
  ACQUIRER_CHIP_REPEATED, /* that count of the card stands in another line, or was passed over */
} AcquirerChipProof;

/* All a line says. Texts are copied. */
typedef struct
{
  AcquirerEffect effect;
  char terminal[9];
  guint32 batch;
  guint32 stan;
  guint32 original_batch, original_stan; /* of a void or refund: what it is about */
  gint64 amount_minor;
  char currency[4];
  char masked_pan[20];
  char key[37];    /* the payment's UUID */
  gboolean repeat; /* it came with a request that had come before and had no effect then */
  char code[4];    /* what was answered, for repeats of the request */
  char reference[13];
  char authorisation[7];
  char date[5]; /* MMDD, as the answer told it */
  char reason[ACQUIRER_LEDGER_TEXT_MAX];
  char card[17];           /* of a chip: its name; else "" */
  guint counter;           /* of a chip: its 9F36; else 0 */
  AcquirerChipProof proof; /* of a chip */
} AcquirerLine;

/* `path` NULL keeps all in memory only. What a crash left half-written at the end is cut off: its
 * answer never left. A line that can't be read is an error with its number. */
AcquirerLedger *acquirer_ledger_open (const char *path, GError **error);
/* Writes what the system still holds back to the disk. */
void acquirer_ledger_free (AcquirerLedger *self);

/* The charge, advice, void, refund, hold, capture, notice or decline of this identity; NULL when
 * there is none. Borrowed until the next append. */
const AcquirerLine *acquirer_ledger_find (const AcquirerLedger *self,
                                          const char *terminal,
                                          guint32 batch,
                                          guint32 stan);
gboolean acquirer_ledger_is_reversed (const AcquirerLedger *self,
                                      const char *terminal,
                                      guint32 batch,
                                      guint32 stan);
gboolean acquirer_ledger_is_buried (const AcquirerLedger *self,
                                    const char *terminal,
                                    guint32 batch,
                                    guint32 stan);
/* The payment that has this identity, or had its reversal under it; "" when none is known. Borrowed
 * until the next append. */
const char *acquirer_ledger_owner (const AcquirerLedger *self,
                                   const char *terminal,
                                   guint32 batch,
                                   guint32 stan);
/* A void of it stands. */
gboolean acquirer_ledger_is_voided (const AcquirerLedger *self,
                                    const char *terminal,
                                    guint32 batch,
                                    guint32 stan);
/* The sum of what was given back of it. */
gint64 acquirer_ledger_refunded (const AcquirerLedger *self,
                                 const char *terminal,
                                 guint32 batch,
                                 guint32 stan);
/* The capture of this hold that stands, neither reversed nor voided; NULL: none. Borrowed. */
const AcquirerLine *acquirer_ledger_captured (const AcquirerLedger *self,
                                              const char *terminal,
                                              guint32 batch,
                                              guint32 stan);
/* The newest line with a good cryptogram of this count of a card; NULL: none. Borrowed. */
const AcquirerLine *
acquirer_ledger_counted (const AcquirerLedger *self, const char *card, guint counter);
/* The highest count of a card whose cryptogram was good; 0: none came yet. */
guint acquirer_ledger_highest (const AcquirerLedger *self, const char *card);

/* What a terminal's batch was closed with. */
typedef struct
{
  guint32 batch; /* 0: none was closed yet */
  AcquirerTotals totals;
  const char *result; /* what was said about rows that the terminal lacks; "" for nothing */
} AcquirerSettled;

/* Whether a line of this effect counts in a batch: 1 a debit, -1 a credit, 0 neither. */
gint acquirer_ledger_sign (AcquirerEffect effect);
/* Lines (const AcquirerLine *, borrowed until the next append) that count in the terminal's open
 * batch: since the last one was closed, and not reversed. */
GPtrArray *acquirer_ledger_batch (const AcquirerLedger *self, const char *terminal);
void acquirer_ledger_count_batch (const AcquirerLedger *self,
                                  const char *terminal,
                                  AcquirerTotals *out_totals);
/* Whether it counted in a batch that was closed before this one. */
gboolean acquirer_ledger_counted_before (const AcquirerLedger *self,
                                         const AcquirerLine *line,
                                         guint32 batch);
/* The batch that was closed last; its text is borrowed until the next one is. */
AcquirerSettled acquirer_ledger_settled (const AcquirerLedger *self, const char *terminal);
/* Closes the batch that `line` names, with these sums; as append. */
gboolean acquirer_ledger_settle (AcquirerLedger *self,
                                 const AcquirerLine *line,
                                 const AcquirerTotals *totals,
                                 const char *result,
                                 GError **error);
/* Lines so far. */
guint acquirer_ledger_count (const AcquirerLedger *self);

/* In the file when it returns TRUE, in the memory only then. */
gboolean acquirer_ledger_append (AcquirerLedger *self, const AcquirerLine *line, GError **error);
/* Never to be charged from now on; `key` is the payment whose reversal came, "" where none is
 * named.
 */
gboolean acquirer_ledger_bury (AcquirerLedger *self,
                               const char *terminal,
                               guint32 batch,
                               guint32 stan,
                               const char *key,
                               GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AcquirerLedger, acquirer_ledger_free)

G_END_DECLS

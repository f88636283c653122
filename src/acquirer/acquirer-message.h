/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The messages of a payment: builds each flow that the profile has, and says what an answer means.
 * Pure: time, identities and card data come in, a message goes out. The MAC isn't put here but by
 * the link when it sends. A request is built once, stored, and repeated byte for byte; nothing here
 * looks at a clock or a counter. Called by checkout and sync.
 */
#pragma once

#include "acquirer-profile.h"
#include "base-money.h"
#include "iso8583-message.h"

G_BEGIN_DECLS

#define ACQUIRER_BLOCKS_MAX 3
#define ACQUIRER_REASON_MAX 99
#define ACQUIRER_CODE_MAX 4
#define ACQUIRER_TERMINAL_SIZE 8
#define ACQUIRER_MERCHANT_SIZE 15

typedef enum
{
  ACQUIRER_ENTRY_STRIPE,
  ACQUIRER_ENTRY_CHIP,
  ACQUIRER_ENTRY_NONE, /* what gives back needs no card: it names the payment */
} AcquirerEntryKind;

/* What the till has of the card, all of it borrowed. Of a profile whose card data only the acquirer
 * can read, the till has the first four or the envelope; of one whose card data the till must make,
 * the texts below them. */
typedef struct
{
  AcquirerEntryKind kind;
  const char *format;                   /* stripe: as in msr.h */
  BaseSpan ksn;                         /* stripe: 10 bytes; of AES DUKPT 12 */
  BaseSpan blocks[ACQUIRER_BLOCKS_MAX]; /* stripe: the reader's ciphertexts as they came, unused
                                           ones empty */
  BaseSpan envelope;                    /* chip: CMS AuthEnvelopedData */
  const char *pan;                      /* digits; NULL where the till doesn't know it */
  const char *expiry;                   /* YYMM */
  const char *sequence;                 /* three digits; NULL: the chip has none */
  const char *track2;                   /* "PAN=YYMM…", without sentinels */
  BaseSpan chip;                        /* BER-TLV of card and till; each flow picks its tags */
  BaseSpan pin;                         /* PIN block of a PIN pad, 8 bytes; empty: no PIN */
  gboolean fallback;                    /* stripe: the card has a chip that couldn't be used */
} AcquirerEntry;

/* The message that a void, a refund, a completion or an adjustment is about. */
typedef struct
{
  guint32 batch; /* 0: there is none */
  guint32 stan;
  const char *date;          /* MMDD; may be NULL */
  const char *reference;     /* DE 37; may be NULL */
  const char *authorisation; /* DE 38; may be NULL */
} AcquirerOriginal;

/* How far the till's books have come, for a host that keeps it (payment-life.md, rollback). */
typedef struct
{
  const char *install; /* 32 hexadecimal digits; NULL: nothing is told */
  gint64 epoch;        /* 1 … 999999 */
  gint64 last_record;  /* the queue's newest number; 0: none */
  gint64 last_entry;   /* the journal's */
  BaseSpan head;       /* that entry's link, 32 bytes */
} AcquirerBooks;

typedef struct
{
  const char *terminal; /* at most 8 characters */
  const char *merchant; /* at most 15 */
  guint32 batch;        /* 1 … 999999 */
  guint32 stan;         /* 1 … 999999 */
  BaseMoney amount;
  const char *payment_id; /* UUID, 36 characters */
  gint64 at_unix_s;
  gint32 utc_offset_s; /* of the shop's clock then */
  AcquirerEntry entry;
  AcquirerOriginal original;
  const char *operator_id; /* digits, at most 3; NULL: 01 */
  const char *serial;      /* make and number of the till, at most 50 characters */
  const char *totals;      /* of a settlement, as the profile's field wants them */
  const char *rows;        /* of an upload, likewise; of a download how many are known by now */
  AcquirerBooks books;     /* of a sign-in, an echo, a settlement */
  BaseSpan download;       /* which piece is to be downloaded */
} AcquirerSale;

typedef enum
{
  ACQUIRER_VERDICT_APPROVED, /* for a reversal or an advice: acknowledged */
  ACQUIRER_VERDICT_DECLINED,
  ACQUIRER_VERDICT_MALFORMED,   /* the host can't read the request: sending it again is of no use */
  ACQUIRER_VERDICT_NO_ORIGINAL, /* of a reversal: there was nothing to undo, so it is done */
  ACQUIRER_VERDICT_REUSED,      /* its identity is another payment's: nothing has happened */
  ACQUIRER_VERDICT_NO_MATCH,    /* belongs to another request: not an answer */
} AcquirerVerdict;

/* Any flow but a reversal: each of its fields is filled as the profile says. ACQUIRER_ERROR_FIELD
 * names the first required one that can't be. */
Iso8583Message *acquirer_message_build (const AcquirerProfile *profile,
                                        AcquirerFlowKind kind,
                                        const AcquirerSale *sale,
                                        GError **error);
/* Flow "reversal" of an unpacked or built request, under its STAN. `reason` is a word such as
 * "no-answer". */
Iso8583Message *acquirer_message_reversal (const AcquirerProfile *profile,
                                           const Iso8583Message *original,
                                           const char *reason,
                                           GError **error);
/* A built request once more under a new identity, everything else as it was. */
Iso8583Message *acquirer_message_again (const AcquirerProfile *profile,
                                        const Iso8583Message *original,
                                        guint32 batch,
                                        guint32 stan);

/* The answer's MTI is the request's plus ten, and each field that the profile compares is the same.
 */
gboolean acquirer_message_matches (const AcquirerProfile *profile,
                                   const Iso8583Message *request,
                                   const Iso8583Message *answer);
/* What an answer means. `out_code` (ACQUIRER_CODE_MAX bytes) gets the response code, "" where there
 * is none. */
AcquirerVerdict acquirer_message_judge (const AcquirerProfile *profile,
                                        const Iso8583Message *request,
                                        const Iso8583Message *answer,
                                        char *out_code);
/* The host's own words about its answer, or NULL. Borrowed from `answer`. */
const char *acquirer_message_reason (const AcquirerProfile *profile, const Iso8583Message *answer);

/* What `message` has of this value, in the field or the part of one where `flow`'s requests have it
 * (NULL: where the profile has it in general); in a field that a reversal has copied, where what it
 * undoes has it. NULL: nothing. Freed with base_secret_free_text(). */
char *acquirer_message_value (const AcquirerProfile *profile,
                              const AcquirerFlow *flow,
                              const Iso8583Message *message,
                              AcquirerValue value);
/* The flow whose MTI, constants and field layouts a request has, the one that says most about it
 * where several fit; else the nearest of its MTI, so that the check below can say what is wrong;
 * NULL when there is none of that MTI. */
const AcquirerFlow *acquirer_message_flow (const AcquirerProfile *profile,
                                           const Iso8583Message *request);
/* Strict: every required field is there, none that the flow doesn't have, what is made of parts is
 * made so, and the chip's data hold no tag that doesn't belong. For a host, and for tests. */
gboolean acquirer_message_check (const AcquirerProfile *profile,
                                 const AcquirerFlow *flow,
                                 const Iso8583Message *request,
                                 guint *out_bad_field,
                                 GError **error);

G_END_DECLS

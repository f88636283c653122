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
} AcquirerEntryKind;

/* What the till has of the card, all of it borrowed and none of it readable by the till. */
typedef struct
{
  AcquirerEntryKind kind;
  const char *format;                   /* stripe: "magtek" or "idtech" */
  BaseSpan ksn;                         /* stripe: 10 bytes */
  BaseSpan blocks[ACQUIRER_BLOCKS_MAX]; /* stripe: the reader's ciphertexts as they came, unused
                                           ones empty */
  BaseSpan envelope;                    /* chip: CMS AuthEnvelopedData */
} AcquirerEntry;

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
} AcquirerSale;

typedef enum
{
  ACQUIRER_VERDICT_APPROVED, /* for a reversal or an advice: acknowledged */
  ACQUIRER_VERDICT_DECLINED,
  ACQUIRER_VERDICT_MALFORMED,   /* the host can't read the request: sending it again is of no use */
  ACQUIRER_VERDICT_NO_ORIGINAL, /* of a reversal: there was nothing to undo, so it is done */
  ACQUIRER_VERDICT_NO_MATCH,    /* belongs to another request: not an answer */
} AcquirerVerdict;

/* Flow "sale": an authorisation asked for now. */
Iso8583Message *
acquirer_message_sale (const AcquirerProfile *profile, const AcquirerSale *sale, GError **error);
/* Flow "deferred": the same, stored and sent later; it says so to the host. */
Iso8583Message *acquirer_message_deferred (const AcquirerProfile *profile,
                                           const AcquirerSale *sale,
                                           GError **error);
/* Flow "advice": the card itself has approved; the host is only told. */
Iso8583Message *
acquirer_message_advice (const AcquirerProfile *profile, const AcquirerSale *sale, GError **error);
/* Flow "reversal" of an unpacked or built request, under its STAN. `reason` is a word such as
 * "no-answer". */
Iso8583Message *acquirer_message_reversal (const AcquirerProfile *profile,
                                           const Iso8583Message *original,
                                           const char *reason,
                                           GError **error);
/* Flow "echo"; of `sale` only terminal, merchant, STAN and time are looked at. */
Iso8583Message *
acquirer_message_echo (const AcquirerProfile *profile, const AcquirerSale *sale, GError **error);

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

/* The flow whose MTI and constants a request has; else the last one of its MTI, so that the check
 * below can say what is wrong; NULL when there is none of that MTI. */
const AcquirerFlow *acquirer_message_flow (const AcquirerProfile *profile,
                                           const Iso8583Message *request);
/* Strict: every required field is there, none that the flow doesn't have, constants are right. For
 * a host, and for tests. */
gboolean acquirer_message_check (const AcquirerProfile *profile,
                                 const AcquirerFlow *flow,
                                 const Iso8583Message *request,
                                 guint *out_bad_field,
                                 GError **error);

G_END_DECLS

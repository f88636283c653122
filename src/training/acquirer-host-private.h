/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The sandbox host's inside, shared by the files that make it up: acquirer-host.c (framing, MAC,
 * dispatch by kind of flow, the answer), acquirer-host-case.c (what every kind of request needs)
 * and one file for each family of requests: acquirer-host-payment.c (sale, advice, reversal), ...
 * Nobody else includes this. All of it runs under the host's lock.
 *
 * A handler finds a request whose MAC is good and whose fields are as its flow has them, and leaves
 * what is to be answered in the case. It returns FALSE where nothing may be said, for the ledger
 * couldn't be written.
 */
#pragma once

#include "acquirer-host.h"
#include "acquirer-mac.h"
#include "iso8583.h"

G_BEGIN_DECLS

#define CODE_APPROVED "00"
#define CODE_DECLINED "05"
#define CODE_REFUSED "12"
#define CODE_NO_CARD "14"
#define CODE_NO_ORIGINAL "25"
#define CODE_MALFORMED "30"
#define CODE_UNSUPPORTED "40"
#define CODE_NO_MONEY "51"
#define CODE_EXPIRED "54"
#define CODE_NOT_ALLOWED "57"
#define CODE_BAD_CHIP "59"
#define CODE_WRONG_AMOUNT "64"
#define CODE_BATCH_CLOSED "77"
#define CODE_REUSED "94"
#define CODE_NOT_BALANCED "95"
#define CODE_BAD_MAC "A0"
#define CODE_HANDED_OVER "H1"
#define CODE_OLD_BOOKS "H2"
#define CODE_NEW_KEY "A2"           /* in a dialect that knows it, else CODE_BAD_MAC */
#define ACQUIRER_HOST_SAID_MAX 8    /* fields of an answer that a handler fills */
#define ACQUIRER_HOST_HOURS_AHEAD 8 /* of the host's clock before UTC */

enum
{
  FIELD_AMOUNT = 4,
  FIELD_STAN = 11,
  FIELD_TIME = 12,
  FIELD_DATE = 13,
  FIELD_ENTRY = 22,
  FIELD_TERMINAL = 41,
  FIELD_CURRENCY = 49,
};

struct _AcquirerHost
{
  AcquirerProfile *profile;
  AcquirerLedger *ledger;
  AcquirerMac *mac;           /* for ever, or of a terminal that has no key */
  AcquirerSessions *sessions; /* NULL: no sign-in */
  AcquirerTerminals *terminals;
  GBytes *certificate_pem;
  BaseSecret *key_pem; /* NULL: no chip cards */
  GBytes *next_certificate_pem;
  BaseSecret *next_key_pem; /* NULL: no change of certificates is under way */
  GHashTable *seen;         /* MTI and identity → how often it came */
  GHashTable *uploads;      /* terminal → what it has uploaded (acquirer-host-batch.c) */
  AcquirerScripts scripts;  /* what the issuer has chips do */
  AcquirerDemand demand;    /* what every answer asks of whoever hears it, until it was done */
  GMutex mutex;
};

/* One request on its way to an answer. */
typedef struct
{
  AcquirerHost *host;
  const AcquirerHostMood *mood;
  Iso8583Message *message;
  const AcquirerFlow *flow;
  GBytes *keys;          /* of an answer to a sign-in */
  gboolean ends_session; /* once the answer is made, which still has its MAC */
  struct
  {
    guint field;
    char *text;
  } said[ACQUIRER_HOST_SAID_MAX]; /* see acquirer_host_say() */
  guint n_said;
  AcquirerLine line; /* identity and amount of the request; its code, reference and reason become
                        the answer's */
} AcquirerCase;

/* A field of the request, "" where it isn't there. Borrowed. */
const char *acquirer_host_text (const AcquirerCase *self, guint field);
/* Yours to free; "" where the request has no such value. */
char *acquirer_host_value (const AcquirerCase *self, AcquirerValue value);
gboolean acquirer_host_has (const AcquirerCase *self, AcquirerValue value);

/* What is answered: a code, and a reason where the dialect has a place for one. */
void acquirer_host_decide (AcquirerCase *self, const char *code, const char *reason);
/* CODE_MALFORMED: the field by number and name, and `why`. */
void acquirer_host_malformed (AcquirerCase *self, guint field, const char *why);
/* This text stands in this field of the answer, if its flow has that field; the last word holds.
 * Copied. */
void acquirer_host_say (AcquirerCase *self, guint field, const char *text);
/* As much, for the answer's copy of the request. */
void acquirer_host_add_said (const AcquirerCase *self, Iso8583Message *message);
void acquirer_host_clear (AcquirerCase *self);

/* Strictness beyond the format; FALSE has decided. */
/* That what the entry mode promises is there, and nothing that it forbids. */
gboolean acquirer_host_check_entry (AcquirerCase *self);
/* Fills the line's amount, currency and key; identity, amount and currency must be sound, and the
 * identity no other payment's: a request is told so, and its reversal has nothing to undo. */
gboolean acquirer_host_check_money (AcquirerCase *self);

/* The card of the request, opened with the host's keys. FALSE: *error says why. */
gboolean acquirer_host_open_card (const AcquirerCase *self, AcquirerCard *out_card, GError **error);
/* In the ledger before anything is said; FALSE (a full disk) means that nothing is said. */
gboolean acquirer_host_enter (AcquirerCase *self, AcquirerEffect effect);
gboolean acquirer_host_same_payment (const AcquirerLine *known, const AcquirerLine *line);
/* A request whose identity is in the ledger: the same answer again, or a refusal of something else
 * under its name. `effect` is what such a request has when it isn't declined. */
void acquirer_host_repeat (AcquirerCase *self, const AcquirerLine *known, AcquirerEffect effect);

/* Of chips (acquirer-host-chip.c). That there is all to judge it by, and that it is about this
 * amount; FALSE has decided. A card without a chip passes. */
gboolean acquirer_host_chip_check (AcquirerCase *self, const AcquirerCard *card);
/* A code that declines, or NULL. Fills the line's card, counter and proof. */
const char *
acquirer_host_chip_judge (AcquirerCase *self, const AcquirerCard *card, const char **out_reason);
/* The issuer's proof of what was decided, and the scripts, where a chip waits for them. */
void acquirer_host_chip_answer (AcquirerCase *self, const AcquirerCard *card);
/* The same to a repeated request, whose line is the ledger's by now. */
void acquirer_host_chip_answer_again (AcquirerCase *self);
/* That the chip's data of a request without a cryptogram are those of its original. FALSE has
 * decided. */
gboolean acquirer_host_chip_names (AcquirerCase *self, const AcquirerLine *original);
/* That they say what became of scripts. FALSE has decided. */
gboolean acquirer_host_chip_has_results (AcquirerCase *self);

/* Of requests about another one (acquirer-host-refund.c). Nothing of a card may come where none
 * was read. */
gboolean acquirer_host_refund_check_card (AcquirerCase *self);
/* Fills the line's original identity from the request. */
void acquirer_host_refund_read_original (AcquirerCase *self);
/* Reference, authorisation and date, as far as the request says them, are those of `original`. */
gboolean acquirer_host_refund_names (const AcquirerCase *self, const AcquirerLine *original);
/* A code that refuses what names no `original` of its kind (`fits`) that stands, or NULL; `unknown`
 * is the reason where there is none. */
const char *acquirer_host_refund_fault (const AcquirerCase *self,
                                        const AcquirerLine *original,
                                        gboolean fits,
                                        const char *unknown,
                                        const char **out_reason);
/* A code that refuses, or NULL. `original` is NULL where the ledger has none. */
typedef const char *(*AcquirerHostJudge) (AcquirerCase *self,
                                          const AcquirerLine *original,
                                          const char **out_reason);
/* From the first check of such a request to its answer, which a repeat gets again. */
gboolean
acquirer_host_refund_about (AcquirerCase *self, AcquirerEffect effect, AcquirerHostJudge judge);

/* A batch of this terminal was closed under this number, or a higher one. */
gboolean acquirer_host_batch_is_closed (const AcquirerCase *self);
/* Tells a terminal that signs in which batch is open, where its own is closed. */
void acquirer_host_batch_tell (AcquirerCase *self);
void acquirer_host_batch_forget (gpointer upload); /* GDestroyNotify of `uploads` */

/* The handlers. */
gboolean acquirer_host_batch_settle (AcquirerCase *self); /* settlement, totals */
gboolean acquirer_host_batch_upload (AcquirerCase *self);
gboolean acquirer_host_batch_end (AcquirerCase *self);
gboolean acquirer_host_batch_close (AcquirerCase *self);
gboolean acquirer_host_payment_ask (AcquirerCase *self); /* sale, deferred, advice, hold */
gboolean acquirer_host_payment_balance (AcquirerCase *self);
gboolean acquirer_host_payment_reverse (AcquirerCase *self);
gboolean acquirer_host_refund_ask (AcquirerCase *self); /* void, refund */
gboolean acquirer_host_hold_ask (AcquirerCase *self);   /* capture, voids of it and of a hold */
gboolean acquirer_host_notice_ask (AcquirerCase *self); /* script results */
gboolean acquirer_host_download_status (AcquirerCase *self); /* AIDs, CA keys */
gboolean acquirer_host_download_piece (AcquirerCase *self);  /* and parameters */
gboolean acquirer_host_download_end (AcquirerCase *self);
gboolean acquirer_host_terminal_sign_in (AcquirerCase *self);
gboolean acquirer_host_terminal_sign_out (AcquirerCase *self);
gboolean acquirer_host_terminal_echo (AcquirerCase *self);
/* What became of the request that it names; nothing does of this one. */
gboolean acquirer_host_terminal_enquire (AcquirerCase *self);
/* Before any of them: what the request says of the terminal's books is kept, and what was seen
 * before is said. FALSE: it is refused, for another till has this one's number. */
gboolean acquirer_host_terminal_heed (AcquirerCase *self);
/* Whether this field tells of the books: no answer repeats what the request had there. */
gboolean acquirer_host_terminal_is_books (const AcquirerCase *self, guint field);
/* Before any of them: TRUE where the mood is that the terminal must get a new key first; then it
 * has decided. */
gboolean acquirer_host_terminal_wants_key (AcquirerCase *self);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A contact transaction from the reset card to its last cryptogram (EMV 4.4 Books 1 to 4). The
 * kernel runs the phases in their order, each of them a file of its own; it knows no reader, no
 * line, no database, no clock and no source of chance: all of that comes in. It says what the card
 * says; what that means for the books is its caller's affair (payment-life.md).
 *
 *   select → initiate → read → authenticate → restrictions → cardholder → risk → action →
 * 1st GENERATE AC │ the caller asks the acquirer │ issuer authentication → scripts 71 →
 * 2nd GENERATE AC → scripts 72
 *
 * Not certified by EMVCo. Blocks as long as the card does; one thread at a time.
 */
#pragma once

#include "emv-card.h"
#include "emv-data.h"
#include "emv-terminal.h"
#include "emv-trace.h"

G_BEGIN_DECLS

#define EMV_CANDIDATES_MAX 32
#define EMV_NAME_MAX 64 /* bytes of UTF-8 of an application's name */
#define EMV_SCRIPTS_MAX 10
#define EMV_SCRIPT_RESULT_SIZE 5

typedef enum
{
  EMV_PHASE_SELECT,
  EMV_PHASE_INITIATE,
  EMV_PHASE_READ,
  EMV_PHASE_AUTHENTICATE,
  EMV_PHASE_RESTRICT,
  EMV_PHASE_VERIFY,
  EMV_PHASE_RISK,
  EMV_PHASE_ACTION,
  EMV_PHASE_FIRST,  /* first GENERATE AC */
  EMV_PHASE_ISSUER, /* issuer authentication and scripts 71 */
  EMV_PHASE_SECOND, /* second GENERATE AC */
  EMV_PHASE_AFTER,  /* scripts 72 */
} EmvPhase;

/* What is sold. Dates as the shop's clock has them. */
typedef struct
{
  gint64 amount_minor; /* with `other` */
  gint64 other_minor;  /* cashback; 0 */
  guint16 currency;    /* ISO 4217 number */
  guint8 exponent;     /* decimal places of it */
  guint8 kind;         /* 9C: 00 goods and services, 20 refund */
  guint32 date;        /* YYYYMMDD */
  guint32 time;        /* HHMMSS */
  guint32 sequence;    /* 9F41, 1 … 99999999 */
  guint8 unpredictable[4];
  guint random_percent;  /* 1 … 99, drawn for this transaction (Book 3, 10.6.2) */
  gboolean force_online; /* the merchant wants it so */
  gboolean online;       /* a line to the acquirer is configured */
} EmvSale;

/* An application that card and terminal have in common. */
typedef struct
{
  guint8 aid[EMV_AID_MAX];
  gsize aid_size;
  char name[EMV_NAME_MAX + 1]; /* for people: the preferred one where its letters can be shown */
  gboolean named;              /* by the card; else `name` is the identifier */
  guint8 priority;             /* 1 highest … 15; 0: none given */
  gboolean confirm;            /* not without the cardholder's word */
} EmvCandidate;

typedef enum
{
  EMV_PIN_CHECKED,   /* the card answered VERIFY: `out_status` */
  EMV_PIN_BYPASSED,  /* nothing was typed, by the cardholder's or the cashier's wish */
  EMV_PIN_CANCELLED, /* the transaction is given up */
  EMV_PIN_BROKEN,    /* the pad doesn't work */
  EMV_PIN_REMOVED,   /* the card is gone */
} EmvPin;

/* People and pads. Members may be NULL: nobody to ask, no pad, no log. */
typedef struct
{
  /* Which one; -1: given up. Asked when there are several, or one that wants to be confirmed. */
  int (*choose) (gpointer ctx, const EmvCandidate *list, guint count);
  /* A plain-text PIN to the card, typed into the reader's own pad, which sends VERIFY itself. */
  EmvPin (*verify_pin) (gpointer ctx, guint tries_left, guint16 *out_status);
  /* What this card has bought here without its issuer knowing, for the floor limit (10.6.1). The
   * number is digits, without padding. */
  gint64 (*logged_minor) (gpointer ctx, BaseSpan digits);
  void (*phase) (gpointer ctx, EmvPhase phase);
  gpointer ctx;
} EmvHolder;

typedef enum
{
  EMV_SAYS_ASKS,     /* an ARQC: the issuer shall decide */
  EMV_SAYS_APPROVES, /* a TC */
  EMV_SAYS_REFUSES,  /* an AAC */
  EMV_SAYS_ENDED,    /* no cryptogram: emv_kernel_reason() */
} EmvSays;

typedef enum
{
  EMV_ONLINE_ANSWERED,
  EMV_ONLINE_UNABLE, /* no byte of a request left */
  EMV_ONLINE_LOST,   /* nobody knows what the issuer said: the card shall refuse */
} EmvOnlineHow;

typedef struct
{
  EmvOnlineHow how;
  gboolean approved;
  char code[3];         /* answered: the two characters for 8A */
  BaseSpan issuer_data; /* answered: 91, 71, 72 as field 55 had them; may be empty */
} EmvOnline;

typedef struct _EmvKernel EmvKernel;

/* Copies sale, transport and holder; the terminal is borrowed. */
EmvKernel *emv_kernel_new (const EmvTerminal *terminal,
                           const EmvSale *sale,
                           EmvTransport transport,
                           const EmvHolder *holder);
void emv_kernel_free (EmvKernel *self);
/* To the first GENERATE AC's answer; once. */
EmvSays emv_kernel_run (EmvKernel *self);
/* Instead of run(), to try a PIN pad with a card whose PIN is known: its application is opened and
 * read, and its PIN asked for once, whatever its list of methods says; no cryptogram. FALSE: the
 * card couldn't be used so far, or was taken out (emv_kernel_reason). Where the card said that no
 * try is left (*out_status 6983), nobody was asked. The holder must have verify_pin. */
gboolean emv_kernel_try_pin (EmvKernel *self, EmvPin *out_pin, guint16 *out_status);
/* The rest, after run() said ASKS; once. APPROVES or REFUSES; ENDED: the card gave no second
 * cryptogram. */
EmvSays emv_kernel_finish (EmvKernel *self, const EmvOnline *online);

/* After run(). All borrowed. */
const EmvData *emv_kernel_data (const EmvKernel *self);
const EmvCandidate *emv_kernel_application (const EmvKernel *self); /* NULL: none was selected */
/* A fixed word: "card-removed", "card-error", "card-blocked", "application-blocked",
 * "no-application", "not-accepted", "cancelled", "reader-fault", "card-mute"; NULL when there is a
 * cryptogram.
 */
const char *emv_kernel_reason (const EmvKernel *self);
/* The chip couldn't be used, and Book 4, 6.3 leaves the stripe to the acquirer's rules. */
gboolean emv_kernel_may_fall_back (const EmvKernel *self);
gboolean emv_kernel_wants_signature (const EmvKernel *self);
/* EMV_SCRIPT_RESULT_SIZE bytes a script (Book 4, A5); empty: there was none. */
BaseSpan emv_kernel_script_results (const EmvKernel *self);
const EmvTrace *emv_kernel_trace (const EmvKernel *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EmvKernel, emv_kernel_free)

G_END_DECLS

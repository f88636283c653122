/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Signing in and out: the terminal tells the acquirer that it is there and gets its working keys
 * and the batch to count in. It moves no money, so it may go before an owed reversal
 * (payment-life.md, rule 1), and the reversal's own MAC may need it. Only where the profile has
 * working keys; blocks, with the terminal's turn taken.
 */
#pragma once

#include "sync-line.h"

G_BEGIN_DECLS

typedef enum
{
  SYNC_SIGN_IN_DONE,
  SYNC_SIGN_IN_NOT_NEEDED, /* this acquirer has no sign-in */
  SYNC_SIGN_IN_REFUSED,    /* the host said no: see the code */
  SYNC_SIGN_IN_NO_ANSWER,  /* see the error */
  SYNC_SIGN_IN_FAULT,  /* keys that don't open, a batch that went back, the disk: see the error */
  SYNC_SIGN_IN_HELD,   /* the books were put back, or are another till's now: see the error */
  SYNC_SIGN_IN_OWED,   /* of signing out: a reversal goes first */
  SYNC_SIGN_IN_ABSENT, /* of signing out: there are no keys that hold, so there is nothing to end */
} SyncSignIn;

typedef struct
{
  char code[ACQUIRER_CODE_MAX]; /* the host's, "" without an answer */
  guint32 batch;                /* to count in from now on; 0 unless done */
  gboolean ours;                /* whatever it said else, it knows this till behind the number */
} SyncSignInReport;

SyncSignIn sync_sign_in_run (SyncLine *line,
                             GCancellable *cancellable,
                             SyncSignInReport *report,
                             GError **error);
/* The other way: the host forgets the terminal, and the terminal its keys. Refused while a reversal
 * is owed (payment-life.md, rule 1). */
SyncSignIn sync_sign_out_run (SyncLine *line,
                              GCancellable *cancellable,
                              SyncSignInReport *report,
                              GError **error);
/* Signs in when that is needed. FALSE: nothing that has a MAC can be sent now. */
gboolean sync_sign_in_ready (SyncLine *line, GCancellable *cancellable, GError **error);
/* With the turn taken: one message and its answer. One that the host refuses for its MAC, or whose
 * answer has a wrong one, is sent once more as soon as the terminal has signed in. */
AcquirerExchange sync_sign_in_exchange (SyncLine *line,
                                        const Iso8583Message *request,
                                        GCancellable *cancellable,
                                        Iso8583Message **out_answer,
                                        GError **error);
/* As much for a message that moves no money and changes nothing at the host: from quarantined
 * books, too, whose new epoch begins so; not after a hand-over. */
AcquirerExchange sync_sign_in_enquire (SyncLine *line,
                                       const Iso8583Message *request,
                                       GCancellable *cancellable,
                                       Iso8583Message **out_answer,
                                       GError **error);
/* Whether the host is there: an echo, or the sign-in that is due before one can be sent. Takes the
 * turn itself. */
AcquirerExchange sync_sign_in_echo (SyncLine *line, GCancellable *cancellable, GError **error);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the sandbox acquirer answers: takes the bytes of one request, gives the bytes of its answer,
 * and has entered its effect in the ledger by then. Strict: what isn't exactly as the profile says
 * is refused by name. It knows nothing of connections, faults or threads but its own lock, so any
 * thread may ask.
 *
 * 1. One identity (terminal, batch, STAN) has at most one charge, advice or decline; a repeat gets
 * the same answer.
 * 2. What was reversed once is never charged, in whichever order request and reversal come.
 * 3. A chip's payment is approved only with a cryptogram of its card that hasn't come before; what
 * the chip has approved by itself is taken in any case, and marked.
 * 4. A line is in the ledger before the answer to its request exists.
 * 5. Where the profile has a sign-in, a terminal that didn't sign in is told A0 to everything that
 * needs a MAC, without one: there is no key for it.
 */
#pragma once

#include "acquirer-card.h"
#include "acquirer-ledger.h"
#include "acquirer-profile.h"
#include "acquirer-sessions.h"
#include "acquirer-terminals.h"
#include "base-secret.h"

G_BEGIN_DECLS

#define ACQUIRER_HOST_IDENTITY_MAX 64

typedef struct _AcquirerHost AcquirerHost;

/* Takes over `ledger` and `sessions`; copies the keys. `sessions` is for a host where terminals
 * sign in, else NULL; without it `mac_key` is everybody's, for ever, in any profile. */
AcquirerHost *acquirer_host_new (AcquirerProfile *profile,
                                 AcquirerLedger *ledger,
                                 const BaseSecret *mac_key,
                                 AcquirerSessions *sessions,
                                 const AcquirerCardKeys *keys);
/* What it sees of the terminals' books is kept there from here on; taken over. */
void acquirer_host_keep_terminals (AcquirerHost *self, AcquirerTerminals *terminals);
/* Ends with the ledger on the disk. */
void acquirer_host_free (AcquirerHost *self);

/* Asks this of the terminals in every answer's prefix, where the dialect has a digit for it, until
 * it was done. Before the first request. */
void acquirer_host_set_demand (AcquirerHost *self, AcquirerDemand demand);
/* What the issuer has chips do, of payments that these fit. Copied; before the first request. */
void acquirer_host_set_scripts (AcquirerHost *self, const AcquirerScripts *scripts);

typedef struct
{
  gboolean decline; /* the fault: decline if that is still open */
  gboolean repeat;  /* the request has come before */
  gint64 now_unix_s;
  gboolean wrong_proof; /* the issuer's proof to a chip isn't right */
  gboolean wants_key;   /* what moves money isn't done, but answered with the wish for a new key */
} AcquirerHostMood;

/* The answer without the frame's length; NULL where nothing can be said to such a request (or the
 * ledger's disk is full). */
GBytes *acquirer_host_handle (AcquirerHost *self, BaseSpan body, const AcquirerHostMood *mood);
/* Who asks, for the faults: MTI, terminal, batch and STAN of a readable request, else "".
 * ACQUIRER_HOST_IDENTITY_MAX bytes. Returns how often it has come before. */
guint acquirer_host_recognise (AcquirerHost *self, BaseSpan body, char *out_identity);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AcquirerHost, acquirer_host_free)

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The self-test of a new line: sends one message, keeps the first bytes of both directions, and
 * says in plain sentences which of the usual mistakes of framing they show (a length that counts
 * itself, its bytes swapped, digits for bytes, a TPDU too many or too few, the MTI in the other
 * encoding, another MAC key). Where the host doesn't answer well, it tries again with one of those
 * mistakes made after the other, and says with which of them it does. For till-cli; it blocks, and
 * never touches a payment.
 */
#pragma once

#include "acquirer-mac.h"
#include "acquirer-profile.h"
#include "base-secret.h"
#include "crypto-tls.h"
#include "iso8583-message.h"

G_BEGIN_DECLS

#define ACQUIRER_PROBE_RECEIVED_MAX 8192
#define ACQUIRER_PROBE_ANSWER_MAX_MS 3000 /* whatever the profile says: somebody is waiting */

typedef struct
{
  const char *host;
  guint16 port;
  CryptoTlsIdentity *identity;
  const BaseSecret *mac_key;    /* NULL: the message and its answer have no MAC */
  const BaseSecret *master_key; /* of a sign-in that has a MAC; else NULL */
} AcquirerProbeTarget;

typedef struct
{
  GBytes *sent; /* the frame, length and all */
  GBytes
      *received;   /* what came until the deadline, or until it was one whole frame; may be empty */
  gboolean closed; /* the host hung up */
  gboolean good;   /* a readable answer with a good MAC */
  GPtrArray *findings; /* of char *: sentences, the likeliest first; one good word when all
                          is well */
} AcquirerProbe;

/* `message` is usually an echo, or a sign-in where an echo needs a key that isn't there yet. NULL
 * with ACQUIRER_ERROR_CONNECT when there was no line, ACQUIRER_ERROR_FIELD when the message can't
 * be packed; everything later is a finding. */
AcquirerProbe *acquirer_probe_run (AcquirerProfile *profile,
                                   const AcquirerProbeTarget *target,
                                   const Iso8583Message *message,
                                   GCancellable *cancellable,
                                   GError **error);
void acquirer_probe_free (AcquirerProbe *self);
/* Fills `good` and `findings` from `received`; pure. */
void acquirer_probe_explain (AcquirerProbe *self, AcquirerProfile *profile, const AcquirerMac *mac);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AcquirerProbe, acquirer_probe_free)

G_END_DECLS

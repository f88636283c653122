/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The line to the acquirer's host: one TLS connection, kept open between calls, made anew when it
 * is gone. It blocks, with deadlines on the monotonic clock from the profile; one thread uses it.
 * It never repeats a request by itself and never decides what a missing answer means: it says
 * exactly whether a byte may have left. An answer with a bad MAC, or of another request, is not an
 * answer.
 *
 * 1. NOT_SENT is said only when no byte of the request was handed to the line.
 * 2. ANSWERED is said only when the MAC is good and acquirer_message_matches() holds.
 * 3. All else is NO_ANSWER.
 */
#pragma once

#include "acquirer-profile.h"
#include "base-secret.h"
#include "crypto-tls.h"
#include "iso8583-message.h"

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _AcquirerLink AcquirerLink;

typedef enum
{
  ACQUIRER_EXCHANGE_NOT_SENT,  /* no byte left */
  ACQUIRER_EXCHANGE_NO_ANSWER, /* any byte may have left */
  ACQUIRER_EXCHANGE_ANSWERED,
} AcquirerExchange;

typedef struct
{
  AcquirerExchange exchange;
  Iso8583Message *answer; /* when ANSWERED */
  GError *error;          /* why not, otherwise */
} AcquirerResult;

/* An answer that belongs to no request under way (late, or a second copy). Its MAC was good. */
typedef void (*AcquirerLinkStray) (const Iso8583Message *answer, gpointer data);

/* Connects nothing yet. `mac_key` is copied, and NULL before the first sign-in; `identity` is
 * borrowed and must outlive the link. */
AcquirerLink *acquirer_link_new (AcquirerProfile *profile,
                                 const char *host,
                                 guint16 port,
                                 CryptoTlsIdentity *identity,
                                 const BaseSecret *mac_key);
void acquirer_link_free (AcquirerLink *self);
/* From the next message on, as after a sign-in; NULL: none. Not while one is under way. */
void acquirer_link_set_mac_key (AcquirerLink *self, const BaseSecret *mac_key);
/* What a sign-in's own MAC is made with, where the profile has one. */
void acquirer_link_set_master_key (AcquirerLink *self, const BaseSecret *master_key);
void acquirer_link_set_stray (AcquirerLink *self, AcquirerLinkStray callback, gpointer data);

/* Makes the connection if there is none: no byte of any message leaves. FALSE: the host can't be
 * reached. */
gboolean acquirer_link_connect (AcquirerLink *self, GCancellable *cancellable, GError **error);
/* One request, one answer. `error` says why unless ANSWERED. Cancelling before the first byte gives
 * NOT_SENT, later NO_ANSWER. */
AcquirerExchange acquirer_link_exchange (AcquirerLink *self,
                                         const Iso8583Message *request,
                                         GCancellable *cancellable,
                                         Iso8583Message **out_answer,
                                         GError **error);
/* At most the profile's in_flight requests at once, answers in any order. `results` has `count`
 * places, all written. */
void acquirer_link_exchange_many (AcquirerLink *self,
                                  const Iso8583Message *const *requests,
                                  guint count,
                                  GCancellable *cancellable,
                                  AcquirerResult *results);
void acquirer_result_clear (AcquirerResult *result);

/* Closes the line; the next call makes a new one. */
void acquirer_link_drop (AcquirerLink *self);
/* When the host last said something with a good MAC (g_get_monotonic_time scale); 0 = never. That
 * is being online. */
gint64 acquirer_link_last_contact_us (const AcquirerLink *self);
/* Answers dropped because they matched nothing. */
guint64 acquirer_link_stray_count (const AcquirerLink *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AcquirerLink, acquirer_link_free)

G_END_DECLS

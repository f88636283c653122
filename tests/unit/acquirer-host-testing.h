/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the tests of the sandbox host share: a host in memory that speaks one of the dialects, and
 * whoever asks it in good form, also about a request that it has approved. The MAC's key is that of
 * the golden frames.
 */
#pragma once

#include "acquirer-host.h"
#include "acquirer-mac.h"
#include "acquirer-message.h"
#include "iso8583.h"

G_BEGIN_DECLS

typedef struct
{
  AcquirerProfile *profile;
  BaseSecret *key;
  AcquirerMac *mac;
  AcquirerHost *host;
  AcquirerLedger *ledger;                 /* the host's */
  char *reference, *authorisation, *date; /* of what acquirer_host_testing_begin() asked */
} AcquirerHostTesting;

#define ACQUIRER_HOST_TESTING_ORIGINAL 17 /* its STAN */

/* Sessions of the UnionPay dialect in which terminal 12345678 has signed in. */
#define SESSION_OPEN                                                                               \
  "[terminals]\n12345678="                                                                         \
  "FF13E51C54A3317CA365D62487B2EC17A2C564A6"                                                       \
  "9C16BA93BF623EAB5E0FE6A4107DF69708D7B4FB\n"

/* The sandbox's dialect. */
void acquirer_host_testing_init (AcquirerHostTesting *self);
void acquirer_host_testing_init_unionpay (AcquirerHostTesting *self, const char *session);
void acquirer_host_testing_clear (AcquirerHostTesting *self);

/* NULL: it says nothing. The answer's MAC must be good. */
Iso8583Message *acquirer_host_testing_ask_bytes (AcquirerHostTesting *self, BaseSpan body);
Iso8583Message *acquirer_host_testing_ask (AcquirerHostTesting *self,
                                           const Iso8583Message *request);
/* The request is answered, and by this code and reason. */
void acquirer_host_testing_expect (AcquirerHostTesting *self,
                                   const Iso8583Message *request,
                                   const char *code,
                                   const char *reason);

Iso8583Message *acquirer_host_testing_sale (AcquirerHostTesting *self, guint stan);

/* A host of this dialect ("unionpay"; NULL: the sandbox's) that has approved a request of this
 * kind. */
void
acquirer_host_testing_begin (AcquirerHostTesting *self, const char *dialect, AcquirerFlowKind kind);
/* What a till says in this dialect, with a card. */
AcquirerSale acquirer_host_testing_values (const AcquirerHostTesting *self, guint stan);
/* About that first request, in its batch, with its amount; no card. */
AcquirerSale acquirer_host_testing_about (const AcquirerHostTesting *self, guint stan);
/* It is answered by this code, and a repeat of it alike. */
void acquirer_host_testing_expect_twice (AcquirerHostTesting *self,
                                         AcquirerFlowKind kind,
                                         const AcquirerSale *values,
                                         const char *code);
/* Its reversal is answered by this code. */
void acquirer_host_testing_reverse (AcquirerHostTesting *self,
                                    AcquirerFlowKind kind,
                                    const AcquirerSale *values,
                                    const char *code);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (AcquirerHostTesting, acquirer_host_testing_clear)

G_END_DECLS

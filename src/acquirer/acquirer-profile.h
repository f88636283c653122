/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Everything that differs from one acquirer to the next, read from data/acquirers/<name>.ini: the
 * dialect, the flows with the fields each of them has, the MAC, the response codes that matter,
 * deadlines and limits. Immutable once loaded, so any thread may use it; counted. No code elsewhere
 * asks for a profile's name.
 */
#pragma once

#include "acquirer-batch.h"
#include "acquirer-code.h"
#include "acquirer-demand.h"
#include "acquirer-error.h"
#include "acquirer-flow.h"
#include "acquirer-key-plan.h"
#include "acquirer-parameter.h"
#include "iso8583-dialect.h"

G_BEGIN_DECLS

#define ACQUIRER_IN_FLIGHT_MAX 64
#define ACQUIRER_PROFILE_SIZE_MAX 65536 /* bytes of an .ini file */
#define ACQUIRER_DEADLINE_MAX_MS 120000
#define ACQUIRER_MAC_MAX 16 /* bytes */

typedef struct _AcquirerProfile AcquirerProfile;

typedef enum
{
  ACQUIRER_CARD_DATA_ACQUIRER, /* only the acquirer can open what the till stores of a card */
  ACQUIRER_CARD_DATA_TILL,     /* the till must make clear fields in the sending step */
} AcquirerCardData;

/* A name finds data/acquirers/<name>.ini; anything with a slash in it is a path. */
AcquirerProfile *acquirer_profile_load (const char *name_or_path, GError **error);
AcquirerProfile *acquirer_profile_from_text (const char *ini, GError **error);
/* The same with one key of its text changed; NULL when that is no profile. */
AcquirerProfile *acquirer_profile_vary (const AcquirerProfile *self,
                                        const char *group,
                                        const char *key,
                                        const char *value);
AcquirerProfile *acquirer_profile_ref (AcquirerProfile *self);
void acquirer_profile_unref (AcquirerProfile *self);

const char *acquirer_profile_name (const AcquirerProfile *self);
const Iso8583Dialect *acquirer_profile_dialect (const AcquirerProfile *self);
AcquirerCardData acquirer_profile_card_data (const AcquirerProfile *self);
gboolean acquirer_profile_deferred (const AcquirerProfile *self);
/* A stored request without an answer: TRUE = repeat it unchanged under its STAN; FALSE = reverse
 * it, then a new attempt. */
gboolean acquirer_profile_deferred_repeats (const AcquirerProfile *self);
/* A card whose chip can't be used may be swiped, and is told as such. FALSE where the profile says
 * nothing. */
gboolean acquirer_profile_fallback (const AcquirerProfile *self);
guint acquirer_profile_in_flight (const AcquirerProfile *self);
/* Tries of a reversal before the manager is told. */
guint acquirer_profile_tries (const AcquirerProfile *self);
guint acquirer_profile_connect_ms (const AcquirerProfile *self);
guint acquirer_profile_answer_ms (const AcquirerProfile *self);
/* Seconds without contact after which an echo is due; 0 = none. */
guint acquirer_profile_echo_s (const AcquirerProfile *self);
/* By how many percent a completion may exceed its hold; 0 where the profile says nothing. */
guint acquirer_profile_completion_above (const AcquirerProfile *self);
gboolean acquirer_profile_tls12 (const AcquirerProfile *self);
/* NULL when the messages carry no MAC. */
const char *acquirer_profile_mac_algorithm (const AcquirerProfile *self);
guint acquirer_profile_mac_field (const AcquirerProfile *self);
/* How working keys come at a sign-in; NULL when there is none, and the MAC key is for ever. */
const AcquirerKeyPlan *acquirer_profile_key_plan (const AcquirerProfile *self);

/* How sums and rows of a batch are written; NULL when this acquirer has no settlement. */
const AcquirerBatchPlan *acquirer_profile_batch (const AcquirerProfile *self);

/* The field that holds this value, by [roles] or by ISO 8583; 0 when this acquirer has no such
 * field. */
guint acquirer_profile_role (const AcquirerProfile *self, AcquirerValue value);
/* The value that this field holds unless a flow says otherwise; NONE: nothing that a till knows. */
AcquirerValue acquirer_profile_value (const AcquirerProfile *self, guint field);
/* The code for a reversal's reason, by [reversal]; "" when this acquirer has none. */
const char *acquirer_profile_why (const AcquirerProfile *self, const char *reason);
/* NULL when this acquirer has no such flow. */
const AcquirerFlow *acquirer_profile_flow (const AcquirerProfile *self, AcquirerFlowKind kind);
/* Whether requests of this MTI, or answers where its third digit is odd, carry a MAC. All flows of
 * one MTI agree on it, so that nobody can take a MAC away from a message that must have one. */
gboolean acquirer_profile_has_mac (const AcquirerProfile *self, const char *mti);
/* Whether the host keeps how far each terminal's books have come, and says so at a sign-in. */
gboolean acquirer_profile_keeps_books (const AcquirerProfile *self);
/* Whether that MAC is under the key that is made of the master key: a sign-in's and its answer's.
 */
gboolean acquirer_profile_has_master_mac (const AcquirerProfile *self, const char *mti);
/* Whether an answer must repeat this field of its request. */
gboolean acquirer_profile_matches_field (const AcquirerProfile *self, guint field);
/* Those fields in order, ended by 0. */
const guint8 *acquirer_profile_match_fields (const AcquirerProfile *self);
gboolean acquirer_profile_code_approved (const AcquirerProfile *self, const char *code);
gboolean acquirer_profile_code_malformed (const AcquirerProfile *self, const char *code);
gboolean acquirer_profile_code_no_original (const AcquirerProfile *self, const char *code);
/* The identity is another payment's: nothing has happened, nor will under it. */
gboolean acquirer_profile_code_reused (const AcquirerProfile *self, const char *code);
/* What a code that doesn't approve means and asks for, by [codes]; NULL: nothing is known. */
const AcquirerCode *acquirer_profile_code (const AcquirerProfile *self, const char *code);
/* The code asks the terminal to sign in again before it goes on. */
gboolean acquirer_profile_code_sign_in (const AcquirerProfile *self, const char *code);

const AcquirerDemands *acquirer_profile_demands (const AcquirerProfile *self);
const AcquirerParameters *acquirer_profile_parameters (const AcquirerProfile *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AcquirerProfile, acquirer_profile_unref)

G_END_DECLS

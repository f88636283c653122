/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a terminal must know to talk to chips, as an acquirer sends it: for each application (AID)
 * the rules of risk and action, for each certification authority its public keys. Both come as
 * BER-TLV, one entry a message, are read strictly, and are kept as they came; whoever runs a chip's
 * transaction asks sync-download.h for them and gets these values. Pure; no secret is among them.
 *
 * Strict: every object once and of its size, none missing that is needed, none that isn't listed
 * here. An object that nobody heeds would be a rule of the acquirer's that is broken in silence.
 *
 *   AID  9F06 AID · DF01 whole name or part · 9F08 version · DF11 DF12 DF13 action codes · 9F1B
 * floor limit · DF15 threshold · DF16 DF17 percentages · DF14 DDOL · optional: DF18 online PIN ·
 * 9F7B e-cash limit · DF19 DF20 DF21 contactless limits
 *   key  9F06 RID · 9F22 index · DF05 expiry · DF06 hash (01) · DF07 algorithm (01) · DF02 modulus
 * · DF04 exponent · DF03 check value
 */
#pragma once

#include "emv-terminal.h"

G_BEGIN_DECLS

#define ACQUIRER_EMV_ENTRIES_MAX 64 /* of each kind */
#define ACQUIRER_EMV_ENTRY_MAX 512  /* bytes of one entry's TLV */
#define ACQUIRER_EMV_AID_MIN 5      /* bytes: a RID alone */
#define ACQUIRER_EMV_MODULUS_MIN 64 /* bytes */
#define ACQUIRER_EMV_NAME_MAX 24    /* bytes of what asks for one entry */

/* One application: what the kernel goes by (emv-terminal.h), and what else is said. */
typedef struct
{
  EmvApplicationRules rules;
  gint64 ecash_minor;              /* -1: nothing was said */
  gint64 contactless_floor_minor;  /* -1 */
  gint64 contactless_limit_minor;  /* -1 */
  gint64 contactless_verify_minor; /* -1: from here on the holder is verified */
} AcquirerEmvAid;

/* ACQUIRER_ERROR_FIELD names the entry and the object. */
gboolean acquirer_emv_read_aid (BaseSpan tlv, AcquirerEmvAid *out_aid, GError **error);
/* The same; refuses a key whose check value isn't SHA-1 (RID ‖ index ‖ modulus ‖ exponent). */
gboolean acquirer_emv_read_key (BaseSpan tlv, EmvKey *out_key, GError **error);
/* The key may not be used after `today` (YYYYMMDD). */
gboolean acquirer_emv_key_has_ended (const EmvKey *key, guint32 today);

/* The objects that ask for one entry: 9F06, of a key followed by 9F22. */
typedef struct
{
  guint8 bytes[ACQUIRER_EMV_NAME_MAX];
  gsize size;
} AcquirerEmvName;

/* Which entries there are, from a list of 9F06 (AIDs) or of 9F06, 9F22 and perhaps DF05 (keys).
 * Appends to `names` (AcquirerEmvName) what isn't in it yet; ACQUIRER_ERROR_FIELD also for too
 * many. */
gboolean acquirer_emv_read_names (BaseSpan list, gboolean keys, GArray *names, GError **error);
/* The same objects, of an entry that came: it must be what was asked for. */
void acquirer_emv_aid_name (const AcquirerEmvAid *aid, AcquirerEmvName *out_name);
void acquirer_emv_key_name (const EmvKey *key, AcquirerEmvName *out_name);
gboolean acquirer_emv_name_equal (const AcquirerEmvName *a, const AcquirerEmvName *b);

G_END_DECLS

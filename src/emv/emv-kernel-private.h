/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to this folder: the state that the phases hand on, and the phases. What the standard
 * gives a tag lies in `data` under it (TVR 95, TSI 9B, CVM results 9F34, …), so that a list of data
 * objects finds it; only what has no tag stands here.
 */
#pragma once

#include "emv-certificate.h"
#include "emv-dol.h"
#include "emv-kernel.h"

G_BEGIN_DECLS

/* Bits of the TVR (Book 3, C5): byte 1 … 5 above, bit value below. */
typedef enum
{
  EMV_TVR_ODA_NOT_DONE = 0x180,
  EMV_TVR_SDA_FAILED = 0x140,
  EMV_TVR_CARD_DATA_MISSING = 0x120,
  EMV_TVR_EXCEPTION_FILE = 0x110,
  EMV_TVR_DDA_FAILED = 0x108,
  EMV_TVR_CDA_FAILED = 0x104,
  EMV_TVR_SDA_SELECTED = 0x102,
  EMV_TVR_VERSIONS_DIFFER = 0x280,
  EMV_TVR_EXPIRED = 0x240,
  EMV_TVR_NOT_YET_EFFECTIVE = 0x220,
  EMV_TVR_SERVICE_NOT_ALLOWED = 0x210,
  EMV_TVR_NEW_CARD = 0x208,
  EMV_TVR_CVM_FAILED = 0x380,
  EMV_TVR_CVM_UNKNOWN = 0x340,
  EMV_TVR_PIN_TRIES_OVER = 0x320,
  EMV_TVR_PIN_PAD_MISSING = 0x310,
  EMV_TVR_PIN_NOT_ENTERED = 0x308,
  EMV_TVR_ONLINE_CVM = 0x304,
  EMV_TVR_FLOOR_LIMIT = 0x480,
  EMV_TVR_LOWER_LIMIT = 0x440,
  EMV_TVR_UPPER_LIMIT = 0x420,
  EMV_TVR_RANDOM = 0x410,
  EMV_TVR_FORCED_ONLINE = 0x408,
  EMV_TVR_DEFAULT_TDOL = 0x580,
  EMV_TVR_ISSUER_AUTH_FAILED = 0x540,
  EMV_TVR_SCRIPT_71_FAILED = 0x520,
  EMV_TVR_SCRIPT_72_FAILED = 0x510,
} EmvTvr;

/* Bits of the TSI (Book 3, C6), byte 1. */
typedef enum
{
  EMV_TSI_ODA = 0x80,
  EMV_TSI_CVM = 0x40,
  EMV_TSI_CARD_RISK = 0x20,
  EMV_TSI_ISSUER_AUTH = 0x10,
  EMV_TSI_RISK = 0x08,
  EMV_TSI_SCRIPT = 0x04,
} EmvTsi;

/* Bits of the AIP's first byte (Book 3, C1). */
typedef enum
{
  EMV_AIP_SDA = 0x40,
  EMV_AIP_DDA = 0x20,
  EMV_AIP_CVM = 0x10,
  EMV_AIP_RISK = 0x08,
  EMV_AIP_ISSUER_AUTH = 0x04,
  EMV_AIP_CDA = 0x01,
} EmvAip;

typedef enum
{
  EMV_ODA_NONE,
  EMV_ODA_SDA,
  EMV_ODA_DDA,
  EMV_ODA_CDA,
} EmvOda;

typedef enum
{
  EMV_STEP_ON,    /* the next phase */
  EMV_STEP_AGAIN, /* this application can't be used: the next candidate */
  EMV_STEP_END,   /* `reason` says why */
} EmvStep;

struct _EmvKernel
{
  const EmvTerminal *terminal;
  EmvSale sale;
  EmvTransport transport; /* records into `trace` */
  EmvTransport inner;     /* what the caller gave */
  EmvHolder holder;
  EmvData *data;
  EmvTrace *trace;

  EmvCandidate candidates[EMV_CANDIDATES_MAX];
  guint candidate_count;
  gboolean blocked; /* one of ours is there, and its issuer has blocked it */
  EmvCandidate application;
  gboolean selected;
  const EmvApplicationRules *rules;

  /* The records that the AFL names for offline data authentication, as Book 3, 10.3 lays them out:
   * the first authenticated_size bytes. NULL: none. */
  BaseSecret *authenticated;
  gsize authenticated_size;
  gboolean unauthentic; /* …but one of them was not in the form that it needs */
  EmvOda oda;
  EmvPublicKey card_key; /* of DDA and CDA, recovered */
  gboolean distrusted;   /* an answer came without the signature that it should have had */

  EmvPhase phase;
  EmvCryptogram asked;        /* with the last GENERATE AC */
  EmvList pdol, cdol1, cdol2; /* as they were filled: a combined signature is about them */
  gboolean signature;
  GByteArray *script_results;
  const char *reason;
  gboolean fall_back;
};

/* Each phase by itself; the state before it is what the phases before it would have left. */
EmvStep emv_select_candidates (EmvKernel *self);    /* PSE, or the list of AIDs */
EmvStep emv_select_application (EmvKernel *self);   /* chooses, SELECT; drops what can't be used */
EmvStep emv_application_initiate (EmvKernel *self); /* GET PROCESSING OPTIONS */
EmvStep emv_application_read (EmvKernel *self);     /* READ RECORD by the AFL */
EmvStep emv_oda_authenticate (EmvKernel *self); /* SDA, DDA; of CDA all but the signature itself */
/* The signature in the answer to a GENERATE AC with CDA: `answer` is the template's value. FALSE:
 * wrong (and TVR says so). On success 9F26, 9F27, 9F36, 9F10 are those that were signed. */
gboolean emv_oda_check_combined (EmvKernel *self, BaseSpan answer, gboolean second);
EmvStep emv_restrictions_check (EmvKernel *self);
EmvStep emv_cvm_verify (EmvKernel *self);
/* The PIN alone, once, whatever the card's list says. *out_pin is what became of it. */
EmvStep emv_cvm_try_pin (EmvKernel *self, EmvPin *out_pin, guint16 *out_status);
EmvStep emv_risk_manage (EmvKernel *self);
/* Which cryptogram to ask for: `unable`: no line (any more). Pure but for 8A where it is offline.
 */
EmvCryptogram emv_action_decide (EmvKernel *self, gboolean unable);
EmvStep emv_cryptogram_first (EmvKernel *self, EmvCryptogram kind, EmvSays *out_says);
EmvStep emv_cryptogram_second (EmvKernel *self, EmvCryptogram kind, EmvSays *out_says);
EmvStep emv_issuer_authenticate (EmvKernel *self, const EmvOnline *online);
EmvStep emv_issuer_run_scripts (EmvKernel *self, const EmvOnline *online, guint32 template);

/* Nothing of the card is known any more: another application begins. */
void emv_kernel_reset (EmvKernel *self);

/* Small things for all phases. */
void emv_kernel_raise (EmvKernel *self, EmvTvr bit);
gboolean emv_kernel_has_raised (const EmvKernel *self, EmvTvr bit);
void emv_kernel_mark_done (EmvKernel *self, EmvTsi bit);
gboolean emv_kernel_profile_has (const EmvKernel *self, EmvAip bit);
EmvStep emv_kernel_end (EmvKernel *self, const char *reason);
/* What isn't DONE as an end with its reason. */
EmvStep emv_kernel_end_link (EmvKernel *self, EmvLink link);

G_END_DECLS

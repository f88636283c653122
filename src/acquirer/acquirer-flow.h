/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One kind of exchange with the acquirer, as a group [flow NAME] of a profile has it: its MTI, the
 * fields of request and answer, what stands in fields that are made of parts, and the tags of the
 * chip that it carries. Read once with the profile and never changed. Names of flows are few and
 * fixed, because the till starts them by name; what is in them is the acquirer's affair.
 */
#pragma once

#include "acquirer-chip.h"
#include "acquirer-template.h"
#include "iso8583-dialect.h"

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  ACQUIRER_NEED_NONE,
  ACQUIRER_NEED_OPTIONAL,
  ACQUIRER_NEED_REQUIRED,
} AcquirerNeed;

/* What a flow is for; each name stands for one of them. */
typedef enum
{
  ACQUIRER_FLOW_SALE,
  ACQUIRER_FLOW_DEFERRED, /* a sale that was stored */
  ACQUIRER_FLOW_ADVICE,   /* the chip approved by itself */
  ACQUIRER_FLOW_VOID,
  ACQUIRER_FLOW_REFUND,
  ACQUIRER_FLOW_HOLD, /* pre-authorisation */
  ACQUIRER_FLOW_HOLD_VOID,
  ACQUIRER_FLOW_CAPTURE, /* its completion */
  ACQUIRER_FLOW_CAPTURE_VOID,
  ACQUIRER_FLOW_CAPTURE_ADVICE,
  ACQUIRER_FLOW_VOICE,  /* a sale that was approved on the telephone */
  ACQUIRER_FLOW_ADJUST, /* of such a sale */
  ACQUIRER_FLOW_BALANCE,
  ACQUIRER_FLOW_REVERSAL,
  ACQUIRER_FLOW_SCRIPT, /* what became of the issuer's script */
  ACQUIRER_FLOW_SIGN_IN,
  ACQUIRER_FLOW_SIGN_OUT,
  ACQUIRER_FLOW_ECHO,
  ACQUIRER_FLOW_SETTLE,
  ACQUIRER_FLOW_UPLOAD,       /* of a batch's stripe payments */
  ACQUIRER_FLOW_UPLOAD_CHIP,  /* of its chip payments */
  ACQUIRER_FLOW_BATCH_END,    /* after an upload */
  ACQUIRER_FLOW_BATCH_CLOSED, /* when both sides agreed */
  ACQUIRER_FLOW_PARAMETERS,
  ACQUIRER_FLOW_PARAMETERS_END,
  ACQUIRER_FLOW_CA_KEYS_STATUS,
  ACQUIRER_FLOW_CA_KEYS,
  ACQUIRER_FLOW_CA_KEYS_END,
  ACQUIRER_FLOW_AIDS_STATUS,
  ACQUIRER_FLOW_AIDS,
  ACQUIRER_FLOW_AIDS_END,
  ACQUIRER_FLOW_ENQUIRY, /* what became of a message: after a restored backup */
  ACQUIRER_FLOW_TOTALS,  /* what the host counts of the open batch; closes nothing */
  ACQUIRER_FLOW_COUNT,
} AcquirerFlowKind;

typedef struct
{
  AcquirerFlowKind kind;
  char mti[5];
  guint8 request[ISO8583_FIELD_MAX + 1];              /* AcquirerNeed */
  guint8 answer[ISO8583_FIELD_MAX + 1];               /* AcquirerNeed */
  AcquirerTemplate *templates[ISO8583_FIELD_MAX + 1]; /* of the request; NULL: the usual value */
  AcquirerChipTags chip;                              /* empty: whatever there is */
} AcquirerFlow;

gboolean acquirer_flow_kind_from_name (const char *name, AcquirerFlowKind *out_kind);
const char *acquirer_flow_kind_name (AcquirerFlowKind kind);

/* ACQUIRER_ERROR_PROFILE names group and key. */
AcquirerFlow *acquirer_flow_read (const Iso8583Dialect *dialect,
                                  GKeyFile *file,
                                  const char *group,
                                  GError **error);
void acquirer_flow_free (AcquirerFlow *self);
/* A number at the start of `text` that is a field of the dialect; *out_rest is what follows it. */
gboolean acquirer_flow_read_field (const Iso8583Dialect *dialect,
                                   const char *text,
                                   guint *out_field,
                                   const char **out_rest);
/* The text that this field always has in the request; NULL where it differs. */
const char *acquirer_flow_constant (const AcquirerFlow *self, guint field);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AcquirerFlow, acquirer_flow_free)

G_END_DECLS

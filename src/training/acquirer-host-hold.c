/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What becomes of money that is held: a capture charges it, once and at most so much and what the
 * profile's completion_above adds; a void lets the hold go, or undoes the capture within its batch,
 * after which the hold stands again. Each may be reversed like a payment, but for the advice, which
 * is repeated until it is answered. What is refused is in the ledger too, so that a repeat gets the
 * same answer for ever.
 */
#include "acquirer-host-private.h"

#include <string.h>

static gboolean
is_capture (const AcquirerCase *self)
{
  return self->flow->kind == ACQUIRER_FLOW_CAPTURE
         || self->flow->kind == ACQUIRER_FLOW_CAPTURE_ADVICE;
}

/* What a request of this kind is about. */
static AcquirerEffect
effect_of_original (const AcquirerCase *self)
{
  return self->flow->kind == ACQUIRER_FLOW_CAPTURE_VOID ? ACQUIRER_EFFECT_CAPTURE
                                                        : ACQUIRER_EFFECT_HOLD;
}

static const char *
judge_amount (const AcquirerCase *self, const AcquirerLine *original, const char **out_reason)
{
  const AcquirerLine *line = &self->line;
  guint above = acquirer_profile_completion_above (self->host->profile);
  gint64 most = original->amount_minor + original->amount_minor * above / 100;

  if (is_capture (self) ? line->amount_minor > most : line->amount_minor != original->amount_minor)
    return *out_reason = is_capture (self) ? "more than is held" : "a void is of the whole amount",
           CODE_WRONG_AMOUNT;
  if (self->flow->kind == ACQUIRER_FLOW_CAPTURE_VOID && original->batch != line->batch)
    return *out_reason = "of another batch: refund it", CODE_NOT_ALLOWED;
  return NULL;
}

static const char *
judge (AcquirerCase *self, const AcquirerLine *original, const char **out_reason)
{
  AcquirerLedger *ledger = self->host->ledger;
  const AcquirerLine *line = &self->line;
  const char *code = acquirer_host_refund_fault (
      self, original, original != NULL && original->effect == effect_of_original (self),
      "no such hold or completion", out_reason);

  if (original != NULL) /* the answer names the hold, as its own did */
    g_strlcpy (self->line.authorisation, original->authorisation, sizeof self->line.authorisation);
  if (code != NULL)
    return code;
  if (acquirer_ledger_captured (ledger, line->terminal, original->batch, original->stan) != NULL)
    return *out_reason = "it was completed", CODE_NOT_ALLOWED;
  if (acquirer_ledger_refunded (ledger, line->terminal, original->batch, original->stan) > 0)
    return *out_reason = "part of it was refunded", CODE_NOT_ALLOWED;
  /* An advice tells what has happened: by chance none is refused. */
  if (self->mood->decline && self->flow->kind != ACQUIRER_FLOW_CAPTURE_ADVICE)
    return *out_reason = "declined", CODE_DECLINED;
  return judge_amount (self, original, out_reason);
}

gboolean
acquirer_host_hold_ask (AcquirerCase *self)
{
  return acquirer_host_refund_about (
      self, is_capture (self) ? ACQUIRER_EFFECT_CAPTURE : ACQUIRER_EFFECT_VOID, judge);
}

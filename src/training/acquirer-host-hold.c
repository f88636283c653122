/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What becomes of money that is held: a capture charges it, once and at most so much; a void lets
 * the hold go, or undoes the capture within its batch, after which the hold stands again. Each may
 * be reversed like a payment, but for the advice, which is repeated until it is answered. What is
 * refused is in the ledger too, so that a repeat gets the same answer for ever.
 */
#include "acquirer-host-private.h"

#include <string.h>

static gboolean
is_capture (const AcquirerCase *self)
{
  return self->flow->kind == ACQUIRER_FLOW_CAPTURE
         || self->flow->kind == ACQUIRER_FLOW_CAPTURE_ADVICE;
}

static AcquirerEffect
effect_of (const AcquirerCase *self)
{
  return is_capture (self) ? ACQUIRER_EFFECT_CAPTURE : ACQUIRER_EFFECT_VOID;
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

  if (is_capture (self) ? line->amount_minor > original->amount_minor
                        : line->amount_minor != original->amount_minor)
    return *out_reason = is_capture (self) ? "more than is held" : "a void is of the whole amount",
           CODE_WRONG_AMOUNT;
  if (self->flow->kind == ACQUIRER_FLOW_CAPTURE_VOID && original->batch != line->batch)
    return *out_reason = "of another batch: refund it", CODE_NOT_ALLOWED;
  return NULL;
}

/* A code that refuses, or NULL. */
static const char *
judge (const AcquirerCase *self, const AcquirerLine *original, const char **out_reason)
{
  AcquirerLedger *ledger = self->host->ledger;
  const AcquirerLine *line = &self->line;

  *out_reason = "";
  if (acquirer_ledger_is_buried (ledger, line->terminal, line->batch, line->stan))
    return *out_reason = "its reversal came before it", CODE_REFUSED;
  if (original == NULL || original->effect != effect_of_original (self)
      || !acquirer_host_refund_names (self, original)
      || strcmp (original->currency, line->currency) != 0)
    return *out_reason = "no such hold or completion", CODE_NO_ORIGINAL;
  if (acquirer_ledger_is_reversed (ledger, line->terminal, original->batch, original->stan))
    return *out_reason = "it was reversed", CODE_NO_ORIGINAL;
  if (acquirer_ledger_is_voided (ledger, line->terminal, original->batch, original->stan))
    return *out_reason = "it was voided", CODE_NOT_ALLOWED;
  if (acquirer_ledger_captured (ledger, line->terminal, original->batch, original->stan) != NULL)
    return *out_reason = "it was completed", CODE_NOT_ALLOWED;
  if (acquirer_ledger_refunded (ledger, line->terminal, original->batch, original->stan) > 0)
    return *out_reason = "part of it was refunded", CODE_NOT_ALLOWED;
  if (self->mood->decline)
    return *out_reason = "declined", CODE_DECLINED;
  return judge_amount (self, original, out_reason);
}

static gboolean
decide (AcquirerCase *self)
{
  const AcquirerLine *original = acquirer_ledger_find (
      self->host->ledger, self->line.terminal, self->line.original_batch, self->line.original_stan);
  const char *reason = "";
  const char *code = judge (self, original, &reason);

  if (original != NULL)
    {
      g_strlcpy (self->line.masked_pan, original->masked_pan, sizeof self->line.masked_pan);
      g_strlcpy (self->line.authorisation, original->authorisation,
                 sizeof self->line.authorisation);
    }
  acquirer_host_decide (self, code != NULL ? code : CODE_APPROVED, reason);
  return acquirer_host_enter (self, code != NULL ? ACQUIRER_EFFECT_DECLINE : effect_of (self));
}

/* The same answer again, or a refusal of something else under its name. */
static void
repeat (AcquirerCase *self, const AcquirerLine *known)
{
  if (!acquirer_host_same_payment (known, &self->line)
      || (known->effect != ACQUIRER_EFFECT_DECLINE
          && (known->effect != effect_of (self)
              || known->original_batch != self->line.original_batch
              || known->original_stan != self->line.original_stan)))
    acquirer_host_malformed (self, FIELD_STAN, "was used for another payment");
  else
    self->line = *known;
}

gboolean
acquirer_host_hold_ask (AcquirerCase *self)
{
  AcquirerLedger *ledger = self->host->ledger;
  const AcquirerLine *line = &self->line;
  const AcquirerLine *known
      = acquirer_ledger_find (ledger, line->terminal, line->batch, line->stan);

  if (!acquirer_host_check_money (self) || !acquirer_host_refund_check_card (self))
    return TRUE;
  acquirer_host_refund_read_original (self);
  if (known == NULL)
    return decide (self);
  if (acquirer_ledger_is_reversed (ledger, line->terminal, line->batch, line->stan))
    acquirer_host_decide (self, CODE_REFUSED, "it was reversed");
  else
    repeat (self, known);
  return TRUE;
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Giving back: a void undoes a whole payment of the same batch, as if it had never been, and may be
 * reversed like a payment; a refund gives any part of one back, whenever, and is never reversed.
 * Both name what they are about by batch and STAN, reference and authorisation; no card is read
 * again. What is refused is in the ledger too, so that a repeat gets the same answer for ever.
 */
#include "acquirer-host-private.h"

#include <string.h>

#define MODE_NO_CARD "01"

gboolean
acquirer_host_refund_check_card (AcquirerCase *self)
{
  static const AcquirerValue cards[]
      = { ACQUIRER_VALUE_PAN,    ACQUIRER_VALUE_EXPIRY, ACQUIRER_VALUE_SEQUENCE,
          ACQUIRER_VALUE_TRACK2, ACQUIRER_VALUE_TRACK3, ACQUIRER_VALUE_PIN };
  const char *mode = acquirer_host_text (self, FIELD_ENTRY);

  if (strncmp (mode, MODE_NO_CARD, 2) != 0)
    return acquirer_host_check_entry (self);
  for (gsize i = 0; i < G_N_ELEMENTS (cards); i++)
    if (acquirer_host_has (self, cards[i]))
      {
        acquirer_host_malformed (self, FIELD_ENTRY, "says that no card was read");
        return FALSE;
      }
  return TRUE;
}

void
acquirer_host_refund_read_original (AcquirerCase *self)
{
  g_autofree char *batch = acquirer_host_value (self, ACQUIRER_VALUE_ORIGINAL_BATCH);
  g_autofree char *stan = acquirer_host_value (self, ACQUIRER_VALUE_ORIGINAL_STAN);

  self->line.original_batch = (guint32)g_ascii_strtoull (batch, NULL, 10);
  self->line.original_stan = (guint32)g_ascii_strtoull (stan, NULL, 10);
}

/* What the request says of its original is what the host has of it; what it leaves out counts as
 * said rightly. */
static gboolean
is_same (const AcquirerCase *self, AcquirerValue value, const char *known)
{
  g_autofree char *said = g_strchomp (acquirer_host_value (self, value));

  return said[0] == '\0' || strcmp (said, known) == 0;
}

gboolean
acquirer_host_refund_names (const AcquirerCase *self, const AcquirerLine *original)
{
  return is_same (self, ACQUIRER_VALUE_REFERENCE, original->reference)
         && is_same (self, ACQUIRER_VALUE_AUTHORISATION, original->authorisation)
         && is_same (self, ACQUIRER_VALUE_ORIGINAL_DATE, original->date);
}

const char *
acquirer_host_refund_fault (const AcquirerCase *self,
                            const AcquirerLine *original,
                            gboolean fits,
                            const char *unknown,
                            const char **out_reason)
{
  AcquirerLedger *ledger = self->host->ledger;
  const AcquirerLine *line = &self->line;

  if (acquirer_ledger_is_buried (ledger, line->terminal, line->batch, line->stan))
    return *out_reason = "its reversal came before it", CODE_REFUSED;
  if (original == NULL || !fits || !acquirer_host_refund_names (self, original)
      || strcmp (original->currency, line->currency) != 0)
    return *out_reason = unknown, CODE_NO_ORIGINAL;
  if (acquirer_ledger_is_reversed (ledger, line->terminal, original->batch, original->stan))
    return *out_reason = "it was reversed", CODE_NO_ORIGINAL;
  if (acquirer_ledger_is_voided (ledger, line->terminal, original->batch, original->stan))
    return *out_reason = "it was voided", CODE_NOT_ALLOWED;
  return NULL;
}

static gboolean
decide (AcquirerCase *self, AcquirerEffect effect, AcquirerHostJudge judge)
{
  const AcquirerLine *original = acquirer_ledger_find (
      self->host->ledger, self->line.terminal, self->line.original_batch, self->line.original_stan);
  const char *reason = "";
  const char *code = judge (self, original, &reason);

  if (original != NULL)
    g_strlcpy (self->line.masked_pan, original->masked_pan, sizeof self->line.masked_pan);
  acquirer_host_decide (self, code != NULL ? code : CODE_APPROVED, reason);
  return acquirer_host_enter (self, code != NULL ? ACQUIRER_EFFECT_DECLINE : effect);
}

gboolean
acquirer_host_refund_about (AcquirerCase *self, AcquirerEffect effect, AcquirerHostJudge judge)
{
  AcquirerLedger *ledger = self->host->ledger;
  const AcquirerLine *line = &self->line;
  const AcquirerLine *known
      = acquirer_ledger_find (ledger, line->terminal, line->batch, line->stan);

  if (!acquirer_host_check_money (self) || !acquirer_host_refund_check_card (self))
    return TRUE;
  acquirer_host_refund_read_original (self);
  if (known == NULL)
    return decide (self, effect, judge);
  if (acquirer_ledger_is_reversed (ledger, line->terminal, line->batch, line->stan))
    acquirer_host_decide (self, CODE_REFUSED, "it was reversed");
  else
    acquirer_host_repeat (self, known, effect);
  return TRUE;
}

/* Why a void of a payment that stands is refused; NULL: it isn't. */
static const char *
judge_void (const AcquirerCase *self, const AcquirerLine *original, const char **out_reason)
{
  const AcquirerLine *line = &self->line;

  if (original->batch != line->batch)
    return *out_reason = "of another batch: refund it", CODE_NOT_ALLOWED;
  if (acquirer_ledger_refunded (self->host->ledger, line->terminal, original->batch, original->stan)
      > 0)
    return *out_reason = "part of it was refunded", CODE_NOT_ALLOWED;
  if (original->amount_minor != line->amount_minor)
    return *out_reason = "a void is of the whole amount", CODE_WRONG_AMOUNT;
  return NULL;
}

static const char *
judge_refund (const AcquirerCase *self, const AcquirerLine *original, const char **out_reason)
{
  gint64 left = original->amount_minor
                - acquirer_ledger_refunded (self->host->ledger, self->line.terminal,
                                            original->batch, original->stan);

  if (self->line.amount_minor > left)
    return *out_reason = "more than is left of it", CODE_WRONG_AMOUNT;
  return NULL;
}

static const char *
judge (AcquirerCase *self, const AcquirerLine *original, const char **out_reason)
{
  gboolean is_void = self->flow->kind == ACQUIRER_FLOW_VOID;
  gboolean fits
      = original != NULL
        && (original->effect == ACQUIRER_EFFECT_CHARGE || original->effect == ACQUIRER_EFFECT_ADVICE
            || (original->effect == ACQUIRER_EFFECT_CAPTURE && !is_void));
  const char *code
      = acquirer_host_refund_fault (self, original, fits, "no such payment", out_reason);

  if (code != NULL)
    return code;
  if (self->mood->decline)
    return *out_reason = "declined", CODE_DECLINED;
  return is_void ? judge_void (self, original, out_reason)
                 : judge_refund (self, original, out_reason);
}

gboolean
acquirer_host_refund_ask (AcquirerCase *self)
{
  return acquirer_host_refund_about (
      self, self->flow->kind == ACQUIRER_FLOW_VOID ? ACQUIRER_EFFECT_VOID : ACQUIRER_EFFECT_REFUND,
      judge);
}

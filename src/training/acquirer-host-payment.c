/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer-host-private.h"

#include <string.h>

#define FIELD_BALANCE 54
#define BALANCE_MINOR 123456 /* of every card: it moves no money */
#define NO_MONEY_AMOUNT 51   /* an amount that ends so is declined with CODE_NO_MONEY */

/* What it is when it isn't declined. */
static AcquirerEffect
effect_of (const AcquirerCase *self)
{
  return self->flow->kind == ACQUIRER_FLOW_ADVICE ? ACQUIRER_EFFECT_ADVICE
         : self->flow->kind == ACQUIRER_FLOW_HOLD ? ACQUIRER_EFFECT_HOLD
                                                  : ACQUIRER_EFFECT_CHARGE;
}

/* Why a request for authorisation is declined; NULL when it isn't. What the chip proves is looked
 * at in any case, for the ledger. */
static const char *
judge_card (AcquirerCase *self, gboolean opened, const AcquirerCard *card, const char **out_reason)
{
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_utc (self->mood->now_unix_s);
  g_autofree char *month = g_date_time_format (now, "%y%m");

  const char *chip;

  *out_reason = "";
  if (!opened)
    return CODE_NO_CARD;
  chip = acquirer_host_chip_judge (self, card, out_reason);
  if (chip != NULL)
    return chip;
  if (self->mood->decline)
    return *out_reason = "declined", CODE_DECLINED;
  if (strcmp (card->expiry, month) < 0)
    return *out_reason = "card expired", CODE_EXPIRED;
  if (self->line.amount_minor % 100 == NO_MONEY_AMOUNT)
    return *out_reason = "not enough money", CODE_NO_MONEY;
  return NULL;
}

/* What a chip has approved by itself has happened, whatever is to be said against it. */
static gboolean
take_advice (AcquirerCase *self, const AcquirerCard *card)
{
  const char *reason = "";

  (void)acquirer_host_chip_judge (self, card, &reason);
  acquirer_host_decide (self, CODE_APPROVED, reason);
  return acquirer_host_enter (self, ACQUIRER_EFFECT_ADVICE);
}

static gboolean
authorise (AcquirerCase *self)
{
  gboolean advice = self->flow->kind == ACQUIRER_FLOW_ADVICE;
  g_autoptr (GError) error = NULL;
  g_auto (AcquirerCard) card = { 0 };
  gboolean opened = acquirer_host_open_card (self, &card, &error);
  const char *reason = "", *code;

  g_strlcpy (self->line.masked_pan, card.masked_pan, sizeof self->line.masked_pan);
  if (advice && !opened)
    {
      acquirer_host_malformed (self, FIELD_ENTRY, error->message);
      return TRUE;
    }
  if (!acquirer_host_chip_check (self, &card))
    return TRUE;
  if (advice)
    return take_advice (self, &card);
  code = judge_card (self, opened, &card, &reason);
  acquirer_host_decide (self, code != NULL ? code : CODE_APPROVED,
                        opened ? reason : error->message);
  acquirer_host_chip_answer (self, &card);
  return acquirer_host_enter (self, code == NULL ? effect_of (self) : ACQUIRER_EFFECT_DECLINE);
}

gboolean
acquirer_host_payment_ask (AcquirerCase *self)
{
  AcquirerLedger *ledger = self->host->ledger;
  const AcquirerLine *line = &self->line;
  const AcquirerLine *known
      = acquirer_ledger_find (ledger, line->terminal, line->batch, line->stan);

  if (!acquirer_host_check_money (self) || !acquirer_host_check_entry (self))
    return TRUE;
  if (known != NULL
      && acquirer_ledger_is_reversed (ledger, line->terminal, line->batch, line->stan))
    {
      acquirer_host_decide (self, CODE_REFUSED, "it was reversed");
      return TRUE;
    }
  if (known != NULL)
    {
      acquirer_host_repeat (self, known, effect_of (self));
      acquirer_host_chip_answer_again (self);
      return TRUE;
    }
  if (self->flow->kind == ACQUIRER_FLOW_SALE && acquirer_host_batch_is_closed (self))
    {
      acquirer_host_decide (self, CODE_BATCH_CLOSED, "this batch is settled");
      return TRUE;
    }
  if (!acquirer_ledger_is_buried (ledger, line->terminal, line->batch, line->stan))
    return authorise (self);
  acquirer_host_decide (self, CODE_REFUSED, "its reversal came before it");
  return acquirer_host_enter (self, ACQUIRER_EFFECT_DECLINE);
}

static gboolean
bury (AcquirerCase *self)
{
  const AcquirerLine *line = &self->line;
  g_autoptr (GError) error = NULL;

  acquirer_host_decide (self, CODE_NO_ORIGINAL, "nothing to undo");
  if (acquirer_ledger_is_buried (self->host->ledger, line->terminal, line->batch, line->stan)
      || acquirer_ledger_bury (self->host->ledger, line->terminal, line->batch, line->stan,
                               line->key, &error))
    return TRUE;
  g_warning ("%s", error->message);
  return FALSE;
}

gboolean
acquirer_host_payment_reverse (AcquirerCase *self)
{
  AcquirerLedger *ledger = self->host->ledger;
  const AcquirerLine *line = &self->line;
  const AcquirerLine *known
      = acquirer_ledger_find (ledger, line->terminal, line->batch, line->stan);

  if (!acquirer_host_check_money (self))
    return TRUE;
  if (known == NULL)
    return bury (self);
  if (!acquirer_host_same_payment (known, line))
    {
      acquirer_host_malformed (self, FIELD_STAN, "is that of another payment");
      return TRUE;
    }
  if (!acquirer_host_chip_names (self, known))
    return TRUE;
  if (known->effect == ACQUIRER_EFFECT_DECLINE)
    {
      acquirer_host_decide (self, CODE_NO_ORIGINAL, "it was declined");
      return TRUE;
    }
  if (known->effect == ACQUIRER_EFFECT_REFUND || known->effect == ACQUIRER_EFFECT_NOTICE
      || acquirer_ledger_is_voided (ledger, line->terminal, line->batch, line->stan)
      || acquirer_ledger_refunded (ledger, line->terminal, line->batch, line->stan) > 0
      || acquirer_ledger_captured (ledger, line->terminal, line->batch, line->stan) != NULL)
    {
      acquirer_host_decide (self, CODE_NOT_ALLOWED,
                            "a refund, a notice, or what was given back or completed already");
      return TRUE;
    }
  acquirer_host_decide (self, CODE_APPROVED, "");
  g_strlcpy (self->line.reference, known->reference, sizeof self->line.reference);
  g_strlcpy (self->line.masked_pan, known->masked_pan, sizeof self->line.masked_pan);
  if (acquirer_ledger_is_reversed (ledger, line->terminal, line->batch, line->stan))
    return TRUE;
  return acquirer_host_enter (self, ACQUIRER_EFFECT_REVERSAL);
}

/* ISO 8583, field 54: account 10, amount 02 (available), currency, C or D, twelve digits. In no
 * ledger: nothing has happened. */
gboolean
acquirer_host_payment_balance (AcquirerCase *self)
{
  g_autoptr (GError) error = NULL;
  g_auto (AcquirerCard) card = { 0 };
  const char *reason = "", *code;
  g_autofree char *balance = NULL;
  gboolean opened;

  if (!acquirer_host_check_entry (self))
    return TRUE;
  opened = acquirer_host_open_card (self, &card, &error);
  if (!acquirer_host_chip_check (self, &card))
    return TRUE;
  code = judge_card (self, opened, &card, &reason);
  acquirer_host_decide (self, code != NULL ? code : CODE_APPROVED,
                        opened ? reason : error->message);
  acquirer_host_chip_answer (self, &card);
  balance = g_strdup_printf ("1002%.3sC%012d", acquirer_host_text (self, FIELD_CURRENCY),
                             BALANCE_MINOR);
  if (code == NULL)
    acquirer_host_say (self, FIELD_BALANCE, balance);
  g_snprintf (self->line.reference, sizeof self->line.reference, "%012u",
              acquirer_ledger_count (self->host->ledger));
  return TRUE;
}

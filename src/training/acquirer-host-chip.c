/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The issuer's side of a payment by chip. A cryptogram that isn't the card's is declined, and so is
 * a count of the card that was there before, or that goes back: only what was stored or approved
 * offline may come later than what was asked after it. What a chip has approved by itself has
 * happened: it is taken, but the ledger says what was wrong with it. Who asked online gets the
 * issuer's proof and the scripts; who repeats the request gets the same ones.
 */
#include "acquirer-host-private.h"

#include "emv-tlv.h"

#include <string.h>

#define TAG_COUNTER 0x9F36
#define TAG_RESULTS 0xDF31
#define RESULT_SIZE 5 /* of each script (EMV 4.4 Book 4, A5) */

/* Where the chip's data stand. */
static guint
field_of (const AcquirerCase *self)
{
  AcquirerProfile *profile = self->host->profile;

  return acquirer_profile_role (profile,
                                acquirer_profile_card_data (profile) == ACQUIRER_CARD_DATA_TILL
                                    ? ACQUIRER_VALUE_CHIP
                                    : ACQUIRER_VALUE_ENVELOPE);
}

gboolean
acquirer_host_chip_check (AcquirerCase *self, const AcquirerCard *card)
{
  const char *currency = acquirer_host_text (self, FIELD_CURRENCY);
  gboolean has_amount = acquirer_host_text (self, FIELD_AMOUNT)[0] != '\0';
  const AcquirerProof *proof = &card->proof;

  if (!card->chip)
    return TRUE;
  if (card->fault[0] != '\0')
    acquirer_host_malformed (self, field_of (self), card->fault);
  else if (has_amount && proof->amount_minor != self->line.amount_minor)
    acquirer_host_malformed (self, field_of (self), "has another amount (9F02)");
  else if (proof->currency != g_ascii_strtoull (currency, NULL, 10))
    acquirer_host_malformed (self, field_of (self), "has another currency (5F2A)");
  else
    return TRUE;
  return FALSE;
}

/* It has come with a line that still stands, or it is older than one that was asked online. A
 * payment that was taken back may be asked for again with what the card has said. */
static gboolean
is_repeated (const AcquirerCase *self, const AcquirerProof *proof)
{
  const AcquirerLedger *ledger = self->host->ledger;
  const AcquirerLine *known = acquirer_ledger_counted (ledger, proof->card, proof->counter);
  gboolean waits = self->flow->kind == ACQUIRER_FLOW_SALE || self->flow->kind == ACQUIRER_FLOW_HOLD
                   || self->flow->kind == ACQUIRER_FLOW_BALANCE;

  if (known != NULL)
    return known->amount_minor != self->line.amount_minor
           || !acquirer_ledger_is_reversed (ledger, known->terminal, known->batch, known->stan);
  return waits && proof->counter < acquirer_ledger_highest (ledger, proof->card);
}

const char *
acquirer_host_chip_judge (AcquirerCase *self, const AcquirerCard *card, const char **out_reason)
{
  const AcquirerProof *proof = &card->proof;
  AcquirerProofKind wanted
      = self->flow->kind == ACQUIRER_FLOW_ADVICE ? ACQUIRER_PROOF_APPROVES : ACQUIRER_PROOF_ASKS;

  if (!card->chip)
    return NULL;
  g_strlcpy (self->line.card, proof->card, sizeof self->line.card);
  self->line.counter = proof->counter;
  self->line.proof = ACQUIRER_CHIP_WRONG;
  if (!proof->good)
    return *out_reason = "the card's cryptogram is wrong", CODE_BAD_CHIP;
  if (proof->kind != wanted)
    return *out_reason = "not the cryptogram for this", CODE_BAD_CHIP;
  self->line.proof = is_repeated (self, proof) ? ACQUIRER_CHIP_REPEATED : ACQUIRER_CHIP_GOOD;
  if (self->line.proof == ACQUIRER_CHIP_REPEATED)
    return *out_reason = "the card's count was there before", CODE_BAD_CHIP;
  return NULL;
}

void
acquirer_host_chip_answer (AcquirerCase *self, const AcquirerCard *card)
{
  guint field = acquirer_profile_role (self->host->profile, ACQUIRER_VALUE_CHIP);
  g_autoptr (GBytes) data = NULL;
  g_autofree char *hex = NULL;

  if (self->line.proof != ACQUIRER_CHIP_GOOD || !card->chip || !card->proof.good || field == 0
      || strlen (self->line.code) != 2 || self->flow->kind == ACQUIRER_FLOW_DEFERRED)
    return;
  data = acquirer_proof_answer (&card->proof, self->line.code, &self->host->scripts,
                                self->mood->wrong_proof);
  hex = base_bytes_to_hex (base_bytes_span (data));
  acquirer_host_say (self, field, hex);
}

void
acquirer_host_chip_answer_again (AcquirerCase *self)
{
  g_auto (AcquirerCard) card = { 0 };

  if (self->line.proof == ACQUIRER_CHIP_GOOD && acquirer_host_open_card (self, &card, NULL)
      && card.fault[0] == '\0')
    acquirer_host_chip_answer (self, &card);
}

/* The objects of the request's own field; NULL: it has none, or hides them. */
static GBytes *
objects_of (const AcquirerCase *self)
{
  g_autofree char *hex = acquirer_host_value (self, ACQUIRER_VALUE_CHIP);

  return hex[0] != '\0' ? base_bytes_from_hex (hex, NULL) : NULL;
}

gboolean
acquirer_host_chip_names (AcquirerCase *self, const AcquirerLine *original)
{
  g_autoptr (GBytes) objects = objects_of (self);
  BaseSpan counter;

  if (objects == NULL || original->counter == 0
      || !emv_tlv_find (base_bytes_span (objects), TAG_COUNTER, &counter))
    return TRUE;
  if (counter.size == 2 && counter.data[0] * 256U + counter.data[1] == original->counter)
    return TRUE;
  acquirer_host_malformed (self, field_of (self), "is of another payment (9F36)");
  return FALSE;
}

gboolean
acquirer_host_chip_has_results (AcquirerCase *self)
{
  g_autoptr (GBytes) objects = objects_of (self);
  BaseSpan results;

  if (objects == NULL
      || (emv_tlv_find (base_bytes_span (objects), TAG_RESULTS, &results) && results.size > 0
          && results.size % RESULT_SIZE == 0))
    return TRUE;
  acquirer_host_malformed (self, field_of (self), "has no results of scripts (DF31)");
  return FALSE;
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What became of the issuer's script in a chip: a notice about a payment that the host has judged.
 * It moves no money; what was taken is in the ledger all the same, so that a repeat gets the same
 * answer, and nobody has to believe a till that says it has told.
 */
#include "acquirer-host-private.h"

#include <string.h>

/* Where only the host can open the card's data, they are a chip's, and that of the payment. */
static gboolean
check_card (AcquirerCase *self, const AcquirerLine *original)
{
  AcquirerProfile *profile = self->host->profile;
  g_autoptr (GError) error = NULL;
  g_auto (AcquirerCard) card = { 0 };

  if (acquirer_profile_card_data (profile) != ACQUIRER_CARD_DATA_ACQUIRER)
    return TRUE;
  if (acquirer_host_open_card (self, &card, &error)
      && strcmp (card.masked_pan, original->masked_pan) == 0
      && (card.proof.card[0] == '\0' || original->card[0] == '\0'
          || (strcmp (card.proof.card, original->card) == 0
              && card.proof.counter == original->counter)))
    return TRUE;
  acquirer_host_malformed (self, acquirer_profile_role (profile, ACQUIRER_VALUE_ENVELOPE),
                           error != NULL ? error->message : "is of another payment");
  return FALSE;
}

gboolean
acquirer_host_notice_ask (AcquirerCase *self)
{
  AcquirerLedger *ledger = self->host->ledger;
  const AcquirerLine *line = &self->line, *original;
  const AcquirerLine *known
      = acquirer_ledger_find (ledger, line->terminal, line->batch, line->stan);

  if (!acquirer_host_check_money (self) || !acquirer_host_check_entry (self))
    return TRUE;
  if (acquirer_host_text (self, FIELD_ENTRY)[1] == '2')
    {
      acquirer_host_malformed (self, FIELD_ENTRY, "is no chip's");
      return TRUE;
    }
  acquirer_host_refund_read_original (self);
  if (known != NULL)
    {
      acquirer_host_repeat (self, known, ACQUIRER_EFFECT_NOTICE);
      return TRUE;
    }
  original
      = acquirer_ledger_find (ledger, line->terminal, line->original_batch, line->original_stan);
  if (original == NULL || original->amount_minor != line->amount_minor
      || strcmp (original->currency, line->currency) != 0
      || !acquirer_host_refund_names (self, original))
    {
      acquirer_host_decide (self, CODE_NO_ORIGINAL, "no such payment");
      return TRUE;
    }
  if (!check_card (self, original) || !acquirer_host_chip_names (self, original)
      || !acquirer_host_chip_has_results (self))
    return TRUE;
  g_strlcpy (self->line.masked_pan, original->masked_pan, sizeof self->line.masked_pan);
  acquirer_host_decide (self, CODE_APPROVED, "");
  return acquirer_host_enter (self, ACQUIRER_EFFECT_NOTICE);
}

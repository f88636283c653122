/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-item.h"

#include <glib/gi18n.h>
#include <inttypes.h>

#define FIELD_DATE 13
#define FIELD_REFERENCE 37
#define FIELD_AUTH_CODE 38
#define FIELD_RESPONSE 39

void
sync_item_clear (SyncItem *self)
{
  g_clear_pointer (&self->sale, vault_sale_free);
  g_clear_pointer (&self->record, vault_record_free);
  g_clear_pointer (&self->request, iso8583_message_free);
  self->payment = NULL;
}

/* Whether a payment in this state can have an open record of this class. */
static gboolean
fits (VaultClass klass, VaultState state)
{
  switch (klass)
    {
    case VAULT_CLASS_REVERSAL:
      return state == VAULT_STATE_UNKNOWN || state == VAULT_STATE_DECLINED
             || state == VAULT_STATE_CANCELLED || state == VAULT_STATE_STORED_REVERSING;
    case VAULT_CLASS_CHIP:
      return state == VAULT_STATE_CHIP_UNSENT;
    case VAULT_CLASS_COMPLETION:
      return state == VAULT_STATE_COMPLETED_UNSENT;
    case VAULT_CLASS_DEFERRED:
    case VAULT_CLASS_REFUND:
      return state == VAULT_STATE_STORED || state == VAULT_STATE_STORED_REVERSING
             || state == VAULT_STATE_STORED_SENDING;
    case VAULT_CLASS_ONLINE:
      return state == VAULT_STATE_SENDING;
    case VAULT_CLASS_NOTICE:
      return state == VAULT_STATE_APPROVED || state == VAULT_STATE_DECLINED;
    }
  g_assert_not_reached ();
}

/* After a page that the disk didn't give out, SQLite may call the whole file damaged, once: what
 * sets a record aside is looked at twice. */
static VaultSale *
load_sale (Vault *vault, gint64 id, GError **error)
{
  g_autoptr (GError) damage = NULL;
  VaultSale *sale = vault_sale_load (vault, id, &damage);

  if (g_error_matches (damage, VAULT_ERROR, VAULT_ERROR_CORRUPT))
    return vault_sale_load (vault, id, error);
  if (damage != NULL)
    g_propagate_error (error, g_steal_pointer (&damage));
  return sale;
}

gboolean
sync_item_fill (SyncItem *self, SyncLine *line, VaultRecord *record, GError **error)
{
  self->record = record;
  self->sale = load_sale (sync_line_vault (line), record->sale_id, error);
  if (self->sale == NULL)
    return FALSE;
  if (record->position < 1 || record->position > self->sale->payments->len
      || record->message == NULL)
    {
      g_set_error (error, VAULT_ERROR, VAULT_ERROR_CHANGED,
                   _ ("Record %" PRId64 " belongs to no payment"), record->id);
      return FALSE;
    }
  self->payment = self->sale->payments->pdata[record->position - 1];
  if (!fits (record->klass, self->payment->state))
    {
      g_set_error (error, VAULT_ERROR, VAULT_ERROR_CHANGED,
                   _ ("Record %" PRId64 " doesn't fit its payment"), record->id);
      return FALSE;
    }
  self->request
      = iso8583_unpack (sync_line_profile (line), base_secret_span (record->message), error);
  return self->request != NULL;
}

gboolean
sync_item_may_be_read_later (const GError *error)
{
  return g_error_matches (error, VAULT_ERROR, VAULT_ERROR_IO)
         || g_error_matches (error, VAULT_ERROR, VAULT_ERROR_FULL)
         || g_error_matches (error, VAULT_ERROR, VAULT_ERROR_BUSY);
}

gboolean
sync_item_aside_event (const SyncItem *self, VaultEvent *out_event)
{
  if (self->payment == NULL || self->record->klass == VAULT_CLASS_NOTICE
      || !fits (self->record->klass, self->payment->state))
    return FALSE;
  if (self->record->klass == VAULT_CLASS_REVERSAL)
    *out_event = VAULT_EVENT_REVERSAL_MALFORMED;
  else
    *out_event
        = self->payment->state == VAULT_STATE_STORED ? VAULT_EVENT_TOO_OLD : VAULT_EVENT_MALFORMED;
  return vault_life_row (self->payment->state, *out_event) != NULL;
}

GBytes *
sync_item_make_reversal (SyncLine *line, BaseSpan request, const char *reason, GError **error)
{
  const AcquirerProfile *profile = sync_line_profile (line);
  g_autoptr (Iso8583Message) original = iso8583_unpack (profile, request, error);
  g_autoptr (Iso8583Message) reversal
      = original != NULL ? acquirer_message_reversal (profile, original, reason, error) : NULL;

  return reversal != NULL ? iso8583_pack (profile, reversal, error) : NULL;
}

static void
take_text (char **place, const Iso8583Message *answer, guint field)
{
  const char *text = iso8583_message_get (answer, field);

  if (text == NULL)
    return;
  g_free (*place);
  *place = g_strstrip (g_strdup (text));
}

void
sync_item_note_answer (VaultPayment *payment, const Iso8583Message *answer)
{
  take_text (&payment->host_date, answer, FIELD_DATE);
  take_text (&payment->reference, answer, FIELD_REFERENCE);
  take_text (&payment->auth_code, answer, FIELD_AUTH_CODE);
  take_text (&payment->response, answer, FIELD_RESPONSE);
}

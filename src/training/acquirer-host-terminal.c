/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer-host-private.h"

#include <string.h>

static const AcquirerValue books[]
    = { ACQUIRER_VALUE_INSTALL, ACQUIRER_VALUE_EPOCH, ACQUIRER_VALUE_LAST_RECORD,
        ACQUIRER_VALUE_LAST_ENTRY, ACQUIRER_VALUE_HEAD };

gboolean
acquirer_host_terminal_is_books (const AcquirerCase *self, guint field)
{
  AcquirerValue value = acquirer_profile_value (self->host->profile, field);

  for (guint i = 0; i < G_N_ELEMENTS (books); i++)
    if (books[i] == value)
      return TRUE;
  return FALSE;
}

static gint64
number_of (const AcquirerCase *self, AcquirerValue value)
{
  g_autofree char *text = acquirer_host_value (self, value);

  return g_ascii_strtoll (text, NULL, 10);
}

static gboolean
read_books (const AcquirerCase *self, AcquirerSeen *seen)
{
  g_autofree char *install = acquirer_host_value (self, ACQUIRER_VALUE_INSTALL);
  g_autofree char *head = acquirer_host_value (self, ACQUIRER_VALUE_HEAD);

  *seen = (AcquirerSeen){ .epoch = number_of (self, ACQUIRER_VALUE_EPOCH),
                          .record = number_of (self, ACQUIRER_VALUE_LAST_RECORD),
                          .entry = number_of (self, ACQUIRER_VALUE_LAST_ENTRY) };
  return g_strlcpy (seen->install, install, sizeof seen->install) == sizeof seen->install - 1
         && g_strlcpy (seen->head, head, sizeof seen->head) == sizeof seen->head - 1;
}

static void
say_number (AcquirerCase *self, AcquirerValue value, gint64 number)
{
  g_autofree char *text
      = g_strdup_printf ("%0*" G_GINT64_FORMAT, (int)acquirer_value_width (value), number);

  acquirer_host_say (self, acquirer_profile_role (self->host->profile, value), text);
}

static void
say_books (AcquirerCase *self, const AcquirerSeen *seen)
{
  AcquirerProfile *profile = self->host->profile;

  acquirer_host_say (self, acquirer_profile_role (profile, ACQUIRER_VALUE_INSTALL), seen->install);
  acquirer_host_say (self, acquirer_profile_role (profile, ACQUIRER_VALUE_HEAD), seen->head);
  say_number (self, ACQUIRER_VALUE_EPOCH, seen->epoch);
  say_number (self, ACQUIRER_VALUE_LAST_RECORD, seen->record);
  say_number (self, ACQUIRER_VALUE_LAST_ENTRY, seen->entry);
}

/* Nothing is forgotten: a till that was put back, or a message that comes late, doesn't make the
 * host know less. */
static gboolean
is_further (const AcquirerSeen *now, const AcquirerSeen *before)
{
  if (now->epoch != before->epoch)
    return now->epoch > before->epoch;
  return now->entry > before->entry
         || (now->entry == before->entry && strcmp (now->head, before->head) == 0);
}

gboolean
acquirer_host_terminal_heed (AcquirerCase *self)
{
  gboolean signs_in = self->flow->kind == ACQUIRER_FLOW_SIGN_IN;
  g_autoptr (GError) error = NULL;
  AcquirerSeen now, before;

  if (!read_books (self, &now))
    return TRUE;
  if (acquirer_terminals_find (self->host->terminals, self->line.terminal, &before))
    {
      gboolean same = strcmp (now.install, before.install) == 0;

      say_books (self, &before);
      if (!same && now.epoch <= before.epoch)
        acquirer_host_decide (self, CODE_HANDED_OVER, "another till has taken over");
      else if (!same && !signs_in)
        acquirer_host_decide (self, CODE_NEW_KEY, "it didn't sign in yet");
      else if (!is_further (&now, &before) && signs_in)
        acquirer_host_decide (self, CODE_OLD_BOOKS, "newer books were seen");
      else if (!is_further (&now, &before))
        return TRUE;
      if (self->line.code[0] != '\0')
        return FALSE;
    }
  if (!acquirer_terminals_keep (self->host->terminals, self->line.terminal, &now, &error))
    g_warning ("%s", error->message);
  return TRUE;
}

/* A key that is made anew is good at once, and the one before at once no more. */
gboolean
acquirer_host_terminal_sign_in (AcquirerCase *self)
{
  g_autoptr (GError) error = NULL;

  if (self->host->sessions != NULL)
    self->keys = acquirer_sessions_begin (self->host->sessions, self->line.terminal, &error);
  if (self->keys != NULL)
    {
      acquirer_host_decide (self, CODE_APPROVED, "");
      acquirer_host_batch_tell (self);
      if (self->host->demand == ACQUIRER_DEMAND_SIGN_IN)
        self->host->demand = ACQUIRER_DEMAND_NONE;
    }
  else
    acquirer_host_decide (self, CODE_UNSUPPORTED,
                          error != NULL ? error->message : "there is no sign-in here");
  return TRUE;
}

gboolean
acquirer_host_terminal_sign_out (AcquirerCase *self)
{
  self->ends_session = TRUE;
  acquirer_host_decide (self, CODE_APPROVED, "");
  return TRUE;
}

gboolean
acquirer_host_terminal_echo (AcquirerCase *self)
{
  acquirer_host_decide (self, CODE_APPROVED, "");
  return TRUE;
}

static void
say_value (AcquirerCase *self, AcquirerValue value, const char *text)
{
  if (text[0] != '\0')
    acquirer_host_say (self, acquirer_profile_role (self->host->profile, value), text);
}

gboolean
acquirer_host_terminal_enquire (AcquirerCase *self)
{
  const AcquirerLedger *ledger = self->host->ledger;
  const char *terminal = self->line.terminal, *found = "none";
  const AcquirerLine *known;
  guint32 batch, stan;

  acquirer_host_refund_read_original (self);
  batch = self->line.original_batch;
  stan = self->line.original_stan;
  if (batch == 0 || stan == 0)
    {
      acquirer_host_malformed (self, 90, "names no request");
      return TRUE;
    }
  acquirer_host_decide (self, CODE_APPROVED, "");
  known = acquirer_ledger_find (ledger, terminal, batch, stan);
  if (acquirer_ledger_is_reversed (ledger, terminal, batch, stan))
    found = "reversed";
  else if (known != NULL)
    found = known->effect == ACQUIRER_EFFECT_DECLINE ? "declined" : "approved";
  else if (acquirer_ledger_is_buried (ledger, terminal, batch, stan))
    found = "tombstone";
  say_value (self, ACQUIRER_VALUE_FOUND, found);
  say_value (self, ACQUIRER_VALUE_PAYMENT, acquirer_ledger_owner (ledger, terminal, batch, stan));
  if (known == NULL)
    return TRUE;
  say_value (self, ACQUIRER_VALUE_FOUND_CODE, known->code);
  g_strlcpy (self->line.reference, known->reference, sizeof self->line.reference);
  g_strlcpy (self->line.authorisation, known->authorisation, sizeof self->line.authorisation);
  if (known->date[0] != '\0')
    acquirer_host_say (self, FIELD_DATE, known->date);
  return TRUE;
}

gboolean
acquirer_host_terminal_wants_key (AcquirerCase *self)
{
  AcquirerProfile *profile = self->host->profile;

  if (!self->mood->wants_key || self->host->sessions == NULL
      || acquirer_profile_has_master_mac (profile, self->flow->mti)
      || !acquirer_profile_has_mac (profile, self->flow->mti))
    return FALSE;
  acquirer_host_decide (
      self, acquirer_profile_code_sign_in (profile, CODE_NEW_KEY) ? CODE_NEW_KEY : CODE_BAD_MAC,
      "a new key is due");
  return TRUE;
}

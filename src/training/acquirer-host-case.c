/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer-host-private.h"

#include "acquirer-message.h"
#include "base-money.h"

#include <string.h>

const char *
acquirer_host_text (const AcquirerCase *self, guint field)
{
  const char *text = field != 0 ? iso8583_message_get (self->message, field) : NULL;

  return text != NULL ? text : "";
}

char *
acquirer_host_value (const AcquirerCase *self, AcquirerValue value)
{
  char *text = acquirer_message_value (self->host->profile, self->flow, self->message, value);

  return text != NULL ? text : g_strdup ("");
}

gboolean
acquirer_host_has (const AcquirerCase *self, AcquirerValue value)
{
  g_autofree char *text = acquirer_host_value (self, value);

  return text[0] != '\0';
}

void
acquirer_host_decide (AcquirerCase *self, const char *code, const char *reason)
{
  g_strlcpy (self->line.code, code, sizeof self->line.code);
  g_strlcpy (self->line.reason, reason, sizeof self->line.reason);
}

void
acquirer_host_malformed (AcquirerCase *self, guint field, const char *why)
{
  const Iso8583Dialect *dialect = acquirer_profile_dialect (self->host->profile);
  g_autofree char *reason
      = g_strdup_printf ("Field %u (%s) %s", field, dialect->fields[field].name, why);

  acquirer_host_decide (self, CODE_MALFORMED, reason);
}

void
acquirer_host_say (AcquirerCase *self, guint field, const char *text)
{
  guint i = 0;

  while (i < self->n_said && self->said[i].field != field)
    i++;
  g_assert (i < ACQUIRER_HOST_SAID_MAX);
  g_free (self->said[i].text);
  self->said[i].field = field;
  self->said[i].text = g_strdup (text);
  self->n_said = MAX (self->n_said, i + 1);
}

void
acquirer_host_add_said (const AcquirerCase *self, Iso8583Message *message)
{
  for (guint i = 0; i < self->n_said; i++)
    if (self->flow->answer[self->said[i].field] != ACQUIRER_NEED_NONE)
      iso8583_message_set (message, self->said[i].field, self->said[i].text);
}

void
acquirer_host_clear (AcquirerCase *self)
{
  for (guint i = 0; i < self->n_said; i++)
    g_free (self->said[i].text);
  iso8583_message_free (self->message);
  g_clear_pointer (&self->keys, g_bytes_unref);
}

#define MODE_FALLBACK "80" /* a stripe, because its chip couldn't be used */

/* What must come with a card that was read so, and what must not. */
static const struct
{
  const char *mode; /* first two digits of field 22 */
  AcquirerCardData card_data;
  AcquirerValue wanted[4]; /* ended by NONE */
  AcquirerValue surplus;
} entries[] = {
  { "02",
    ACQUIRER_CARD_DATA_ACQUIRER,
    { ACQUIRER_VALUE_FORMAT, ACQUIRER_VALUE_KSN, ACQUIRER_VALUE_BLOCK1 },
    ACQUIRER_VALUE_ENVELOPE },
  { MODE_FALLBACK,
    ACQUIRER_CARD_DATA_ACQUIRER,
    { ACQUIRER_VALUE_FORMAT, ACQUIRER_VALUE_KSN, ACQUIRER_VALUE_BLOCK1 },
    ACQUIRER_VALUE_ENVELOPE },
  { "05", ACQUIRER_CARD_DATA_ACQUIRER, { ACQUIRER_VALUE_ENVELOPE }, ACQUIRER_VALUE_FORMAT },
  { "02", ACQUIRER_CARD_DATA_TILL, { ACQUIRER_VALUE_TRACK2 }, ACQUIRER_VALUE_CHIP },
  { "05", ACQUIRER_CARD_DATA_TILL, { ACQUIRER_VALUE_PAN, ACQUIRER_VALUE_CHIP }, 0 },
  { "07", ACQUIRER_CARD_DATA_TILL, { ACQUIRER_VALUE_PAN, ACQUIRER_VALUE_CHIP }, 0 },
};

gboolean
acquirer_host_check_entry (AcquirerCase *self)
{
  AcquirerProfile *profile = self->host->profile;
  const char *mode = acquirer_host_text (self, FIELD_ENTRY);

  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    {
      if (entries[i].card_data != acquirer_profile_card_data (profile)
          || strncmp (mode, entries[i].mode, 2) != 0 || mode[2] < '1' || mode[2] > '2'
          || (g_str_equal (entries[i].mode, MODE_FALLBACK) && !acquirer_profile_fallback (profile)))
        continue;
      for (const AcquirerValue *wanted = entries[i].wanted; *wanted != ACQUIRER_VALUE_NONE;
           wanted++)
        if (!acquirer_host_has (self, *wanted))
          {
            acquirer_host_malformed (self, acquirer_profile_role (profile, *wanted), "is missing");
            return FALSE;
          }
      if (entries[i].surplus != ACQUIRER_VALUE_NONE && acquirer_host_has (self, entries[i].surplus))
        {
          acquirer_host_malformed (self, acquirer_profile_role (profile, entries[i].surplus),
                                   "doesn't belong to this entry mode");
          return FALSE;
        }
      return TRUE;
    }
  acquirer_host_malformed (self, FIELD_ENTRY, "is no way in which a card is read here");
  return FALSE;
}

/* The payment's name for life: its UUID, or the identity where the dialect has no place for one. */
static gboolean
read_key (AcquirerCase *self)
{
  guint field = acquirer_profile_role (self->host->profile, ACQUIRER_VALUE_PAYMENT);
  const AcquirerLine *line = &self->line;

  if (field == 0)
    {
      g_snprintf (self->line.key, sizeof self->line.key, "%s/%06u/%06u", line->terminal,
                  line->batch, line->stan);
      return TRUE;
    }
  g_strlcpy (self->line.key, acquirer_host_text (self, field), sizeof self->line.key);
  if (g_uuid_string_is_valid (self->line.key))
    return TRUE;
  acquirer_host_malformed (self, field, "is no UUID");
  return FALSE;
}

/* Books that were put back gave out numbers that the lost ones had used: what comes under one of
 * them has no effect, and least of all on the payment that has it. */
static gboolean
check_owner (AcquirerCase *self)
{
  const AcquirerLine *line = &self->line;
  const char *owner
      = acquirer_ledger_owner (self->host->ledger, line->terminal, line->batch, line->stan);

  if (owner[0] == '\0' || strcmp (owner, line->key) == 0)
    return TRUE;
  acquirer_host_decide (self,
                        self->flow->kind == ACQUIRER_FLOW_REVERSAL ? CODE_NO_ORIGINAL : CODE_REUSED,
                        "this identity is another payment's");
  return FALSE;
}

gboolean
acquirer_host_check_money (AcquirerCase *self)
{
  const char *currency = base_money_from_numeric (acquirer_host_text (self, FIELD_CURRENCY));

  self->line.amount_minor = g_ascii_strtoll (acquirer_host_text (self, FIELD_AMOUNT), NULL, 10);
  if (self->line.amount_minor == 0)
    acquirer_host_malformed (self, FIELD_AMOUNT, "must not be zero");
  else if (self->line.stan == 0)
    acquirer_host_malformed (self, FIELD_STAN, "must not be zero");
  else if (self->line.batch == 0)
    acquirer_host_decide (self, CODE_MALFORMED, "no batch is named");
  else if (currency == NULL)
    acquirer_host_malformed (self, FIELD_CURRENCY, "is no currency");
  else if (read_key (self) && check_owner (self))
    {
      g_strlcpy (self->line.currency, currency, sizeof self->line.currency);
      return TRUE;
    }
  return FALSE;
}

static BaseSpan
span_of (const BaseSecret *secret)
{
  return secret != NULL ? base_secret_span (secret) : BASE_SPAN (NULL, 0);
}

gboolean
acquirer_host_open_card (const AcquirerCase *self, AcquirerCard *out_card, GError **error)
{
  AcquirerHost *host = self->host;
  AcquirerCardKeys keys
      = { base_bytes_span (host->certificate_pem), span_of (host->key_pem),
          base_bytes_span (host->next_certificate_pem), span_of (host->next_key_pem) };

  return acquirer_card_open (host->profile, self->message, &keys, out_card, error);
}

/* The day that the answer tells: the request's, or the host's own. */
static void
set_date (AcquirerCase *self)
{
  const char *said = acquirer_host_text (self, FIELD_DATE);
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (self->mood->now_unix_s);
  g_autoptr (GDateTime) local = g_date_time_add_hours (utc, ACQUIRER_HOST_HOURS_AHEAD);
  g_autofree char *own = g_date_time_format (local, "%m%d");

  g_strlcpy (self->line.date, said[0] != '\0' ? said : own, sizeof self->line.date);
}

gboolean
acquirer_host_enter (AcquirerCase *self, AcquirerEffect effect)
{
  AcquirerLedger *ledger = self->host->ledger;
  g_autofree char *reference = g_strdup_printf ("%012u", acquirer_ledger_count (ledger) + 1);
  g_autoptr (GError) error = NULL;

  self->line.effect = effect;
  set_date (self);
  if (effect != ACQUIRER_EFFECT_REVERSAL)
    g_strlcpy (self->line.reference, reference, sizeof self->line.reference);
  if (effect == ACQUIRER_EFFECT_CHARGE || effect == ACQUIRER_EFFECT_HOLD)
    g_snprintf (self->line.authorisation, sizeof self->line.authorisation, "A%05u",
                (acquirer_ledger_count (ledger) + 1) % 100000);
  if (acquirer_ledger_append (ledger, &self->line, &error))
    return TRUE;
  g_warning ("%s", error->message);
  return FALSE;
}

gboolean
acquirer_host_same_payment (const AcquirerLine *known, const AcquirerLine *line)
{
  return known->amount_minor == line->amount_minor && strcmp (known->currency, line->currency) == 0
         && strcmp (known->key, line->key) == 0;
}

void
acquirer_host_repeat (AcquirerCase *self, const AcquirerLine *known, AcquirerEffect effect)
{
  const AcquirerLine *line = &self->line;

  if (!acquirer_host_same_payment (known, line)
      || (known->effect != ACQUIRER_EFFECT_DECLINE
          && (known->effect != effect || known->original_batch != line->original_batch
              || known->original_stan != line->original_stan)))
    acquirer_host_malformed (self, FIELD_STAN, "was used for another payment");
  else
    self->line = *known;
}

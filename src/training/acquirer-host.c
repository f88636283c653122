/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer-host.h"

#include "acquirer-mac.h"
#include "acquirer-message.h"
#include "base-money.h"
#include "iso8583.h"

#include <string.h>

#define CODE_APPROVED "00"
#define CODE_DECLINED "05"
#define CODE_REFUSED "12"
#define CODE_NO_CARD "14"
#define CODE_NO_ORIGINAL "25"
#define CODE_MALFORMED "30"
#define CODE_UNSUPPORTED "40"
#define CODE_NO_MONEY "51"
#define CODE_EXPIRED "54"
#define CODE_BAD_MAC "A0"
#define NO_MONEY_AMOUNT 51 /* an amount that ends so is declined with CODE_NO_MONEY */
#define SEEN_MAX 1000000   /* identities remembered for `repeat`; then it forgets */
#define TPDU_START "60"
#define TPDU_DIGITS 10
#define HOURS_AHEAD 8 /* of the host's clock before UTC */

enum
{
  FIELD_AMOUNT = 4,
  FIELD_STAN = 11,
  FIELD_TIME = 12,
  FIELD_DATE = 13,
  FIELD_ENTRY = 22,
  FIELD_TERMINAL = 41,
  FIELD_CURRENCY = 49,
};

struct _AcquirerHost
{
  AcquirerProfile *profile;
  AcquirerLedger *ledger;
  AcquirerMac *mac;           /* for ever, or of a terminal that has no key */
  AcquirerSessions *sessions; /* NULL: no sign-in */
  GBytes *certificate_pem;
  BaseSecret *key_pem; /* NULL: no chip cards */
  GHashTable *seen;    /* MTI and identity → how often it came */
  GMutex mutex;
};

/* One request on its way to an answer. */
typedef struct
{
  AcquirerHost *host;
  const AcquirerHostMood *mood;
  Iso8583Message *message;
  const AcquirerFlow *flow;
  GBytes *keys;      /* of an answer to a sign-in */
  AcquirerLine line; /* identity and amount of the request; its code, reference and reason become
                        the answer's */
} Case;

AcquirerHost *
acquirer_host_new (AcquirerProfile *profile,
                   AcquirerLedger *ledger,
                   const BaseSecret *mac_key,
                   AcquirerSessions *sessions,
                   const AcquirerCardKeys *keys)
{
  AcquirerHost *self = g_new0 (AcquirerHost, 1);
  gboolean signs_in = acquirer_profile_key_plan (profile) != NULL;

  g_assert (signs_in ? sessions != NULL : mac_key != NULL);

  self->profile = acquirer_profile_ref (profile);
  self->ledger = ledger;
  self->mac = acquirer_mac_new (profile, signs_in ? NULL : mac_key);
  self->sessions = sessions;
  self->certificate_pem = g_bytes_new (keys->certificate_pem.data, keys->certificate_pem.size);
  self->key_pem = keys->key_pem.size > 0 ? base_secret_new_from (keys->key_pem) : NULL;
  self->seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_mutex_init (&self->mutex);
  return self;
}

void
acquirer_host_free (AcquirerHost *self)
{
  if (self == NULL)
    return;
  acquirer_ledger_free (self->ledger);
  acquirer_sessions_free (self->sessions);
  acquirer_mac_free (self->mac);
  base_secret_free (self->key_pem);
  g_bytes_unref (self->certificate_pem);
  g_hash_table_unref (self->seen);
  acquirer_profile_unref (self->profile);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

static const char *
text_of (const Case *self, guint field)
{
  const char *text = field != 0 ? iso8583_message_get (self->message, field) : NULL;

  return text != NULL ? text : "";
}

/* Yours to free; "" where the request has no such value. */
static char *
value_of (const Case *self, AcquirerValue value)
{
  char *text = acquirer_message_value (self->host->profile, self->flow, self->message, value);

  return text != NULL ? text : g_strdup ("");
}

static gboolean
has (const Case *self, AcquirerValue value)
{
  g_autofree char *text = value_of (self, value);

  return text[0] != '\0';
}

static void
decide (Case *self, const char *code, const char *reason)
{
  g_strlcpy (self->line.code, code, sizeof self->line.code);
  g_strlcpy (self->line.reason, reason, sizeof self->line.reason);
}

static void
malformed (Case *self, guint field, const char *why)
{
  const Iso8583Dialect *dialect = acquirer_profile_dialect (self->host->profile);
  g_autofree char *reason
      = g_strdup_printf ("Field %u (%s) %s", field, dialect->fields[field].name, why);

  decide (self, CODE_MALFORMED, reason);
}

/* What makes and checks the MACs of whoever asks. */
static const AcquirerMac *
mac_of (const Case *self)
{
  g_autofree char *terminal = g_strchomp (g_strdup (text_of (self, FIELD_TERMINAL)));
  const AcquirerMac *mac = self->host->sessions != NULL
                               ? acquirer_sessions_mac (self->host->sessions, terminal)
                               : NULL;

  return mac != NULL ? mac : self->host->mac;
}

/* ---- Strictness beyond the format ---- */

/* `count` pairs of digits, each from its minimum to its maximum. */
static gboolean
pairs_fit (const char *text, guint count, const char *const limits[])
{
  for (guint i = 0; i < count; i++)
    if (strncmp (&text[2 * i], limits[i], 2) < 0 || strncmp (&text[2 * i], &limits[i][2], 2) > 0)
      return FALSE;
  return TRUE;
}

static gboolean
check_times (Case *self)
{
  static const char *const date_and_time[] = { "0112", "0131", "0023", "0059", "0059" };
  const char *transmitted = text_of (self, 7), *date = text_of (self, 13),
             *hour = text_of (self, 12);

  if (transmitted[0] != '\0' && !pairs_fit (transmitted, 5, date_and_time))
    malformed (self, 7, "is no time");
  else if (hour[0] != '\0' && !pairs_fit (hour, 3, &date_and_time[2]))
    malformed (self, 12, "is no time");
  else if (date[0] != '\0' && !pairs_fit (date, 2, date_and_time))
    malformed (self, 13, "is no date");
  else
    return TRUE;
  return FALSE;
}

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
  { "05", ACQUIRER_CARD_DATA_ACQUIRER, { ACQUIRER_VALUE_ENVELOPE }, ACQUIRER_VALUE_FORMAT },
  { "02", ACQUIRER_CARD_DATA_TILL, { ACQUIRER_VALUE_TRACK2 }, ACQUIRER_VALUE_CHIP },
  { "05", ACQUIRER_CARD_DATA_TILL, { ACQUIRER_VALUE_PAN, ACQUIRER_VALUE_CHIP }, 0 },
  { "07", ACQUIRER_CARD_DATA_TILL, { ACQUIRER_VALUE_PAN, ACQUIRER_VALUE_CHIP }, 0 },
};

static gboolean
check_entry (Case *self)
{
  AcquirerProfile *profile = self->host->profile;
  const char *mode = text_of (self, FIELD_ENTRY);

  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    {
      if (entries[i].card_data != acquirer_profile_card_data (profile)
          || strncmp (mode, entries[i].mode, 2) != 0 || mode[2] < '1' || mode[2] > '2')
        continue;
      for (const AcquirerValue *wanted = entries[i].wanted; *wanted != ACQUIRER_VALUE_NONE;
           wanted++)
        if (!has (self, *wanted))
          {
            malformed (self, acquirer_profile_role (profile, *wanted), "is missing");
            return FALSE;
          }
      if (entries[i].surplus != ACQUIRER_VALUE_NONE && has (self, entries[i].surplus))
        {
          malformed (self, acquirer_profile_role (profile, entries[i].surplus),
                     "doesn't belong to this entry mode");
          return FALSE;
        }
      return TRUE;
    }
  malformed (self, FIELD_ENTRY, "is no way in which a card is read here");
  return FALSE;
}

/* The payment's name for life: its UUID, or the identity where the dialect has no place for one. */
static gboolean
read_key (Case *self)
{
  guint field = acquirer_profile_role (self->host->profile, ACQUIRER_VALUE_PAYMENT);
  const AcquirerLine *line = &self->line;

  if (field == 0)
    {
      g_snprintf (self->line.key, sizeof self->line.key, "%s/%06u/%06u", line->terminal,
                  line->batch, line->stan);
      return TRUE;
    }
  g_strlcpy (self->line.key, text_of (self, field), sizeof self->line.key);
  if (g_uuid_string_is_valid (self->line.key))
    return TRUE;
  malformed (self, field, "is no UUID");
  return FALSE;
}

/* Fills the line from the request. */
static gboolean
check_money (Case *self)
{
  const char *currency = base_money_from_numeric (text_of (self, FIELD_CURRENCY));

  self->line.amount_minor = g_ascii_strtoll (text_of (self, FIELD_AMOUNT), NULL, 10);
  if (self->line.amount_minor == 0)
    malformed (self, FIELD_AMOUNT, "must not be zero");
  else if (self->line.stan == 0)
    malformed (self, FIELD_STAN, "must not be zero");
  else if (self->line.batch == 0)
    decide (self, CODE_MALFORMED, "no batch is named");
  else if (currency == NULL)
    malformed (self, FIELD_CURRENCY, "is no currency");
  else if (read_key (self))
    {
      g_strlcpy (self->line.currency, currency, sizeof self->line.currency);
      return TRUE;
    }
  return FALSE;
}

/* ---- Effects ---- */

/* In the ledger before anything is said; a full disk means that nothing is said. */
static gboolean
enter (Case *self, AcquirerEffect effect)
{
  AcquirerLedger *ledger = self->host->ledger;
  g_autofree char *reference = g_strdup_printf ("%012u", acquirer_ledger_count (ledger) + 1);
  g_autoptr (GError) error = NULL;

  self->line.effect = effect;
  if (effect != ACQUIRER_EFFECT_REVERSAL)
    g_strlcpy (self->line.reference, reference, sizeof self->line.reference);
  if (effect == ACQUIRER_EFFECT_CHARGE)
    g_snprintf (self->line.authorisation, sizeof self->line.authorisation, "A%05u",
                (acquirer_ledger_count (ledger) + 1) % 100000);
  if (acquirer_ledger_append (ledger, &self->line, &error))
    return TRUE;
  g_warning ("%s", error->message);
  return FALSE;
}

static gboolean
same_payment (const AcquirerLine *known, const AcquirerLine *line)
{
  return known->amount_minor == line->amount_minor && strcmp (known->currency, line->currency) == 0
         && strcmp (known->key, line->key) == 0;
}

/* A request whose identity is in the ledger: the same answer again, or a refusal of another payment
 * under its name. */
static void
repeat (Case *self, const AcquirerLine *known)
{
  gboolean advice = self->flow->kind == ACQUIRER_FLOW_ADVICE;

  if (!same_payment (known, &self->line)
      || (known->effect != ACQUIRER_EFFECT_DECLINE
          && advice != (known->effect == ACQUIRER_EFFECT_ADVICE)))
    {
      malformed (self, 11, "was used for another payment");
      return;
    }
  self->line = *known;
}

/* Why a request for authorisation is declined; NULL when it isn't. */
static const char *
judge_card (Case *self, gboolean opened, const AcquirerCard *card, const char **out_reason)
{
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_utc (self->mood->now_unix_s);
  g_autofree char *month = g_date_time_format (now, "%y%m");

  *out_reason = "";
  if (!opened)
    return CODE_NO_CARD;
  if (self->mood->decline)
    return *out_reason = "declined", CODE_DECLINED;
  if (strcmp (card->expiry, month) < 0)
    return *out_reason = "card expired", CODE_EXPIRED;
  if (self->line.amount_minor % 100 == NO_MONEY_AMOUNT)
    return *out_reason = "not enough money", CODE_NO_MONEY;
  return NULL;
}

static gboolean
authorise (Case *self)
{
  AcquirerHost *host = self->host;
  AcquirerCardKeys keys
      = { base_bytes_span (host->certificate_pem),
          host->key_pem != NULL ? base_secret_span (host->key_pem) : BASE_SPAN (NULL, 0) };
  gboolean advice = self->flow->kind == ACQUIRER_FLOW_ADVICE;
  g_autoptr (GError) error = NULL;
  AcquirerCard card = { 0 };
  gboolean opened = acquirer_card_open (host->profile, self->message, &keys, &card, &error);
  const char *reason = "";
  const char *code = judge_card (self, opened, &card, &reason);

  g_strlcpy (self->line.masked_pan, card.masked_pan, sizeof self->line.masked_pan);
  if (advice && !opened)
    {
      malformed (self, 22, error->message);
      return TRUE;
    }
  decide (self, advice || code == NULL ? CODE_APPROVED : code,
          advice || code == NULL ? ""
          : opened               ? reason
                                 : error->message);
  return enter (self, advice         ? ACQUIRER_EFFECT_ADVICE
                      : code == NULL ? ACQUIRER_EFFECT_CHARGE
                                     : ACQUIRER_EFFECT_DECLINE);
}

static gboolean
handle_request (Case *self)
{
  AcquirerLedger *ledger = self->host->ledger;
  const AcquirerLine *line = &self->line;
  const AcquirerLine *known
      = acquirer_ledger_find (ledger, line->terminal, line->batch, line->stan);

  if (!check_entry (self))
    return TRUE;
  if (known != NULL
      && acquirer_ledger_is_reversed (ledger, line->terminal, line->batch, line->stan))
    {
      decide (self, CODE_REFUSED, "it was reversed");
      return TRUE;
    }
  if (known != NULL)
    {
      repeat (self, known);
      return TRUE;
    }
  if (!acquirer_ledger_is_buried (ledger, line->terminal, line->batch, line->stan))
    return authorise (self);
  decide (self, CODE_REFUSED, "its reversal came before it");
  return enter (self, ACQUIRER_EFFECT_DECLINE);
}

static gboolean
bury (Case *self)
{
  const AcquirerLine *line = &self->line;
  g_autoptr (GError) error = NULL;

  decide (self, CODE_NO_ORIGINAL, "nothing to undo");
  if (acquirer_ledger_is_buried (self->host->ledger, line->terminal, line->batch, line->stan)
      || acquirer_ledger_bury (self->host->ledger, line->terminal, line->batch, line->stan, &error))
    return TRUE;
  g_warning ("%s", error->message);
  return FALSE;
}

static gboolean
handle_reversal (Case *self)
{
  AcquirerLedger *ledger = self->host->ledger;
  const AcquirerLine *line = &self->line;
  const AcquirerLine *known
      = acquirer_ledger_find (ledger, line->terminal, line->batch, line->stan);

  if (known == NULL)
    return bury (self);
  if (!same_payment (known, line))
    {
      malformed (self, 11, "is that of another payment");
      return TRUE;
    }
  if (known->effect == ACQUIRER_EFFECT_DECLINE)
    {
      decide (self, CODE_NO_ORIGINAL, "it was declined");
      return TRUE;
    }
  decide (self, CODE_APPROVED, "");
  g_strlcpy (self->line.reference, known->reference, sizeof self->line.reference);
  g_strlcpy (self->line.masked_pan, known->masked_pan, sizeof self->line.masked_pan);
  if (acquirer_ledger_is_reversed (ledger, line->terminal, line->batch, line->stan))
    return TRUE;
  return enter (self, ACQUIRER_EFFECT_REVERSAL);
}

/* ---- Answers ---- */

/* A TPDU goes back to where it came from: its two addresses change places. */
static void
turn_prefix (Iso8583Message *message)
{
  g_autofree char *prefix = g_strdup (iso8583_message_get (message, 0));

  if (prefix == NULL || strlen (prefix) < TPDU_DIGITS || strncmp (prefix, TPDU_START, 2) != 0)
    return;
  for (guint i = 2; i < 6; i++)
    {
      char digit = prefix[i];

      prefix[i] = prefix[i + 4];
      prefix[i + 4] = digit;
    }
  iso8583_message_set (message, 0, prefix);
}

/* The host's clock, where the answer must have it and the request had none. */
static void
set_clock (Case *self, Iso8583Message *message)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (self->mood->now_unix_s);
  g_autoptr (GDateTime) local = g_date_time_add_hours (utc, HOURS_AHEAD);
  const struct
  {
    guint field;
    const char *format;
  } clock[] = { { FIELD_TIME, "%H%M%S" }, { FIELD_DATE, "%m%d" } };

  for (guint i = 0; i < G_N_ELEMENTS (clock); i++)
    if (self->flow != NULL && self->flow->answer[clock[i].field] == ACQUIRER_NEED_REQUIRED
        && !iso8583_message_has (message, clock[i].field))
      {
        g_autofree char *text = g_date_time_format (local, clock[i].format);

        iso8583_message_set (message, clock[i].field, text);
      }
}

/* Whether the answer may have this field. */
static gboolean
belongs (const Case *self, guint field)
{
  if (acquirer_profile_value (self->host->profile, field) == ACQUIRER_VALUE_CHIP)
    return FALSE; /* what the card's bank says to the chip is never what the chip has said */
  return self->flow != NULL ? self->flow->answer[field] != ACQUIRER_NEED_NONE
                            : acquirer_profile_matches_field (self->host->profile, field);
}

/* What the flow's answer has and the request had, then the answer's own fields. */
static GBytes *
answer (Case *self)
{
  AcquirerProfile *profile = self->host->profile;
  guint keys = acquirer_profile_role (profile, ACQUIRER_VALUE_KEYS);
  guint reason = acquirer_profile_role (profile, ACQUIRER_VALUE_REASON);
  const struct
  {
    guint field;
    const char *text;
  } own[] = { { 37, self->line.reference },
              { 38, self->line.authorisation },
              { 39, self->line.code },
              { reason, self->line.reason } };
  g_autoptr (Iso8583Message) message = iso8583_message_copy (self->message);
  g_autofree char *mti = g_strdup (iso8583_message_mti (self->message));
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = NULL;

  mti[2]++;
  iso8583_message_set_mti (message, mti);
  for (guint i = iso8583_message_next (message, 0); i != 0; i = iso8583_message_next (message, i))
    if (!belongs (self, i) || i == reason)
      iso8583_message_remove (message, i);
  turn_prefix (message);
  set_clock (self, message);
  for (guint i = 0; i < G_N_ELEMENTS (own); i++)
    if (own[i].text[0] != '\0' && own[i].field != 0)
      iso8583_message_set (message, own[i].field, own[i].text);
  if (self->keys != NULL)
    iso8583_message_set_bytes (message, keys, base_bytes_span (self->keys));
  else if (self->flow != NULL && self->flow->kind == ACQUIRER_FLOW_SIGN_IN)
    iso8583_message_remove (message, keys); /* what the request had there is no key */
  body = acquirer_mac_pack (mac_of (self), message, &error);
  if (g_error_matches (error, ACQUIRER_ERROR, ACQUIRER_ERROR_MAC)) /* it didn't sign in */
    body = iso8583_pack (profile, message, NULL);
  if (body == NULL)
    g_warning ("No answer: %s", error->message);
  return g_steal_pointer (&body);
}

/* Everything that can be wrong with a request before it means anything. FALSE: `line.code` says
 * what. */
static gboolean
check_request (Case *self, BaseSpan body)
{
  AcquirerHost *host = self->host;
  g_autoptr (GError) error = NULL;
  guint bad_field;
  gboolean whole = iso8583_unpack_partial (host->profile, body, &self->message, &error);

  if (!acquirer_mac_check (mac_of (self), body, NULL))
    decide (self, CODE_BAD_MAC, "bad MAC");
  else if (!whole)
    decide (self, CODE_MALFORMED, error->message);
  else if ((self->flow = acquirer_message_flow (host->profile, self->message)) == NULL)
    decide (self, CODE_MALFORMED, "this MTI is unknown here");
  else if (!acquirer_message_check (host->profile, self->flow, self->message, &bad_field, &error))
    decide (self, CODE_MALFORMED, error->message);
  else if (check_times (self))
    return TRUE;
  return FALSE;
}

static void
read_identity (Case *self)
{
  g_autofree char *batch = value_of (self, ACQUIRER_VALUE_BATCH);

  g_strlcpy (self->line.terminal, text_of (self, 41), sizeof self->line.terminal);
  g_strchomp (self->line.terminal);
  self->line.repeat = self->mood->repeat;
  self->line.stan = (guint32)g_ascii_strtoull (text_of (self, FIELD_STAN), NULL, 10);
  self->line.batch = (guint32)g_ascii_strtoull (batch, NULL, 10);
}

static void
sign_in (Case *self)
{
  g_autoptr (GError) error = NULL;

  if (self->host->sessions != NULL)
    self->keys = acquirer_sessions_begin (self->host->sessions, self->line.terminal, &error);
  if (self->keys != NULL)
    decide (self, CODE_APPROVED, "");
  else
    decide (self, CODE_UNSUPPORTED, error != NULL ? error->message : "there is no sign-in here");
}

/* FALSE: nothing may be said, for the ledger couldn't be written. */
static gboolean
act (Case *self)
{
  read_identity (self);
  switch ((guint)self->flow->kind)
    {
    case ACQUIRER_FLOW_ECHO:
      decide (self, CODE_APPROVED, "");
      return TRUE;
    case ACQUIRER_FLOW_SIGN_IN:
      sign_in (self);
      return TRUE;
    case ACQUIRER_FLOW_SIGN_OUT:
      if (self->host->sessions != NULL)
        acquirer_sessions_end (self->host->sessions, self->line.terminal);
      decide (self, CODE_APPROVED, "");
      return TRUE;
    case ACQUIRER_FLOW_REVERSAL:
      return !check_money (self) || handle_reversal (self);
    case ACQUIRER_FLOW_SALE:
    case ACQUIRER_FLOW_DEFERRED:
    case ACQUIRER_FLOW_ADVICE:
      return !check_money (self) || handle_request (self);
    default:
      decide (self, CODE_UNSUPPORTED, "this host doesn't do that");
      return TRUE;
    }
}

/* Only what asks gets an answer: an answer, or bytes that hide who asked, gets none. */
static gboolean
may_be_answered (const Case *self)
{
  const char *mti = iso8583_message_mti (self->message);

  return mti[0] != '\0' && (mti[2] - '0') % 2 == 0 && iso8583_message_has (self->message, 11);
}

GBytes *
acquirer_host_handle (AcquirerHost *self, BaseSpan body, const AcquirerHostMood *mood)
{
  Case request = { .host = self, .mood = mood };
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->mutex);
  GBytes *result = NULL;
  gboolean sound = check_request (&request, body);

  if (may_be_answered (&request) && (!sound || act (&request)))
    result = answer (&request);
  iso8583_message_free (request.message);
  g_clear_pointer (&request.keys, g_bytes_unref);
  return result;
}

guint
acquirer_host_recognise (AcquirerHost *self, BaseSpan body, char *out_identity)
{
  g_autoptr (Iso8583Message) message = NULL;
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->mutex);
  g_autofree char *batch = NULL;
  guint times;

  (void)iso8583_unpack_partial (self->profile, body, &message, NULL);
  batch = acquirer_message_value (self->profile, acquirer_message_flow (self->profile, message),
                                  message, ACQUIRER_VALUE_BATCH);
  g_snprintf (out_identity, ACQUIRER_HOST_IDENTITY_MAX, "%s/%s/%s/%s",
              iso8583_message_mti (message),
              iso8583_message_has (message, 41) ? iso8583_message_get (message, 41) : "",
              batch != NULL ? batch : "",
              iso8583_message_has (message, 11) ? iso8583_message_get (message, 11) : "");
  times = GPOINTER_TO_UINT (g_hash_table_lookup (self->seen, out_identity));
  if (g_hash_table_size (self->seen) >= SEEN_MAX)
    g_hash_table_remove_all (self->seen);
  g_hash_table_replace (self->seen, g_strdup (out_identity), GUINT_TO_POINTER (times + 1));
  return times;
}

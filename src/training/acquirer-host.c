/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer-host-private.h"

#include "acquirer-mac.h"
#include "acquirer-message.h"
#include "iso8583.h"

#include <string.h>

#define SEEN_MAX 1000000 /* identities remembered for `repeat`; then it forgets */
#define TPDU_START "60"
#define TPDU_DIGITS 10

AcquirerHost *
acquirer_host_new (AcquirerProfile *profile,
                   AcquirerLedger *ledger,
                   const BaseSecret *mac_key,
                   AcquirerSessions *sessions,
                   const AcquirerCardKeys *keys)
{
  AcquirerHost *self = g_new0 (AcquirerHost, 1);

  g_assert (sessions != NULL || mac_key != NULL);
  self->profile = acquirer_profile_ref (profile);
  self->ledger = ledger;
  self->mac = acquirer_mac_new (profile, sessions != NULL ? NULL : mac_key);
  if (sessions != NULL)
    acquirer_sessions_lend_master (sessions, self->mac);
  self->sessions = sessions;
  self->terminals = acquirer_terminals_new (NULL);
  self->certificate_pem = g_bytes_new (keys->certificate_pem.data, keys->certificate_pem.size);
  self->key_pem = keys->key_pem.size > 0 ? base_secret_new_from (keys->key_pem) : NULL;
  self->next_certificate_pem
      = g_bytes_new (keys->next_certificate_pem.data, keys->next_certificate_pem.size);
  self->next_key_pem
      = keys->next_key_pem.size > 0 ? base_secret_new_from (keys->next_key_pem) : NULL;
  self->seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->uploads
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, acquirer_host_batch_forget);
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
  acquirer_terminals_free (self->terminals);
  acquirer_mac_free (self->mac);
  base_secret_free (self->key_pem);
  g_bytes_unref (self->certificate_pem);
  base_secret_free (self->next_key_pem);
  g_bytes_unref (self->next_certificate_pem);
  g_hash_table_unref (self->seen);
  g_hash_table_unref (self->uploads);
  acquirer_profile_unref (self->profile);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

void
acquirer_host_keep_terminals (AcquirerHost *self, AcquirerTerminals *terminals)
{
  acquirer_terminals_free (self->terminals);
  self->terminals = terminals;
}

/* What makes and checks the MACs of whoever asks. */
static const AcquirerMac *
mac_of (const AcquirerCase *self)
{
  g_autofree char *terminal = g_strchomp (g_strdup (acquirer_host_text (self, FIELD_TERMINAL)));
  const AcquirerMac *mac = self->host->sessions != NULL
                               ? acquirer_sessions_mac (self->host->sessions, terminal)
                               : NULL;

  return mac != NULL ? mac : self->host->mac;
}

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

void
acquirer_host_set_demand (AcquirerHost *self, AcquirerDemand demand)
{
  self->demand = demand;
}

void
acquirer_host_set_scripts (AcquirerHost *self, const AcquirerScripts *scripts)
{
  self->scripts = *scripts;
}

static void
set_demand (const AcquirerCase *self, Iso8583Message *message)
{
  const AcquirerDemands *demands = acquirer_profile_demands (self->host->profile);
  char digit = acquirer_demands_digit (demands, self->host->demand);
  g_autofree char *prefix = g_strdup (iso8583_message_get (message, 0));

  if (self->host->demand == ACQUIRER_DEMAND_NONE || digit == '\0' || prefix == NULL
      || strlen (prefix) < demands->digit)
    return;
  prefix[demands->digit - 1] = digit;
  iso8583_message_set (message, 0, prefix);
}

/* The host's clock, where the answer must have it and the request had none. */
static void
set_clock (AcquirerCase *self, Iso8583Message *message)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (self->mood->now_unix_s);
  g_autoptr (GDateTime) local = g_date_time_add_hours (utc, ACQUIRER_HOST_HOURS_AHEAD);
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
belongs (const AcquirerCase *self, guint field)
{
  if (acquirer_profile_value (self->host->profile, field) == ACQUIRER_VALUE_CHIP)
    return FALSE; /* what the card's bank says to the chip is never what the chip has said */
  return self->flow != NULL ? self->flow->answer[field] != ACQUIRER_NEED_NONE
                            : acquirer_profile_matches_field (self->host->profile, field);
}

/* A dialect may leave a field of ours out of a flow's answer. */
static gboolean
may_say (const AcquirerCase *self, guint field)
{
  return self->flow == NULL || self->flow->answer[field] != ACQUIRER_NEED_NONE;
}

/* What the flow's answer has and the request had, then the answer's own fields. */
static GBytes *
answer (AcquirerCase *self)
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
    if (!belongs (self, i) || i == reason || acquirer_host_terminal_is_books (self, i))
      iso8583_message_remove (message, i);
  turn_prefix (message);
  set_demand (self, message);
  set_clock (self, message);
  for (guint i = 0; i < G_N_ELEMENTS (own); i++)
    if (own[i].text[0] != '\0' && own[i].field != 0 && may_say (self, own[i].field))
      iso8583_message_set (message, own[i].field, own[i].text);
  acquirer_host_add_said (self, message);
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
check_times (AcquirerCase *self)
{
  static const char *const date_and_time[] = { "0112", "0131", "0023", "0059", "0059" };
  const char *transmitted = acquirer_host_text (self, 7), *date = acquirer_host_text (self, 13),
             *hour = acquirer_host_text (self, 12);

  if (transmitted[0] != '\0' && !pairs_fit (transmitted, 5, date_and_time))
    acquirer_host_malformed (self, 7, "is no time");
  else if (hour[0] != '\0' && !pairs_fit (hour, 3, &date_and_time[2]))
    acquirer_host_malformed (self, 12, "is no time");
  else if (date[0] != '\0' && !pairs_fit (date, 2, date_and_time))
    acquirer_host_malformed (self, 13, "is no date");
  else
    return TRUE;
  return FALSE;
}

/* Everything that can be wrong with a request before it means anything. FALSE: `line.code` says
 * what. */
static gboolean
check_request (AcquirerCase *self, BaseSpan body)
{
  AcquirerHost *host = self->host;
  g_autoptr (GError) error = NULL;
  guint bad_field;
  gboolean whole = iso8583_unpack_partial (host->profile, body, &self->message, &error);

  if (!acquirer_mac_check (mac_of (self), body, NULL))
    acquirer_host_decide (self, CODE_BAD_MAC, "bad MAC");
  else if (!whole)
    acquirer_host_decide (self, CODE_MALFORMED, error->message);
  else if ((self->flow = acquirer_message_flow (host->profile, self->message)) == NULL)
    acquirer_host_decide (self, CODE_MALFORMED, "this MTI is unknown here");
  else if (!acquirer_message_check (host->profile, self->flow, self->message, &bad_field, &error))
    acquirer_host_decide (self, CODE_MALFORMED, error->message);
  else if (check_times (self))
    return TRUE;
  return FALSE;
}

static void
read_identity (AcquirerCase *self)
{
  g_autofree char *batch = acquirer_host_value (self, ACQUIRER_VALUE_BATCH);

  g_strlcpy (self->line.terminal, acquirer_host_text (self, 41), sizeof self->line.terminal);
  g_strchomp (self->line.terminal);
  self->line.repeat = self->mood->repeat;
  self->line.stan = (guint32)g_ascii_strtoull (acquirer_host_text (self, FIELD_STAN), NULL, 10);
  self->line.batch = (guint32)g_ascii_strtoull (batch, NULL, 10);
}

/* Who does what; a kind that isn't here is refused. */
static gboolean (*const handlers[ACQUIRER_FLOW_COUNT]) (AcquirerCase *self) = {
  [ACQUIRER_FLOW_SALE] = acquirer_host_payment_ask,
  [ACQUIRER_FLOW_DEFERRED] = acquirer_host_payment_ask,
  [ACQUIRER_FLOW_ADVICE] = acquirer_host_payment_ask,
  [ACQUIRER_FLOW_VOID] = acquirer_host_refund_ask,
  [ACQUIRER_FLOW_REFUND] = acquirer_host_refund_ask,
  [ACQUIRER_FLOW_BALANCE] = acquirer_host_payment_balance,
  [ACQUIRER_FLOW_HOLD] = acquirer_host_payment_ask,
  [ACQUIRER_FLOW_HOLD_VOID] = acquirer_host_hold_ask,
  [ACQUIRER_FLOW_CAPTURE] = acquirer_host_hold_ask,
  [ACQUIRER_FLOW_CAPTURE_VOID] = acquirer_host_hold_ask,
  [ACQUIRER_FLOW_CAPTURE_ADVICE] = acquirer_host_hold_ask,
  [ACQUIRER_FLOW_SCRIPT] = acquirer_host_notice_ask,
  [ACQUIRER_FLOW_REVERSAL] = acquirer_host_payment_reverse,
  [ACQUIRER_FLOW_SETTLE] = acquirer_host_batch_settle,
  [ACQUIRER_FLOW_TOTALS] = acquirer_host_batch_settle,
  [ACQUIRER_FLOW_UPLOAD] = acquirer_host_batch_upload,
  [ACQUIRER_FLOW_UPLOAD_CHIP] = acquirer_host_batch_upload,
  [ACQUIRER_FLOW_BATCH_END] = acquirer_host_batch_end,
  [ACQUIRER_FLOW_BATCH_CLOSED] = acquirer_host_batch_close,
  [ACQUIRER_FLOW_PARAMETERS] = acquirer_host_download_piece,
  [ACQUIRER_FLOW_PARAMETERS_END] = acquirer_host_download_end,
  [ACQUIRER_FLOW_CA_KEYS_STATUS] = acquirer_host_download_status,
  [ACQUIRER_FLOW_CA_KEYS] = acquirer_host_download_piece,
  [ACQUIRER_FLOW_CA_KEYS_END] = acquirer_host_download_end,
  [ACQUIRER_FLOW_AIDS_STATUS] = acquirer_host_download_status,
  [ACQUIRER_FLOW_AIDS] = acquirer_host_download_piece,
  [ACQUIRER_FLOW_AIDS_END] = acquirer_host_download_end,
  [ACQUIRER_FLOW_SIGN_IN] = acquirer_host_terminal_sign_in,
  [ACQUIRER_FLOW_SIGN_OUT] = acquirer_host_terminal_sign_out,
  [ACQUIRER_FLOW_ECHO] = acquirer_host_terminal_echo,
  [ACQUIRER_FLOW_ENQUIRY] = acquirer_host_terminal_enquire,
};

/* FALSE: nothing may be said, for the ledger couldn't be written. */
static gboolean
act (AcquirerCase *self)
{
  read_identity (self);
  if (!acquirer_host_terminal_heed (self) || acquirer_host_terminal_wants_key (self))
    return TRUE;
  if (handlers[self->flow->kind] != NULL)
    return handlers[self->flow->kind](self);
  acquirer_host_decide (self, CODE_UNSUPPORTED, "this host doesn't do that");
  return TRUE;
}

/* Only what asks gets an answer: an answer, or bytes that hide who asked, gets none. */
static gboolean
may_be_answered (const AcquirerCase *self)
{
  const char *mti = iso8583_message_mti (self->message);

  return mti[0] != '\0' && (mti[2] - '0') % 2 == 0 && iso8583_message_has (self->message, 11);
}

GBytes *
acquirer_host_handle (AcquirerHost *self, BaseSpan body, const AcquirerHostMood *mood)
{
  AcquirerCase request = { .host = self, .mood = mood };
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->mutex);
  GBytes *result = NULL;
  gboolean sound = check_request (&request, body);

  if (may_be_answered (&request) && (!sound || act (&request)))
    result = answer (&request);
  if (request.ends_session && self->sessions != NULL)
    acquirer_sessions_end (self->sessions, request.line.terminal);
  acquirer_host_clear (&request);
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

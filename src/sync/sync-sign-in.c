/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-sign-in.h"

#include "sync-books.h"

#include <glib/gi18n.h>

#define SIGNED_TRIES 2

static Iso8583Message *
make_request (SyncLine *line, AcquirerFlowKind kind, GError **error)
{
  AcquirerSale values
      = { .serial = sync_line_serial (line), .at_unix_s = g_get_real_time () / G_USEC_PER_SEC };
  VaultEpochBooks store;

  sync_books_fill (line, &store, &values.books);
  values.terminal = sync_line_voice (line, &values.merchant);
  vault_take_identity (sync_line_vault (line), &values.batch, &values.stan);
  return acquirer_message_build (sync_line_profile (line), kind, &values, error);
}

/* The batch that the answer names; 0: none. */
static guint32
read_batch (SyncLine *line, const Iso8583Message *answer)
{
  const AcquirerProfile *profile = sync_line_profile (line);
  g_autofree char *text
      = acquirer_message_value (profile, acquirer_profile_flow (profile, ACQUIRER_FLOW_SIGN_IN),
                                answer, ACQUIRER_VALUE_BATCH);

  return text != NULL ? (guint32)g_ascii_strtoull (text, NULL, 10) : 0;
}

/* Keys first: a batch without keys is of no use, keys without the new batch are. */
static SyncSignIn
take_answer (SyncLine *line, const Iso8583Message *answer, SyncSignInReport *report, GError **error)
{
  guint field = acquirer_profile_role (sync_line_profile (line), ACQUIRER_VALUE_KEYS);
  const char *hex = iso8583_message_get (answer, field);
  g_autoptr (BaseSecret) keys = hex != NULL ? base_secret_new_from_hex (hex) : NULL;
  guint32 batch = read_batch (line, answer);

  if (keys == NULL)
    {
      g_set_error (error, ACQUIRER_ERROR, ACQUIRER_ERROR_FIELD,
                   _ ("The host let the terminal sign in and sent no working keys (field %u)"),
                   field);
      return SYNC_SIGN_IN_FAULT;
    }
  if (sync_books_is_own (line))
    vault_epoch_set_told (sync_line_vault (line));
  if (!sync_line_take_keys (line, base_secret_span (keys), error)
      || (batch != 0 && !vault_start_batch (sync_line_vault (line), batch, error)))
    return SYNC_SIGN_IN_FAULT;
  report->batch = batch;
  return SYNC_SIGN_IN_DONE;
}

/* One exchange without money. DONE: the host agrees, and *out_answer is what it said. */
static SyncSignIn
ask (SyncLine *line,
     AcquirerFlowKind kind,
     GCancellable *cancellable,
     Iso8583Message **out_answer,
     char *out_code,
     GError **error)
{
  g_autoptr (Iso8583Message) request = make_request (line, kind, error);
  AcquirerVerdict verdict;

  if (request == NULL)
    return SYNC_SIGN_IN_FAULT;
  if (sync_line_exchange (line, request, cancellable, out_answer, error)
      != ACQUIRER_EXCHANGE_ANSWERED)
    return SYNC_SIGN_IN_NO_ANSWER;
  if (!sync_books_heed (line, kind, *out_answer, error))
    return SYNC_SIGN_IN_HELD;
  verdict = acquirer_message_judge (sync_line_profile (line), request, *out_answer, out_code);
  return verdict == ACQUIRER_VERDICT_APPROVED ? SYNC_SIGN_IN_DONE : SYNC_SIGN_IN_REFUSED;
}

SyncSignIn
sync_sign_in_run (SyncLine *line,
                  GCancellable *cancellable,
                  SyncSignInReport *report,
                  GError **error)
{
  g_autoptr (Iso8583Message) answer = NULL;
  SyncSignIn outcome;

  *report = (SyncSignInReport){ 0 };
  if (acquirer_profile_key_plan (sync_line_profile (line)) == NULL)
    return SYNC_SIGN_IN_NOT_NEEDED;
  if (!sync_line_prepare_sign_in (line, error))
    return SYNC_SIGN_IN_FAULT;
  outcome = ask (line, ACQUIRER_FLOW_SIGN_IN, cancellable, &answer, report->code, error);
  report->ours = answer != NULL && sync_books_are_known (line, ACQUIRER_FLOW_SIGN_IN, answer);
  return outcome == SYNC_SIGN_IN_DONE ? take_answer (line, answer, report, error) : outcome;
}

SyncSignIn
sync_sign_out_run (SyncLine *line,
                   GCancellable *cancellable,
                   SyncSignInReport *report,
                   GError **error)
{
  g_autoptr (Iso8583Message) answer = NULL;
  VaultQueueStats stats;
  SyncSignIn outcome;

  *report = (SyncSignInReport){ 0 };
  if (acquirer_profile_flow (sync_line_profile (line), ACQUIRER_FLOW_SIGN_OUT) == NULL)
    return SYNC_SIGN_IN_NOT_NEEDED;
  if (!vault_queue_stats (sync_line_vault (line), &stats, error))
    return SYNC_SIGN_IN_FAULT;
  if (stats.reversals > 0)
    return SYNC_SIGN_IN_OWED;
  if (!sync_line_is_signed_in (line))
    return SYNC_SIGN_IN_ABSENT;
  outcome = ask (line, ACQUIRER_FLOW_SIGN_OUT, cancellable, &answer, report->code, error);
  if (outcome == SYNC_SIGN_IN_DONE && !sync_line_drop_keys (line, error))
    return SYNC_SIGN_IN_FAULT;
  return outcome;
}

static gboolean
sign_in_if_needed (SyncLine *line, GCancellable *cancellable, GError **error)
{
  SyncSignInReport report;

  if (!sync_line_needs_sign_in (line))
    return TRUE;
  switch (sync_sign_in_run (line, cancellable, &report, error))
    {
    case SYNC_SIGN_IN_DONE:
    case SYNC_SIGN_IN_NOT_NEEDED:
      return TRUE;
    case SYNC_SIGN_IN_REFUSED:
      g_set_error (error, ACQUIRER_ERROR, ACQUIRER_ERROR_MAC,
                   _ ("The host doesn't let this terminal sign in (code %s)"), report.code);
      return FALSE;
    case SYNC_SIGN_IN_NO_ANSWER:
    case SYNC_SIGN_IN_FAULT:
    case SYNC_SIGN_IN_OWED:
    case SYNC_SIGN_IN_ABSENT:
    case SYNC_SIGN_IN_HELD:
      return FALSE;
    }
  g_assert_not_reached ();
}

gboolean
sync_sign_in_ready (SyncLine *line, GCancellable *cancellable, GError **error)
{
  if (sync_line_needs_sign_in (line) && vault_epoch_quarantine (sync_line_vault (line)) != NULL)
    {
      g_set_error_literal (error, SYNC_ERROR, SYNC_ERROR_HELD,
                           _ ("Nothing is sent before somebody decided about these books"));
      return FALSE;
    }
  return sign_in_if_needed (line, cancellable, error);
}

/* The same where nothing that moves money is meant: from quarantined books, too. */
static gboolean
is_ready_to_enquire (SyncLine *line, GCancellable *cancellable, GError **error)
{
  if (g_strcmp0 (vault_epoch_quarantine (sync_line_vault (line)), VAULT_QUARANTINE_HANDED) != 0)
    return sign_in_if_needed (line, cancellable, error);
  g_set_error_literal (error, SYNC_ERROR, SYNC_ERROR_HELD,
                       _ ("Another till has taken over this terminal's number"));
  return FALSE;
}

static AcquirerExchange
exchange_when (gboolean (*ready) (SyncLine *line, GCancellable *cancellable, GError **error),
               SyncLine *line,
               const Iso8583Message *request,
               GCancellable *cancellable,
               Iso8583Message **out_answer,
               GError **error)
{
  AcquirerExchange exchange = ACQUIRER_EXCHANGE_NOT_SENT;

  for (guint tries = 0; tries < SIGNED_TRIES; tries++)
    {
      g_clear_error (error);
      g_clear_pointer (out_answer, iso8583_message_free);
      if (!ready (line, cancellable, error))
        return tries == 0 ? ACQUIRER_EXCHANGE_NOT_SENT : ACQUIRER_EXCHANGE_NO_ANSWER;
      exchange = sync_line_exchange (line, request, cancellable, out_answer, error);
      if (!sync_line_needs_sign_in (line))
        break;
    }
  return exchange;
}

AcquirerExchange
sync_sign_in_exchange (SyncLine *line,
                       const Iso8583Message *request,
                       GCancellable *cancellable,
                       Iso8583Message **out_answer,
                       GError **error)
{
  return exchange_when (sync_sign_in_ready, line, request, cancellable, out_answer, error);
}

AcquirerExchange
sync_sign_in_enquire (SyncLine *line,
                      const Iso8583Message *request,
                      GCancellable *cancellable,
                      Iso8583Message **out_answer,
                      GError **error)
{
  return exchange_when (is_ready_to_enquire, line, request, cancellable, out_answer, error);
}

/* A reader's keys are those of its start: they end when the owner signs in, which it may do at any
 * time, and a reader never may. */
static void
name_owner (SyncLine *line, GError **error)
{
  if (vault_is_owner (sync_line_vault (line)) || !sync_line_needs_sign_in (line))
    return;
  g_clear_error (error);
  g_set_error_literal (
      error, VAULT_ERROR, VAULT_ERROR_BUSY,
      _ ("Another Till has this data folder open, and speaks to the acquirer itself"));
}

static AcquirerExchange
say_echo (SyncLine *line, GCancellable *cancellable, GError **error)
{
  g_autoptr (Iso8583Message) request = make_request (line, ACQUIRER_FLOW_ECHO, error);
  g_autoptr (Iso8583Message) answer = NULL;
  AcquirerExchange exchange = request != NULL
                                  ? sync_line_exchange (line, request, cancellable, &answer, error)
                                  : ACQUIRER_EXCHANGE_NOT_SENT;

  if (exchange == ACQUIRER_EXCHANGE_ANSWERED)
    (void)sync_books_heed (line, ACQUIRER_FLOW_ECHO, answer, /* error= */ NULL);
  return exchange;
}

/* With the turn taken, and the line there. */
static AcquirerExchange
echo (SyncLine *line, GCancellable *cancellable, GError **error)
{
  const AcquirerFlow *flow = acquirer_profile_flow (sync_line_profile (line), ACQUIRER_FLOW_ECHO);
  gboolean sealed = flow != NULL && acquirer_profile_has_mac (sync_line_profile (line), flow->mti);
  AcquirerExchange exchange = ACQUIRER_EXCHANGE_NOT_SENT;

  if (!sealed || !sync_line_needs_sign_in (line))
    exchange = say_echo (line, cancellable, error);
  else if (vault_is_owner (sync_line_vault (line)) && sync_sign_in_ready (line, cancellable, error))
    exchange = ACQUIRER_EXCHANGE_ANSWERED;
  if (sealed && exchange != ACQUIRER_EXCHANGE_ANSWERED)
    name_owner (line, error);
  return exchange;
}

AcquirerExchange
sync_sign_in_echo (SyncLine *line, GCancellable *cancellable, GError **error)
{
  AcquirerExchange exchange = ACQUIRER_EXCHANGE_NOT_SENT;

  sync_line_take_turn (line, FALSE);
  if (sync_line_connect (line, cancellable, error))
    exchange = echo (line, cancellable, error);
  sync_line_end_turn (line, FALSE);
  return exchange;
}

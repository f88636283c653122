/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-queue.h"

#include "sync-settle.h"
#include "sync-sign-in.h"
#include "sync-takeover.h"
#include "vault-epoch.h"

#include <glib/gi18n.h>
#include <string.h>

#define RECOVER_MAX 10000
#define DOUBLINGS_MAX 16 /* enough for any wait to reach its maximum */
#define JITTER_PART 4

/* A record that can't even be loaded must not hold up the others. */
static gboolean
put_aside (SyncLine *line, SyncItem *item, SyncReport *report, const char *reason, GError **error)
{
  VaultChange change
      = { .sale = item->sale, .payment = item->payment, .record = item->record, .reason = reason };
  gboolean done
      = sync_item_aside_event (item, &change.event)
            ? vault_apply (sync_line_vault (line), &change, 1, error)
            : vault_queue_set_aside (sync_line_vault (line), item->record->id, reason, error);

  if (!done)
    return FALSE;
  report->aside++;
  if (item->sale != NULL)
    sync_report_note (report, item->sale);
  return TRUE;
}

/* One that couldn't be filled: what is wrong with it stays so, while a disk that doesn't give it
 * out may do so the next time. */
static gboolean
put_aside_unread (SyncLine *line,
                  SyncItem *item,
                  SyncReport *report,
                  const GError *why,
                  GError **error)
{
  if (!sync_item_may_be_read_later (why))
    return put_aside (line, item, report, "changed", error);
  if (error != NULL)
    *error = g_error_copy (why);
  return FALSE;
}

/* An online request whose outcome was never written down: any byte of it may have left. */
static gboolean
recover_one (SyncLine *line, SyncItem *item, const char *reason, SyncReport *report, GError **error)
{
  g_autoptr (GBytes) reversal = sync_item_make_reversal (
      line, base_secret_span (item->record->message), reason, /* error= */ NULL);
  VaultChange change = {
    .event = VAULT_EVENT_FOUND_AT_START,
    .sale = item->sale,
    .payment = item->payment,
    .record = item->record,
    .message = base_bytes_span (reversal),
    .terminal = item->record->terminal,
    .batch = item->record->batch,
    .stan = item->record->stan,
    .reason = reason,
  };

  if (reversal == NULL)
    return put_aside (line, item, report, "changed", error);
  if (!vault_apply (sync_line_vault (line), &change, 1, error))
    return FALSE;
  sync_report_note (report, item->sale);
  return TRUE;
}

gboolean
sync_queue_recover (SyncLine *line, SyncReport *report, GError **error)
{
  gboolean quarantined = vault_epoch_quarantine (sync_line_vault (line)) != NULL;
  g_autoptr (GPtrArray) records
      = vault_queue_next (sync_line_vault (line), VAULT_CLASS_ONLINE, VAULT_WHOSE_ANY, RECOVER_MAX,
                          /* now_us= */ 0, error);

  for (guint i = 0; records != NULL && i < records->len; i++)
    {
      g_autoptr (GError) unreadable = NULL;
      SyncItem item = { 0 };
      gboolean done;

      if (!sync_item_fill (&item, line, g_steal_pointer (&records->pdata[i]), &unreadable))
        done = put_aside_unread (line, &item, report, unreadable, error);
      else if (g_strcmp0 (item.record->reason, VAULT_REASON_RETRY) == 0)
        done = recover_one (line, &item, VAULT_REASON_DECIDED, report, error);
      else if (quarantined)
        done = put_aside (line, &item, report, VAULT_REASON_OUTCOME_MISSING, error);
      else
        done = recover_one (line, &item, VAULT_REASON_RESTART, report, error);
      sync_item_clear (&item);
      if (!done)
        return FALSE;
    }
  return records != NULL;
}

/* With up to a quarter of jitter, so that a street of tills doesn't come back at one moment. */
static gint64
later_us (const VaultRecord *record)
{
  gint64 wait_ms = MIN ((gint64)SYNC_BACKOFF_FIRST_MS << MIN (record->tries, DOUBLINGS_MAX),
                        SYNC_BACKOFF_MAX_MS);

  wait_ms += g_random_int_range (0, (gint32)wait_ms / JITTER_PART + 1);
  return g_get_real_time () + wait_ms * 1000;
}

static SyncOutcome
put_off (SyncLine *line,
         const SyncItem *item,
         const char *reason,
         SyncReport *report,
         GError **error)
{
  report->unanswered++;
  return vault_queue_defer (sync_line_vault (line), item->record, later_us (item->record), reason,
                            error)
             ? SYNC_STUCK
             : SYNC_FAULT;
}

static SyncOutcome
end_reversal (SyncLine *line, SyncItem *item, VaultEvent event, SyncReport *report, GError **error)
{
  gboolean acknowledged = event == VAULT_EVENT_REVERSAL_ACKNOWLEDGED;
  VaultChange change = { .event = event,
                         .sale = item->sale,
                         .payment = item->payment,
                         .record = item->record,
                         .reason = acknowledged ? NULL : "malformed" };

  if (!vault_apply (sync_line_vault (line), &change, 1, error))
    return SYNC_FAULT;
  report->reversed += acknowledged ? 1 : 0;
  report->aside += acknowledged ? 0 : 1;
  sync_report_note (report, item->sale);
  return SYNC_EMPTY;
}

/* After the profile's number of tries somebody must know; it goes on being tried all the same. */
static SyncOutcome
try_reversal_again (SyncLine *line,
                    const SyncItem *item,
                    const char *reason,
                    SyncReport *report,
                    GError **error)
{
  gboolean overdue = item->record->tries + 1 >= acquirer_profile_tries (sync_line_profile (line));

  return put_off (line, item, overdue ? "reversal-overdue" : reason, report, error);
}

/* What the host said about a reversal. One that it refuses is repeated without end, as one that it
 * never answers (rule 1). */
static SyncOutcome
close_reversal (SyncLine *line,
                SyncItem *item,
                const Iso8583Message *answer,
                SyncReport *report,
                GError **error)
{
  char code[ACQUIRER_CODE_MAX];

  switch (acquirer_message_judge (sync_line_profile (line), item->request, answer, code))
    {
    case ACQUIRER_VERDICT_APPROVED:
    case ACQUIRER_VERDICT_NO_ORIGINAL:
      return end_reversal (line, item, VAULT_EVENT_REVERSAL_ACKNOWLEDGED, report, error);
    case ACQUIRER_VERDICT_MALFORMED:
      return end_reversal (line, item, VAULT_EVENT_REVERSAL_MALFORMED, report, error);
    case ACQUIRER_VERDICT_DECLINED:
      return try_reversal_again (line, item, "reversal-refused", report, error);
    case ACQUIRER_VERDICT_REUSED: /* a reversal is told that there is no original */
    case ACQUIRER_VERDICT_NO_MATCH:
      return try_reversal_again (line, item, "no-answer", report, error);
    }
  g_assert_not_reached ();
}

/* The answer that came after all, too late to count: it is written down and changes nothing. */
static gboolean
record_late_answer (SyncLine *line, SyncItem *item, GError **error)
{
  VaultChange change
      = { .event = VAULT_EVENT_LATE_ANSWER, .sale = item->sale, .payment = item->payment };
  SyncStray stray;

  if (!sync_line_take_stray (line, item->record->stan, &stray)
      || vault_life_row (item->payment->state, VAULT_EVENT_LATE_ANSWER) == NULL)
    return TRUE;
  g_free (item->payment->response);
  item->payment->response = g_strdup (stray.code);
  return vault_apply (sync_line_vault (line), &change, 1, error);
}

static SyncOutcome
send_reversal (SyncLine *line,
               SyncItem *item,
               GCancellable *cancellable,
               SyncReport *report,
               GError **error)
{
  g_autoptr (Iso8583Message) answer = NULL;
  g_autoptr (GError) why = NULL;
  AcquirerExchange exchange = ACQUIRER_EXCHANGE_NOT_SENT;

  sync_line_speak_for (line, item->record->terminal);
  if (sync_line_connect (line, cancellable, &why))
    exchange = sync_sign_in_exchange (line, item->request, cancellable, &answer, &why);
  if (!record_late_answer (line, item, error))
    return SYNC_FAULT;
  switch (exchange)
    {
    case ACQUIRER_EXCHANGE_NOT_SENT:
      return try_reversal_again (line, item, sync_line_unsent_reason (line, why), report, error);
    case ACQUIRER_EXCHANGE_NO_ANSWER:
      return try_reversal_again (line, item, "no-answer", report, error);
    case ACQUIRER_EXCHANGE_ANSWERED:
      break;
    }
  return close_reversal (line, item, answer, report, error);
}

/* A second process may read the queue, and never sends a byte of it. */
static gboolean
check_owner (SyncLine *line, GError **error)
{
  if (vault_is_owner (sync_line_vault (line)))
    return TRUE;
  g_set_error_literal (
      error, VAULT_ERROR, VAULT_ERROR_BUSY,
      _ ("Another Till owns this data folder, and it alone sends. Close it first, or use it"));
  return FALSE;
}

/* The first of these; one that can't be read goes aside. */
static SyncOutcome
send_first (SyncLine *line,
            GPtrArray *reversals,
            GCancellable *cancellable,
            SyncReport *report,
            GError **error)
{
  g_autoptr (GError) unreadable = NULL;
  SyncItem item = { 0 };
  SyncOutcome outcome = SYNC_EMPTY;

  if (sync_item_fill (&item, line, g_ptr_array_steal_index (reversals, 0), &unreadable))
    outcome = send_reversal (line, &item, cancellable, report, error);
  else if (!put_aside_unread (line, &item, report, unreadable, error))
    outcome = SYNC_FAULT;
  sync_item_clear (&item);
  return outcome;
}

/* Our own reversals that are due at `now_us` (0: whenever): another terminal's goes before that
 * one's records, and holds up nothing of ours. SYNC_EMPTY: none is owed any more. */
static SyncOutcome
send_reversals (SyncLine *line,
                gint64 now_us,
                GCancellable *cancellable,
                SyncReport *report,
                GError **error)
{
  Vault *vault = sync_line_vault (line);
  SyncOutcome outcome = SYNC_EMPTY;
  gboolean any = TRUE;

  while (any && outcome == SYNC_EMPTY)
    {
      g_autoptr (GPtrArray) records
          = vault_queue_next (vault, VAULT_CLASS_REVERSAL, VAULT_WHOSE_OURS, 1, now_us, error);

      if (records == NULL)
        return SYNC_FAULT;
      any = records->len > 0;
      if (any)
        outcome = send_first (line, records, cancellable, report, error);
    }
  if (outcome == SYNC_EMPTY && now_us != 0)
    {
      g_autoptr (GPtrArray) owed = vault_queue_next (vault, VAULT_CLASS_REVERSAL, VAULT_WHOSE_OURS,
                                                     1, /* now_us= */ 0, error);

      outcome = owed == NULL ? SYNC_FAULT : owed->len > 0 ? SYNC_STUCK : SYNC_EMPTY;
    }
  return outcome;
}

/* A batch that is being settled is closed before anything else can count. */
static SyncOutcome
go_on_settling (SyncLine *line, GCancellable *cancellable, GError **error)
{
  SyncSettleReport report = { 0 };
  g_autoptr (GError) why = NULL;

  if (vault_batch_is_open (sync_line_vault (line)))
    return SYNC_EMPTY;
  switch (sync_settle_resume (line, cancellable, &report, &why))
    {
    case SYNC_SETTLE_DONE:
    case SYNC_SETTLE_REFUSED: /* it is open again */
      return SYNC_EMPTY;
    case SYNC_SETTLE_FAULT:
      if (why != NULL)
        g_propagate_error (error, g_steal_pointer (&why));
      return SYNC_FAULT;
    case SYNC_SETTLE_NO_ANSWER:
    case SYNC_SETTLE_NO_LINE:
    case SYNC_SETTLE_NOT_OFFERED:
    case SYNC_SETTLE_OWED:
    case SYNC_SETTLE_HELD:
    case SYNC_SETTLE_ASIDE:
      break;
    }
  return SYNC_STUCK;
}

static SyncOutcome
begin_turn (SyncLine *line,
            gint64 now_us,
            GCancellable *cancellable,
            SyncReport *report,
            GError **error)
{
  SyncOutcome outcome;

  /* Who has the turn has no request under way: one that is found in the books lost its outcome,
   * here or before a restart. */
  if (!check_owner (line, error) || !sync_queue_recover (line, report, error))
    return SYNC_FAULT;
  if (vault_epoch_quarantine (sync_line_vault (line)) != NULL)
    return SYNC_HELD;
  outcome = send_reversals (line, now_us, cancellable, report, error);
  sync_line_speak_for (line, /* terminal= */ NULL);
  return outcome == SYNC_EMPTY ? go_on_settling (line, cancellable, error) : outcome;
}

SyncOutcome
sync_queue_reversals (SyncLine *line, GCancellable *cancellable, SyncReport *report, GError **error)
{
  return begin_turn (line, /* now_us= */ 0, cancellable, report, error);
}

/* The event that an answer to an advice or a deferred request is. */
static VaultEvent
event_for (SyncItem *item,
           AcquirerVerdict verdict,
           const Iso8583Message *answer,
           SyncReport *report,
           const char **out_reason)
{
  gboolean advice
      = item->record->klass == VAULT_CLASS_CHIP || item->record->klass == VAULT_CLASS_COMPLETION;

  switch (verdict)
    {
    case ACQUIRER_VERDICT_APPROVED:
      sync_item_note_answer (item->payment, answer);
      report->advised += advice ? 1 : 0;
      report->approved += advice ? 0 : 1;
      return advice ? VAULT_EVENT_ADVICE_ACKNOWLEDGED : VAULT_EVENT_ANSWER_APPROVED;
    case ACQUIRER_VERDICT_DECLINED:
      if (!advice)
        {
          sync_item_note_answer (item->payment, answer);
          *out_reason
              = item->record->klass == VAULT_CLASS_REFUND ? "refund-declined" : "declined-later";
          report->declined++;
          return VAULT_EVENT_ANSWER_DECLINED;
        }
      *out_reason = "advice-refused";
      break;
    case ACQUIRER_VERDICT_MALFORMED:
    case ACQUIRER_VERDICT_NO_ORIGINAL:
    case ACQUIRER_VERDICT_REUSED:
    case ACQUIRER_VERDICT_NO_MATCH:
      *out_reason = "malformed";
      break;
    }
  report->aside++;
  return VAULT_EVENT_MALFORMED;
}

/* Of those that wait, what the host judges: it may have left once it is marked so. */
static gboolean
is_request (const VaultRecord *record)
{
  return record->klass == VAULT_CLASS_DEFERRED || record->klass == VAULT_CLASS_REFUND;
}

/* Marks what is about to leave as being sent, one commit for the whole handful: what was never
 * sent, and what was under way once, was set aside and was taken back. */
static gboolean
mark_sending (SyncLine *line, SyncItem *items, guint count, GError **error)
{
  VaultChange changes[ACQUIRER_IN_FLIGHT_MAX];
  guint marked = 0;

  for (guint i = 0; i < count; i++)
    if (items[i].record->state != VAULT_RECORD_SENDING)
      changes[marked++] = (VaultChange){ .event = VAULT_EVENT_SEND,
                                         .sale = items[i].sale,
                                         .payment = items[i].payment,
                                         .record = items[i].record };
  return marked == 0 || vault_apply (sync_line_vault (line), changes, marked, error);
}

/* An answer without a response code is none; nor is one that asks for a sign-in first. */
static gboolean
is_answered (SyncLine *line,
             const SyncItem *item,
             const AcquirerResult *result,
             AcquirerVerdict *out_verdict)
{
  char code[ACQUIRER_CODE_MAX];

  if (result->exchange != ACQUIRER_EXCHANGE_ANSWERED)
    return FALSE;
  *out_verdict
      = acquirer_message_judge (sync_line_profile (line), item->request, result->answer, code);
  return *out_verdict != ACQUIRER_VERDICT_NO_MATCH
         && !acquirer_profile_code_sign_in (sync_line_profile (line), code);
}

/* Where the host doesn't know a request again, nobody can say whether it was charged: it is
 * reversed, and then asked for once more under a new identity. Both in one commit. */
static gboolean
begin_again (SyncLine *line, SyncItem *item, SyncReport *report, GError **error)
{
  const AcquirerProfile *profile = sync_line_profile (line);
  g_autoptr (GBytes) reversal
      = sync_item_make_reversal (line, base_secret_span (item->record->message), "no-answer",
                                 /* error= */ NULL);
  VaultChange change = { .event = VAULT_EVENT_NO_ANSWER,
                         .sale = item->sale,
                         .payment = item->payment,
                         .record = item->record,
                         .terminal = item->record->terminal,
                         .batch = item->record->batch,
                         .stan = item->record->stan,
                         .reason = "asked-again" };
  g_autoptr (Iso8583Message) again = NULL;
  g_autoptr (GBytes) request = NULL;

  vault_take_identity (sync_line_vault (line), &change.again_batch, &change.again_stan);
  again = acquirer_message_again (profile, item->request, change.again_batch, change.again_stan);
  request = iso8583_pack (profile, again, /* error= */ NULL);
  if (reversal == NULL || request == NULL)
    return put_aside (line, item, report, "changed", error);
  change.message = base_bytes_span (reversal);
  change.again = base_bytes_span (request);
  sync_report_note (report, item->sale);
  return vault_apply (sync_line_vault (line), &change, 1, error);
}

gboolean
sync_queue_renew (SyncLine *line, SyncItem *item, GError **error)
{
  g_autoptr (Iso8583Message) again = NULL;
  g_autoptr (GBytes) request = NULL;
  VaultChange change = { .sale = item->sale,
                         .payment = item->payment,
                         .record = item->record,
                         .terminal = item->record->terminal };

  vault_take_identity (sync_line_vault (line), &change.batch, &change.stan);
  again
      = acquirer_message_again (sync_line_profile (line), item->request, change.batch, change.stan);
  request = iso8583_pack (sync_line_profile (line), again, error);
  change.message = base_bytes_span (request);
  return request != NULL && vault_renew (sync_line_vault (line), &change, error);
}

/* Books that were put back and never compared. Not at once, and later each time: a host that says
 * so for ever must not use up the numbers. Another terminal's numbers aren't ours to give: its own
 * till may have asked for this payment under a new one. */
static gboolean
renew_later (SyncLine *line, SyncItem *item, SyncReport *report, GError **error)
{
  if (strcmp (item->record->terminal, sync_line_terminal (line)) != 0)
    return put_aside (line, item, report, VAULT_REASON_NUMBER_TAKEN, error);
  return sync_queue_renew (line, item, error)
         && vault_queue_defer (sync_line_vault (line), item->record, later_us (item->record),
                               /* reason= */ NULL, error);
}

static gboolean
asks_again (SyncLine *line, const VaultRecord *record)
{
  return record->klass == VAULT_CLASS_DEFERRED && record->state == VAULT_RECORD_SENDING
         && !acquirer_profile_deferred_repeats (sync_line_profile (line));
}

static SyncOutcome
leave_unanswered (SyncLine *line, SyncItem *item, SyncReport *report, GError **error)
{
  if (!asks_again (line, item->record))
    return put_off (line, item, "unanswered", report, error);
  report->unanswered++;
  return begin_again (line, item, report, error) ? SYNC_STUCK : SYNC_FAULT;
}

/* A notice moves no payment: it is done, or set aside. */
static gboolean
close_notice (SyncLine *line,
              SyncItem *item,
              AcquirerVerdict verdict,
              SyncReport *report,
              GError **error)
{
  switch (verdict)
    {
    case ACQUIRER_VERDICT_APPROVED:
      report->noticed++;
      return vault_queue_acknowledge (sync_line_vault (line), item->record, error);
    case ACQUIRER_VERDICT_DECLINED:
    case ACQUIRER_VERDICT_NO_ORIGINAL:
      return put_aside (line, item, report, "notice-refused", error);
    case ACQUIRER_VERDICT_MALFORMED:
    case ACQUIRER_VERDICT_REUSED:
    case ACQUIRER_VERDICT_NO_MATCH:
      break;
    }
  return put_aside (line, item, report, "malformed", error);
}

/* Writes down every answer of the handful: one commit (of notices and renewals one each), before
 * anything else. What was not answered stays as it is, to be repeated unchanged later; when others
 * were, the host is there and the rest goes on. */
static SyncOutcome
write_answers (SyncLine *line,
               SyncItem *items,
               guint count,
               AcquirerResult *results,
               SyncReport *report,
               GError **error)
{
  VaultChange changes[ACQUIRER_IN_FLIGHT_MAX];
  AcquirerVerdict verdict;
  guint answered = 0, moved = 0;

  for (guint i = 0; i < count; i++)
    if (!is_answered (line, &items[i], &results[i], &verdict))
      continue;
    else if (verdict == ACQUIRER_VERDICT_REUSED || items[i].record->klass == VAULT_CLASS_NOTICE)
      {
        if (!(verdict == ACQUIRER_VERDICT_REUSED
                  ? renew_later (line, &items[i], report, error)
                  : close_notice (line, &items[i], verdict, report, error)))
          return SYNC_FAULT;
        answered++;
      }
    else
      {
        VaultChange *change = &changes[moved++];

        answered++;
        *change = (VaultChange){ .sale = items[i].sale,
                                 .payment = items[i].payment,
                                 .record = items[i].record };
        change->event = event_for (&items[i], verdict, results[i].answer, report, &change->reason);
        sync_report_note (report, items[i].sale);
      }
  if (moved > 0 && !vault_apply (sync_line_vault (line), changes, moved, error))
    return SYNC_FAULT;
  for (guint i = 0; i < count; i++)
    if (!is_answered (line, &items[i], &results[i], &verdict)
        && leave_unanswered (line, &items[i], report, error) == SYNC_FAULT)
      return SYNC_FAULT;
  return answered > 0 ? SYNC_EMPTY : SYNC_STUCK;
}

static SyncOutcome
send_items (SyncLine *line,
            SyncItem *items,
            guint count,
            GCancellable *cancellable,
            SyncReport *report,
            GError **error)
{
  const Iso8583Message *requests[ACQUIRER_IN_FLIGHT_MAX];
  AcquirerResult results[ACQUIRER_IN_FLIGHT_MAX] = { 0 };
  g_autoptr (GError) why = NULL;
  SyncOutcome outcome;

  sync_line_speak_for (line, items[0].record->terminal);
  if (!sync_line_connect (line, cancellable, &why) || !sync_sign_in_ready (line, cancellable, &why))
    return SYNC_STUCK;
  if (is_request (items[0].record) && !mark_sending (line, items, count, error))
    return SYNC_FAULT;
  for (guint i = 0; i < count; i++)
    requests[i] = items[i].request;
  sync_line_exchange_many (line, requests, count, cancellable, results);
  outcome = write_answers (line, items, count, results, report, error);
  for (guint i = 0; i < count; i++)
    acquirer_result_clear (&results[i]);
  return outcome;
}

SyncOutcome
sync_queue_send_refund (SyncLine *line,
                        gint64 sale,
                        guint position,
                        SyncReport *report,
                        GError **error)
{
  VaultRecord *record
      = vault_queue_find (sync_line_vault (line), sale, position, VAULT_CLASS_REFUND, error);
  g_autoptr (GError) unreadable = NULL;
  SyncItem item = { 0 };
  SyncOutcome outcome;

  if (record == NULL)
    return SYNC_FAULT;
  if (sync_item_fill (&item, line, record, &unreadable))
    outcome = send_items (line, &item, 1, /* cancellable= */ NULL, report, error);
  else
    outcome = put_aside_unread (line, &item, report, unreadable, error) ? SYNC_STUCK : SYNC_FAULT;
  sync_item_clear (&item);
  return outcome;
}

/* One that a manager took back into the queue is sent however old it is: that is what he was asked
 * for. */
static gboolean
is_too_old (SyncLine *line, const VaultRecord *record)
{
  gint64 hours = CLAMP (
      vault_setting_number (sync_line_vault (line), SYNC_SETTING_OFFLINE_HOURS, SYNC_OFFLINE_HOURS),
      0, SYNC_OFFLINE_HOURS_MAX);

  return record->klass == VAULT_CLASS_DEFERRED && record->state == VAULT_RECORD_WAITING
         && g_strcmp0 (record->reason, VAULT_REASON_RETRY) != 0
         && g_get_real_time () - record->created_us > hours * 3600 * G_USEC_PER_SEC;
}

/* Fills `items` with what can be sent; what can't goes aside at once. A handful is of one terminal:
 * what was taken in of another one goes by itself. */
static gboolean
choose (SyncLine *line,
        GPtrArray *records,
        SyncItem *items,
        guint *out_count,
        SyncReport *report,
        GError **error)
{
  guint count = 0;

  for (guint i = 0; i < records->len; i++)
    {
      g_autoptr (GError) unreadable = NULL;
      SyncItem *item = &items[count];
      const char *reason = NULL;
      gboolean filled, done;

      if (count > 0
          && g_strcmp0 (((const VaultRecord *)records->pdata[i])->terminal,
                        items[0].record->terminal)
                 != 0)
        break;
      filled = sync_item_fill (item, line, g_steal_pointer (&records->pdata[i]), &unreadable);
      if (filled && is_too_old (line, item->record))
        reason = VAULT_REASON_TOO_OLD;
      else if (filled && item->payment->state == VAULT_STATE_STORED_REVERSING)
        reason = "reversal-owed";
      if (filled && reason == NULL && !asks_again (line, item->record))
        {
          count++;
          continue;
        }
      if (!filled)
        done = put_aside_unread (line, item, report, unreadable, error);
      else
        done = reason != NULL ? put_aside (line, item, report, reason, error)
                              : begin_again (line, item, report, error);
      if (!done)
        {
          *out_count = count + 1;
          return FALSE;
        }
      sync_item_clear (item);
      *item = (SyncItem){ 0 };
    }
  *out_count = count;
  return TRUE;
}

/* The first of what is due, by the order of the classes, other terminals' after all of ours; empty
 * when nothing is. Our own reversals, the first of the order, went before. */
static GPtrArray *
next_handful (SyncLine *line, gint64 now_us, GError **error)
{
  static const VaultClass order[]
      = { VAULT_CLASS_REVERSAL, VAULT_CLASS_CHIP,   VAULT_CLASS_COMPLETION,
          VAULT_CLASS_DEFERRED, VAULT_CLASS_REFUND, VAULT_CLASS_NOTICE };
  guint flight
      = MIN (acquirer_profile_in_flight (sync_line_profile (line)), (guint)VAULT_CHANGES_MAX);
  g_autoptr (GPtrArray) records = NULL;

  for (guint i = 1; i < 2 * G_N_ELEMENTS (order); i++)
    {
      g_clear_pointer (&records, g_ptr_array_unref);
      records = vault_queue_next (sync_line_vault (line), order[i % G_N_ELEMENTS (order)],
                                  i < G_N_ELEMENTS (order) ? VAULT_WHOSE_OURS : VAULT_WHOSE_OTHERS,
                                  flight, now_us, error);
      if (records == NULL || records->len > 0)
        break;
    }
  return g_steal_pointer (&records);
}

/* One handful, reversals before it. SYNC_EMPTY with *out_more FALSE: nothing is due. */
static SyncOutcome
run_handful (SyncLine *line,
             GCancellable *cancellable,
             SyncReport *report,
             gboolean *out_more,
             GError **error)
{
  SyncItem items[ACQUIRER_IN_FLIGHT_MAX] = { 0 };
  gint64 now_us = g_get_real_time ();
  guint count = 0;
  SyncOutcome outcome = begin_turn (line, now_us, cancellable, report, error);
  g_autoptr (GPtrArray) records = NULL;

  *out_more = FALSE;
  if (outcome != SYNC_EMPTY)
    return outcome;
  records = next_handful (line, now_us, error);
  if (records == NULL)
    return SYNC_FAULT;
  *out_more = records->len > 0;
  if (*out_more && ((VaultRecord *)records->pdata[0])->klass == VAULT_CLASS_REVERSAL)
    return send_first (line, records, cancellable, report, error);
  if (!choose (line, records, items, &count, report, error))
    outcome = SYNC_FAULT;
  else if (count > 0)
    outcome = send_items (line, items, count, cancellable, report, error);
  for (guint i = 0; i < count; i++)
    sync_item_clear (&items[i]);
  return outcome;
}

SyncOutcome
sync_queue_run_due (SyncLine *line, GCancellable *cancellable, SyncReport *report, GError **error)
{
  SyncOutcome outcome = check_owner (line, error) ? SYNC_EMPTY : SYNC_FAULT;
  gboolean more = TRUE;

  report->next_us = 0;
  if (outcome == SYNC_EMPTY)
    sync_takeover_tell_all (line, cancellable);
  for (guint i = 0; more && outcome == SYNC_EMPTY; i++)
    {
      if (sync_line_payment_waits (line) || g_cancellable_is_cancelled (cancellable)
          || i >= SYNC_HANDFULS_MAX)
        return SYNC_YIELDED;
      sync_line_take_turn (line, FALSE);
      outcome = run_handful (line, cancellable, report, &more, error);
      sync_line_end_turn (line, FALSE);
    }
  if ((outcome == SYNC_EMPTY || outcome == SYNC_STUCK)
      && !vault_queue_next_us (sync_line_vault (line), &report->next_us, error))
    return SYNC_FAULT;
  if (outcome == SYNC_EMPTY)
    sync_settle_enquire_if_due (line, cancellable);
  return outcome == SYNC_EMPTY && report->next_us > 0 ? SYNC_STUCK : outcome;
}

SyncOutcome
sync_queue_run (SyncLine *line, GCancellable *cancellable, SyncReport *report, GError **error)
{
  if (!check_owner (line, error) || !vault_queue_due_now (sync_line_vault (line), error))
    return SYNC_FAULT;
  return sync_queue_run_due (line, cancellable, report, error);
}

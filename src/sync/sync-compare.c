/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-compare.h"

#include "sync-item.h"
#include "sync-queue.h"
#include "sync-sign-in.h"
#include "vault-epoch.h"
#include "vault-journal.h"

#include <glib/gi18n.h>
#include <string.h>

#define FOUND_APPROVED "approved"
#define FOUND_DECLINED "declined"
#define FOUND_REVERSED "reversed"
#define FOUND_TOMBSTONE "tombstone"
#define FOUND_NONE "none"
#define WHO "till"

G_STATIC_ASSERT (SYNC_COMPARE_PAGE <= VAULT_CHANGES_MAX);

void
sync_compare_report_init (SyncCompareReport *self)
{
  *self = (SyncCompareReport){ .missing = g_array_new (FALSE, TRUE, sizeof (SyncCompareMissing)) };
}

void
sync_compare_report_clear (SyncCompareReport *self)
{
  g_clear_pointer (&self->missing, g_array_unref);
}

gboolean
sync_compare_is_offered (SyncLine *line)
{
  const AcquirerProfile *profile = sync_line_profile (line);

  return acquirer_profile_flow (profile, ACQUIRER_FLOW_ENQUIRY) != NULL
         && acquirer_profile_deferred_repeats (profile);
}

/* ---- Asking ---- */

static Iso8583Message *
make_enquiry (SyncLine *line, const VaultRecord *record, GError **error)
{
  AcquirerSale values = { .serial = sync_line_serial (line),
                          .at_unix_s = g_get_real_time () / G_USEC_PER_SEC,
                          .original = { .batch = record->batch, .stan = record->stan } };

  values.terminal = sync_line_voice (line, &values.merchant);
  vault_take_identity (sync_line_vault (line), &values.batch, &values.stan);
  return acquirer_message_build (sync_line_profile (line), ACQUIRER_FLOW_ENQUIRY, &values, error);
}

/* DONE: *out_answer is the host's, and `found` its word. */
static SyncCompare
ask (SyncLine *line,
     const VaultRecord *record,
     GCancellable *cancellable,
     Iso8583Message **out_answer,
     char found[SYNC_FOUND_MAX],
     GError **error)
{
  const AcquirerProfile *profile = sync_line_profile (line);
  const AcquirerFlow *flow = acquirer_profile_flow (profile, ACQUIRER_FLOW_ENQUIRY);
  g_autoptr (Iso8583Message) request = make_enquiry (line, record, error);
  g_autofree char *word = NULL;
  char code[ACQUIRER_CODE_MAX] = "";

  if (request == NULL)
    return SYNC_COMPARE_FAULT;
  if (sync_sign_in_enquire (line, request, cancellable, out_answer, error)
      != ACQUIRER_EXCHANGE_ANSWERED)
    return SYNC_COMPARE_NO_ANSWER;
  if (acquirer_message_judge (profile, request, *out_answer, code) == ACQUIRER_VERDICT_APPROVED)
    word = acquirer_message_value (profile, flow, *out_answer, ACQUIRER_VALUE_FOUND);
  if (word != NULL && g_strlcpy (found, g_strstrip (word), SYNC_FOUND_MAX) < SYNC_FOUND_MAX)
    return SYNC_COMPARE_DONE;
  g_set_error (error, ACQUIRER_ERROR, ACQUIRER_ERROR_FIELD,
               _ ("The host doesn't say what it has (code %s)"), code);
  return SYNC_COMPARE_NO_ANSWER;
}

/* ---- What it means ---- */

/* Books that were put back with their mark may have given this identity a second time, before the
 * host could tell them: then what it has is another payment. A host that doesn't name it is
 * believed. */
static gboolean
is_about (SyncLine *line, const VaultPayment *payment, const Iso8583Message *answer)
{
  const AcquirerProfile *profile = sync_line_profile (line);
  g_autofree char *uuid
      = acquirer_message_value (profile, acquirer_profile_flow (profile, ACQUIRER_FLOW_ENQUIRY),
                                answer, ACQUIRER_VALUE_PAYMENT);

  return uuid == NULL || strcmp (g_strstrip (uuid), payment->uuid) == 0;
}

/* The row that closes it; FALSE: it waits. */
static gboolean
choose_event (const SyncItem *item, const char *found, VaultEvent *out_event)
{
  gboolean approved = strcmp (found, FOUND_APPROVED) == 0;

  switch (item->record->klass)
    {
    case VAULT_CLASS_REVERSAL: /* of what was declined there is nothing to undo */
      *out_event = VAULT_EVENT_REVERSAL_ACKNOWLEDGED;
      return (strcmp (found, FOUND_REVERSED) == 0 || strcmp (found, FOUND_TOMBSTONE) == 0
              || strcmp (found, FOUND_DECLINED) == 0)
             && vault_life_row (item->payment->state, *out_event) != NULL;
    case VAULT_CLASS_CHIP:
    case VAULT_CLASS_COMPLETION:
      *out_event = VAULT_EVENT_ADVICE_ACKNOWLEDGED;
      return approved && vault_life_row (item->payment->state, *out_event) != NULL;
    case VAULT_CLASS_DEFERRED:
    case VAULT_CLASS_REFUND:
      *out_event = approved ? VAULT_EVENT_KNOWN_APPROVED : VAULT_EVENT_KNOWN_DECLINED;
      return (approved || strcmp (found, FOUND_DECLINED) == 0)
             && vault_life_row (item->payment->state, *out_event) != NULL;
    case VAULT_CLASS_NOTICE:
    case VAULT_CLASS_ONLINE:
      break;
    }
  return FALSE;
}

/* Only the codes of what it is about: this answer's own says that the host has answered. */
static void
note_answer (SyncLine *line, VaultPayment *payment, const Iso8583Message *answer)
{
  const AcquirerProfile *profile = sync_line_profile (line);
  char *code
      = acquirer_message_value (profile, acquirer_profile_flow (profile, ACQUIRER_FLOW_ENQUIRY),
                                answer, ACQUIRER_VALUE_FOUND_CODE);

  sync_item_note_answer (payment, answer);
  g_free (payment->response);
  payment->response = code;
}

static void
fill_change (SyncLine *line, SyncItem *item, const Iso8583Message *answer, VaultChange *change)
{
  change->sale = item->sale;
  change->payment = item->payment;
  change->record = item->record;
  if (change->event == VAULT_EVENT_REVERSAL_ACKNOWLEDGED)
    return;
  note_answer (line, item->payment, answer);
  if (change->event == VAULT_EVENT_KNOWN_DECLINED)
    change->reason
        = item->record->klass == VAULT_CLASS_REFUND ? "refund-declined" : "declined-later";
}

static void
count (SyncCompareReport *report, const VaultChange *changes, guint n_changes)
{
  for (guint i = 0; i < n_changes; i++)
    {
      report->approved += changes[i].event == VAULT_EVENT_KNOWN_APPROVED ? 1 : 0;
      report->declined += changes[i].event == VAULT_EVENT_KNOWN_DECLINED ? 1 : 0;
      report->advised += changes[i].event == VAULT_EVENT_ADVICE_ACKNOWLEDGED ? 1 : 0;
      report->reversed += changes[i].event == VAULT_EVENT_REVERSAL_ACKNOWLEDGED ? 1 : 0;
    }
}

static gboolean
is_missing (const VaultRecord *record)
{
  return g_strcmp0 (record->reason, VAULT_REASON_OUTCOME_MISSING) == 0;
}

/* In the journal, too: whoever decides about it may look there. */
static gboolean
note_missing (SyncLine *line,
              const VaultRecord *record,
              const char *found,
              SyncCompareReport *report,
              GError **error)
{
  SyncCompareMissing missing = { .record = record->id };
  g_autofree char *detail
      = g_strdup_printf ("record %" G_GINT64_FORMAT ", the host has: %s", record->id, found);

  g_strlcpy (missing.found, found, sizeof missing.found);
  if (report->missing->len < SYNC_COMPARE_MISSING_MAX)
    g_array_append_val (report->missing, missing);
  return vault_journal_add (sync_line_vault (line), WHO, "compare", detail, error);
}

/* It moves no payment: what the host has of it is all there is to say. */
static gboolean
closes_notice (const SyncItem *item, const char *found)
{
  return item->record->klass == VAULT_CLASS_NOTICE && strcmp (found, FOUND_APPROVED) == 0;
}

static SyncCompare
close_notice (SyncLine *line, SyncItem *item, SyncCompareReport *report, GError **error)
{
  gboolean done = vault_queue_acknowledge (sync_line_vault (line), item->record, error);

  sync_item_clear (item);
  report->noticed += done ? 1 : 0;
  return done ? SYNC_COMPARE_DONE : SYNC_COMPARE_FAULT;
}

/* Its number is another payment's there, so no books have ever sent it: it waits under a new one.
 */
static gboolean
renew (SyncLine *line, SyncItem *item, SyncCompareReport *report, GError **error)
{
  VaultClass klass = item->record->klass;

  if (klass == VAULT_CLASS_REVERSAL || klass == VAULT_CLASS_ONLINE)
    return TRUE;
  if (!sync_queue_renew (line, item, error))
    return FALSE;
  if (report->renewed == 0)
    report->renewed = item->record->id;
  return TRUE;
}

/* ---- The walk ---- */

typedef struct
{
  SyncItem items[SYNC_COMPARE_PAGE];
  VaultChange changes[SYNC_COMPARE_PAGE];
  guint n_changes;
} Page;

static void
page_free (Page *self)
{
  for (guint i = 0; i < SYNC_COMPARE_PAGE; i++)
    sync_item_clear (&self->items[i]);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Page, page_free)

static SyncCompare
compare_record (SyncLine *line,
                const VaultRecord *listed,
                Page *page,
                GCancellable *cancellable,
                SyncCompareReport *report,
                GError **error)
{
  g_autoptr (Iso8583Message) answer = NULL;
  g_autoptr (GError) unreadable = NULL;
  SyncItem *item = &page->items[page->n_changes];
  VaultChange *change = &page->changes[page->n_changes];
  VaultRecord *record;
  char found[SYNC_FOUND_MAX];
  gboolean filled, about, renewed;
  SyncCompare outcome = ask (line, listed, cancellable, &answer, found, error);

  if (outcome != SYNC_COMPARE_DONE)
    return outcome;
  record = vault_queue_find (sync_line_vault (line), listed->sale_id, listed->position,
                             listed->klass, &unreadable);
  *change = (VaultChange){ 0 };
  filled = record != NULL && record->id == listed->id
           && sync_item_fill (item, line, g_steal_pointer (&record), &unreadable);
  about = !filled || is_about (line, item->payment, answer);
  if (!about) /* of this payment it has nothing, and there is nothing to undo */
    g_strlcpy (found, listed->klass == VAULT_CLASS_REVERSAL ? FOUND_TOMBSTONE : FOUND_NONE,
               sizeof found);
  if (filled && closes_notice (item, found))
    return close_notice (line, item, report, error);
  if (filled && choose_event (item, found, &change->event))
    {
      fill_change (line, item, answer, change);
      page->n_changes++;
      return SYNC_COMPARE_DONE;
    }
  renewed = about || is_missing (listed) || renew (line, item, report, error);
  vault_record_free (record);
  sync_item_clear (item);
  if (!renewed)
    return SYNC_COMPARE_FAULT;
  if (is_missing (listed))
    return note_missing (line, listed, found, report, error) ? SYNC_COMPARE_DONE
                                                             : SYNC_COMPARE_FAULT;
  report->left++;
  return SYNC_COMPARE_DONE;
}

static SyncCompare
compare_page (SyncLine *line,
              const GPtrArray *records,
              GCancellable *cancellable,
              SyncCompareReport *report,
              GError **error)
{
  g_autoptr (Page) page = g_new0 (Page, 1);
  SyncCompare outcome = SYNC_COMPARE_DONE;

  for (guint i = 0; outcome == SYNC_COMPARE_DONE && i < records->len; i++)
    {
      const VaultRecord *record = records->pdata[i];

      if (report->renewed != 0 && record->id >= report->renewed)
        continue;
      if (strcmp (record->terminal, sync_line_terminal (line)) != 0)
        report->foreign++;
      else
        outcome = compare_record (line, record, page, cancellable, report, error);
    }
  if (outcome != SYNC_COMPARE_DONE)
    return outcome;
  if (page->n_changes > 0
      && !vault_apply (sync_line_vault (line), page->changes, page->n_changes, error))
    return SYNC_COMPARE_FAULT;
  count (report, page->changes, page->n_changes);
  return SYNC_COMPARE_DONE;
}

static SyncCompare
walk (SyncLine *line, GCancellable *cancellable, SyncCompareReport *report, GError **error)
{
  SyncCompare outcome = SYNC_COMPARE_DONE;
  gint64 after = 0;
  gboolean more = TRUE;

  while (more && outcome == SYNC_COMPARE_DONE)
    {
      g_autoptr (GPtrArray) records
          = vault_queue_page (sync_line_vault (line), after, SYNC_COMPARE_PAGE, error);

      if (records == NULL)
        return SYNC_COMPARE_FAULT;
      more = records->len == SYNC_COMPARE_PAGE;
      if (records->len > 0)
        after = ((const VaultRecord *)records->pdata[records->len - 1])->id;
      outcome = compare_page (line, records, cancellable, report, error);
    }
  return outcome;
}

static gboolean
is_handed_over (SyncLine *line)
{
  return g_strcmp0 (vault_epoch_quarantine (sync_line_vault (line)), VAULT_QUARANTINE_HANDED) == 0;
}

/* What was under way is set aside first: that a copy must not close it, the queue knows. */
static SyncCompare
compare_in_turn (SyncLine *line,
                 GCancellable *cancellable,
                 SyncCompareReport *report,
                 GError **error)
{
  gint64 epoch = vault_epoch_number (sync_line_vault (line));
  g_auto (SyncReport) recovered = { 0 };
  g_autoptr (GError) why = NULL;
  SyncCompare outcome;

  sync_report_init (&recovered);
  if (!sync_queue_recover (line, &recovered, error))
    return SYNC_COMPARE_FAULT;
  if (!sync_line_connect (line, cancellable, error))
    return SYNC_COMPARE_NO_ANSWER;
  outcome = walk (line, cancellable, report, &why);
  /* The sign-in told that the host knows of a later epoch: ours lies above it now. */
  if (outcome == SYNC_COMPARE_NO_ANSWER && !is_handed_over (line)
      && vault_epoch_number (sync_line_vault (line)) != epoch)
    {
      g_clear_error (&why);
      outcome = walk (line, cancellable, report, &why);
    }
  if (why != NULL)
    g_propagate_error (error, g_steal_pointer (&why));
  return outcome == SYNC_COMPARE_NO_ANSWER && is_handed_over (line) ? SYNC_COMPARE_HELD : outcome;
}

SyncCompare
sync_compare_run (SyncLine *line,
                  GCancellable *cancellable,
                  SyncCompareReport *report,
                  GError **error)
{
  SyncCompare outcome;

  if (!sync_compare_is_offered (line) || is_handed_over (line)
      || vault_epoch_quarantine (sync_line_vault (line)) == NULL)
    return SYNC_COMPARE_NOT_OFFERED;
  sync_line_take_turn (line, FALSE);
  outcome = compare_in_turn (line, cancellable, report, error);
  sync_line_end_turn (line, FALSE);
  return outcome;
}

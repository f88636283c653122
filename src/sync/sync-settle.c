/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-settle.h"

#include "sync-books.h"
#include "sync-sign-in.h"
#include "vault-epoch.h"

#include <glib/gi18n.h>
#include <string.h>

#define SETTING_CURRENCY "shop.currency"
#define DRAIN_ROUNDS_MAX 10000
#define WHO "till"

G_STATIC_ASSERT (sizeof (((VaultBatchRow *)NULL)->masked_pan) <= ACQUIRER_BATCH_CARD_SIZE + 1);

/* A batch on its way. */
typedef struct
{
  SyncLine *line;
  const AcquirerProfile *profile;
  const AcquirerBatchPlan *plan;
  GCancellable *cancellable;
  SyncSettleReport *report;
  const char *taken; /* in whose voice; NULL: our own */
  char *currency;
  VaultBatch batch;
  GArray *differences; /* VaultBatchDifference, of the upload of this go; NULL: none was made */
  guint uploads;
} Settling;

static Vault *
vault_of (const Settling *self)
{
  return sync_line_vault (self->line);
}

static gboolean
settling_init (Settling *self,
               SyncLine *line,
               GCancellable *cancellable,
               SyncSettleReport *report,
               GError **error)
{
  *self = (Settling){ .line = line,
                      .profile = sync_line_profile (line),
                      .plan = acquirer_profile_batch (sync_line_profile (line)),
                      .cancellable = cancellable,
                      .report = report };
  self->currency = vault_setting_text (sync_line_vault (line), SETTING_CURRENCY, error);
  return self->currency != NULL;
}

static void
settling_clear (Settling *self)
{
  g_clear_pointer (&self->currency, g_free);
  g_clear_pointer (&self->differences, g_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Settling, settling_clear)

/* ---- One exchange ---- */

/* What a request of the batch is made of; `text` is its sums or rows. */
static Iso8583Message *
make_request (const Settling *self,
              AcquirerFlowKind kind,
              guint32 number,
              const char *text,
              GError **error)
{
  AcquirerSale values = { .terminal = sync_line_terminal (self->line),
                          .merchant = sync_line_merchant (self->line),
                          .serial = sync_line_serial (self->line),
                          .amount = base_money (0, self->currency),
                          .at_unix_s = g_get_real_time () / G_USEC_PER_SEC,
                          .totals = text,
                          .rows = text };
  VaultEpochBooks store;

  if (self->taken != NULL)
    {
      (void)sync_line_voice (self->line, &values.merchant);
      values.terminal = self->taken;
    }
  sync_books_fill (self->line, &store, &values.books);
  vault_take_identity (vault_of (self), &values.batch, &values.stan);
  if (number != 0)
    values.batch = number;
  return acquirer_message_build (self->profile, kind, &values, error);
}

/* DONE: the host has done it, and *out_answer is what it said. */
static SyncSettle
exchange (Settling *self,
          AcquirerFlowKind kind,
          const char *text,
          Iso8583Message **out_answer,
          GError **error)
{
  g_autoptr (Iso8583Message) request = make_request (self, kind, self->batch.number, text, error);

  self->report->code[0] = '\0';
  if (request == NULL)
    return SYNC_SETTLE_FAULT;
  if (!sync_line_connect (self->line, self->cancellable, error)
      || sync_sign_in_exchange (self->line, request, self->cancellable, out_answer, error)
             != ACQUIRER_EXCHANGE_ANSWERED)
    return SYNC_SETTLE_NO_ANSWER;
  if (!sync_books_heed (self->line, kind, *out_answer, error))
    return SYNC_SETTLE_HELD;
  switch (acquirer_message_judge (self->profile, request, *out_answer, self->report->code))
    {
    case ACQUIRER_VERDICT_APPROVED:
      return SYNC_SETTLE_DONE;
    case ACQUIRER_VERDICT_NO_MATCH:
      return SYNC_SETTLE_NO_ANSWER;
    case ACQUIRER_VERDICT_DECLINED:
    case ACQUIRER_VERDICT_MALFORMED:
    case ACQUIRER_VERDICT_NO_ORIGINAL:
    case ACQUIRER_VERDICT_REUSED:
      break;
    }
  return SYNC_SETTLE_REFUSED;
}

static char *
answer_text (const Settling *self,
             AcquirerFlowKind kind,
             const Iso8583Message *answer,
             AcquirerValue value)
{
  return acquirer_message_value (self->profile, acquirer_profile_flow (self->profile, kind), answer,
                                 value);
}

/* ---- Counting ---- */

static AcquirerTotals
totals_of (const VaultBatchSums *sums)
{
  return (AcquirerTotals){ sums->debit_count, sums->debit_minor, sums->credit_count,
                           sums->credit_minor };
}

static VaultBatchSums
sums_of (const AcquirerTotals *totals)
{
  return (VaultBatchSums){ totals->debit_count, totals->debit_minor, totals->credit_count,
                           totals->credit_minor };
}

/* What the host said about our sums. Without a verdict that can be read it has said nothing, and
 * one that agrees with other sums than ours is wrong. */
static VaultBatchVerdict
read_verdict (const Settling *self,
              const Iso8583Message *answer,
              VaultBatchSums *out_host,
              gboolean *out_host_known)
{
  g_autofree char *text = answer_text (self, ACQUIRER_FLOW_SETTLE, answer, ACQUIRER_VALUE_TOTALS);
  AcquirerBatchVerdict verdict;
  AcquirerTotals totals;

  *out_host_known = FALSE;
  if (text == NULL || !acquirer_batch_totals_parse (self->plan, text, &totals, &verdict, NULL))
    return VAULT_BATCH_VERDICT_WRONG;
  *out_host = sums_of (&totals);
  *out_host_known
      = acquirer_batch_plan_host_totals (self->plan) || verdict == ACQUIRER_BATCH_AGREES;
  if (verdict == ACQUIRER_BATCH_AGREES && vault_batch_sums_equal (out_host, &self->batch.till))
    return VAULT_BATCH_VERDICT_AGREES;
  return verdict == ACQUIRER_BATCH_DIFFERS ? VAULT_BATCH_VERDICT_DIFFERS
                                           : VAULT_BATCH_VERDICT_WRONG;
}

static SyncSettle
ask (Settling *self, GError **error)
{
  AcquirerTotals totals = totals_of (&self->batch.till);
  g_autofree char *text
      = acquirer_batch_totals_text (self->plan, &totals, ACQUIRER_BATCH_NOT_JUDGED, error);
  g_autoptr (Iso8583Message) answer = NULL;
  gboolean ends = acquirer_profile_flow (self->profile, ACQUIRER_FLOW_BATCH_CLOSED) == NULL;
  VaultBatchSums host;
  gboolean host_known;
  VaultBatchVerdict verdict;
  VaultBatchEnd end = { .host = &host };
  SyncSettle outcome = text != NULL ? exchange (self, ACQUIRER_FLOW_SETTLE, text, &answer, error)
                                    : SYNC_SETTLE_FAULT;

  if (outcome == SYNC_SETTLE_REFUSED || (outcome == SYNC_SETTLE_FAULT && answer == NULL))
    {
      const char *why = outcome == SYNC_SETTLE_REFUSED ? self->report->code : "can't be asked";

      return vault_batch_reopen (vault_of (self), why, outcome == SYNC_SETTLE_FAULT ? NULL : error)
                 ? outcome
                 : SYNC_SETTLE_FAULT;
    }
  if (outcome != SYNC_SETTLE_DONE)
    return outcome;
  verdict = read_verdict (self, answer, &host, &host_known);
  if (verdict == VAULT_BATCH_VERDICT_AGREES && ends)
    return vault_batch_close (vault_of (self), &end, error) ? SYNC_SETTLE_DONE : SYNC_SETTLE_FAULT;
  return vault_batch_judge (vault_of (self), verdict, host_known ? &host : NULL, error)
             ? SYNC_SETTLE_DONE
             : SYNC_SETTLE_FAULT;
}

/* ---- Uploading ---- */

static void
add_difference (Settling *self, const AcquirerRow *row, const VaultBatchRow *ours)
{
  VaultBatchDifference difference = {
    .batch = row->batch, .stan = row->stan, .credit = row->credit, .host_minor = row->host_minor
  };

  switch (row->mark)
    {
    case ACQUIRER_MARK_TAKEN:
    case ACQUIRER_MARK_REFUSED:
      difference.kind = VAULT_BATCH_ONLY_HERE;
      difference.resolved = row->mark == ACQUIRER_MARK_TAKEN;
      difference.host_minor = 0;
      break;
    case ACQUIRER_MARK_AMOUNT:
      difference.kind = VAULT_BATCH_ANOTHER_AMOUNT;
      break;
    case ACQUIRER_MARK_ONLY_THERE:
      difference.kind = VAULT_BATCH_ONLY_THERE;
      difference.resolved = self->taken != NULL; /* sold before the hand-over, and settled so */
      break;
    case ACQUIRER_MARK_NONE:
    case ACQUIRER_MARK_ALIKE:
    case ACQUIRER_MARK_COUNT:
      return;
    }
  difference.amount_minor = ours != NULL ? ours->amount_minor : 0;
  difference.sale = ours != NULL ? ours->sale : 0;
  g_strlcpy (difference.masked_pan, ours != NULL ? ours->masked_pan : row->card,
             sizeof difference.masked_pan);
  g_array_append_val (self->differences, difference);
}

/* What the host says of each row of a piece, in our order. */
static gboolean
take_marks (Settling *self,
            AcquirerFlowKind kind,
            const Iso8583Message *answer,
            const VaultBatchRow *const *ours,
            guint count)
{
  g_autofree char *text = answer_text (self, kind, answer, ACQUIRER_VALUE_ROWS);
  g_autoptr (GArray) rows = NULL;
  guint total;

  if (!acquirer_batch_plan_names_rows (self->plan))
    return TRUE;
  rows = text != NULL ? acquirer_batch_rows_parse (self->plan, ACQUIRER_BATCH_PIECE, text, &total,
                                                   /* error= */ NULL)
                      : NULL;
  if (rows == NULL || rows->len != count)
    return FALSE;
  for (guint i = 0; i < count; i++)
    {
      const AcquirerRow *row = &g_array_index (rows, AcquirerRow, i);

      if (row->stan != ours[i]->stan)
        return FALSE;
      add_difference (self, row, ours[i]);
    }
  return TRUE;
}

static SyncSettle
upload_piece (Settling *self,
              AcquirerFlowKind kind,
              const VaultBatchRow *const *ours,
              guint count,
              GError **error)
{
  AcquirerRow rows[ACQUIRER_BATCH_PIECE_MAX] = { 0 };
  g_autofree char *text = NULL;
  g_autoptr (Iso8583Message) answer = NULL;
  SyncSettle outcome;

  for (guint i = 0; i < count; i++)
    {
      rows[i].credit = ours[i]->credit;
      rows[i].batch = ours[i]->batch;
      rows[i].stan = ours[i]->stan;
      rows[i].amount_minor = ours[i]->amount_minor;
      g_strlcpy (rows[i].card, ours[i]->masked_pan, sizeof rows[i].card);
    }
  text = acquirer_batch_rows_text (self->plan, ACQUIRER_BATCH_PIECE, count, rows, count, error);
  outcome = text != NULL ? exchange (self, kind, text, &answer, error) : SYNC_SETTLE_FAULT;
  if (outcome == SYNC_SETTLE_DONE && !take_marks (self, kind, answer, ours, count))
    outcome = SYNC_SETTLE_NO_ANSWER;
  /* The host has begun to settle: it can't go back from here. */
  return outcome == SYNC_SETTLE_REFUSED ? SYNC_SETTLE_NO_ANSWER : outcome;
}

static guint
piece_max (const Settling *self, AcquirerFlowKind kind)
{
  const AcquirerFlow *flow = acquirer_profile_flow (self->profile, kind);
  guint field = acquirer_profile_role (self->profile, ACQUIRER_VALUE_TOTALS);

  for (guint i = 2; i <= ISO8583_FIELD_MAX; i++)
    if (flow->templates[i] != NULL
        && acquirer_template_has (flow->templates[i], ACQUIRER_VALUE_ROWS))
      field = i;
  return acquirer_batch_plan_rows_max (
      self->plan, ACQUIRER_BATCH_PIECE,
      acquirer_profile_dialect (self->profile)->fields[field].length);
}

/* Those of one page that go by this flow, piece by piece. */
static SyncSettle
upload_page (Settling *self,
             const GArray *page,
             AcquirerFlowKind kind,
             gboolean split,
             GError **error)
{
  const VaultBatchRow *piece[ACQUIRER_BATCH_PIECE_MAX];
  guint most = piece_max (self, kind), count = 0;
  SyncSettle outcome = SYNC_SETTLE_DONE;

  for (guint i = 0; outcome == SYNC_SETTLE_DONE && i < page->len; i++)
    {
      const VaultBatchRow *row = &g_array_index (page, VaultBatchRow, i);

      if (!split || row->chip == (kind == ACQUIRER_FLOW_UPLOAD_CHIP))
        piece[count++] = row;
      if (count == most)
        {
          outcome = upload_piece (self, kind, piece, count, error);
          count = 0;
        }
    }
  return outcome == SYNC_SETTLE_DONE && count > 0 ? upload_piece (self, kind, piece, count, error)
                                                  : outcome;
}

static SyncSettle
upload (Settling *self, GError **error)
{
  gboolean split = acquirer_profile_flow (self->profile, ACQUIRER_FLOW_UPLOAD_CHIP) != NULL;
  SyncSettle outcome = SYNC_SETTLE_DONE;
  gint64 after = 0;
  gboolean more = TRUE;

  if (self->uploads++ == SYNC_SETTLE_UPLOADS_MAX)
    return SYNC_SETTLE_NO_ANSWER;
  g_clear_pointer (&self->differences, g_array_unref);
  self->differences = g_array_new (FALSE, TRUE, sizeof (VaultBatchDifference));
  while (more && outcome == SYNC_SETTLE_DONE)
    {
      g_autoptr (GArray) page
          = vault_batch_rows (vault_of (self), self->batch.id, after, VAULT_BATCH_ROWS_MAX, error);

      if (page == NULL)
        return SYNC_SETTLE_FAULT;
      outcome = upload_page (self, page, ACQUIRER_FLOW_UPLOAD, split, error);
      if (outcome == SYNC_SETTLE_DONE && split)
        outcome = upload_page (self, page, ACQUIRER_FLOW_UPLOAD_CHIP, TRUE, error);
      more = page->len == VAULT_BATCH_ROWS_MAX;
      if (page->len > 0)
        after = g_array_index (page, VaultBatchRow, page->len - 1).record;
    }
  if (outcome == SYNC_SETTLE_DONE && !vault_batch_set_uploaded (vault_of (self), TRUE, error))
    outcome = SYNC_SETTLE_FAULT;
  return outcome;
}

/* ---- The end ---- */

static char *
end_text (const Settling *self, GError **error)
{
  return acquirer_batch_end_text (
      self->plan, self->batch.till.debit_count + self->batch.till.credit_count, error);
}

/* Rows that only the host has. *out_unnamed: how many more of them it counted. */
static gboolean
take_result (Settling *self, const Iso8583Message *answer, guint *out_unnamed)
{
  g_autofree char *text = answer_text (self, ACQUIRER_FLOW_BATCH_END, answer, ACQUIRER_VALUE_ROWS);
  g_autoptr (GArray) rows = NULL;
  guint total = 0;

  *out_unnamed = 0;
  if (!acquirer_batch_plan_names_rows (self->plan))
    return TRUE;
  rows = text != NULL ? acquirer_batch_rows_parse (self->plan, ACQUIRER_BATCH_RESULT, text, &total,
                                                   /* error= */ NULL)
                      : NULL;
  for (guint i = 0; rows != NULL && i < rows->len; i++)
    add_difference (self, &g_array_index (rows, AcquirerRow, i), NULL);
  *out_unnamed = rows != NULL ? total - rows->len : 0;
  return rows != NULL;
}

/* After a start it isn't known what the host said of the rows: they are sent once more, and it says
 * the same. */
static SyncSettle
upload_again (Settling *self, GError **error)
{
  return vault_batch_set_uploaded (vault_of (self), FALSE, error) ? SYNC_SETTLE_DONE
                                                                  : SYNC_SETTLE_FAULT;
}

static SyncSettle
end_upload (Settling *self, GError **error)
{
  g_autofree char *text = end_text (self, error);
  g_autoptr (Iso8583Message) answer = NULL;
  VaultBatchEnd end = { .rows_known = acquirer_batch_plan_names_rows (self->plan) };
  guint unnamed;
  SyncSettle outcome;

  if (self->differences == NULL)
    return upload_again (self, error);
  outcome = text != NULL ? exchange (self, ACQUIRER_FLOW_BATCH_END, text, &answer, error)
                         : SYNC_SETTLE_FAULT;
  if (outcome == SYNC_SETTLE_REFUSED)
    return upload_again (self, error);
  if (outcome != SYNC_SETTLE_DONE)
    return outcome;
  if (!take_result (self, answer, &unnamed))
    return SYNC_SETTLE_NO_ANSWER;
  end.differences = (const VaultBatchDifference *)(void *)self->differences->data;
  end.n_differences = self->differences->len;
  end.total_differences = self->differences->len + unnamed;
  return vault_batch_close (vault_of (self), &end, error) ? SYNC_SETTLE_DONE : SYNC_SETTLE_FAULT;
}

/* Both agreed. A host that has other rows by now refuses, and is asked anew. */
static SyncSettle
end_agreed (Settling *self, GError **error)
{
  g_autofree char *text = end_text (self, error);
  g_autoptr (Iso8583Message) answer = NULL;
  VaultBatchEnd end = { 0 };
  SyncSettle outcome = text != NULL
                           ? exchange (self, ACQUIRER_FLOW_BATCH_CLOSED, text, &answer, error)
                           : SYNC_SETTLE_FAULT;

  if (outcome == SYNC_SETTLE_REFUSED
      && !vault_batch_reopen (vault_of (self), self->report->code, error))
    return SYNC_SETTLE_FAULT;
  if (outcome != SYNC_SETTLE_DONE)
    return outcome;
  return vault_batch_close (vault_of (self), &end, error) ? SYNC_SETTLE_DONE : SYNC_SETTLE_FAULT;
}

static SyncSettle
step (Settling *self, GError **error)
{
  switch (self->batch.state)
    {
    case VAULT_BATCH_COUNTED:
      return ask (self, error);
    case VAULT_BATCH_AGREED:
      return end_agreed (self, error);
    case VAULT_BATCH_UPLOADING:
      return upload (self, error);
    case VAULT_BATCH_UPLOADED:
      return end_upload (self, error);
    case VAULT_BATCH_OPEN:
    case VAULT_BATCH_SETTLED:
      break;
    }
  g_assert_not_reached ();
}

SyncSettle
sync_settle_resume (SyncLine *line,
                    GCancellable *cancellable,
                    SyncSettleReport *report,
                    GError **error)
{
  g_auto (Settling) self = { 0 };
  SyncSettle outcome = SYNC_SETTLE_DONE;

  if (vault_batch_is_open (sync_line_vault (line)))
    return SYNC_SETTLE_DONE;
  if (!settling_init (&self, line, cancellable, report, error))
    return SYNC_SETTLE_FAULT;
  if (self.plan == NULL) /* another profile since */
    return vault_batch_reopen (sync_line_vault (line), "not offered", error) ? SYNC_SETTLE_DONE
                                                                             : SYNC_SETTLE_FAULT;
  while (outcome == SYNC_SETTLE_DONE)
    {
      if (!vault_batch_current (sync_line_vault (line), &self.batch, error))
        return SYNC_SETTLE_FAULT;
      if (self.batch.state == VAULT_BATCH_OPEN)
        break;
      report->batch = self.batch.id;
      outcome = step (&self, error);
    }
  if (outcome == SYNC_SETTLE_NO_ANSWER && error != NULL && *error == NULL)
    g_set_error (error, ACQUIRER_ERROR, ACQUIRER_ERROR_FIELD, _ ("it answered with code %s"),
                 report->code);
  return outcome;
}

/* ---- The whole of it ---- */

/* What of this terminal (NULL: our own) must be sent first (payment-life.md, rules 1 and 5):
 * another one's holds up its own batch alone. */
static SyncSettle
check_waiting (SyncLine *line, const char *terminal, SyncSettleReport *report, GError **error)
{
  Vault *vault = sync_line_vault (line);
  VaultQueueStats stats;
  guint completions;
  gint64 completions_minor;

  if (!vault_queue_stats (vault, &stats, error)
      || !vault_batch_owed (vault, terminal, VAULT_CLASS_REVERSAL, &report->reversals,
                            &report->reversals_minor, error)
      || !vault_batch_owed (vault, terminal, VAULT_CLASS_CHIP, &report->advices,
                            &report->advices_minor, error)
      || !vault_batch_owed (vault, terminal, VAULT_CLASS_COMPLETION, &completions,
                            &completions_minor, error)
      || !vault_batch_owed (vault, terminal, VAULT_CLASS_DEFERRED, &report->later,
                            &report->later_minor, error)
      || !vault_batch_aside (vault, terminal, VAULT_CLASS_DEFERRED, &report->later_aside,
                             &report->later_aside_minor, error)
      || !vault_batch_owed (vault, terminal, VAULT_CLASS_REFUND, &report->refunds,
                            &report->refunds_minor, error)
      || !vault_batch_aside (vault, terminal, VAULT_CLASS_REFUND, &report->refunds_aside,
                             &report->refunds_aside_minor, error)
      || !vault_queue_aside_owed (vault, terminal, &report->aside_owed, &report->aside_first,
                                  error))
    return SYNC_SETTLE_FAULT;
  report->advices += completions;
  report->advices_minor += completions_minor;
  report->aside = stats.attention;
  if (report->reversals > 0 || report->advices > 0)
    return SYNC_SETTLE_OWED;
  report->decisions_lost = report->aside_owed > 0 && vault_queue_decisions_lost (vault);
  return report->aside_owed > 0 ? SYNC_SETTLE_ASIDE : SYNC_SETTLE_DONE;
}

/* Whether what was sent meanwhile has ended the one that had been begun. */
static gboolean
is_ended (SyncLine *line, const VaultBatch *before)
{
  VaultBatch now;

  return before->state != VAULT_BATCH_OPEN
         && vault_batch_load (sync_line_vault (line), before->id, &now, NULL)
         && now.state == VAULT_BATCH_SETTLED;
}

/* Counting makes payments wait: not before the host is there, and lets this terminal in. */
static SyncSettle
reach (SyncLine *line, GCancellable *cancellable, GError **error)
{
  if (sync_line_connect (line, cancellable, error) && sync_sign_in_ready (line, cancellable, error))
    return SYNC_SETTLE_DONE;
  return vault_epoch_quarantine (sync_line_vault (line)) != NULL ? SYNC_SETTLE_HELD
                                                                 : SYNC_SETTLE_NO_LINE;
}

/* ---- Of terminals that were taken over ---- */

/* From where it is to its end, or as far as the host goes along. */
static void
settle_steps (Settling *self, gint64 id, const char *who, GError **error)
{
  SyncSettle outcome = SYNC_SETTLE_DONE;
  Vault *vault = vault_of (self);

  if (!vault_batch_load (vault, id, &self->batch, error)
      || (self->batch.state == VAULT_BATCH_OPEN
          && !vault_batch_count (vault, who, &self->batch, error)))
    return;
  while (outcome == SYNC_SETTLE_DONE && self->batch.state != VAULT_BATCH_SETTLED
         && self->batch.state != VAULT_BATCH_OPEN)
    {
      outcome = step (self, error);
      if (!vault_batch_load (vault, id, &self->batch, error))
        outcome = SYNC_SETTLE_FAULT;
    }
}

static void
settle_taken_one (SyncLine *line,
                  const char *terminal,
                  const char *who,
                  GCancellable *cancellable,
                  SyncSettleReport *report)
{
  g_autoptr (GError) why = NULL;
  SyncSettleReport own = { 0 };
  g_auto (Settling) self = { 0 };
  VaultBatch batch;
  gint64 id = 0;

  if (!vault_batch_taken (sync_line_vault (line), terminal, &id, &why) || id == 0
      || !vault_batch_load (sync_line_vault (line), id, &batch, &why)
      || batch.state == VAULT_BATCH_SETTLED || report->taken_count == SYNC_SETTLE_TAKEN_MAX
      || !settling_init (&self, line, cancellable, &own, &why))
    return;
  self.taken = terminal;
  report->taken[report->taken_count++] = id;
  if (check_waiting (line, terminal, &own, &why) != SYNC_SETTLE_DONE)
    return;
  sync_line_speak_for (line, terminal);
  if (reach (line, cancellable, &why) == SYNC_SETTLE_DONE)
    {
      vault_batch_step_on (sync_line_vault (line), id);
      settle_steps (&self, id, who, &why);
      vault_batch_step_on (sync_line_vault (line), 0);
    }
  sync_line_speak_for (line, /* terminal= */ NULL);
  if (why != NULL)
    g_debug ("The batch of %s isn't settled: %s", terminal, why->message);
}

/* Our own is done: what becomes of theirs changes nothing about that. */
static void
settle_taken (SyncLine *line, const char *who, GCancellable *cancellable, SyncSettleReport *report)
{
  g_auto (GStrv) terminals = sync_line_taken (sync_line_vault (line));

  for (guint i = 0; terminals[i] != NULL; i++)
    settle_taken_one (line, terminals[i], who, cancellable, report);
}

/* `before`: as it was when this was asked for. One that was begun earlier is what there is to
 * settle now, unless the host wanted it opened again. */
static SyncSettle
settle_in_turn (SyncLine *line,
                const char *who,
                const VaultBatch *before,
                GCancellable *cancellable,
                SyncSettleReport *report,
                GError **error)
{
  g_auto (SyncReport) sent = { 0 };
  SyncSettle outcome;
  VaultBatch batch;

  sync_report_init (&sent);
  switch (sync_queue_reversals (line, cancellable, &sent, error))
    {
    case SYNC_FAULT:
      return SYNC_SETTLE_FAULT;
    case SYNC_HELD:
      return SYNC_SETTLE_HELD;
    case SYNC_EMPTY:
    case SYNC_STUCK:
    case SYNC_YIELDED:
      break;
    }
  outcome = check_waiting (line, /* terminal= */ NULL, report, error);
  if (outcome != SYNC_SETTLE_FAULT && is_ended (line, before))
    {
      report->batch = before->id;
      return SYNC_SETTLE_DONE;
    }
  if (outcome != SYNC_SETTLE_DONE)
    return outcome;
  if (vault_batch_is_open (sync_line_vault (line)))
    {
      outcome = reach (line, cancellable, error);
      if (outcome != SYNC_SETTLE_DONE)
        return outcome;
      if (!vault_batch_count (sync_line_vault (line), who, &batch, error))
        return SYNC_SETTLE_FAULT;
    }
  return sync_settle_resume (line, cancellable, report, error);
}

/* Empties the queue as far as it goes. */
static gboolean
drain (SyncLine *line, GCancellable *cancellable, GError **error)
{
  SyncOutcome outcome = SYNC_YIELDED;

  for (guint i = 0; outcome == SYNC_YIELDED && i < DRAIN_ROUNDS_MAX; i++)
    {
      g_auto (SyncReport) report = { 0 };

      sync_report_init (&report);
      sync_line_wait_for_payment (line);
      outcome = i == 0 ? sync_queue_run (line, cancellable, &report, error)
                       : sync_queue_run_due (line, cancellable, &report, error);
      if (g_cancellable_is_cancelled (cancellable))
        break;
    }
  return outcome != SYNC_FAULT;
}

SyncSettle
sync_settle_run (SyncLine *line,
                 const char *who,
                 GCancellable *cancellable,
                 SyncSettleReport *report,
                 GError **error)
{
  SyncSettle outcome;
  VaultBatch before;

  *report = (SyncSettleReport){ 0 };
  if (acquirer_profile_batch (sync_line_profile (line)) == NULL)
    return SYNC_SETTLE_NOT_OFFERED;
  if (vault_epoch_quarantine (sync_line_vault (line)) != NULL)
    return SYNC_SETTLE_HELD;
  if (!vault_batch_current (sync_line_vault (line), &before, error)
      || !drain (line, cancellable, error))
    return SYNC_SETTLE_FAULT;
  sync_line_take_turn (line, FALSE);
  outcome = settle_in_turn (line, who != NULL ? who : WHO, &before, cancellable, report, error);
  if (outcome == SYNC_SETTLE_DONE)
    settle_taken (line, who != NULL ? who : WHO, cancellable, report);
  sync_line_end_turn (line, FALSE);
  return outcome;
}

/* ---- Asking for the host's sums ---- */

gboolean
sync_settle_enquire (SyncLine *line, GCancellable *cancellable, GError **error)
{
  SyncSettleReport report = { 0 };
  g_auto (Settling) self = { 0 };
  g_autoptr (Iso8583Message) answer = NULL;
  g_autofree char *text = NULL, *told = NULL;
  AcquirerTotals totals;
  AcquirerBatchVerdict verdict;
  VaultBatchSums host;

  if (acquirer_profile_flow (sync_line_profile (line), ACQUIRER_FLOW_TOTALS) == NULL
      || !settling_init (&self, line, cancellable, &report, error) || self.plan == NULL
      || !vault_batch_current (sync_line_vault (line), &self.batch, error)
      || self.batch.state != VAULT_BATCH_OPEN)
    return FALSE;
  totals = totals_of (&self.batch.till);
  text = acquirer_batch_totals_text (self.plan, &totals, ACQUIRER_BATCH_NOT_JUDGED, error);
  if (text == NULL
      || exchange (&self, ACQUIRER_FLOW_TOTALS, text, &answer, error) != SYNC_SETTLE_DONE)
    return FALSE;
  told = answer_text (&self, ACQUIRER_FLOW_TOTALS, answer, ACQUIRER_VALUE_TOTALS);
  if (told == NULL || !acquirer_batch_totals_parse (self.plan, told, &totals, &verdict, error))
    return FALSE;
  host = sums_of (&totals);
  return vault_batch_note_host (sync_line_vault (line), &host, error);
}

void
sync_settle_enquire_if_due (SyncLine *line, GCancellable *cancellable)
{
  g_autoptr (GError) why = NULL;
  g_autoptr (GCancellable) yielding = NULL;
  gulong handler = 0;
  VaultBatchView view;

  if (acquirer_profile_flow (sync_line_profile (line), ACQUIRER_FLOW_TOTALS) == NULL
      || !vault_batch_view (sync_line_vault (line), &view, NULL) || view.settling
      || (view.asked_us != 0 && !view.moved && view.agreed) || sync_line_payment_waits (line)
      || !sync_line_may_ask (line, SYNC_ERRAND_SUMS, SYNC_SETTLE_ENQUIRY_EVERY_S))
    return;
  yielding = sync_line_take_yielding_turn (line);
  if (cancellable != NULL)
    handler
        = g_cancellable_connect (cancellable, G_CALLBACK (g_cancellable_cancel), yielding, NULL);
  if (!sync_settle_enquire (line, yielding, &why))
    g_debug ("The acquirer's sums aren't known: %s", why != NULL ? why->message : "no answer");
  g_cancellable_disconnect (cancellable, handler);
  sync_line_end_yielding_turn (line);
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Settlement at the sandbox host. A terminal's batch is what its ledger has taken since it was
 * closed last, under whatever number: a stored request counts where it arrives. Invariants: 1. what
 * closes a batch is in the ledger before it is answered, and a repeat of it is answered alike, also
 * after a restart; 2. an uploaded row that the ledger lacks is taken into it once, and never where
 * it was reversed or declined; 3. nothing is taken out of it: rows that only the host has are
 * named.
 */
#include "acquirer-host-private.h"

#include "base-money.h"

#include <string.h>

#define REASON_UPLOADED "uploaded" /* so that a repeated upload is answered alike */

/* What a terminal has uploaded of the batch that it settles. Lost by a restart: then the batch end
 * doesn't find its rows, and they are uploaded again. */
typedef struct
{
  guint32 batch;
  GHashTable *rows; /* identities of the ledger, or of nothing there */
} Upload;

void
acquirer_host_batch_forget (gpointer upload)
{
  Upload *self = upload;

  g_hash_table_unref (self->rows);
  g_free (self);
}

static Upload *
upload_of (AcquirerCase *self)
{
  const AcquirerLine *line = &self->line;
  Upload *upload = g_hash_table_lookup (self->host->uploads, line->terminal);

  if (upload == NULL || upload->batch != line->batch)
    {
      upload = g_new0 (Upload, 1);
      upload->batch = line->batch;
      upload->rows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      g_hash_table_replace (self->host->uploads, g_strdup (line->terminal), upload);
    }
  return upload;
}

static char *
row_name (guint32 batch, guint32 stan)
{
  return g_strdup_printf ("%u/%u", batch, stan);
}

gboolean
acquirer_host_batch_is_closed (const AcquirerCase *self)
{
  return self->line.batch
         <= acquirer_ledger_settled (self->host->ledger, self->line.terminal).batch;
}

/* AcquirerTemplateSource over a batch's digits. */
static char *
batch_text (gpointer data, AcquirerValue value)
{
  return value == ACQUIRER_VALUE_BATCH ? g_strdup (data) : NULL;
}

void
acquirer_host_batch_tell (AcquirerCase *self)
{
  AcquirerProfile *profile = self->host->profile;
  g_autofree char *digits = NULL;

  if (!acquirer_host_batch_is_closed (self))
    return;
  digits = g_strdup_printf (
      "%06u", acquirer_ledger_settled (self->host->ledger, self->line.terminal).batch + 1);
  for (guint i = 2; i <= ISO8583_FIELD_MAX; i++)
    if (self->flow->templates[i] != NULL
        && acquirer_template_has (self->flow->templates[i], ACQUIRER_VALUE_BATCH)
        && !acquirer_profile_matches_field (profile, i))
      {
        char *text = acquirer_template_fill (self->flow->templates[i], FALSE, batch_text, digits);

        if (text != NULL)
          acquirer_host_say (self, i, text);
        base_secret_free_text (text);
      }
}

/* The field of the request that has this value; 0: none. */
static guint
field_of (const AcquirerCase *self, AcquirerValue value)
{
  for (guint i = 2; i <= ISO8583_FIELD_MAX; i++)
    if (self->flow->templates[i] != NULL && acquirer_template_has (self->flow->templates[i], value))
      return i;
  return acquirer_profile_role (self->host->profile, value);
}

static gboolean
refuse (AcquirerCase *self, AcquirerValue value, const GError *error)
{
  acquirer_host_malformed (self, field_of (self, value), error->message);
  return TRUE;
}

/* NULL: decided. */
static const AcquirerBatchPlan *
begin (AcquirerCase *self)
{
  const AcquirerBatchPlan *plan = acquirer_profile_batch (self->host->profile);
  const char *currency = base_money_from_numeric (acquirer_host_text (self, FIELD_CURRENCY));

  if (plan == NULL)
    acquirer_host_decide (self, CODE_UNSUPPORTED, "there is no settlement here");
  else if (self->line.batch == 0)
    acquirer_host_decide (self, CODE_MALFORMED, "no batch is named");
  else
    {
      g_strlcpy (self->line.currency, currency != NULL ? currency : "", sizeof self->line.currency);
      return plan;
    }
  return NULL;
}

static gboolean
close_batch (AcquirerCase *self, const AcquirerTotals *totals, const char *result)
{
  g_autoptr (GError) error = NULL;

  acquirer_host_decide (self, CODE_APPROVED, "");
  g_hash_table_remove (self->host->uploads, self->line.terminal);
  if (acquirer_ledger_settle (self->host->ledger, &self->line, totals, result, &error))
    return TRUE;
  g_warning ("%s", error->message);
  return FALSE;
}

/* An older one than the last is the bank's no more. */
static gboolean
is_old (AcquirerCase *self, const AcquirerSettled *settled)
{
  if (self->line.batch >= settled->batch)
    return FALSE;
  acquirer_host_decide (self, CODE_BATCH_CLOSED, "this batch is settled");
  return TRUE;
}

/* ---- Sums ---- */

static void
say_totals (AcquirerCase *self,
            const AcquirerBatchPlan *plan,
            const AcquirerTotals *totals,
            AcquirerBatchVerdict verdict)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = acquirer_batch_totals_text (plan, totals, verdict, &error);

  if (text != NULL)
    acquirer_host_say (self, field_of (self, ACQUIRER_VALUE_TOTALS), text);
  else
    acquirer_host_decide (self, CODE_NOT_BALANCED, "the batch is too large for its field");
}

gboolean
acquirer_host_batch_settle (AcquirerCase *self)
{
  const AcquirerBatchPlan *plan = begin (self);
  g_autofree char *text = acquirer_host_value (self, ACQUIRER_VALUE_TOTALS);
  AcquirerSettled settled = acquirer_ledger_settled (self->host->ledger, self->line.terminal);
  gboolean ends = acquirer_profile_flow (self->host->profile, ACQUIRER_FLOW_BATCH_CLOSED) == NULL;
  gboolean asks = self->flow->kind == ACQUIRER_FLOW_TOTALS;
  AcquirerTotals theirs, ours;
  AcquirerBatchVerdict verdict;
  g_autoptr (GError) error = NULL;

  if (plan == NULL || is_old (self, &settled))
    return TRUE;
  if (!acquirer_batch_totals_parse (plan, text, &theirs, &verdict, &error))
    return refuse (self, ACQUIRER_VALUE_TOTALS, error);
  if (settled.batch == self->line.batch)
    ours = settled.totals;
  else
    acquirer_ledger_count_batch (self->host->ledger, self->line.terminal, &ours);
  verdict = acquirer_totals_equal (&theirs, &ours) ? ACQUIRER_BATCH_AGREES : ACQUIRER_BATCH_DIFFERS;
  acquirer_host_decide (self, CODE_APPROVED, "");
  say_totals (self, plan, acquirer_batch_plan_host_totals (plan) ? &ours : &theirs, verdict);
  if (asks || !ends || verdict != ACQUIRER_BATCH_AGREES || settled.batch == self->line.batch)
    return TRUE;
  return close_batch (self, &ours, "");
}

/* Both agreed: how many messages, for a last check. */
gboolean
acquirer_host_batch_close (AcquirerCase *self)
{
  const AcquirerBatchPlan *plan = begin (self);
  g_autofree char *text = acquirer_host_value (self, ACQUIRER_VALUE_ROWS);
  AcquirerSettled settled = acquirer_ledger_settled (self->host->ledger, self->line.terminal);
  AcquirerTotals ours;
  g_autoptr (GError) error = NULL;
  guint count;

  if (plan == NULL || is_old (self, &settled))
    return TRUE;
  if (!acquirer_batch_end_parse (plan, text, &count, &error))
    return refuse (self, ACQUIRER_VALUE_ROWS, error);
  acquirer_host_decide (self, CODE_APPROVED, "");
  if (settled.batch == self->line.batch)
    return TRUE;
  acquirer_ledger_count_batch (self->host->ledger, self->line.terminal, &ours);
  if (ours.debit_count + ours.credit_count == count)
    return close_batch (self, &ours, "");
  acquirer_host_decide (self, CODE_NOT_BALANCED, "the count is another one");
  return TRUE;
}

/* ---- Rows ---- */

/* The ledger's line of a row. Where rows name no batch, it is that of the message or, for what was
 * stored earlier, the only one of this STAN that counts in the open batch. */
static const AcquirerLine *
find_line (const AcquirerCase *self, const AcquirerRow *row)
{
  const AcquirerLedger *ledger = self->host->ledger;
  const AcquirerLine *line = &self->line, *found;
  g_autoptr (GPtrArray) lines = NULL;

  found = acquirer_ledger_find (ledger, line->terminal, row->batch != 0 ? row->batch : line->batch,
                                row->stan);
  if (found != NULL || row->batch != 0)
    return found;
  lines = acquirer_ledger_batch (ledger, line->terminal);
  for (guint i = 0; i < lines->len; i++)
    {
      const AcquirerLine *other = lines->pdata[i];

      if (other->stan == row->stan)
        return other;
    }
  return NULL;
}

/* A row that the ledger lacks. */
static gboolean
take_row (AcquirerCase *self, const AcquirerRow *row)
{
  AcquirerLine line = { .effect = row->credit ? ACQUIRER_EFFECT_REFUND : ACQUIRER_EFFECT_CHARGE,
                        .batch = row->batch != 0 ? row->batch : self->line.batch,
                        .stan = row->stan,
                        .amount_minor = row->amount_minor,
                        .repeat = TRUE,
                        .code = CODE_APPROVED,
                        .reason = REASON_UPLOADED };
  g_autoptr (GError) error = NULL;

  g_strlcpy (line.terminal, self->line.terminal, sizeof line.terminal);
  g_strlcpy (line.currency, self->line.currency, sizeof line.currency);
  g_strlcpy (line.masked_pan, row->card, sizeof line.masked_pan);
  g_snprintf (line.key, sizeof line.key, "%s/%06u/%06u", line.terminal, line.batch, line.stan);
  if (acquirer_ledger_append (self->host->ledger, &line, &error))
    return TRUE;
  g_warning ("%s", error->message);
  return FALSE;
}

/* FALSE: the ledger can't be written. */
static gboolean
judge_row (AcquirerCase *self, AcquirerRow *row, gboolean closed)
{
  const AcquirerLedger *ledger = self->host->ledger;
  const AcquirerLine *known = find_line (self, row);
  guint32 batch = known != NULL ? known->batch : row->batch != 0 ? row->batch : self->line.batch;
  gint sign = known != NULL ? acquirer_ledger_sign (known->effect) : 0;

  row->host_minor = 0;
  g_hash_table_add (upload_of (self)->rows, row_name (batch, row->stan));
  if (row->stan == 0 || row->amount_minor == 0
      || acquirer_ledger_is_reversed (ledger, self->line.terminal, batch, row->stan)
      || acquirer_ledger_is_buried (ledger, self->line.terminal, batch, row->stan)
      || (known != NULL
          && (sign != (row->credit ? -1 : 1)
              || acquirer_ledger_counted_before (ledger, known, self->line.batch))))
    {
      row->mark = ACQUIRER_MARK_REFUSED;
      return TRUE;
    }
  if (known == NULL)
    {
      row->mark = closed ? ACQUIRER_MARK_REFUSED : ACQUIRER_MARK_TAKEN;
      row->host_minor = closed ? 0 : row->amount_minor;
      return closed || take_row (self, row);
    }
  row->host_minor = known->amount_minor;
  if (known->amount_minor != row->amount_minor)
    row->mark = ACQUIRER_MARK_AMOUNT;
  else
    row->mark
        = strcmp (known->reason, REASON_UPLOADED) == 0 ? ACQUIRER_MARK_TAKEN : ACQUIRER_MARK_ALIKE;
  return TRUE;
}

gboolean
acquirer_host_batch_upload (AcquirerCase *self)
{
  const AcquirerBatchPlan *plan = begin (self);
  g_autofree char *text = acquirer_host_value (self, ACQUIRER_VALUE_ROWS);
  g_autofree char *answer = NULL;
  g_autoptr (GArray) rows = NULL;
  g_autoptr (GError) error = NULL;
  AcquirerSettled settled = acquirer_ledger_settled (self->host->ledger, self->line.terminal);
  guint total;

  if (plan == NULL || is_old (self, &settled))
    return TRUE;
  rows = acquirer_batch_rows_parse (plan, ACQUIRER_BATCH_PIECE, text, &total, &error);
  if (rows == NULL)
    return refuse (self, ACQUIRER_VALUE_ROWS, error);
  for (guint i = 0; i < rows->len; i++)
    if (!judge_row (self, &g_array_index (rows, AcquirerRow, i), settled.batch == self->line.batch))
      return FALSE;
  acquirer_host_decide (self, CODE_APPROVED, "");
  if (!acquirer_batch_plan_names_rows (plan))
    return TRUE;
  answer = acquirer_batch_rows_text (plan, ACQUIRER_BATCH_PIECE, total,
                                     (const AcquirerRow *)(void *)rows->data, rows->len, &error);
  if (answer != NULL)
    acquirer_host_say (self, field_of (self, ACQUIRER_VALUE_ROWS), answer);
  return TRUE;
}

/* What only the host has, as many of it as one field takes. */
static char *
surplus (AcquirerCase *self, const AcquirerBatchPlan *plan)
{
  guint field = field_of (self, ACQUIRER_VALUE_ROWS), total = 0;
  guint most = acquirer_batch_plan_rows_max (
      plan, ACQUIRER_BATCH_RESULT,
      acquirer_profile_dialect (self->host->profile)->fields[field].length);
  g_autoptr (GPtrArray) lines = acquirer_ledger_batch (self->host->ledger, self->line.terminal);
  g_autoptr (GArray) rows = g_array_new (FALSE, TRUE, sizeof (AcquirerRow));
  const Upload *upload = upload_of (self);

  for (guint i = 0; i < lines->len; i++)
    {
      const AcquirerLine *line = lines->pdata[i];
      g_autofree char *name = row_name (line->batch, line->stan);
      AcquirerRow row = { .credit = acquirer_ledger_sign (line->effect) < 0,
                          .batch = line->batch,
                          .stan = line->stan,
                          .host_minor = line->amount_minor,
                          .mark = ACQUIRER_MARK_ONLY_THERE };

      if (g_hash_table_contains (upload->rows, name))
        continue;
      g_strlcpy (row.card, line->masked_pan, sizeof row.card);
      if (total++ < most)
        g_array_append_val (rows, row);
    }
  return acquirer_batch_plan_names_rows (plan)
             ? acquirer_batch_rows_text (plan, ACQUIRER_BATCH_RESULT, total,
                                         (const AcquirerRow *)(void *)rows->data, rows->len, NULL)
             : g_strdup_printf ("%06u", total);
}

gboolean
acquirer_host_batch_end (AcquirerCase *self)
{
  const AcquirerBatchPlan *plan = begin (self);
  g_autofree char *text = acquirer_host_value (self, ACQUIRER_VALUE_ROWS);
  g_autofree char *result = NULL;
  AcquirerSettled settled = acquirer_ledger_settled (self->host->ledger, self->line.terminal);
  AcquirerTotals ours;
  g_autoptr (GError) error = NULL;
  gboolean repeated = settled.batch == self->line.batch;
  guint count;

  if (plan == NULL || is_old (self, &settled))
    return TRUE;
  if (!acquirer_batch_end_parse (plan, text, &count, &error))
    return refuse (self, ACQUIRER_VALUE_ROWS, error);
  if (!repeated && g_hash_table_size (upload_of (self)->rows) != count)
    {
      g_hash_table_remove (self->host->uploads, self->line.terminal);
      acquirer_host_decide (self, CODE_NOT_BALANCED, "rows are missing");
      return TRUE;
    }
  result = repeated ? g_strdup (settled.result) : surplus (self, plan);
  acquirer_host_decide (self, CODE_APPROVED, "");
  if (acquirer_batch_plan_names_rows (plan) && result != NULL && result[0] != '\0')
    acquirer_host_say (self, field_of (self, ACQUIRER_VALUE_ROWS), result);
  if (repeated)
    return TRUE;
  acquirer_ledger_count_batch (self->host->ledger, self->line.terminal, &ours);
  return close_batch (self, &ours, result != NULL ? result : "");
}

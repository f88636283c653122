/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A shift's figures as text, one a line, as a closing keeps them: "sales 12 34500". What a later
 * Till adds is a line that an older one leaves out.
 */
#include "vault-shift.h"

#include "base-number.h"

#include <stddef.h>
#include <string.h>

#define WORDS_MAX 20
#define BATCH_WORDS 16
#define FIRST_LINE "till shift 1"

/* Lines of one number, and of a count and a sum. */
static const struct
{
  const char *name;
  gsize offset;
} numbers[] = {
  { "number", offsetof (VaultShift, number) },
  { "from", offsetof (VaultShift, from_us) },
  { "at", offsetof (VaultShift, at_us) },
  { "after", offsetof (VaultShift, after) },
  { "head", offsetof (VaultShift, head) },
  { "damaged", offsetof (VaultShift, damaged) },
  { "drawer", offsetof (VaultShift, drawer) },
  { "cash", offsetof (VaultShift, cash_minor) },
  { "oldest", offsetof (VaultShift, oldest_us) },
  { "no-sale", offsetof (VaultShift, no_sales) },
  { "counts", offsetof (VaultShift, counts) },
  { "counted", offsetof (VaultShift, counted_minor) },
  { "counted-expected", offsetof (VaultShift, counted_expected_minor) },
};
static const struct
{
  const char *name;
  gsize offset;
} sums[] = {
  { "sales", offsetof (VaultShift, sales) },
  { "refunds", offsetof (VaultShift, refunds) },
  { "voids", offsetof (VaultShift, voids) },
  { "holds", offsetof (VaultShift, holds) },
  { "releases", offsetof (VaultShift, releases) },
  { "handed", offsetof (VaultShift, handed) },
  { "float", offsetof (VaultShift, floated) },
  { "cash-in", offsetof (VaultShift, cash_in) },
  { "cash-out", offsetof (VaultShift, cash_out) },
  { "waiting", offsetof (VaultShift, waiting) },
  { "reversals", offsetof (VaultShift, reversals) },
  { "attention", offsetof (VaultShift, attention) },
};

static gint64 *
number_at (const VaultShift *self, gsize offset)
{
  return (gint64 *)((char *)self + offset);
}

static VaultShiftSum *
sum_at (const VaultShift *self, gsize offset)
{
  return (VaultShiftSum *)((char *)self + offset);
}

static void
write_sum (GString *text, const char *name, const char *what, const VaultShiftSum *sum)
{
  if (sum->count != 0)
    g_string_append_printf (text, "%s%s%s %" G_GINT64_FORMAT " %" G_GINT64_FORMAT "\n", name,
                            what != NULL ? " " : "", what != NULL ? what : "", sum->count,
                            sum->minor);
}

static void
write_lists (GString *text, const VaultShift *self)
{
  for (guint tender = 0; tender < VAULT_SHIFT_TENDERS; tender++)
    for (guint state = 0; state < VAULT_STATE_COUNT; state++)
      {
        const char *tender_name = vault_payment_tender_name ((VaultTender)tender);
        const char *state_name = vault_life_state_name ((VaultState)state);
        g_autofree char *payment = g_strdup_printf ("payment %s", tender_name);
        g_autofree char *given = g_strdup_printf ("given %s", tender_name);

        write_sum (text, payment, state_name, &self->payments[tender][state]);
        write_sum (text, given, state_name, &self->given[tender][state]);
      }
  for (guint i = 0; i < self->tax.count; i++)
    g_string_append_printf (
        text, "tax %u %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT "\n",
        self->tax.sums[i].rate_bp, self->tax.sums[i].net_minor, self->tax.sums[i].tax_minor,
        self->tax.sums[i].gross_minor);
  for (guint i = 0; i < VAULT_LATE_COUNT; i++)
    write_sum (text, "late", vault_shift_late_name ((VaultLate)i), &self->late[i]);
  for (guint i = 0; i < self->told; i++)
    g_string_append_printf (text, "told %s %" G_GINT64_FORMAT " %" G_GINT64_FORMAT "\n",
                            vault_shift_late_name (self->lates[i].what), self->lates[i].receipt,
                            self->lates[i].minor);
}

static void
write_batch (GString *text, const VaultBatch *batch)
{
  const VaultBatchSums *sides[] = { &batch->till, &batch->host };

  g_string_append_printf (text, "batch %" G_GINT64_FORMAT " %u %s %s %" G_GINT64_FORMAT " %d %u",
                          batch->id, batch->number, vault_batch_state_name (batch->state),
                          vault_batch_verdict_name (batch->verdict), batch->settled_us,
                          batch->host_known, batch->differences);
  for (guint i = 0; i < G_N_ELEMENTS (sides); i++)
    g_string_append_printf (text, " %u %" G_GINT64_FORMAT " %u %" G_GINT64_FORMAT,
                            sides[i]->debit_count, sides[i]->debit_minor, sides[i]->credit_count,
                            sides[i]->credit_minor);
  g_string_append_c (text, '\n');
}

char *
vault_shift_to_text (const VaultShift *self)
{
  GString *text = g_string_new (FIRST_LINE "\n");

  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    g_string_append_printf (text, "%s %" G_GINT64_FORMAT "\n", numbers[i].name,
                            *number_at (self, numbers[i].offset));
  for (gsize i = 0; i < G_N_ELEMENTS (sums); i++)
    write_sum (text, sums[i].name, NULL, sum_at (self, sums[i].offset));
  g_string_append_printf (text, "tax-mode %d\n", (int)self->tax.mode);
  write_lists (text, self);
  for (guint i = 0; i < self->counted.rows; i++)
    g_string_append_printf (text, "piece %" G_GINT64_FORMAT " %" G_GINT64_FORMAT "\n",
                            self->counted.minor[i], self->counted.pieces[i]);
  for (guint i = 0; i < self->batch_count; i++)
    write_batch (text, &self->batches[i]);
  return g_string_free (text, FALSE);
}

static gboolean
read_number (const char *word, gint64 *out_number)
{
  return word != NULL && base_number_parse_signed (word, G_MAXINT64, out_number);
}

static gboolean
read_sum (char **words, VaultShiftSum *sum)
{
  return read_number (words[0], &sum->count) && read_number (words[1], &sum->minor);
}

static gboolean
read_payment (char **words, VaultShiftSum (*tenders)[VAULT_STATE_COUNT])
{
  VaultState state;

  for (guint tender = 0; tender < VAULT_SHIFT_TENDERS; tender++)
    if (strcmp (words[0], vault_payment_tender_name ((VaultTender)tender)) == 0)
      return !vault_life_state_from_name (words[1], &state)
             || read_sum (words + 2, &tenders[tender][state]);
  return TRUE;
}

static gboolean
read_tax (char **words, ShopTaxTable *tax)
{
  ShopTaxSum *sum = &tax->sums[MIN (tax->count, SHOP_TAX_RATES_MAX - 1)];
  guint64 rate;

  if (tax->count == SHOP_TAX_RATES_MAX
      || !base_number_parse (words[0], 10, 0, SHOP_TAX_MAX_BP, &rate)
      || !read_number (words[1], &sum->net_minor) || !read_number (words[2], &sum->tax_minor)
      || !read_number (words[3], &sum->gross_minor))
    return FALSE;
  sum->rate_bp = (guint)rate;
  tax->count++;
  return TRUE;
}

static gboolean
late_from_name (const char *name, VaultLate *out_late)
{
  for (guint i = 0; i < VAULT_LATE_COUNT; i++)
    if (strcmp (name, vault_shift_late_name ((VaultLate)i)) == 0)
      {
        *out_late = (VaultLate)i;
        return TRUE;
      }
  return FALSE;
}

static gboolean
read_told (char **words, VaultShift *shift)
{
  VaultShiftLate late = { 0 };

  if (!late_from_name (words[0], &late.what))
    return TRUE;
  if (shift->told == VAULT_SHIFT_LATE_MAX || !read_number (words[1], &late.receipt)
      || !read_number (words[2], &late.minor))
    return FALSE;
  shift->lates[shift->told++] = late;
  return TRUE;
}

static gboolean
read_count (const char *word, guint *out_count)
{
  guint64 count;

  if (!base_number_parse (word, 10, 0, G_MAXUINT, &count))
    return FALSE;
  *out_count = (guint)count;
  return TRUE;
}

static gboolean
read_batch_sums (char **words, VaultBatchSums *sums_read)
{
  return read_count (words[0], &sums_read->debit_count)
         && read_number (words[1], &sums_read->debit_minor)
         && read_count (words[2], &sums_read->credit_count)
         && read_number (words[3], &sums_read->credit_minor);
}

static gboolean
read_batch (char **words, VaultShift *shift)
{
  VaultBatch batch = { 0 };
  guint known = 0;

  if (shift->batch_count == VAULT_SHIFT_BATCHES_MAX || !read_number (words[1], &batch.id)
      || !read_count (words[2], &batch.number)
      || !vault_batch_state_from_name (words[3], &batch.state)
      || !vault_batch_verdict_from_name (words[4], &batch.verdict)
      || !read_number (words[5], &batch.settled_us) || !read_count (words[6], &known)
      || !read_count (words[7], &batch.differences) || !read_batch_sums (words + 8, &batch.till)
      || !read_batch_sums (words + 12, &batch.host))
    return FALSE;
  batch.host_known = known != 0;
  shift->batches[shift->batch_count++] = batch;
  return TRUE;
}

static gboolean
read_piece (char **words, ShopDenominationCount *counted)
{
  guint at = MIN (counted->rows, SHOP_DENOMINATIONS_MAX - 1);
  gint64 total;

  if (counted->rows == SHOP_DENOMINATIONS_MAX || !read_number (words[0], &counted->minor[at])
      || !read_number (words[1], &counted->pieces[at]))
    return FALSE;
  counted->rows++;
  return shop_denomination_total (counted, &total);
}

static gboolean
read_list (char **words, VaultShift *shift)
{
  guint count = g_strv_length (words);
  gint64 mode = 0;
  VaultLate late;

  if (strcmp (words[0], "payment") == 0)
    return count == 5 && read_payment (words + 1, shift->payments);
  if (strcmp (words[0], "given") == 0)
    return count == 5 && read_payment (words + 1, shift->given);
  if (strcmp (words[0], "tax") == 0)
    return count == 5 && read_tax (words + 1, &shift->tax);
  if (strcmp (words[0], "late") == 0)
    return count == 4
           && (!late_from_name (words[1], &late) || read_sum (words + 2, &shift->late[late]));
  if (strcmp (words[0], "told") == 0)
    return count == 4 && read_told (words + 1, shift);
  if (strcmp (words[0], "piece") == 0)
    return count == 3 && read_piece (words + 1, &shift->counted);
  if (strcmp (words[0], "batch") == 0)
    return count == BATCH_WORDS && read_batch (words, shift);
  if (strcmp (words[0], "tax-mode") != 0)
    return TRUE;
  if (count != 2 || !read_number (words[1], &mode)
      || (mode != SHOP_TAX_INCLUSIVE && mode != SHOP_TAX_EXCLUSIVE))
    return FALSE;
  shift->tax.mode = (ShopTaxMode)mode;
  return TRUE;
}

static gboolean
read_line (const char *line, VaultShift *shift)
{
  g_auto (GStrv) words = g_strsplit (line, " ", WORDS_MAX);
  guint count = g_strv_length (words);

  if (count < 2)
    return count == 0;
  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    if (strcmp (words[0], numbers[i].name) == 0)
      return count == 2 && read_number (words[1], number_at (shift, numbers[i].offset));
  for (gsize i = 0; i < G_N_ELEMENTS (sums); i++)
    if (strcmp (words[0], sums[i].name) == 0)
      return count == 3 && read_sum (words + 1, sum_at (shift, sums[i].offset));
  return read_list (words, shift);
}

gboolean
vault_shift_from_text (const char *text, VaultShift *out_shift)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", 0);
  g_autofree VaultShift *shift = g_new0 (VaultShift, 1);

  if (lines[0] == NULL || strcmp (lines[0], FIRST_LINE) != 0)
    return FALSE;
  for (guint i = 1; lines[i] != NULL; i++)
    if (!read_line (lines[i], shift))
      return FALSE;
  *out_shift = *shift;
  return TRUE;
}

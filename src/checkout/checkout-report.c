/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "checkout-report.h"

#include "checkout-words.h"

#include <string.h>

#define N_(text) text
#define GROUP 4

typedef struct
{
  const CheckoutShop *shop;
  const VaultShift *shift;
  ShopReceipt *receipt;
} Build;

static const char *
word (const Build *build, const char *msgid)
{
  return build->shop->translate (msgid);
}

static char *
money (const Build *build, gint64 minor)
{
  return base_money_to_text (base_money (minor, build->shop->currency));
}

static void
add_columns (const Build *build, const char *left, const char *middle, const char *right)
{
  shop_receipt_columns (build->receipt, left, middle, right, FALSE, 1);
}

static void
add_title (const Build *build, const char *msgid)
{
  shop_receipt_rule (build->receipt);
  shop_receipt_text (build->receipt, SHOP_ALIGN_LEFT, 1, TRUE, word (build, msgid));
}

/* "Refunds        3        -45.00" */
static void
add_sum (const Build *build, const char *what, gint64 count, gint64 minor, gboolean bold)
{
  g_autofree char *number = g_strdup_printf ("%" G_GINT64_FORMAT, count);
  g_autofree char *amount = money (build, minor);

  shop_receipt_columns (build->receipt, what, number, amount, bold, 1);
}

static void
add_number (const Build *build, const char *msgid, gint64 number)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, number);

  add_columns (build, word (build, msgid), NULL, text);
}

static void
add_time (const Build *build, const char *msgid, gint64 us)
{
  g_autoptr (GDateTime) when = g_date_time_new_from_unix_local (us / G_USEC_PER_SEC);
  g_autofree char *text = when != NULL ? g_date_time_format (when, "%Y-%m-%d %H:%M:%S") : NULL;

  if (us != 0 && text != NULL)
    add_columns (build, word (build, msgid), NULL, text);
}

static void
add_mark (const Build *build, guint copy)
{
  g_autofree char *reprint
      = copy > 0 ? g_strdup_printf ("%s %u", word (build, N_ ("REPRINT")), copy) : NULL;

  if (build->shop->training)
    shop_receipt_boxed (build->receipt, word (build, N_ ("TRAINING")));
  if (reprint != NULL)
    shop_receipt_boxed (build->receipt, reprint);
}

static void
add_head (const Build *build, CheckoutReportKind kind)
{
  const VaultShift *shift = build->shift;
  g_autofree char *title = g_strdup_printf (
      "%s %" G_GINT64_FORMAT,
      word (build, kind == CHECKOUT_REPORT_Z ? N_ ("Z report") : N_ ("X report, shift")),
      shift->number);

  shop_receipt_text (build->receipt, SHOP_ALIGN_CENTRE, 2, TRUE, title);
  shop_receipt_text (build->receipt, SHOP_ALIGN_CENTRE, 1, FALSE, build->shop->shop_name);
  shop_receipt_space (build->receipt);
  if (build->shop->till_name != NULL && *build->shop->till_name != '\0')
    add_columns (build, word (build, N_ ("Till no.")), NULL, build->shop->till_name);
  add_time (build, N_ ("From"), shift->from_us);
  add_time (build, kind == CHECKOUT_REPORT_Z ? N_ ("Closed") : N_ ("Counted"), shift->at_us);
  if (!vault_shift_is_open (shift))
    shop_receipt_text (build->receipt, SHOP_ALIGN_LEFT, 1, FALSE,
                       word (build, N_ ("Nothing was sold in this shift yet.")));
}

/* What was sold, less what cards paid, is cash: the counts alone. */
static void
add_sales_blind (const Build *build)
{
  add_title (build, N_ ("Sales"));
  add_number (build, N_ ("Sold, gross"), build->shift->sales.count);
  add_number (build, N_ ("Refunds"), build->shift->refunds.count);
  add_number (build, N_ ("Voids"), build->shift->voids.count);
}

static void
add_sales (const Build *build)
{
  const VaultShift *shift = build->shift;
  gint64 net = shift->sales.minor + shift->refunds.minor + shift->voids.minor;
  g_autofree char *total = money (build, net);

  add_title (build, N_ ("Sales"));
  add_sum (build, word (build, N_ ("Sold, gross")), shift->sales.count, shift->sales.minor, FALSE);
  add_sum (build, word (build, N_ ("Refunds")), shift->refunds.count, shift->refunds.minor, FALSE);
  add_sum (build, word (build, N_ ("Voids")), shift->voids.count, shift->voids.minor, FALSE);
  shop_receipt_columns (build->receipt, word (build, N_ ("Total")), NULL, total, TRUE, 1);
  if (shift->holds.count + shift->releases.count > 0)
    {
      add_sum (build, word (build, N_ ("Held on cards, not in the total")), shift->holds.count,
               shift->holds.minor, FALSE);
      add_sum (build, word (build, N_ ("Let go of it")), shift->releases.count,
               shift->releases.minor, FALSE);
    }
  if (shift->handed.count > 0)
    add_sum (build, word (build, N_ ("Taken in from another till, not in the total")),
             shift->handed.count, shift->handed.minor, FALSE);
  if (shift->damaged > 0)
    add_number (build, N_ ("Receipts that can't be read"), shift->damaged);
}

static void
add_tax (const Build *build)
{
  if (build->shift->tax.count == 0)
    return;
  add_title (build, N_ ("Tax"));
  for (guint i = 0; i < build->shift->tax.count; i++)
    {
      const ShopTaxSum *sum = &build->shift->tax.sums[i];
      g_autofree char *rate = shop_cart_quantity_text ((gint64)sum->rate_bp * 10);
      g_autofree char *left = g_strdup_printf ("%s%%", rate);
      g_autofree char *net = money (build, sum->net_minor);
      g_autofree char *middle = g_strdup_printf ("%s %s", word (build, N_ ("Net")), net);
      g_autofree char *right = money (build, sum->tax_minor);

      add_columns (build, left, middle, right);
    }
}

static void
add_tender_rows (const Build *build,
                 VaultTender tender,
                 const VaultShiftSum *sums,
                 const char *what)
{
  for (guint state = 0; state < VAULT_STATE_COUNT; state++)
    {
      /* what was given back is said in other words */
      VaultPayment like
          = { .tender = tender, .state = (VaultState)state, .amount_minor = sums[state].minor };
      g_autofree char *left
          = g_strconcat (what, word (build, N_ (": ")),
                         checkout_words_state (&like, build->shop->translate), NULL);

      if (sums[state].count > 0)
        add_sum (build, left, sums[state].count, sums[state].minor, FALSE);
    }
}

static void
add_tenders (const Build *build, gboolean blind)
{
  const VaultShift *shift = build->shift;

  add_title (build, N_ ("Payments"));
  for (guint tender = 0; tender < VAULT_SHIFT_TENDERS; tender++)
    {
      const char *name = word (build, tender == VAULT_TENDER_CARD ? N_ ("Card") : N_ ("Cash"));

      if (blind && tender == VAULT_TENDER_CASH)
        continue;
      add_tender_rows (build, (VaultTender)tender, shift->payments[tender], name);
      add_tender_rows (build, (VaultTender)tender, shift->given[tender], name);
    }
}

static void
add_minor (const Build *build, const char *msgid, gint64 minor, gboolean bold)
{
  g_autofree char *amount = money (build, minor);

  shop_receipt_columns (build->receipt, word (build, msgid), NULL, amount, bold, 1);
}

/* The last count: each note and coin, then what was found against what should have been there. */
static void
add_count (const Build *build)
{
  const VaultShift *shift = build->shift;

  for (guint i = 0; i < shift->counted.rows; i++)
    {
      g_autofree char *face = money (build, shift->counted.minor[i]);
      g_autofree char *left = g_strdup_printf ("  %s", face);

      add_sum (build, left, shift->counted.pieces[i],
               shift->counted.minor[i] * shift->counted.pieces[i], FALSE);
    }
  add_minor (build, N_ ("Counted in the drawer"), shift->counted_minor, FALSE);
  add_minor (build, N_ ("Difference: counted less expected"),
             shift->counted_minor - shift->counted_expected_minor, TRUE);
  if (shift->counts > 1)
    add_number (build, N_ ("Times that it was counted"), shift->counts);
  if (vault_shift_expected_minor (shift) != shift->counted_expected_minor)
    add_minor (build, N_ ("Cash moved since it was counted"),
               vault_shift_expected_minor (shift) - shift->counted_expected_minor, FALSE);
}

static void
add_drawer (const Build *build, gboolean blind)
{
  const VaultShift *shift = build->shift;

  add_title (build, N_ ("Drawer"));
  add_minor (build, N_ ("Float at opening"), shift->floated.minor, FALSE);
  if (!blind)
    add_minor (build, N_ ("Cash that this shift put in the drawer"), shift->cash_minor, FALSE);
  add_sum (build, word (build, N_ ("Cash in, without a sale")), shift->cash_in.count,
           shift->cash_in.minor, FALSE);
  add_sum (build, word (build, N_ ("Cash out, without a sale")), shift->cash_out.count,
           -shift->cash_out.minor, FALSE);
  if (!blind)
    add_minor (build, N_ ("Cash that should be in the drawer"), vault_shift_expected_minor (shift),
               TRUE);
  if (!blind && shift->counts > 0)
    add_count (build);
  else if (!blind)
    add_columns (build, word (build, N_ ("Counted in the drawer")), NULL,
                 word (build, N_ ("not counted")));
  add_number (build, N_ ("Drawer opened"), shift->drawer);
  add_number (build, N_ ("Of these without a sale or cash moved"), shift->no_sales);
}

/* Where it says what to do about each of them. */
static void
add_aside (const Build *build, const char *msgid, guint count, gint64 minor)
{
  add_sum (build, word (build, msgid), count, minor, FALSE);
  shop_receipt_text (build->receipt, SHOP_ALIGN_LEFT, 1, FALSE,
                     word (build, N_ ("What to do about it: the queue, under “Needs attention”.")));
}

static void
add_waiting (const Build *build)
{
  const VaultShift *shift = build->shift;

  add_title (build, N_ ("Waiting for the acquirer"));
  if (shift->oldest_us == 0)
    {
      shop_receipt_text (build->receipt, SHOP_ALIGN_LEFT, 1, FALSE,
                         word (build, N_ ("Nothing waits.")));
      return;
    }
  add_sum (build, word (build, N_ ("To be sent")), shift->waiting.count, shift->waiting.minor,
           TRUE);
  if (shift->reversals.count > 0)
    add_sum (build, word (build, N_ ("Reversals")), shift->reversals.count, shift->reversals.minor,
             FALSE);
  if (shift->attention.count > 0)
    add_aside (build, N_ ("Set aside, needs a look"), shift->attention.count,
               shift->attention.minor);
  add_time (build, N_ ("The oldest since"), shift->oldest_us);
}

static const char *const late_words[VAULT_LATE_COUNT] = {
  [VAULT_LATE_APPROVED] = N_ ("Approved later"),
  [VAULT_LATE_DECLINED] = N_ ("Declined later, not paid"),
  [VAULT_LATE_REVERSED] = N_ ("Reversed, not charged"),
};

static void
add_late (const Build *build)
{
  const VaultShift *shift = build->shift;

  if (shift->told == 0)
    return;
  add_title (build, N_ ("Of earlier shifts"));
  for (guint i = 0; i < VAULT_LATE_COUNT; i++)
    if (shift->late[i].count > 0)
      add_sum (build, word (build, late_words[i]), shift->late[i].count, shift->late[i].minor,
               TRUE);
  for (guint i = 0; i < shift->told; i++)
    {
      const VaultShiftLate *late = &shift->lates[i];
      g_autofree char *receipt = g_strdup_printf ("  %s %08" G_GINT64_FORMAT,
                                                  word (build, N_ ("Receipt")), late->receipt);
      g_autofree char *amount = money (build, late->minor);

      if (late->what != VAULT_LATE_APPROVED)
        add_columns (build, receipt, word (build, late_words[late->what]), amount);
    }
}

/* One side of a batch: what was charged, and what went back. */
static void
add_side (const Build *build, const char *msgid, const VaultBatchSums *sums)
{
  g_autofree char *debit = money (build, sums->debit_minor);
  g_autofree char *credit = money (build, -sums->credit_minor);
  g_autofree char *charged = g_strdup_printf ("%u  %s", sums->debit_count, debit);
  g_autofree char *back = g_strdup_printf ("%u  %s", sums->credit_count, credit);

  add_columns (build, word (build, msgid), charged, back);
}

static const char *
verdict_words (const VaultBatch *batch)
{
  if (batch->state != VAULT_BATCH_SETTLED)
    return batch->state == VAULT_BATCH_OPEN ? N_ ("open") : N_ ("being settled");
  switch (batch->verdict)
    {
    case VAULT_BATCH_VERDICT_AGREES:
      return N_ ("both agree");
    case VAULT_BATCH_VERDICT_DIFFERS:
      return N_ ("they differ");
    case VAULT_BATCH_VERDICT_NONE:
    case VAULT_BATCH_VERDICT_WRONG:
      break;
    }
  return N_ ("not compared");
}

static void
add_batch (const Build *build, const VaultBatch *batch)
{
  g_autofree char *number
      = batch->number != 0 ? g_strdup_printf ("%s %06u", word (build, N_ ("Batch")), batch->number)
                           : g_strdup (word (build, N_ ("Batch")));

  shop_receipt_columns (build->receipt, number, NULL, word (build, verdict_words (batch)), TRUE, 1);
  if (batch->id >= VAULT_BATCH_TAKEN_FIRST)
    shop_receipt_text (build->receipt, SHOP_ALIGN_LEFT, 1, FALSE,
                       word (build, N_ ("Taken in from another till")));
  add_side (build, N_ ("This till"), &batch->till);
  if (batch->host_known)
    add_side (build, N_ ("Acquirer"), &batch->host);
  if (batch->differences > 0)
    add_number (build, N_ ("Records that differ"), batch->differences);
  add_time (build, N_ ("Settled"), batch->settled_us);
}

static const char *const difference_words[] = {
  [VAULT_BATCH_ONLY_HERE] = N_ ("The acquirer lacks it"),
  [VAULT_BATCH_ONLY_THERE] = N_ ("The till lacks it"),
  [VAULT_BATCH_ANOTHER_AMOUNT] = N_ ("Other amounts"),
};

static void
add_difference (const Build *build, const VaultBatchDifference *difference)
{
  g_autofree char *ours = money (build, difference->amount_minor);
  g_autofree char *theirs = money (build, difference->host_minor);
  g_autofree char *stan = g_strdup_printf ("%s %06u", word (build, N_ ("Trace")), difference->stan);
  g_autofree char *receipt = difference->sale > 0
                                 ? g_strdup_printf ("%s %08" G_GINT64_FORMAT,
                                                    word (build, N_ ("Receipt")), difference->sale)
                                 : g_strdup (stan);

  add_columns (build, receipt, ours, theirs);
  add_columns (build, word (build, difference_words[difference->kind]), NULL,
               difference->resolved ? word (build, difference->kind == VAULT_BATCH_ONLY_THERE
                                                       ? N_ ("sold before the hand-over")
                                                       : N_ ("taken in by the acquirer"))
                                    : word (build, N_ ("call the acquirer")));
  if (difference->sale > 0)
    add_columns (build, stan, NULL, difference->masked_pan);
}

/* What differs of one that is settled, so that it stays on paper; all of it is in `acquirer batch`.
 */
static void
add_differences (const Build *build, const VaultBatch *batch, guint most)
{
  g_autoptr (GArray) list
      = batch->differences > 0
            ? vault_batch_differences (build->shop->vault, batch->id, /* error= */ NULL)
            : NULL;
  guint told = list != NULL ? MIN (list->len, most) : 0;

  for (guint i = 0; i < told; i++)
    add_difference (build, &g_array_index (list, VaultBatchDifference, i));
  if (batch->differences > told && told > 0)
    add_number (build, N_ ("And more, which “till-cli acquirer batch” lists"),
                batch->differences - told);
}

static void
add_batches (const Build *build)
{
  if (build->shop->line == NULL || build->shift->batch_count == 0)
    return;
  add_title (build, N_ ("Settlement: charged, and given back"));
  for (guint i = 0; i < build->shift->batch_count; i++)
    {
      add_batch (build, &build->shift->batches[i]);
      add_differences (build, &build->shift->batches[i], CHECKOUT_REPORT_DIFFERENCES_MAX);
    }
}

/* "0A1B 2C3D …", the head's digits in groups that a person can read aloud. Yours to free. */
static char *
head_groups (const VaultShift *shift)
{
  g_autofree char *head = vault_shift_head_text (shift, VAULT_CLOSING_HEAD_DIGITS);
  gsize digits = (gsize)(strchr (head, '@') - head);
  GString *groups = g_string_new (NULL);

  for (gsize i = 0; i < digits; i += GROUP)
    g_string_append_printf (groups, "%s%.*s", i > 0 ? " " : "", GROUP, head + i);
  g_string_append (groups, head + digits);
  return g_string_free (groups, FALSE);
}

/* Whoever has this paper can tell later whether the journal's end was cut off since. */
static void
add_journal (const Build *build)
{
  g_autofree char *groups = head_groups (build->shift);
  g_autofree char *head = vault_shift_head_text (build->shift, VAULT_CLOSING_HEAD_DIGITS);

  add_title (build, N_ ("The journal's end: keep this paper"));
  shop_receipt_text (build->receipt, SHOP_ALIGN_LEFT, 1, FALSE, groups);
  shop_receipt_qr (build->receipt, head);
  shop_receipt_text (build->receipt, SHOP_ALIGN_LEFT, 1, FALSE,
                     word (build, N_ ("till-cli journal verify --head … checks it.")));
}

ShopReceipt *
checkout_report_build (const CheckoutShop *shop,
                       const VaultShift *shift,
                       CheckoutReportKind kind,
                       guint copy)
{
  Build build = { shop, shift, shop_receipt_new () };
  gboolean blind = kind == CHECKOUT_REPORT_X_BLIND;

  add_mark (&build, copy);
  add_head (&build, kind);
  if (blind)
    add_sales_blind (&build);
  else
    {
      add_sales (&build);
      add_tax (&build);
    }
  add_tenders (&build, blind);
  add_drawer (&build, blind);
  add_waiting (&build);
  add_late (&build);
  add_batches (&build);
  if (kind == CHECKOUT_REPORT_Z)
    add_journal (&build);
  add_mark (&build, copy);
  shop_receipt_cut (build.receipt);
  return build.receipt;
}

/* What is set aside and so counts in no batch. */
static void
add_outside (const Build *build, VaultClass klass, const char *msgid)
{
  guint count = 0;
  gint64 minor = 0;

  if (!vault_batch_aside (build->shop->vault, /* terminal= */ NULL, klass, &count, &minor,
                          /* error= */ NULL)
      || count == 0)
    return;
  shop_receipt_space (build->receipt);
  add_aside (build, msgid, count, minor);
}

ShopReceipt *
checkout_report_settlement (const CheckoutShop *shop,
                            const VaultBatch *batch,
                            const GArray *differences)
{
  Build build = { shop, NULL, shop_receipt_new () };

  shop_receipt_text (build.receipt, SHOP_ALIGN_CENTRE, 2, TRUE, word (&build, N_ ("Settlement")));
  shop_receipt_space (build.receipt);
  shop_receipt_text (build.receipt, SHOP_ALIGN_LEFT, 1, FALSE,
                     word (&build, N_ ("Charged, and given back")));
  add_batch (&build, batch);
  if (differences != NULL && differences->len > 0)
    {
      add_title (&build, N_ ("Records that differ: till, acquirer"));
      for (guint i = 0; i < differences->len; i++)
        add_difference (&build, &g_array_index (differences, VaultBatchDifference, i));
    }
  add_outside (&build, VAULT_CLASS_DEFERRED, N_ ("Stored payments set aside, in no batch"));
  add_outside (&build, VAULT_CLASS_REFUND, N_ ("Refunds set aside, not given back"));
  return build.receipt;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-commands.h"
#include "cli-shop.h"

#include "sync-settle.h"

#include "base-number.h"

#include <glib/gi18n.h>
#include <inttypes.h>

#define COLUMNS 26

/* ---- JSON ---- */

static void
add_sums (JsonBuilder *builder, const char *name, const VaultBatchSums *sums, const char *currency)
{
  json_builder_set_member_name (builder, name);
  if (sums == NULL)
    {
      json_builder_add_null_value (builder);
      return;
    }
  json_builder_begin_object (builder);
  cli_output_number_member (builder, "debit_count", sums->debit_count);
  cli_output_number_member (builder, "debit_minor", sums->debit_minor);
  cli_output_number_member (builder, "credit_count", sums->credit_count);
  cli_output_number_member (builder, "credit_minor", sums->credit_minor);
  cli_output_text_member (builder, "currency", currency);
  json_builder_end_object (builder);
}

static void
add_difference (JsonBuilder *builder, const VaultBatchDifference *difference, const char *currency)
{
  json_builder_begin_object (builder);
  cli_output_text_member (builder, "kind", vault_batch_difference_name (difference->kind));
  cli_output_number_member (builder, "batch", difference->batch);
  cli_output_number_member (builder, "stan", difference->stan);
  cli_output_text_member (builder, "card", difference->masked_pan);
  cli_output_flag_member (builder, "credit", difference->credit);
  cli_output_number_member (builder, "amount_minor", difference->amount_minor);
  cli_output_number_member (builder, "acquirer_minor", difference->host_minor);
  cli_output_text_member (builder, "currency", currency);
  cli_output_number_member (builder, "receipt", difference->sale);
  cli_output_flag_member (builder, "resolved", difference->resolved);
  json_builder_end_object (builder);
}

static void
add_batch (JsonBuilder *builder,
           const CheckoutShop *shop,
           const VaultBatch *batch,
           const GArray *differences)
{
  cli_output_number_member (builder, "batch", batch->number);
  cli_output_text_member (builder, "state", vault_batch_state_name (batch->state));
  cli_output_text_member (builder, "verdict", vault_batch_verdict_name (batch->verdict));
  cli_output_time_member (builder, "counted", batch->counted_us);
  cli_output_time_member (builder, "settled_at", batch->settled_us);
  add_sums (builder, "till", &batch->till, shop->currency);
  add_sums (builder, "acquirer", batch->host_known ? &batch->host : NULL, shop->currency);
  cli_output_flag_member (builder, "rows_known", batch->rows_known);
  cli_output_number_member (builder, "differences_total", batch->differences);
  json_builder_set_member_name (builder, "differences");
  json_builder_begin_array (builder);
  for (guint i = 0; i < differences->len; i++)
    add_difference (builder, &g_array_index (differences, VaultBatchDifference, i), shop->currency);
  json_builder_end_array (builder);
}

static void
add_waiting (JsonBuilder *builder, const SyncSettleReport *report)
{
  cli_output_number_member (builder, "reversals", report->reversals);
  cli_output_number_member (builder, "reversals_minor", report->reversals_minor);
  cli_output_number_member (builder, "advices", report->advices);
  cli_output_number_member (builder, "advices_minor", report->advices_minor);
  cli_output_number_member (builder, "later", report->later);
  cli_output_number_member (builder, "later_minor", report->later_minor);
  cli_output_number_member (builder, "later_aside", report->later_aside);
  cli_output_number_member (builder, "later_aside_minor", report->later_aside_minor);
  cli_output_number_member (builder, "refunds", report->refunds);
  cli_output_number_member (builder, "refunds_minor", report->refunds_minor);
  cli_output_number_member (builder, "refunds_aside", report->refunds_aside);
  cli_output_number_member (builder, "refunds_aside_minor", report->refunds_aside_minor);
  cli_output_number_member (builder, "aside", report->aside);
  cli_output_number_member (builder, "aside_owed", report->aside_owed);
  cli_output_text_member (builder, "code", report->code);
}

/* ---- Words ---- */

static void
tell_sums (const CliContext *context,
           const char *who,
           const VaultBatchSums *sums,
           const char *currency)
{
  g_autofree char *debits = cli_output_money (sums->debit_minor, currency);
  g_autofree char *credits = cli_output_money (sums->credit_minor, currency);
  g_autofree char *text = g_strdup_printf (_ ("%u taken, %s; %u given back, %s"), sums->debit_count,
                                           debits, sums->credit_count, credits);

  cli_output_row (context, COLUMNS, who, text);
}

/* What becomes of it. */
static char *
fate (const VaultBatchDifference *difference, const char *currency)
{
  g_autofree char *theirs = cli_output_money (difference->host_minor, currency);

  switch (difference->kind)
    {
    case VAULT_BATCH_ONLY_HERE:
      return g_strdup (difference->resolved
                           ? _ ("only here: the acquirer has taken it in now")
                           : _ ("only here, and the acquirer refuses it: ask it to take it in"));
    case VAULT_BATCH_ONLY_THERE:
      if (difference->resolved)
        return g_strdup (_ ("only there: that till sold it before it was taken over; it is settled "
                            "as the acquirer counts it"));
      return g_strdup (_ ("only there: ask the acquirer to give it back to the customer"));
    case VAULT_BATCH_ANOTHER_AMOUNT:
      return g_strdup_printf (_ ("another amount there, %s: ask the acquirer to set it right"),
                              theirs);
    }
  g_assert_not_reached ();
}

static void
tell_difference (const CliContext *context,
                 const VaultBatchDifference *difference,
                 const char *currency)
{
  gboolean there = difference->kind == VAULT_BATCH_ONLY_THERE;
  g_autofree char *amount
      = cli_output_money (there ? difference->host_minor : difference->amount_minor, currency);
  g_autofree char *what = g_strdup_printf (
      "%06u/%06u  %s%s  %s", difference->batch, difference->stan, difference->credit ? "−" : "",
      amount, difference->masked_pan[0] != '\0' ? difference->masked_pan : _ ("card unknown"));
  g_autofree char *becomes = fate (difference, currency);

  cli_output_line (context, "  %s", what);
  cli_output_line (context, "    %s", becomes);
}

static void
tell_differences (const CliContext *context,
                  const CheckoutShop *shop,
                  const VaultBatch *batch,
                  const GArray *differences)
{
  if (!batch->rows_known)
    {
      cli_output_line (context, "%s",
                       _ ("All payments of the batch were uploaded. This acquirer doesn't say "
                          "which of them differ: ask it"));
      return;
    }
  for (guint i = 0; i < differences->len; i++)
    tell_difference (context, &g_array_index (differences, VaultBatchDifference, i),
                     shop->currency);
  if (batch->differences > differences->len)
    cli_output_line (context, _ ("  and %u more, which the acquirer didn't name: ask it"),
                     batch->differences - differences->len);
}

/* How it was settled, by record where they differed. */
static void
tell_batch (const CliContext *context,
            const CheckoutShop *shop,
            const VaultBatch *batch,
            const GArray *differences)
{
  if (batch->id >= VAULT_BATCH_TAKEN_FIRST)
    cli_output_line (context, "%s", _ ("Taken in from another till:"));
  if (batch->state == VAULT_BATCH_OPEN)
    cli_output_line (context, "%s", _ ("Its batch is not settled yet; the next settlement tries."));
  else if (batch->state != VAULT_BATCH_SETTLED)
    cli_output_line (context, _ ("Batch %u is being settled; it is taken up again by itself."),
                     batch->number);
  else if (batch->verdict == VAULT_BATCH_VERDICT_AGREES)
    cli_output_line (context, _ ("Batch %u is settled: the acquirer counts the same."),
                     batch->number);
  else
    cli_output_line (context, _ ("Batch %u is settled, but the acquirer counted otherwise."),
                     batch->number);
  tell_sums (context, _ ("This till"), &batch->till, shop->currency);
  if (batch->host_known)
    tell_sums (context, _ ("The acquirer"), &batch->host, shop->currency);
  if (batch->state == VAULT_BATCH_SETTLED && batch->verdict != VAULT_BATCH_VERDICT_AGREES)
    tell_differences (context, shop, batch, differences);
}

/* Those of tills that were taken over: with a builder, as JSON. TRUE: nobody has to do anything. */
static gboolean
tell_taken (const CliContext *context,
            const CheckoutShop *shop,
            const SyncSettleReport *report,
            JsonBuilder *builder)
{
  gboolean resolved = TRUE;

  for (guint i = 0; i < report->taken_count; i++)
    {
      VaultBatch batch;
      g_autoptr (GArray) differences
          = vault_batch_differences (shop->vault, report->taken[i], /* error= */ NULL);

      if (differences == NULL
          || !vault_batch_load (shop->vault, report->taken[i], &batch, /* error= */ NULL))
        continue;
      resolved = resolved && batch.state == VAULT_BATCH_SETTLED
                 && vault_batch_is_resolved (&batch, differences);
      if (builder == NULL)
        {
          tell_batch (context, shop, &batch, differences);
          continue;
        }
      json_builder_begin_object (builder);
      add_batch (builder, shop, &batch, differences);
      json_builder_end_object (builder);
    }
  return resolved;
}

/* What counts in another batch, because the acquirer hasn't answered it yet. */
static void
tell_later (const CliContext *context, const CheckoutShop *shop, const SyncSettleReport *report)
{
  if (report->later > 0)
    {
      g_autofree char *sum = cli_output_money (report->later_minor, shop->currency);

      cli_output_line (context,
                       ngettext ("%u stored payment, %s, still waits: it will count in the batch "
                                 "in which the acquirer answers it.",
                                 "%u stored payments, %s, still wait: they will count in the "
                                 "batch in which the acquirer answers them.",
                                 report->later),
                       report->later, sum);
    }
  if (report->refunds > 0)
    {
      g_autofree char *sum = cli_output_money (-report->refunds_minor, shop->currency);

      cli_output_line (context,
                       ngettext ("%u refund, %s, still waits: it will count in the batch in "
                                 "which the acquirer answers it.",
                                 "%u refunds, %s, still wait: they will count in the batch in "
                                 "which the acquirer answers them.",
                                 report->refunds),
                       report->refunds, sum);
    }
}

/* What waits no more, and counts nowhere before somebody does something. */
static void
tell_aside (const CliContext *context, const CheckoutShop *shop, const SyncSettleReport *report)
{
  g_autofree char *sum = cli_output_money (report->later_aside_minor, shop->currency);
  g_autofree char *refunds = cli_output_money (-report->refunds_aside_minor, shop->currency);

  if (report->later_aside > 0)
    cli_output_line (context,
                     ngettext ("%u stored payment, %s, is set aside and counts in no batch: "
                               "till-cli queue list says what to do about it.",
                               "%u stored payments, %s, are set aside and count in no batch: "
                               "till-cli queue list says what to do about them.",
                               report->later_aside),
                     report->later_aside, sum);
  if (report->refunds_aside > 0)
    cli_output_line (context,
                     ngettext ("%u refund, %s, is set aside: the customer hasn't got it. "
                               "till-cli queue list says what to do about it.",
                               "%u refunds, %s, are set aside: the customers haven't got them. "
                               "till-cli queue list says what to do about them.",
                               report->refunds_aside),
                     report->refunds_aside, refunds);
}

static CliExit
tell_settled (CliContext *context, CheckoutShop *shop, const SyncSettleReport *report)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (GArray) differences = NULL;
  g_autoptr (GError) error = NULL;
  VaultBatch batch;
  gboolean taken_resolved;

  if (!vault_batch_load (shop->vault, report->batch, &batch, &error)
      || (differences = vault_batch_differences (shop->vault, report->batch, &error)) == NULL)
    return cli_output_fail (context, error);
  json_builder_begin_object (builder);
  cli_output_flag_member (builder, "settled", batch.state == VAULT_BATCH_SETTLED);
  add_batch (builder, shop, &batch, differences);
  add_waiting (builder, report);
  json_builder_set_member_name (builder, "taken_in");
  json_builder_begin_array (builder);
  taken_resolved = tell_taken (context, shop, report, builder);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  cli_output_json (context, builder);
  tell_batch (context, shop, &batch, differences);
  (void)tell_taken (context, shop, report, NULL);
  tell_later (context, shop, report);
  tell_aside (context, shop, report);
  return taken_resolved && vault_batch_is_resolved (&batch, differences) ? CLI_EXIT_DONE
                                                                         : CLI_EXIT_NO;
}

/* What was set aside, and the one safe thing to do about it. */
static CliExit
refuse_aside (CliContext *context, CheckoutShop *shop, const SyncSettleReport *report)
{
  g_autoptr (VaultRecord) record
      = vault_queue_load (shop->vault, report->aside_first, /* error= */ NULL);
  VaultRemedy remedy
      = record != NULL ? vault_queue_remedy (shop->vault, record) : VAULT_REMEDY_RETRY;

  if (remedy == VAULT_REMEDY_BY_HAND)
    return cli_output_say (
        context, CLI_EXIT_NO,
        _ ("The batch stays open: record %" PRId64 ", which goes before settling, is damaged and "
           "can't be sent any more; if the bank says that it clears it by hand, settle without it: "
           "till-cli queue resolve %" PRId64 " --by-hand"),
        report->aside_first, report->aside_first);
  if (remedy == VAULT_REMEDY_DECIDE)
    return cli_output_say (
        context, CLI_EXIT_NO,
        _ ("The batch stays open: what became of record %" PRId64 " is not known here; ask the "
           "bank, then say: till-cli queue resolve %" PRId64 " --charged, or --reverse"),
        report->aside_first, report->aside_first);
  return cli_output_say (
      context, CLI_EXIT_NO,
      _ ("The batch stays open: record %" PRId64 ", which goes before settling, is set aside: send "
         "it once more (till-cli queue retry %" PRId64 "); or, if the bank says that it clears it "
         "by hand, settle without it: till-cli queue resolve %" PRId64 " --by-hand"),
      report->aside_first, report->aside_first, report->aside_first);
}

static CliExit
refuse_lost (CliContext *context, const SyncSettleReport *report)
{
  return cli_output_say (
      context, CLI_EXIT_NO,
      _ ("The batch stays open: what was decided by hand is not what was written last, so none of "
         "it counts; decide about record %" PRId64 " again: till-cli queue retry %" PRId64
         ", or, if the bank clears it: till-cli queue resolve %" PRId64 " --by-hand"),
      report->aside_first, report->aside_first, report->aside_first);
}

static CliExit
refuse (CliContext *context, CheckoutShop *shop, const SyncSettleReport *report)
{
  g_autofree char *reversals = cli_output_money (report->reversals_minor, shop->currency);
  g_autofree char *advices = cli_output_money (report->advices_minor, shop->currency);
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  cli_output_flag_member (builder, "settled", FALSE);
  add_waiting (builder, report);
  json_builder_end_object (builder);
  cli_output_json (context, builder);
  if (report->reversals + report->advices == 0)
    return report->decisions_lost ? refuse_lost (context, report)
                                  : refuse_aside (context, shop, report);
  if (report->reversals > 0)
    return cli_output_say (context, CLI_EXIT_NO,
                           ngettext ("The batch stays open: %u reversal, %s, is owed and could "
                                     "not be sent; when the line is up, say: till-cli queue send",
                                     "The batch stays open: %u reversals, %s, are owed and could "
                                     "not be sent; when the line is up, say: till-cli queue send",
                                     report->reversals),
                           report->reversals, reversals);
  return cli_output_say (context, CLI_EXIT_NO,
                         ngettext ("The batch stays open: %u payment that is charged already, %s, "
                                   "could not be sent; when the line is up, say: till-cli queue "
                                   "send",
                                   "The batch stays open: %u payments that are charged already, "
                                   "%s, could not be sent; when the line is up, say: till-cli "
                                   "queue send",
                                   report->advices),
                         report->advices, advices);
}

static CliExit
tell (CliContext *context,
      CheckoutShop *shop,
      SyncSettle outcome,
      const SyncSettleReport *report,
      const GError *error)
{
  switch (outcome)
    {
    case SYNC_SETTLE_DONE:
      return tell_settled (context, shop, report);
    case SYNC_SETTLE_OWED:
    case SYNC_SETTLE_ASIDE:
      return refuse (context, shop, report);
    case SYNC_SETTLE_NOT_OFFERED:
      return cli_output_say (context, CLI_EXIT_NO,
                             _ ("This acquirer settles by itself: there is nothing to do"));
    case SYNC_SETTLE_HELD:
      return cli_output_say (context, CLI_EXIT_NO,
                             _ ("Nothing is sent from these books before somebody decided: see "
                                "till-cli queue release"));
    case SYNC_SETTLE_REFUSED:
      return cli_output_say (context, CLI_EXIT_NO,
                             _ ("The acquirer doesn't settle now (code %s); the batch stays open"),
                             report->code);
    case SYNC_SETTLE_NO_ANSWER:
      return cli_output_say (context, CLI_EXIT_FAULT,
                             _ ("%s:%u doesn't answer (%s). The settlement is taken up again by "
                                "itself; card payments wait for it"),
                             sync_line_host (shop->line), sync_line_port (shop->line),
                             error != NULL ? error->message : report->code);
    case SYNC_SETTLE_NO_LINE:
      return cli_output_say (context, CLI_EXIT_FAULT,
                             _ ("%s:%u can't be reached (%s). The batch stays open, and card "
                                "payments don't wait for it"),
                             sync_line_host (shop->line), sync_line_port (shop->line),
                             error != NULL ? error->message : report->code);
    case SYNC_SETTLE_FAULT:
      break;
    }
  return cli_output_fail (context, error);
}

CliExit
cli_settle_run (CliContext *context)
{
  g_autoptr (GError) error = NULL;
  CliExit code = CLI_EXIT_DONE;
  g_autoptr (CheckoutShop) shop
      = cli_shop_open_acquirer (context, /* may_read_only= */ FALSE, &code);
  SyncSettleReport report = { 0 };
  SyncSettle outcome;

  if (shop == NULL)
    return code;
  outcome = sync_settle_run (shop->line, checkout_shop_operator (shop), /* cancellable= */ NULL,
                             &report, &error);
  checkout_marks_hasten (shop->marks);
  return tell (context, shop, outcome, &report, error);
}

/* ---- Looking ---- */

static void
tell_view (const CliContext *context, const CheckoutShop *shop, const VaultBatchView *view)
{
  g_autofree char *age = cli_output_age (view->asked_us);

  tell_sums (context, _ ("This till"), &view->till, shop->currency);
  if (view->settling)
    cli_output_line (context, "%s",
                     _ ("The batch is being settled; it is taken up again by itself."));
  else if (view->asked_us == 0)
    cli_output_line (context, "%s", _ ("The acquirer wasn't asked for its sums yet."));
  else
    {
      tell_sums (context, _ ("The acquirer"), &view->host, shop->currency);
      if (view->agreed)
        cli_output_line (context, _ ("Both agreed %s ago."), age);
      else
        cli_output_line (context, _ ("They differed %s ago: settle, to see which payments do."),
                         age);
      if (view->moved)
        cli_output_line (context, "%s", _ ("Something has been taken since."));
    }
}

/* The one of this number at the acquirer. */
static CliExit
show_batch (CliContext *context, const CheckoutShop *shop, guint32 number)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (GArray) differences = NULL;
  VaultBatch batch;

  if (!vault_batch_find (shop->vault, number, &batch, &error))
    return g_error_matches (error, VAULT_ERROR, VAULT_ERROR_ABSENT)
               ? cli_output_say (context, CLI_EXIT_NO, "%s", error->message)
               : cli_output_fail (context, error);
  differences = vault_batch_differences (shop->vault, batch.id, &error);
  if (differences == NULL)
    return cli_output_fail (context, error);
  json_builder_begin_object (builder);
  add_batch (builder, shop, &batch, differences);
  json_builder_end_object (builder);
  cli_output_json (context, builder);
  tell_batch (context, shop, &batch, differences);
  return CLI_EXIT_DONE;
}

/* The open one, and the one that was settled last. */
static CliExit
show_newest (CliContext *context, const CheckoutShop *shop)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (GArray) differences = NULL;
  VaultBatchView view;

  if (!vault_batch_view (shop->vault, &view, &error)
      || (differences = vault_batch_differences (shop->vault, view.last.id, &error)) == NULL)
    return cli_output_fail (context, error);
  json_builder_begin_object (builder);
  cli_output_flag_member (builder, "settling", view.settling);
  add_sums (builder, "till", &view.till, shop->currency);
  cli_output_time_member (builder, "asked_at", view.asked_us);
  add_sums (builder, "acquirer", view.asked_us != 0 ? &view.host : NULL, shop->currency);
  cli_output_flag_member (builder, "agreed", view.agreed);
  cli_output_flag_member (builder, "moved", view.moved);
  json_builder_set_member_name (builder, "last");
  if (view.last.id == 0)
    json_builder_add_null_value (builder);
  else
    {
      json_builder_begin_object (builder);
      add_batch (builder, shop, &view.last, differences);
      json_builder_end_object (builder);
    }
  json_builder_end_object (builder);
  cli_output_json (context, builder);
  tell_view (context, shop, &view);
  if (view.last.id != 0)
    tell_batch (context, shop, &view.last, differences);
  return CLI_EXIT_DONE;
}

CliExit
cli_settle_show (CliContext *context)
{
  const char *word = cli_output_argument (context, 0);
  guint64 number = 0;
  g_autoptr (GError) error = NULL;
  g_autoptr (CheckoutShop) shop = NULL;

  if (word != NULL && !base_number_parse (word, 10, 1, VAULT_BATCH_NUMBER_MAX, &number))
    return cli_output_say (context, CLI_EXIT_USAGE,
                           _ ("“%s” is not a batch's number: it stands on the Z report"), word);
  shop = cli_shop_open (context, /* may_read_only= */ TRUE, &error);
  if (shop == NULL)
    return cli_output_fail (context, error);
  return word != NULL ? show_batch (context, shop, (guint32)number) : show_newest (context, shop);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-commands.h"
#include "cli-drawer.h"
#include "cli-sale.h"
#include "cli-shop.h"

#include "checkout-print.h"
#include "checkout-report.h"
#include "checkout-words.h"
#include "vault-batch.h"

#include <glib/gi18n.h>
#include <inttypes.h>

#define COLUMNS 48
#define NUMBER_MAX 999999999
#define PRINTS_MAX 50 /* receipts that may lie before a report in the print queue */

/* ---- the figures as JSON ---- */

static void
build_tenders (JsonBuilder *builder,
               const char *name,
               const VaultShiftSum (*sums)[VAULT_STATE_COUNT])
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
  for (guint tender = 0; tender < VAULT_SHIFT_TENDERS; tender++)
    for (guint state = 0; state < VAULT_STATE_COUNT; state++)
      {
        const VaultShiftSum *sum = &sums[tender][state];
        VaultPayment like = { .tender = (VaultTender)tender, .state = (VaultState)state };

        if (sum->count == 0)
          continue;
        json_builder_begin_object (builder);
        cli_output_text_member (builder, "tender", vault_payment_tender_name (like.tender));
        cli_output_text_member (builder, "state", vault_life_public_name (like.state));
        cli_output_text_member (builder, "state_text",
                                checkout_words_state (&like, cli_shop_translate));
        cli_output_number_member (builder, "count", sum->count);
        cli_output_number_member (builder, "amount_minor", sum->minor);
        json_builder_end_object (builder);
      }
  json_builder_end_array (builder);
}

static void
build_late (JsonBuilder *builder, const VaultShift *shift)
{
  json_builder_set_member_name (builder, "late");
  json_builder_begin_object (builder);
  for (guint i = 0; i < VAULT_LATE_COUNT; i++)
    cli_drawer_build_sum (builder, vault_shift_late_name ((VaultLate)i), &shift->late[i]);
  json_builder_set_member_name (builder, "receipts");
  json_builder_begin_array (builder);
  for (guint i = 0; i < shift->told; i++)
    {
      json_builder_begin_object (builder);
      cli_output_number_member (builder, "receipt_no", shift->lates[i].receipt);
      cli_output_text_member (builder, "now", vault_shift_late_name (shift->lates[i].what));
      cli_output_number_member (builder, "amount_minor", shift->lates[i].minor);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

static void
build_side (JsonBuilder *builder, const char *name, const VaultBatchSums *sums)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_object (builder);
  cli_output_number_member (builder, "debit_count", sums->debit_count);
  cli_output_number_member (builder, "debit_minor", sums->debit_minor);
  cli_output_number_member (builder, "credit_count", sums->credit_count);
  cli_output_number_member (builder, "credit_minor", sums->credit_minor);
  json_builder_end_object (builder);
}

static void
build_batches (JsonBuilder *builder, const VaultShift *shift)
{
  json_builder_set_member_name (builder, "batches");
  json_builder_begin_array (builder);
  for (guint i = 0; i < shift->batch_count; i++)
    {
      const VaultBatch *batch = &shift->batches[i];

      json_builder_begin_object (builder);
      cli_output_number_member (builder, "id", batch->id);
      cli_output_number_member (builder, "number", batch->number);
      cli_output_text_member (builder, "state", vault_batch_state_name (batch->state));
      cli_output_text_member (builder, "verdict", vault_batch_verdict_name (batch->verdict));
      cli_output_time_member (builder, "settled_at", batch->settled_us);
      build_side (builder, "till", &batch->till);
      if (batch->host_known)
        build_side (builder, "acquirer", &batch->host);
      cli_output_number_member (builder, "differences", batch->differences);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

/* Of a blind one no sum of sales or of cash. */
static void
build_sales (JsonBuilder *builder, const VaultShift *shift)
{
  cli_output_number_member (builder, "sales_minor", shift->sales.minor);
  cli_drawer_build_sum (builder, "refunds", &shift->refunds);
  cli_drawer_build_sum (builder, "voids", &shift->voids);
  build_tenders (builder, "payments", shift->payments);
  build_tenders (builder, "given_back", shift->given);
  cli_sale_build_taxes (builder, &shift->tax);
  cli_output_number_member (builder, "cash_minor", shift->cash_minor);
}

static void
build_figures (JsonBuilder *builder, const VaultShift *shift, const char *currency, gboolean blind)
{
  cli_output_number_member (builder, "shift", shift->number);
  cli_output_flag_member (builder, "open", vault_shift_is_open (shift));
  cli_output_time_member (builder, "from", shift->from_us);
  cli_output_time_member (builder, "at", shift->at_us);
  cli_output_text_member (builder, "currency", currency);
  cli_output_number_member (builder, "sales", shift->sales.count);
  cli_drawer_build_sum (builder, "holds", &shift->holds);
  cli_drawer_build_sum (builder, "releases", &shift->releases);
  cli_drawer_build_sum (builder, "handed_over", &shift->handed);
  cli_output_number_member (builder, "damaged", shift->damaged);
  if (!blind)
    build_sales (builder, shift);
  cli_drawer_build (builder, shift, blind);
  cli_output_number_member (builder, "drawer_opened", shift->drawer);
  json_builder_set_member_name (builder, "waiting");
  json_builder_begin_object (builder);
  cli_output_number_member (builder, "count", shift->waiting.count);
  cli_output_number_member (builder, "amount_minor", shift->waiting.minor);
  cli_output_number_member (builder, "reversals", shift->reversals.count);
  cli_output_number_member (builder, "attention", shift->attention.count);
  cli_output_time_member (builder, "oldest", shift->oldest_us);
  json_builder_end_object (builder);
  build_late (builder, shift);
  build_batches (builder, shift);
}

static void
build_head (JsonBuilder *builder, const VaultShift *shift)
{
  g_autofree char *head = vault_shift_head_text (shift, 2 * VAULT_SHIFT_HEAD_SIZE);

  cli_output_text_member (builder, "head", head);
  cli_output_number_member (builder, "journal_entries", shift->head);
}

static void
print_text (CliContext *context,
            const CheckoutShop *shop,
            const VaultShift *shift,
            CheckoutReportKind kind,
            guint copy)
{
  g_autoptr (ShopReceipt) receipt = checkout_report_build (shop, shift, kind, copy);
  g_autofree char *text = shop_receipt_to_text (receipt, COLUMNS);

  cli_output_line (context, "%s", text);
}

/* ---- X ---- */

CliExit
cli_report_x (CliContext *context)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CheckoutShop) shop = cli_shop_open (context, /* may_read_only= */ TRUE, &error);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree VaultShift *shift = g_new0 (VaultShift, 1);
  gboolean blind;

  if (shop == NULL || !vault_shift_read (shop->vault, shift, &error))
    return cli_output_fail (context, error);
  blind = cli_arguments_has (context->arguments, "blind") || !cli_drawer_may_see (shop);
  print_text (context, shop, shift, blind ? CHECKOUT_REPORT_X_BLIND : CHECKOUT_REPORT_X, 0);
  json_builder_begin_object (builder);
  build_figures (builder, shift, shop->currency, blind);
  build_head (builder, shift);
  json_builder_end_object (builder);
  cli_output_json (context, builder);
  return CLI_EXIT_DONE;
}

/* ---- Z ---- */

/* Lets the print queue run until the report is out or something stands in its way; what is left
 * waits for the window or the next command. */
static const char *
print_report (CheckoutShop *shop)
{
  g_autoptr (CheckoutPrint) print = checkout_print_new (shop);

  for (guint i = 0; i < PRINTS_MAX; i++)
    {
      g_autoptr (VaultPrintJob) job = NULL;
      CheckoutPrintOutcome outcome
          = checkout_print_step (print, /* cancellable= */ NULL, &job, /* error= */ NULL);

      if (job != NULL && job->kind == VAULT_PRINT_REPORT)
        return vault_print_state_name (job->state);
      if (outcome != CHECKOUT_PRINT_DONE)
        break;
    }
  return vault_print_state_name (VAULT_PRINT_WAITING);
}

static CliExit
tell_closed (CliContext *context, CheckoutShop *shop, const VaultShift *shift, guint copy)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  const char *printed = print_report (shop);

  print_text (context, shop, shift, CHECKOUT_REPORT_Z, copy);
  if (!g_str_equal (printed, "printed") && !g_str_equal (printed, "sent"))
    cli_output_line (context, "%s", _ ("The paper waits for the printer."));
  json_builder_begin_object (builder);
  cli_output_number_member (builder, "number", shift->number);
  cli_output_flag_member (builder, "copy", copy > 0);
  build_figures (builder, shift, shop->currency, /* blind= */ FALSE);
  build_head (builder, shift);
  cli_output_text_member (builder, "print", printed);
  json_builder_end_object (builder);
  cli_output_json (context, builder);
  return CLI_EXIT_DONE;
}

static CliExit
close_shift (CliContext *context, CheckoutShop *shop, const CliDrawerCount *count)
{
  const VaultDrawerMove *move = count->given ? &count->move : NULL;
  g_autofree VaultShift *shift = g_new0 (VaultShift, 1);
  g_autoptr (GError) error = NULL;
  gint64 last = 0;

  if (move != NULL && !vault_drawer_check (move, &error))
    return cli_output_say (context, CLI_EXIT_USAGE, "%s", error->message);
  if (vault_closing_make_counted (shop->vault, move, checkout_shop_operator (shop), shift, &error))
    {
      checkout_marks_hasten (shop->marks);
      return tell_closed (context, shop, shift, 0);
    }
  if (!g_error_matches (error, VAULT_ERROR, VAULT_ERROR_ABSENT)
      || !vault_closing_last (shop->vault, &last, NULL))
    return cli_output_fail (context, error);
  if (last == 0)
    return cli_output_say (context, CLI_EXIT_NO,
                           _ ("Nothing was sold yet: no shift is open, and nothing was closed"));
  return cli_output_say (context, CLI_EXIT_NO,
                         _ ("Nothing was sold since Z report %" PRId64
                            ": no shift is open. Print that one again with --number %" PRId64),
                         last, last);
}

static CliExit
print_again (CliContext *context, CheckoutShop *shop, gint64 number)
{
  g_autofree VaultShift *shift = g_new0 (VaultShift, 1);
  g_autoptr (GError) error = NULL;

  if (vault_closing_load (shop->vault, number, shift, &error)
      && vault_closing_print (shop->vault, number, checkout_shop_operator (shop), &error))
    return tell_closed (context, shop, shift, 1);
  if (g_error_matches (error, VAULT_ERROR, VAULT_ERROR_ABSENT))
    return cli_output_say (context, CLI_EXIT_NO, _ ("There is no Z report %" PRId64), number);
  return cli_output_fail (context, error);
}

CliExit
cli_report_z (CliContext *context)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CheckoutShop) shop = NULL;
  CliDrawerCount count;
  guint64 number = 0;

  if (cli_arguments_number (context->arguments, "number", 1, NUMBER_MAX, 0, &number, &error))
    shop = cli_shop_open (context, /* may_read_only= */ FALSE, &error);
  if (shop == NULL || !cli_drawer_read_count (context, shop, &count, &error))
    return cli_output_fail (context, error);
  if (number != 0 && count.given)
    return cli_output_say (context, CLI_EXIT_USAGE,
                           _ ("An earlier Z report keeps its count: say --number alone"));
  return number == 0 ? close_shift (context, shop, &count)
                     : print_again (context, shop, (gint64)number);
}

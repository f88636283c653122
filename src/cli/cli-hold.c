/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Pre-authorisations: money is held on a card, charged later by a completion, or let go. What is
 * held is never called charged.
 */
#include "cli-commands.h"
#include "cli-reader.h"
#include "cli-shop.h"

#include "checkout-hold.h"
#include "checkout-print.h"
#include "checkout-words.h"

#include <glib/gi18n.h>
#include <inttypes.h>

#define LIST_MAX 200
#define LABEL_COLUMNS 26
#define PRINT_STEPS_MAX 16

/* ---- What became of it ---- */

static void
build_payment (JsonBuilder *builder,
               CheckoutShop *shop,
               const VaultSale *sale,
               const VaultPayment *payment)
{
  gboolean approved = vault_payment_covers (payment);

  json_builder_begin_object (builder);
  cli_output_text_member (builder, "id", payment->uuid);
  cli_output_text_member (builder, "tender", "card");
  cli_output_text_member (builder, "state", vault_life_public_name (payment->state));
  cli_output_text_member (builder, "state_text",
                          checkout_words_state_of (sale, payment, cli_shop_translate));
  cli_output_text_member (builder, "approved_by", approved ? "acquirer" : NULL);
  cli_output_flag_member (builder, "sent",
                          approved && payment->state != VAULT_STATE_COMPLETED_UNSENT);
  cli_output_number_member (builder, "amount_minor", payment->amount_minor);
  cli_output_text_member (builder, "currency", shop->currency);
  cli_output_text_member (builder, "masked_pan", payment->masked_pan);
  cli_output_text_member (builder, "auth_code", payment->auth_code);
  cli_output_text_member (builder, "response", payment->response);
  json_builder_set_member_name (builder, "attempt");
  json_builder_begin_object (builder);
  cli_output_text_member (builder, "terminal", sync_line_terminal (shop->line));
  cli_output_number_member (builder, "batch", payment->batch);
  cli_output_number_member (builder, "stan", payment->stan);
  json_builder_end_object (builder);
  cli_output_text_member (builder, "reason", payment->reason);
  cli_output_text_member (builder, "reason_text",
                          checkout_words_reason (payment->reason, cli_shop_translate));
  json_builder_end_object (builder);
}

static void
tell_sale (CliContext *context, CheckoutShop *shop, const VaultSale *sale)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  const VaultPayment *payment = g_ptr_array_index (sale->payments, 0);
  g_autofree char *money = cli_output_money (ABS (payment->amount_minor), shop->currency);
  /* Translators: a receipt's number, what it is (as “Pre-authorisation”), an amount, and what
   * became of it (as “Held, not charged”). */
  cli_output_line (context, _ ("Receipt %" PRId64 " · %s · %s · %s"), sale->id,
                   checkout_words_kind (sale->kind, cli_shop_translate), money,
                   checkout_words_state_of (sale, payment, cli_shop_translate));
  json_builder_begin_object (builder);
  cli_output_number_member (builder, "receipt_no", sale->id);
  cli_output_text_member (builder, "kind", vault_sale_kind_name (sale->kind));
  cli_output_number_member (builder, "original", sale->original);
  cli_output_text_member (builder, "currency", shop->currency);
  cli_output_number_member (builder, "total_minor", vault_sale_total_minor (sale));
  json_builder_set_member_name (builder, "payments");
  json_builder_begin_array (builder);
  build_payment (builder, shop, sale, payment);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  cli_output_json (context, builder);
}

/* As far as there is a printer; what can't be printed now waits. */
static void
print_receipt (CheckoutShop *shop)
{
  g_autoptr (CheckoutPrint) print = checkout_print_new (shop);
  CheckoutPrintOutcome outcome = CHECKOUT_PRINT_DONE;

  for (guint i = 0; outcome == CHECKOUT_PRINT_DONE && i < PRINT_STEPS_MAX; i++)
    {
      VaultPrintJob *job = NULL;

      outcome = checkout_print_step (print, /* cancellable= */ NULL, &job, /* error= */ NULL);
      vault_print_job_free (job);
    }
}

static CliExit
judge (CliContext *context, CheckoutShop *shop, const VaultSale *sale, const GError *error)
{
  const VaultPayment *payment = g_ptr_array_index (sale->payments, 0);

  tell_sale (context, shop, sale);
  print_receipt (shop);
  if (error != NULL)
    return cli_output_fail (context, error);
  if (vault_payment_covers (payment))
    return CLI_EXIT_DONE;
  if (payment->reason != NULL)
    return cli_output_say (context, CLI_EXIT_NO, "%s",
                           checkout_words_reason (payment->reason, cli_shop_translate));
  return CLI_EXIT_NO;
}

static CliExit
run_hold (CliContext *context, CheckoutHold *hold)
{
  g_auto (SyncReport) report = { 0 };
  g_autoptr (VaultSale) sale = NULL;
  g_autoptr (GError) error = NULL;
  const char *refusal = NULL;

  sync_report_init (&report);
  (void)checkout_hold_run (hold, &sale, &refusal, &report, &error);
  if (refusal != NULL)
    return cli_output_say (context, CLI_EXIT_NO, "%s",
                           checkout_words_reason (refusal, cli_shop_translate));
  return sale != NULL && sale->payments->len > 0 ? judge (context, hold->shop, sale, error)
                                                 : cli_output_fail (context, error);
}

/* ---- The commands ---- */

static gboolean
read_amount (const CliContext *context,
             const CheckoutShop *shop,
             guint index,
             gint64 *out_minor,
             GError **error)
{
  const char *text = cli_output_argument (context, index);

  if (base_money_parse (text, shop->currency, out_minor, /* error= */ NULL) && *out_minor > 0)
    return TRUE;
  g_set_error (error, CLI_ERROR, CLI_EXIT_USAGE, _ ("“%s” is no amount in %s: say it as 20.00"),
               text, shop->currency);
  return FALSE;
}

CliExit
cli_hold_run (CliContext *context)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CheckoutShop) shop = cli_shop_open (context, /* may_read_only= */ FALSE, &error);
  g_autoptr (CliReader) reader = NULL;
  CheckoutHold hold = { .shop = shop, .kind = VAULT_SALE_HOLD, .notify = cli_reader_notify };

  if (shop != NULL && read_amount (context, shop, 0, &hold.amount_minor, &error))
    reader = cli_reader_begin (context, shop, &error);
  if (reader == NULL)
    return cli_output_fail (context, error);
  hold.cancellable = cli_reader_cancellable (reader);
  hold.data = reader;
  return run_hold (context, &hold);
}

CliExit
cli_hold_complete (CliContext *context)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CheckoutShop) shop = cli_shop_open (context, /* may_read_only= */ FALSE, &error);
  CheckoutHold hold = { .shop = shop, .kind = VAULT_SALE_COMPLETION };

  if (shop == NULL || !cli_output_receipt (context, &hold.original, &error)
      || !read_amount (context, shop, 1, &hold.amount_minor, &error))
    return cli_output_fail (context, error);
  return run_hold (context, &hold);
}

CliExit
cli_hold_void (CliContext *context)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CheckoutShop) shop = cli_shop_open (context, /* may_read_only= */ FALSE, &error);
  CheckoutHold hold = { .shop = shop };
  g_autoptr (VaultSale) original = NULL;

  if (shop != NULL && cli_output_receipt (context, &hold.original, &error))
    original = vault_sale_load (shop->vault, hold.original, &error);
  if (original == NULL)
    return cli_output_fail (context, error);
  hold.kind
      = original->kind == VAULT_SALE_COMPLETION ? VAULT_SALE_COMPLETION_VOID : VAULT_SALE_HOLD_VOID;
  return run_hold (context, &hold);
}

static const char *
state_label (VaultHoldState state)
{
  switch (state)
    {
    case VAULT_HOLD_OPEN:
      return _ ("not known yet");
    case VAULT_HOLD_HELD:
      return _ ("held, not charged");
    case VAULT_HOLD_ENDING:
      return _ ("being completed or voided");
    case VAULT_HOLD_COMPLETED:
      return _ ("completed");
    case VAULT_HOLD_RELEASED:
      return _ ("voided");
    case VAULT_HOLD_NEVER:
      break;
    }
  return _ ("nothing is held");
}

static void
tell_hold (CliContext *context, JsonBuilder *builder, const VaultHold *hold, const char *currency)
{
  g_autofree char *money = cli_output_money (hold->held_minor, currency);
  g_autofree char *taken = cli_output_money (hold->taken_minor, currency);
  g_autofree char *label = g_strdup_printf ("%" PRId64 " · %s", hold->id, money);
  g_autofree char *line = hold->state == VAULT_HOLD_COMPLETED
                              ? g_strdup_printf ("%s · %s", state_label (hold->state), taken)
                              : g_strdup (state_label (hold->state));

  cli_output_row (context, LABEL_COLUMNS, label, line);
  json_builder_begin_object (builder);
  cli_output_number_member (builder, "receipt_no", hold->id);
  cli_output_text_member (builder, "state", vault_hold_state_name (hold->state));
  cli_output_number_member (builder, "held_minor", hold->held_minor);
  cli_output_number_member (builder, "charged_minor", hold->taken_minor);
  cli_output_number_member (builder, "ended_by", hold->ended_by);
  cli_output_text_member (builder, "currency", currency);
  cli_output_text_member (builder, "masked_pan", hold->masked_pan);
  cli_output_time_member (builder, "at", hold->at_us);
  json_builder_end_object (builder);
}

CliExit
cli_hold_list (CliContext *context)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CheckoutShop) shop = cli_shop_open (context, /* may_read_only= */ TRUE, &error);
  g_autoptr (GArray) holds = shop != NULL ? vault_hold_list (shop->vault, LIST_MAX, &error) : NULL;
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  if (holds == NULL)
    return cli_output_fail (context, error);
  json_builder_begin_array (builder);
  for (guint i = 0; i < holds->len; i++)
    tell_hold (context, builder, &g_array_index (holds, VaultHold, i), shop->currency);
  json_builder_end_array (builder);
  if (holds->len == 0)
    cli_output_line (context, "%s", _ ("Nothing was ever held."));
  cli_output_json (context, builder);
  return CLI_EXIT_DONE;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-sale.h"

#include "checkout-words.h"
#include "cli-wait.h"

#include <glib/gi18n.h>
#include <inttypes.h>

#define RECEIPT_COLUMNS 42
#define SUM_COLUMNS 48

/* The state as it is kept, as far as the word for it needs it. */
static VaultState
kept_state (TillPayment *payment)
{
  switch (till_payment_state (payment))
    {
    case TILL_PAYMENT_STATE_APPROVED:
      if (till_payment_approved_by (payment) == TILL_APPROVED_BY_ACQUIRER
          && !till_payment_sent (payment))
        return VAULT_STATE_COMPLETED_UNSENT;
      if (till_payment_approved_by (payment) != TILL_APPROVED_BY_CHIP)
        return VAULT_STATE_APPROVED;
      return till_payment_sent (payment) ? VAULT_STATE_CHIP_SENT : VAULT_STATE_CHIP_UNSENT;
    case TILL_PAYMENT_STATE_STORED:
      return VAULT_STATE_STORED;
    case TILL_PAYMENT_STATE_UNKNOWN:
      return VAULT_STATE_UNKNOWN;
    case TILL_PAYMENT_STATE_REVERSED:
      return VAULT_STATE_REVERSED;
    case TILL_PAYMENT_STATE_DECLINED:
      return VAULT_STATE_DECLINED;
    case TILL_PAYMENT_STATE_CANCELLED:
      return VAULT_STATE_CANCELLED;
    case TILL_PAYMENT_STATE_SENDING:
    case TILL_PAYMENT_STATE_WAITING_CARD:
    case TILL_PAYMENT_STATE_IDLE:
      return VAULT_STATE_SENDING;
    }
  return VAULT_STATE_SENDING;
}

const char *
cli_sale_state_word (TillPayment *payment)
{
  VaultPayment kept = {
    .tender = till_payment_is_card (payment) ? VAULT_TENDER_CARD : VAULT_TENDER_CASH,
    .state = kept_state (payment),
    .amount_minor = till_payment_amount_minor (payment),
  };

  return checkout_words_state (&kept, cli_shop_translate);
}

static void
print_line (const CliContext *context, const ShopCartLine *line, const char *currency)
{
  g_autofree char *quantity = shop_cart_quantity_text (line->quantity_milli);
  g_autofree char *price = base_money_to_text (base_money (line->unit_price_minor, currency));
  g_autofree char *amount = base_money_to_text (base_money (line->amount_minor, currency));
  g_autofree char *what = g_strdup_printf ("%s × %s  %s", quantity, price,
                                           shop_product_name (line->product, cli_shop_language ()));

  cli_output_sum (context, SUM_COLUMNS, what, amount);
}

/* A limit that was hit refuses with its figure (payment-life.md, rule 6). */
typedef struct
{
  const char *reason; /* the payment's */
  gboolean of_money;
  gint64 sale_minor, left_minor;
  guint count, hours;
} Limits;

static Limits
read_limits (CliSeller *seller, TillPayment *payment)
{
  Limits limits = { .reason = till_payment_reason (payment) };

  limits.of_money
      = g_strcmp0 (limits.reason, "limit-sale") == 0 || g_strcmp0 (limits.reason, "limit-sum") == 0;
  g_object_get (cli_seller_station (seller), "offline-limit-sale-minor", &limits.sale_minor,
                "offline-left-minor", &limits.left_minor, "offline-limit-count", &limits.count,
                "offline-limit-hours", &limits.hours, NULL);
  return limits;
}

static void
print_limits (const CliContext *context, const Limits *limits, const char *currency)
{
  g_autofree char *sale = cli_output_money (limits->sale_minor, currency);
  g_autofree char *left = cli_output_money (limits->left_minor, currency);

  if (limits->of_money)
    cli_output_line (context, _ ("  May be stored: %s a sale, and %s more in all"), sale, left);
  else if (g_strcmp0 (limits->reason, "limit-count") == 0)
    cli_output_line (context,
                     ngettext ("  May be stored: %u sale at a time",
                               "  May be stored: %u sales at a time", limits->count),
                     limits->count);
  else if (g_strcmp0 (limits->reason, "limit-age") == 0)
    cli_output_line (context,
                     ngettext ("  None more is stored once one has waited for %u hour",
                               "  None more is stored once one has waited for %u hours",
                               limits->hours),
                     limits->hours);
}

static void
build_limits (JsonBuilder *builder, const Limits *limits)
{
  if (limits->of_money)
    {
      cli_output_number_member (builder, "limit_sale_minor", limits->sale_minor);
      cli_output_number_member (builder, "limit_left_minor", limits->left_minor);
    }
  else if (g_strcmp0 (limits->reason, "limit-count") == 0)
    cli_output_number_member (builder, "limit_count", limits->count);
  else if (g_strcmp0 (limits->reason, "limit-age") == 0)
    cli_output_number_member (builder, "limit_hours", limits->hours);
}

static void
print_payment (const CliContext *context,
               CliSeller *seller,
               TillPayment *payment,
               const char *currency)
{
  const char *card = till_payment_masked_pan (payment);
  const char *reason
      = till_payment_answer (payment) != NULL
            ? till_payment_answer (payment)
            : checkout_words_reason (till_payment_reason (payment), cli_shop_translate);
  g_autofree char *amount = cli_output_money (till_payment_amount_minor (payment), currency);
  g_autofree char *what = NULL;
  const Limits limits = read_limits (seller, payment);

  if (till_payment_is_card (payment))
    what = g_strdup_printf ("%s %s", _ ("Card"), card != NULL ? card : "");
  else
    what = g_strdup (_ ("Cash"));
  cli_output_sum (context, SUM_COLUMNS, what, amount);
  if (till_payment_auth_code (payment) != NULL && till_payment_covers (payment))
    cli_output_line (context, _ ("  %s (authorisation %s)"), cli_sale_state_word (payment),
                     till_payment_auth_code (payment));
  else if (reason != NULL && g_strcmp0 (reason, cli_sale_state_word (payment)) != 0)
    cli_output_line (context, _ ("  %s: %s"), cli_sale_state_word (payment), reason);
  else
    cli_output_line (context, "  %s", cli_sale_state_word (payment));
  if (till_payment_wants_signature (payment))
    cli_output_line (context, "  %s", _ ("The customer signs the merchant's copy"));
  print_limits (context, &limits, currency);
}

static const char *
print_word (const char *state)
{
  static const struct
  {
    const char *state, *word;
  } words[] = {
    { "printed", N_ ("printed") },
    { "sent", N_ ("sent to the printer") },
    { "waiting", N_ ("waits for a printer") },
    { "printing", N_ ("is printing") },
    { "attention", N_ ("needs attention") },
    { "skipped", N_ ("not wanted") },
    { "none", N_ ("none, for the sale is not paid") },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_str_equal (words[i].state, state))
      return _ (words[i].word);
  return state;
}

static void
print_end (const CliContext *context, const CliSold *sold, const char *currency)
{
  const char *reason = checkout_words_reason (sold->print_reason, cli_shop_translate);
  gint64 change = till_sale_change_minor (sold->sale), left = till_sale_left_minor (sold->sale);
  g_autofree char *change_text = cli_output_money (change, currency);
  g_autofree char *left_text = cli_output_money (left, currency);

  if (change > 0)
    cli_output_sum (context, SUM_COLUMNS, _ ("Change"), change_text);
  if (left > 0 && !g_str_equal (till_sale_state_name (sold->sale), "cancelled"))
    cli_output_sum (context, SUM_COLUMNS, _ ("Still to pay"), left_text);
  if (left < 0)
    cli_output_sum (context, SUM_COLUMNS, _ ("Still to give back"), left_text);
  if (reason != NULL)
    cli_output_line (context, _ ("Receipt: %s (%s)"), print_word (sold->print_state), reason);
  else
    cli_output_line (context, _ ("Receipt: %s"), print_word (sold->print_state));
}

static void
print_title (const CliContext *context, TillSale *sale)
{
  const char *kind = till_sale_kind (sale);
  gint64 number = till_sale_receipt_no (sale), original = till_sale_original_no (sale);

  if (g_str_equal (kind, "refund"))
    cli_output_line (context, _ ("Refund %" PRId64 " of receipt %" PRId64), number, original);
  else if (g_str_equal (kind, "void"))
    cli_output_line (context, _ ("Void %" PRId64 " of receipt %" PRId64), number, original);
  else
    cli_output_line (context, _ ("Sale %" PRId64), number);
}

void
cli_sale_print (const CliContext *context, CliSeller *seller, const CliSold *sold)
{
  const ShopCart *cart = till_sale_cart (sold->sale);
  const char *currency = shop_cart_currency (cart);
  GListModel *payments = till_sale_payments (sold->sale);
  g_autofree char *total = cli_output_money (till_sale_total_minor (sold->sale), currency);

  print_title (context, sold->sale);
  for (guint i = 0; i < shop_cart_count (cart); i++)
    if (!shop_cart_line (cart, i)->voided)
      print_line (context, shop_cart_line (cart, i), currency);
  cli_output_sum (context, SUM_COLUMNS, _ ("Total"), total);
  for (guint i = 0; i < g_list_model_get_n_items (payments); i++)
    {
      g_autoptr (TillPayment) payment = g_list_model_get_item (payments, i);

      print_payment (context, seller, payment, currency);
    }
  print_end (context, sold, currency);
}

static void
build_line (JsonBuilder *builder, const ShopCartLine *line)
{
  g_autofree char *quantity = shop_cart_quantity_text (line->quantity_milli);

  json_builder_begin_object (builder);
  cli_output_number_member (builder, "line", line->number);
  cli_output_text_member (builder, "code", line->product->code);
  cli_output_text_member (builder, "name", line->product->name);
  cli_output_text_member (builder, "name_zh", line->product->name_zh);
  cli_output_text_member (builder, "quantity", quantity);
  cli_output_number_member (builder, "quantity_milli", line->quantity_milli);
  cli_output_number_member (builder, "unit_price_minor", line->unit_price_minor);
  cli_output_number_member (builder, "discount_minor", line->discount_minor);
  cli_output_number_member (builder, "amount_minor", line->amount_minor);
  cli_output_number_member (builder, "tax_bp", line->product->tax_bp);
  cli_output_flag_member (builder, "voided", line->voided);
  if (line->original != 0)
    cli_output_number_member (builder, "original", line->original);
  json_builder_end_object (builder);
}

void
cli_sale_build_taxes (JsonBuilder *builder, const ShopTaxTable *taxes)
{
  json_builder_set_member_name (builder, "tax");
  json_builder_begin_array (builder);
  for (guint i = 0; i < taxes->count; i++)
    {
      json_builder_begin_object (builder);
      cli_output_number_member (builder, "rate_bp", taxes->sums[i].rate_bp);
      cli_output_number_member (builder, "net_minor", taxes->sums[i].net_minor);
      cli_output_number_member (builder, "tax_minor", taxes->sums[i].tax_minor);
      cli_output_number_member (builder, "gross_minor", taxes->sums[i].gross_minor);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static const char *
approved_by (TillPayment *payment)
{
  switch (till_payment_approved_by (payment))
    {
    case TILL_APPROVED_BY_ACQUIRER:
      return "acquirer";
    case TILL_APPROVED_BY_CHIP:
      return "chip";
    case TILL_APPROVED_BY_NOBODY:
      return NULL;
    }
  return NULL;
}

/* The attempts of a receipt; NULL when there is none. `rows` is one list of the queue. */
static const TillQueueRowData *
find_attempt (GListModel *rows, gint64 receipt_no, guint stan)
{
  for (guint i = 0; rows != NULL && i < g_list_model_get_n_items (rows); i++)
    {
      g_autoptr (TillQueueRow) row = g_list_model_get_item (rows, i);
      const TillQueueRowData *data = till_queue_row_data (row);

      if (data->receipt_no == receipt_no && data->stan == stan)
        return data; /* the list keeps it */
    }
  return NULL;
}

static GListModel *
list_queue (CliSeller *seller, gboolean done)
{
  g_autoptr (GAsyncResult) result = NULL;
  TillStation *station = cli_seller_station (seller);

  till_station_queue_async (station, done, /* cancellable= */ NULL, cli_wait_ready_cb, &result);
  return till_station_queue_finish (station, cli_wait_for (&result), /* error= */ NULL);
}

static void
build_attempt (JsonBuilder *builder, CliSeller *seller, gint64 receipt_no, guint stan)
{
  g_autoptr (GListModel) open = stan != 0 ? list_queue (seller, FALSE) : NULL;
  g_autoptr (GListModel) done = stan != 0 ? list_queue (seller, TRUE) : NULL;
  const TillQueueRowData *attempt = find_attempt (open, receipt_no, stan);

  if (attempt == NULL)
    attempt = find_attempt (done, receipt_no, stan);
  cli_output_text_member (builder, "terminal", attempt != NULL ? attempt->terminal : NULL);
  cli_output_number_member (builder, "batch", attempt != NULL ? attempt->batch : 0);
  cli_output_number_member (builder, "stan", stan);
}

/* How the card was read, and what its chip said. */
static void
build_slip (JsonBuilder *builder, TillPayment *payment)
{
  CheckoutSlip slip;

  if (!till_payment_slip (payment, &slip))
    return;
  cli_output_text_member (builder, "entry", checkout_slip_entry_name (&slip));
  cli_output_flag_member (builder, "signature", till_payment_wants_signature (payment));
  if (slip.entry != CHECKOUT_ENTRY_CHIP)
    return;
  cli_output_text_member (builder, "application", slip.application);
  cli_output_text_member (builder, "aid", slip.aid);
  cli_output_text_member (builder, "cryptogram_kind", slip.kind);
  cli_output_text_member (builder, "cryptogram", slip.cryptogram);
  cli_output_text_member (builder, "tvr", slip.tvr);
  cli_output_text_member (builder, "tsi", slip.tsi);
  cli_output_text_member (builder, "cardholder", checkout_slip_holder_name (&slip));
}

static void
build_payment (JsonBuilder *builder, CliSeller *seller, const CliSold *sold, TillPayment *payment)
{
  const char *reason = till_payment_reason (payment);
  const Limits limits = read_limits (seller, payment);

  json_builder_begin_object (builder);
  cli_output_text_member (builder, "id", till_payment_uuid (payment));
  cli_output_text_member (builder, "tender", till_payment_is_card (payment) ? "card" : "cash");
  cli_output_text_member (builder, "state", till_payment_state_name (till_payment_state (payment)));
  cli_output_text_member (builder, "state_text", cli_sale_state_word (payment));
  cli_output_text_member (builder, "approved_by", approved_by (payment));
  cli_output_flag_member (builder, "sent", till_payment_sent (payment));
  cli_output_number_member (builder, "amount_minor", till_payment_amount_minor (payment));
  cli_output_text_member (builder, "currency", shop_cart_currency (till_sale_cart (sold->sale)));
  cli_output_number_member (builder, "tendered_minor", till_payment_tendered_minor (payment));
  cli_output_number_member (builder, "change_minor", till_payment_change_minor (payment));
  cli_output_text_member (builder, "masked_pan", till_payment_masked_pan (payment));
  cli_output_text_member (builder, "auth_code", till_payment_auth_code (payment));
  cli_output_text_member (builder, "response", till_payment_response (payment));
  cli_output_text_member (builder, "response_text", till_payment_answer (payment));
  build_attempt (builder, seller, till_sale_receipt_no (sold->sale), till_payment_stan (payment));
  cli_output_time_member (builder, "at", till_payment_at_us (payment));
  cli_output_text_member (builder, "reason", reason);
  cli_output_text_member (builder, "reason_text",
                          checkout_words_reason (reason, cli_shop_translate));
  build_slip (builder, payment);
  build_limits (builder, &limits);
  json_builder_end_object (builder);
}

static void
build_lists (JsonBuilder *builder, CliSeller *seller, const CliSold *sold)
{
  const ShopCart *cart = till_sale_cart (sold->sale);
  GListModel *payments = till_sale_payments (sold->sale);

  json_builder_set_member_name (builder, "lines");
  json_builder_begin_array (builder);
  for (guint i = 0; i < shop_cart_count (cart); i++)
    build_line (builder, shop_cart_line (cart, i));
  json_builder_end_array (builder);
  cli_sale_build_taxes (builder, &shop_cart_totals (cart)->tax);
  json_builder_set_member_name (builder, "payments");
  json_builder_begin_array (builder);
  for (guint i = 0; i < g_list_model_get_n_items (payments); i++)
    {
      g_autoptr (TillPayment) payment = g_list_model_get_item (payments, i);

      build_payment (builder, seller, sold, payment);
    }
  json_builder_end_array (builder);
}

void
cli_sale_build (JsonBuilder *builder, CliSeller *seller, const CliSold *sold)
{
  const ShopCart *cart = till_sale_cart (sold->sale);

  json_builder_begin_object (builder);
  cli_output_number_member (builder, "receipt_no", till_sale_receipt_no (sold->sale));
  cli_output_text_member (builder, "kind", till_sale_kind (sold->sale));
  if (till_sale_original_no (sold->sale) != 0)
    cli_output_number_member (builder, "original", till_sale_original_no (sold->sale));
  cli_output_text_member (builder, "state", till_sale_state_name (sold->sale));
  cli_output_text_member (builder, "currency", shop_cart_currency (cart));
  cli_output_text_member (builder, "tax_mode",
                          shop_cart_tax_mode (cart) == SHOP_TAX_INCLUSIVE ? "inclusive"
                                                                          : "exclusive");
  cli_output_number_member (builder, "total_minor", till_sale_total_minor (sold->sale));
  cli_output_number_member (builder, "paid_minor", till_sale_paid_minor (sold->sale));
  cli_output_number_member (builder, "left_minor", till_sale_left_minor (sold->sale));
  cli_output_number_member (builder, "change_minor", till_sale_change_minor (sold->sale));
  build_lists (builder, seller, sold);
  json_builder_set_member_name (builder, "print");
  json_builder_begin_object (builder);
  cli_output_text_member (builder, "state", sold->print_state);
  cli_output_text_member (builder, "reason", sold->print_reason);
  cli_output_text_member (builder, "reason_text",
                          checkout_words_reason (sold->print_reason, cli_shop_translate));
  json_builder_end_object (builder);
  if (sold->note != NULL)
    {
      cli_output_text_member (builder, "note", sold->note);
      cli_output_text_member (builder, "note_text",
                              checkout_words_reason (sold->note, cli_shop_translate));
    }
  if (sold->receipt != NULL)
    cli_output_text_member (builder, "receipt", sold->receipt);
  if (sold->fault != NULL)
    cli_output_text_member (builder, "error", sold->fault->message);
  json_builder_end_object (builder);
}

void
cli_sale_print_receipt (const CliContext *context, CliSeller *seller, CliSold *sold)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (ShopReceipt) receipt = NULL;

  till_station_receipt_async (cli_seller_station (seller), till_sale_receipt_no (sold->sale),
                              cli_wait_ready_cb, &result);
  receipt = till_station_receipt_finish (cli_seller_station (seller), cli_wait_for (&result),
                                         /* error= */ NULL);
  if (receipt == NULL)
    return;
  g_free (sold->receipt);
  sold->receipt = shop_receipt_to_text (receipt, RECEIPT_COLUMNS);
  cli_output_line (context, "%s", sold->receipt);
}

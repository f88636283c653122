/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-commands.h"
#include "cli-shop.h"

#include "checkout-find.h"
#include "checkout-words.h"

#include <glib/gi18n.h>
#include <inttypes.h>

#define FOUND_MAX 50
#define NUMBER_COLUMNS 10

/* "card 620000******0005 approved". Yours. */
static char *
payment_text (const VaultPayment *payment)
{
  return g_strdup_printf ("%s%s%s %s", vault_payment_tender_name (payment->tender),
                          payment->masked_pan != NULL ? " " : "",
                          payment->masked_pan != NULL ? payment->masked_pan : "",
                          till_payment_state_name (checkout_words_public_state (payment->state)));
}

static void
build_payments (JsonBuilder *builder, const VaultSale *sale)
{
  json_builder_set_member_name (builder, "payments");
  json_builder_begin_array (builder);
  for (guint i = 0; i < sale->payments->len; i++)
    {
      const VaultPayment *payment = sale->payments->pdata[i];

      json_builder_begin_object (builder);
      cli_output_text_member (builder, "tender", vault_payment_tender_name (payment->tender));
      cli_output_text_member (
          builder, "state", till_payment_state_name (checkout_words_public_state (payment->state)));
      cli_output_number_member (builder, "amount_minor", payment->amount_minor);
      cli_output_text_member (builder, "masked_pan", payment->masked_pan);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
tell (CliContext *context, JsonBuilder *builder, const CheckoutShop *shop, const VaultSale *sale)
{
  g_autofree char *number = g_strdup_printf ("%" PRId64, sale->id);
  g_autofree char *sum = cli_output_money (vault_sale_total_minor (sale), shop->currency);
  g_autoptr (GDateTime) at = g_date_time_new_from_unix_local (sale->closed_us / G_USEC_PER_SEC);
  g_autofree char *when = at != NULL ? g_date_time_format (at, "%Y-%m-%d %H:%M") : g_strdup ("");
  g_autoptr (GString) words = g_string_new (NULL);

  g_string_append_printf (words, "%s · %s · %s", when, vault_sale_kind_name (sale->kind), sum);
  for (guint i = 0; i < sale->payments->len; i++)
    {
      g_autofree char *payment = payment_text (sale->payments->pdata[i]);

      g_string_append_printf (words, " · %s", payment);
    }
  cli_output_row (context, NUMBER_COLUMNS, number, words->str);
  json_builder_begin_object (builder);
  cli_output_number_member (builder, "receipt", sale->id);
  cli_output_text_member (builder, "kind", vault_sale_kind_name (sale->kind));
  cli_output_number_member (builder, "original", sale->original);
  cli_output_number_member (builder, "total_minor", vault_sale_total_minor (sale));
  cli_output_text_member (builder, "currency", shop->currency);
  cli_output_text_member (builder, "cashier", sale->cashier);
  cli_output_time_member (builder, "at", sale->closed_us);
  build_payments (builder, sale);
  json_builder_end_object (builder);
}

CliExit
cli_find_run (CliContext *context)
{
  const char *text = cli_output_argument (context, 0);
  g_autoptr (GError) error = NULL;
  g_autoptr (CheckoutShop) shop = cli_shop_open (context, /* may_read_only= */ TRUE, &error);
  g_autoptr (GArray) ids = NULL;
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  if (shop == NULL)
    return cli_output_fail (context, error);
  ids = checkout_find_sales (shop, text != NULL ? text : "", FOUND_MAX, NULL, &error);
  if (ids == NULL)
    return cli_output_fail (context, error);
  json_builder_begin_array (builder);
  for (guint i = 0; i < ids->len; i++)
    {
      g_autoptr (VaultSale) sale
          = vault_sale_load (shop->vault, g_array_index (ids, gint64, i), NULL);

      if (sale != NULL) /* a damaged one is named by 'journal verify' */
        tell (context, builder, shop, sale);
    }
  json_builder_end_array (builder);
  cli_output_json (context, builder);
  if (ids->len > 0)
    return CLI_EXIT_DONE;
  cli_output_line (context, "%s",
                   _ ("No sale is like that. Part of a number isn't enough; amounts have their "
                      "decimals."));
  return CLI_EXIT_NO;
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is on a card. It is shown, and neither printed nor kept.
 */
#include "cli-commands.h"
#include "cli-reader.h"
#include "cli-shop.h"

#include "checkout-balance.h"
#include "checkout-words.h"

#define LABEL_COLUMNS 26

static CliExit
tell (CliContext *context, const CheckoutBalance *balance)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  cli_output_text_member (builder, "masked_pan", balance->masked_pan);
  cli_output_text_member (builder, "response", balance->code);
  json_builder_set_member_name (builder, "balances");
  json_builder_begin_array (builder);
  for (guint i = 0; i < balance->count; i++)
    {
      const CheckoutAmount *amount = &balance->amounts[i];
      g_autofree char *money = cli_output_money (amount->minor, amount->currency);

      cli_output_row (context, LABEL_COLUMNS, balance->masked_pan, money);
      json_builder_begin_object (builder);
      cli_output_text_member (builder, "account", amount->account);
      cli_output_text_member (builder, "kind", amount->kind);
      cli_output_number_member (builder, "amount_minor", amount->minor);
      cli_output_text_member (builder, "currency", amount->currency);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  cli_output_json (context, builder);
  return CLI_EXIT_DONE;
}

CliExit
cli_card_balance (CliContext *context)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CheckoutShop) shop = cli_shop_open (context, /* may_read_only= */ FALSE, &error);
  g_autoptr (CliReader) reader = shop != NULL ? cli_reader_begin (context, shop, &error) : NULL;
  CheckoutCard card = { .shop = shop, .notify = cli_reader_notify, .data = reader };
  CheckoutBalance balance;

  if (reader == NULL)
    return cli_output_fail (context, error);
  card.cancellable = cli_reader_cancellable (reader);
  if (!checkout_balance_run (&card, &balance, &error))
    return cli_output_fail (context, error);
  if (balance.refusal != NULL)
    return cli_output_say (context, CLI_EXIT_NO, "%s",
                           checkout_words_reason (balance.refusal, cli_shop_translate));
  return tell (context, &balance);
}

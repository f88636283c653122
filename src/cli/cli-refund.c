/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * refund and void: what goes back to a customer, and how.
 */
#include "cli-commands.h"
#include "cli-sale.h"

#include "base-number.h"
#include "checkout-words.h"
#include "shop-cart.h"

#include <glib/gi18n.h>
#include <inttypes.h>

static gboolean
read_lines (const CliContext *context, GArray *lines, GError **error)
{
  for (guint i = 0; i < cli_arguments_value_count (context->arguments, "line"); i++)
    {
      const char *word = cli_arguments_value_at (context->arguments, "line", i);
      guint64 number;
      guint line;

      if (lines->len >= SHOP_CART_LINES_MAX
          || !base_number_parse (word, 10, 1, SHOP_CART_LINES_MAX, &number))
        {
          g_set_error (error, CLI_ERROR, CLI_EXIT_USAGE,
                       _ ("“%s” is no number of a line: the first of the receipt is 1"), word);
          return FALSE;
        }
      line = (guint)number;
      g_array_append_val (lines, line);
    }
  return TRUE;
}

static gboolean
read_way (const CliContext *context, gboolean *out_cash, GError **error)
{
  const char *word = cli_arguments_value (context->arguments, "to");

  *out_cash = g_strcmp0 (word, "cash") == 0;
  if (word == NULL || *out_cash || g_str_equal (word, "original"))
    return TRUE;
  g_set_error (error, CLI_ERROR, CLI_EXIT_USAGE,
               _ ("“%s” is no way to give money back: say --to original or --to cash"), word);
  return FALSE;
}

/* A sale that was left open, or stored: what is to be done with the drawer. */
static CliExit
tell_dropped (CliContext *context, TillSale *sale)
{
  gint64 number = till_sale_receipt_no (sale), back = 0;
  GListModel *payments = till_sale_payments (sale);
  g_autofree char *text = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (payments); i++)
    {
      g_autoptr (TillPayment) payment = g_list_model_get_item (payments, i);

      back -= MIN (0, till_payment_amount_minor (payment));
    }
  text = cli_output_money (back, shop_cart_currency (till_sale_cart (sale)));
  if (back > 0)
    cli_output_line (context, _ ("Sale %" PRId64 " is cancelled: give %s back in cash"), number,
                     text);
  else
    cli_output_line (context, _ ("Sale %" PRId64 " is cancelled: nothing is to be given back"),
                     number);
  return CLI_EXIT_DONE;
}

static CliExit
judge (CliContext *context, const TillRefundWish *wish, const CliSold *sold, const char *refusal)
{
  if (refusal != NULL)
    return cli_output_say (context, CLI_EXIT_NO,
                           wish->is_void ? _ ("Receipt %" PRId64 " was not voided: %s")
                                         : _ ("Receipt %" PRId64 " was not refunded: %s"),
                           wish->receipt_no, checkout_words_reason (refusal, cli_shop_translate));
  if (sold->fault != NULL)
    return cli_output_fail (context, sold->fault);
  if (sold->note != NULL)
    return cli_output_say (context, CLI_EXIT_DONE, "%s",
                           checkout_words_reason (sold->note, cli_shop_translate));
  if (g_str_equal (till_sale_kind (sold->sale), "sale"))
    return tell_dropped (context, sold->sale);
  if (till_sale_is_paid (sold->sale))
    return CLI_EXIT_DONE;
  if (wish->is_void)
    return cli_output_say (context, CLI_EXIT_NO,
                           _ ("Receipt %" PRId64
                              " was not voided, or not wholly: see its payments; what stands can "
                              "be refunded (till-cli refund %" PRId64 ")"),
                           wish->receipt_no, wish->receipt_no);
  return cli_output_say (context, CLI_EXIT_NO,
                         _ ("Receipt %" PRId64
                            " was not refunded, or not wholly: see its payments; the rest can be "
                            "given back in cash (--to cash)"),
                         wish->receipt_no);
}

static CliExit
give_back (CliContext *context, TillRefundWish *wish, GError **error)
{
  g_autoptr (CliSeller) seller = cli_seller_new (context, error);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_auto (CliSold) sold = { 0 };
  const char *refusal = NULL;

  if (seller == NULL)
    return cli_output_fail (context, *error);
  cli_seller_refund (seller, wish, &sold, &refusal);
  if (sold.sale != NULL)
    {
      cli_sale_print (context, seller, &sold);
      if (cli_arguments_has (context->arguments, "receipt"))
        cli_sale_print_receipt (context, seller, &sold);
      cli_sale_build (builder, seller, &sold);
      cli_output_json (context, builder);
    }
  return judge (context, wish, &sold, refusal);
}

CliExit
cli_refund_run (CliContext *context)
{
  g_autoptr (GArray) lines = g_array_new (FALSE, FALSE, sizeof (guint));
  TillRefundWish wish = { 0 };
  g_autoptr (GError) error = NULL;

  if (!cli_output_receipt (context, &wish.receipt_no, &error)
      || !read_lines (context, lines, &error) || !read_way (context, &wish.to_cash, &error))
    return cli_output_fail (context, error);
  wish.lines = (const guint *)(const void *)lines->data;
  wish.line_count = lines->len;
  return give_back (context, &wish, &error);
}

CliExit
cli_refund_void (CliContext *context)
{
  TillRefundWish wish = { .is_void = TRUE };
  g_autoptr (GError) error = NULL;

  if (!cli_output_receipt (context, &wish.receipt_no, &error))
    return cli_output_fail (context, error);
  return give_back (context, &wish, &error);
}

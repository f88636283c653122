/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-commands.h"
#include "cli-sale.h"

#include <glib/gi18n.h>
#include <inttypes.h>

#define COUNT_MAX 1000000

typedef struct
{
  GPtrArray *items;  /* const char *, NULL-ended */
  gint64 receipt_no; /* of the sale to be gone on with; 0: a new one, of `items` */
  CliTender tenders[CLI_TENDERS_MAX];
  guint tender_count;
  guint64 count;
} Order;

static void
order_clear (Order *order)
{
  g_clear_pointer (&order->items, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Order, order_clear)

static gboolean
read_tenders (const CliContext *context, const char *currency, Order *order, GError **error)
{
  guint count = cli_arguments_value_count (context->arguments, "pay");

  if (count == 0 || count > CLI_TENDERS_MAX)
    {
      g_set_error (error, CLI_ERROR, CLI_EXIT_USAGE,
                   count == 0 ? _ ("How is it paid? Say --pay cash, --pay cash:20.00 or --pay card")
                              : _ ("More than %d tenders are too many for one sale"),
                   CLI_TENDERS_MAX);
      return FALSE;
    }
  order->tender_count = count;
  for (guint i = 0; i < count; i++)
    if (!cli_tender_parse (cli_arguments_value_at (context->arguments, "pay", i), currency,
                           &order->tenders[i], error))
      return FALSE;
  return TRUE;
}

static void
read_items (const CliContext *context, Order *order)
{
  order->items = g_ptr_array_new ();
  for (guint i = 0; i < cli_output_argument_count (context); i++)
    g_ptr_array_add (order->items, (char *)cli_output_argument (context, i));
  g_ptr_array_add (order->items, NULL);
}

/* What may be said before the folder is opened is said then. */
static gboolean
check_usage (const CliContext *context, Order *order, guint64 *out_timeout_s, GError **error)
{
  return read_tenders (context, /* currency= */ NULL, order, error)
         && cli_arguments_number (context->arguments, "count", 1, COUNT_MAX, 1, &order->count,
                                  error)
         && cli_arguments_number (context->arguments, "card-timeout", 1,
                                  CLI_SELLER_CARD_TIMEOUT_MAX_S, CLI_SELLER_CARD_TIMEOUT_S,
                                  out_timeout_s, error);
}

static CliExit
tell_short (CliContext *context, gboolean resumed, const char *sum)
{
  if (resumed)
    return cli_output_say (context, CLI_EXIT_NO,
                           _ ("These tenders don't pay the %s that is owed: nothing was taken"),
                           sum);
  return cli_output_say (context, CLI_EXIT_NO,
                         _ ("These tenders don't pay the total of %s: nothing was sold"), sum);
}

static CliExit
judge (CliContext *context, CliSeller *seller, const Order *order, const CliSold *sold)
{
  const char *currency = till_station_currency (cli_seller_station (seller));
  gint64 number = till_sale_receipt_no (sold->sale);
  g_autofree char *total = cli_output_money (sold->short_minor, currency);
  g_autofree char *left = cli_output_money (till_sale_left_minor (sold->sale), currency);

  if (sold->missing_code != NULL)
    return cli_output_say (context, CLI_EXIT_NO,
                           _ ("No product has the code “%s”: nothing was sold"),
                           sold->missing_code);
  if (sold->unweighed_code != NULL)
    return cli_output_say (context, CLI_EXIT_USAGE,
                           _ ("“%s” is sold by weight: say how many kg, as 0.532*%s. Nothing was "
                              "sold"),
                           sold->unweighed_code, sold->unweighed_code);
  if (sold->label_code != NULL)
    return cli_output_say (context, CLI_EXIT_NO, _ ("“%s”: %s. Nothing was sold"), sold->label_code,
                           sold->label_words);
  if (sold->short_minor > 0)
    return tell_short (context, order->receipt_no != 0, total);
  if (sold->fault != NULL)
    return cli_output_fail (context, sold->fault);
  if (till_sale_is_paid (sold->sale))
    return CLI_EXIT_DONE;
  if (number == 0)
    return cli_output_say (context, CLI_EXIT_NO,
                           _ ("Stopped before anything was paid: nothing was sold"));
  return cli_output_say (context, CLI_EXIT_NO,
                         _ ("Sale %" PRId64 " is not paid: %s is still owed, and it is left open. "
                            "Have the rest paid (till-cli pay %" PRId64
                            " --pay cash), or drop it (till-cli void %" PRId64 ")"),
                         number, left, number, number);
}

static gboolean
carry_out (CliSeller *seller, const Order *order, CliSold *out_sold, GError **error)
{
  if (order->receipt_no != 0)
    return cli_seller_resume (seller, order->receipt_no, order->tenders, order->tender_count,
                              out_sold, error);
  return cli_seller_sell (seller, (const char *const *)order->items->pdata, order->tenders,
                          order->tender_count, out_sold, error);
}

/* Tells the sale, if there is one, before what is to be said about it. */
static CliExit
sell_one (CliContext *context, CliSeller *seller, const Order *order, JsonBuilder *builder)
{
  g_auto (CliSold) sold = { 0 };
  g_autoptr (GError) error = NULL;
  gboolean whole = builder == NULL;
  g_autoptr (JsonBuilder) own = json_builder_new ();

  if (!carry_out (seller, order, &sold, &error))
    return cli_output_fail (context, error);
  if (g_list_model_get_n_items (till_sale_payments (sold.sale)) > 0)
    {
      cli_sale_print (context, seller, &sold);
      if (till_sale_is_paid (sold.sale) && cli_arguments_has (context->arguments, "receipt"))
        cli_sale_print_receipt (context, seller, &sold);
      cli_sale_build (whole ? own : builder, seller, &sold);
      if (whole)
        cli_output_json (context, own);
    }
  return judge (context, seller, order, &sold);
}

/* With --count: every sale goes into one list. The worst of their ends is the program's; a fault or
 * Ctrl-C ends the row. */
static CliExit
sell_many (CliContext *context, CliSeller *seller, const Order *order)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  CliExit worst = CLI_EXIT_DONE;
  gboolean json = context->json;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "sales");
  json_builder_begin_array (builder);
  context->spoken = TRUE; /* the list is the one document: no sentence makes another */
  for (guint64 i = 0; i < order->count && worst < CLI_EXIT_USAGE && !cli_seller_is_stopped (seller);
       i++)
    {
      CliExit code = sell_one (context, seller, order, builder);

      worst = MAX (worst, code);
    }
  context->spoken = !json;
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  cli_output_json (context, builder);
  return worst;
}

static CliExit
run (CliContext *context, Order *order)
{
  g_autoptr (CliSeller) seller = NULL;
  g_autoptr (GError) error = NULL;
  guint64 timeout_s = 0;

  if (!check_usage (context, order, &timeout_s, &error))
    return cli_output_fail (context, error);
  seller = cli_seller_new (context, &error);
  if (seller == NULL
      || !read_tenders (context, till_station_currency (cli_seller_station (seller)), order, &error)
      || !cli_seller_set_card (seller, (guint)timeout_s,
                               cli_arguments_value (context->arguments, "card"), &error))
    return cli_output_fail (context, error);
  return cli_arguments_has (context->arguments, "count")
             ? sell_many (context, seller, order)
             : sell_one (context, seller, order, /* builder= */ NULL);
}

CliExit
cli_sell_run (CliContext *context)
{
  g_auto (Order) order = { 0 };

  read_items (context, &order);
  return run (context, &order);
}

CliExit
cli_sell_rest (CliContext *context)
{
  g_auto (Order) order = { 0 };
  g_autoptr (GError) error = NULL;

  if (!cli_output_receipt (context, &order.receipt_no, &error))
    return cli_output_fail (context, error);
  return run (context, &order);
}

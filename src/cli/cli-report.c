/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-commands.h"
#include "cli-shop.h"

#include "checkout-words.h"

#include <glib/gi18n.h>
#include <inttypes.h>

#define SALES_MAX 100000
#define LABEL_COLUMNS 44
#define TENDERS 2

/* Count and sum of the payments of one tender in one state. */
typedef struct
{
  guint count;
  gint64 minor;
} Sum;

typedef struct
{
  gint64 shift;
  guint sales;
  gint64 sales_minor;
  Sum sums[TENDERS][VAULT_STATE_COUNT];
} Totals;

static gint64
newest_shift (const GPtrArray *sales)
{
  return sales->len > 0 ? ((const VaultSale *)sales->pdata[0])->shift : 0;
}

static void
add_sale (Totals *totals, const VaultSale *sale)
{
  if (sale->state == VAULT_SALE_PAID)
    {
      totals->sales++;
      totals->sales_minor += shop_cart_totals (sale->cart)->total_minor;
    }
  for (guint i = 0; i < sale->payments->len; i++)
    {
      const VaultPayment *payment = sale->payments->pdata[i];
      Sum *sum = &totals->sums[payment->tender == VAULT_TENDER_CARD][payment->state];

      sum->count++;
      sum->minor += payment->amount_minor;
    }
}

static void
tell_sum (CliContext *context,
          JsonBuilder *builder,
          VaultTender tender,
          VaultState state,
          const Sum *sum,
          const char *currency)
{
  VaultPayment like = { .tender = tender, .state = state };
  g_autofree char *money = cli_output_money (sum->minor, currency);
  g_autofree char *figures = g_strdup_printf ("%u · %s", sum->count, money);
  g_autofree char *what
      = g_strdup_printf ("%s: %s", tender == VAULT_TENDER_CARD ? _ ("Card") : _ ("Cash"),
                         checkout_words_state (&like, cli_shop_translate));

  cli_output_row (context, LABEL_COLUMNS, what, figures);
  json_builder_begin_object (builder);
  cli_output_text_member (builder, "tender", vault_payment_tender_name (tender));
  cli_output_text_member (builder, "state", vault_life_public_name (state));
  cli_output_text_member (builder, "state_text", checkout_words_state (&like, cli_shop_translate));
  cli_output_number_member (builder, "count", sum->count);
  cli_output_number_member (builder, "amount_minor", sum->minor);
  json_builder_end_object (builder);
}

static void
tell (CliContext *context, const Totals *totals, const char *currency)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *money = cli_output_money (totals->sales_minor, currency);
  g_autofree char *figures = g_strdup_printf ("%u · %s", totals->sales, money);

  json_builder_begin_object (builder);
  cli_output_number_member (builder, "shift", totals->shift);
  cli_output_text_member (builder, "currency", currency);
  cli_output_number_member (builder, "sales", totals->sales);
  cli_output_number_member (builder, "sales_minor", totals->sales_minor);
  json_builder_set_member_name (builder, "payments");
  json_builder_begin_array (builder);
  cli_output_line (context, _ ("X report, shift %" PRId64), totals->shift);
  cli_output_row (context, LABEL_COLUMNS, _ ("Sales paid"), figures);
  for (guint tender = 0; tender < TENDERS; tender++)
    for (guint state = 0; state < VAULT_STATE_COUNT; state++)
      if (totals->sums[tender][state].count > 0)
        tell_sum (context, builder, tender == 1 ? VAULT_TENDER_CARD : VAULT_TENDER_CASH,
                  (VaultState)state, &totals->sums[tender][state], currency);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  cli_output_json (context, builder);
}

CliExit
cli_report_x (CliContext *context)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CheckoutShop) shop = cli_shop_open (context, /* may_read_only= */ TRUE, &error);
  g_autoptr (GPtrArray) sales
      = shop != NULL ? vault_sale_list (shop->vault, /* state= */ NULL, SALES_MAX, &error) : NULL;
  g_autofree Totals *totals = g_new0 (Totals, 1);

  if (sales == NULL)
    return cli_output_fail (context, error);
  totals->shift = newest_shift (sales);
  for (guint i = 0; i < sales->len; i++)
    if (((const VaultSale *)sales->pdata[i])->shift == totals->shift)
      add_sale (totals, sales->pdata[i]);
  tell (context, totals, shop->currency);
  return CLI_EXIT_DONE;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-commands.h"
#include "cli-shop.h"

#include "checkout-card.h"
#include "vault-journal.h"

#include <glib/gi18n.h>
#include <inttypes.h>

#define LABEL_COLUMNS 30
/* What a first `on` allows where nothing was set (payment-life.md, rule 6): in whole units of the
 * currency. */
#define FIRST_SALE 200
#define FIRST_SUM 2000
#define FIRST_COUNT 50
#define FIRST_HOURS 24

static void
tell (CliContext *context, CheckoutShop *shop)
{
  gboolean on = vault_setting_number (shop->vault, CHECKOUT_SETTING_OFFLINE, 0) != 0;
  gint64 sale = vault_setting_number (shop->vault, CHECKOUT_SETTING_OFFLINE_SALE, 0);
  gint64 sum = vault_setting_number (shop->vault, CHECKOUT_SETTING_OFFLINE_SUM, 0);
  gint64 count = vault_setting_number (shop->vault, CHECKOUT_SETTING_OFFLINE_COUNT, 0);
  gint64 hours = vault_setting_number (shop->vault, CHECKOUT_SETTING_OFFLINE_HOURS, FIRST_HOURS);
  g_autofree char *sale_text = cli_output_money (sale, shop->currency);
  g_autofree char *sum_text = cli_output_money (sum, shop->currency);
  g_autofree char *count_text = g_strdup_printf ("%" PRId64, count);
  g_autofree char *hours_text = g_strdup_printf (_ ("%" PRId64 " h"), hours);
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  cli_output_row (context, LABEL_COLUMNS, _ ("Stored card sales"), on ? _ ("on") : _ ("off"));
  cli_output_row (context, LABEL_COLUMNS, _ ("Limit for one sale"), sale_text);
  cli_output_row (context, LABEL_COLUMNS, _ ("Limit for all that wait"), sum_text);
  cli_output_row (context, LABEL_COLUMNS, _ ("Limit in number"), count_text);
  cli_output_row (context, LABEL_COLUMNS, _ ("Limit in age"), hours_text);
  json_builder_begin_object (builder);
  cli_output_flag_member (builder, "on", on);
  cli_output_number_member (builder, "limit_sale_minor", sale);
  cli_output_number_member (builder, "limit_sum_minor", sum);
  cli_output_number_member (builder, "limit_count", count);
  cli_output_number_member (builder, "limit_hours", hours);
  cli_output_text_member (builder, "currency", shop->currency);
  json_builder_end_object (builder);
  cli_output_json (context, builder);
}

static gboolean
set_limits (CheckoutShop *shop, GError **error)
{
  gint64 unit = 1;

  if (vault_setting_number (shop->vault, CHECKOUT_SETTING_OFFLINE_SALE, 0) > 0)
    return TRUE;
  for (guint i = 0; i < base_money_exponent (shop->currency); i++)
    unit *= 10;
  return vault_setting_set_number (shop->vault, CHECKOUT_SETTING_OFFLINE_SALE, FIRST_SALE * unit,
                                   error)
         && vault_setting_set_number (shop->vault, CHECKOUT_SETTING_OFFLINE_SUM, FIRST_SUM * unit,
                                      error)
         && vault_setting_set_number (shop->vault, CHECKOUT_SETTING_OFFLINE_COUNT, FIRST_COUNT,
                                      error)
         && vault_setting_set_number (shop->vault, CHECKOUT_SETTING_OFFLINE_HOURS, FIRST_HOURS,
                                      error);
}

static gboolean
switch_to (CheckoutShop *shop, gboolean on, GError **error)
{
  if (on && (shop->line == NULL || !acquirer_profile_deferred (sync_line_profile (shop->line))))
    {
      g_set_error_literal (
          error, CLI_ERROR, CLI_EXIT_NO,
          shop->line == NULL ? _ ("This shop has no acquirer, so there are no card sales to store")
                             : _ ("This acquirer takes no stored card sales: its profile says so"));
      return FALSE;
    }
  return (!on || set_limits (shop, error))
         && vault_setting_set_number (shop->vault, CHECKOUT_SETTING_OFFLINE, on, error)
         && vault_journal_add (shop->vault, checkout_shop_operator (shop), "offline-cards",
                               on ? "on" : "off", error);
}

CliExit
cli_offline_run (CliContext *context)
{
  const char *word = cli_output_argument (context, 0);
  gboolean on = g_str_equal (word, "on"), off = g_str_equal (word, "off");
  g_autoptr (CheckoutShop) shop = NULL;
  g_autoptr (GError) error = NULL;

  if (!on && !off && !g_str_equal (word, "show"))
    return cli_output_say (context, CLI_EXIT_USAGE,
                           _ ("Say offline-cards on, off or show, not “%s”"), word);
  shop = cli_shop_open (context, /* may_read_only= */ !on && !off, &error);
  if (shop == NULL || ((on || off) && !switch_to (shop, on, &error)))
    return cli_output_fail (context, error);
  tell (context, shop);
  if (on)
    cli_output_line (context, "%s",
                     _ ("Nobody has approved a stored sale: if the bank declines it later, the "
                        "shop has lost the money."));
  return CLI_EXIT_DONE;
}

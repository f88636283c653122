/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The cash drawer: what moved without a sale, and what was found in it. What it should hold is told
 * to nobody before the count, and after it to whoever may see the shift's figures.
 */
#include "cli-drawer.h"
#include "cli-commands.h"
#include "cli-shop.h"

#include "checkout-print.h"

#include <glib/gi18n.h>

#define LABEL_COLUMNS 34
#define PRINT_STEPS_MAX 16

/* ---- what is typed ---- */

static gboolean
read_amount (const CheckoutShop *shop, const char *text, gint64 *out_minor, GError **error)
{
  if (base_money_parse (text, shop->currency, out_minor, /* error= */ NULL))
    return TRUE;
  g_set_error (error, CLI_ERROR, CLI_EXIT_USAGE, _ ("“%s” is no amount in %s: say it as 20.00"),
               text, shop->currency);
  return FALSE;
}

static gboolean
add_pieces (const CheckoutShop *shop, CliDrawerCount *count, const char *text, GError **error)
{
  if (shop_denomination_add (&count->pieces, shop->currency, text))
    return TRUE;
  g_set_error (
      error, CLI_ERROR, CLI_EXIT_USAGE,
      _ ("“%s” is no count of a note or coin of %s, or counted twice: say 100*3, each face "
         "value once"),
      text, shop->currency);
  return FALSE;
}

static gboolean
read_pieces (const CliContext *context,
             const CheckoutShop *shop,
             CliDrawerCount *count,
             GError **error)
{
  guint options = cli_arguments_value_count (context->arguments, "count");

  for (guint i = 0; i < options; i++)
    if (!add_pieces (shop, count, cli_arguments_value_at (context->arguments, "count", i), error))
      return FALSE;
  for (guint i = 0; i < cli_output_argument_count (context); i++)
    if (!add_pieces (shop, count, cli_output_argument (context, i), error))
      return FALSE;
  count->given = count->pieces.rows > 0;
  if (shop_denomination_total (&count->pieces, &count->move.amount_minor))
    return TRUE;
  g_set_error (error, CLI_ERROR, CLI_EXIT_USAGE,
               _ ("No drawer holds so much: look at the amount again"));
  return FALSE;
}

gboolean
cli_drawer_read_count (const CliContext *context,
                       const CheckoutShop *shop,
                       CliDrawerCount *out_count,
                       GError **error)
{
  const char *sum = cli_arguments_value (context->arguments, "counted");

  *out_count = (CliDrawerCount){
    .move = { .act = VAULT_DRAWER_COUNT, .currency = shop->currency },
  };
  if (!read_pieces (context, shop, out_count, error))
    return FALSE;
  out_count->move.count = &out_count->pieces;
  if (sum == NULL)
    return TRUE;
  if (out_count->given)
    {
      g_set_error (error, CLI_ERROR, CLI_EXIT_USAGE,
                   _ ("Say what was counted once: by --counted as one sum, or by --count"));
      return FALSE;
    }
  out_count->given = TRUE;
  return read_amount (shop, sum, &out_count->move.amount_minor, error);
}

/* ---- what is told ---- */

gboolean
cli_drawer_may_see (const CheckoutShop *shop)
{
  return checkout_people_may (shop->people, SHOP_RIGHT_REPORTS) == SHOP_MAY;
}

void
cli_drawer_build_sum (JsonBuilder *builder, const char *name, const VaultShiftSum *sum)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_object (builder);
  cli_output_number_member (builder, "count", sum->count);
  cli_output_number_member (builder, "amount_minor", sum->minor);
  json_builder_end_object (builder);
}

void
cli_drawer_build (JsonBuilder *builder, const VaultShift *shift, gboolean blind)
{
  json_builder_set_member_name (builder, "drawer");
  json_builder_begin_object (builder);
  cli_drawer_build_sum (builder, "float", &shift->floated);
  cli_drawer_build_sum (builder, "in", &shift->cash_in);
  cli_drawer_build_sum (builder, "out", &shift->cash_out);
  cli_output_number_member (builder, "no_sale", shift->no_sales);
  cli_output_number_member (builder, "opened", shift->drawer);
  cli_output_number_member (builder, "counts", shift->counts);
  if (!blind)
    cli_output_number_member (builder, "expected_minor", vault_shift_expected_minor (shift));
  if (shift->counts > 0)
    cli_output_number_member (builder, "counted_minor", shift->counted_minor);
  if (shift->counts > 0 && !blind)
    {
      cli_output_number_member (builder, "counted_expected_minor", shift->counted_expected_minor);
      cli_output_number_member (builder, "difference_minor",
                                shift->counted_minor - shift->counted_expected_minor);
    }
  json_builder_set_member_name (builder, "pieces");
  json_builder_begin_array (builder);
  for (guint i = 0; i < shift->counted.rows; i++)
    {
      json_builder_begin_object (builder);
      cli_output_number_member (builder, "face_minor", shift->counted.minor[i]);
      cli_output_number_member (builder, "count", shift->counted.pieces[i]);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

static void
tell_row (CliContext *context, const CheckoutShop *shop, const char *what, gint64 minor)
{
  g_autofree char *amount = cli_output_money (minor, shop->currency);

  cli_output_row (context, LABEL_COLUMNS, what, amount);
}

/* What should have been there only once it was counted, and to whoever may see it. */
static CliExit
tell (CliContext *context, const CheckoutShop *shop, const VaultShift *shift)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *opened = g_strdup_printf ("%" G_GINT64_FORMAT, shift->no_sales);
  gboolean blind = shift->counts == 0 || !cli_drawer_may_see (shop);

  tell_row (context, shop, _ ("Float at opening"), shift->floated.minor);
  tell_row (context, shop, _ ("Cash in, without a sale"), shift->cash_in.minor);
  tell_row (context, shop, _ ("Cash out, without a sale"), -shift->cash_out.minor);
  cli_output_row (context, LABEL_COLUMNS, _ ("Drawer opened for nothing"), opened);
  if (shift->counts > 0)
    tell_row (context, shop, _ ("Counted in the drawer"), shift->counted_minor);
  if (!blind)
    {
      tell_row (context, shop, _ ("Should have been in it"), shift->counted_expected_minor);
      tell_row (context, shop, _ ("Difference: counted less expected"),
                shift->counted_minor - shift->counted_expected_minor);
    }
  json_builder_begin_object (builder);
  cli_output_number_member (builder, "shift", shift->number);
  cli_output_text_member (builder, "currency", shop->currency);
  cli_drawer_build (builder, shift, blind);
  json_builder_end_object (builder);
  cli_output_json (context, builder);
  return CLI_EXIT_DONE;
}

/* Lets the print queue run until the drawer was told to open, or something stands in its way. */
static void
kick (CheckoutShop *shop)
{
  g_autoptr (CheckoutPrint) print = checkout_print_new (shop);

  for (guint i = 0; i < PRINT_STEPS_MAX; i++)
    {
      g_autoptr (VaultPrintJob) job = NULL;
      CheckoutPrintOutcome outcome
          = checkout_print_step (print, /* cancellable= */ NULL, &job, /* error= */ NULL);

      if (outcome != CHECKOUT_PRINT_DONE || (job != NULL && job->kind == VAULT_PRINT_DRAWER))
        return;
    }
}

/* ---- the commands ---- */

CliExit
cli_drawer_show (CliContext *context)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CheckoutShop) shop = cli_shop_open (context, /* may_read_only= */ TRUE, &error);
  g_autofree VaultShift *shift = g_new0 (VaultShift, 1);

  if (shop == NULL || !vault_shift_read (shop->vault, shift, &error))
    return cli_output_fail (context, error);
  return tell (context, shop, shift);
}

/* What can't be at all is bad input; what the drawer or the shift says no to is a no. */
static CliExit
keep (CliContext *context, CheckoutShop *shop, const VaultDrawerMove *move)
{
  g_autofree VaultShift *shift = g_new0 (VaultShift, 1);
  g_autoptr (GError) error = NULL;

  if (!vault_drawer_check (move, &error))
    return cli_output_say (context, CLI_EXIT_USAGE, "%s", error->message);
  if (!vault_drawer_keep (shop->vault, move, checkout_shop_operator (shop), NULL, &error))
    {
      if (g_error_matches (error, VAULT_ERROR, VAULT_ERROR_STATE)
          || g_error_matches (error, VAULT_ERROR, VAULT_ERROR_ABSENT))
        return cli_output_say (context, CLI_EXIT_NO, "%s", error->message);
      return cli_output_fail (context, error);
    }
  kick (shop);
  if (!vault_shift_read (shop->vault, shift, &error))
    return cli_output_fail (context, error);
  return tell (context, shop, shift);
}

static CliExit
move_cash (CliContext *context, VaultDrawerAct act)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CheckoutShop) shop = cli_shop_open (context, /* may_read_only= */ FALSE, &error);
  VaultDrawerMove move = {
    .act = act,
    .reason = cli_arguments_value (context->arguments, "reason"),
  };

  if (shop == NULL)
    return cli_output_fail (context, error);
  move.currency = shop->currency;
  if (act != VAULT_DRAWER_NO_SALE
      && !read_amount (shop, cli_output_argument (context, 0), &move.amount_minor, &error))
    return cli_output_fail (context, error);
  return keep (context, shop, &move);
}

CliExit
cli_drawer_float (CliContext *context)
{
  return move_cash (context, VAULT_DRAWER_FLOAT);
}

CliExit
cli_drawer_in (CliContext *context)
{
  return move_cash (context, VAULT_DRAWER_IN);
}

CliExit
cli_drawer_out (CliContext *context)
{
  return move_cash (context, VAULT_DRAWER_OUT);
}

CliExit
cli_drawer_open (CliContext *context)
{
  return move_cash (context, VAULT_DRAWER_NO_SALE);
}

CliExit
cli_drawer_count (CliContext *context)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CheckoutShop) shop = cli_shop_open (context, /* may_read_only= */ FALSE, &error);
  CliDrawerCount count;

  if (shop == NULL || !cli_drawer_read_count (context, shop, &count, &error))
    return cli_output_fail (context, error);
  return keep (context, shop, &count.move);
}

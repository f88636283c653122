/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A shop is erased from this computer, after its name was typed, once nothing of it is unfinished.
 */
#include "cli-commands.h"
#include "cli-shop.h"

#include "checkout-reset.h"

#include <glib/gi18n.h>

static const char *const refusals[] = {
  [CHECKOUT_RESET_HELD] = N_ ("Nothing was erased: nothing is sent before somebody decided about "
                              "these books; see till-cli queue release"),
  [CHECKOUT_RESET_QUEUE] = N_ (
      "Nothing was erased: not everything is with the acquirer. Send it (till-cli queue send), or "
      "let another till take it in (till-cli queue export FILE, there till-cli queue import FILE)"),
  [CHECKOUT_RESET_PARKED]
  = N_ ("Nothing was erased: sales are parked. Have them paid, or drop them "
        "(till-cli void RECEIPT)"),
  [CHECKOUT_RESET_BATCH]
  = N_ ("Nothing was erased: the batch isn't settled; say: till-cli acquirer settle"),
  [CHECKOUT_RESET_SHIFT] = N_ ("Nothing was erased: the shift is open; say: till-cli report z"),
};

static CliExit
tell_erased (CliContext *context)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  cli_output_flag_member (builder, "erased", TRUE);
  json_builder_end_object (builder);
  cli_output_json (context, builder);
  cli_output_line (context, "%s",
                   _ ("Erased: this shop's books and keys are no more on this computer. Backups "
                      "elsewhere still open with its recovery key."));
  return CLI_EXIT_DONE;
}

CliExit
cli_reset_run (CliContext *context)
{
  const char *name = cli_arguments_value (context->arguments, "shop");
  g_autoptr (GError) error = NULL;
  g_autoptr (CheckoutShop) shop = cli_shop_open (context, /* may_read_only= */ FALSE, &error);
  CheckoutReset verdict;

  if (shop == NULL)
    return cli_output_fail (context, error);
  if (g_strcmp0 (name, shop->shop_name) != 0)
    return cli_output_say (context, CLI_EXIT_USAGE,
                           _ ("This would erase the shop “%s” from this computer: say its name by "
                              "--shop if that is meant"),
                           shop->shop_name);
  if (!checkout_reset_run (g_steal_pointer (&shop), &verdict, &error))
    return cli_output_fail (context, error);
  if (verdict != CHECKOUT_RESET_MAY)
    return cli_output_say (context, CLI_EXIT_NO, "%s", _ (refusals[verdict]));
  return tell_erased (context);
}

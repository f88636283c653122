/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A chip reader's own PIN pad: a manager tries it with a card whose PIN he knows, before any
 * customer types one.
 */
#include "cli-commands.h"
#include "cli-reader.h"
#include "cli-shop.h"

#include "checkout-pin-pad.h"
#include "checkout-words.h"

#include <glib/gi18n.h>

static CliExit
tell (CliContext *context, const CheckoutPinPadTest *test)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  cli_output_flag_member (builder, "passed", test->passed);
  cli_output_text_member (builder, "reason", test->reason);
  cli_output_text_member (builder, "reader", test->identity);
  json_builder_end_object (builder);
  cli_output_json (context, builder);
  if (!test->passed)
    return cli_output_say (context, CLI_EXIT_NO, _ ("The PIN pad is not used: %s"),
                           checkout_words_reason (test->reason, cli_shop_translate));
  cli_output_line (context,
                   _ ("The card says that the PIN is right. The pad of this reader is used from "
                      "now on: %s"),
                   test->identity);
  return CLI_EXIT_DONE;
}

CliExit
cli_pin_pad_test (CliContext *context)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CheckoutShop) shop = cli_shop_open (context, /* may_read_only= */ FALSE, &error);
  g_autoptr (CliReader) reader = shop != NULL ? cli_reader_begin (context, shop, &error) : NULL;
  CheckoutPresentWish wish = { .shop = shop, .notify = cli_reader_notify, .data = reader };
  g_auto (CheckoutPinPadTest) test = { 0 };

  if (reader == NULL)
    return cli_output_fail (context, error);
  wish.asking = "pin-test";
  wish.cancellable = cli_reader_cancellable (reader);
  if (!checkout_pin_pad_test (&wish, &test, &error))
    return cli_output_fail (context, error);
  return tell (context, &test);
}

CliExit
cli_pin_pad_off (CliContext *context)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CheckoutShop) shop = cli_shop_open (context, /* may_read_only= */ FALSE, &error);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  guint count;

  if (shop == NULL || !checkout_pin_pad_forget (shop, &count, &error))
    return cli_output_fail (context, error);
  json_builder_begin_object (builder);
  cli_output_number_member (builder, "forgotten", count);
  json_builder_end_object (builder);
  cli_output_json (context, builder);
  cli_output_line (context, "%s", _ ("No PIN pad is used before it is tried again."));
  return CLI_EXIT_DONE;
}

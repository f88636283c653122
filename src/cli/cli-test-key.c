/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A shop's own test keys of certification authorities, for its own test cards, in training only.
 */
#include "cli-commands.h"
#include "cli-input.h"
#include "cli-shop.h"

#include "acquirer-emv.h"
#include "checkout-test-key.h"

#include <glib/gi18n.h>
#include <string.h>

static CliExit
tell (CliContext *context, CheckoutShop *shop)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) keys = checkout_test_key_list (shop, &error);
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  if (keys == NULL)
    return cli_output_fail (context, error);
  json_builder_begin_array (builder);
  for (guint i = 0; i < keys->len; i++)
    {
      const EmvKey *key = &g_array_index (keys, EmvKey, i);
      g_autofree char *rid = base_bytes_to_hex (BASE_SPAN (key->rid, sizeof key->rid));

      cli_output_line (context, _ ("%s #%02X · %u bits · until %u"), rid, key->index,
                       (guint)key->modulus_size * 8, key->expiry);
      json_builder_begin_object (builder);
      cli_output_text_member (builder, "rid", rid);
      cli_output_number_member (builder, "index", key->index);
      cli_output_number_member (builder, "bits", (gint64)key->modulus_size * 8);
      cli_output_number_member (builder, "until", key->expiry);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  cli_output_json (context, builder);
  if (keys->len == 0)
    cli_output_line (context, "%s", _ ("No test key was added."));
  return CLI_EXIT_DONE;
}

/* Hexadecimal digits, in lines as they come. */
static GBytes *
read_key_file (const char *path, GError **error)
{
  g_autoptr (GBytes) file = cli_input_file (path, CLI_INPUT_TEXT_MAX, error);
  g_autofree char *text = NULL;
  GBytes *tlv;
  gsize count = 0;

  if (file == NULL)
    return NULL;
  text = g_strndup (g_bytes_get_data (file, NULL), g_bytes_get_size (file));
  for (const char *byte = text; *byte != '\0'; byte++)
    if (!g_ascii_isspace (*byte))
      text[count++] = *byte;
  text[count] = '\0';
  tlv = base_bytes_from_hex (text, /* error= */ NULL);
  if (tlv == NULL)
    g_set_error_literal (error, CLI_ERROR, CLI_EXIT_USAGE,
                         _ ("The file of a key holds its data objects (9F06, 9F22, DF05 …) in "
                            "hexadecimal digits"));
  return tlv;
}

static CliExit
add (CliContext *context, CheckoutShop *shop)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) tlv = read_key_file (cli_output_argument (context, 0), &error);
  EmvKey key;

  if (tlv == NULL || !checkout_test_key_add (shop, base_bytes_span (tlv), &key, &error))
    return cli_output_fail (context, error);
  return tell (context, shop);
}

/* In training, else NULL with the exit code. */
static CheckoutShop *
open_training (CliContext *context, CliExit *out_code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CheckoutShop) shop = cli_shop_open (context, /* may_read_only= */ FALSE, &error);

  if (shop == NULL)
    *out_code = cli_output_fail (context, error);
  else if (!shop->training)
    *out_code = cli_output_say (context, CLI_EXIT_NO, "%s",
                                _ ("Own test keys are for training only: run it with --training. "
                                   "The keys of real payments come from the acquirer"));
  else
    return g_steal_pointer (&shop);
  return NULL;
}

CliExit
cli_test_key_list (CliContext *context)
{
  CliExit code = CLI_EXIT_DONE;
  g_autoptr (CheckoutShop) shop = open_training (context, &code);

  return shop != NULL ? tell (context, shop) : code;
}

CliExit
cli_test_key_add (CliContext *context)
{
  CliExit code = CLI_EXIT_DONE;
  g_autoptr (CheckoutShop) shop = open_training (context, &code);

  return shop != NULL ? add (context, shop) : code;
}

CliExit
cli_test_key_clear (CliContext *context)
{
  CliExit code = CLI_EXIT_DONE;
  g_autoptr (CheckoutShop) shop = open_training (context, &code);
  g_autoptr (GError) error = NULL;

  if (shop == NULL)
    return code;
  return checkout_test_key_clear (shop, &error) ? tell (context, shop)
                                                : cli_output_fail (context, error);
}

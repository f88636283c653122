/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-commands.h"
#include "cli-shop.h"

#include "acquirer-message.h"
#include "shop-pin.h"

#include "base-number.h"

#include <glib/gi18n.h>
#include <string.h>

#define DEFAULT_TERMINAL "TILL0001"
#define DEFAULT_MERCHANT "123456789012345"
#define NAME_CHARACTERS_MAX 100
#define HOST_MAX 253

static gboolean
refuse (GError **error, const char *sentence)
{
  g_set_error_literal (error, CLI_ERROR, CLI_EXIT_USAGE, sentence);
  return FALSE;
}

static gboolean
read_shop (const CliContext *context, CheckoutShopSetup *setup, GError **error)
{
  const char *tax = cli_arguments_value (context->arguments, "tax");

  setup->name = cli_arguments_value (context->arguments, "shop");
  setup->currency = cli_arguments_value (context->arguments, "currency");
  if (setup->name == NULL || setup->name[0] == '\0'
      || g_utf8_strlen (setup->name, -1) > NAME_CHARACTERS_MAX)
    return refuse (error, _ ("What is the shop called? Say --shop NAME, at most 100 characters"));
  for (const char *at = setup->name; *at != '\0'; at = g_utf8_next_char (at))
    if (g_unichar_iscntrl (g_utf8_get_char (at)))
      return refuse (error, _ ("The shop's name must be one line of text"));
  if (setup->currency == NULL || strlen (setup->currency) != 3
      || base_money_numeric (setup->currency) == NULL)
    return refuse (error, _ ("Which currency? Say --currency with its three letters, as CNY"));
  setup->tax_mode = g_strcmp0 (tax, "exclusive") == 0 ? SHOP_TAX_EXCLUSIVE : SHOP_TAX_INCLUSIVE;
  if (tax != NULL && !g_str_equal (tax, "exclusive") && !g_str_equal (tax, "inclusive"))
    return refuse (error,
                   _ ("--tax is inclusive (prices hold the tax) or exclusive (it comes on top)"));
  return TRUE;
}

static gboolean
is_host (const char *text)
{
  if (text[0] == '\0' || text[0] == '-' || strlen (text) > HOST_MAX)
    return FALSE;
  if (g_hostname_is_ip_address (text))
    return TRUE;
  for (const char *at = text; *at != '\0'; at++)
    if (!g_ascii_isalnum (*at) && *at != '-' && *at != '.')
      return FALSE;
  return strstr (text, "..") == NULL && text[strlen (text) - 1] != '.';
}

/* "HOST:PORT" or "[IPv6]:PORT". */
static gboolean
read_address (const char *text, char **out_host, guint16 *out_port, GError **error)
{
  const char *colon = strrchr (text, ':');
  g_autofree char *host = colon != NULL ? g_strndup (text, (gsize)(colon - text)) : NULL;
  gsize size = host != NULL ? strlen (host) : 0;
  guint64 port = 0;

  if (size > 2 && host[0] == '[' && host[size - 1] == ']')
    {
      char *inner = g_strndup (host + 1, size - 2);

      g_free (host);
      host = inner;
    }
  else if (host != NULL && strchr (host, ':') != NULL)
    host[0] = '\0';
  if (host == NULL || !is_host (host) || !base_number_parse (colon + 1, 10, 1, G_MAXUINT16, &port))
    {
      g_set_error (error, CLI_ERROR, CLI_EXIT_USAGE,
                   _ ("“%s” is no address of an acquirer: say --acquirer HOST:PORT"), text);
      return FALSE;
    }
  *out_host = g_steal_pointer (&host);
  *out_port = (guint16)port;
  return TRUE;
}

static gboolean
is_identity (const char *text, gsize size_max)
{
  gsize size = strlen (text);

  for (gsize i = 0; i < size; i++)
    if (!g_ascii_isalnum (text[i]))
      return FALSE;
  return size >= 1 && size <= size_max;
}

static gboolean
read_acquirer (const CliContext *context, CheckoutShopSetup *setup, char **out_host, GError **error)
{
  const char *address = cli_arguments_value (context->arguments, "acquirer");
  const char *terminal = cli_arguments_value (context->arguments, "terminal");
  const char *merchant = cli_arguments_value (context->arguments, "merchant");

  setup->profile = cli_arguments_value (context->arguments, "profile");
  setup->tls_dir = cli_arguments_value (context->arguments, "tls-dir");
  setup->key_later = cli_arguments_has (context->arguments, "key-later");
  setup->terminal = terminal;
  if (terminal != NULL && !is_identity (terminal, ACQUIRER_TERMINAL_SIZE))
    return refuse (error, _ ("A terminal's number has at most 8 letters and digits"));
  if (address == NULL && setup->profile == NULL && setup->tls_dir == NULL && merchant == NULL
      && !setup->key_later)
    return TRUE;
  if (address == NULL || setup->tls_dir == NULL)
    return refuse (error,
                   _ ("For card payments, --acquirer HOST:PORT and --tls-dir DIR go together"));
  if (merchant != NULL && !is_identity (merchant, ACQUIRER_MERCHANT_SIZE))
    return refuse (error, _ ("A merchant's number has at most 15 letters and digits"));
  if (setup->profile == NULL)
    setup->profile = "sandbox";
  setup->terminal = terminal != NULL ? terminal : DEFAULT_TERMINAL;
  setup->merchant = merchant != NULL ? merchant : DEFAULT_MERCHANT;
  if (!read_address (address, out_host, &setup->port, error))
    return FALSE;
  setup->host = *out_host;
  return TRUE;
}

/* Of the first manager; without it nobody is asked for a PIN. */
static gboolean
read_pin (const CliContext *context, CheckoutShopSetup *setup, BaseSecret **pin, GError **error)
{
  const char *why;

  if (!cli_shop_secret_file (context, "pin-file", pin, error))
    return FALSE;
  setup->manager_pin = cli_shop_passphrase_span (*pin);
  setup->manager_name = _ ("Manager");
  why = *pin != NULL ? shop_pin_refuse_first ((const char *)setup->manager_pin.data) : NULL;
  return why == NULL || refuse (error, why);
}

typedef struct
{
  CliContext *context;
  const CheckoutShopSetup *setup;
  char *recovery;
} New;

static gboolean
create (gpointer data, BaseSpan passphrase, GError **error)
{
  New *new = data;

  return checkout_shop_create (new->context->data_dir, passphrase, new->setup, &new->recovery,
                               error);
}

static void
tell (CliContext *context, const CheckoutShopSetup *setup, const char *recovery)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  cli_output_line (context, _ ("“%s” is set up in %s."), setup->name, context->data_dir);
  cli_output_line (context, _ ("Recovery key: %s"), recovery);
  cli_output_line (context, _ ("It is shown this once: write it down and keep it away from the "
                               "till. Without it and the passphrase the\n"
                               "data can't be opened by anybody."));
  if (setup->profile == NULL)
    cli_output_line (context, _ ("No acquirer was named: this shop takes cash only."));
  if (setup->key_later)
    cli_output_line (context, _ ("Next, the acquirer's key: till-cli acquirer transport-key, then "
                                 "till-cli acquirer load FILE."));
  json_builder_begin_object (builder);
  cli_output_text_member (builder, "data_dir", context->data_dir);
  cli_output_text_member (builder, "shop", setup->name);
  cli_output_text_member (builder, "currency", setup->currency);
  cli_output_text_member (builder, "profile", setup->profile);
  cli_output_text_member (builder, "terminal", setup->terminal);
  cli_output_text_member (builder, "merchant", setup->merchant);
  cli_output_text_member (builder, "recovery_key", recovery);
  json_builder_end_object (builder);
  cli_output_json (context, builder);
}

CliExit
cli_init_run (CliContext *context)
{
  CheckoutShopSetup setup = { 0 };
  New new = { .context = context, .setup = &setup };
  g_autofree char *host = NULL;
  g_autoptr (BaseSecret) pin = NULL;
  g_autoptr (GError) error = NULL;

  if (context->training)
    return cli_output_say (context, CLI_EXIT_USAGE,
                           _ ("The training shop makes itself: just use it, with --training"));
  if (!read_shop (context, &setup, &error) || !read_acquirer (context, &setup, &host, &error)
      || !read_pin (context, &setup, &pin, &error)
      || !cli_shop_keep_anew (context, create, &new, &error))
    return cli_shop_fail_to_make (context, error);
  tell (context, &setup, new.recovery);
  base_secret_free_text (new.recovery);
  return CLI_EXIT_DONE;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-shop.h"

#include "acquirer-error.h"
#include "checkout-words.h"
#include "vault-epoch.h"
#include "vault-key.h"

#include <fcntl.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* Up to a line's end, which is left out. FALSE when it is longer than a passphrase may be. */
static gboolean
read_line (int fd, BaseSecret *buffer, gsize *out_size)
{
  guint8 *bytes = base_secret_bytes (buffer);
  gsize size = 0;
  guint8 byte;

  while (read (fd, &byte, 1) == 1 && byte != '\n')
    {
      if (size == VAULT_KEY_PASSPHRASE_MAX)
        return FALSE;
      bytes[size++] = byte;
    }
  if (size > 0 && bytes[size - 1] == '\r')
    size--;
  *out_size = size;
  return TRUE;
}

typedef BaseSecret *(*Reader) (int fd, const char *where, GError **error);

/* The first line, ended by NUL; NULL when it is empty, too long or no text. */
static BaseSecret *
read_secret (int fd)
{
  g_autoptr (BaseSecret) buffer = base_secret_new (VAULT_KEY_PASSPHRASE_MAX + 1);
  BaseSpan line = { base_secret_span (buffer).data, 0 };
  BaseSecret *secret;

  if (!read_line (fd, buffer, &line.size) || line.size == 0
      || memchr (line.data, '\0', line.size) != NULL)
    return NULL;
  secret = base_secret_new (line.size + 1);
  for (gsize i = 0; i < line.size; i++)
    base_secret_bytes (secret)[i] = line.data[i];
  return secret;
}

static BaseSecret *
read_passphrase (int fd, const char *where, GError **error)
{
  BaseSecret *passphrase = read_secret (fd);

  if (passphrase == NULL)
    g_set_error (error, CLI_ERROR, CLI_EXIT_USAGE,
                 _ ("The first line of “%s” is no passphrase: it must hold 1 to %d bytes of text"),
                 where, VAULT_KEY_PASSPHRASE_MAX);
  return passphrase;
}

static BaseSecret *
read_recovery (int fd, const char *where, GError **error)
{
  BaseSecret *recovery = read_secret (fd);

  if (recovery == NULL)
    g_set_error (error, CLI_ERROR, CLI_EXIT_USAGE, _ ("The first line of “%s” is no recovery key"),
                 where);
  return recovery;
}

static BaseSecret *
read_file (const char *path, Reader reader, GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  BaseSecret *secret;

  if (fd < 0)
    {
      g_set_error (error, CLI_ERROR, CLI_EXIT_USAGE, _ ("“%s” can't be read: %s"), path,
                   g_strerror (errno));
      return NULL;
    }
  secret = reader (fd, path, error);
  close (fd);
  return secret;
}

/* NULL without an error: nobody is there to be asked. */
static BaseSecret *
ask (const char *prompt, Reader reader, GError **error)
{
  int fd = open ("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
  struct termios before, silent;
  BaseSecret *secret = NULL;

  if (fd < 0)
    return NULL;
  if (tcgetattr (fd, &before) == 0)
    {
      silent = before;
      silent.c_lflag &= ~(tcflag_t)ECHO;
      /* Silent before it asks: what comes at once must not be seen. */
      (void)tcsetattr (fd, TCSAFLUSH, &silent);
      (void)dprintf (fd, "%s ", prompt);
      secret = reader (fd, _ ("what was typed"), error);
      (void)tcsetattr (fd, TCSAFLUSH, &before);
      (void)dprintf (fd, "\n");
    }
  close (fd);
  return secret;
}

static BaseSecret *
ask_new (GError **error)
{
  g_autoptr (BaseSecret) first
      = ask (_ ("New passphrase for this shop's data:"), read_passphrase, error);
  g_autoptr (BaseSecret) second
      = first != NULL ? ask (_ ("The same once more:"), read_passphrase, error) : NULL;

  if (second == NULL
      || base_bytes_equal_secret (base_secret_span (first), base_secret_span (second)))
    return second != NULL ? g_steal_pointer (&first) : NULL;
  g_set_error_literal (error, CLI_ERROR, CLI_EXIT_USAGE,
                       _ ("The two passphrases differ: nothing was changed, try again"));
  return NULL;
}

BaseSecret *
cli_shop_passphrase (const CliContext *context, gboolean make, GError **error)
{
  const char *path = cli_arguments_value (context->arguments, "passphrase-file");
  BaseSecret *passphrase;

  if (context->training)
    return NULL;
  if (path != NULL)
    return read_file (path, read_passphrase, error);
  if (make || !vault_exists (context->data_dir) || !vault_key_needs_passphrase (context->data_dir))
    return NULL;
  passphrase = ask (_ ("Passphrase of this shop's data:"), read_passphrase, error);
  if (passphrase == NULL && (error == NULL || *error == NULL))
    g_set_error_literal (error, CLI_ERROR, CLI_EXIT_USAGE,
                         _ ("This shop's data want a passphrase, and there is no terminal to ask "
                            "on: give --passphrase-file"));
  return passphrase;
}

BaseSecret *
cli_shop_their_passphrase (const CliContext *context, GError **error)
{
  return read_file (cli_arguments_value (context->arguments, "their-passphrase-file"),
                    read_passphrase, error);
}

BaseSpan
cli_shop_passphrase_span (const BaseSecret *passphrase)
{
  if (passphrase == NULL)
    return BASE_SPAN (NULL, 0);
  return BASE_SPAN (base_secret_span (passphrase).data, base_secret_size (passphrase) - 1);
}

BaseSecret *
cli_shop_recovery (const CliContext *context, GError **error)
{
  const char *path = cli_arguments_value (context->arguments, "recovery-file");
  g_autoptr (GError) unreadable = NULL;
  BaseSecret *recovery;

  if (g_strcmp0 (path, "-") == 0)
    return read_recovery (STDIN_FILENO, _ ("standard input"), error);
  if (path != NULL)
    return read_file (path, read_recovery, error);
  recovery = ask (_ ("Recovery key, as it stands on paper:"), read_recovery, &unreadable);
  if (unreadable != NULL)
    g_propagate_error (error, g_steal_pointer (&unreadable));
  else if (recovery == NULL)
    g_set_error_literal (error, CLI_ERROR, CLI_EXIT_USAGE,
                         _ ("There is no terminal to ask for the recovery key on: give "
                            "--recovery-file"));
  return recovery;
}

static BaseSecret *
read_any (int fd, const char *where, GError **error)
{
  BaseSecret *secret = read_secret (fd);

  if (secret == NULL)
    g_set_error (error, CLI_ERROR, CLI_EXIT_USAGE,
                 _ ("The first line of “%s” is empty, or no text"), where);
  return secret;
}

gboolean
cli_shop_secret_file (const CliContext *context,
                      const char *option,
                      BaseSecret **out_secret,
                      GError **error)
{
  const char *path = cli_arguments_value (context->arguments, option);

  *out_secret = path != NULL ? read_file (path, read_any, error) : NULL;
  return path == NULL || *out_secret != NULL;
}

static BaseSecret *
read_component (int fd, const char *where, GError **error)
{
  BaseSecret *component = read_secret (fd);

  if (component == NULL)
    g_set_error (error, CLI_ERROR, CLI_EXIT_NO, _ ("Nothing was typed: nothing was changed"));
  return component;
}

BaseSecret *
cli_shop_ask_component (guint number, GError **error)
{
  g_autofree char *prompt = g_strdup_printf (_ ("Component %u (it isn't shown):"), number);

  return ask (prompt, read_component, error);
}

char *
cli_shop_ask_line (const char *prompt)
{
  int fd = open ("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
  g_autoptr (BaseSecret) line = NULL;
  char *text = NULL;

  if (fd < 0)
    return NULL;
  (void)dprintf (fd, "%s ", prompt);
  line = read_secret (fd);
  text = line != NULL ? g_strdup ((const char *)base_secret_span (line).data) : g_strdup ("");
  close (fd);
  if (g_utf8_validate (text, -1, NULL))
    return g_strstrip (text);
  g_free (text);
  return g_strdup ("");
}

gboolean
cli_shop_keep_anew (const CliContext *context, CliShopKeep keep, gpointer data, GError **error)
{
  g_autoptr (GError) broken = NULL;
  g_autoptr (GError) unasked = NULL;
  g_autoptr (BaseSecret) given = cli_shop_passphrase (context, /* make= */ TRUE, &broken);
  g_autoptr (BaseSecret) asked = NULL;

  if (broken == NULL && keep (data, cli_shop_passphrase_span (given), &broken))
    return TRUE;
  if (g_error_matches (broken, VAULT_ERROR, VAULT_ERROR_NO_KEYRING))
    asked = ask_new (&unasked);
  if (asked != NULL)
    return keep (data, cli_shop_passphrase_span (asked), error);
  g_propagate_error (error,
                     unasked != NULL ? g_steal_pointer (&unasked) : g_steal_pointer (&broken));
  return FALSE;
}

const char *
cli_shop_translate (const char *msgid)
{
  return gettext (msgid);
}

const char *
cli_shop_language (void)
{
  return g_get_language_names ()[0];
}

CliExit
cli_shop_fail_to_make (CliContext *context, const GError *error)
{
  guint count = 0;

  if (!g_error_matches (error, VAULT_ERROR, VAULT_ERROR_EXISTS)
      || !vault_count_open (context->data_dir, &count) || count == 0)
    return cli_output_fail (context, error);
  return cli_output_say (
      context, CLI_EXIT_NO,
      ngettext ("“%s” holds a shop, and %u record of it still waits for the acquirer: nothing was "
                "changed. Send it first (till-cli queue send), or make a backup (till-cli backup "
                "create)",
                "“%s” holds a shop, and %u records of it still wait for the acquirer: nothing was "
                "changed. Send them first (till-cli queue send), or make a backup (till-cli backup "
                "create)",
                count),
      context->data_dir, count);
}

CheckoutShop *
cli_shop_open (const CliContext *context, gboolean may_read_only, GError **error)
{
  g_autoptr (GError) broken = NULL;
  g_autoptr (BaseSecret) passphrase = cli_shop_passphrase (context, /* make= */ FALSE, &broken);
  g_autoptr (CheckoutShop) shop = NULL;
  CheckoutShopOptions options = {
    .data_dir = context->data_dir,
    .passphrase = cli_shop_passphrase_span (passphrase),
    .training = context->training,
    .may_read_only = may_read_only,
    .translate = cli_shop_translate,
    .language = cli_shop_language (),
  };

  if (broken == NULL)
    shop = checkout_shop_open (&options, error);
  else
    g_propagate_error (error, g_steal_pointer (&broken));
  if (shop == NULL || may_read_only || context->right == NULL
      || checkout_people_take (shop->people, *context->right, error))
    return g_steal_pointer (&shop);
  return NULL;
}

CheckoutShop *
cli_shop_open_acquirer (CliContext *context, gboolean may_read_only, CliExit *out_code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CheckoutShop) shop = cli_shop_open (context, may_read_only, &error);

  if (shop == NULL)
    *out_code = cli_output_fail (context, error);
  else if (shop->line == NULL)
    *out_code = cli_output_say (context, CLI_EXIT_NO,
                                _ ("This shop has no acquirer: name one when you set it up"));
  else
    return g_steal_pointer (&shop);
  return NULL;
}

CliExit
cli_shop_tell_unanswered (CliContext *context, const CheckoutShop *shop, const GError *error)
{
  const char *host = sync_line_host (shop->line), *why = error != NULL ? error->message : "";
  const char *held = vault_epoch_quarantine (shop->vault);
  guint16 port = sync_line_port (shop->line);

  /* Nobody was asked: it is for people here to decide. */
  if (g_error_matches (error, SYNC_ERROR, SYNC_ERROR_HELD))
    return cli_output_say (context, CLI_EXIT_NO, "%s",
                           held != NULL ? checkout_words_quarantine (held, cli_shop_translate)
                                        : why);
  /* Somebody is there: the line needs no test, but the keys do. */
  if (g_error_matches (error, ACQUIRER_ERROR, ACQUIRER_ERROR_MAC))
    return cli_output_say (context, CLI_EXIT_FAULT,
                           _ ("%s:%u answers, but not in a way that can be trusted (%s): compare "
                              "the keys of till-cli acquirer keys with the acquirer's"),
                           host, port, why);
  return cli_output_say (context, CLI_EXIT_FAULT,
                         _ ("%s:%u does not answer (%s): try till-cli acquirer self-test"), host,
                         port, why);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-output.h"

#include "acquirer-error.h"
#include "base-bytes.h"
#include "base-number.h"
#include "shop-cart.h"
#include "till-error.h"
#include "vault-error.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

#define SECONDS_A_MINUTE 60
#define SECONDS_AN_HOUR 3600
#define SECONDS_A_DAY 86400

const char *
cli_output_argument (const CliContext *self, guint index)
{
  return cli_arguments_word (self->arguments, self->words + index);
}

guint
cli_output_argument_count (const CliContext *self)
{
  return cli_arguments_count (self->arguments) - self->words;
}

gboolean
cli_output_receipt (const CliContext *self, gint64 *out_number, GError **error)
{
  const char *word = cli_output_argument (self, 0);
  guint64 number;

  if (base_number_parse (word, 10, 1, G_MAXINT64, &number))
    {
      *out_number = (gint64)number;
      return TRUE;
    }
  g_set_error (error, CLI_ERROR, CLI_EXIT_USAGE,
               _ ("“%s” is no receipt's number: say the one on the paper, as 12"), word);
  return FALSE;
}

void
cli_output_line (const CliContext *self, const char *format, ...)
{
  g_autofree char *line = NULL;
  va_list arguments;

  if (self->json)
    return;
  va_start (arguments, format);
  line = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  fputs (line, stdout);
  fputc ('\n', stdout);
  fflush (stdout);
}

static guint
columns_of (const char *text)
{
  guint columns = 0;

  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    columns += g_unichar_iszerowidth (g_utf8_get_char (at)) ? 0
               : g_unichar_iswide (g_utf8_get_char (at))    ? 2
                                                            : 1;
  return columns;
}

void
cli_output_row (const CliContext *self, guint columns, const char *what, const char *value)
{
  guint have = columns_of (what);

  cli_output_line (self, "%s%*s%s", what, have < columns ? (int)(columns - have) : 1, "",
                   value != NULL ? value : "–");
}

void
cli_output_sum (const CliContext *self, guint columns, const char *what, const char *value)
{
  guint have = columns_of (what) + columns_of (value);

  cli_output_line (self, "%s%*s%s", what, have < columns ? (int)(columns - have) : 1, "", value);
}

static char *
print_json (JsonBuilder *builder)
{
  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  g_autoptr (JsonGenerator) generator = json_generator_new ();

  json_generator_set_root (generator, root);
  json_generator_set_pretty (generator, TRUE);
  return json_generator_to_data (generator, NULL);
}

void
cli_output_json (CliContext *self, JsonBuilder *builder)
{
  g_autofree char *text = NULL;

  if (!self->json || self->spoken)
    return;
  text = print_json (builder);
  puts (text);
  fflush (stdout);
  self->spoken = TRUE;
}

void
cli_output_json_element (const CliContext *self, JsonBuilder *builder, gboolean first)
{
  g_autofree char *text = NULL;

  if (!self->json)
    return;
  text = print_json (builder);
  fputs (first ? "[\n" : ",\n", stdout);
  fputs (text, stdout);
}

void
cli_output_json_end (CliContext *self, gboolean any)
{
  if (!self->json || self->spoken)
    return;
  puts (any ? "\n]" : "[]");
  fflush (stdout);
  self->spoken = TRUE;
}

static CliExit
say (CliContext *self, CliExit code, char *sentence)
{
  g_autofree char *owned = g_strdelimit (sentence, "\r\n", ' ');
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  fprintf (stderr, "till-cli: %s\n", owned);
  json_builder_begin_object (builder);
  cli_output_text_member (builder, "error", owned);
  json_builder_end_object (builder);
  cli_output_json (self, builder);
  return code;
}

CliExit
cli_output_say (CliContext *self, CliExit code, const char *format, ...)
{
  va_list arguments;
  char *sentence;

  va_start (arguments, format);
  sentence = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  return say (self, code, sentence);
}

/* Where one sentence fits every error of a code; NULL: the error's own sentence is better. */
static const char *
known_sentence (const GError *error)
{
  if (g_error_matches (error, VAULT_ERROR, VAULT_ERROR_KEY)
      || g_error_matches (error, TILL_ERROR, TILL_ERROR_PASSPHRASE))
    return _ ("The passphrase does not open this shop's data: give the right one, from "
              "--passphrase-file or when asked");
  if (g_error_matches (error, VAULT_ERROR, VAULT_ERROR_NO_KEYRING)
      || g_error_matches (error, TILL_ERROR, TILL_ERROR_NO_KEYRING))
    return _ ("No keyring (Secret Service) answers here: give a passphrase by --passphrase-file");
  if (g_error_matches (error, VAULT_ERROR, VAULT_ERROR_BUSY)
      || g_error_matches (error, TILL_ERROR, TILL_ERROR_BUSY))
    return _ ("Another process owns this data folder, so it can only be read: close the other Till "
              "first");
  if (g_error_matches (error, VAULT_ERROR, VAULT_ERROR_FULL)
      || g_error_matches (error, TILL_ERROR, TILL_ERROR_FULL))
    return _ ("The disk is full: free some space first; nothing was charged");
  return NULL;
}

static CliExit
exit_of_vault (VaultError code)
{
  switch (code)
    {
    case VAULT_ERROR_EXISTS:
      return CLI_EXIT_NO;
    case VAULT_ERROR_KEY:
    case VAULT_ERROR_ABSENT:
      return CLI_EXIT_USAGE;
    case VAULT_ERROR_IO:
    case VAULT_ERROR_FULL:
    case VAULT_ERROR_BUSY:
    case VAULT_ERROR_NO_KEYRING:
    case VAULT_ERROR_CHANGED:
    case VAULT_ERROR_CORRUPT:
    case VAULT_ERROR_STATE:
      return CLI_EXIT_FAULT;
    }
  return CLI_EXIT_FAULT;
}

static CliExit
exit_of_till (TillError code)
{
  switch (code)
    {
    case TILL_ERROR_EXISTS:
    case TILL_ERROR_RIGHT:
      return CLI_EXIT_NO;
    case TILL_ERROR_ABSENT:
    case TILL_ERROR_PASSPHRASE:
      return CLI_EXIT_USAGE;
    case TILL_ERROR_NO_KEYRING:
    case TILL_ERROR_BUSY:
    case TILL_ERROR_FULL:
    case TILL_ERROR_CORRUPT:
    case TILL_ERROR_STATE:
    case TILL_ERROR_FAULT:
      return CLI_EXIT_FAULT;
    }
  return CLI_EXIT_FAULT;
}

static CliExit
exit_of (const GError *error)
{
  if (error->domain == CLI_ERROR)
    return (CliExit)error->code;
  if (error->domain == VAULT_ERROR)
    return exit_of_vault ((VaultError)error->code);
  if (error->domain == TILL_ERROR)
    return exit_of_till ((TillError)error->code);
  if (error->domain == SHOP_ERROR || g_error_matches (error, ACQUIRER_ERROR, ACQUIRER_ERROR_PROFILE)
      || g_error_matches (error, ACQUIRER_ERROR, ACQUIRER_ERROR_FIELD)
      || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA))
    return CLI_EXIT_USAGE;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return CLI_EXIT_NO;
  return CLI_EXIT_FAULT;
}

CliExit
cli_output_fail (CliContext *self, const GError *error)
{
  const char *known = known_sentence (error);

  return say (self, exit_of (error), g_strdup (known != NULL ? known : error->message));
}

void
cli_output_text_member (JsonBuilder *builder, const char *name, const char *text)
{
  json_builder_set_member_name (builder, name);
  if (text == NULL)
    json_builder_add_null_value (builder);
  else
    {
      g_autofree char *valid = g_utf8_make_valid (text, -1);

      json_builder_add_string_value (builder, valid);
    }
}

void
cli_output_number_member (JsonBuilder *builder, const char *name, gint64 number)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, number);
}

void
cli_output_flag_member (JsonBuilder *builder, const char *name, gboolean flag)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_boolean_value (builder, flag);
}

void
cli_output_time_member (JsonBuilder *builder, const char *name, gint64 unix_us)
{
  g_autoptr (GDateTime) when
      = unix_us != 0 ? g_date_time_new_from_unix_utc (unix_us / G_USEC_PER_SEC) : NULL;
  g_autofree char *text = when != NULL ? g_date_time_format (when, "%Y-%m-%dT%H:%M:%SZ") : NULL;

  cli_output_text_member (builder, name, text);
}

char *
cli_output_money (gint64 minor, const char *currency)
{
  g_autofree char *amount = base_money_to_text (base_money (minor, currency));

  return g_strdup_printf ("%s %s", currency, amount);
}

char *
cli_output_age (gint64 unix_us)
{
  gint64 seconds = MAX (0, (g_get_real_time () - unix_us) / G_USEC_PER_SEC);

  if (seconds < SECONDS_A_MINUTE)
    return g_strdup_printf (_ ("%d s"), (int)seconds);
  if (seconds < SECONDS_AN_HOUR)
    return g_strdup_printf (_ ("%d min"), (int)(seconds / SECONDS_A_MINUTE));
  if (seconds < SECONDS_A_DAY)
    return g_strdup_printf (_ ("%d h"), (int)(seconds / SECONDS_AN_HOUR));
  return g_strdup_printf (_ ("%d days"), (int)(seconds / SECONDS_A_DAY));
}

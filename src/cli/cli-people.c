/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-commands.h"
#include "cli-shop.h"

#include "shop-pin.h"
#include "till-error.h"

#include "base-number.h"

#include <glib/gi18n.h>
#include <string.h>

#define NUMBER_COLUMNS 6
#define RIGHT_COLUMNS 44

/* ---- what they are told ---- */

static const char *
state_name (const VaultPerson *person)
{
  if (person->has_left)
    return "left";
  if (person->wrong >= SHOP_PIN_TRIES_MAX)
    return "locked";
  if (person->pin == NULL)
    return "badge-only";
  if (checkout_people_pin_days (person) == 0)
    return "pin-due";
  return "good";
}

static const char *
state_words (const VaultPerson *person)
{
  static const struct
  {
    const char *name, *words;
  } states[] = { { "left", N_ ("has left") },
                 { "locked", N_ ("locked: too many wrong PINs") },
                 { "badge-only", N_ ("signs in by badge") },
                 { "pin-due", N_ ("changes the PIN at the next sign-in") },
                 { "good", N_ ("signs in by PIN") } };

  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    if (strcmp (states[i].name, state_name (person)) == 0)
      return _ (states[i].words);
  return "";
}

static void
tell_person (CliContext *context, JsonBuilder *builder, const VaultPerson *person)
{
  g_autofree char *number = g_strdup_printf ("%03u", person->number);
  g_autofree char *words
      = g_strdup_printf ("%s · %s · %s", person->name, _ (shop_rights_role_words (person->role)),
                         state_words (person));

  cli_output_row (context, NUMBER_COLUMNS, number, words);
  json_builder_begin_object (builder);
  cli_output_text_member (builder, "number", number);
  cli_output_text_member (builder, "name", person->name);
  cli_output_text_member (builder, "role", shop_rights_role_name (person->role));
  cli_output_text_member (builder, "state", state_name (person));
  cli_output_flag_member (builder, "badge", person->badge != NULL);
  json_builder_end_object (builder);
}

static CliExit
list (CliContext *context, const CheckoutShop *shop)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) people = checkout_people_list (shop->people, &error);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  guint acting = 0;

  if (people == NULL)
    return cli_output_fail (context, error);
  acting = checkout_people_operator (shop->people);
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "people");
  json_builder_begin_array (builder);
  for (guint i = 0; i < people->len; i++)
    tell_person (context, builder, people->pdata[i]);
  json_builder_end_array (builder);
  cli_output_number_member (builder, "operator", acting);
  json_builder_end_object (builder);
  if (people->len == 0)
    cli_output_line (context, "%s",
                     _ ("Nobody is entered: whoever stands at the till may do everything. Enter "
                        "a manager first (till-cli people add NAME --role manager)."));
  else if (acting != 0)
    cli_output_line (context, _ ("Commands act with the rights of person %03u."), acting);
  cli_output_json (context, builder);
  return CLI_EXIT_DONE;
}

CliExit
cli_people_list (CliContext *context)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CheckoutShop) shop = cli_shop_open (context, /* may_read_only= */ TRUE, &error);

  return shop != NULL ? list (context, shop) : cli_output_fail (context, error);
}

static const char *
may_words (ShopMay may)
{
  switch (may)
    {
    case SHOP_MAY:
      return _ ("yes");
    case SHOP_MAY_ASK:
      return _ ("with approval");
    case SHOP_MAY_NOT:
      break;
    }
  return _ ("no");
}

static void
tell_right (CliContext *context, JsonBuilder *builder, ShopRight right)
{
  static const char *const names[] = { "no", "approval", "yes" };
  g_autoptr (GString) words = g_string_new (NULL);

  json_builder_begin_object (builder);
  cli_output_text_member (builder, "right", shop_rights_name (right));
  for (guint role = 0; role < SHOP_ROLE_COUNT; role++)
    {
      ShopMay may = shop_rights_of ((ShopRole)role, right);

      g_string_append_printf (words, "%s%s: %s", role > 0 ? " · " : "",
                              _ (shop_rights_role_words ((ShopRole)role)), may_words (may));
      cli_output_text_member (builder, shop_rights_role_name ((ShopRole)role), names[may]);
    }
  json_builder_end_object (builder);
  cli_output_row (context, RIGHT_COLUMNS, _ (shop_rights_words (right)), words->str);
}

CliExit
cli_people_rights (CliContext *context)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_array (builder);
  for (guint right = 0; right < SHOP_RIGHT_COUNT; right++)
    tell_right (context, builder, (ShopRight)right);
  json_builder_end_array (builder);
  cli_output_json (context, builder);
  return CLI_EXIT_DONE;
}

/* ---- what is changed ---- */

static gboolean
read_role (const CliContext *context, int *out_role, GError **error)
{
  const char *word = cli_arguments_value (context->arguments, "role");
  ShopRole role;

  *out_role = -1;
  if (word == NULL)
    return TRUE;
  if (shop_rights_role_from_name (word, &role))
    {
      *out_role = (int)role;
      return TRUE;
    }
  g_set_error (error, CLI_ERROR, CLI_EXIT_USAGE,
               _ ("“%s” is no role: say cashier, supervisor, manager or auditor"), word);
  return FALSE;
}

static gboolean
read_number (const CliContext *context, guint *out_number, GError **error)
{
  const char *word = cli_output_argument (context, 0);
  guint64 number;

  if (base_number_parse (word, 10, 1, VAULT_PERSON_NUMBER_MAX, &number))
    {
      *out_number = (guint)number;
      return TRUE;
    }
  g_set_error (error, CLI_ERROR, CLI_EXIT_USAGE,
               _ ("“%s” is no person's number: look at till-cli people list"), word);
  return FALSE;
}

/* What was refused for how things stand, or for who asks, is a no; the rest is a fault. */
static CliExit
fail (CliContext *context, const GError *error)
{
  if (g_error_matches (error, TILL_ERROR, TILL_ERROR_STATE))
    return cli_output_say (context, CLI_EXIT_NO, "%s", error->message);
  return cli_output_fail (context, error);
}

static CliExit
change (CliContext *context, CheckoutPerson *person)
{
  g_autoptr (BaseSecret) pin = NULL, badge = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (CheckoutShop) shop = NULL;
  g_autoptr (GPtrArray) people = NULL;
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  if (!read_role (context, &person->role, &error)
      || !cli_shop_secret_file (context, "pin-file", &pin, &error)
      || !cli_shop_secret_file (context, "badge-file", &badge, &error))
    return cli_output_fail (context, error);
  person->pin = cli_shop_passphrase_span (pin);
  person->badge = cli_shop_passphrase_span (badge);
  shop = cli_shop_open (context, /* may_read_only= */ FALSE, &error);
  if (shop == NULL)
    return cli_output_fail (context, error);
  if (!checkout_people_change (shop->people, person, &error))
    return fail (context, error);
  people = checkout_people_list (shop->people, &error);
  if (people == NULL)
    return cli_output_fail (context, error);
  tell_person (context, builder, vault_people_find (people, person->number));
  cli_output_json (context, builder);
  return CLI_EXIT_DONE;
}

CliExit
cli_people_add (CliContext *context)
{
  CheckoutPerson person = { .name = cli_output_argument (context, 0) };

  if (!cli_arguments_has (context->arguments, "role"))
    return cli_output_say (context, CLI_EXIT_USAGE, "%s",
                           _ ("In which role? Say --role cashier, supervisor, manager or auditor"));
  if (!cli_arguments_has (context->arguments, "pin-file")
      && !cli_arguments_has (context->arguments, "badge-file"))
    return cli_output_say (context, CLI_EXIT_USAGE, "%s",
                           _ ("Say --pin-file FILE: its first line is the first PIN, which is "
                              "changed at the first sign-in"));
  return change (context, &person);
}

CliExit
cli_people_change (CliContext *context)
{
  CheckoutPerson person = { .name = cli_arguments_value (context->arguments, "name") };
  g_autoptr (GError) error = NULL;

  if (!read_number (context, &person.number, &error))
    return cli_output_fail (context, error);
  return change (context, &person);
}

CliExit
cli_people_unlock (CliContext *context)
{
  CheckoutPerson person = { .role = -1, .unlock = TRUE };
  g_autoptr (GError) error = NULL;

  if (!read_number (context, &person.number, &error))
    return cli_output_fail (context, error);
  return change (context, &person);
}

CliExit
cli_people_leave (CliContext *context)
{
  CheckoutPerson person = { .role = -1, .leaves = TRUE };
  g_autoptr (GError) error = NULL;

  if (!read_number (context, &person.number, &error))
    return cli_output_fail (context, error);
  return change (context, &person);
}

CliExit
cli_people_operator (CliContext *context)
{
  gboolean none = strcmp (cli_output_argument (context, 0), "none") == 0;
  g_autoptr (GError) error = NULL;
  g_autoptr (CheckoutShop) shop = NULL;
  guint number = 0;

  if (!none && !read_number (context, &number, &error))
    return cli_output_fail (context, error);
  shop = cli_shop_open (context, /* may_read_only= */ FALSE, &error);
  if (shop == NULL)
    return cli_output_fail (context, error);
  if (!checkout_people_set_operator (shop->people, number, &error))
    return fail (context, error);
  if (none)
    cli_output_line (context, "%s", _ ("Commands act as nobody in particular, with every right."));
  else
    cli_output_line (context, _ ("Commands act with the rights of person %03u."), number);
  return CLI_EXIT_DONE;
}

CliExit
cli_people_lock_after (CliContext *context)
{
  const char *word = cli_output_argument (context, 0);
  g_autoptr (GError) error = NULL;
  g_autoptr (CheckoutShop) shop = NULL;
  guint64 seconds = 0;

  if (strcmp (word, "off") != 0 && !base_number_parse (word, 10, 1, G_MAXUINT, &seconds))
    return cli_output_say (context, CLI_EXIT_USAGE,
                           _ ("“%s” is no time: say people lock-after SECONDS, or off"), word);
  shop = cli_shop_open (context, /* may_read_only= */ FALSE, &error);
  if (shop == NULL)
    return cli_output_fail (context, error);
  if (!checkout_people_set_idle_s (shop->people, (guint)seconds, &error))
    return fail (context, error);
  if (seconds == 0)
    cli_output_line (context, "%s", _ ("The window doesn't lock itself any more."));
  else
    cli_output_line (context, _ ("The window locks itself after %u s without a touch."),
                     (guint)seconds);
  return CLI_EXIT_DONE;
}

CliExit
cli_people_discount_limit (CliContext *context)
{
  const char *word = cli_output_argument (context, 0);
  g_autoptr (GError) error = NULL;
  g_autoptr (CheckoutShop) shop = NULL;
  guint64 percent;

  if (!base_number_parse (word, 10, 0, 100, &percent))
    return cli_output_say (context, CLI_EXIT_USAGE,
                           _ ("“%s” is no limit: say a whole per cent, 0 to 100"), word);
  shop = cli_shop_open (context, /* may_read_only= */ FALSE, &error);
  if (shop == NULL
      || !checkout_people_set_discount_bp (shop->people, (guint)percent * (SHOP_WHOLE_BP / 100),
                                           &error))
    return cli_output_fail (context, error);
  cli_output_line (context, _ ("A cashier may take up to %u per cent off a line."), (guint)percent);
  return CLI_EXIT_DONE;
}

CliExit
cli_people_accept (CliContext *context)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CheckoutShop) shop = cli_shop_open (context, /* may_read_only= */ FALSE, &error);

  if (shop == NULL || !checkout_people_accept (shop->people, &error))
    return cli_output_fail (context, error);
  cli_output_line (context, "%s", _ ("The list of people is taken as it is."));
  return list (context, shop);
}

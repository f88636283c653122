/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The transport key under dual control: each of two or three people brings one component, at the
 * keyboard one after another or in a file of their own, sees its check value, and knows nothing of
 * the other's. Nothing is kept before all of them are there; then the journal says who brought
 * which.
 */
#include "cli-commands.h"
#include "cli-keys.h"
#include "cli-shop.h"

#include "sync-keys.h"

#include <glib/gi18n.h>
#include <string.h>

#define NAME_MAX_CHARACTERS 60

typedef struct
{
  SyncKeysPart parts[SYNC_KEYS_COMPONENTS_MAX];
  guint count;
} Ceremony;

static void
ceremony_clear (Ceremony *self)
{
  for (guint i = 0; i < self->count; i++)
    {
      base_secret_free (self->parts[i].component);
      g_free (self->parts[i].who);
    }
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Ceremony, ceremony_clear)

/* Takes both over. FALSE: it is no component. */
static gboolean
add (CliContext *context, Ceremony *self, BaseSecret *component, char *who)
{
  SyncKeysPart *part = &self->parts[self->count];
  SyncKeys checks = { 0 };

  if (component == NULL)
    {
      g_free (who);
      return FALSE;
    }
  *part = (SyncKeysPart){ component, who };
  self->count++;
  sync_keys_check_values (component, &checks);
  if (checks.transport_tdes[0] == '\0')
    cli_output_line (context, _ ("Component %u, of %s: check value %s (AES)"), self->count, who,
                     checks.transport_aes);
  else
    cli_output_line (context, _ ("Component %u, of %s: check value %s (TDES), %s (AES)"),
                     self->count, who, checks.transport_tdes, checks.transport_aes);
  return TRUE;
}

/* ---- In files, for scripts and for people with sticks ---- */

/* Who brought the n-th file, where it was said. */
static char *
name_of (const CliContext *context, guint index)
{
  const char *said = cli_arguments_value_at (context->arguments, "by", index);

  return g_strdup (said != NULL ? said : g_get_user_name ());
}

static gboolean
read_files (CliContext *context, Ceremony *self, GError **error)
{
  for (guint i = 0; i < cli_output_argument_count (context); i++)
    {
      g_autoptr (BaseSecret) file = cli_keys_read_file (cli_output_argument (context, i), error);

      if (file == NULL
          || !add (context, self, sync_keys_read_component (base_secret_span (file), error),
                   name_of (context, i)))
        return FALSE;
    }
  return TRUE;
}

/* ---- At the keyboard ---- */

/* A name that was left empty ends it, once there are enough. */
static char *
ask_name (guint number, GError **error)
{
  gboolean may_end = number > SYNC_KEYS_COMPONENTS_MIN;
  g_autofree char *prompt
      = g_strdup_printf (may_end ? _ ("Who brings component %u? (Enter: there is none)")
                                 : _ ("Who brings component %u of the transport key?"),
                         number);
  g_autofree char *name = cli_shop_ask_line (prompt);

  if (name != NULL && name[0] != '\0' && g_utf8_strlen (name, -1) <= NAME_MAX_CHARACTERS)
    return g_steal_pointer (&name);
  if (name != NULL && !may_end)
    g_set_error_literal (error, CLI_ERROR, CLI_EXIT_NO,
                         _ ("Each component needs the name of who brings it; nothing was changed"));
  else if (name == NULL && number == 1)
    g_set_error_literal (error, CLI_ERROR, CLI_EXIT_USAGE,
                         _ ("There is no terminal to ask for the components on: give a file for "
                            "each"));
  return NULL;
}

static BaseSecret *
ask_component (guint number, GError **error)
{
  g_autoptr (BaseSecret) typed = cli_shop_ask_component (number, error);

  if (typed == NULL && *error == NULL)
    g_set_error_literal (error, CLI_ERROR, CLI_EXIT_NO,
                         _ ("Nothing was typed: nothing was changed"));
  return typed != NULL ? sync_keys_read_component (
             BASE_SPAN (base_secret_span (typed).data, base_secret_size (typed) - 1), error)
                       : NULL;
}

static gboolean
ask_all (CliContext *context, Ceremony *self, GError **error)
{
  while (self->count < SYNC_KEYS_COMPONENTS_MAX)
    {
      char *who = ask_name (self->count + 1, error);

      if (who == NULL)
        break;
      if (!add (context, self, ask_component (self->count + 1, error), who))
        return FALSE;
    }
  return *error == NULL;
}

CliExit
cli_ceremony_run (CliContext *context)
{
  CliExit code = CLI_EXIT_DONE;
  g_autoptr (CheckoutShop) shop
      = cli_shop_open_acquirer (context, /* may_read_only= */ FALSE, &code);
  g_auto (Ceremony) ceremony = { 0 };
  g_autoptr (GError) error = NULL;

  if (shop == NULL)
    return code;
  if (!(cli_output_argument_count (context) > 0 ? read_files (context, &ceremony, &error)
                                                : ask_all (context, &ceremony, &error))
      || !sync_keys_keep_transport (shop->vault, ceremony.parts, ceremony.count, &error))
    return cli_keys_fail (context, error);
  cli_output_line (context, "%s",
                   _ ("The transport key is kept. Compare its check value with the acquirer's; if "
                      "it is another, do all of this once more."));
  return cli_keys_tell (context, shop);
}

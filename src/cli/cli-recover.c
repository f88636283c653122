/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-commands.h"
#include "cli-shop.h"

#include "vault-key.h"

#include <glib/gi18n.h>

typedef struct
{
  CliContext *context;
  const char *recovery;
} Recovery;

static gboolean
recover (gpointer data, BaseSpan passphrase, GError **error)
{
  const Recovery *recovery = data;

  return checkout_shop_recover (recovery->context->data_dir, recovery->recovery, passphrase, error);
}

/* The sentence for a wrong passphrase would mislead here. */
static CliExit
fail (CliContext *context, const GError *error)
{
  if (!g_error_matches (error, VAULT_ERROR, VAULT_ERROR_KEY))
    return cli_output_fail (context, error);
  return cli_output_say (context, CLI_EXIT_USAGE,
                         _ ("This recovery key does not open this shop's data: compare each "
                            "character with the paper, and see that it is this shop's. Nothing "
                            "was changed"));
}

static void
tell (CliContext *context)
{
  gboolean passphrase = vault_key_needs_passphrase (context->data_dir);
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  cli_output_line (context,
                   passphrase ? _ ("The data in %s open with the new passphrase from now on.")
                              : _ ("This desktop's keyring opens the data in %s from now on."),
                   context->data_dir);
  cli_output_line (context, _ ("The recovery key stays the same: keep it away from the till."));
  json_builder_begin_object (builder);
  cli_output_text_member (builder, "data_dir", context->data_dir);
  cli_output_text_member (builder, "keeper", passphrase ? "passphrase" : "secret-service");
  json_builder_end_object (builder);
  cli_output_json (context, builder);
}

static CliExit
refuse (CliContext *context)
{
  if (context->training)
    return cli_output_say (context, CLI_EXIT_USAGE,
                           _ ("The training shop guards nothing: it has no recovery key"));
  return cli_output_say (context, CLI_EXIT_USAGE,
                         _ ("There is no shop in “%s”: say where it is by --data-dir"),
                         context->data_dir);
}

CliExit
cli_recover_run (CliContext *context)
{
  g_autoptr (BaseSecret) typed = NULL;
  g_autoptr (GError) error = NULL;
  Recovery recovery = { .context = context };

  if (context->training || !vault_exists (context->data_dir))
    return refuse (context);
  typed = cli_shop_recovery (context, &error);
  if (typed == NULL)
    return cli_output_fail (context, error);
  recovery.recovery = (const char *)base_secret_span (typed).data;
  if (!vault_key_is_recovery (recovery.recovery))
    return cli_output_say (context, CLI_EXIT_USAGE,
                           _ ("That is no recovery key: one has 32 letters and digits, as "
                              "7K3M-9QXD-…, and never a U. Nothing was changed"));
  if (!cli_shop_keep_anew (context, recover, &recovery, &error))
    return fail (context, error);
  tell (context);
  return CLI_EXIT_DONE;
}

static void
tell_new_key (CliContext *context, const char *recovery)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  cli_output_line (context, _ ("Recovery key: %s"), recovery);
  cli_output_line (context, "%s",
                   _ ("It is shown this once: write it down and keep it away from the till. The "
                      "one before opens this shop no more;\n"
                      "backups that were made until now still open with it: make a new one."));
  json_builder_begin_object (builder);
  cli_output_text_member (builder, "data_dir", context->data_dir);
  cli_output_text_member (builder, "recovery_key", recovery);
  json_builder_end_object (builder);
  cli_output_json (context, builder);
}

CliExit
cli_recover_new_key (CliContext *context)
{
  g_autoptr (BaseSecret) passphrase = NULL;
  g_autoptr (GError) error = NULL;
  char *recovery = NULL;

  if (context->training || !vault_exists (context->data_dir))
    return refuse (context);
  passphrase = cli_shop_passphrase (context, /* make= */ FALSE, &error);
  if (error != NULL
      || !checkout_shop_new_recovery (context->data_dir, cli_shop_passphrase_span (passphrase),
                                      &recovery, &error))
    return cli_output_fail (context, error);
  tell_new_key (context, recovery);
  base_secret_free_text (recovery);
  return CLI_EXIT_DONE;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-commands.h"
#include "cli-shop.h"

#include "checkout-backup.h"
#include "vault-key.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>

static CliExit
refuse_training (CliContext *context)
{
  return cli_output_say (context, CLI_EXIT_USAGE,
                         _ ("The training shop guards nothing: there is nothing to keep of it"));
}

CliExit
cli_backup_create (CliContext *context)
{
  const char *path = cli_output_argument (context, 0);
  g_autoptr (GError) error = NULL;
  g_autoptr (BaseSecret) passphrase = NULL;
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  GStatBuf status = { 0 };

  if (context->training)
    return refuse_training (context);
  passphrase = cli_shop_passphrase (context, /* make= */ FALSE, &error);
  if (error != NULL
      || !checkout_backup_create (context->data_dir, cli_shop_passphrase_span (passphrase), path,
                                  &error))
    return cli_output_fail (context, error);
  (void)g_stat (path, &status);
  cli_output_line (context, _ ("The backup is in %s, sealed, and was read back whole."), path);
  cli_output_line (context, _ ("It opens with the shop's passphrase or its recovery key; without "
                               "them nobody can read it."));
  json_builder_begin_object (builder);
  cli_output_text_member (builder, "file", path);
  cli_output_number_member (builder, "size", status.st_size);
  json_builder_end_object (builder);
  cli_output_json (context, builder);
  return CLI_EXIT_DONE;
}

typedef struct
{
  CliContext *context;
  const char *recovery; /* NULL: by the passphrase */
} Restore;

static gboolean
restore (gpointer data, BaseSpan passphrase, GError **error)
{
  const Restore *self = data;

  return checkout_backup_restore (self->context->data_dir, cli_output_argument (self->context, 0),
                                  passphrase, self->recovery, error);
}

static gboolean
restore_by_passphrase (Restore *self, GError **error)
{
  g_autoptr (GError) broken = NULL;
  g_autoptr (BaseSecret) passphrase
      = cli_shop_passphrase (self->context, /* make= */ FALSE, &broken);

  if (broken == NULL)
    return restore (self, cli_shop_passphrase_span (passphrase), error);
  g_propagate_error (error, g_steal_pointer (&broken));
  return FALSE;
}

static gboolean
restore_by_recovery (Restore *self, GError **error)
{
  g_autoptr (BaseSecret) typed = cli_shop_recovery (self->context, error);

  if (typed == NULL)
    return FALSE;
  self->recovery = (const char *)base_secret_span (typed).data;
  if (vault_key_is_recovery (self->recovery))
    return cli_shop_keep_anew (self->context, restore, self, error);
  g_set_error_literal (error, CLI_ERROR, CLI_EXIT_USAGE,
                       _ ("That is no recovery key: one has 32 letters and digits, as "
                          "7K3M-9QXD-…, and never a U. Nothing was changed"));
  return FALSE;
}

static CliExit
fail (CliContext *context, gboolean by_passphrase, const GError *error)
{
  if (g_error_matches (error, VAULT_ERROR, VAULT_ERROR_KEY))
    return cli_output_say (
        context, CLI_EXIT_USAGE,
        by_passphrase ? _ ("This passphrase does not open the backup: give the one that the shop "
                           "had then, or its recovery key by --recovery-file")
                      : _ ("This recovery key does not open the backup: compare each character "
                           "with the paper, and see that it is this shop's"));
  return cli_shop_fail_to_make (context, error);
}

CliExit
cli_backup_restore (CliContext *context)
{
  gboolean by_passphrase = cli_arguments_has (context->arguments, "passphrase-file")
                           && !cli_arguments_has (context->arguments, "recovery-file");
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  Restore self = { .context = context };

  if (context->training)
    return refuse_training (context);
  if (!(by_passphrase ? restore_by_passphrase (&self, &error)
                      : restore_by_recovery (&self, &error)))
    return fail (context, by_passphrase, error);
  cli_output_line (context,
                   _ ("The shop is back, in %s. Nothing is sent from it yet: first close "
                      "every other copy of it for good, then say: till-cli queue release"),
                   context->data_dir);
  json_builder_begin_object (builder);
  cli_output_text_member (builder, "data_dir", context->data_dir);
  cli_output_text_member (builder, "quarantine", "restored");
  json_builder_end_object (builder);
  cli_output_json (context, builder);
  return CLI_EXIT_DONE;
}

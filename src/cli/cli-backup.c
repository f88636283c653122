/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-commands.h"
#include "cli-shop.h"

#include "checkout-backup.h"
#include "checkout-words.h"
#include "vault-key.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <inttypes.h>

static CliExit
refuse_training (CliContext *context)
{
  return cli_output_say (context, CLI_EXIT_USAGE,
                         _ ("The training shop guards nothing: there is nothing to keep of it"));
}

CliExit
cli_backup_write (CliContext *context, gboolean hand_over)
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
  cli_output_line (context,
                   hand_over
                       ? _ ("The hand-over file is %s, sealed, and was read back whole. Take it in "
                            "at the other till: till-cli queue import")
                       : _ ("The backup is in %s, sealed, and was read back whole."),
                   path);
  cli_output_line (context, _ ("It opens with the shop's passphrase or its recovery key; without "
                               "them nobody can read it."));
  json_builder_begin_object (builder);
  cli_output_text_member (builder, "file", path);
  cli_output_number_member (builder, "size", status.st_size);
  json_builder_end_object (builder);
  cli_output_json (context, builder);
  return CLI_EXIT_DONE;
}

CliExit
cli_backup_create (CliContext *context)
{
  return cli_backup_write (context, /* hand_over= */ FALSE);
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

/* ---- the second folder ---- */

static char *
clock_of (gint64 unix_us)
{
  g_autoptr (GDateTime) when = g_date_time_new_from_unix_local (unix_us / G_USEC_PER_SEC);

  return when != NULL ? g_date_time_format (when, "%F %H:%M:%S") : g_strdup ("–");
}

/* What is the matter with it; NULL: nothing. */
static const char *
copy_word (const VaultCopyFacts *facts, const GError *error)
{
  if (error != NULL)
    return checkout_follow_reason (error);
  if (facts->behind < 0)
    return "foreign";
  return facts->cut ? "damaged" : NULL;
}

static void
build_copy (CliContext *context, const char *folder, const VaultCopyFacts *facts, const char *word)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  cli_output_text_member (builder, "folder", folder);
  cli_output_number_member (builder, "records", facts->records);
  cli_output_number_member (builder, "behind", MAX (0, facts->behind));
  cli_output_time_member (builder, "since", facts->since_us);
  cli_output_time_member (builder, "written", facts->at_us);
  cli_output_number_member (builder, "size", facts->size);
  cli_output_text_member (builder, "reason", word);
  json_builder_end_object (builder);
  cli_output_json (context, builder);
}

static CliExit
tell_copy (CliContext *context, const char *folder, const VaultCopyFacts *facts, const char *word)
{
  g_autofree char *written = clock_of (facts->at_us), *since = clock_of (facts->since_us);

  build_copy (context, folder, facts, word);
  if (g_strcmp0 (word, "damaged") == 0)
    return cli_output_say (context, CLI_EXIT_NO,
                           _ ("The end of the copy in “%s” is damaged: it holds up to %s. Start "
                              "Till, which makes it anew"),
                           folder, written);
  if (word != NULL)
    return cli_output_say (context, CLI_EXIT_NO, _ ("The copy in “%s” does not follow. %s"), folder,
                           checkout_words_copy (word, cli_shop_translate));
  cli_output_line (context,
                   ngettext ("The copy in %s holds %u record that waits, as of %s.",
                             "The copy in %s holds %u records that wait, as of %s.",
                             facts->records),
                   folder, facts->records, written);
  if (facts->behind > 0)
    return cli_output_say (context, CLI_EXIT_NO,
                           _ ("The copy is %" PRId64 " behind, since %s: it catches up while a "
                              "till works with the shop"),
                           facts->behind, since);
  cli_output_line (context, "%s", _ ("Nothing that waits here is missing in it."));
  return CLI_EXIT_DONE;
}

static CliExit
show_follow (CliContext *context, BaseSpan passphrase)
{
  g_autofree char *folder = NULL;
  g_autoptr (GError) error = NULL;
  VaultCopyFacts facts = { 0 };

  if (!checkout_follow_check (context->data_dir, passphrase, &folder, &facts, &error)
      && folder == NULL)
    return cli_output_fail (context, error);
  if (folder != NULL)
    return tell_copy (context, folder, &facts, copy_word (&facts, error));
  build_copy (context, NULL, &facts, NULL);
  cli_output_line (
      context, "%s",
      _ ("No copy follows these books: name a folder with till-cli backup follow DIR"));
  return CLI_EXIT_DONE;
}

/* On the disk of the books themselves it guards against little. */
static void
warn_same_disk (CliContext *context, const char *folder)
{
  GStatBuf here, there;

  if (g_stat (context->data_dir, &here) == 0 && g_stat (folder, &there) == 0
      && here.st_dev == there.st_dev)
    cli_output_line (context, "%s",
                     _ ("This folder lies on the same disk as the books: when that dies, so does "
                        "the copy. A stick or another computer is better."));
}

static CliExit
set_follow (CliContext *context, BaseSpan passphrase, const char *folder)
{
  g_autofree char *whole = folder != NULL ? g_canonicalize_filename (folder, NULL) : NULL;
  g_autoptr (GError) error = NULL;

  if (whole != NULL && !g_file_test (whole, G_FILE_TEST_IS_DIR))
    return cli_output_say (context, CLI_EXIT_USAGE,
                           _ ("There is no folder “%s”: put the stick in, or make it first"),
                           folder);
  if (!checkout_follow_set (context->data_dir, passphrase, whole, &error))
    {
      if (g_error_matches (error, VAULT_ERROR, VAULT_ERROR_EXISTS))
        return cli_output_say (context, CLI_EXIT_NO, "%s",
                               checkout_words_copy ("foreign", cli_shop_translate));
      return cli_output_fail (context, error);
    }
  if (whole == NULL)
    {
      VaultCopyFacts none = { 0 };

      build_copy (context, NULL, &none, NULL);
      cli_output_line (context, "%s",
                       _ ("No copy follows any more. The one there is stays where it is."));
      return CLI_EXIT_DONE;
    }
  cli_output_line (
      context, "%s",
      _ ("From now on a sealed copy of what waits follows each sale. Another till "
         "takes it in with: till-cli queue import DIR, and this shop's recovery key."));
  warn_same_disk (context, whole);
  return show_follow (context, passphrase);
}

CliExit
cli_backup_follow (CliContext *context)
{
  const char *word = cli_output_argument (context, 0);
  g_autoptr (GError) error = NULL;
  g_autoptr (BaseSecret) passphrase = NULL;
  BaseSpan span;

  if (context->training)
    return refuse_training (context);
  passphrase = cli_shop_passphrase (context, /* make= */ FALSE, &error);
  if (error != NULL)
    return cli_output_fail (context, error);
  span = cli_shop_passphrase_span (passphrase);
  if (g_str_equal (word, "show"))
    return show_follow (context, span);
  return set_follow (context, span, g_str_equal (word, "off") ? NULL : word);
}

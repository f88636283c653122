/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-commands.h"
#include "cli-shop.h"

#include "checkout-words.h"
#include "vault-epoch.h"
#include "vault-journal.h"

#include <glib/gi18n.h>
#include <inttypes.h>

static void
tell_changed (const CliContext *context, JsonBuilder *builder, const GArray *changed)
{
  json_builder_set_member_name (builder, "changed_receipts");
  json_builder_begin_array (builder);
  for (guint i = 0; i < changed->len; i++)
    {
      cli_output_line (context, _ ("Receipt %" PRId64 " is not what the journal says of it."),
                       g_array_index (changed, gint64, i));
      json_builder_add_int_value (builder, g_array_index (changed, gint64, i));
    }
  json_builder_end_array (builder);
}

CliExit
cli_journal_verify (CliContext *context)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CheckoutShop) shop = cli_shop_open (context, /* may_read_only= */ TRUE, &error);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (GArray) changed = NULL;
  VaultJournalVerdict verdict = VAULT_JOURNAL_BROKEN;
  gint64 count = 0, seq = 0, erased = 0;
  const char *quarantine;

  if (shop == NULL || !vault_journal_verify (shop->vault, &verdict, &count, &seq, &error)
      || !vault_journal_count_erased (shop->vault, &erased, &error)
      || !vault_journal_verify_sales (shop->vault, &changed, &error))
    return cli_output_fail (context, error);
  quarantine = vault_epoch_quarantine (shop->vault);
  json_builder_begin_object (builder);
  cli_output_flag_member (builder, "whole", verdict == VAULT_JOURNAL_WHOLE);
  cli_output_number_member (builder, "checked", count);
  if (verdict == VAULT_JOURNAL_BROKEN)
    cli_output_number_member (builder, "first_broken", seq);
  cli_output_number_member (builder, "erased", erased);
  cli_output_text_member (builder, "quarantine", quarantine);
  tell_changed (context, builder, changed);
  json_builder_end_object (builder);
  cli_output_json (context, builder);
  if (verdict == VAULT_JOURNAL_BROKEN)
    return cli_output_say (
        context, CLI_EXIT_NO,
        _ ("Entry %" PRId64
           " of the journal does not follow from the one before: it was changed, or "
           "something before it is missing"),
        seq);
  if (erased > 0)
    cli_output_line (context,
                     ngettext ("The detail of %" PRId64 " entry was erased.",
                               "The details of %" PRId64 " entries were erased.", (gulong)erased),
                     erased);
  if (changed->len > 0)
    return cli_output_say (context, CLI_EXIT_NO,
                           _ ("The journal is whole, but %u of the receipts are not what it says: "
                              "restore a backup, and call support"),
                           changed->len);
  if (quarantine != NULL)
    return cli_output_say (context, CLI_EXIT_NO, "%s",
                           checkout_words_quarantine (quarantine, cli_shop_translate));
  cli_output_line (
      context, _ ("The journal is whole: %" PRId64 " entries, each follows from the one before."),
      count);
  return CLI_EXIT_DONE;
}

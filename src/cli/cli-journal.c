/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-commands.h"
#include "cli-shop.h"

#include "vault-journal.h"

#include <glib/gi18n.h>
#include <inttypes.h>

CliExit
cli_journal_verify (CliContext *context)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CheckoutShop) shop = cli_shop_open (context, /* may_read_only= */ TRUE, &error);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  VaultJournalVerdict verdict = VAULT_JOURNAL_BROKEN;
  gint64 count = 0, seq = 0;

  if (shop == NULL || !vault_journal_verify (shop->vault, &verdict, &count, &seq, &error))
    return cli_output_fail (context, error);
  json_builder_begin_object (builder);
  cli_output_flag_member (builder, "whole", verdict == VAULT_JOURNAL_WHOLE);
  cli_output_number_member (builder, "checked", count);
  if (verdict == VAULT_JOURNAL_BROKEN)
    cli_output_number_member (builder, "first_broken", seq);
  json_builder_end_object (builder);
  cli_output_json (context, builder);
  if (verdict == VAULT_JOURNAL_BROKEN)
    return cli_output_say (
        context, CLI_EXIT_NO,
        _ ("Entry %" PRId64
           " of the journal does not follow from the one before: it was changed, or "
           "something before it is missing"),
        seq);
  cli_output_line (
      context, _ ("The journal is whole: %" PRId64 " entries, each follows from the one before."),
      count);
  return CLI_EXIT_DONE;
}

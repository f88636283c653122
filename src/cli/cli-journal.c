/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-commands.h"
#include "cli-shop.h"

#include "checkout-words.h"
#include "vault-batch.h"
#include "vault-closing.h"
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

static void
tell_reports (const CliContext *context, JsonBuilder *builder, const GArray *changed)
{
  json_builder_set_member_name (builder, "changed_reports");
  json_builder_begin_array (builder);
  for (guint i = 0; i < changed->len; i++)
    {
      cli_output_line (context, _ ("Z report %" PRId64 " is not what the journal says of it."),
                       g_array_index (changed, gint64, i));
      json_builder_add_int_value (builder, g_array_index (changed, gint64, i));
    }
  json_builder_end_array (builder);
}

static const char *const head_names[] = {
  [VAULT_HEAD_CONTAINED] = "contained",
  [VAULT_HEAD_CUT_OFF] = "cut-off",
  [VAULT_HEAD_OTHER] = "other",
};

/* A head from a report's paper, and what the journal says to it. */
typedef struct
{
  gboolean asked;
  char *digits;
  gint64 seq;
  VaultHead verdict;
} Head;

static void
head_clear (Head *self)
{
  g_free (self->digits);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Head, head_clear)

static gboolean
take_head (const CliContext *context, Head *head, GError **error)
{
  const char *text = cli_arguments_value (context->arguments, "head");

  head->asked = text != NULL;
  if (!head->asked || vault_closing_parse_head (text, &head->digits, &head->seq))
    return TRUE;
  g_set_error (error, CLI_ERROR, CLI_EXIT_USAGE,
               _ ("--head wants what a Z report prints: %d to %d digits, @ and a number"),
               VAULT_CLOSING_HEAD_DIGITS_MIN, 2 * VAULT_SHIFT_HEAD_SIZE);
  return FALSE;
}

static CliExit
tell_head (CliContext *context, const Head *head)
{
  switch (head->verdict)
    {
    case VAULT_HEAD_CONTAINED:
      break;
    case VAULT_HEAD_CUT_OFF:
      return cli_output_say (context, CLI_EXIT_NO,
                             _ ("The journal ends before entry %" PRId64
                                ", which was printed, for its end was cut off or an older copy was "
                                "put back: restore a newer one, and call support"),
                             head->seq);
    case VAULT_HEAD_OTHER:
      return cli_output_say (context, CLI_EXIT_NO,
                             _ ("Entry %" PRId64
                                " of the journal is not the one that was printed: look whether the "
                                "paper is of this till, and call support"),
                             head->seq);
    }
  cli_output_line (context, _ ("It still holds the end that was printed, entry %" PRId64 "."),
                   head->seq);
  return CLI_EXIT_DONE;
}

/* Of rows that the journal doesn't agree with. */
static CliExit
tell_strangers (CliContext *context, guint receipts, guint reports)
{
  if (receipts > 0)
    return cli_output_say (context, CLI_EXIT_NO,
                           _ ("The journal is whole, but %u of the receipts are not what it says: "
                              "restore a backup, and call support"),
                           receipts);
  if (reports > 0)
    return cli_output_say (context, CLI_EXIT_NO,
                           _ ("The journal is whole, but %u of the Z reports are not what it says: "
                              "restore a backup, and call support"),
                           reports);
  return CLI_EXIT_DONE;
}

CliExit
cli_journal_verify (CliContext *context)
{
  g_autoptr (GError) error = NULL;
  g_auto (Head) head = { 0 };
  gboolean good = take_head (context, &head, &error);
  g_autoptr (CheckoutShop) shop
      = good ? cli_shop_open (context, /* may_read_only= */ TRUE, &error) : NULL;
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (GArray) changed = NULL;
  g_autoptr (GArray) batches = NULL;
  g_autoptr (GArray) reports = NULL;
  VaultJournalVerdict verdict = VAULT_JOURNAL_BROKEN;
  gint64 count = 0, seq = 0, erased = 0;
  const char *quarantine;

  if (shop == NULL || !vault_journal_verify (shop->vault, &verdict, &count, &seq, &error)
      || !vault_journal_count_erased (shop->vault, &erased, &error)
      || !vault_journal_verify_books (shop->vault, &changed, &batches, &error)
      || !vault_closing_verify (shop->vault, &reports, &error)
      || (head.asked
          && !vault_closing_find_head (shop->vault, head.digits, head.seq, &head.verdict, &error)))
    return cli_output_fail (context, error);
  quarantine = vault_epoch_quarantine (shop->vault);
  json_builder_begin_object (builder);
  cli_output_flag_member (builder, "whole", verdict == VAULT_JOURNAL_WHOLE);
  cli_output_number_member (builder, "checked", count);
  if (verdict == VAULT_JOURNAL_BROKEN)
    cli_output_number_member (builder, "first_broken", seq);
  cli_output_number_member (builder, "erased", erased);
  cli_output_text_member (builder, "quarantine", quarantine);
  if (head.asked)
    cli_output_text_member (builder, "head", head_names[head.verdict]);
  tell_changed (context, builder, changed);
  cli_output_number_member (builder, "changed_batches", batches->len);
  tell_reports (context, builder, reports);
  json_builder_end_object (builder);
  cli_output_json (context, builder);
  if (head.asked && head.verdict == VAULT_HEAD_CUT_OFF)
    return tell_head (context, &head);
  if (verdict == VAULT_JOURNAL_BROKEN)
    return cli_output_say (
        context, CLI_EXIT_NO,
        _ ("Entry %" PRId64
           " of the journal does not follow from the one before, for it was changed or something "
           "before or after it is missing: restore a backup, and call support"),
        seq);
  if (erased > 0)
    cli_output_line (context,
                     ngettext ("The detail of %" PRId64 " entry was erased.",
                               "The details of %" PRId64 " entries were erased.", (gulong)erased),
                     erased);
  if (tell_strangers (context, changed->len, reports->len) != CLI_EXIT_DONE)
    return CLI_EXIT_NO;
  if (batches->len > 0)
    return cli_output_say (context, CLI_EXIT_NO,
                           _ ("The journal is whole, but %u of the settled batches are not what "
                              "it says: restore a backup, and call support"),
                           batches->len);
  cli_output_line (
      context, _ ("The journal is whole: %" PRId64 " entries, each follows from the one before."),
      count);
  if (head.asked && tell_head (context, &head) != CLI_EXIT_DONE)
    return CLI_EXIT_NO;
  return quarantine == NULL
             ? CLI_EXIT_DONE
             : cli_output_say (context, CLI_EXIT_NO, "%s",
                               checkout_words_quarantine (quarantine, cli_shop_translate));
}

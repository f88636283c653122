/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-compare.h"

#include "cli-commands.h"
#include "cli-shop.h"

#include "sync-compare.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <string.h>

static const char *
found_word (const char *found)
{
  static const struct
  {
    const char *word, *sentence;
  } words[] = { { "approved", N_ ("approved") },
                { "declined", N_ ("declined") },
                { "reversed", N_ ("reversed") },
                { "tombstone", N_ ("only its reversal") } };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (strcmp (words[i].word, found) == 0)
      return _ (words[i].sentence);
  return _ ("nothing");
}

static void
tell_missing (CliContext *context, JsonBuilder *builder, const GArray *missing)
{
  json_builder_set_member_name (builder, "outcome_missing");
  json_builder_begin_array (builder);
  for (guint i = 0; i < missing->len; i++)
    {
      const SyncCompareMissing *one = &g_array_index (missing, SyncCompareMissing, i);

      cli_output_line (context,
                       _ ("Record %" PRId64 " was under way; the acquirer has of it: %s. Decide: "
                          "till-cli queue resolve"),
                       one->record, found_word (one->found));
      json_builder_begin_object (builder);
      cli_output_number_member (builder, "record", one->record);
      cli_output_text_member (builder, "found", one->found);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

/* An object of the builder. */
static void
tell_compared (CliContext *context, JsonBuilder *builder, const SyncCompareReport *report)
{
  cli_output_line (context,
                   _ ("The acquirer knew: %u approved, %u declined, %u advices, %u reversed. Not "
                      "known there: %u."),
                   report->approved, report->declined, report->advised, report->reversed,
                   report->left);
  if (report->foreign > 0)
    cli_output_line (context, _ ("Of another terminal, and not asked about: %u"), report->foreign);
  json_builder_begin_object (builder);
  cli_output_number_member (builder, "approved", report->approved);
  cli_output_number_member (builder, "declined", report->declined);
  cli_output_number_member (builder, "advised", report->advised);
  cli_output_number_member (builder, "noticed", report->noticed);
  cli_output_number_member (builder, "reversed", report->reversed);
  cli_output_number_member (builder, "left", report->left);
  cli_output_number_member (builder, "foreign", report->foreign);
  tell_missing (context, builder, report->missing);
  json_builder_end_object (builder);
}

static CliExit
say_not_compared (CliContext *context, SyncCompare outcome, const GError *error)
{
  switch (outcome)
    {
    case SYNC_COMPARE_DONE:
      return CLI_EXIT_DONE;
    case SYNC_COMPARE_NOT_OFFERED:
      return cli_output_say (context, CLI_EXIT_NO,
                             _ ("There is nothing to compare: nothing is held back here, or this "
                                "acquirer doesn't tell what it has"));
    case SYNC_COMPARE_NO_ANSWER:
      return cli_output_say (context, CLI_EXIT_NO,
                             _ ("The acquirer didn't tell what it has: %s. Try again later"),
                             error != NULL ? error->message : "");
    case SYNC_COMPARE_HELD:
      return cli_output_say (context, CLI_EXIT_NO,
                             _ ("Another till has taken over this one's number. If that one is "
                                "never used again, say who decided so: till-cli queue release "
                                "--leave NAME"));
    case SYNC_COMPARE_FAULT:
      return cli_output_fail (context, error);
    }
  g_assert_not_reached ();
}

CliExit
cli_compare_queue (CliContext *context)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CheckoutShop) shop = cli_shop_open (context, /* may_read_only= */ FALSE, &error);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_auto (SyncCompareReport) report = { 0 };
  SyncCompare outcome = SYNC_COMPARE_NOT_OFFERED;

  if (shop == NULL)
    return cli_output_fail (context, error);
  sync_compare_report_init (&report);
  if (shop->line != NULL)
    outcome = sync_compare_run (shop->line, /* cancellable= */ NULL, &report, &error);
  if (outcome == SYNC_COMPARE_DONE)
    {
      tell_compared (context, builder, &report);
      cli_output_json (context, builder);
    }
  return say_not_compared (context, outcome, error);
}

gboolean
cli_compare_first (CliContext *context,
                   CheckoutShop *shop,
                   gboolean must,
                   JsonBuilder *builder,
                   CliExit *out_exit)
{
  g_auto (SyncCompareReport) report = { 0 };
  g_autoptr (GError) error = NULL;
  SyncCompare outcome;

  if (shop->line == NULL || !sync_compare_is_offered (shop->line))
    return TRUE;
  sync_compare_report_init (&report);
  outcome = sync_compare_run (shop->line, /* cancellable= */ NULL, &report, &error);
  if (outcome == SYNC_COMPARE_DONE)
    {
      json_builder_set_member_name (builder, "compared");
      tell_compared (context, builder, &report);
      return TRUE;
    }
  if (outcome == SYNC_COMPARE_NO_ANSWER && !must)
    {
      cli_output_line (context, "%s", _ ("The acquirer was not asked: it doesn't answer."));
      return TRUE;
    }
  *out_exit = say_not_compared (context, outcome, error);
  if (outcome == SYNC_COMPARE_NO_ANSWER)
    *out_exit = cli_output_say (context, CLI_EXIT_NO,
                                _ ("Nothing is released. To release it all the same: till-cli "
                                   "queue release --unasked"));
  return FALSE;
}

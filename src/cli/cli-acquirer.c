/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-commands.h"
#include "cli-keys.h"
#include "cli-shop.h"

#include "sync-download.h"
#include "checkout-words.h"
#include "sync-sign-in.h"
#include "vault-epoch.h"

#include <glib/gi18n.h>

#define US_A_MS 1000

CliExit
cli_acquirer_ping (CliContext *context)
{
  g_autoptr (GError) error = NULL;
  CliExit code = CLI_EXIT_DONE;
  g_autoptr (CheckoutShop) shop
      = cli_shop_open_acquirer (context, /* may_read_only= */ TRUE, &code);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  gint64 began_us, took_us;
  AcquirerExchange exchange;

  if (shop == NULL)
    return code;
  if (!sync_line_has_key (shop->line))
    return cli_keys_say_missing (context);
  began_us = g_get_monotonic_time ();
  exchange = sync_sign_in_echo (shop->line, /* cancellable= */ NULL, &error);
  took_us = g_get_monotonic_time () - began_us;
  if (g_error_matches (error, SYNC_ERROR, SYNC_ERROR_ENDED))
    return cli_output_say (context, CLI_EXIT_NO,
                           _ ("The acquirer wasn't asked: a certificate has ended. See till-cli "
                              "acquirer keys"));
  if (g_error_matches (error, VAULT_ERROR, VAULT_ERROR_BUSY))
    return cli_output_say (context, CLI_EXIT_FAULT, "%s", error->message);
  if (exchange != ACQUIRER_EXCHANGE_ANSWERED)
    return cli_shop_tell_unanswered (context, shop, error);
  cli_output_line (context, _ ("%s:%u answered after %d.%d ms, connecting included."),
                   sync_line_host (shop->line), sync_line_port (shop->line),
                   (int)(took_us / US_A_MS), (int)(took_us % US_A_MS / 100));
  cli_keys_warn (context, shop);
  json_builder_begin_object (builder);
  cli_output_flag_member (builder, "answered", TRUE);
  cli_output_text_member (builder, "host", sync_line_host (shop->line));
  cli_output_number_member (builder, "port", sync_line_port (shop->line));
  cli_output_number_member (builder, "took_us", took_us);
  json_builder_end_object (builder);
  cli_output_json (context, builder);
  return CLI_EXIT_DONE;
}

static CliExit
tell_sign_in (CliContext *context, CheckoutShop *shop, const SyncSignInReport *report)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  if (report->batch != 0)
    cli_output_line (context, _ ("Signed in at %s:%u. The working keys agree; the batch is %u."),
                     sync_line_host (shop->line), sync_line_port (shop->line), report->batch);
  else
    cli_output_line (context, _ ("Signed in at %s:%u. The working keys agree."),
                     sync_line_host (shop->line), sync_line_port (shop->line));
  json_builder_begin_object (builder);
  cli_output_flag_member (builder, "signed_in", TRUE);
  cli_output_text_member (builder, "code", report->code);
  cli_output_number_member (builder, "batch", report->batch);
  json_builder_end_object (builder);
  cli_output_json (context, builder);
  return CLI_EXIT_DONE;
}

/* What waits is no reason to stay signed in, but nobody should go home unaware of it. */
static void
tell_waiting (CliContext *context, CheckoutShop *shop, JsonBuilder *builder)
{
  VaultQueueStats stats;
  g_autofree char *amount = NULL;

  if (!vault_queue_stats (shop->vault, &stats, /* error= */ NULL))
    return;
  amount = cli_output_money (stats.waiting_minor, shop->currency);
  if (stats.waiting > 0)
    cli_output_line (context,
                     ngettext ("%u record (%s) still waits for the acquirer: till-cli queue send "
                               "signs in and sends it.",
                               "%u records (%s) still wait for the acquirer: till-cli queue send "
                               "signs in and sends them.",
                               stats.waiting),
                     stats.waiting, amount);
  if (stats.attention > 0)
    cli_output_line (context, _ ("Set aside, and to be looked at: %u. See till-cli queue list."),
                     stats.attention);
  cli_output_number_member (builder, "waiting", stats.waiting);
  cli_output_number_member (builder, "waiting_minor", stats.waiting_minor);
  cli_output_number_member (builder, "attention", stats.attention);
}

static CliExit
tell_sign_out (CliContext *context, CheckoutShop *shop, const SyncSignInReport *report)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  cli_output_line (context, _ ("Signed out. The next card payment signs in again by itself."));
  json_builder_begin_object (builder);
  cli_output_flag_member (builder, "signed_in", FALSE);
  cli_output_text_member (builder, "code", report->code);
  tell_waiting (context, shop, builder);
  json_builder_end_object (builder);
  cli_output_json (context, builder);
  return CLI_EXIT_DONE;
}

/* What both have to say when it didn't go well. */
static CliExit
complain (CliContext *context,
          CheckoutShop *shop,
          SyncSignIn outcome,
          const SyncSignInReport *report,
          const GError *error)
{
  switch (outcome)
    {
    case SYNC_SIGN_IN_NOT_NEEDED:
      return cli_output_say (context, CLI_EXIT_NO,
                             _ ("This acquirer knows no sign-in: there is nothing to do"));
    case SYNC_SIGN_IN_REFUSED:
      return cli_output_say (context, CLI_EXIT_NO,
                             _ ("The acquirer does not let this till sign in (code %s): ask it"),
                             report->code);
    case SYNC_SIGN_IN_OWED:
      return cli_output_say (
          context, CLI_EXIT_NO,
          _ ("A reversal is owed and could not be sent: it goes before signing out"));
    case SYNC_SIGN_IN_ABSENT:
      return cli_output_say (context, CLI_EXIT_NO, _ ("Not signed in: there is nothing to end"));
    case SYNC_SIGN_IN_NO_ANSWER:
      return cli_shop_tell_unanswered (context, shop, error);
    case SYNC_SIGN_IN_HELD:
      return cli_output_say (
          context, CLI_EXIT_NO, "%s",
          checkout_words_quarantine (vault_epoch_quarantine (shop->vault), cli_shop_translate));
    case SYNC_SIGN_IN_DONE:
    case SYNC_SIGN_IN_FAULT:
      break;
    }
  return cli_output_fail (context, error);
}

/* With the terminal's turn: reversals first, where it signs out. */
static SyncSignIn
run_in_turn (CheckoutShop *shop, gboolean in, SyncSignInReport *report, GError **error)
{
  g_auto (SyncReport) sent = { 0 };
  SyncSignIn outcome = SYNC_SIGN_IN_FAULT;

  sync_report_init (&sent);
  sync_line_take_turn (shop->line, /* payment= */ FALSE);
  if (in)
    outcome = sync_sign_in_run (shop->line, /* cancellable= */ NULL, report, error);
  else if (sync_queue_reversals (shop->line, /* cancellable= */ NULL, &sent, error) != SYNC_FAULT)
    outcome = sync_sign_out_run (shop->line, /* cancellable= */ NULL, report, error);
  sync_line_end_turn (shop->line, /* payment= */ FALSE);
  return outcome;
}

static CliExit
run (CliContext *context, gboolean in)
{
  g_autoptr (GError) error = NULL;
  CliExit code = CLI_EXIT_DONE;
  g_autoptr (CheckoutShop) shop
      = cli_shop_open_acquirer (context, /* may_read_only= */ FALSE, &code);
  SyncSignInReport report = { 0 };
  SyncSignIn outcome;

  if (shop == NULL)
    return code;
  if (!sync_line_has_key (shop->line))
    return cli_keys_say_missing (context);
  outcome = run_in_turn (shop, in, &report, &error);
  if (outcome != SYNC_SIGN_IN_DONE)
    return complain (context, shop, outcome, &report, error);
  if (in)
    sync_download_heed (shop->line, /* cancellable= */ NULL);
  return in ? tell_sign_in (context, shop, &report) : tell_sign_out (context, shop, &report);
}

CliExit
cli_acquirer_sign_in (CliContext *context)
{
  return run (context, TRUE);
}

CliExit
cli_acquirer_sign_out (CliContext *context)
{
  return run (context, FALSE);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-commands.h"
#include "cli-compare.h"
#include "cli-record.h"
#include "cli-shop.h"

#include "checkout-backup.h"
#include "checkout-words.h"
#include "sync-download.h"
#include "sync-sign-in.h"
#include "sync-takeover.h"
#include "vault-apply.h"
#include "vault-epoch.h"

#include "base-number.h"

#include <glib/gi18n.h>
#include <inttypes.h>

#define PAGE 500
#define DONE_MAX 10000 /* the newest */
#define ROUNDS_WITHOUT_PROGRESS_MAX 3
#define LABEL_COLUMNS 22

/* When that one does so isn't written down. */
static gboolean
tell_owner (CliContext *context, CheckoutShop *shop, GError **error)
{
  VaultQueueStats stats = { 0 };

  if (!vault_queue_stats (shop->vault, &stats, error))
    return FALSE;
  if (stats.waiting > 0 && !vault_is_owner (shop->vault)
      && vault_epoch_quarantine (shop->vault) == NULL)
    cli_output_line (context, "%s",
                     _ ("Another Till has this data folder open: it tries again by itself."));
  return TRUE;
}

/* One page after another, and of each record its JSON at once, so that a long queue costs time and
 * not memory. */
static gboolean
tell_page (CliContext *context, CheckoutShop *shop, const GPtrArray *records, guint told)
{
  for (guint i = 0; i < records->len; i++)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();

      cli_record_tell (context, builder, shop, records->pdata[i]);
      cli_output_json_element (context, builder, told + i == 0);
    }
  return records->len == PAGE;
}

static gboolean
tell_open (CliContext *context, CheckoutShop *shop, guint *out_told, GError **error)
{
  gboolean more = TRUE;
  gint64 after = G_MININT64;
  guint told = 0;

  while (more)
    {
      g_autoptr (GPtrArray) records = vault_queue_page (shop->vault, after, PAGE, error);

      if (records == NULL)
        return FALSE;
      more = tell_page (context, shop, records, told);
      told += records->len;
      if (records->len > 0)
        after = ((const VaultRecord *)records->pdata[records->len - 1])->id;
    }
  *out_told = told;
  return TRUE;
}

static gboolean
tell_done (CliContext *context, CheckoutShop *shop, guint *out_told, GError **error)
{
  g_autoptr (GPtrArray) records = vault_queue_list (shop->vault, TRUE, DONE_MAX, error);

  if (records == NULL)
    return FALSE;
  (void)tell_page (context, shop, records, 0);
  *out_told = records->len;
  return TRUE;
}

CliExit
cli_queue_list (CliContext *context)
{
  gboolean done = cli_arguments_has (context->arguments, "done");
  g_autoptr (GError) error = NULL;
  g_autoptr (CheckoutShop) shop = cli_shop_open (context, /* may_read_only= */ TRUE, &error);
  guint told = 0;

  if (shop == NULL
      || !(done ? tell_done (context, shop, &told, &error)
                : tell_open (context, shop, &told, &error)))
    return cli_output_fail (context, error);
  if (told == 0)
    cli_output_line (context, "%s",
                     done ? _ ("Nothing was ever queued.") : _ ("The queue is empty."));
  if (!done && !tell_owner (context, shop, &error))
    return cli_output_fail (context, error);
  cli_output_json_end (context, told > 0);
  return CLI_EXIT_DONE;
}

static gboolean
read_id (CliContext *context, const char *word, guint64 *out_id)
{
  if (base_number_parse (word, 10, 1, G_MAXINT64, out_id))
    return TRUE;
  cli_output_say (context, CLI_EXIT_USAGE,
                  _ ("“%s” is no record's number: see till-cli queue list"), word);
  return FALSE;
}

CliExit
cli_queue_show (CliContext *context)
{
  const char *word = cli_output_argument (context, 0);
  g_autoptr (CheckoutShop) shop = NULL;
  g_autoptr (VaultRecord) record = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  guint64 id = 0;

  if (!read_id (context, word, &id))
    return CLI_EXIT_USAGE;
  shop = cli_shop_open (context, /* may_read_only= */ TRUE, &error);
  if (shop == NULL)
    return cli_output_fail (context, error);
  record = vault_queue_load (shop->vault, (gint64)id, &error);
  if (record == NULL && (error == NULL || g_error_matches (error, VAULT_ERROR, VAULT_ERROR_ABSENT)))
    return cli_output_say (context, CLI_EXIT_NO,
                           _ ("The queue has no record %s: see till-cli queue list"), word);
  if (record == NULL)
    return cli_output_fail (context, error);
  cli_record_tell (context, builder, shop, record);
  cli_output_json (context, builder);
  return CLI_EXIT_DONE;
}

/* What the old till still knows, and sends, is certain only when the acquirer turns it away. From
 * quarantined books it isn't told: there its records wait until they were released. */
static gboolean
may_decide (const CheckoutShop *shop, gint64 id, GError **error)
{
  g_autoptr (VaultRecord) record = vault_queue_load (shop->vault, id, /* error= */ NULL);

  return record == NULL || shop->line == NULL
         || sync_takeover_tell (shop->line, record->terminal, /* cancellable= */ NULL, error);
}

static CliExit
refuse_decision (CliContext *context, CheckoutShop *shop, gint64 id, const GError *error)
{
  const char *word = cli_output_argument (context, 0);
  g_autoptr (VaultRecord) record = vault_queue_load (shop->vault, id, /* error= */ NULL);
  VaultRemedy remedy
      = record != NULL ? vault_queue_remedy (shop->vault, record) : VAULT_REMEDY_NONE;
  gboolean changed = g_error_matches (error, VAULT_ERROR, VAULT_ERROR_CHANGED),
           state = g_error_matches (error, VAULT_ERROR, VAULT_ERROR_STATE);
  g_autofree char *instead = cli_record_remedy (remedy, id);

  if (g_error_matches (error, VAULT_ERROR, VAULT_ERROR_ABSENT))
    return cli_output_say (context, CLI_EXIT_NO,
                           _ ("The queue has no record %s: see till-cli queue list"), word);
  if (state && instead == NULL)
    return cli_output_say (context, CLI_EXIT_NO,
                           _ ("Record %s is not set aside, so there is nothing to decide: see "
                              "till-cli queue show %s"),
                           word, word);
  if (!changed && !state)
    return cli_output_fail (context, error);
  return cli_output_say (context, changed ? CLI_EXIT_FAULT : CLI_EXIT_NO, _ ("%s: %s"),
                         error->message,
                         instead != NULL ? instead : _ ("nothing is left to be done about it"));
}

typedef gboolean (*Decision) (Vault *vault, gint64 id, const char *who, GError **error);

static CliExit
decide (CliContext *context, Decision decision)
{
  const char *word = cli_output_argument (context, 0);
  g_autoptr (CheckoutShop) shop = NULL;
  g_autoptr (VaultRecord) record = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  guint64 id = 0;

  if (!read_id (context, word, &id))
    return CLI_EXIT_USAGE;
  shop = cli_shop_open (context, /* may_read_only= */ FALSE, &error);
  if (shop == NULL)
    return cli_output_fail (context, error);
  if (!may_decide (shop, (gint64)id, &error))
    return cli_output_say (
        context, CLI_EXIT_NO,
        _ ("The acquirer must know first that this till has taken over (%s). Try "
           "again when it can be reached"),
        error->message);
  if (!decision (shop->vault, (gint64)id, checkout_shop_operator (shop), &error))
    return refuse_decision (context, shop, (gint64)id, error);
  record = vault_queue_load (shop->vault, (gint64)id, &error);
  if (record == NULL)
    return cli_output_fail (context, error);
  cli_record_tell (context, builder, shop, record);
  cli_output_json (context, builder);
  return CLI_EXIT_DONE;
}

/* The same bytes under the same number, which the acquirer takes once. */
CliExit
cli_queue_retry (CliContext *context)
{
  return decide (context, vault_queue_retry);
}

/* To be reversed is what comes of one that was under way and is taken back into the queue. */
CliExit
cli_queue_resolve (CliContext *context)
{
  gboolean charged = cli_arguments_has (context->arguments, "charged"),
           reverse = cli_arguments_has (context->arguments, "reverse"),
           by_hand = cli_arguments_has (context->arguments, "by-hand");

  if (charged + reverse + by_hand != 1)
    return cli_output_say (context, CLI_EXIT_USAGE,
                           _ ("Say one of --charged, --reverse and --by-hand"));
  return decide (context, charged   ? vault_confirm_charged
                          : reverse ? vault_queue_retry
                                    : vault_queue_by_hand);
}

static void
build_stats (JsonBuilder *builder,
             const VaultQueueStats *stats,
             const char *quarantine,
             const char *currency)
{
  cli_output_text_member (builder, "quarantine", quarantine);
  cli_output_number_member (builder, "waiting", stats->waiting);
  cli_output_number_member (builder, "amount_minor", stats->waiting_minor);
  cli_output_text_member (builder, "currency", currency);
  cli_output_number_member (builder, "reversals", stats->reversals);
  cli_output_number_member (builder, "stored", stats->stored);
  cli_output_number_member (builder, "stored_minor", stats->stored_minor);
  cli_output_number_member (builder, "attention", stats->attention);
  cli_output_number_member (builder, "asking", stats->asking);
  cli_output_number_member (builder, "done", stats->done);
  cli_output_time_member (builder, "oldest", stats->oldest_us);
}

static void
print_stats (const CliContext *context, const VaultQueueStats *stats, const char *currency)
{
  g_autofree char *waiting = cli_output_money (stats->waiting_minor, currency);
  g_autofree char *stored = cli_output_money (stats->stored_minor, currency);
  g_autofree char *waiting_text = g_strdup_printf ("%u · %s", stats->waiting, waiting);
  g_autofree char *stored_text = g_strdup_printf ("%u · %s", stats->stored, stored);
  g_autofree char *reversals = g_strdup_printf ("%u", stats->reversals);
  g_autofree char *attention = g_strdup_printf ("%u", stats->attention);
  g_autofree char *done = g_strdup_printf ("%u", stats->done);
  g_autofree char *age = stats->oldest_us != 0 ? cli_output_age (stats->oldest_us) : NULL;

  cli_output_row (context, LABEL_COLUMNS, _ ("Waiting"), waiting_text);
  cli_output_row (context, LABEL_COLUMNS, _ ("… of them reversals"), reversals);
  cli_output_row (context, LABEL_COLUMNS, _ ("Not yet approved"), stored_text);
  cli_output_row (context, LABEL_COLUMNS, _ ("Need attention"), attention);
  cli_output_row (context, LABEL_COLUMNS, _ ("Done"), done);
  cli_output_row (context, LABEL_COLUMNS, _ ("Oldest"), age);
}

CliExit
cli_queue_stats (CliContext *context)
{
  const char *quarantine;
  g_autoptr (GError) error = NULL;
  g_autoptr (CheckoutShop) shop = cli_shop_open (context, /* may_read_only= */ TRUE, &error);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  VaultQueueStats stats = { 0 };

  if (shop == NULL || !vault_queue_stats (shop->vault, &stats, &error))
    return cli_output_fail (context, error);
  quarantine = vault_epoch_quarantine (shop->vault);
  if (quarantine != NULL)
    cli_output_line (context, "%s", checkout_words_quarantine (quarantine, cli_shop_translate));
  print_stats (context, &stats, shop->currency);
  if (!tell_owner (context, shop, &error))
    return cli_output_fail (context, error);
  json_builder_begin_object (builder);
  build_stats (builder, &stats, quarantine, shop->currency);
  json_builder_end_object (builder);
  cli_output_json (context, builder);
  return CLI_EXIT_DONE;
}

static guint
moved (const SyncReport *report)
{
  return report->reversed + report->approved + report->declined + report->advised + report->noticed
         + report->aside;
}

/* A round that is stuck is tried again while the host still answers and something moves: one lost
 * answer is no reason to give up. *out_why is what stands against reaching the host at all. */
static SyncOutcome
send_all (CheckoutShop *shop, SyncReport *report, GError **out_why, GError **error)
{
  SyncOutcome outcome = SYNC_EMPTY;
  guint idle = 0;

  while (idle < ROUNDS_WITHOUT_PROGRESS_MAX)
    {
      guint before = moved (report);

      if (!vault_queue_due_now (shop->vault, error))
        return SYNC_FAULT;
      outcome = sync_queue_run (shop->line, /* cancellable= */ NULL, report, error);
      if (outcome == SYNC_EMPTY)
        sync_download_heed (shop->line, /* cancellable= */ NULL);
      if (outcome == SYNC_EMPTY || outcome == SYNC_FAULT || outcome == SYNC_HELD)
        return outcome;
      idle = moved (report) > before ? 0 : idle + 1;
      if (outcome == SYNC_STUCK
          && sync_sign_in_echo (shop->line, /* cancellable= */ NULL, out_why)
                 != ACQUIRER_EXCHANGE_ANSWERED)
        return outcome;
    }
  return outcome;
}

static CliExit
tell_sent (CliContext *context,
           CheckoutShop *shop,
           const SyncReport *report,
           const VaultQueueStats *stats,
           const GError *why)
{
  const char *quarantine = vault_epoch_quarantine (shop->vault);
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  cli_output_line (
      context, _ ("%u approved, %u declined, %u advices taken, %u reversed, %u set aside."),
      report->approved, report->declined, report->advised, report->reversed, report->aside);
  if (report->noticed > 0)
    cli_output_line (context, _ ("%u notices about chips taken."), report->noticed);
  json_builder_begin_object (builder);
  cli_output_number_member (builder, "approved", report->approved);
  cli_output_number_member (builder, "declined", report->declined);
  cli_output_number_member (builder, "advised", report->advised);
  cli_output_number_member (builder, "noticed", report->noticed);
  cli_output_number_member (builder, "reversed", report->reversed);
  cli_output_number_member (builder, "set_aside", report->aside);
  json_builder_set_member_name (builder, "left");
  json_builder_begin_object (builder);
  build_stats (builder, stats, quarantine, shop->currency);
  json_builder_end_object (builder);
  json_builder_end_object (builder);
  cli_output_json (context, builder);
  if (quarantine != NULL)
    return cli_output_say (context, CLI_EXIT_NO, _ ("%s Then say: till-cli queue release"),
                           checkout_words_quarantine (quarantine, cli_shop_translate));
  if (stats->waiting > 0 && why != NULL)
    return cli_output_say (context, CLI_EXIT_NO, _ ("Still waiting: %u (%s); send again later"),
                           stats->waiting, why->message);
  if (stats->waiting > 0)
    return cli_output_say (
        context, CLI_EXIT_NO,
        _ ("Still waiting: %u, for the acquirer does not answer; send again later"),
        stats->waiting);
  if (stats->attention > 0)
    return cli_output_say (
        context, CLI_EXIT_NO,
        _ ("Nothing waits, but some records need attention (%u): see till-cli queue list"),
        stats->attention);
  cli_output_line (context, "%s", _ ("The queue is empty."));
  return CLI_EXIT_DONE;
}

CliExit
cli_queue_send (CliContext *context)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CheckoutShop) shop = cli_shop_open (context, /* may_read_only= */ FALSE, &error);
  g_autoptr (GError) why = NULL;
  g_auto (SyncReport) report = { 0 };
  VaultQueueStats stats = { 0 };

  sync_report_init (&report);
  if (shop == NULL || (shop->line != NULL && send_all (shop, &report, &why, &error) == SYNC_FAULT)
      || !vault_queue_stats (shop->vault, &stats, &error))
    return cli_output_fail (context, error);
  return tell_sent (context, shop, &report, &stats, why);
}

/* Where the host knows a request again, repeating it is safe; elsewhere only the acquirer can say
 * which of them it has. */
static gboolean
needs_leave (const CheckoutShop *shop)
{
  return shop->line != NULL && !acquirer_profile_deferred_repeats (sync_line_profile (shop->line));
}

static gboolean
is_handed_over (const CheckoutShop *shop)
{
  return g_strcmp0 (vault_epoch_quarantine (shop->vault), VAULT_QUARANTINE_HANDED) == 0;
}

CliExit
cli_queue_release (CliContext *context)
{
  CliExit exit_code = CLI_EXIT_DONE;
  const char *leave = cli_arguments_value (context->arguments, "leave");
  g_autoptr (GError) error = NULL;
  g_autoptr (CheckoutShop) shop = cli_shop_open (context, /* may_read_only= */ FALSE, &error);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  VaultQueueStats stats = { 0 };

  if (shop == NULL || !vault_queue_stats (shop->vault, &stats, &error))
    return cli_output_fail (context, error);
  if (vault_epoch_quarantine (shop->vault) == NULL)
    return cli_output_say (context, CLI_EXIT_NO,
                           _ ("Nothing is held back here: there is nothing to decide"));
  if (is_handed_over (shop) && leave == NULL)
    return cli_output_say (context, CLI_EXIT_USAGE,
                           _ ("Another till has taken over this one's number. If that one is never "
                              "used again, say who decided so by --leave NAME"));
  if (is_handed_over (shop) && !vault_epoch_begin (shop->vault, VAULT_QUARANTINE_RESTORED, &error))
    return cli_output_fail (context, error);
  if (leave == NULL && needs_leave (shop))
    return cli_output_say (context, CLI_EXIT_USAGE,
                           _ ("This acquirer can't tell what it has already: ask it which of the "
                              "waiting records it knows, and say who gave leave by --leave NAME"));
  json_builder_begin_object (builder);
  if (!cli_compare_first (context, shop,
                          leave == NULL && !cli_arguments_has (context->arguments, "unasked"),
                          builder, &exit_code))
    return exit_code;
  if (!vault_queue_stats (shop->vault, &stats, &error)
      || !vault_epoch_release (shop->vault, checkout_shop_operator (shop), leave, &error))
    return cli_output_fail (context, error);
  cli_output_line (context,
                   ngettext ("Released: %u record waits, and may be sent.",
                             "Released: %u records wait, and may be sent.", stats.waiting),
                   stats.waiting);
  cli_output_number_member (builder, "epoch", vault_epoch_number (shop->vault));
  cli_output_number_member (builder, "waiting", stats.waiting);
  json_builder_end_object (builder);
  cli_output_json (context, builder);
  return CLI_EXIT_DONE;
}

static void
tell_bad (CliContext *context,
          JsonBuilder *builder,
          guint checked,
          const GArray *records,
          const GPtrArray *settings)
{
  cli_output_line (context, _ ("Records checked: %u"), checked);
  cli_output_number_member (builder, "checked", checked);
  json_builder_set_member_name (builder, "bad");
  json_builder_begin_array (builder);
  for (guint i = 0; i < records->len; i++)
    {
      cli_output_line (context,
                       _ ("Record %" PRId64 " was changed or damaged: it is kept, and never sent."),
                       g_array_index (records, gint64, i));
      json_builder_add_int_value (builder, g_array_index (records, gint64, i));
    }
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "bad_settings");
  json_builder_begin_array (builder);
  for (guint i = 0; i < settings->len; i++)
    {
      const char *name = settings->pdata[i];

      if (name[0] != '\0')
        cli_output_line (context, _ ("The setting “%s” was changed or damaged."), name);
      else
        cli_output_line (context, "%s", _ ("The settings are not those that were written last."));
      json_builder_add_string_value (builder, name);
    }
  json_builder_end_array (builder);
}

CliExit
cli_queue_verify (CliContext *context)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CheckoutShop) shop = cli_shop_open (context, /* may_read_only= */ TRUE, &error);
  g_autoptr (GArray) bad = NULL;
  g_autoptr (GPtrArray) settings = NULL;
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  const char *quarantine;
  guint checked = 0;

  if (shop == NULL || !vault_queue_verify (shop->vault, &checked, &bad, &error)
      || !vault_settings_verify (shop->vault, &settings, &error))
    return cli_output_fail (context, error);
  quarantine = vault_epoch_quarantine (shop->vault);
  json_builder_begin_object (builder);
  tell_bad (context, builder, checked, bad, settings);
  cli_output_text_member (builder, "quarantine", quarantine);
  json_builder_end_object (builder);
  cli_output_json (context, builder);
  if (bad->len > 0)
    return cli_output_say (
        context, CLI_EXIT_NO,
        _ ("Not as it was written: %u of the records; call your acquirer's support about them"),
        bad->len);
  if (settings->len > 0)
    return cli_output_say (
        context, CLI_EXIT_NO,
        _ ("The shop's settings were changed outside of Till: restore a backup"));
  if (quarantine != NULL)
    return cli_output_say (context, CLI_EXIT_NO, "%s",
                           checkout_words_quarantine (quarantine, cli_shop_translate));
  return CLI_EXIT_DONE;
}

/* ---- hand-over ---- */

CliExit
cli_queue_export (CliContext *context)
{
  guint count = 0;

  if (!context->training && vault_count_open (context->data_dir, &count) && count == 0)
    return cli_output_say (context, CLI_EXIT_NO,
                           _ ("Nothing waits here: there is nothing to hand over"));
  return cli_backup_write (context, /* hand_over= */ TRUE);
}

static CliExit
tell_hand_over (CliContext *context, const char *currency, const VaultHandoverReport *report)
{
  g_autofree char *amount = cli_output_money (report->amount_minor, currency);
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  cli_output_line (context,
                   ngettext ("Taken in: %u record, %s. It goes out under the other till's number.",
                             "Taken in: %u records, %s. They go out under the other till's number.",
                             report->taken),
                   report->taken, amount);
  if (report->known > 0)
    cli_output_line (context, _ ("Taken in before, and left out: %u"), report->known);
  cli_output_line (context, "%s", _ ("The other till must not be used again."));
  json_builder_begin_object (builder);
  cli_output_number_member (builder, "taken", report->taken);
  cli_output_number_member (builder, "amount_minor", report->amount_minor);
  cli_output_text_member (builder, "currency", currency);
  cli_output_number_member (builder, "known", report->known);
  cli_output_number_member (builder, "damaged", report->damaged);
  json_builder_end_object (builder);
  cli_output_json (context, builder);
  if (report->damaged == 0)
    return CLI_EXIT_DONE;
  return cli_output_say (context, CLI_EXIT_NO,
                         _ ("Damaged in that file, and not taken in: %u; call the acquirer's "
                            "support about them"),
                         report->damaged);
}

/* The sentence for a wrong passphrase would mislead here. */
static CliExit
fail_to_open (CliContext *context, gboolean by_passphrase, const GError *error)
{
  if (g_error_matches (error, VAULT_ERROR, VAULT_ERROR_STATE))
    return cli_output_say (context, CLI_EXIT_NO, "%s", error->message);
  if (!g_error_matches (error, VAULT_ERROR, VAULT_ERROR_KEY))
    return cli_output_fail (context, error);
  return cli_output_say (
      context, CLI_EXIT_USAGE,
      by_passphrase ? _ ("This passphrase does not open it: give the one that the other till had, "
                         "or its recovery key by --recovery-file")
                    : _ ("This recovery key does not open the backup: compare each character "
                         "with the paper, and see that it is this shop's"));
}

CliExit
cli_queue_import (CliContext *context)
{
  gboolean by_passphrase = cli_arguments_has (context->arguments, "their-passphrase-file");
  g_autoptr (GError) error = NULL;
  g_autoptr (BaseSecret) secret = NULL;
  g_autoptr (CheckoutShop) shop = NULL;
  CheckoutBackupOpener opener = { .leave = cli_arguments_value (context->arguments, "leave") };
  VaultHandoverReport report = { 0 };

  secret = by_passphrase ? cli_shop_their_passphrase (context, &error)
                         : cli_shop_recovery (context, &error);
  if (secret != NULL)
    shop = cli_shop_open (context, /* may_read_only= */ FALSE, &error);
  if (shop == NULL)
    return cli_output_fail (context, error);
  if (by_passphrase)
    opener.passphrase = cli_shop_passphrase_span (secret);
  else
    opener.recovery = (const char *)base_secret_span (secret).data;
  if (!checkout_backup_hand_over (shop, cli_output_argument (context, 0), &opener, &report, &error))
    return fail_to_open (context, by_passphrase, error);
  return tell_hand_over (context, shop->currency, &report);
}

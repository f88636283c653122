/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the acquirer sends for the terminal and its chips: parameters, applications, public keys of
 * certification authorities. They are fetched on request, and shown as they are kept.
 */
#include "cli-commands.h"
#include "cli-shop.h"

#include "acquirer-scheme.h"
#include "sync-download.h"

#include <glib/gi18n.h>
#include <string.h>

#define LABEL_COLUMNS 30

static const char *
kind_label (SyncDownloadKind kind)
{
  switch (kind)
    {
    case SYNC_DOWNLOAD_PARAMETERS:
      return _ ("Terminal parameters");
    case SYNC_DOWNLOAD_AIDS:
      return _ ("Chip applications");
    case SYNC_DOWNLOAD_CA_KEYS:
    case SYNC_DOWNLOAD_KINDS:
      break;
    }
  return _ ("CA public keys");
}

/* ---- What is loaded ---- */

/* A name of a shop may come in GB 18030. Yours. */
static char *
read_value (BaseSpan value)
{
  char *text = g_strndup ((const char *)value.data, value.size);
  char *converted;

  if (g_utf8_validate (text, -1, NULL))
    return g_strchomp (text);
  converted = g_convert (text, -1, "UTF-8", "GB18030", NULL, NULL, NULL);
  if (converted == NULL)
    return g_utf8_make_valid (text, -1);
  g_free (text);
  return g_strchomp (converted);
}

static gboolean
tell_parameters (CliContext *context,
                 JsonBuilder *builder,
                 const AcquirerProfile *profile,
                 const SyncDownloaded *set,
                 GError **error)
{
  const AcquirerParameters *plan = acquirer_profile_parameters (profile);
  gboolean chinese = g_str_has_prefix (cli_shop_language (), "zh");
  g_autoptr (GError) broken = NULL;

  for (guint i = 0; i < set->pieces->len && broken == NULL; i++)
    {
      const AcquirerParameter *parameter;
      BaseReader reader;
      BaseSpan value;

      base_reader_init (&reader, base_bytes_span (set->pieces->pdata[i]));
      while (acquirer_parameters_next (plan, &reader, &parameter, &value, &broken))
        {
          g_autofree char *text = read_value (value);
          g_autofree char *label = g_strdup_printf (
              "  %02u %s", parameter->number, chinese ? parameter->words_zh : parameter->words);

          cli_output_row (context, LABEL_COLUMNS + 10, label, text);
          json_builder_begin_object (builder);
          cli_output_number_member (builder, "number", parameter->number);
          cli_output_text_member (builder, "words", parameter->words);
          cli_output_text_member (builder, "value", text);
          json_builder_end_object (builder);
        }
    }
  if (broken == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&broken));
  return FALSE;
}

static void
hex_member (JsonBuilder *builder, const char *name, const guint8 *bytes, gsize size)
{
  g_autofree char *hex = base_bytes_to_hex (BASE_SPAN (bytes, size));

  cli_output_text_member (builder, name, hex);
}

static void
tell_aid (CliContext *context,
          JsonBuilder *builder,
          const AcquirerEmvAid *aid,
          const char *currency)
{
  g_autofree char *name = base_bytes_to_hex (BASE_SPAN (aid->rules.aid, aid->rules.aid_size));
  g_autofree char *floor = cli_output_money (aid->rules.floor_minor, currency);
  g_autofree char *label = g_strconcat ("  ", name, NULL);
  /* Translators: of a chip application; the first is an amount, the others percentages. */
  g_autofree char *line
      = g_strdup_printf (_ ("floor limit %s · %u %% to %u %% at random go online · %s"), floor,
                         aid->rules.target_percent, aid->rules.target_max_percent,
                         aid->rules.partial ? _ ("longer names too") : _ ("this name only"));

  cli_output_row (context, LABEL_COLUMNS + 10, label, line);
  json_builder_begin_object (builder);
  cli_output_text_member (builder, "aid", name);
  cli_output_flag_member (builder, "partial", aid->rules.partial);
  hex_member (builder, "version", aid->rules.version, sizeof aid->rules.version);
  hex_member (builder, "tac_default", aid->rules.tac_default, sizeof aid->rules.tac_default);
  hex_member (builder, "tac_online", aid->rules.tac_online, sizeof aid->rules.tac_online);
  hex_member (builder, "tac_denial", aid->rules.tac_denial, sizeof aid->rules.tac_denial);
  hex_member (builder, "ddol", aid->rules.ddol, aid->rules.ddol_size);
  cli_output_number_member (builder, "floor_minor", aid->rules.floor_minor);
  cli_output_number_member (builder, "threshold_minor", aid->rules.threshold_minor);
  cli_output_number_member (builder, "target_percent", aid->rules.target_percent);
  cli_output_number_member (builder, "target_max_percent", aid->rules.target_max_percent);
  cli_output_flag_member (builder, "online_pin", aid->rules.online_pin);
  json_builder_end_object (builder);
}

static void
tell_ca_key (CliContext *context, JsonBuilder *builder, const EmvKey *key)
{
  g_autofree char *rid = base_bytes_to_hex (BASE_SPAN (key->rid, sizeof key->rid));
  g_autofree char *label = g_strdup_printf ("  %s #%02X", rid, key->index);
  SyncCertificateState state = sync_download_key_state (key, g_get_real_time () / G_USEC_PER_SEC);
  g_autofree char *until = g_strdup_printf ("%04u-%02u-%02u", key->expiry / 10000,
                                            key->expiry / 100 % 100, key->expiry % 100);
  g_autofree char *line
      = g_strdup_printf (_ ("%u bits · until %s · %s"), (guint)key->modulus_size * 8, until,
                         state == SYNC_CERTIFICATE_ENDED  ? _ ("has ended")
                         : state == SYNC_CERTIFICATE_SOON ? _ ("ends soon")
                                                          : _ ("good"));

  cli_output_row (context, LABEL_COLUMNS + 10, label, line);
  json_builder_begin_object (builder);
  cli_output_text_member (builder, "rid", rid);
  cli_output_number_member (builder, "index", key->index);
  cli_output_number_member (builder, "bits", (gint64)key->modulus_size * 8);
  cli_output_text_member (builder, "until", until);
  cli_output_flag_member (builder, "ended", state == SYNC_CERTIFICATE_ENDED);
  cli_output_text_member (builder, "state", sync_certificates_state_word (state));
  json_builder_end_object (builder);
}

static gboolean
tell_entries (CliContext *context,
              JsonBuilder *builder,
              CheckoutShop *shop,
              SyncDownloadKind kind,
              GError **error)
{
  g_autoptr (GArray) entries = kind == SYNC_DOWNLOAD_AIDS ? sync_download_aids (shop->vault, error)
                                                          : sync_download_keys (shop->vault, error);

  for (guint i = 0; entries != NULL && i < entries->len; i++)
    if (kind == SYNC_DOWNLOAD_AIDS)
      tell_aid (context, builder, &g_array_index (entries, AcquirerEmvAid, i), shop->currency);
    else
      tell_ca_key (context, builder, &g_array_index (entries, EmvKey, i));
  return entries != NULL;
}

/* Whose cards can't be authenticated without the acquirer's word, for want of a key. */
static gboolean
tell_lacking (CliContext *context, JsonBuilder *builder, CheckoutShop *shop, GError **error)
{
  g_autoptr (GPtrArray) schemes = acquirer_scheme_load (error);
  g_autoptr (GArray) loaded = schemes != NULL ? sync_download_keys (shop->vault, error) : NULL;
  g_autoptr (GPtrArray) lacking = NULL;

  if (loaded == NULL)
    return FALSE;
  lacking = acquirer_scheme_without_keys (schemes, loaded, sync_download_today ());
  json_builder_set_member_name (builder, "lacking");
  json_builder_begin_array (builder);
  for (guint i = 0; i < lacking->len; i++)
    {
      const AcquirerScheme *scheme = lacking->pdata[i];
      g_autofree char *label = g_strconcat ("  ", scheme->name, NULL);

      cli_output_row (context, LABEL_COLUMNS + 10, label,
                      _ ("no key: its cards can't be authenticated offline"));
      json_builder_add_string_value (builder, scheme->id);
    }
  json_builder_end_array (builder);
  return TRUE;
}

static gboolean
tell_kind (CliContext *context,
           JsonBuilder *builder,
           CheckoutShop *shop,
           SyncDownloadKind kind,
           GError **error)
{
  g_autoptr (GError) broken = NULL;
  g_autoptr (SyncDownloaded) set = sync_download_read (shop->vault, kind, &broken);
  g_autoptr (GDateTime) when
      = set != NULL ? g_date_time_new_from_unix_local (set->at_unix_s) : NULL;
  g_autofree char *day = when != NULL ? g_date_time_format (when, "%F %R") : NULL;
  gboolean told = TRUE;

  if (broken != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&broken));
      return FALSE;
    }
  cli_output_row (context, LABEL_COLUMNS, kind_label (kind),
                  day != NULL ? day : _ ("never downloaded"));
  json_builder_set_member_name (builder, sync_download_kind_word (kind));
  json_builder_begin_object (builder);
  cli_output_time_member (builder, "at", set != NULL ? set->at_unix_s * G_USEC_PER_SEC : 0);
  json_builder_set_member_name (builder, "entries");
  json_builder_begin_array (builder);
  if (set != NULL && kind == SYNC_DOWNLOAD_PARAMETERS)
    told = tell_parameters (context, builder, sync_line_profile (shop->line), set, error);
  else if (set != NULL)
    told = tell_entries (context, builder, shop, kind, error);
  json_builder_end_array (builder);
  if (told && kind == SYNC_DOWNLOAD_CA_KEYS)
    told = tell_lacking (context, builder, shop, error);
  json_builder_end_object (builder);
  return told;
}

static CliExit
tell_all (CliContext *context, CheckoutShop *shop)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (GError) error = NULL;

  json_builder_begin_object (builder);
  for (guint i = 0; i < SYNC_DOWNLOAD_KINDS; i++)
    if (!tell_kind (context, builder, shop, (SyncDownloadKind)i, &error))
      return cli_output_fail (context, error);
  json_builder_end_object (builder);
  cli_output_json (context, builder);
  return CLI_EXIT_DONE;
}

CliExit
cli_download_show (CliContext *context)
{
  CliExit code = CLI_EXIT_DONE;
  g_autoptr (CheckoutShop) shop
      = cli_shop_open_acquirer (context, /* may_read_only= */ TRUE, &code);

  return shop != NULL ? tell_all (context, shop) : code;
}

/* ---- Fetching ---- */

static CliExit
complain (CliContext *context,
          CheckoutShop *shop,
          SyncDownloadKind kind,
          SyncDownload outcome,
          const SyncDownloadReport *report,
          const GError *error)
{
  switch (outcome)
    {
    case SYNC_DOWNLOAD_NOT_THERE:
      return cli_output_say (context, CLI_EXIT_NO, _ ("%s: this acquirer has no such download"),
                             kind_label (kind));
    case SYNC_DOWNLOAD_REFUSED:
      return cli_output_say (context, CLI_EXIT_NO,
                             _ ("%s: the acquirer says no (code %s). What was loaded stays"),
                             kind_label (kind), report->code);
    case SYNC_DOWNLOAD_NO_ANSWER:
      return cli_shop_tell_unanswered (context, shop, error);
    case SYNC_DOWNLOAD_WRONG:
      return cli_output_say (context, CLI_EXIT_NO,
                             _ ("%s: what came can't be taken (%s). What was loaded stays"),
                             kind_label (kind), error->message);
    case SYNC_DOWNLOAD_DONE:
    case SYNC_DOWNLOAD_FAULT:
      break;
    }
  return cli_output_fail (context, error);
}

/* A kind that the acquirer doesn't have is only worth a word where it was asked for by name. */
static CliExit
fetch (CliContext *context, CheckoutShop *shop, SyncDownloadKind kind, gboolean named)
{
  SyncDownloadReport report;
  g_autoptr (GError) error = NULL;
  SyncDownload outcome
      = sync_download_run (shop->line, kind, /* cancellable= */ NULL, &report, &error);

  if (outcome == SYNC_DOWNLOAD_NOT_THERE && !named)
    return CLI_EXIT_DONE;
  return outcome == SYNC_DOWNLOAD_DONE ? CLI_EXIT_DONE
                                       : complain (context, shop, kind, outcome, &report, error);
}

CliExit
cli_download_run (CliContext *context)
{
  const char *word = cli_output_argument (context, 0);
  SyncDownloadKind only = SYNC_DOWNLOAD_KINDS;
  CliExit code = CLI_EXIT_DONE;
  g_autoptr (CheckoutShop) shop = NULL;

  if (word != NULL && !sync_download_kind_from_word (word, &only))
    return cli_output_say (context, CLI_EXIT_USAGE,
                           _ ("“%s” isn't downloaded: parameters, aids or ca-keys are"), word);
  shop = cli_shop_open_acquirer (context, /* may_read_only= */ FALSE, &code);
  for (guint i = 0; shop != NULL && code == CLI_EXIT_DONE && i < SYNC_DOWNLOAD_KINDS; i++)
    if (word == NULL || i == only)
      code = fetch (context, shop, (SyncDownloadKind)i, word != NULL);
  return code == CLI_EXIT_DONE ? tell_all (context, shop) : code;
}

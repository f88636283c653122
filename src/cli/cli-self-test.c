/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-commands.h"
#include "cli-keys.h"
#include "cli-shop.h"

#include "acquirer-probe.h"
#include "iso8583-frame.h"
#include "iso8583.h"

#include <glib/gi18n.h>

#define SHOWN_MAX 64 /* first bytes of each direction */
#define ECHO_STAN 1

/* What the vault holds of the acquirer, opened for one test. */
typedef struct
{
  BaseSecret *ca, *certificate, *key, *mac_key, *master_key;
  CryptoTlsIdentity *identity;
} Keys;

static void
keys_clear (Keys *keys)
{
  base_secret_free (keys->ca);
  base_secret_free (keys->certificate);
  base_secret_free (keys->key);
  base_secret_free (keys->mac_key);
  base_secret_free (keys->master_key);
  g_clear_pointer (&keys->identity, crypto_tls_identity_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Keys, keys_clear)

/* What the last sign-in brought; none of it may be there, or be good any more. */
static void
read_working_key (Vault *vault, const AcquirerKeyPlan *plan, Keys *keys)
{
  g_autoptr (BaseSecret) field
      = vault_setting (vault, SYNC_SETTING_WORKING_KEYS, /* error= */ NULL);
  g_auto (AcquirerKeySet) set = { 0 };

  if (field != NULL
      && acquirer_key_plan_open (plan, keys->master_key, base_secret_span (field), &set,
                                 /* error= */ NULL))
    keys->mac_key = g_steal_pointer (&set.keys[ACQUIRER_KEY_MAC]);
}

static gboolean
read_keys (Vault *vault, const AcquirerKeyPlan *plan, Keys *keys, GError **error)
{
  GError *broken = NULL;
  const struct
  {
    const char *name;
    BaseSecret **place;
  } wanted[] = {
    { SYNC_SETTING_CA, &keys->ca },
    { SYNC_SETTING_CERTIFICATE, &keys->certificate },
    { SYNC_SETTING_KEY, &keys->key },
    { plan != NULL ? SYNC_SETTING_MASTER_KEY : SYNC_SETTING_MAC_KEY,
      plan != NULL ? &keys->master_key : &keys->mac_key },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (wanted); i++)
    {
      *wanted[i].place = vault_setting (vault, wanted[i].name, &broken);
      if (*wanted[i].place != NULL)
        continue;
      if (broken != NULL)
        g_propagate_error (error, broken);
      else
        g_set_error (error, SYNC_ERROR, SYNC_ERROR_SETTINGS,
                     _ ("The setting %s is missing: set the shop up again"), wanted[i].name);
      return FALSE;
    }
  if (plan != NULL)
    read_working_key (vault, plan, keys);
  keys->identity
      = crypto_tls_identity_new (base_secret_span (keys->ca), base_secret_span (keys->certificate),
                                 base_secret_span (keys->key), error);
  return keys->identity != NULL;
}

/* An echo, or where that needs a key that isn't there the sign-in that would bring it. */
static Iso8583Message *
make_message (SyncLine *line, const Keys *keys, GError **error)
{
  AcquirerProfile *profile = sync_line_profile (line);
  const AcquirerFlow *echo = acquirer_profile_flow (profile, ACQUIRER_FLOW_ECHO);
  gboolean signs_in = acquirer_profile_key_plan (profile) != NULL && keys->mac_key == NULL
                      && (echo == NULL || acquirer_profile_has_mac (profile, echo->mti));
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  AcquirerSale sale = {
    .terminal = sync_line_terminal (line),
    .merchant = sync_line_merchant (line),
    .batch = 1,
    .stan = ECHO_STAN,
    .serial = sync_line_serial (line),
    .at_unix_s = g_date_time_to_unix (now),
    .utc_offset_s = (gint32)(g_date_time_get_utc_offset (now) / G_USEC_PER_SEC),
  };

  return acquirer_message_build (profile, signs_in ? ACQUIRER_FLOW_SIGN_IN : ACQUIRER_FLOW_ECHO,
                                 &sale, error);
}

static void
tell_bytes (CliContext *context,
            JsonBuilder *builder,
            const char *title,
            const char *member,
            GBytes *bytes)
{
  BaseSpan span = base_bytes_span (bytes);
  g_autofree char *hex = base_bytes_to_hex (BASE_SPAN (span.data, MIN (span.size, SHOWN_MAX)));

  cli_output_line (context, _ ("%s (%u bytes): %s%s"), title, (guint)span.size, hex,
                   span.size > SHOWN_MAX ? "…" : "");
  cli_output_text_member (builder, member, hex);
}

/* The message inside a frame, as far as it can be read. */
static void
tell_message (CliContext *context, const AcquirerProfile *profile, GBytes *frame)
{
  const Iso8583Dialect *dialect = acquirer_profile_dialect (profile);
  g_autoptr (Iso8583Message) message = NULL;
  g_autoptr (GError) error = NULL;

  if (g_bytes_get_size (frame) == 0)
    return;
  (void)iso8583_unpack_partial (profile, iso8583_frame_strip (dialect, base_bytes_span (frame)),
                                &message, &error);
  cli_output_line (context, "  MTI %s", iso8583_message_mti (message));
  for (guint field = iso8583_message_next (message, 0); field != 0;
       field = iso8583_message_next (message, field))
    cli_output_line (context, "  %3u  %-32s %s", field, dialect->fields[field].name,
                     iso8583_message_get (message, field));
  if (error != NULL)
    cli_output_line (context, "  %s", error->message);
}

static CliExit
tell (CliContext *context, const AcquirerProfile *profile, const AcquirerProbe *probe)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  cli_output_flag_member (builder, "good", probe->good);
  tell_bytes (context, builder, _ ("Sent"), "sent", probe->sent);
  tell_message (context, profile, probe->sent);
  tell_bytes (context, builder, _ ("Received"), "received", probe->received);
  tell_message (context, profile, probe->received);
  json_builder_set_member_name (builder, "findings");
  json_builder_begin_array (builder);
  for (guint i = 0; i < probe->findings->len; i++)
    {
      cli_output_line (context, "• %s", (const char *)probe->findings->pdata[i]);
      json_builder_add_string_value (builder, probe->findings->pdata[i]);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  cli_output_json (context, builder);
  if (probe->good)
    return CLI_EXIT_DONE;
  return cli_output_say (context, CLI_EXIT_NO, _ ("The line does not work yet. %s"),
                         probe->findings->len > 0 ? (const char *)probe->findings->pdata[0] : "");
}

CliExit
cli_self_test_run (CliContext *context)
{
  g_autoptr (GError) error = NULL;
  CliExit code = CLI_EXIT_DONE;
  g_autoptr (CheckoutShop) shop
      = cli_shop_open_acquirer (context, /* may_read_only= */ TRUE, &code);
  g_auto (Keys) keys = { 0 };
  g_autoptr (Iso8583Message) message = NULL;
  g_autoptr (AcquirerProbe) probe = NULL;

  if (shop == NULL)
    return code;
  if (!sync_line_has_key (shop->line))
    return cli_keys_say_missing (context);
  if (read_keys (shop->vault, acquirer_profile_key_plan (sync_line_profile (shop->line)), &keys,
                 &error))
    message = make_message (shop->line, &keys, &error);
  if (message != NULL)
    {
      AcquirerProbeTarget target = { sync_line_host (shop->line), sync_line_port (shop->line),
                                     keys.identity, keys.mac_key, keys.master_key };

      probe = acquirer_probe_run (sync_line_profile (shop->line), &target, message,
                                  /* cancellable= */ NULL, &error);
    }
  if (probe != NULL)
    return tell (context, sync_line_profile (shop->line), probe);
  if (g_error_matches (error, ACQUIRER_ERROR, ACQUIRER_ERROR_CONNECT))
    return cli_output_say (context, CLI_EXIT_FAULT,
                           _ ("%s:%u can't be reached (%s): see that the line is up, and that this "
                              "is the acquirer's address"),
                           sync_line_host (shop->line), sync_line_port (shop->line),
                           error->message);
  return cli_output_fail (context, error);
}

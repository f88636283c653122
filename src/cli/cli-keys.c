/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The acquirer's keys and certificates: what is there and until when, new ones taken in. A key is
 * typed without echo or read from a file, never taken from the command line, and never shown: what
 * people compare are check values and fingerprints.
 */
#include "cli-commands.h"
#include "cli-keys.h"
#include "cli-shop.h"

#include "crypto-error.h"
#include "sync-download.h"
#include "sync-keys.h"

#include "base-data.h"

#include <glib/gi18n.h>

#define LABEL_COLUMNS 30
#define FINGERPRINT_SHOWN 16
#define FILE_MAX 32768

static const char *
kind_label (SyncCertificateKind kind)
{
  switch (kind)
    {
    case SYNC_CERTIFICATE_CA:
      return _ ("The acquirer's CA certificate");
    case SYNC_CERTIFICATE_CLIENT:
      return _ ("This till's certificate");
    case SYNC_CERTIFICATE_ENVELOPE:
      return _ ("Certificate for card data");
    case SYNC_CERTIFICATE_FORMER:
    case SYNC_CERTIFICATE_COUNT:
      break;
    }
  return _ ("The one before it");
}

static const char *
state_label (SyncCertificateState state)
{
  switch (state)
    {
    case SYNC_CERTIFICATE_NONE:
      break;
    case SYNC_CERTIFICATE_GOOD:
      return _ ("good");
    case SYNC_CERTIFICATE_SOON:
      return _ ("ends soon");
    case SYNC_CERTIFICATE_EARLY:
      return _ ("not valid yet: is this computer's clock right?");
    case SYNC_CERTIFICATE_ENDED:
      return _ ("has ended");
    }
  return _ ("none");
}

static gint64
now_s (void)
{
  return g_get_real_time () / G_USEC_PER_SEC;
}

static char *
day_of (gint64 unix_s)
{
  g_autoptr (GDateTime) when = g_date_time_new_from_unix_local (unix_s);

  return when != NULL ? g_date_time_format (when, "%F") : g_strdup ("–");
}

/* Whole days, rounded down: -1 on the day after its end. */
static gint64
days_until (gint64 unix_s)
{
  gint64 left_s = unix_s - now_s ();

  return left_s >= 0 ? left_s / SYNC_CERTIFICATES_DAY_S
                     : -1 - (-1 - left_s) / SYNC_CERTIFICATES_DAY_S;
}

/* Cards that hang on such a key can't be authenticated offline any more. */
static void
warn_of_ca_keys (const CliContext *context, CheckoutShop *shop)
{
  g_autoptr (GArray) keys = sync_download_keys (shop->vault, /* error= */ NULL);

  for (guint i = 0; keys != NULL && i < keys->len; i++)
    {
      const EmvKey *key = &g_array_index (keys, EmvKey, i);
      SyncCertificateState state = sync_download_key_state (key, now_s ());
      g_autofree char *rid = base_bytes_to_hex (BASE_SPAN (key->rid, sizeof key->rid));
      g_autofree char *name = g_strdup_printf ("%s #%02X", rid, key->index);
      g_autofree char *day = g_strdup_printf ("%04u-%02u-%02u", key->expiry / 10000,
                                              key->expiry / 100 % 100, key->expiry % 100);

      if (state == SYNC_CERTIFICATE_ENDED)
        cli_output_line (context,
                         _ ("The CA public key %s for chip cards ended on %s: fetch the "
                            "acquirer's new ones with till-cli acquirer download."),
                         name, day);
      else if (state == SYNC_CERTIFICATE_SOON)
        cli_output_line (context,
                         _ ("The CA public key %s for chip cards ends on %s: fetch the "
                            "acquirer's new ones with till-cli acquirer download."),
                         name, day);
    }
}

void
cli_keys_warn (const CliContext *context, CheckoutShop *shop)
{
  const SyncCertificates *certificates = sync_line_certificates (shop->line);
  SyncCertificateKind kind;
  gint64 end_s;
  g_autofree char *day = NULL;

  warn_of_ca_keys (context, shop);
  if (!sync_certificates_first_end (certificates, &kind, &end_s))
    return;
  day = day_of (end_s);
  if (end_s <= now_s ())
    cli_output_line (context,
                     _ ("%s ended on %s: ask the acquirer for a new one, and take it in with "
                        "till-cli acquirer load."),
                     kind_label (kind), day);
  else if (days_until (end_s) < SYNC_CERTIFICATES_WARN_DAYS)
    cli_output_line (context,
                     _ ("%s ends on %s: ask the acquirer for a new one, and take it in with "
                        "till-cli acquirer load."),
                     kind_label (kind), day);
}

CliExit
cli_keys_say_missing (CliContext *context)
{
  return cli_output_say (context, CLI_EXIT_NO,
                         _ ("The acquirer's key is not in this till yet: take in the transport "
                            "key first (till-cli acquirer transport-key), then the acquirer's key "
                            "block (till-cli acquirer load FILE)"));
}

/* ---- What is there ---- */

static void
tell_certificate (CliContext *context,
                  JsonBuilder *builder,
                  const SyncCertificates *certificates,
                  SyncCertificateKind kind)
{
  const CryptoCertificateFacts *facts = &certificates->facts[kind];
  SyncCertificateState state = sync_certificates_state (certificates, kind, now_s ());
  gint64 end_s = sync_certificates_end (certificates, kind);
  g_autofree char *day = day_of (end_s);
  g_autofree char *line = NULL;

  if (!certificates->has[kind])
    return;
  /* Translators: a certificate's name, the day until which it is valid, its state, and the first
   * digits of its fingerprint. */
  line = g_strdup_printf (_ ("%s · until %s · %s · %.*s"), facts->name, day, state_label (state),
                          FINGERPRINT_SHOWN, facts->fingerprint);
  cli_output_row (context, LABEL_COLUMNS, kind_label (kind), line);
  json_builder_begin_object (builder);
  cli_output_text_member (builder, "kind", sync_certificates_kind_word (kind));
  cli_output_text_member (builder, "name", facts->name);
  cli_output_text_member (builder, "fingerprint", facts->fingerprint);
  cli_output_time_member (builder, "from", facts->from_unix_s * G_USEC_PER_SEC);
  cli_output_time_member (builder, "until", end_s * G_USEC_PER_SEC);
  cli_output_number_member (builder, "days_left", days_until (end_s));
  cli_output_text_member (builder, "state", sync_certificates_state_word (state));
  json_builder_end_object (builder);
}

static void
tell_key (CliContext *context,
          JsonBuilder *builder,
          const char *word,
          const char *label,
          const char *check)
{
  if (check[0] == '\0')
    return;
  cli_output_row (context, LABEL_COLUMNS, label, check);
  json_builder_begin_object (builder);
  cli_output_text_member (builder, "kind", word);
  cli_output_text_member (builder, "check", check);
  json_builder_end_object (builder);
}

static void
tell_keys (CliContext *context, JsonBuilder *builder, const SyncKeys *keys)
{
  tell_key (context, builder, keys->is_master ? "master" : "mac",
            keys->is_master ? _ ("Master key, check value") : _ ("MAC key, check value"),
            keys->check);
  tell_key (context, builder, keys->is_master ? "former-master" : "former-mac",
            _ ("The one before it"), keys->former_check);
  tell_key (context, builder, "transport-tdes", _ ("Transport key, as TDES"), keys->transport_tdes);
  tell_key (context, builder, "transport-aes", _ ("Transport key, as AES"), keys->transport_aes);
}

/* Exit 1 when something that is needed has ended. */
static CliExit
tell (CliContext *context, CheckoutShop *shop, GError **error)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  SyncCertificates certificates;
  SyncCertificateKind kind;
  SyncKeys keys;
  gint64 end_s;

  if (!sync_keys_read (shop->vault, &keys, error))
    return CLI_EXIT_FAULT;
  sync_certificates_read (shop->vault, &certificates);
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "certificates");
  json_builder_begin_array (builder);
  for (guint i = 0; i < SYNC_CERTIFICATE_COUNT; i++)
    tell_certificate (context, builder, &certificates, (SyncCertificateKind)i);
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "keys");
  json_builder_begin_array (builder);
  tell_keys (context, builder, &keys);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  cli_output_json (context, builder);
  return sync_certificates_first_end (&certificates, &kind, &end_s) && end_s <= now_s ()
             ? CLI_EXIT_NO
             : CLI_EXIT_DONE;
}

CliExit
cli_keys_fail (CliContext *context, const GError *error)
{
  if (g_error_matches (error, CRYPTO_ERROR, CRYPTO_ERROR_AUTHENTIC))
    return cli_output_say (context, CLI_EXIT_USAGE,
                           _ ("The key block doesn't open: it was changed, or made under another "
                              "transport key. Compare the check values. Nothing was changed"));
  if (error->domain == CRYPTO_ERROR || error->domain == SYNC_ERROR)
    return cli_output_say (context, CLI_EXIT_USAGE, _ ("%s. Nothing was changed"), error->message);
  return cli_output_fail (context, error);
}

CliExit
cli_keys_tell (CliContext *context, CheckoutShop *shop)
{
  g_autoptr (GError) error = NULL;

  (void)tell (context, shop, &error);
  return error == NULL ? CLI_EXIT_DONE : cli_keys_fail (context, error);
}

CliExit
cli_keys_show (CliContext *context)
{
  CliExit code = CLI_EXIT_DONE;
  g_autoptr (CheckoutShop) shop
      = cli_shop_open_acquirer (context, /* may_read_only= */ TRUE, &code);
  g_autoptr (GError) error = NULL;

  if (shop == NULL)
    return code;
  code = tell (context, shop, &error);
  if (error != NULL)
    return cli_output_fail (context, error);
  cli_keys_warn (context, shop);
  return code;
}

/* ---- Taking in ---- */

BaseSecret *
cli_keys_read_file (const char *path, GError **error)
{
  g_autoptr (GError) reason = NULL;
  gsize size = 0;
  char *text = base_data_read (path, FILE_MAX, &size, &reason);
  BaseSecret *secret
      = text != NULL && size > 0 ? base_secret_new_from (BASE_SPAN (text, size)) : NULL;

  base_secret_free_text (text);
  if (secret == NULL)
    g_set_error (error, CLI_ERROR, CLI_EXIT_USAGE, _ ("“%s” can't be read: %s"), path,
                 reason != NULL ? reason->message : _ ("it is empty"));
  return secret;
}

typedef struct
{
  BaseSecret *files[CLI_KEYS_FILES_MAX];
  SyncCertificateFiles certificates;
  guint certificate_count;
  BaseSpan block; /* empty: none */
} Load;

static void
load_clear (Load *self)
{
  for (guint i = 0; i < CLI_KEYS_FILES_MAX; i++)
    base_secret_free (self->files[i]);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Load, load_clear)

static gboolean
read_files (const CliContext *context, Load *load, GError **error)
{
  for (guint i = 0; i < cli_output_argument_count (context); i++)
    {
      g_autoptr (GError) wrong = NULL;
      BaseSpan file;

      load->files[i] = cli_keys_read_file (cli_output_argument (context, i), error);
      if (load->files[i] == NULL)
        return FALSE;
      file = base_secret_span (load->files[i]);
      if (sync_certificates_sort (file, &load->certificates, &wrong))
        load->certificate_count++;
      else if (wrong == NULL && load->block.size == 0)
        load->block = file;
      else
        {
          g_set_error (error, CLI_ERROR, CLI_EXIT_USAGE, _ ("“%s” can't be taken: %s"),
                       cli_output_argument (context, i),
                       wrong != NULL ? wrong->message : _ ("one key block at a time"));
          return FALSE;
        }
    }
  if (load->block.size == 0 || load->certificate_count == 0)
    return TRUE;
  g_set_error_literal (error, CLI_ERROR, CLI_EXIT_USAGE,
                       _ ("A key block and certificates are taken in one after the other: give "
                          "the key block alone"));
  return FALSE;
}

static CliExit
take_block (CliContext *context, CheckoutShop *shop, BaseSpan block)
{
  g_autoptr (GError) error = NULL;
  SyncKeys keys;

  if (!sync_keys_take_block (shop->vault, block, g_get_user_name (), &error)
      || !sync_keys_read (shop->vault, &keys, &error))
    return cli_keys_fail (context, error);
  cli_output_line (context,
                   _ ("The key is taken in; its check value is %s. Compare it with what the "
                      "acquirer says."),
                   keys.check);
  if (keys.former_check[0] != '\0')
    cli_output_line (context, _ ("If the acquirer doesn't know it yet, till-cli acquirer "
                                 "former-key goes back to the one before."));
  return cli_keys_tell (context, shop);
}

CliExit
cli_keys_load (CliContext *context)
{
  g_auto (Load) load = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (CheckoutShop) shop = NULL;
  CliExit code = CLI_EXIT_DONE;

  if (!read_files (context, &load, &error))
    return cli_output_fail (context, error);
  shop = cli_shop_open_acquirer (context, /* may_read_only= */ FALSE, &code);
  if (shop == NULL)
    return code;
  if (load.block.size > 0)
    return take_block (context, shop, load.block);
  if (!sync_certificates_take (shop->vault, &load.certificates, &error))
    return cli_keys_fail (context, error);
  cli_output_line (context, "%s", _ ("The certificates are taken in."));
  return cli_keys_tell (context, shop);
}

CliExit
cli_keys_former (CliContext *context)
{
  CliExit code = CLI_EXIT_DONE;
  g_autoptr (CheckoutShop) shop
      = cli_shop_open_acquirer (context, /* may_read_only= */ FALSE, &code);
  g_autoptr (GError) error = NULL;

  if (shop == NULL)
    return code;
  if (!sync_keys_go_back (shop->vault, g_get_user_name (), &error))
    return cli_output_say (context, CLI_EXIT_NO, _ ("There is no former key to go back to"));
  return cli_keys_tell (context, shop);
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What was sealed for an envelope certificate is sent as it is, whatever certificate is in use by
 * then: the till can't open it, and the acquirer finds its key by the name in it. So taking a new
 * one in never looks at the queue.
 */
#include "sync-certificates.h"

#include "sync-line.h"

#include "crypto-envelope.h"

#include <glib/gi18n.h>
#include <string.h>

#define SETTINGS_MAX 6
#define PRIVATE_KEY_MARK "PRIVATE KEY-----"
#define CERTIFICATE_MARK "-----BEGIN CERTIFICATE-----"

static const struct
{
  const char *word, *setting;
} kinds[SYNC_CERTIFICATE_COUNT] = {
  [SYNC_CERTIFICATE_CA] = { "ca", SYNC_SETTING_CA },
  [SYNC_CERTIFICATE_CLIENT] = { "client", SYNC_SETTING_CERTIFICATE },
  [SYNC_CERTIFICATE_ENVELOPE] = { "envelope", SYNC_SETTING_ENVELOPE },
  [SYNC_CERTIFICATE_FORMER] = { "former-envelope", SYNC_SETTING_ENVELOPE_FORMER },
};

const char *
sync_certificates_kind_word (SyncCertificateKind kind)
{
  return kinds[kind].word;
}

const char *
sync_certificates_state_word (SyncCertificateState state)
{
  static const char *const words[] = { "none", "good", "soon", "early", "ended" };

  return words[state];
}

/* ---- Watching ---- */

void
sync_certificates_read (Vault *vault, SyncCertificates *out_certificates)
{
  SyncCertificates certificates = { 0 };

  for (guint i = 0; i < SYNC_CERTIFICATE_COUNT; i++)
    {
      g_autoptr (BaseSecret) pem = vault_setting (vault, kinds[i].setting, /* error= */ NULL);

      certificates.has[i]
          = pem != NULL
            && crypto_certificate_look (base_secret_span (pem), &certificates.facts[i],
                                        /* error= */ NULL);
    }
  *out_certificates = certificates;
}

gint64
sync_certificates_end (const SyncCertificates *self, SyncCertificateKind kind)
{
  if (!self->has[kind])
    return 0;
  return kind == SYNC_CERTIFICATE_CA ? self->facts[kind].last_unix_s
                                     : self->facts[kind].until_unix_s;
}

SyncCertificateState
sync_certificates_state (const SyncCertificates *self, SyncCertificateKind kind, gint64 now_unix_s)
{
  gint64 left_s = sync_certificates_end (self, kind) - now_unix_s;

  if (!self->has[kind])
    return SYNC_CERTIFICATE_NONE;
  if (left_s <= 0)
    return SYNC_CERTIFICATE_ENDED;
  if (self->facts[kind].from_unix_s > now_unix_s)
    return SYNC_CERTIFICATE_EARLY;
  return left_s <= (gint64)SYNC_CERTIFICATES_WARN_DAYS * SYNC_CERTIFICATES_DAY_S
             ? SYNC_CERTIFICATE_SOON
             : SYNC_CERTIFICATE_GOOD;
}

gboolean
sync_certificates_first_end (const SyncCertificates *self,
                             SyncCertificateKind *out_kind,
                             gint64 *out_unix_s)
{
  gint64 first_s = 0;
  SyncCertificateKind kind = SYNC_CERTIFICATE_CA;

  for (guint i = 0; i < SYNC_CERTIFICATE_FORMER; i++)
    {
      gint64 end_s = sync_certificates_end (self, (SyncCertificateKind)i);

      if (end_s != 0 && (first_s == 0 || end_s < first_s))
        {
          first_s = end_s;
          kind = (SyncCertificateKind)i;
        }
    }
  if (first_s == 0)
    return FALSE;
  *out_kind = kind;
  *out_unix_s = first_s;
  return TRUE;
}

static gboolean
refuse_ended (const SyncCertificates *self,
              SyncCertificateKind kind,
              const char *whose,
              GError **error)
{
  g_autoptr (GDateTime) end = g_date_time_new_from_unix_utc (sync_certificates_end (self, kind));
  g_autofree char *day = end != NULL ? g_date_time_format (end, "%F") : NULL;

  g_set_error (error, SYNC_ERROR, SYNC_ERROR_ENDED,
               _ ("%s ended on %s: ask the acquirer for a new one and take it in with “till-cli "
                  "acquirer load”"),
               whose, day != NULL ? day : _ ("an unknown day"));
  return FALSE;
}

gboolean
sync_certificates_may_connect (const SyncCertificates *self, gint64 now_unix_s, GError **error)
{
  if (sync_certificates_state (self, SYNC_CERTIFICATE_CLIENT, now_unix_s) == SYNC_CERTIFICATE_ENDED)
    return refuse_ended (self, SYNC_CERTIFICATE_CLIENT, _ ("This till's certificate"), error);
  if (sync_certificates_state (self, SYNC_CERTIFICATE_CA, now_unix_s) == SYNC_CERTIFICATE_ENDED)
    return refuse_ended (self, SYNC_CERTIFICATE_CA, _ ("The acquirer's CA certificate"), error);
  return TRUE;
}

GBytes *
sync_certificates_seal (Vault *vault, BaseSpan plain, gint64 now_unix_s, GError **error)
{
  g_autoptr (BaseSecret) pem = vault_setting (vault, SYNC_SETTING_ENVELOPE, /* error= */ NULL);
  SyncCertificates certificates;

  if (pem == NULL)
    {
      g_set_error_literal (error, SYNC_ERROR, SYNC_ERROR_SETTINGS,
                           _ ("There is no certificate to seal card data for"));
      return NULL;
    }
  sync_certificates_read (vault, &certificates);
  if (sync_certificates_state (&certificates, SYNC_CERTIFICATE_ENVELOPE, now_unix_s)
      == SYNC_CERTIFICATE_ENDED)
    {
      refuse_ended (&certificates, SYNC_CERTIFICATE_ENVELOPE,
                    _ ("The acquirer's certificate for card data"), error);
      return NULL;
    }
  return crypto_envelope_seal (base_secret_span (pem), plain, error);
}

/* ---- Taking in ---- */

static gboolean
refuse (GError **error, const char *sentence)
{
  g_set_error_literal (error, SYNC_ERROR, SYNC_ERROR_SETTINGS, sentence);
  return FALSE;
}

static gboolean
holds (BaseSpan file, const char *mark)
{
  return file.size > 0 && memmem (file.data, file.size, mark, strlen (mark)) != NULL;
}

static gboolean
put (BaseSpan *place, BaseSpan file, GError **error)
{
  if (place->size > 0)
    return refuse (error,
                   _ ("Two of these files are of the same kind: one is to be taken at a time"));
  *place = file;
  return TRUE;
}

gboolean
sync_certificates_sort (BaseSpan file, SyncCertificateFiles *files, GError **error)
{
  CryptoCertificateFacts facts;

  if (holds (file, PRIVATE_KEY_MARK))
    return put (&files->key, file, error);
  if (!holds (file, CERTIFICATE_MARK))
    return FALSE;
  if (!crypto_certificate_look (file, &facts, error))
    return FALSE;
  if (facts.is_ca)
    return put (&files->ca, file, error);
  if (crypto_certificate_is_for (file, CRYPTO_CERTIFICATE_CLIENT))
    return put (&files->client, file, error);
  if (crypto_certificate_is_for (file, CRYPTO_CERTIFICATE_ENVELOPE))
    return put (&files->envelope, file, error);
  return refuse (error,
                 _ ("This certificate is neither a CA's, nor for a terminal, nor for card data"));
}

/* What is given, or else what is there. */
static BaseSpan
pick (Vault *vault, BaseSpan given, const char *setting, BaseSecret **out_holder)
{
  *out_holder = given.size == 0 ? vault_setting (vault, setting, /* error= */ NULL) : NULL;
  return *out_holder != NULL ? base_secret_span (*out_holder) : given;
}

static gboolean
check_ca (BaseSpan ca, GError **error)
{
  CryptoCertificateFacts facts;

  if (!crypto_certificate_look (ca, &facts, error))
    return FALSE;
  if (!facts.is_ca)
    return refuse (error, _ ("What should be the CA's certificate isn't one of a CA"));
  return facts.last_unix_s > g_get_real_time () / G_USEC_PER_SEC
         || refuse (error, _ ("The CA's certificate has ended"));
}

static gboolean
check_client (BaseSpan ca, BaseSpan client, BaseSpan key, GError **error)
{
  if (!crypto_certificate_check (ca, client, CRYPTO_CERTIFICATE_CLIENT, error))
    {
      g_prefix_error (error, _ ("The till's certificate can't be taken: "));
      return FALSE;
    }
  return crypto_certificate_is_pair (client, key)
         || refuse (error, _ ("The till's certificate and private key don't belong together: give "
                              "both files"));
}

/* One byte sealed for it shows that it can be. */
static gboolean
check_envelope (BaseSpan ca, BaseSpan envelope, GError **error)
{
  g_autoptr (GBytes) sealed = NULL;

  if (crypto_certificate_check (ca, envelope, CRYPTO_CERTIFICATE_ENVELOPE, error))
    sealed = crypto_envelope_seal (envelope, BASE_SPAN ("", 1), error);
  if (sealed == NULL)
    g_prefix_error (error, _ ("The certificate for card data can't be taken: "));
  return sealed != NULL;
}

static gboolean
check_all (Vault *vault, const SyncCertificateFiles *files, GError **error)
{
  g_autoptr (BaseSecret) ca_holder = NULL;
  g_autoptr (BaseSecret) client_holder = NULL;
  g_autoptr (BaseSecret) key_holder = NULL;
  BaseSpan ca = pick (vault, files->ca, SYNC_SETTING_CA, &ca_holder);
  BaseSpan client = pick (vault, files->client, SYNC_SETTING_CERTIFICATE, &client_holder);
  BaseSpan key = pick (vault, files->key, SYNC_SETTING_KEY, &key_holder);

  return (files->ca.size == 0 || check_ca (ca, error))
         && ((files->client.size == 0 && files->key.size == 0)
             || check_client (ca, client, key, error))
         && (files->envelope.size == 0 || check_envelope (ca, files->envelope, error));
}

gboolean
sync_certificates_take (Vault *vault, const SyncCertificateFiles *files, GError **error)
{
  g_autoptr (BaseSecret) before = vault_setting (vault, SYNC_SETTING_ENVELOPE, /* error= */ NULL);
  VaultSetting settings[SETTINGS_MAX];
  guint count = 0;

  if (!check_all (vault, files, error))
    return FALSE;
  if (files->ca.size > 0)
    settings[count++] = (VaultSetting){ SYNC_SETTING_CA, files->ca };
  if (files->client.size > 0)
    settings[count++] = (VaultSetting){ SYNC_SETTING_CERTIFICATE, files->client };
  if (files->key.size > 0)
    settings[count++] = (VaultSetting){ SYNC_SETTING_KEY, files->key };
  if (files->envelope.size > 0)
    settings[count++] = (VaultSetting){ SYNC_SETTING_ENVELOPE, files->envelope };
  if (files->envelope.size > 0 && before != NULL
      && !base_bytes_equal (base_secret_span (before), files->envelope))
    settings[count++] = (VaultSetting){ SYNC_SETTING_ENVELOPE_FORMER, base_secret_span (before) };
  return vault_setting_set_all (vault, settings, count, error);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-line.h"

#include "vault-batch.h"

#include "vault-epoch.h"

#include "base-check.h"

#include <glib/gi18n.h>
#include <string.h>

#define FIELD_STAN 11
#define FIELD_RESPONSE 39
#define SERIAL_MAKE "TILL01"
#define REVERSAL_CLASS '4' /* second digit of the MTI */

struct _SyncLine
{
  Vault *vault; /* borrowed */
  AcquirerProfile *profile;
  CryptoTlsIdentity *identity;
  AcquirerLink *link;
  SyncCertificates certificates;      /* as they were when the line was made */
  gboolean has_key;                   /* the MAC key for ever, or the master key */
  gboolean signs_in;                  /* this acquirer gives working keys */
  gint64 asked_us[SYNC_ERRAND_COUNT]; /* monotonic; 0: never */
  gboolean needs_sign_in;             /* with the turn */
  char *host, *terminal, *merchant, *serial;
  char *voice, *voice_merchant; /* of the terminal that is spoken for; NULL: of our own */
  guint16 port;
  GMutex turn;
  gint payments_waiting;             /* atomic */
  SyncStray strays[SYNC_STRAYS_MAX]; /* of the newest; with the turn */
  guint stray_count;                 /* ever */
  GMutex state;
  gboolean demanded[ACQUIRER_DEMAND_COUNT];
  gint64 heeded_us[ACQUIRER_DEMAND_COUNT]; /* monotonic; 0: never */
  gboolean tried, online;
  gint64 since_us;        /* Unix: when it went offline */
  gint64 last_contact_us; /* monotonic */
  GCancellable *yielding; /* of what gives way to a payment; NULL: nothing does */
};

G_DEFINE_QUARK (sync - error - quark, sync_error)

/* An answer that nobody waited for any more: what is worth writing down of it. */
static void
on_stray_cb (const Iso8583Message *answer, gpointer data)
{
  SyncLine *self = data;
  const char *stan = iso8583_message_get (answer, FIELD_STAN),
             *code = iso8583_message_get (answer, FIELD_RESPONSE);
  SyncStray *stray = &self->strays[self->stray_count++ % SYNC_STRAYS_MAX];

  *stray = (SyncStray){ .stan = stan != NULL ? (guint32)g_ascii_strtoull (stan, NULL, 10) : 0 };
  g_strlcpy (stray->mti, iso8583_message_mti (answer), sizeof stray->mti);
  g_strlcpy (stray->code, code != NULL ? code : "", sizeof stray->code);
}

gboolean
sync_line_take_stray (SyncLine *self, guint32 stan, SyncStray *out_stray)
{
  for (guint i = 0; i < SYNC_STRAYS_MAX; i++)
    if (stan != 0 && self->strays[i].stan == stan && self->strays[i].mti[1] != REVERSAL_CLASS)
      {
        *out_stray = self->strays[i];
        self->strays[i] = (SyncStray){ 0 };
        return TRUE;
      }
  return FALSE;
}

static BaseSecret *
want (Vault *vault, const char *name, GError **error)
{
  g_autoptr (GError) broken = NULL;
  BaseSecret *value = vault_setting (vault, name, &broken);

  if (broken != NULL)
    g_propagate_error (error, g_steal_pointer (&broken));
  else if (value == NULL)
    g_set_error (error, SYNC_ERROR, SYNC_ERROR_SETTINGS,
                 _ ("The acquirer's setting “%s” is missing"), name);
  return value;
}

static char *
want_text (Vault *vault, const char *name, GError **error)
{
  g_autoptr (BaseSecret) value = want (vault, name, error);

  return value != NULL ? g_strndup ((const char *)base_secret_span (value).data,
                                    base_secret_span (value).size)
                       : NULL;
}

static CryptoTlsIdentity *
load_identity (Vault *vault, GError **error)
{
  g_autoptr (BaseSecret) ca = want (vault, SYNC_SETTING_CA, error);
  g_autoptr (BaseSecret) certificate
      = ca != NULL ? want (vault, SYNC_SETTING_CERTIFICATE, error) : NULL;
  g_autoptr (BaseSecret) key = certificate != NULL ? want (vault, SYNC_SETTING_KEY, error) : NULL;

  if (key == NULL)
    return NULL;
  return crypto_tls_identity_new (base_secret_span (ca), base_secret_span (certificate),
                                  base_secret_span (key), error);
}

static gboolean
load_addresses (SyncLine *self, GError **error)
{
  gint64 port = vault_setting_number (self->vault, SYNC_SETTING_PORT, 0);

  self->host = want_text (self->vault, SYNC_SETTING_HOST, error);
  self->terminal
      = self->host != NULL ? want_text (self->vault, SYNC_SETTING_TERMINAL, error) : NULL;
  self->merchant
      = self->terminal != NULL ? want_text (self->vault, SYNC_SETTING_MERCHANT, error) : NULL;
  if (self->merchant == NULL)
    return FALSE;
  self->port = (guint16)port;
  self->serial = vault_setting_text (self->vault, SYNC_SETTING_SERIAL, /* error= */ NULL);
  if (self->serial == NULL)
    self->serial = g_strconcat (SERIAL_MAKE, self->terminal, NULL);
  if (port > 0 && port <= G_MAXUINT16 && strlen (self->terminal) <= ACQUIRER_TERMINAL_SIZE
      && strlen (self->merchant) <= ACQUIRER_MERCHANT_SIZE)
    return TRUE;
  g_set_error_literal (
      error, SYNC_ERROR, SYNC_ERROR_SETTINGS,
      _ ("The acquirer's port, or this shop's terminal or merchant number, makes no sense"));
  return FALSE;
}

char *
sync_line_taken_name (const char *terminal, const char *setting)
{
  return g_strdup_printf ("taken.%s.%s", terminal, setting);
}

/* Yours to free: where a key of the terminal that is spoken for lies. */
static char *
key_name (const SyncLine *self, const char *own)
{
  return self->voice != NULL ? sync_line_taken_name (self->voice, own) : g_strdup (own);
}

/* Opens a field of working keys and hands its MAC key to the link. The master key is in memory for
 * that long. */
static gboolean
use_keys (SyncLine *self, BaseSpan field, GError **error)
{
  g_autofree char *name = key_name (self, SYNC_SETTING_MASTER_KEY);
  g_autoptr (BaseSecret) master = want (self->vault, name, error);
  g_auto (AcquirerKeySet) set = { 0 };

  if (master == NULL
      || !acquirer_key_plan_open (acquirer_profile_key_plan (self->profile), master, field, &set,
                                  error))
    return FALSE;
  acquirer_link_set_mac_key (self->link, set.keys[ACQUIRER_KEY_MAC]);
  self->needs_sign_in = FALSE;
  return TRUE;
}

gboolean
sync_line_prepare_sign_in (SyncLine *self, GError **error)
{
  g_autofree char *name = key_name (self, SYNC_SETTING_MASTER_KEY);
  g_autoptr (BaseSecret) master = want (self->vault, name, error);

  if (master != NULL)
    acquirer_link_set_master_key (self->link, master);
  return master != NULL;
}

gboolean
sync_line_take_keys (SyncLine *self, BaseSpan field, GError **error)
{
  g_autofree char *name = key_name (self, SYNC_SETTING_WORKING_KEYS);

  return use_keys (self, field, error) && vault_setting_set (self->vault, name, field, error);
}

gboolean
sync_line_drop_keys (SyncLine *self, GError **error)
{
  g_autofree char *name = key_name (self, SYNC_SETTING_WORKING_KEYS);

  if (!self->signs_in)
    return TRUE;
  acquirer_link_set_mac_key (self->link, NULL);
  self->needs_sign_in = TRUE;
  return vault_setting_set (self->vault, name, BASE_SPAN (NULL, 0), error);
}

/* What came the last time, if that opens still. */
static void
load_working_keys (SyncLine *self)
{
  g_autofree char *name = key_name (self, SYNC_SETTING_WORKING_KEYS);
  g_autoptr (BaseSecret) field = vault_setting (self->vault, name, /* error= */ NULL);

  self->needs_sign_in = TRUE;
  if (field != NULL)
    (void)use_keys (self, base_secret_span (field), /* error= */ NULL);
}

char **
sync_line_taken (Vault *vault)
{
  g_autofree char *text = vault_setting_text (vault, SYNC_SETTING_TAKEN, /* error= */ NULL);

  return g_strsplit (text != NULL ? g_strchomp (text) : "", " ", SYNC_TAKEN_MAX);
}

gboolean
sync_line_add_taken (Vault *vault, const char *terminal, GError **error)
{
  g_auto (GStrv) known = sync_line_taken (vault);
  g_autofree char *before = g_strjoinv (" ", known);
  g_autofree char *text
      = g_strdup_printf ("%s%s%s ", before, before[0] != '\0' ? " " : "", terminal);

  if (g_strv_contains ((const char *const *)known, terminal))
    return TRUE;
  if (g_strv_length (known) >= SYNC_TAKEN_MAX)
    {
      g_set_error (error, VAULT_ERROR, VAULT_ERROR_STATE,
                   _ ("This till has taken over %d others, and takes over no more"),
                   SYNC_TAKEN_MAX);
      return FALSE;
    }
  return vault_setting_set_text (vault, SYNC_SETTING_TAKEN, text, error);
}

/* An answer that is still on its way to the other one couldn't be told from a forged one: another
 * voice begins with another connection. */
static void
change_voice (SyncLine *self, const char *terminal)
{
  g_autofree char *merchant
      = terminal != NULL ? sync_line_taken_name (terminal, SYNC_SETTING_MERCHANT) : NULL;

  acquirer_link_drop (self->link);
  g_free (self->voice);
  g_free (self->voice_merchant);
  self->voice = g_strdup (terminal);
  self->voice_merchant
      = merchant != NULL ? vault_setting_text (self->vault, merchant, /* error= */ NULL) : NULL;
  acquirer_link_set_mac_key (self->link, NULL);
  load_working_keys (self);
}

void
sync_line_speak_for (SyncLine *self, const char *terminal)
{
  g_auto (GStrv) taken = NULL;

  if (!self->signs_in || g_strcmp0 (terminal, self->terminal) == 0)
    terminal = NULL;
  if (g_strcmp0 (terminal, self->voice) == 0)
    return;
  taken = sync_line_taken (self->vault);
  if (terminal != NULL && !g_strv_contains ((const char *const *)taken, terminal))
    terminal = NULL;
  if (g_strcmp0 (terminal, self->voice) != 0)
    change_voice (self, terminal);
}

gboolean
sync_line_needs_sign_in (SyncLine *self)
{
  /* At first contact the host must say what it had seen of our books, before any record leaves. */
  return self->needs_sign_in
         || (self->voice == NULL && acquirer_profile_keeps_books (self->profile)
             && vault_is_owner (self->vault) && !vault_epoch_was_told (self->vault));
}

gboolean
sync_line_is_signed_in (SyncLine *self)
{
  return !self->needs_sign_in;
}

/* The MAC key for ever, or the master key and what came under it the last time. Keys that don't
 * open any more are as good as none; so is a key that people haven't brought yet. */
static gboolean
load_keys (SyncLine *self, GError **error)
{
  g_autoptr (GError) broken = NULL;
  g_autoptr (BaseSecret) key = NULL;

  self->signs_in = acquirer_profile_key_plan (self->profile) != NULL;
  key = vault_setting (self->vault, self->signs_in ? SYNC_SETTING_MASTER_KEY : SYNC_SETTING_MAC_KEY,
                       &broken);
  if (broken != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&broken));
      return FALSE;
    }
  self->has_key = key != NULL;
  self->link = acquirer_link_new (self->profile, self->host, self->port, self->identity,
                                  self->signs_in ? NULL : key);
  acquirer_link_set_stray (self->link, on_stray_cb, self);
  if (!self->signs_in)
    return TRUE;
  load_working_keys (self);
  return TRUE;
}

SyncLine *
sync_line_new (Vault *vault, GError **error)
{
  g_autoptr (GError) broken = NULL;
  g_autofree char *profile = vault_setting_text (vault, SYNC_SETTING_PROFILE, &broken);
  g_autoptr (SyncLine) self = NULL;

  if (profile == NULL)
    {
      if (broken != NULL)
        g_propagate_error (error, g_steal_pointer (&broken));
      return NULL;
    }
  self = g_new0 (SyncLine, 1);
  g_mutex_init (&self->turn);
  g_mutex_init (&self->state);
  self->vault = vault;
  self->profile = acquirer_profile_from_text (profile, error);
  if (self->profile == NULL || !load_addresses (self, error))
    return NULL;
  vault_batch_set_terminal (vault, self->terminal);
  sync_certificates_read (vault, &self->certificates);
  self->identity = load_identity (vault, error);
  return self->identity != NULL && load_keys (self, error) ? g_steal_pointer (&self) : NULL;
}

void
sync_line_free (SyncLine *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->link, acquirer_link_free);
  g_clear_pointer (&self->identity, crypto_tls_identity_unref);
  g_clear_pointer (&self->profile, acquirer_profile_unref);
  g_free (self->host);
  g_free (self->terminal);
  g_free (self->merchant);
  g_free (self->serial);
  g_free (self->voice);
  g_free (self->voice_merchant);
  g_mutex_clear (&self->turn);
  g_mutex_clear (&self->state);
  g_free (self);
}

Vault *
sync_line_vault (SyncLine *self)
{
  return self->vault;
}

AcquirerProfile *
sync_line_profile (SyncLine *self)
{
  return self->profile;
}

const char *
sync_line_terminal (SyncLine *self)
{
  return self->terminal;
}

const char *
sync_line_merchant (SyncLine *self)
{
  return self->merchant;
}

gboolean
sync_line_has_key (SyncLine *self)
{
  return self->has_key;
}

const char *
sync_line_voice (SyncLine *self, const char **out_merchant)
{
  *out_merchant = self->voice_merchant != NULL ? self->voice_merchant : self->merchant;
  return self->voice != NULL ? self->voice : self->terminal;
}

const SyncCertificates *
sync_line_certificates (SyncLine *self)
{
  return &self->certificates;
}

const char *
sync_line_host (SyncLine *self)
{
  return self->host;
}

const char *
sync_line_serial (SyncLine *self)
{
  return self->serial;
}

guint16
sync_line_port (SyncLine *self)
{
  return self->port;
}

gboolean
sync_line_payment_waits (SyncLine *self)
{
  return g_atomic_int_get (&self->payments_waiting) > 0;
}

/* Whoever comes second of a payment that waits and of what gives way to it stops the latter. */
static void
stop_yielding (SyncLine *self)
{
  g_autoptr (GCancellable) yielding = NULL;

  g_mutex_lock (&self->state);
  if (self->yielding != NULL && sync_line_payment_waits (self))
    yielding = g_object_ref (self->yielding);
  g_mutex_unlock (&self->state);
  if (yielding != NULL)
    g_cancellable_cancel (yielding);
}

GCancellable *
sync_line_take_yielding_turn (SyncLine *self)
{
  GCancellable *yielding = g_cancellable_new ();

  sync_line_take_turn (self, FALSE);
  g_mutex_lock (&self->state);
  g_assert (self->yielding == NULL);
  self->yielding = g_object_ref (yielding);
  g_mutex_unlock (&self->state);
  stop_yielding (self);
  return yielding;
}

void
sync_line_end_yielding_turn (SyncLine *self)
{
  g_mutex_lock (&self->state);
  g_clear_object (&self->yielding);
  g_mutex_unlock (&self->state);
  sync_line_end_turn (self, FALSE);
}

void
sync_line_take_turn (SyncLine *self, gboolean payment)
{
  base_check_may_block ();
  if (payment)
    {
      g_atomic_int_inc (&self->payments_waiting);
      stop_yielding (self);
    }
  g_mutex_lock (&self->turn);
  sync_line_speak_for (self, NULL);
}

void
sync_line_end_turn (SyncLine *self, gboolean payment)
{
  g_mutex_unlock (&self->turn);
  if (payment)
    g_atomic_int_add (&self->payments_waiting, -1);
}

void
sync_line_wait_for_payment (SyncLine *self)
{
  sync_line_take_turn (self, FALSE);
  sync_line_end_turn (self, FALSE);
}

static void
note (SyncLine *self, gboolean answered)
{
  g_mutex_lock (&self->state);
  if (answered)
    {
      self->last_contact_us = g_get_monotonic_time ();
      self->since_us = 0;
    }
  else if (self->online || !self->tried)
    self->since_us = g_get_real_time ();
  self->tried = TRUE;
  self->online = answered;
  g_mutex_unlock (&self->state);
}

static gboolean
may_speak (SyncLine *self, GError **error)
{
  if (!self->has_key)
    g_set_error_literal (error, SYNC_ERROR, SYNC_ERROR_NO_KEY,
                         _ ("The acquirer's key wasn't taken in yet"));
  return self->has_key;
}

gboolean
sync_line_connect (SyncLine *self, GCancellable *cancellable, GError **error)
{
  gint64 now_s = g_get_real_time () / G_USEC_PER_SEC;
  gboolean connected = may_speak (self, error)
                       && sync_certificates_may_connect (&self->certificates, now_s, error)
                       && acquirer_link_connect (self->link, cancellable, error);

  if (!connected)
    note (self, FALSE);
  return connected;
}

/* A wrong MAC on the line, or the host's word, says that the two sides have different keys. */
static void
heed_keys (SyncLine *self,
           AcquirerExchange exchange,
           const Iso8583Message *answer,
           const GError *error)
{
  const char *code = exchange == ACQUIRER_EXCHANGE_ANSWERED
                         ? iso8583_message_get (answer, FIELD_RESPONSE)
                         : NULL;

  if (self->signs_in
      && (g_error_matches (error, ACQUIRER_ERROR, ACQUIRER_ERROR_MAC)
          || (code != NULL && acquirer_profile_code_sign_in (self->profile, code))))
    self->needs_sign_in = TRUE;
}

static void
note_demand (SyncLine *self, const Iso8583Message *answer)
{
  AcquirerDemand demand = acquirer_demands_find (acquirer_profile_demands (self->profile),
                                                 iso8583_message_get (answer, 0));
  gint64 now_us = g_get_monotonic_time ();

  if (demand == ACQUIRER_DEMAND_NONE)
    return;
  g_mutex_lock (&self->state);
  if (self->heeded_us[demand] == 0
      || now_us - self->heeded_us[demand] > SYNC_DEMAND_AGAIN_S * G_USEC_PER_SEC)
    self->demanded[demand] = TRUE;
  g_mutex_unlock (&self->state);
}

gboolean
sync_line_has_demand (SyncLine *self)
{
  gboolean any = FALSE;

  g_mutex_lock (&self->state);
  for (guint i = 0; i < ACQUIRER_DEMAND_COUNT; i++)
    any = any || self->demanded[i];
  g_mutex_unlock (&self->state);
  return any;
}

gboolean
sync_line_take_demand (SyncLine *self, AcquirerDemand demand)
{
  gboolean taken;

  g_mutex_lock (&self->state);
  taken = self->demanded[demand];
  self->demanded[demand] = FALSE;
  if (taken)
    self->heeded_us[demand] = g_get_monotonic_time ();
  g_mutex_unlock (&self->state);
  return taken;
}

AcquirerExchange
sync_line_exchange (SyncLine *self,
                    const Iso8583Message *request,
                    GCancellable *cancellable,
                    Iso8583Message **out_answer,
                    GError **error)
{
  GError *why = NULL;
  AcquirerExchange exchange
      = acquirer_link_exchange (self->link, request, cancellable, out_answer, &why);

  heed_keys (self, exchange, exchange == ACQUIRER_EXCHANGE_ANSWERED ? *out_answer : NULL, why);
  if (why != NULL)
    g_propagate_error (error, why);
  if (exchange == ACQUIRER_EXCHANGE_ANSWERED)
    note_demand (self, *out_answer);
  note (self, exchange == ACQUIRER_EXCHANGE_ANSWERED);
  return exchange;
}

void
sync_line_exchange_many (SyncLine *self,
                         const Iso8583Message *const *requests,
                         guint count,
                         GCancellable *cancellable,
                         AcquirerResult *results)
{
  gboolean answered = FALSE;

  acquirer_link_exchange_many (self->link, requests, count, cancellable, results);
  for (guint i = 0; i < count; i++)
    {
      heed_keys (self, results[i].exchange, results[i].answer, results[i].error);
      answered = answered || results[i].exchange == ACQUIRER_EXCHANGE_ANSWERED;
      if (results[i].exchange == ACQUIRER_EXCHANGE_ANSWERED)
        note_demand (self, results[i].answer);
    }
  note (self, answered);
}

gboolean
sync_line_may_ask (SyncLine *self, SyncErrand errand, guint every_s)
{
  gint64 now_us = g_get_monotonic_time (), *asked_us = &self->asked_us[errand];
  gboolean may;

  g_mutex_lock (&self->state);
  may = *asked_us == 0 || now_us - *asked_us >= every_s * G_USEC_PER_SEC;
  if (may)
    *asked_us = now_us;
  g_mutex_unlock (&self->state);
  return may;
}

gboolean
sync_line_is_online (SyncLine *self, gint64 *out_since_us)
{
  gboolean online;

  g_mutex_lock (&self->state);
  online = self->online;
  *out_since_us = self->since_us;
  g_mutex_unlock (&self->state);
  return online;
}

const char *
sync_line_unsent_reason (SyncLine *self, const GError *why)
{
  if (g_error_matches (why, SYNC_ERROR, SYNC_ERROR_HELD))
    return "quarantined";
  if (g_error_matches (why, SYNC_ERROR, SYNC_ERROR_ENDED))
    return "certificate-ended";
  if (g_error_matches (why, SYNC_ERROR, SYNC_ERROR_NO_KEY))
    return "no-key";
  if (g_error_matches (why, ACQUIRER_ERROR, ACQUIRER_ERROR_CONNECT))
    return "no-connection";
  if (g_error_matches (why, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return "unanswered";
  return g_error_matches (why, ACQUIRER_ERROR, ACQUIRER_ERROR_MAC)
                 || sync_line_is_online (self, &(gint64){ 0 })
             ? "not-signed-in"
             : "host-silent";
}

gboolean
sync_line_was_tried (SyncLine *self)
{
  gboolean tried;

  g_mutex_lock (&self->state);
  tried = self->tried;
  g_mutex_unlock (&self->state);
  return tried;
}

gint64
sync_line_silence_s (SyncLine *self)
{
  gint64 silence;

  g_mutex_lock (&self->state);
  silence = self->last_contact_us == 0
                ? G_MAXINT64
                : (g_get_monotonic_time () - self->last_contact_us) / G_USEC_PER_SEC;
  g_mutex_unlock (&self->state);
  return silence;
}

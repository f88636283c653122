/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer-mac.h"

#include "crypto-digest.h"
#include "crypto-mac.h"
#include "crypto-working-key.h"
#include "iso8583.h"

#include <glib/gi18n.h>

#define MASTER_MAC_LABEL "acquirer sign-in"

typedef struct
{
  CryptoMac *mac; /* NULL: the profile has none, or `refusal` */
  GError *refusal;
} Key;

struct _AcquirerMac
{
  AcquirerProfile *profile;
  Key working; /* of everything but a sign-in with a MAC of its own */
  Key master;
};

static void
key_clear (Key *self)
{
  g_clear_pointer (&self->mac, crypto_mac_free);
  g_clear_error (&self->refusal);
}

static void
key_set (Key *self, const AcquirerProfile *profile, const BaseSecret *key)
{
  const char *algorithm = acquirer_profile_mac_algorithm (profile);

  key_clear (self);
  if (algorithm != NULL && key == NULL)
    self->refusal
        = g_error_new_literal (ACQUIRER_ERROR, ACQUIRER_ERROR_MAC,
                               _ ("There is no MAC key yet: the terminal isn't signed in"));
  else if (algorithm != NULL)
    self->mac = crypto_mac_new (algorithm, key, &self->refusal);
}

AcquirerMac *
acquirer_mac_new (AcquirerProfile *profile, const BaseSecret *key)
{
  AcquirerMac *self = g_new0 (AcquirerMac, 1);

  self->profile = acquirer_profile_ref (profile);
  acquirer_mac_set_key (self, key);
  acquirer_mac_set_master (self, NULL);
  return self;
}

void
acquirer_mac_free (AcquirerMac *self)
{
  if (self == NULL)
    return;
  key_clear (&self->working);
  key_clear (&self->master);
  acquirer_profile_unref (self->profile);
  g_free (self);
}

void
acquirer_mac_set_key (AcquirerMac *self, const BaseSecret *key)
{
  key_set (&self->working, self->profile, key);
}

/* Never the master key itself: that one wraps keys, and does nothing else. */
void
acquirer_mac_set_master (AcquirerMac *self, const BaseSecret *master)
{
  g_autoptr (BaseSecret) derived = master != NULL ? crypto_derive (master, MASTER_MAC_LABEL) : NULL;
  g_autoptr (BaseSecret) key = derived != NULL ? base_secret_new_from (BASE_SPAN (
                                   base_secret_span (derived).data, CRYPTO_WORKING_KEY_MAX))
                                               : NULL;

  key_set (&self->master, self->profile, key);
}

static gboolean
refused (const Key *self, GError **error)
{
  if (self->refusal == NULL)
    return FALSE;
  g_propagate_error (error, g_error_copy (self->refusal));
  return TRUE;
}

/* What a computation needs to know. */
typedef struct
{
  const AcquirerMac *self;
  const Key *key;
} Work;

static const Key *
key_for (const AcquirerMac *self, const char *mti)
{
  return acquirer_profile_has_master_mac (self->profile, mti) ? &self->master : &self->working;
}

/* An algorithm may give more than the field takes: its leading bytes count. */
static gboolean
compute (gpointer data, BaseSpan covered, guint8 *out, gsize size, GError **error)
{
  const Work *work = data;
  g_autoptr (GBytes) code = crypto_mac_code (work->key->mac, covered);
  BaseSpan span = base_bytes_span (code);

  if (span.size < size)
    {
      g_set_error (error, ACQUIRER_ERROR, ACQUIRER_ERROR_PROFILE,
                   _ ("The MAC field is longer than a MAC of %s"),
                   acquirer_profile_mac_algorithm (work->self->profile));
      return FALSE;
    }
  for (gsize i = 0; i < size; i++)
    out[i] = span.data[i];
  return TRUE;
}

GBytes *
acquirer_mac_pack (const AcquirerMac *self, const Iso8583Message *message, GError **error)
{
  const char *mti = iso8583_message_mti (message);
  Work work = { self, key_for (self, mti) };

  if (!acquirer_profile_has_mac (self->profile, mti))
    return iso8583_pack (self->profile, message, error);
  if (refused (work.key, error))
    return NULL;
  return iso8583_pack_sealed (self->profile, message, acquirer_profile_mac_field (self->profile),
                              compute, &work, error);
}

/* The only thing that is looked at before the MAC: whether messages of this MTI have one, and under
 * which key. */
static void
read_mti (const AcquirerMac *self, BaseSpan body, char mti[5])
{
  const Iso8583Dialect *dialect = acquirer_profile_dialect (self->profile);
  gboolean packed = dialect->mti == ISO8583_ENCODING_BCD;
  BaseReader reader;
  BaseSpan bytes;

  base_reader_init (&reader, body);
  if (!base_reader_skip (&reader, dialect->prefix_size)
      || !base_reader_take (&reader, packed ? 2 : 4, &bytes))
    return;
  for (guint i = 0; i < 4; i++)
    mti[i]
        = (char)(packed ? '0' + (bytes.data[i / 2] >> (i % 2 == 0 ? 4 : 0) & 0x0F) : bytes.data[i]);
}

gboolean
acquirer_mac_check (const AcquirerMac *self, BaseSpan body, GError **error)
{
  const Iso8583Dialect *dialect = acquirer_profile_dialect (self->profile);
  gsize size = dialect->fields[acquirer_profile_mac_field (self->profile)].length;
  guint8 wanted[ACQUIRER_MAC_MAX];
  char mti[5] = "";
  Work work = { self, NULL };
  BaseReader reader;
  BaseSpan covered, found;

  read_mti (self, body, mti);
  if (!acquirer_profile_has_mac (self->profile, mti))
    return TRUE;
  work.key = key_for (self, mti);
  if (refused (work.key, error))
    return FALSE;
  base_reader_init (&reader, body);
  if (body.size > dialect->prefix_size + size && base_reader_skip (&reader, dialect->prefix_size)
      && base_reader_take (&reader, base_reader_left (&reader) - size, &covered)
      && base_reader_take (&reader, size, &found))
    {
      if (!compute (&work, covered, wanted, size, error))
        return FALSE;
      if (base_bytes_equal_secret (BASE_SPAN (wanted, size), found))
        return TRUE;
    }
  g_set_error_literal (error, ACQUIRER_ERROR, ACQUIRER_ERROR_MAC,
                       _ ("The message doesn't end in its own MAC"));
  return FALSE;
}

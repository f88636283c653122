/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer-mac.h"

#include "crypto-mac.h"
#include "iso8583.h"

struct _AcquirerMac
{
  AcquirerProfile *profile;
  CryptoMac *mac; /* NULL: the profile has none, or `refusal` */
  GError *refusal;
};

AcquirerMac *
acquirer_mac_new (AcquirerProfile *profile, const BaseSecret *key)
{
  AcquirerMac *self = g_new0 (AcquirerMac, 1);
  const char *algorithm = acquirer_profile_mac_algorithm (profile);

  self->profile = acquirer_profile_ref (profile);
  if (algorithm != NULL && key == NULL)
    self->refusal = g_error_new_literal (ACQUIRER_ERROR, ACQUIRER_ERROR_MAC,
                                         "There is no MAC key yet: the terminal isn't signed in");
  else if (algorithm != NULL)
    self->mac = crypto_mac_new (algorithm, key, &self->refusal);
  return self;
}

void
acquirer_mac_free (AcquirerMac *self)
{
  if (self == NULL)
    return;
  crypto_mac_free (self->mac);
  g_clear_error (&self->refusal);
  acquirer_profile_unref (self->profile);
  g_free (self);
}

static gboolean
refused (const AcquirerMac *self, GError **error)
{
  if (self->refusal == NULL)
    return FALSE;
  g_propagate_error (error, g_error_copy (self->refusal));
  return TRUE;
}

/* An algorithm may give more than the field takes: its leading bytes count. */
static gboolean
compute (gpointer data, BaseSpan covered, guint8 *out, gsize size, GError **error)
{
  const AcquirerMac *self = data;
  g_autoptr (GBytes) code = crypto_mac_code (self->mac, covered);
  BaseSpan span = base_bytes_span (code);

  if (span.size < size)
    {
      g_set_error (error, ACQUIRER_ERROR, ACQUIRER_ERROR_PROFILE,
                   "The MAC field is longer than a MAC of %s",
                   acquirer_profile_mac_algorithm (self->profile));
      return FALSE;
    }
  for (gsize i = 0; i < size; i++)
    out[i] = span.data[i];
  return TRUE;
}

GBytes *
acquirer_mac_pack (const AcquirerMac *self, const Iso8583Message *message, GError **error)
{
  if (!acquirer_profile_has_mac (self->profile, iso8583_message_mti (message)))
    return iso8583_pack (self->profile, message, error);
  if (refused (self, error))
    return NULL;
  return iso8583_pack_sealed (self->profile, message, acquirer_profile_mac_field (self->profile),
                              compute, (gpointer)self, error);
}

/* The only thing that is looked at before the MAC: whether messages of this MTI have one. */
static gboolean
needs_mac (const AcquirerMac *self, BaseSpan body)
{
  const Iso8583Dialect *dialect = acquirer_profile_dialect (self->profile);
  gboolean packed = dialect->mti == ISO8583_ENCODING_BCD;
  char mti[5] = "";
  BaseReader reader;
  BaseSpan bytes;

  base_reader_init (&reader, body);
  if (!base_reader_skip (&reader, dialect->prefix_size)
      || !base_reader_take (&reader, packed ? 2 : 4, &bytes))
    return acquirer_profile_has_mac (self->profile, mti);
  for (guint i = 0; i < 4; i++)
    mti[i]
        = (char)(packed ? '0' + (bytes.data[i / 2] >> (i % 2 == 0 ? 4 : 0) & 0x0F) : bytes.data[i]);
  return acquirer_profile_has_mac (self->profile, mti);
}

gboolean
acquirer_mac_check (const AcquirerMac *self, BaseSpan body, GError **error)
{
  const Iso8583Dialect *dialect = acquirer_profile_dialect (self->profile);
  gsize size = dialect->fields[acquirer_profile_mac_field (self->profile)].length;
  guint8 wanted[ACQUIRER_MAC_MAX];
  BaseReader reader;
  BaseSpan covered, found;

  if (!needs_mac (self, body))
    return TRUE;
  if (refused (self, error))
    return FALSE;
  base_reader_init (&reader, body);
  if (body.size > dialect->prefix_size + size && base_reader_skip (&reader, dialect->prefix_size)
      && base_reader_take (&reader, base_reader_left (&reader) - size, &covered)
      && base_reader_take (&reader, size, &found))
    {
      if (!compute ((gpointer)self, covered, wanted, size, error))
        return FALSE;
      if (base_bytes_equal_secret (BASE_SPAN (wanted, size), found))
        return TRUE;
    }
  g_set_error_literal (error, ACQUIRER_ERROR, ACQUIRER_ERROR_MAC,
                       "The message doesn't end in its own MAC");
  return FALSE;
}

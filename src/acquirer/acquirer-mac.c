/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer-mac.h"

#include "crypto-mac.h"
#include "iso8583.h"

/* Bytes of the MAC's field. */
static gsize
mac_size (const AcquirerProfile *profile)
{
  return acquirer_profile_dialect (profile)->fields[acquirer_profile_mac_field (profile)].length;
}

/* What the MAC covers: from the MTI up to the MAC, whose room at the end is left out. */
static gboolean
covered (const AcquirerProfile *profile, BaseSpan body, BaseSpan *out_covered, BaseSpan *out_mac)
{
  gsize prefix_size = acquirer_profile_dialect (profile)->prefix_size;
  BaseReader reader;

  base_reader_init (&reader, body);
  return body.size > prefix_size + mac_size (profile) && base_reader_skip (&reader, prefix_size)
         && base_reader_take (&reader, base_reader_left (&reader) - mac_size (profile), out_covered)
         && base_reader_take (&reader, mac_size (profile), out_mac);
}

/* An algorithm may give more than the field takes: its leading bytes count. */
static GBytes *
compute (const AcquirerProfile *profile, const BaseSecret *key, BaseSpan data, GError **error)
{
  g_autoptr (GBytes) whole = crypto_mac_compute (acquirer_profile_mac_algorithm (profile), key, data, error);

  if (whole == NULL)
    return NULL;
  if (g_bytes_get_size (whole) < mac_size (profile))
    {
      g_set_error (error, ACQUIRER_ERROR, ACQUIRER_ERROR_PROFILE, "The MAC field is longer than a MAC of %s",
                   acquirer_profile_mac_algorithm (profile));
      return NULL;
    }
  return g_bytes_new_from_bytes (whole, 0, mac_size (profile));
}

GBytes *
acquirer_mac_pack (const AcquirerProfile *profile, const BaseSecret *key, const Iso8583Message *message, GError **error)
{
  static const guint8 zeros[ACQUIRER_MAC_MAX] = { 0 };
  g_autoptr (Iso8583Message) sealed = NULL;
  g_autoptr (GBytes) unsealed = NULL;
  g_autoptr (GBytes) mac = NULL;
  BaseSpan data, room;

  if (acquirer_profile_mac_algorithm (profile) == NULL)
    return iso8583_pack (profile, message, error);
  sealed = iso8583_message_copy (message);
  iso8583_message_set_bytes (sealed, acquirer_profile_mac_field (profile), BASE_SPAN (zeros, mac_size (profile)));
  unsealed = iso8583_pack (profile, sealed, error);
  if (unsealed == NULL || !covered (profile, base_bytes_span (unsealed), &data, &room)
      || (mac = compute (profile, key, data, error)) == NULL)
    return NULL;
  iso8583_message_set_bytes (sealed, acquirer_profile_mac_field (profile), base_bytes_span (mac));
  return iso8583_pack (profile, sealed, error);
}

gboolean
acquirer_mac_check (const AcquirerProfile *profile, const BaseSecret *key, BaseSpan body, GError **error)
{
  g_autoptr (GBytes) mac = NULL;
  BaseSpan data, found;

  if (acquirer_profile_mac_algorithm (profile) == NULL)
    return TRUE;
  if (covered (profile, body, &data, &found))
    {
      mac = compute (profile, key, data, error);
      if (mac == NULL)
        return FALSE;
      if (base_bytes_equal_secret (base_bytes_span (mac), found))
        return TRUE;
    }
  g_set_error_literal (error, ACQUIRER_ERROR, ACQUIRER_ERROR_MAC, "The message doesn't end in its own MAC");
  return FALSE;
}

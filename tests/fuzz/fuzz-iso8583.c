/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any bytes through each shipped dialect: the first byte chooses, the rest is a frame or a body.
 * What unpacks must pack, and unpack to the same again.
 */
#include "iso8583.h"
#include "iso8583-frame.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static AcquirerProfile *
profile_for (uint8_t choice)
{
  static AcquirerProfile *profiles[2];

  if (profiles[0] == NULL)
    {
      profiles[0] = acquirer_profile_load ("sandbox", NULL);
      profiles[1] = acquirer_profile_load ("unionpay", NULL);
    }
  g_assert (profiles[choice % 2] != NULL);
  return profiles[choice % 2];
}

static void
round_trip (AcquirerProfile *profile, BaseSpan body)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Iso8583Message) message = NULL;
  g_autoptr (Iso8583Message) again = NULL;
  g_autoptr (GBytes) packed = NULL;

  if (!iso8583_unpack_partial (profile, body, &message, &error))
    {
      g_assert (error != NULL);
      return;
    }
  packed = iso8583_pack (profile, message, NULL);
  g_assert (packed != NULL);
  again = iso8583_unpack (profile, base_bytes_span (packed), NULL);
  g_assert (again != NULL && iso8583_message_equal (message, again));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  AcquirerProfile *profile;
  BaseSpan body;

  if (size == 0)
    return 0;
  profile = profile_for (data[0]);
  body = BASE_SPAN (&data[1], size - 1);
  round_trip (profile, body);
  round_trip (profile, iso8583_frame_strip (acquirer_profile_dialect (profile), body));
  return 0;
}

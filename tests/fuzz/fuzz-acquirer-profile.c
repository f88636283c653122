/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any text as a profile; one that loads must have a dialect that the codec can work with.
 */
#include "acquirer-profile.h"
#include "iso8583.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* A field at its full length goes there and back. */
static void
try_fields (AcquirerProfile *profile)
{
  const Iso8583Dialect *dialect = acquirer_profile_dialect (profile);

  for (guint i = 2; i <= dialect->field_max; i++)
    {
      gboolean bytes = dialect->fields[i].format == ISO8583_FORMAT_B;
      g_autofree char *text
          = g_strnfill (dialect->fields[i].length * (bytes ? 2u : 1u),
                        dialect->fields[i].format == ISO8583_FORMAT_A ? 'A' : '1');
      g_autoptr (Iso8583Message) message = iso8583_message_new ("0200");
      g_autoptr (Iso8583Message) again = NULL;
      g_autoptr (GBytes) packed = NULL;

      iso8583_message_set (message, i, text);
      packed = iso8583_pack (profile, message, NULL);
      if (packed == NULL) /* no such field, or an odd count where lengths are bytes */
        continue;
      again = iso8583_unpack (profile, base_bytes_span (packed), NULL);
      g_assert (again != NULL && g_strcmp0 (iso8583_message_get (again, i), text) == 0);
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *)data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (AcquirerProfile) profile = acquirer_profile_from_text (text, &error);

  g_assert ((profile != NULL) != (error != NULL));
  if (profile != NULL)
    try_fields (profile);
  return 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "crypto-random.h"

#include <openssl/rand.h>

void
crypto_random_bytes (guint8 *out, gsize size)
{
  g_assert (out != NULL || size == 0);
  g_assert (size <= G_MAXINT);
  if (RAND_priv_bytes (out, (int)size) != 1)
    g_error ("The system gives no random bytes");
}

char *
crypto_random_uuid (void)
{
  guint8 b[16];

  crypto_random_bytes (b, sizeof b);
  b[6] = (guint8)((b[6] & 0x0F) | 0x40);
  b[8] = (guint8)((b[8] & 0x3F) | 0x80);
  return g_strdup_printf ("%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
                          b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11],
                          b[12], b[13], b[14], b[15]);
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The blocks of the corpus open under one of these keys of the standard's annexes, so that what
 * lies behind the MAC is reached, too.
 */
#include "crypto-keyblock.h"

static const char *const keys[]
    = { "88E1AB2A2E3DD38C1FA039A536500CC8A87AB9D62DC92C01058FA79F44657DE6",
        "DD7515F2BFC17F85CE48F3CA25CB21F6", "1D22BF32387C600AD97F9B97A51311AC" };

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  BaseSpan text = BASE_SPAN (data, size);
  CryptoKeyblock block;

  if (crypto_keyblock_read (text, &block, NULL))
    (void)crypto_keyblock_check (&block, CRYPTO_KEYBLOCK_MASTER, NULL, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autoptr (BaseSecret) protection_key = base_secret_new_from_hex (keys[i]);
      g_autoptr (BaseSecret) key = crypto_keyblock_unwrap (text, protection_key, NULL);

      if (key != NULL)
        g_free (crypto_keyblock_check_value (block.algorithm, key));
    }
  return 0;
}

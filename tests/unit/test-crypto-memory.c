/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "crypto-memory.h"

#include "base-locked.h"
#include "crypto-seal.h"

static void
test_in_place (void)
{
  g_autoptr (BaseSecret) key = base_secret_new (32);
  g_autoptr (CryptoSealer) sealer = crypto_sealer_new (key);

  g_assert_nonnull (sealer);
  g_assert_cmpint (crypto_memory_guard (), ==, !BASE_LOCKED_WATCHED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/crypto/memory/in-place", test_in_place);
  return g_test_run ();
}

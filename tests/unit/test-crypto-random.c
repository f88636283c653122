/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "crypto-random.h"

#include <string.h>

#define ROUNDS 1000

static void
test_bytes_differ (void)
{
  guint8 a[32] = { 0 };
  guint8 b[32] = { 0 };

  crypto_random_bytes (a, sizeof a);
  crypto_random_bytes (b, sizeof b);
  g_assert_cmpint (memcmp (a, b, sizeof a), !=, 0);
}

static void
test_nothing_is_nothing (void)
{
  guint8 untouched = 0x5A;

  crypto_random_bytes (&untouched, 0);
  crypto_random_bytes (NULL, 0);
  g_assert_cmpuint (untouched, ==, 0x5A);
}

static void
test_uuid_has_its_form (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < ROUNDS; i++)
    {
      char *uuid = crypto_random_uuid ();

      g_assert_cmpuint (strlen (uuid), ==, CRYPTO_RANDOM_UUID_LENGTH);
      g_assert_true (g_uuid_string_is_valid (uuid));
      g_assert_cmpint (uuid[14], ==, '4');
      g_assert_nonnull (strchr ("89ab", uuid[19]));
      g_assert_true (g_hash_table_add (seen, uuid));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/crypto/random/bytes-differ", test_bytes_differ);
  g_test_add_func ("/crypto/random/nothing-is-nothing", test_nothing_is_nothing);
  g_test_add_func ("/crypto/random/uuid-has-its-form", test_uuid_has_its_form);
  return g_test_run ();
}

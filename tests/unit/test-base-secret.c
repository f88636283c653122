/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base-secret.h"

#include <sys/resource.h>

static void
test_holds_and_copies (void)
{
  g_autoptr (BaseSecret) secret = base_secret_new_from (BASE_SPAN ("secret", 6));
  g_autoptr (BaseSecret) copy = base_secret_copy (secret);

  g_assert_true (base_bytes_equal (base_secret_span (copy), BASE_SPAN ("secret", 6)));
  g_assert_true (base_secret_bytes (copy) != base_secret_bytes (secret));
  g_assert_cmpuint (base_secret_size (copy), ==, 6);
  g_assert_null (base_secret_copy (NULL));
}

static void
test_resizes (void)
{
  g_autoptr (BaseSecret) secret = base_secret_new_from (BASE_SPAN ("secret", 6));

  base_secret_resize (secret, BASE_SECRET_SIZE_MAX);
  g_assert_cmpmem (base_secret_bytes (secret), 6, "secret", 6);
  for (gsize i = 6; i < BASE_SECRET_SIZE_MAX; i++)
    g_assert_cmpuint (base_secret_bytes (secret)[i], ==, 0);
  base_secret_resize (secret, 3);
  g_assert_true (base_bytes_equal (base_secret_span (secret), BASE_SPAN ("sec", 3)));
}

static void
test_wipes (void)
{
  char buffer[] = "4761739001010119";

  base_secret_wipe (buffer, sizeof buffer);
  for (gsize i = 0; i < sizeof buffer; i++)
    g_assert_cmpint (buffer[i], ==, 0);
}

static void
test_hardening_forbids_core_files (void)
{
  struct rlimit limit;

  base_secret_harden_process ();
  g_assert_cmpint (getrlimit (RLIMIT_CORE, &limit), ==, 0);
  g_assert_cmpuint (limit.rlim_cur, ==, 0);
}

static void
test_from_hex (void)
{
  static const guint8 expected[] = { 0x0A, 0xFF, 0x10 };
  static const char *const wrong[] = { "", "0", "0g", " 0a", "0a 0a", "\n" };
  g_autoptr (BaseSecret) secret = base_secret_new_from_hex ("0aFF10\n");

  g_assert_true (
      base_bytes_equal (base_secret_span (secret), BASE_SPAN (expected, sizeof expected)));
  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    g_assert_null (base_secret_new_from_hex (wrong[i]));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/secret/holds-and-copies", test_holds_and_copies);
  g_test_add_func ("/base/secret/resizes", test_resizes);
  g_test_add_func ("/base/secret/wipes", test_wipes);
  g_test_add_func ("/base/secret/hardening-forbids-core-files", test_hardening_forbids_core_files);
  g_test_add_func ("/base/secret/from-hex", test_from_hex);
  return g_test_run ();
}

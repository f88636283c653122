/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Against gnome-keyring on a bus of its own, and against a service that never answers. What asks
 * for a key is looked at by test-vault-key, too.
 */
#include "vault-keyring.h"

#include "keyring-process.h"

#include <string.h>

#define KEY "0000000000000000000000000000000000000000000000000000000000000001"

static void
assert_marks (const char *shop, VaultKeyringAnswer expected, const char *text)
{
  g_autoptr (GPtrArray) texts = NULL;

  g_assert_cmpint (vault_keyring_read_marks (shop, &texts), ==, expected);
  g_assert_cmpuint (texts->len, ==, text != NULL ? 1 : 0);
  if (text != NULL)
    g_assert_cmpstr (texts->pdata[0], ==, text);
}

static void
keep_key (const char *folder)
{
  g_autoptr (BaseSecret) key = base_secret_new_from_hex (KEY), found = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (vault_keyring_store_key (folder, key, &error));
  g_assert_no_error (error);
  found = vault_keyring_find_key (folder, &error);
  g_assert_no_error (error);
  g_assert_true (base_bytes_equal (base_secret_span (found), base_secret_span (key)));
}

/* One item a shop, whichever was written last. */
static void
test_marks (void)
{
  if (!keyring_process_start (KEYRING_PROCESS_PASSWORD))
    return;
  assert_marks ("a", VAULT_KEYRING_DONE, NULL);
  g_assert_cmpint (vault_keyring_write_mark ("a", "first"), ==, VAULT_KEYRING_DONE);
  g_assert_cmpint (vault_keyring_write_mark ("b", "other"), ==, VAULT_KEYRING_DONE);
  g_assert_cmpint (vault_keyring_write_mark ("a", "second"), ==, VAULT_KEYRING_DONE);
  assert_marks ("a", VAULT_KEYRING_DONE, "second");
  assert_marks ("b", VAULT_KEYRING_DONE, "other");
  keyring_process_stop ();
  keyring_process_clear ();
}

/* Nobody is asked to open it: there is nobody, and it is answered at once. */
static void
test_locked (void)
{
  gint64 began_us;

  if (!keyring_process_start (KEYRING_PROCESS_PASSWORD))
    return;
  g_assert_cmpint (vault_keyring_write_mark ("a", "first"), ==, VAULT_KEYRING_DONE);
  keyring_process_lock ();
  began_us = g_get_monotonic_time ();
  assert_marks ("a", VAULT_KEYRING_SHUT, NULL);
  g_assert_cmpint (vault_keyring_write_mark ("a", "second"), ==, VAULT_KEYRING_SHUT);
  g_assert_cmpint (g_get_monotonic_time () - began_us, <, 2 * G_USEC_PER_SEC);
  keyring_process_stop ();
  g_assert_true (keyring_process_start (KEYRING_PROCESS_PASSWORD));
  assert_marks ("a", VAULT_KEYRING_DONE, "first");
  keyring_process_stop ();
  keyring_process_clear ();
}

/* One without a password is locked until somebody asks, and needs nobody then. */
static void
test_plain (void)
{
  for (guint i = 0; i < 2; i++)
    {
      if (!keyring_process_start (KEYRING_PROCESS_PLAIN))
        return;
      assert_marks ("a", VAULT_KEYRING_DONE, i == 0 ? NULL : "first");
      g_assert_cmpint (vault_keyring_write_mark ("a", "first"), ==, VAULT_KEYRING_DONE);
      assert_marks ("a", VAULT_KEYRING_DONE, "first");
      keyring_process_stop ();
    }
  keyring_process_clear ();
}

static void
test_mute (void)
{
  gint64 began_us = g_get_monotonic_time (), took_us;

  if (!keyring_process_start (KEYRING_PROCESS_MUTE))
    return;
  assert_marks ("a", VAULT_KEYRING_SILENT, NULL);
  g_assert_cmpint (vault_keyring_write_mark ("a", "text"), ==, VAULT_KEYRING_SILENT);
  g_assert_cmpint (vault_keyring_guard ("folder"), ==, VAULT_KEY_GUARD_UNKNOWN);
  took_us = g_get_monotonic_time () - began_us;
  g_assert_cmpint (took_us, >=, 3 * VAULT_KEYRING_MARK_WAIT_MS * G_TIME_SPAN_MILLISECOND);
  g_assert_cmpint (took_us, <, 20 * G_USEC_PER_SEC);
  keyring_process_stop ();
}

/* A service that could be started isn't. */
static void
test_none (void)
{
  assert_marks ("a", VAULT_KEYRING_NONE, NULL);
  g_assert_cmpint (vault_keyring_write_mark ("a", "text"), ==, VAULT_KEYRING_NONE);
  g_assert_cmpint (vault_keyring_guard ("folder"), ==, VAULT_KEY_GUARD_UNKNOWN);
  assert_marks ("a", VAULT_KEYRING_NONE, NULL);
}

static void
test_guard_password (void)
{
  if (!keyring_process_start (KEYRING_PROCESS_PASSWORD))
    return;
  g_assert_cmpint (vault_keyring_guard ("folder"), ==, VAULT_KEY_GUARD_UNKNOWN); /* not there */
  keep_key ("folder");
  g_assert_cmpint (vault_keyring_guard ("folder"), ==, VAULT_KEY_GUARD_PASSWORD);
  keyring_process_lock ();
  g_assert_cmpint (vault_keyring_guard ("folder"), ==, VAULT_KEY_GUARD_PASSWORD);
  keyring_process_stop ();
  keyring_process_clear ();
}

static void
test_guard_none (void)
{
  g_autofree char *path
      = g_build_filename (g_get_user_data_dir (), "keyrings", "Default_keyring.keyring", NULL);

  if (!keyring_process_start (KEYRING_PROCESS_PLAIN))
    return;
  keep_key ("folder");
  g_assert_cmpint (vault_keyring_guard ("folder"), ==, VAULT_KEY_GUARD_NONE);
  g_assert_true (g_file_set_contents (path, "something else", -1, NULL));
  g_assert_cmpint (vault_keyring_guard ("folder"), ==, VAULT_KEY_GUARD_UNKNOWN);
  vault_keyring_forget_key ("folder");
  g_assert_null (vault_keyring_find_key ("folder", NULL));
  keyring_process_stop ();
  keyring_process_clear ();
}

/* GLib has no frame pointers: without this a leak of its own can't be told from one of ours. */
const char *__asan_default_options (void);

const char *
__asan_default_options (void)
{
  return "fast_unwind_on_malloc=0";
}

int
main (int argc, char **argv)
{
  int status;

  keyring_process_begin ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vault/keyring/none", test_none);
  g_test_add_func ("/vault/keyring/marks", test_marks);
  g_test_add_func ("/vault/keyring/locked", test_locked);
  g_test_add_func ("/vault/keyring/plain", test_plain);
  g_test_add_func ("/vault/keyring/mute", test_mute);
  g_test_add_func ("/vault/keyring/guard-password", test_guard_password);
  g_test_add_func ("/vault/keyring/guard-none", test_guard_none);
  status = g_test_run ();
  keyring_process_end ();
  return status;
}

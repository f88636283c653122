/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The passphrase and the recovery key are tested here in full. The Secret Service needs a session
 * bus and a keyring: that test runs itself again within both where they are installed, and is
 * skipped where they are not, but in CI.
 */
#include "vault-key.h"

#include <glib/gstdio.h>
#include <string.h>

#define INSIDE_KEYRING "TILL_TEST_INSIDE_KEYRING"

typedef struct
{
  char *dir, *path;
} Folder;

static void
set_up (Folder *folder, gconstpointer data)
{
  folder->dir = g_dir_make_tmp ("till-test-XXXXXX", NULL);
  g_assert_nonnull (folder->dir);
  folder->path = g_build_filename (folder->dir, VAULT_KEY_FILE, NULL);
}

static void
tear_down (Folder *folder, gconstpointer data)
{
  (void)g_unlink (folder->path);
  g_assert_cmpint (g_rmdir (folder->dir), ==, 0); /* nothing else was left there */
  g_free (folder->dir);
  g_free (folder->path);
}

/* Into another hexadecimal digit, whatever it was. */
static void
change_digit (char *digit)
{
  *digit = *digit == '0' ? '1' : '0';
}

static BaseSecret *
create (Folder *folder, const char *passphrase, char **out_recovery)
{
  g_autoptr (GError) error = NULL;
  BaseSecret *key = NULL;

  vault_key_create (folder->dir, BASE_SPAN_STR (passphrase), &key, out_recovery, &error);
  g_assert_no_error (error);
  return key;
}

static void
assert_opens (Folder *folder, const char *passphrase, const BaseSecret *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BaseSecret) key = vault_key_open (folder->dir, BASE_SPAN_STR (passphrase), &error);

  g_assert_no_error (error);
  g_assert_true (base_bytes_equal (base_secret_span (key), base_secret_span (expected)));
}

static void
assert_refused (Folder *folder, const char *passphrase, VaultError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (vault_key_open (folder->dir, BASE_SPAN_STR (passphrase), &error));
  g_assert_error (error, VAULT_ERROR, (int)code);
}

static void
test_passphrase (Folder *folder, gconstpointer data)
{
  g_autofree char *recovery = NULL;
  g_autofree char *longest = g_strnfill (VAULT_KEY_PASSPHRASE_MAX + 1, 'p');
  g_autoptr (BaseSecret) key = create (folder, "经理的口令", &recovery);
  GStatBuf status;

  g_assert_cmpuint (base_secret_size (key), ==, VAULT_KEY_SIZE);
  g_assert_true (vault_key_needs_passphrase (folder->dir));
  assert_opens (folder, "经理的口令", key);
  assert_refused (folder, "经理的口", VAULT_ERROR_KEY);
  assert_refused (folder, "", VAULT_ERROR_KEY);
  assert_refused (folder, longest, VAULT_ERROR_KEY);
  g_assert_cmpint (g_stat (folder->path, &status), ==, 0);
  g_assert_cmpuint (status.st_mode & 07777, ==, 0600);
}

static void
test_longest_passphrase (Folder *folder, gconstpointer data)
{
  g_autofree char *recovery = NULL;
  g_autofree char *longest = g_strnfill (VAULT_KEY_PASSPHRASE_MAX, 'p');
  g_autofree char *too_long = g_strnfill (VAULT_KEY_PASSPHRASE_MAX + 1, 'p');
  g_autoptr (GError) error = NULL;
  g_autoptr (BaseSecret) key = NULL;

  g_assert_false (
      vault_key_create (folder->dir, BASE_SPAN_STR (too_long), &key, &recovery, &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_KEY);
  g_assert_false (g_file_test (folder->path, G_FILE_TEST_EXISTS));
  key = create (folder, longest, &recovery);
  assert_opens (folder, longest, key);
}

/* The key itself is nowhere in the file. */
static void
test_file_gives_nothing_away (Folder *folder, gconstpointer data)
{
  g_autofree char *recovery = NULL;
  g_autoptr (BaseSecret) key = create (folder, "passphrase", &recovery);
  g_autofree char *hex = base_bytes_to_hex (base_secret_span (key));
  g_autofree char *text = NULL;
  gsize size = 0;

  g_assert_true (g_file_get_contents (folder->path, &text, &size, NULL));
  g_assert_null (strstr (text, hex));
  g_assert_null (strstr (text, recovery));
  g_assert_null (memmem (text, size, base_secret_span (key).data, 8));
}

static void
test_never_a_second_key (Folder *folder, gconstpointer data)
{
  g_autofree char *recovery = NULL;
  g_autoptr (BaseSecret) key = create (folder, "first", &recovery);
  g_autoptr (GError) error = NULL;
  BaseSecret *second = NULL;
  char *second_recovery = NULL;

  g_assert_false (
      vault_key_create (folder->dir, BASE_SPAN_STR ("second"), &second, &second_recovery, &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_EXISTS);
  g_assert_null (second);
  g_assert_null (second_recovery);
  assert_opens (folder, "first", key);
}

static void
assert_recovers (Folder *folder, const char *typed, const BaseSecret *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BaseSecret) key = vault_key_open_with_recovery (folder->dir, typed, &error);

  g_assert_no_error (error);
  g_assert_true (base_bytes_equal (base_secret_span (key), base_secret_span (expected)));
}

static void
assert_not_recovered (Folder *folder, const char *typed, gboolean is_one)
{
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (vault_key_is_recovery (typed), ==, is_one);
  g_assert_null (vault_key_open_with_recovery (folder->dir, typed, &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_KEY);
}

/* What a person makes of it, reading from paper. */
static char *
mistype (const char *recovery)
{
  GString *typed = g_string_new ("  ");

  for (const char *c = recovery; *c != '\0'; c++)
    if (*c == '0')
      g_string_append_c (typed, 'o');
    else if (*c == '1')
      g_string_append_c (typed, 'l');
    else if (*c == '-')
      g_string_append (typed, " - ");
    else
      g_string_append_c (typed, g_ascii_tolower (*c));
  return g_string_free (typed, FALSE);
}

static void
test_recovery (Folder *folder, gconstpointer data)
{
  g_autofree char *recovery = NULL;
  g_autoptr (BaseSecret) key = create (folder, "forgotten", &recovery);
  g_autofree char *typed = mistype (recovery);
  g_autofree char *longer = g_strconcat (recovery, "0", NULL);

  g_assert_cmpuint (strlen (recovery), ==, VAULT_KEY_RECOVERY_LENGTH);
  assert_recovers (folder, recovery, key);
  assert_recovers (folder, typed, key);
  recovery[0] = recovery[0] == '7' ? '8' : '7';
  assert_not_recovered (folder, recovery, TRUE);
  assert_not_recovered (folder, longer, FALSE);
  assert_not_recovered (folder, "", FALSE);
  recovery[10] = 'U';
  assert_not_recovered (folder, recovery, FALSE);
  recovery[VAULT_KEY_RECOVERY_LENGTH - 1] = '\0';
  assert_not_recovered (folder, recovery, FALSE);
}

static void
test_new_passphrase_after_recovery (Folder *folder, gconstpointer data)
{
  g_autofree char *recovery = NULL;
  g_autoptr (BaseSecret) key = create (folder, "old", &recovery);
  g_autoptr (BaseSecret) stranger = base_secret_new (VAULT_KEY_SIZE);
  g_autoptr (GError) error = NULL;

  g_assert_false (vault_key_keep (folder->dir, stranger, BASE_SPAN_STR ("new"), &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_KEY);
  g_clear_error (&error);
  assert_opens (folder, "old", key);
  g_assert_true (vault_key_keep (folder->dir, key, BASE_SPAN_STR ("new"), &error));
  g_assert_no_error (error);
  assert_opens (folder, "new", key);
  assert_refused (folder, "old", VAULT_ERROR_KEY);
  assert_recovers (folder, recovery, key);
}

static void
write_file (Folder *folder, const char *text)
{
  g_assert_true (g_file_set_contents (folder->path, text, -1, NULL));
}

static void
test_bad_files (Folder *folder, gconstpointer data)
{
  g_autofree char *huge = g_strnfill (5000, '#');
  g_autofree char *recovery = NULL;
  g_autofree char *good = NULL;
  g_autoptr (BaseSecret) key = NULL;
  static const char *const corrupt[]
      = { "",
          "\xFF\xFE",
          "[key]\n",
          "[key]\nkeeper=tpm\nfolder=x\ncheck=x\n",
          "[key]\nkeeper=passphrase\nfolder=x\ncheck=x\n",
          "[key]\nkeeper=passphrase\nfolder=x\ncheck=x\npassphrase=scrypt:N=1\n",
          "[other]\nkeeper=passphrase\n" };

  assert_refused (folder, "p", VAULT_ERROR_ABSENT);
  g_assert_false (vault_key_needs_passphrase (folder->dir));
  for (guint i = 0; i < G_N_ELEMENTS (corrupt); i++)
    {
      write_file (folder, corrupt[i]);
      assert_refused (folder, "p", VAULT_ERROR_CORRUPT);
    }
  write_file (folder, huge);
  assert_refused (folder, "p", VAULT_ERROR_CORRUPT);
  g_assert_cmpint (g_unlink (folder->path), ==, 0);

  /* The key of one folder in the file of another. */
  key = create (folder, "p", &recovery);
  g_assert_true (g_file_get_contents (folder->path, &good, NULL, NULL));
  change_digit (strstr (good, "check=") + strlen ("check="));
  write_file (folder, good);
  assert_refused (folder, "p", VAULT_ERROR_KEY);
}

static void
test_folder_that_cannot_be_written (Folder *folder, gconstpointer data)
{
  g_autofree char *missing = g_build_filename (folder->dir, "missing", NULL);
  g_autoptr (GError) error = NULL;
  BaseSecret *key = NULL;
  char *recovery = NULL;

  g_assert_false (vault_key_create (missing, BASE_SPAN_STR ("p"), &key, &recovery, &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_IO);
  g_assert_null (key);
  g_assert_null (recovery);
}

/* No bus, no keyring: an error that says so, and no file that would claim otherwise. */
static void
test_without_secret_service (Folder *folder, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  BaseSecret *key = NULL;
  char *recovery = NULL;

  if (g_getenv (INSIDE_KEYRING) != NULL)
    return;
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent", TRUE);
  g_assert_false (vault_key_create (folder->dir, BASE_SPAN (NULL, 0), &key, &recovery, &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_NO_KEYRING);
  g_assert_false (g_file_test (folder->path, G_FILE_TEST_EXISTS));
}

static void
test_inside_keyring (Folder *folder, gconstpointer data)
{
  g_autofree char *recovery = NULL;
  g_autofree char *text = NULL;
  g_autoptr (BaseSecret) key = NULL;
  g_autoptr (GError) error = NULL;
  char *digit;
  char before;

  key = create (folder, "", &recovery);
  g_assert_false (vault_key_needs_passphrase (folder->dir));
  assert_opens (folder, "", key);
  assert_opens (folder, "ignored", key);
  assert_recovers (folder, recovery, key);

  /* A file of another folder finds nothing in the keyring. */
  g_assert_true (g_file_get_contents (folder->path, &text, NULL, NULL));
  digit = strstr (text, "folder=") + strlen ("folder=");
  before = *digit;
  change_digit (digit);
  write_file (folder, text);
  assert_refused (folder, "", VAULT_ERROR_NO_KEYRING);
  *digit = before;
  write_file (folder, text);

  /* Out of the keyring, and in again. */
  g_assert_true (vault_key_keep (folder->dir, key, BASE_SPAN_STR ("p"), &error));
  assert_opens (folder, "p", key);
  write_file (folder, text);
  assert_refused (folder, "", VAULT_ERROR_NO_KEYRING);
  g_assert_true (vault_key_keep (folder->dir, key, BASE_SPAN (NULL, 0), &error));
  assert_opens (folder, "", key);
}

#define KEYRING_SCRIPT                                                                             \
  "printf '\\n' | gnome-keyring-daemon --unlock --components=secrets > /dev/null && exec \"$0\" "  \
  "-p "                                                                                            \
  "/vault/key/inside-keyring"

/* A session of its own, with folders of its own, so that nobody's real keyring is touched. */
static void
test_secret_service (Folder *folder, gconstpointer data)
{
  g_autofree char *bus = g_find_program_in_path ("dbus-run-session");
  g_autofree char *keyring = g_find_program_in_path ("gnome-keyring-daemon");
  g_autofree char *home = g_dir_make_tmp ("till-test-home-XXXXXX", NULL);
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *output = NULL;
  g_autoptr (GError) error = NULL;
  char *command[]
      = { bus, (char *)"--", (char *)"sh", (char *)"-c", (char *)KEYRING_SCRIPT, program, NULL };
  char *clean_up[] = { (char *)"rm", (char *)"-r", home, NULL };
  g_auto (GStrv) environment = g_get_environ ();
  static const char *const folders[]
      = { "HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME" };
  int status = -1;

  if (bus == NULL || keyring == NULL)
    {
      g_assert_cmpstr (g_getenv ("CI"), !=, "true");
      g_test_skip ("dbus-run-session and gnome-keyring-daemon aren't both here");
      return;
    }
  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    environment = g_environ_setenv (environment, folders[i], home, TRUE);
  environment = g_environ_setenv (environment, INSIDE_KEYRING, "1", TRUE);
  environment = g_environ_unsetenv (environment, "DISPLAY");
  g_assert_true (g_spawn_sync (NULL, command, environment, G_SPAWN_DEFAULT, NULL, NULL, &output,
                               NULL, &status, &error));
  g_assert_no_error (error);
  if (!g_spawn_check_wait_status (status, &error))
    g_error ("Within the keyring: %s\n%s", error->message, output);
  g_assert_nonnull (strstr (output, "ok 1 /vault/key/inside-keyring"));
  g_assert_null (strstr (output, "SKIP"));
  g_spawn_sync (NULL, clean_up, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
}

#define ADD(name, function)                                                                        \
  g_test_add ("/vault/key/" name, Folder, NULL, set_up, function, tear_down)

/* The one before opens nothing more; the passphrase is what it was; another key changes nothing. */
static void
test_new_recovery (Folder *folder, gconstpointer data)
{
  g_autofree char *first = NULL, *second = NULL, *third = NULL, *before = NULL, *after = NULL;
  g_autoptr (BaseSecret) key = create (folder, "passphrase", &first);
  g_autoptr (BaseSecret) other = base_secret_new (VAULT_KEY_SIZE);
  g_autoptr (GError) error = NULL;

  g_assert_true (vault_key_new_recovery (folder->dir, key, &second, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (first, !=, second);
  assert_recovers (folder, second, key);
  assert_opens (folder, "passphrase", key);
  g_assert_null (vault_key_open_with_recovery (folder->dir, first, &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_KEY);
  g_clear_error (&error);

  g_assert_true (g_file_get_contents (folder->path, &before, NULL, NULL));
  g_assert_false (vault_key_new_recovery (folder->dir, other, &third, &error));
  g_assert_error (error, VAULT_ERROR, VAULT_ERROR_KEY);
  g_assert_null (third);
  g_assert_true (g_file_get_contents (folder->path, &after, NULL, NULL));
  g_assert_cmpstr (before, ==, after);
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
  g_test_init (&argc, &argv, NULL);
  ADD ("passphrase", test_passphrase);
  ADD ("longest-passphrase", test_longest_passphrase);
  ADD ("file-gives-nothing-away", test_file_gives_nothing_away);
  ADD ("never-a-second-key", test_never_a_second_key);
  ADD ("recovery", test_recovery);
  ADD ("new-passphrase-after-recovery", test_new_passphrase_after_recovery);
  ADD ("new-recovery", test_new_recovery);
  ADD ("bad-files", test_bad_files);
  ADD ("folder-that-cannot-be-written", test_folder_that_cannot_be_written);
  if (g_getenv (INSIDE_KEYRING) != NULL)
    ADD ("inside-keyring", test_inside_keyring);
  ADD ("secret-service", test_secret_service);
  ADD ("without-secret-service", test_without_secret_service);
  return g_test_run ();
}

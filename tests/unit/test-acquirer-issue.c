/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The key blocks in the sandbox's folder open under the components beside them, hold the keys that
 * the host itself uses, are of the dialect's kind, and stay as they are from one start to the next.
 */
#include "acquirer-issue.h"

#include "crypto-keyblock.h"

#include <glib/gstdio.h>

typedef struct
{
  char *dir;
  AcquirerKeys keys;
} Test;

static void
set_up (Test *test, gconstpointer data)
{
  test->dir = g_dir_make_tmp ("till-issue-XXXXXX", NULL);
  g_assert_true (acquirer_keys_load (&test->keys, test->dir, NULL));
}

static void
tear_down (Test *test, gconstpointer data)
{
  g_autoptr (GDir) list = g_dir_open (test->dir, 0, NULL);

  for (const char *name = g_dir_read_name (list); name != NULL; name = g_dir_read_name (list))
    {
      g_autofree char *path = g_build_filename (test->dir, name, NULL);

      g_unlink (path);
    }
  g_rmdir (test->dir);
  g_free (test->dir);
  acquirer_keys_clear (&test->keys);
}

/* NULL: there is none. */
static char *
read_block (Test *test, const char *name)
{
  g_autofree char *path = g_build_filename (test->dir, name, NULL);
  char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) ? text : NULL;
}

static void
issue (Test *test, const char *name)
{
  g_autoptr (AcquirerProfile) profile = acquirer_profile_load (name, NULL);
  g_autoptr (GError) error = NULL;

  acquirer_issue_blocks (&test->keys, profile, test->dir, &error);
  g_assert_no_error (error);
}

static void
check_block (Test *test, const char *name, char version, const BaseSecret *expected)
{
  g_autofree char *text = read_block (test, name);
  g_autoptr (BaseSecret) key
      = crypto_keyblock_unwrap (BASE_SPAN_STR (text), test->keys.transport_key, NULL);

  g_assert_cmpint (text[0], ==, version);
  g_assert_nonnull (key);
  g_assert_true (base_bytes_equal (base_secret_span (key), base_secret_span (expected)));
}

static void
test_blocks (Test *test, gconstpointer data)
{
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  issue (test, "unionpay");
  check_block (test, ACQUIRER_ISSUE_PRESENT, 'B', test->keys.master_key);
  check_block (test, ACQUIRER_ISSUE_NEXT, 'B', test->keys.next_key);
  first = read_block (test, ACQUIRER_ISSUE_PRESENT);
  issue (test, "unionpay");
  second = read_block (test, ACQUIRER_ISSUE_PRESENT);
  g_assert_cmpstr (first, ==, second);
}

/* The same folder for another dialect. */
static void
test_dialects (Test *test, gconstpointer data)
{
  g_autoptr (AcquirerProfile) sandbox = acquirer_profile_load ("sandbox", NULL);

  issue (test, "unionpay");
  issue (test, "sandbox");
  check_block (test, ACQUIRER_ISSUE_PRESENT, 'D',
               acquirer_profile_key_plan (sandbox) != NULL ? test->keys.master_key
                                                           : test->keys.mac_key);
  check_block (test, ACQUIRER_ISSUE_NEXT, 'D', test->keys.next_key);
}

/* Another transport key, another key: the old block is of no use to anybody. */
static void
test_changed_keys (Test *test, gconstpointer data)
{
  issue (test, "unionpay");
  base_secret_bytes (test->keys.transport_key)[0] ^= 1;
  issue (test, "unionpay");
  check_block (test, ACQUIRER_ISSUE_PRESENT, 'B', test->keys.master_key);
  base_secret_bytes (test->keys.master_key)[0] ^= 1;
  issue (test, "unionpay");
  check_block (test, ACQUIRER_ISSUE_PRESENT, 'B', test->keys.master_key);
}

#define ADD(name, test) g_test_add ("/acquirer/issue/" name, Test, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("blocks", test_blocks);
  ADD ("dialects", test_dialects);
  ADD ("changed-keys", test_changed_keys);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer-keys.h"

#include "crypto-certificate.h"
#include "crypto-keyblock.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

static void
remove_all (const char *dir)
{
  g_autoptr (GDir) list = g_dir_open (dir, 0, NULL);

  for (const char *name = g_dir_read_name (list); name != NULL; name = g_dir_read_name (list))
    {
      g_autofree char *path = g_build_filename (dir, name, NULL);

      g_unlink (path);
    }
  g_rmdir (dir);
}

static void
test_load (void)
{
  g_autofree char *parent = g_dir_make_tmp ("till-keys-XXXXXX", NULL);
  g_autofree char *dir = g_build_filename (parent, "tls", NULL);
  g_autofree char *mac = g_build_filename (dir, "mac.key", NULL);
  g_auto (AcquirerKeys) first = { 0 };
  g_auto (AcquirerKeys) second = { 0 };
  g_auto (AcquirerKeys) third = { 0 };
  g_autoptr (GError) error = NULL;
  GStatBuf status;

  g_assert_true (acquirer_keys_load (&first, dir, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (base_secret_size (first.mac_key), ==, ACQUIRER_KEYS_MAC_SIZE);
  g_assert_true (crypto_certificate_check (base_secret_span (first.ca_pem),
                                           base_secret_span (first.server_pem),
                                           CRYPTO_CERTIFICATE_SERVER, &error));
  g_assert_cmpint (g_stat (mac, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
  g_assert_true (acquirer_keys_load (&second, dir, &error));
  g_assert_true (
      base_bytes_equal (base_secret_span (first.mac_key), base_secret_span (second.mac_key)));
  g_assert_cmpint (g_unlink (mac), ==, 0); /* some, but not all */
  g_assert_false (acquirer_keys_load (&third, dir, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_clear_error (&error);
  g_assert_true (g_file_set_contents (mac, "0102\n", -1, NULL));
  g_assert_false (acquirer_keys_load (&third, dir, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  remove_all (dir);
  g_rmdir (parent);
}

/* Killed while it made them: what is there goes, and all are made anew. */
static void
test_unfinished (void)
{
  g_autofree char *parent = g_dir_make_tmp ("till-keys-XXXXXX", NULL);
  g_autofree char *dir = g_build_filename (parent, "tls", NULL);
  g_autofree char *mac = g_build_filename (dir, "mac.key", NULL);
  g_autofree char *mark = g_build_filename (dir, "unfinished", NULL);
  g_auto (AcquirerKeys) first = { 0 };
  g_auto (AcquirerKeys) second = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_true (acquirer_keys_load (&first, dir, &error));
  g_assert_false (g_file_test (mark, G_FILE_TEST_EXISTS));
  g_assert_cmpint (g_unlink (mac), ==, 0);
  g_assert_true (g_file_set_contents (mark, "\n", -1, NULL));
  g_assert_true (acquirer_keys_load (&second, dir, &error));
  g_assert_no_error (error);
  g_assert_false (g_file_test (mark, G_FILE_TEST_EXISTS));
  g_assert_false (
      base_bytes_equal (base_secret_span (first.ca_pem), base_secret_span (second.ca_pem)));
  remove_all (dir);
  g_rmdir (parent);
}

/* Two sheets for two people: each is a component with its check value, both together the transport
 * key, and the same at each start. One that was spoiled is named. */
static void
test_transport (void)
{
  g_autofree char *dir = g_dir_make_tmp ("till-keys-XXXXXX", NULL);
  g_autofree char *sheet = g_build_filename (dir, "transport-1.txt", NULL);
  g_autofree char *text = NULL;
  g_autofree char *check = NULL;
  g_autofree char *hex = NULL;
  g_auto (GStrv) lines = NULL;
  g_auto (GStrv) words = NULL;
  g_auto (AcquirerKeys) first = { 0 };
  g_auto (AcquirerKeys) second = { 0 };
  g_auto (AcquirerKeys) third = { 0 };
  g_autoptr (BaseSecret) component = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (acquirer_keys_load (&first, dir, NULL));
  g_assert_true (g_file_get_contents (sheet, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 4);
  words = g_strsplit (lines[2], " ", -1);
  hex = g_strjoinv ("", words);
  component = base_secret_new_from_hex (hex);
  g_assert_cmpuint (base_secret_size (component), ==, ACQUIRER_KEYS_MAC_SIZE);
  check = crypto_keyblock_check_value ('A', component);
  g_assert_nonnull (strstr (lines[1], check));
  g_assert_false (
      base_bytes_equal (base_secret_span (component), base_secret_span (first.transport_key)));
  g_assert_true (acquirer_keys_load (&second, dir, NULL));
  g_assert_true (base_bytes_equal (base_secret_span (first.transport_key),
                                   base_secret_span (second.transport_key)));
  g_assert_true (
      base_bytes_equal (base_secret_span (first.next_key), base_secret_span (second.next_key)));
  g_assert_true (crypto_certificate_check (base_secret_span (second.ca_pem),
                                           base_secret_span (second.next_envelope_pem),
                                           CRYPTO_CERTIFICATE_ENVELOPE, &error));
  g_assert_true (base_bytes_equal (base_secret_span (first.next_envelope_key),
                                   base_secret_span (second.next_envelope_key)));
  g_assert_true (g_file_set_contents (sheet, "# empty\n", -1, NULL));
  g_assert_false (acquirer_keys_load (&third, dir, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  remove_all (dir);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/acquirer/keys/load", test_load);
  g_test_add_func ("/acquirer/keys/transport", test_transport);
  g_test_add_func ("/acquirer/keys/unfinished", test_unfinished);
  return g_test_run ();
}

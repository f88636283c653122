/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the sandbox host remembers of terminals: kept over a restart, and a file that is no such
 * thing is as good as none.
 */
#include "acquirer-terminals.h"

#include <glib/gstdio.h>

#define INSTALL "00112233445566778899AABBCCDDEEFF"

static AcquirerSeen
seen (gint64 entry)
{
  AcquirerSeen value = { .epoch = 2, .record = 7, .entry = entry };

  g_strlcpy (value.install, INSTALL, sizeof value.install);
  g_strlcpy (value.head, INSTALL INSTALL, sizeof value.head);
  return value;
}

static void
test_kept (void)
{
  g_autofree char *dir = g_dir_make_tmp ("till-terminals-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "ledger.terminals", NULL);
  g_autoptr (AcquirerTerminals) first = acquirer_terminals_new (path);
  g_autoptr (AcquirerTerminals) second = NULL;
  g_autoptr (AcquirerTerminals) third = NULL;
  AcquirerSeen value = seen (41), found;
  g_autoptr (GError) error = NULL;

  g_assert_false (acquirer_terminals_find (first, "T1000001", &found));
  g_assert_false (acquirer_terminals_keep (first, "", &value, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
  g_assert_true (acquirer_terminals_keep (first, "T1000001", &value, NULL));
  second = acquirer_terminals_new (path);
  g_assert_true (acquirer_terminals_find (second, "T1000001", &found));
  g_assert_cmpint (found.entry, ==, 41);
  g_assert_cmpint (found.record, ==, 7);
  g_assert_cmpint (found.epoch, ==, 2);
  g_assert_cmpstr (found.install, ==, INSTALL);
  g_assert_cmpstr (found.head, ==, INSTALL INSTALL);
  g_assert_false (acquirer_terminals_find (second, "T1000002", &found));
  g_assert_true (g_file_set_contents (path, "not at all [", -1, NULL));
  third = acquirer_terminals_new (path);
  g_assert_false (acquirer_terminals_find (third, "T1000001", &found));
  g_unlink (path);
  g_rmdir (dir);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/acquirer/terminals/kept", test_kept);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which terminals have keys, after a restart of the host too.
 */
#include "acquirer-sessions.h"

#include <glib/gstdio.h>

static void
test_sessions (void)
{
  g_autofree char *dir = g_dir_make_tmp ("till-sessions-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "sessions.ini", NULL);
  g_autoptr (AcquirerProfile) profile = acquirer_profile_load ("unionpay", NULL);
  g_autoptr (BaseSecret) master = base_secret_new_from_hex ("0123456789ABCDEF1032547698BADCFE");
  g_autoptr (BaseSecret) other = base_secret_new_from_hex ("1123456789ABCDEF1032547698BADCFE");
  g_autoptr (Iso8583Message) message = iso8583_message_new ("0200");
  g_autoptr (AcquirerSessions) first = acquirer_sessions_new (profile, master, path);
  g_autoptr (AcquirerSessions) again = NULL;
  g_autoptr (AcquirerSessions) stranger = NULL;
  g_autoptr (GBytes) field = NULL;
  g_autoptr (GBytes) packed = NULL;
  g_auto (AcquirerKeySet) set = { 0 };

  g_assert_null (acquirer_sessions_mac (first, "T1"));
  g_assert_null (acquirer_sessions_begin (first, "", NULL));
  field = acquirer_sessions_begin (first, "T1", NULL);
  g_assert_nonnull (field);
  g_assert_true (acquirer_key_plan_open (acquirer_profile_key_plan (profile), master,
                                         base_bytes_span (field), &set, NULL));
  iso8583_message_set (message, 11, "000001");
  packed = acquirer_mac_pack (acquirer_sessions_mac (first, "T1"), message, NULL);
  again = acquirer_sessions_new (profile, master, path);
  g_assert_true (
      acquirer_mac_check (acquirer_sessions_mac (again, "T1"), base_bytes_span (packed), NULL));
  g_assert_null (acquirer_sessions_mac (again, "T2"));
  stranger = acquirer_sessions_new (profile, other, path); /* the file is of no use to it */
  g_assert_null (acquirer_sessions_mac (stranger, "T1"));
  acquirer_sessions_end (again, "T1");
  g_assert_null (acquirer_sessions_mac (again, "T1"));
  g_unlink (path);
  g_rmdir (dir);
}

/* No file, a file that can't be written, and as many terminals as there may be. */
static void
test_bounds (void)
{
  g_autoptr (AcquirerProfile) profile = acquirer_profile_load ("unionpay", NULL);
  g_autoptr (BaseSecret) master = base_secret_new_from_hex ("0123456789ABCDEF1032547698BADCFE");
  g_autoptr (AcquirerSessions) memory = acquirer_sessions_new (profile, master, NULL);
  g_autoptr (AcquirerSessions) nowhere = acquirer_sessions_new (profile, master, "/nowhere/x");
  g_autoptr (GError) error = NULL;

  g_assert_null (acquirer_sessions_begin (nowhere, "T1", &error));
  g_assert_nonnull (error);
  g_assert_null (acquirer_sessions_mac (nowhere, "T1"));
  for (guint i = 0; i <= ACQUIRER_SESSIONS_MAX; i++)
    {
      g_autofree char *terminal = g_strdup_printf ("T%u", i);
      g_autoptr (GBytes) field = acquirer_sessions_begin (memory, terminal, NULL);

      g_assert_true ((field != NULL) == (i < ACQUIRER_SESSIONS_MAX));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/acquirer/sessions/sessions", test_sessions);
  g_test_add_func ("/acquirer/sessions/bounds", test_bounds);
  return g_test_run ();
}

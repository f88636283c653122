/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "keyring-process.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>

#define SECRETS "org.freedesktop.secrets"
#define WAIT_US 10000
#define WAITS 1000
#define PLAIN_FILE "Default_keyring.keyring"
#define PLAIN_TEXT                                                                                 \
  "[keyring]\ndisplay-name=Default keyring\nctime=0\nmtime=0\nlock-on-idle=false\n"                \
  "lock-after=false\n"

static struct
{
  char *home, *address;
  GSubprocess *bus, *daemon;
  GDBusConnection *mute;
} session;

static void
die_with_parent (gpointer data)
{
  (void)prctl (PR_SET_PDEATHSIG, SIGKILL);
}

static GSubprocess *
spawn (const char *const *argv, GSubprocessFlags flags)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (flags);
  GError *error = NULL;
  GSubprocess *process;

  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  process = g_subprocess_launcher_spawnv (launcher, argv, &error);
  g_assert_no_error (error);
  return process;
}

static void
start_bus (void)
{
  static const char *const argv[]
      = { "dbus-daemon", "--session", "--nofork", "--print-address", NULL };
  g_autoptr (GDataInputStream) lines = NULL;

  session.bus = spawn (argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (session.bus));
  session.address = g_data_input_stream_read_line (lines, NULL, NULL, NULL);
  g_assert_nonnull (session.address);
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", session.address, TRUE);
}

void
keyring_process_begin (void)
{
  static const char *const folders[] = { "HOME",           "XDG_DATA_HOME",   "XDG_RUNTIME_DIR",
                                         "XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME" };
  g_autofree char *bus = g_find_program_in_path ("dbus-daemon");

  session.home = g_dir_make_tmp ("till-home-XXXXXX", NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (folders); i++)
    g_setenv (folders[i], session.home, TRUE);
  g_unsetenv ("DISPLAY");
  g_unsetenv ("WAYLAND_DISPLAY");
  if (bus != NULL)
    start_bus ();
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);

      remove_tree (file);
    }
  g_remove (path);
}

void
keyring_process_end (void)
{
  if (session.bus != NULL)
    {
      g_subprocess_force_exit (session.bus);
      g_subprocess_wait (session.bus, NULL, NULL);
    }
  g_clear_object (&session.bus);
  remove_tree (session.home);
  g_clear_pointer (&session.home, g_free);
  g_clear_pointer (&session.address, g_free);
}

static GVariant *
call (const char *name, const char *path, const char *interface, const char *method, GVariant *args)
{
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);

  g_assert_nonnull (bus);
  g_dbus_connection_set_exit_on_close (bus, FALSE);
  return g_dbus_connection_call_sync (bus, name, path, interface, method, args, NULL,
                                      G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL);
}

static void
wait_for_name (gboolean there)
{
  gboolean is = !there;

  for (guint i = 0; i < WAITS && is != there; i++)
    {
      g_autoptr (GVariant) answer
          = call ("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                  "NameHasOwner", g_variant_new ("(s)", SECRETS));

      g_variant_get (answer, "(b)", &is);
      if (is != there)
        g_usleep (WAIT_US);
    }
  g_assert_cmpint (is, ==, there);
}

/* The service is there a moment before its keyrings are. */
static void
wait_for_keyring (void)
{
  const char *path = "/";

  for (guint i = 0; i < WAITS && strcmp (path, "/") == 0; i++)
    {
      g_autoptr (GVariant) answer
          = call (SECRETS, "/org/freedesktop/secrets", "org.freedesktop.Secret.Service",
                  "ReadAlias", g_variant_new ("(s)", "default"));

      if (answer != NULL)
        g_variant_get (answer, "(&o)", &path);
      if (strcmp (path, "/") == 0)
        g_usleep (WAIT_US);
      else
        path = "there";
    }
  g_assert_cmpstr (path, ==, "there");
}

static void
write_plain (void)
{
  g_autofree char *dir = g_build_filename (session.home, "keyrings", NULL);
  g_autofree char *file = g_build_filename (dir, PLAIN_FILE, NULL);
  g_autofree char *alias = g_build_filename (dir, "default", NULL);

  g_mkdir_with_parents (dir, 0700);
  if (g_file_test (file, G_FILE_TEST_EXISTS))
    return;
  g_assert_true (g_file_set_contents (file, PLAIN_TEXT, -1, NULL));
  g_assert_true (g_file_set_contents (alias, "Default_keyring", -1, NULL));
}

static void
start_daemon (gboolean opened)
{
  const char *argv[] = { "gnome-keyring-daemon", "--foreground", "--components=secrets",
                         opened ? "--unlock" : NULL, NULL };
  GOutputStream *password;

  session.daemon = spawn (argv, G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE
                                    | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  password = g_subprocess_get_stdin_pipe (session.daemon);
  if (opened)
    g_output_stream_write_all (password, "sesame", strlen ("sesame"), NULL, NULL, NULL);
  g_output_stream_close (password, NULL, NULL);
}

static GDBusMessage *
swallow (GDBusConnection *bus, GDBusMessage *message, gboolean incoming, gpointer data)
{
  if (incoming && g_dbus_message_get_message_type (message) == G_DBUS_MESSAGE_TYPE_METHOD_CALL)
    g_clear_object (&message);
  return message;
}

static void
start_mute (void)
{
  session.mute = g_dbus_connection_new_for_address_sync (
      session.address,
      G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT
          | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
      NULL, NULL, NULL);
  g_dbus_connection_add_filter (session.mute, swallow, NULL, NULL);
  g_variant_unref (g_dbus_connection_call_sync (session.mute, "org.freedesktop.DBus",
                                                "/org/freedesktop/DBus", "org.freedesktop.DBus",
                                                "RequestName", g_variant_new ("(su)", SECRETS, 0),
                                                NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL));
}

gboolean
keyring_process_start (KeyringProcessKind kind)
{
  g_autofree char *program = g_find_program_in_path ("gnome-keyring-daemon");

  if (session.bus == NULL || program == NULL)
    {
      g_assert_cmpstr (g_getenv ("CI"), !=, "true");
      g_test_skip ("dbus-daemon and gnome-keyring-daemon aren't both here");
      return FALSE;
    }
  if (kind == KEYRING_PROCESS_PLAIN)
    write_plain ();
  if (kind == KEYRING_PROCESS_MUTE)
    start_mute ();
  else
    start_daemon (kind == KEYRING_PROCESS_PASSWORD);
  wait_for_name (TRUE);
  if (kind != KEYRING_PROCESS_MUTE)
    wait_for_keyring ();
  return TRUE;
}

void
keyring_process_stop (void)
{
  if (session.mute != NULL)
    g_dbus_connection_close_sync (session.mute, NULL, NULL);
  g_clear_object (&session.mute);
  if (session.daemon != NULL)
    {
      g_subprocess_send_signal (session.daemon, SIGTERM);
      g_subprocess_wait (session.daemon, NULL, NULL);
    }
  g_clear_object (&session.daemon);
  wait_for_name (FALSE);
}

void
keyring_process_lock (void)
{
  static const char path[] = "/org/freedesktop/secrets/aliases/default";
  const char *const objects[] = { path, NULL };
  g_autoptr (GVariant) answer
      = call (SECRETS, "/org/freedesktop/secrets", "org.freedesktop.Secret.Service", "Lock",
              g_variant_new ("(@ao)", g_variant_new_objv (objects, -1)));

  g_assert_nonnull (answer);
}

void
keyring_process_clear (void)
{
  g_autofree char *dir = g_build_filename (session.home, "keyrings", NULL);

  remove_tree (dir);
}

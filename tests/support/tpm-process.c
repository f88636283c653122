/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tpm-process.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sys/prctl.h>

#define STATE "tpm2-00.permall"
#define WAIT_US 10000
#define WAITS 1000

static void
die_with_parent (gpointer data)
{
  (void)prctl (PR_SET_PDEATHSIG, SIGKILL);
}

/* Its socket is there a moment before somebody listens at it. */
static gboolean
listens (TpmProcess *self)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (self->socket);
  g_autoptr (GSocketConnection) connection
      = g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), NULL, NULL);

  return connection != NULL;
}

static void
spawn (TpmProcess *self)
{
  g_autofree char *state = g_strdup_printf ("dir=%s", self->dir);
  g_autofree char *control = g_strdup_printf ("type=unixio,path=%s.ctrl", self->socket);
  g_autofree char *server = g_strdup_printf ("type=unixio,path=%s", self->socket);
  const char *argv[] = { "swtpm",
                         "socket",
                         "--tpm2",
                         "--tpmstate",
                         state,
                         "--ctrl",
                         control,
                         "--server",
                         server,
                         "--flags",
                         "startup-clear,not-need-init",
                         NULL };
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (
      G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  GError *error = NULL;

  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  self->process = g_subprocess_launcher_spawnv (launcher, argv, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < WAITS && !listens (self); i++)
    g_usleep (WAIT_US);
}

static void
end (TpmProcess *self)
{
  g_autofree char *control = g_strconcat (self->socket, ".ctrl", NULL);

  g_subprocess_send_signal (self->process, SIGTERM);
  g_subprocess_wait (self->process, NULL, NULL);
  g_clear_object (&self->process);
  g_remove (self->socket);
  g_remove (control);
}

gboolean
tpm_process_start (TpmProcess *self)
{
  g_autofree char *program = g_find_program_in_path ("swtpm");

  *self = (TpmProcess){ 0 };
  if (program == NULL)
    {
      g_assert_cmpstr (g_getenv ("CI"), !=, "true");
      g_test_skip ("no swtpm");
      return FALSE;
    }
  self->dir = g_dir_make_tmp ("till-tpm-XXXXXX", NULL);
  self->socket = g_build_filename (self->dir, "s", NULL);
  spawn (self);
  tpm_process_show (self, TRUE);
  return TRUE;
}

void
tpm_process_restart (TpmProcess *self)
{
  end (self);
  spawn (self);
}

void
tpm_process_clear (TpmProcess *self)
{
  g_autofree char *state = g_build_filename (self->dir, STATE, NULL);

  end (self);
  g_assert_cmpint (g_remove (state), ==, 0);
  spawn (self);
}

void
tpm_process_stop (TpmProcess *self)
{
  g_autoptr (GDir) dir = NULL;
  const char *name;

  end (self);
  dir = g_dir_open (self->dir, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (self->dir, name, NULL);

      g_remove (file);
    }
  g_rmdir (self->dir);
  g_free (self->dir);
  g_free (self->socket);
  g_setenv ("TILL_TPM", "none", TRUE);
}

void
tpm_process_show (TpmProcess *self, gboolean there)
{
  g_autofree char *name = g_strdup_printf ("swtpm:path=%s", self->socket);

  g_setenv ("TILL_TPM", there ? name : "none", TRUE);
}

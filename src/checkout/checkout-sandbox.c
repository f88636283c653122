/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "checkout-sandbox.h"

#include "base-data.h"
#include "base-number.h"

#include <glib/gi18n.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>

#define LISTENING "listening on 127.0.0.1:"

struct _CheckoutSandbox
{
  char *program, *tls_dir, *ledger;
  guint16 port;
  gboolean is_mute;
  GSubprocess *child; /* NULL while the line is cut */
};

/* Its first line says where it listens. */
static gboolean
read_port (CheckoutSandbox *self, GError **error)
{
  g_autoptr (GDataInputStream) lines
      = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->child));
  g_autofree char *line
      = g_data_input_stream_read_line_utf8 (lines, NULL, /* cancellable= */ NULL, error);
  guint64 port = 0;

  if (line != NULL && g_str_has_prefix (line, LISTENING)
      && base_number_parse (line + strlen (LISTENING), 10, 1, G_MAXUINT16, &port))
    {
      self->port = (guint16)port;
      return TRUE;
    }
  if (error != NULL && *error == NULL)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                         _ ("The sandbox acquirer did not start"));
  return FALSE;
}

/* The child goes when the till goes, however that ends. */
static void
on_child_setup_cb (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

static void
stop (CheckoutSandbox *self)
{
  if (self->child == NULL)
    return;
  g_subprocess_send_signal (self->child, SIGTERM);
  (void)g_subprocess_wait (self->child, /* cancellable= */ NULL, /* error= */ NULL);
  g_clear_object (&self->child);
}

static gboolean
start (CheckoutSandbox *self, GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher
      = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autofree char *port = g_strdup_printf ("%u", self->port);
  const char *fault = self->is_mute ? "--fault=drop-answer=1" : NULL; /* the last argument */

  g_subprocess_launcher_set_child_setup (launcher, on_child_setup_cb, NULL, NULL);
  self->child
      = g_subprocess_launcher_spawn (launcher, error, self->program, "--port", port, "--tls-dir",
                                     self->tls_dir, "--ledger", self->ledger, fault, NULL);
  if (self->child != NULL && read_port (self, error))
    return TRUE;
  stop (self);
  return FALSE;
}

CheckoutSandbox *
checkout_sandbox_new (const char *dir, guint16 port, GError **error)
{
  g_autoptr (CheckoutSandbox) self = g_new0 (CheckoutSandbox, 1);

  self->program = base_data_find_program ("till-acquirer");
  self->tls_dir = g_build_filename (dir, "acquirer", NULL);
  self->ledger = g_build_filename (dir, "acquirer", "ledger.jsonl", NULL);
  self->port = port;
  if (self->program == NULL)
    {
      g_set_error_literal (
          error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
          _ ("The sandbox acquirer (till-acquirer) is not installed beside this program"));
      return NULL;
    }
  if (g_mkdir_with_parents (self->tls_dir, 0700) != 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("“%s” can't be made"), self->tls_dir);
      return NULL;
    }
  return start (self, error) ? g_steal_pointer (&self) : NULL;
}

void
checkout_sandbox_free (CheckoutSandbox *self)
{
  if (self == NULL)
    return;
  stop (self);
  g_free (self->program);
  g_free (self->tls_dir);
  g_free (self->ledger);
  g_free (self);
}

guint16
checkout_sandbox_port (CheckoutSandbox *self)
{
  return self->port;
}

const char *
checkout_sandbox_tls_dir (CheckoutSandbox *self)
{
  return self->tls_dir;
}

const char *
checkout_sandbox_ledger (CheckoutSandbox *self)
{
  return self->ledger;
}

gboolean
checkout_sandbox_set_answering (CheckoutSandbox *self, gboolean answering, GError **error)
{
  if (self->is_mute == !answering)
    return TRUE;
  self->is_mute = !answering;
  if (self->child == NULL)
    return TRUE;
  stop (self);
  return start (self, error);
}

gboolean
checkout_sandbox_set_up (CheckoutSandbox *self, gboolean up, GError **error)
{
  if (up && self->child == NULL)
    return start (self, error);
  if (!up)
    stop (self);
  return TRUE;
}

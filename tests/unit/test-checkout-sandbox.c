/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The sandbox acquirer as a child: keys, port and ledger, and the line that is cut and comes back
 * at the same port.
 */
#include "checkout-sandbox.h"

#include <glib/gstdio.h>

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_tree (child);
    }
  g_remove (path);
}

static gboolean
answers (guint16 port)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = NULL;

  g_socket_client_set_enable_proxy (client, FALSE);
  connection = g_socket_client_connect_to_host (client, "127.0.0.1", port, NULL, NULL);
  return connection != NULL;
}

static void
test_cut_and_back (void)
{
  g_autofree char *dir = g_dir_make_tmp ("till-sandbox-XXXXXX", NULL);
  g_autoptr (CheckoutSandbox) sandbox = checkout_sandbox_new (dir, 0, NULL);
  g_autofree char *ca = NULL;
  guint16 port;

  g_assert_nonnull (sandbox);
  ca = g_build_filename (checkout_sandbox_tls_dir (sandbox), "ca.pem", NULL);
  g_assert_true (g_file_test (ca, G_FILE_TEST_EXISTS));
  g_assert_true (g_str_has_prefix (checkout_sandbox_ledger (sandbox), dir));
  port = checkout_sandbox_port (sandbox);
  g_assert_cmpuint (port, >, 0);
  g_assert_true (answers (port));
  for (guint i = 0; i < 2; i++)
    {
      g_assert_true (checkout_sandbox_set_up (sandbox, FALSE, NULL));
      g_assert_false (answers (port));
    }
  for (guint i = 0; i < 2; i++)
    {
      g_assert_true (checkout_sandbox_set_up (sandbox, TRUE, NULL));
      g_assert_true (answers (port));
    }
  g_assert_cmpuint (checkout_sandbox_port (sandbox), ==, port);
  g_clear_pointer (&sandbox, checkout_sandbox_free);
  g_assert_false (answers (port));
  remove_tree (dir);
}

/* The port is taken: said so, and tried again when asked again. */
static void
test_port_taken (void)
{
  g_autofree char *dir = g_dir_make_tmp ("till-sandbox-XXXXXX", NULL);
  g_autoptr (CheckoutSandbox) first = checkout_sandbox_new (dir, 0, NULL);
  g_autoptr (CheckoutSandbox) second = NULL;
  g_autoptr (GError) error = NULL;

  second = checkout_sandbox_new (dir, checkout_sandbox_port (first), &error);
  g_assert_null (second);
  g_assert_nonnull (error);
  g_clear_pointer (&first, checkout_sandbox_free);
  remove_tree (dir);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/checkout/sandbox/cut-and-back", test_cut_and_back);
  g_test_add_func ("/checkout/sandbox/port-taken", test_port_taken);
  return g_test_run ();
}

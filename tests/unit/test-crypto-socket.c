/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "crypto-socket.h"

#include "crypto-error.h"

#include <sys/socket.h>
#include <unistd.h>

static gint64
in_ms (gint64 ms)
{
  return g_get_monotonic_time () + ms * 1000;
}

/* Bound to loopback; listens only when told to. */
static GSocket *
make_port (gboolean listening, guint16 *out_port)
{
  GSocket *socket
      = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GSocketAddress) bound = NULL;

  g_assert_true (g_socket_bind (socket, address, TRUE, NULL));
  g_assert_true (!listening || g_socket_listen (socket, NULL));
  bound = g_socket_get_local_address (socket, NULL);
  *out_port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  return socket;
}

static void
test_connects_by_address_and_name (void)
{
  static const char *hosts[] = { "127.0.0.1", "localhost" };
  guint16 port;
  g_autoptr (GSocket) listener = make_port (TRUE, &port);

  g_assert_nonnull (listener);
  for (guint i = 0; i < G_N_ELEMENTS (hosts); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GSocket) socket
          = crypto_socket_connect (hosts[i], port, in_ms (5000), NULL, &error);

      g_assert_no_error (error);
      g_assert_false (g_socket_get_blocking (socket));
    }
}

static void
assert_refused (const char *host,
                guint16 port,
                gint64 deadline_us,
                GCancellable *cancellable,
                GQuark domain,
                int code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (crypto_socket_connect (host, port, deadline_us, cancellable, &error));
  g_assert_error (error, domain, code);
  g_assert_null (crypto_socket_connect (host, port, deadline_us, cancellable, NULL));
}

static void
test_says_why_it_can_not (void)
{
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  guint16 port;
  g_autoptr (GSocket) closed = make_port (FALSE, &port);

  g_assert_nonnull (closed);
  g_cancellable_cancel (cancelled);
  assert_refused ("127.0.0.1", port, in_ms (5000), NULL, CRYPTO_ERROR, CRYPTO_ERROR_CONNECT);
  assert_refused ("localhost", port, in_ms (5000), NULL, CRYPTO_ERROR, CRYPTO_ERROR_CONNECT);
  assert_refused ("no-such-host.invalid", port, in_ms (5000), NULL, CRYPTO_ERROR,
                  CRYPTO_ERROR_CONNECT);
  assert_refused ("127.0.0.1", port, in_ms (5000), cancelled, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  assert_refused ("no-such-host.invalid", port, in_ms (5000), cancelled, G_IO_ERROR,
                  G_IO_ERROR_CANCELLED);
}

/* A listener whose queue is full drops what comes: the kernel tries again for minutes, we don't. */
static void
test_connecting_meets_the_deadline (void)
{
  guint16 port;
  g_autoptr (GSocket) listener = make_port (FALSE, &port);
  g_autoptr (GSocket) first = NULL;
  g_autoptr (GSocket) second = NULL;
  gint64 started;

  g_socket_set_listen_backlog (listener, 0);
  g_assert_true (g_socket_listen (listener, NULL));
  first = crypto_socket_connect ("127.0.0.1", port, in_ms (2000), NULL, NULL);
  second = crypto_socket_connect ("127.0.0.1", port, in_ms (300), NULL, NULL);
  started = g_get_monotonic_time ();
  assert_refused ("127.0.0.1", port, in_ms (300), NULL, CRYPTO_ERROR, CRYPTO_ERROR_DEADLINE);
  g_assert_cmpint (g_get_monotonic_time () - started, <, 3 * G_USEC_PER_SEC);
}

static void
test_waits (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) socket = NULL;
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  int ends[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM, 0, ends), ==, 0);
  socket = crypto_socket_adopt (ends[0], &error);
  g_assert_no_error (error);
  g_assert_true (crypto_socket_wait (socket, G_IO_OUT, in_ms (1000), NULL, &error));
  g_assert_false (crypto_socket_wait (socket, G_IO_IN, in_ms (20), NULL, &error));
  g_assert_error (error, CRYPTO_ERROR, CRYPTO_ERROR_DEADLINE);
  g_clear_error (&error);
  g_cancellable_cancel (cancelled);
  g_assert_false (crypto_socket_wait (socket, G_IO_IN, in_ms (5000), cancelled, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  /* What is here already is taken, however late it is. */
  g_assert_cmpint (write (ends[1], "x", 1), ==, 1);
  g_assert_true (crypto_socket_wait (socket, G_IO_IN, in_ms (-1000), NULL, &error));
  close (ends[1]);
}

static void
test_adopts_sockets_only (void)
{
  g_autoptr (GError) error = NULL;
  int ends[2];

  g_assert_cmpint (pipe (ends), ==, 0);
  g_assert_null (crypto_socket_adopt (ends[0], &error));
  g_assert_error (error, CRYPTO_ERROR, CRYPTO_ERROR_CLOSED);
  g_assert_cmpint (close (ends[0]), ==, -1); /* it was taken over all the same */
  close (ends[1]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/crypto/socket/connects-by-address-and-name",
                   test_connects_by_address_and_name);
  g_test_add_func ("/crypto/socket/says-why-it-can-not", test_says_why_it_can_not);
  g_test_add_func ("/crypto/socket/connecting-meets-the-deadline",
                   test_connecting_meets_the_deadline);
  g_test_add_func ("/crypto/socket/waits", test_waits);
  g_test_add_func ("/crypto/socket/adopts-sockets-only", test_adopts_sockets_only);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Two ends in one process: the test is the client, a thread plays the host's part that each test
 * gives it. What the server's side found out comes back through the thread's result.
 */
#include "crypto-tls.h"

#include "crypto-certificate.h"
#include "crypto-error.h"

#include <glib-unix.h>
#include <string.h>
#include <unistd.h>

#define SECOND_US G_USEC_PER_SEC
#define PATIENCE_US (10 * SECOND_US)

typedef struct
{
  GBytes *certificate;
  BaseSecret *key;
} Pair;

typedef struct
{
  Pair ca, other_ca, server, client, foreign_server, foreign_client;
} Shop;

typedef struct _Host Host;
typedef void (*HostPart) (Host *host, int fd);

struct _Host
{
  CryptoTlsServer *server;
  GSocket *listener;
  GThread *thread;
  HostPart part;
  const char *address; /* 127.0.0.1 unless told otherwise */
  guint connections;
  guint accepted;
  guint16 port;
};

static void
issue (Pair *ca, CryptoCertificateUsage usage, Pair *out)
{
  gboolean good
      = crypto_certificate_issue (base_bytes_span (ca->certificate), base_secret_span (ca->key),
                                  "Till test", usage, &out->certificate, &out->key, NULL);

  g_assert_true (good);
}

static void
set_up (Shop *shop, gconstpointer data)
{
  g_assert_true (crypto_certificate_make_ca ("Ours", &shop->ca.certificate, &shop->ca.key, NULL));
  g_assert_true (crypto_certificate_make_ca ("Theirs", &shop->other_ca.certificate,
                                             &shop->other_ca.key, NULL));
  issue (&shop->ca, CRYPTO_CERTIFICATE_SERVER, &shop->server);
  issue (&shop->ca, CRYPTO_CERTIFICATE_CLIENT, &shop->client);
  issue (&shop->other_ca, CRYPTO_CERTIFICATE_SERVER, &shop->foreign_server);
  issue (&shop->other_ca, CRYPTO_CERTIFICATE_CLIENT, &shop->foreign_client);
}

static void
tear_down (Shop *shop, gconstpointer data)
{
  Pair *pairs[] = { &shop->ca,     &shop->other_ca,       &shop->server,
                    &shop->client, &shop->foreign_server, &shop->foreign_client };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_bytes_unref (pairs[i]->certificate);
      base_secret_free (pairs[i]->key);
    }
}

static CryptoTlsIdentity *
make_identity (Pair *ca, Pair *own)
{
  g_autoptr (GError) error = NULL;
  CryptoTlsIdentity *identity = crypto_tls_identity_new (base_bytes_span (ca->certificate),
                                                         base_bytes_span (own->certificate),
                                                         base_secret_span (own->key), &error);

  g_assert_no_error (error);
  return identity;
}

static gint64
in_us (gint64 us)
{
  return g_get_monotonic_time () + us;
}

static gpointer
run_host (gpointer data)
{
  Host *host = data;

  for (guint i = 0; i < host->connections; i++)
    {
      g_autoptr (GSocket) accepted = g_socket_accept (host->listener, NULL, NULL);

      host->part (host, dup (g_socket_get_fd (accepted)));
    }
  return NULL;
}

static void
start_host (Host *host, Pair *ca, Pair *own, gboolean allow_tls12)
{
  g_autoptr (CryptoTlsIdentity) identity = make_identity (ca, own);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string (
      host->address != NULL ? host->address : "127.0.0.1", 0);
  g_autoptr (GSocketAddress) bound = NULL;

  host->server = crypto_tls_server_new (identity, allow_tls12);
  host->listener
      = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);
  g_assert_true (g_socket_bind (host->listener, address, TRUE, NULL));
  g_assert_true (g_socket_listen (host->listener, NULL));
  bound = g_socket_get_local_address (host->listener, NULL);
  host->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  if (host->connections == 0)
    host->connections = 1;
  host->thread = g_thread_new ("host", run_host, host);
}

static void
stop_host (Host *host)
{
  g_thread_join (host->thread);
  g_object_unref (host->listener);
  crypto_tls_server_free (host->server);
}

/* Parts a host may play */

static CryptoTlsStream *
accept_client (Host *host, int fd)
{
  CryptoTlsStream *stream
      = crypto_tls_server_accept (host->server, fd, in_us (PATIENCE_US), NULL, NULL);

  host->accepted += stream != NULL;
  return stream;
}

static void
play_echo (Host *host, int fd)
{
  g_autoptr (CryptoTlsStream) stream = accept_client (host, fd);
  guint8 buffer[4096];
  gssize size;
  gboolean left;

  if (stream == NULL)
    return;
  while ((size = crypto_tls_read (stream, buffer, sizeof buffer, in_us (PATIENCE_US), NULL)) > 0)
    if (!crypto_tls_write (stream, BASE_SPAN (buffer, size), in_us (PATIENCE_US), &left, NULL))
      return;
}

static void
play_silent (Host *host, int fd)
{
  char byte;

  g_assert_true (g_unix_set_fd_nonblocking (fd, FALSE, NULL));
  while (read (fd, &byte, 1) > 0)
    ;
  close (fd);
}

static void
play_deaf (Host *host, int fd)
{
  g_autoptr (CryptoTlsStream) stream = accept_client (host, fd);

  g_assert_nonnull (stream);
  g_usleep (SECOND_US);
}

static void
play_goodbye (Host *host, int fd)
{
  crypto_tls_free (accept_client (host, fd));
}

static void
play_crash (Host *host, int fd)
{
  crypto_tls_drop (accept_client (host, fd));
}

static void
play_noise (Host *host, int fd)
{
  g_assert_cmpint (write (fd, "HTTP/1.1 400 Bad Request\r\n\r\n", 28), ==, 28);
  play_silent (host, fd);
}

/* Client's side */

static CryptoTlsStream *
dial (CryptoTlsIdentity *identity,
      Host *host,
      const char *name,
      gboolean allow_tls12,
      GError **error)
{
  CryptoTlsTarget target = { .host = name, .port = host->port, .allow_tls12 = allow_tls12 };

  return crypto_tls_connect (identity, &target, in_us (PATIENCE_US), NULL, error);
}

static void
read_exactly (CryptoTlsStream *stream, guint8 *out, gsize size)
{
  g_autoptr (GError) error = NULL;
  gsize done = 0;

  while (done < size)
    {
      gssize got = crypto_tls_read (stream, out + done, size - done, in_us (PATIENCE_US), &error);

      g_assert_no_error (error);
      g_assert_cmpint (got, >, 0);
      done += (gsize)got;
    }
}

static void
assert_echoes (CryptoTlsStream *stream, gsize size)
{
  g_autofree guint8 *out = g_malloc (size);
  g_autofree guint8 *in = g_malloc0 (size);
  g_autoptr (GError) error = NULL;
  gboolean left = FALSE;

  memset (out, 0x42, size);
  g_assert_true (
      crypto_tls_write (stream, BASE_SPAN (out, size), in_us (PATIENCE_US), &left, &error));
  g_assert_no_error (error);
  g_assert_true (left);
  read_exactly (stream, in, size);
  g_assert_cmpmem (in, size, out, size);
}

static void
check_echo (Shop *shop,
            const char *name,
            gboolean server_tls12,
            gboolean client_tls12,
            const char *version)
{
  Host host = { .part = play_echo };
  g_autoptr (CryptoTlsIdentity) identity = make_identity (&shop->ca, &shop->client);
  g_autoptr (CryptoTlsStream) stream = NULL;
  g_autoptr (GError) error = NULL;

  start_host (&host, &shop->ca, &shop->server, server_tls12);
  stream = dial (identity, &host, name, client_tls12, &error);
  g_assert_no_error (error);
  g_assert_true (crypto_tls_is_open (stream));
  g_assert_cmpstr (crypto_tls_version (stream), ==, version);
  assert_echoes (stream, 1);
  assert_echoes (stream, 300);
  assert_echoes (stream, 20000);
  g_assert_true (crypto_tls_is_open (stream));
  g_clear_pointer (&stream, crypto_tls_free);
  stop_host (&host);
  g_assert_cmpuint (host.accepted, ==, 1);
}

static void
test_echo_by_address (Shop *shop, gconstpointer data)
{
  check_echo (shop, "127.0.0.1", FALSE, FALSE, "TLSv1.3");
}

static void
test_echo_by_name (Shop *shop, gconstpointer data)
{
  check_echo (shop, "localhost", TRUE, TRUE, "TLSv1.3");
}

static void
assert_dial_fails (Shop *shop,
                   Host *host,
                   CryptoTlsIdentity *identity,
                   const char *name,
                   CryptoError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (dial (identity, host, name, FALSE, &error));
  g_assert_error (error, CRYPTO_ERROR, (int)code);
}

static void
test_foreign_server_is_refused (Shop *shop, gconstpointer data)
{
  Host host = { .part = play_echo };
  g_autoptr (CryptoTlsIdentity) identity = make_identity (&shop->ca, &shop->client);

  start_host (&host, &shop->ca, &shop->foreign_server, FALSE);
  assert_dial_fails (shop, &host, identity, "127.0.0.1", CRYPTO_ERROR_TRUST);
  stop_host (&host);
  g_assert_cmpuint (host.accepted, ==, 0);
}

/* Signed by our CA, but for another use: a stolen terminal can't play the host. */
static void
test_client_is_no_server (Shop *shop, gconstpointer data)
{
  Host host = { .part = play_echo };
  g_autoptr (CryptoTlsIdentity) identity = make_identity (&shop->ca, &shop->client);

  start_host (&host, &shop->ca, &shop->client, FALSE);
  assert_dial_fails (shop, &host, identity, "127.0.0.1", CRYPTO_ERROR_TRUST);
  stop_host (&host);
}

static void
test_wrong_host_name_is_refused (Shop *shop, gconstpointer data)
{
  Host host = { .part = play_echo, .address = "127.0.0.2" };
  g_autoptr (CryptoTlsIdentity) identity = make_identity (&shop->ca, &shop->client);

  start_host (&host, &shop->ca, &shop->server, FALSE);
  assert_dial_fails (shop, &host, identity, "", CRYPTO_ERROR_CONNECT);
  assert_dial_fails (shop, &host, identity, "no-such-host.invalid", CRYPTO_ERROR_CONNECT);
  assert_dial_fails (shop, &host, identity, "127.0.0.2", CRYPTO_ERROR_TRUST);
  stop_host (&host);
}

/* The server's refusal comes where the answer should, or earlier; no bytes are taken for sent after
 * it was seen. */
static void
test_foreign_client_is_refused (Shop *shop, gconstpointer data)
{
  Host host = { .part = play_echo };
  g_autoptr (CryptoTlsIdentity) identity = make_identity (&shop->ca, &shop->foreign_client);
  g_autoptr (CryptoTlsStream) stream = NULL;
  g_autoptr (GError) error = NULL;
  guint8 byte;
  gboolean left = TRUE;

  start_host (&host, &shop->ca, &shop->server, FALSE);
  stream = dial (identity, &host, "127.0.0.1", FALSE, &error);
  g_assert_no_error (error);
  stop_host (&host);
  g_assert_cmpuint (host.accepted, ==, 0);
  g_assert_false (
      crypto_tls_write (stream, BASE_SPAN ("x", 1), in_us (PATIENCE_US), &left, &error));
  g_assert_error (error, CRYPTO_ERROR, CRYPTO_ERROR_TRUST);
  g_assert_false (left);
  g_clear_error (&error);
  g_assert_cmpint (crypto_tls_read (stream, &byte, 1, in_us (PATIENCE_US), &error), ==, -1);
  g_assert_error (error, CRYPTO_ERROR, CRYPTO_ERROR_TRUST);
}

#define ONLY_TLS12                                                                                 \
  "openssl_conf = start\n[start]\nssl_conf = ssl\n[ssl]\nsystem_default = "                        \
  "old\n[old]\nMaxProtocol = TLSv1.2\n"

/* In a process of its own, where OpenSSL's configuration stands for a host that knows nothing
 * newer. */
static void
test_old_host (void)
{
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "till-test-openssl-XXXXXX", NULL);
  int fd = g_mkstemp (path);
  Shop shop = { 0 };
  Host host = { .part = play_echo };
  g_autoptr (CryptoTlsIdentity) identity = NULL;

  g_assert_true (g_file_set_contents (path, ONLY_TLS12, -1, NULL));
  g_assert_true (g_setenv ("OPENSSL_CONF", path, TRUE));
  set_up (&shop, NULL);
  check_echo (&shop, "127.0.0.1", TRUE, TRUE, "TLSv1.2");
  identity = make_identity (&shop.ca, &shop.client);
  start_host (&host, &shop.ca, &shop.server, TRUE);
  assert_dial_fails (&shop, &host, identity, "127.0.0.1", CRYPTO_ERROR_TRUST);
  stop_host (&host);
  tear_down (&shop, NULL);
  close (fd);
  unlink (path);
}

static void
test_tls12_only_where_allowed (void)
{
  g_test_trap_subprocess ("/crypto/tls/old-host/subprocess", 0, 0);
  g_test_trap_assert_passed ();
}

static void
test_silent_server_meets_the_deadline (Shop *shop, gconstpointer data)
{
  Host host = { .part = play_silent };
  g_autoptr (CryptoTlsIdentity) identity = make_identity (&shop->ca, &shop->client);
  g_autoptr (GError) error = NULL;
  CryptoTlsTarget target = { .host = "127.0.0.1" };
  gint64 started = g_get_monotonic_time ();

  start_host (&host, &shop->ca, &shop->server, FALSE);
  target.port = host.port;
  g_assert_null (crypto_tls_connect (identity, &target, in_us (SECOND_US / 5), NULL, &error));
  g_assert_error (error, CRYPTO_ERROR, CRYPTO_ERROR_DEADLINE);
  g_assert_cmpint (g_get_monotonic_time () - started, >=, SECOND_US / 5);
  g_assert_cmpint (g_get_monotonic_time () - started, <, 3 * SECOND_US);
  stop_host (&host);
}

/* A deadline of a read leaves the stream whole: the answer may still come. */
static void
test_late_answer_can_still_be_read (Shop *shop, gconstpointer data)
{
  Host host = { .part = play_echo };
  g_autoptr (CryptoTlsIdentity) identity = make_identity (&shop->ca, &shop->client);
  g_autoptr (CryptoTlsStream) stream = NULL;
  g_autoptr (GError) error = NULL;
  guint8 byte;

  start_host (&host, &shop->ca, &shop->server, FALSE);
  stream = dial (identity, &host, "127.0.0.1", FALSE, &error);
  g_assert_no_error (error);
  g_assert_cmpint (crypto_tls_read (stream, &byte, 1, in_us (SECOND_US / 20), &error), ==, -1);
  g_assert_error (error, CRYPTO_ERROR, CRYPTO_ERROR_DEADLINE);
  g_assert_true (crypto_tls_is_open (stream));
  assert_echoes (stream, 64);
  g_clear_pointer (&stream, crypto_tls_free);
  stop_host (&host);
}

/* The peer reads nothing: the kernel's buffers fill, the deadline ends it, and some bytes have
 * left. */
static void
test_stuck_write_says_that_some_left (Shop *shop, gconstpointer data)
{
  Host host = { .part = play_deaf };
  g_autoptr (CryptoTlsIdentity) identity = make_identity (&shop->ca, &shop->client);
  g_autoptr (CryptoTlsStream) stream = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *bulk = g_malloc0 (CRYPTO_TLS_WRITE_MAX);
  gboolean left = FALSE;

  start_host (&host, &shop->ca, &shop->server, FALSE);
  stream = dial (identity, &host, "127.0.0.1", FALSE, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 64 && error == NULL; i++)
    (void)crypto_tls_write (stream, BASE_SPAN (bulk, CRYPTO_TLS_WRITE_MAX), in_us (SECOND_US / 10),
                            &left, &error);
  g_assert_error (error, CRYPTO_ERROR, CRYPTO_ERROR_DEADLINE);
  g_clear_error (&error);
  /* Never again after that. */
  g_assert_false (
      crypto_tls_write (stream, BASE_SPAN ("x", 1), in_us (PATIENCE_US), &left, &error));
  g_assert_error (error, CRYPTO_ERROR, CRYPTO_ERROR_CLOSED);
  g_assert_false (left);
  g_assert_false (crypto_tls_is_open (stream));
  g_clear_pointer (&stream, crypto_tls_free);
  stop_host (&host);
}

static void
check_closing (Shop *shop, HostPart part, gssize expected)
{
  Host host = { .part = part };
  g_autoptr (CryptoTlsIdentity) identity = make_identity (&shop->ca, &shop->client);
  g_autoptr (CryptoTlsStream) reading = NULL;
  g_autoptr (CryptoTlsStream) writing = NULL;
  g_autoptr (GError) error = NULL;
  guint8 byte;
  gboolean left = TRUE;

  host.connections = 2;
  start_host (&host, &shop->ca, &shop->server, FALSE);
  reading = dial (identity, &host, "127.0.0.1", FALSE, &error);
  writing = dial (identity, &host, "127.0.0.1", FALSE, &error);
  g_assert_no_error (error);
  stop_host (&host);
  g_assert_cmpint (crypto_tls_read (reading, &byte, 1, in_us (PATIENCE_US), &error), ==, expected);
  if (expected < 0)
    g_assert_error (error, CRYPTO_ERROR, CRYPTO_ERROR_CLOSED);
  g_clear_error (&error);
  g_assert_false (crypto_tls_is_open (reading));

  g_assert_false (
      crypto_tls_write (writing, BASE_SPAN ("x", 1), in_us (PATIENCE_US), &left, &error));
  g_assert_error (error, CRYPTO_ERROR, CRYPTO_ERROR_CLOSED);
  g_assert_false (left);
}

static void
test_goodbye_is_an_end (Shop *shop, gconstpointer data)
{
  check_closing (shop, play_goodbye, 0);
}

static void
test_crash_is_an_error (Shop *shop, gconstpointer data)
{
  check_closing (shop, play_crash, -1);
}

static void
test_noise_is_refused (Shop *shop, gconstpointer data)
{
  Host host = { .part = play_noise };
  g_autoptr (CryptoTlsIdentity) identity = make_identity (&shop->ca, &shop->client);

  start_host (&host, &shop->ca, &shop->server, FALSE);
  assert_dial_fails (shop, &host, identity, "127.0.0.1", CRYPTO_ERROR_TRUST);
  stop_host (&host);
}

static void
test_server_refuses_noise (Shop *shop, gconstpointer data)
{
  Host host = { .part = play_echo };
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = NULL;

  start_host (&host, &shop->ca, &shop->server, FALSE);
  g_socket_client_set_enable_proxy (client,
                                    FALSE); /* the one of the desktop is no concern of ours */
  connection = g_socket_client_connect_to_host (client, "127.0.0.1", host.port, NULL, NULL);
  g_assert_nonnull (connection);
  g_assert_cmpint (g_socket_send (g_socket_connection_get_socket (connection),
                                  "GET / HTTP/1.1\r\n\r\n", 18, NULL, NULL),
                   ==, 18);
  stop_host (&host);
  g_assert_cmpuint (host.accepted, ==, 0);
}

static void
test_nobody_listens (Shop *shop, gconstpointer data)
{
  Host host = { .part = play_goodbye };
  g_autoptr (CryptoTlsIdentity) identity = make_identity (&shop->ca, &shop->client);
  g_autoptr (CryptoTlsStream) stream = NULL;

  start_host (&host, &shop->ca, &shop->server, FALSE);
  stream = dial (identity, &host, "127.0.0.1", FALSE, NULL);
  stop_host (&host);
  assert_dial_fails (shop, &host, identity, "127.0.0.1", CRYPTO_ERROR_CONNECT);
}

static void
test_second_handshake_is_resumed (Shop *shop, gconstpointer data)
{
  Host host = { .part = play_echo, .connections = 4 };
  g_autoptr (CryptoTlsIdentity) identity = make_identity (&shop->ca, &shop->client);
  static const gboolean expected[] = { FALSE, TRUE, TRUE, FALSE };

  start_host (&host, &shop->ca, &shop->server, FALSE);
  for (guint i = 0; i < host.connections; i++)
    {
      /* The last goes to the same host by another name: the session is not for that one. */
      CryptoTlsStream *stream
          = dial (identity, &host, i < 3 ? "127.0.0.1" : "localhost", FALSE, NULL);

      g_assert_nonnull (stream);
      assert_echoes (stream, 300);
      g_assert_cmpint (crypto_tls_was_resumed (stream), ==, expected[i]);
      /* Neither kind of end is held against the session. */
      if (i == 0)
        crypto_tls_drop (stream);
      else
        crypto_tls_free (stream);
    }
  stop_host (&host);
  g_assert_cmpuint (host.accepted, ==, 4);
}

static gpointer
cancel_soon (gpointer data)
{
  g_usleep (SECOND_US / 10);
  g_cancellable_cancel (data);
  return NULL;
}

static void
test_waits_can_be_cancelled (Shop *shop, gconstpointer data)
{
  Host host = { .part = play_echo };
  g_autoptr (CryptoTlsIdentity) identity = make_identity (&shop->ca, &shop->client);
  g_autoptr (CryptoTlsStream) stream = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  GThread *thread;
  guint8 byte;

  start_host (&host, &shop->ca, &shop->server, FALSE);
  stream = dial (identity, &host, "127.0.0.1", FALSE, &error);
  g_assert_no_error (error);
  crypto_tls_set_cancellable (stream, cancellable);
  thread = g_thread_new ("canceller", cancel_soon, cancellable);
  g_assert_cmpint (crypto_tls_read (stream, &byte, 1, in_us (PATIENCE_US), &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_thread_join (thread);
  crypto_tls_set_cancellable (stream, NULL);
  assert_echoes (stream, 10);
  g_clear_pointer (&stream, crypto_tls_free);
  stop_host (&host);
}

static void
assert_no_identity (BaseSpan ca, BaseSpan certificate, BaseSpan key, const char *what)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (crypto_tls_identity_new (ca, certificate, key, &error));
  g_assert_error (error, CRYPTO_ERROR, CRYPTO_ERROR_INVALID);
  g_assert_nonnull (strstr (error->message, what));
}

static void
test_identity_names_what_is_wrong (Shop *shop, gconstpointer data)
{
  BaseSpan ca = base_bytes_span (shop->ca.certificate);
  BaseSpan certificate = base_bytes_span (shop->client.certificate);
  BaseSpan key = base_secret_span (shop->client.key);
  BaseSpan nothing = { NULL, 0 };

  assert_no_identity (nothing, certificate, key, "CA");
  assert_no_identity (key, certificate, key, "CA");
  assert_no_identity (BASE_SPAN (ca.data, ca.size - 40), certificate, key, "CA");
  assert_no_identity (ca, nothing, key, "certificate");
  assert_no_identity (ca, key, key, "certificate");
  assert_no_identity (ca, certificate, nothing, "key");
  assert_no_identity (ca, certificate, base_secret_span (shop->server.key), "key");
  assert_no_identity (ca, certificate, BASE_SPAN (key.data, key.size / 2), "key");
}

#define ADD(name, function)                                                                        \
  g_test_add ("/crypto/tls/" name, Shop, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("echo-by-address", test_echo_by_address);
  ADD ("echo-by-name", test_echo_by_name);
  ADD ("foreign-server-is-refused", test_foreign_server_is_refused);
  ADD ("client-is-no-server", test_client_is_no_server);
  ADD ("wrong-host-name-is-refused", test_wrong_host_name_is_refused);
  ADD ("foreign-client-is-refused", test_foreign_client_is_refused);
  g_test_add_func ("/crypto/tls/tls12-only-where-allowed", test_tls12_only_where_allowed);
  g_test_add_func ("/crypto/tls/old-host/subprocess", test_old_host);
  ADD ("silent-server-meets-the-deadline", test_silent_server_meets_the_deadline);
  ADD ("late-answer-can-still-be-read", test_late_answer_can_still_be_read);
  ADD ("stuck-write-says-that-some-left", test_stuck_write_says_that_some_left);
  ADD ("goodbye-is-an-end", test_goodbye_is_an_end);
  ADD ("crash-is-an-error", test_crash_is_an_error);
  ADD ("noise-is-refused", test_noise_is_refused);
  ADD ("server-refuses-noise", test_server_refuses_noise);
  ADD ("nobody-listens", test_nobody_listens);
  ADD ("second-handshake-is-resumed", test_second_handshake_is_resumed);
  ADD ("waits-can-be-cancelled", test_waits_can_be_cancelled);
  ADD ("identity-names-what-is-wrong", test_identity_names_what_is_wrong);
  return g_test_run ();
}

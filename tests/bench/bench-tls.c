/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Till's TLS stream against bare OpenSSL on blocking sockets, to one bare echo server on a thread
 * of this process: messages of 300 bytes there and back one at a time, and connections with both
 * certificates checked, whole and resumed, each with one message. By turns in one run; medians.
 */
#include "crypto-certificate.h"
#include "crypto-tls.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#define MESSAGE_SIZE 300
#define TRIPS 500      /* in a turn */
#define TRIP_ROUNDS 21 /* turns of each */
#define CONNECTS 101   /* of each kind and side */
#define TRIPS_GOAL_PERCENT 80
#define CONNECT_GOAL_PERCENT 130
#define PATIENCE_US (10 * G_USEC_PER_SEC)

typedef struct
{
  GBytes *ca, *server, *client;
  BaseSecret *ca_key, *server_key, *client_key;
  CryptoTlsIdentity *identity;
  SSL_CTX *server_context, *client_context;
  SSL_SESSION *session;
  int listener;
  guint16 port;
} Bench;

/* Bare OpenSSL */

static BIO *
open_pem (BaseSpan pem)
{
  return BIO_new_mem_buf (pem.data, (int)pem.size);
}

static int
on_session_cb (SSL *ssl, SSL_SESSION *session)
{
  Bench *bench = SSL_get_app_data (ssl);

  SSL_SESSION_free (bench->session);
  bench->session = session;
  return 1;
}

static SSL_CTX *
make_context (Bench *bench, const SSL_METHOD *method, GBytes *certificate, BaseSecret *key)
{
  SSL_CTX *context = SSL_CTX_new (method);
  BIO *texts[] = { open_pem (base_bytes_span (bench->ca)), open_pem (base_bytes_span (certificate)),
                   open_pem (base_secret_span (key)) };
  X509 *anchor = PEM_read_bio_X509 (texts[0], NULL, NULL, NULL);
  X509 *own = PEM_read_bio_X509 (texts[1], NULL, NULL, NULL);
  EVP_PKEY *pair = PEM_read_bio_PrivateKey (texts[2], NULL, NULL, NULL);

  g_assert_true (SSL_CTX_set_min_proto_version (context, TLS1_3_VERSION));
  g_assert_true (X509_STORE_add_cert (SSL_CTX_get_cert_store (context), anchor));
  g_assert_true (SSL_CTX_use_certificate (context, own));
  g_assert_true (SSL_CTX_use_PrivateKey (context, pair));
  g_assert_true (SSL_CTX_set_session_id_context (context, (const guchar *)"bench", 5));
  SSL_CTX_set_verify (context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    BIO_free (texts[i]);
  X509_free (anchor);
  X509_free (own);
  EVP_PKEY_free (pair);
  return context;
}

static void
set_no_delay (int fd)
{
  int on = 1;

  g_assert_cmpint (setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), ==, 0);
}

static void
read_message (SSL *ssl, guint8 *message)
{
  int done = 0;

  while (done < MESSAGE_SIZE)
    {
      int got = SSL_read (ssl, message + done, MESSAGE_SIZE - done);

      g_assert_cmpint (got, >, 0);
      done += got;
    }
}

/* One connection after another, until the listener is shut down. */
static gpointer
run_server (gpointer data)
{
  Bench *bench = data;
  int fd;

  while ((fd = accept (bench->listener, NULL, NULL)) >= 0)
    {
      SSL *ssl = SSL_new (bench->server_context);
      guint8 message[MESSAGE_SIZE];
      int got;

      set_no_delay (fd);
      SSL_set_fd (ssl, fd);
      if (SSL_accept (ssl) == 1)
        while ((got = SSL_read (ssl, message, sizeof message)) > 0)
          SSL_write (ssl, message, got);
      SSL_free (ssl);
      close (fd);
    }
  return NULL;
}

static SSL *
connect_bare (Bench *bench, gboolean resuming)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (bench->port) };
  int fd = socket (AF_INET, SOCK_STREAM, 0);
  SSL *ssl = SSL_new (bench->client_context);

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  g_assert_cmpint (connect (fd, (struct sockaddr *)&address, sizeof address), ==, 0);
  set_no_delay (fd);
  SSL_set_fd (ssl, fd);
  SSL_set_app_data (ssl, bench);
  g_assert_true (X509_VERIFY_PARAM_set1_ip_asc (SSL_get0_param (ssl), "127.0.0.1"));
  if (resuming)
    SSL_set_session (ssl, bench->session);
  g_assert_cmpint (SSL_connect (ssl), ==, 1);
  g_assert_cmpint (SSL_session_reused (ssl), ==, resuming);
  return ssl;
}

static void
trip_bare (SSL *ssl)
{
  guint8 message[MESSAGE_SIZE] = { 0x02 };

  g_assert_cmpint (SSL_write (ssl, message, sizeof message), ==, sizeof message);
  read_message (ssl, message);
}

static void
close_bare (SSL *ssl)
{
  int fd = SSL_get_fd (ssl);

  SSL_shutdown (ssl);
  SSL_free (ssl);
  close (fd);
}

/* Till */

static CryptoTlsStream *
connect_till (CryptoTlsIdentity *identity, Bench *bench, gboolean resuming)
{
  CryptoTlsTarget target = { .host = "127.0.0.1", .port = bench->port };
  g_autoptr (GError) error = NULL;
  CryptoTlsStream *stream
      = crypto_tls_connect (identity, &target, g_get_monotonic_time () + PATIENCE_US, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpint (crypto_tls_was_resumed (stream), ==, resuming);
  return stream;
}

static void
trip_till (CryptoTlsStream *stream)
{
  guint8 message[MESSAGE_SIZE] = { 0x02 };
  gint64 deadline_us = g_get_monotonic_time () + PATIENCE_US;
  gboolean left;
  gsize done = 0;

  g_assert_true (
      crypto_tls_write (stream, BASE_SPAN (message, sizeof message), deadline_us, &left, NULL));
  while (done < sizeof message)
    {
      gssize got
          = crypto_tls_read (stream, message + done, sizeof message - done, deadline_us, NULL);

      g_assert_cmpint (got, >, 0);
      done += (gsize)got;
    }
}

static CryptoTlsIdentity *
make_identity (Bench *bench)
{
  CryptoTlsIdentity *identity
      = crypto_tls_identity_new (base_bytes_span (bench->ca), base_bytes_span (bench->client),
                                 base_secret_span (bench->client_key), NULL);

  g_assert_nonnull (identity);
  return identity;
}

/* Measuring */

static int
compare (gconstpointer a, gconstpointer b)
{
  gint64 first = *(const gint64 *)a;
  gint64 second = *(const gint64 *)b;

  return first < second ? -1 : first > second;
}

static gint64
median (gint64 *samples, guint count)
{
  qsort (samples, count, sizeof *samples, compare);
  return samples[count / 2];
}

/* The server takes one connection at a time, so each turn has its own. */
static gint64
time_trips_bare (Bench *bench)
{
  SSL *ssl = connect_bare (bench, FALSE);
  gint64 start = g_get_monotonic_time ();
  gint64 end;

  for (guint i = 0; i < TRIPS; i++)
    trip_bare (ssl);
  end = g_get_monotonic_time ();
  close_bare (ssl);
  return end - start;
}

static gint64
time_trips_till (Bench *bench)
{
  g_autoptr (CryptoTlsIdentity) identity = make_identity (bench);
  g_autoptr (CryptoTlsStream) stream = connect_till (identity, bench, FALSE);
  gint64 start = g_get_monotonic_time ();

  for (guint i = 0; i < TRIPS; i++)
    trip_till (stream);
  return g_get_monotonic_time () - start;
}

static gint64
time_connect_bare (Bench *bench, gboolean resuming)
{
  gint64 start = g_get_monotonic_time ();
  SSL *ssl = connect_bare (bench, resuming);
  gint64 end;

  trip_bare (ssl);
  end = g_get_monotonic_time ();
  close_bare (ssl);
  return end - start;
}

static gint64
time_connect_till (Bench *bench, CryptoTlsIdentity *identity, gboolean resuming)
{
  gint64 start = g_get_monotonic_time ();
  g_autoptr (CryptoTlsStream) stream = connect_till (identity, bench, resuming);

  trip_till (stream);
  return g_get_monotonic_time () - start;
}

/* TRUE when Till keeps up. */
static gboolean
bench_trips (Bench *bench)
{
  gint64 bare[TRIP_ROUNDS], till[TRIP_ROUNDS];
  gint64 floor_us, till_us;

  for (guint i = 0; i < TRIP_ROUNDS; i++)
    {
      bare[i] = time_trips_bare (bench);
      till[i] = time_trips_till (bench);
    }
  floor_us = median (bare, TRIP_ROUNDS);
  till_us = median (till, TRIP_ROUNDS);
  g_print ("round trips a second    bare %6" G_GINT64_FORMAT "  Till %6" G_GINT64_FORMAT
           "  ratio %.2f; goal %.2f\n",
           TRIPS * G_USEC_PER_SEC / floor_us, TRIPS * G_USEC_PER_SEC / till_us,
           (double)floor_us / (double)till_us, TRIPS_GOAL_PERCENT / 100.0);
  return floor_us * 100 >= till_us * TRIPS_GOAL_PERCENT;
}

static gboolean
bench_connects (Bench *bench, gboolean resuming)
{
  gint64 bare[CONNECTS], till[CONNECTS];
  CryptoTlsIdentity *identities[CONNECTS]; /* a fresh one has no session to resume */
  gint64 floor_us, till_us;

  for (guint i = 0; i < CONNECTS; i++)
    identities[i] = resuming ? crypto_tls_identity_ref (bench->identity) : make_identity (bench);
  for (guint i = 0; i < CONNECTS; i++)
    {
      bare[i] = time_connect_bare (bench, resuming);
      till[i] = time_connect_till (bench, identities[i], resuming);
    }
  for (guint i = 0; i < CONNECTS; i++)
    crypto_tls_identity_unref (identities[i]);
  floor_us = median (bare, CONNECTS);
  till_us = median (till, CONNECTS);
  g_print ("%s  bare %6" G_GINT64_FORMAT "  Till %6" G_GINT64_FORMAT "  ratio %.2f; goal %.2f\n",
           resuming ? "connecting again, us  " : "connecting, us        ", floor_us, till_us,
           (double)till_us / (double)floor_us, CONNECT_GOAL_PERCENT / 100.0);
  return till_us * 100 <= floor_us * CONNECT_GOAL_PERCENT;
}

static void
listen_on_loopback (Bench *bench)
{
  struct sockaddr_in address = { .sin_family = AF_INET };
  socklen_t size = sizeof address;

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  bench->listener = socket (AF_INET, SOCK_STREAM, 0);
  g_assert_cmpint (bind (bench->listener, (struct sockaddr *)&address, size), ==, 0);
  g_assert_cmpint (listen (bench->listener, 8), ==, 0);
  g_assert_cmpint (getsockname (bench->listener, (struct sockaddr *)&address, &size), ==, 0);
  bench->port = ntohs (address.sin_port);
}

static void
set_up (Bench *bench)
{
  BaseSpan ca, key;

  g_assert_true (crypto_certificate_make_ca ("Bench", &bench->ca, &bench->ca_key, NULL));
  ca = base_bytes_span (bench->ca);
  key = base_secret_span (bench->ca_key);
  g_assert_true (crypto_certificate_issue (ca, key, "Host", CRYPTO_CERTIFICATE_SERVER,
                                           &bench->server, &bench->server_key, NULL));
  g_assert_true (crypto_certificate_issue (ca, key, "Till", CRYPTO_CERTIFICATE_CLIENT,
                                           &bench->client, &bench->client_key, NULL));
  bench->identity = make_identity (bench);
  bench->server_context
      = make_context (bench, TLS_server_method (), bench->server, bench->server_key);
  bench->client_context
      = make_context (bench, TLS_client_method (), bench->client, bench->client_key);
  SSL_CTX_set_session_cache_mode (bench->client_context,
                                  SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb (bench->client_context, on_session_cb);
  listen_on_loopback (bench);
}

static void
tear_down (Bench *bench)
{
  close (bench->listener);
  SSL_SESSION_free (bench->session);
  SSL_CTX_free (bench->server_context);
  SSL_CTX_free (bench->client_context);
  crypto_tls_identity_unref (bench->identity);
  g_bytes_unref (bench->ca);
  g_bytes_unref (bench->server);
  g_bytes_unref (bench->client);
  base_secret_free (bench->ca_key);
  base_secret_free (bench->server_key);
  base_secret_free (bench->client_key);
}

int
main (void)
{
  Bench bench = { 0 };
  g_autoptr (CryptoTlsStream) first = NULL;
  GThread *server;
  gboolean good;

  set_up (&bench);
  server = g_thread_new ("server", run_server, &bench);
  first = connect_till (bench.identity, &bench, FALSE); /* leaves a session behind */
  trip_till (first);
  g_clear_pointer (&first, crypto_tls_free);
  good = bench_trips (&bench);
  good = bench_connects (&bench, FALSE) && good;
  good = bench_connects (&bench, TRUE) && good;
  shutdown (bench.listener, SHUT_RDWR);
  g_thread_join (server);
  tear_down (&bench);
  return good ? 0 : 1;
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Till's TLS stream against bare OpenSSL on blocking sockets, to one bare echo server on a thread
 * of this process: messages of 300 bytes there and back one at a time, and connections with both
 * certificates checked, whole and resumed, each with one message. By turns in one run; medians.
 */
#include "bench-bare-tls.h"

#include "crypto-tls.h"

#include <stdlib.h>
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
  BenchBareTls tls;
  CryptoTlsIdentity *identity;
  SSL_SESSION *session;
} Bench;

/* Bare OpenSSL */

static int
on_session_cb (SSL *ssl, SSL_SESSION *session)
{
  Bench *bench = SSL_get_app_data (ssl);

  SSL_SESSION_free (bench->session);
  bench->session = session;
  return 1;
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

  while ((fd = accept (bench->tls.listener, NULL, NULL)) >= 0)
    {
      SSL *ssl = SSL_new (bench->tls.server_context);
      guint8 message[MESSAGE_SIZE];
      int got;

      bench_bare_tls_set_no_delay (fd);
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
  int fd = bench_bare_tls_connect (&bench->tls);
  SSL *ssl = SSL_new (bench->tls.client_context);

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
  CryptoTlsTarget target = { .host = "127.0.0.1", .port = bench->tls.port };
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
  CryptoTlsIdentity *identity = crypto_tls_identity_new (
      base_bytes_span (bench->tls.ca), base_bytes_span (bench->tls.client),
      base_secret_span (bench->tls.client_key), NULL);

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
set_up (Bench *bench)
{
  bench_bare_tls_init (&bench->tls);
  bench->identity = make_identity (bench);
  SSL_CTX_set_session_cache_mode (bench->tls.client_context,
                                  SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb (bench->tls.client_context, on_session_cb);
}

static void
tear_down (Bench *bench)
{
  close (bench->tls.listener);
  SSL_SESSION_free (bench->session);
  crypto_tls_identity_unref (bench->identity);
  bench_bare_tls_clear (&bench->tls);
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
  shutdown (bench.tls.listener, SHUT_RDWR);
  g_thread_join (server);
  tear_down (&bench);
  return good ? 0 : 1;
}

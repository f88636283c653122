/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Till's link to the acquirer (packing, MAC, framing, TLS, judging, unpacking) against bare OpenSSL
 * that writes and reads the same bytes. One bare server on a thread answers every request with the
 * same prepared answer, for both sides. By turns in one run; the ratio is the median of those of
 * neighbouring turns. Goal: 0.8 of the bare round trips. No commit, no host's work is in either.
 */
#include "bench-bare-tls.h"

#include "acquirer-link.h"
#include "acquirer-mac.h"
#include "acquirer-message.h"
#include "iso8583-frame.h"
#include "sandbox-process.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define TRIPS 250
#define ROUNDS 61
#define GOAL_PERCENT 80

typedef struct
{
  BenchBareTls tls;
  BaseSecret *mac_key;
  AcquirerProfile *profile;
  Iso8583Message *request;
  GBytes *request_frame, *answer_frame;
} Bench;

/* ---- Bare OpenSSL ---- */

/* FALSE when the other side has closed. */
static gboolean
read_whole (SSL *ssl, guint8 *bytes, gsize size)
{
  gsize done = 0, got;

  while (done < size)
    {
      if (SSL_read_ex (ssl, &bytes[done], size - done, &got) != 1)
        return FALSE;
      done += got;
    }
  return TRUE;
}

static void
write_whole (SSL *ssl, GBytes *bytes)
{
  BaseSpan span = base_bytes_span (bytes);
  gsize written;

  g_assert_cmpint (SSL_write_ex (ssl, span.data, span.size, &written), ==, 1);
}

/* One connection after another, until the listener is shut down. */
static gpointer
run_server (gpointer data)
{
  Bench *bench = data;
  gsize size = g_bytes_get_size (bench->request_frame);
  g_autofree guint8 *bytes = g_malloc (size);
  int fd;

  while ((fd = accept (bench->tls.listener, NULL, NULL)) >= 0)
    {
      SSL *ssl = SSL_new (bench->tls.server_context);

      bench_bare_tls_set_no_delay (fd);
      SSL_set_fd (ssl, fd);
      if (SSL_accept (ssl) == 1)
        while (read_whole (ssl, bytes, size))
          write_whole (ssl, bench->answer_frame);
      SSL_free (ssl);
      close (fd);
    }
  return NULL;
}

static gint64
time_bare (Bench *bench)
{
  gsize size = g_bytes_get_size (bench->answer_frame);
  g_autofree guint8 *bytes = g_malloc (size);
  int fd = bench_bare_tls_connect (&bench->tls);
  SSL *ssl = SSL_new (bench->tls.client_context);
  gint64 start_us, took_us;

  SSL_set_fd (ssl, fd);
  g_assert_cmpint (SSL_connect (ssl), ==, 1);
  start_us = g_get_monotonic_time ();
  for (guint i = 0; i < TRIPS; i++)
    {
      write_whole (ssl, bench->request_frame);
      g_assert_true (read_whole (ssl, bytes, size));
    }
  took_us = g_get_monotonic_time () - start_us;
  SSL_shutdown (ssl);
  SSL_free (ssl);
  close (fd);
  return took_us;
}

/* ---- Till ---- */

static void
trip_till (AcquirerLink *link, const Bench *bench)
{
  g_autoptr (Iso8583Message) answer = NULL;
  g_autoptr (GError) error = NULL;
  char code[ACQUIRER_CODE_MAX];

  acquirer_link_exchange (link, bench->request, NULL, &answer, &error);
  g_assert_no_error (error);
  g_assert_cmpint (acquirer_message_judge (bench->profile, bench->request, answer, code), ==,
                   ACQUIRER_VERDICT_APPROVED);
}

static gint64
time_till (Bench *bench)
{
  g_autoptr (CryptoTlsIdentity) identity = crypto_tls_identity_new (
      base_bytes_span (bench->tls.ca), base_bytes_span (bench->tls.client),
      base_secret_span (bench->tls.client_key), NULL);
  g_autoptr (AcquirerLink) link
      = acquirer_link_new (bench->profile, "127.0.0.1", bench->tls.port, identity, bench->mac_key);
  gint64 start_us;

  trip_till (link, bench); /* connects */
  start_us = g_get_monotonic_time ();
  for (guint i = 0; i < TRIPS; i++)
    trip_till (link, bench);
  return g_get_monotonic_time () - start_us;
}

/* ---- Both ---- */

static GBytes *
make_frame (Bench *bench, const Iso8583Message *message)
{
  g_autoptr (AcquirerMac) mac = acquirer_mac_new (bench->profile, bench->mac_key);
  g_autoptr (GBytes) body = acquirer_mac_pack (mac, message, NULL);

  return iso8583_frame_wrap (acquirer_profile_dialect (bench->profile), base_bytes_span (body));
}

static void
make_messages (Bench *bench)
{
  AcquirerSale values = sandbox_process_sale (17);
  g_autoptr (Iso8583Message) answer = NULL;

  bench->profile = acquirer_profile_load ("sandbox", NULL);
  bench->request = acquirer_message_build (bench->profile, ACQUIRER_FLOW_SALE, &values, NULL);
  answer = iso8583_message_copy (bench->request);
  iso8583_message_set_mti (answer, "0210");
  iso8583_message_set (answer, 39, "00");
  bench->request_frame = make_frame (bench, bench->request);
  bench->answer_frame = make_frame (bench, answer);
}

static int
compare (const void *a, const void *b)
{
  gint64 x = *(const gint64 *)a, y = *(const gint64 *)b;

  return x < y ? -1 : x > y;
}

static void
bench_clear (Bench *bench)
{
  bench_bare_tls_clear (&bench->tls);
  base_secret_free (bench->mac_key);
  g_bytes_unref (bench->request_frame);
  g_bytes_unref (bench->answer_frame);
  iso8583_message_free (bench->request);
  acquirer_profile_unref (bench->profile);
}

int
main (void)
{
  Bench bench = { 0 };
  gint64 bare_us[ROUNDS], till_us[ROUNDS], percents[ROUNDS], percent;
  GThread *server;

  bench_bare_tls_init (&bench.tls);
  bench.mac_key = base_secret_new (16);
  make_messages (&bench);
  server = g_thread_new ("server", run_server, &bench);
  for (guint i = 0; i < ROUNDS; i++)
    {
      bare_us[i] = time_bare (&bench);
      till_us[i] = time_till (&bench);
      percents[i] = bare_us[i] * 100 / till_us[i];
    }
  shutdown (bench.tls.listener, SHUT_RDWR);
  g_thread_join (server);
  close (bench.tls.listener);
  qsort (bare_us, ROUNDS, sizeof bare_us[0], compare);
  qsort (till_us, ROUNDS, sizeof till_us[0], compare);
  qsort (percents, ROUNDS, sizeof percents[0], compare);
  percent = percents[ROUNDS / 2];
  g_print ("a request of %u bytes and its answer of %u, round trips a second, median of %d turns\n",
           (guint)g_bytes_get_size (bench.request_frame),
           (guint)g_bytes_get_size (bench.answer_frame), ROUNDS);
  g_print ("bare TLS     %" G_GINT64_FORMAT "\n", TRIPS * G_USEC_PER_SEC / bare_us[ROUNDS / 2]);
  g_print ("Till's link  %" G_GINT64_FORMAT "\n", TRIPS * G_USEC_PER_SEC / till_us[ROUNDS / 2]);
  g_print ("ratio        %" G_GINT64_FORMAT ".%02" G_GINT64_FORMAT " (goal: at least 0.%d)\n",
           percent / 100, percent % 100, GOAL_PERCENT);
  bench_clear (&bench);
  return percent >= GOAL_PERCENT ? 0 : 1;
}

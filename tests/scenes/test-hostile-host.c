/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A host, or who says that he is one, that wishes us ill: silent, talking without end, half a frame
 * at a time, with the wrong certificate. Whatever it does, an exchange ends within its deadlines,
 * and with the right word: NOT_SENT only where no byte of the request can have left, NO_ANSWER
 * everywhere else.
 */
#include "acquirer-link.h"
#include "acquirer-mac.h"
#include "acquirer-message.h"
#include "base-data.h"
#include "crypto-certificate.h"
#include "iso8583-frame.h"
#include "sandbox-process.h"

#include <gio/gio.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define CONNECT_MS 700
#define ANSWER_MS 700
#define SLACK_MS 3000 /* for a busy machine; a host's endless talk would take longer than this */
#define PATIENCE_US (20 * G_USEC_PER_SEC)
#define DRIP_US 20000
#define STRAYS 1000

typedef struct
{
  GBytes *certificate;
  BaseSecret *key;
} Pair;

typedef struct _Host Host;

typedef struct
{
  const char *name;
  void (*part) (Host *host, int fd); /* takes the descriptor over */
  AcquirerExchange outcome;
  gboolean foreign, expired;
} Case;

struct _Host
{
  const Case *play;
  Pair ca, other_ca, server, client;
  AcquirerProfile *profile;
  BaseSecret *mac_key;
  CryptoTlsServer *tls;
  GSocket *listener;
  GThread *thread;
  gint over; /* atomic */
};

static gint64
in_us (gint64 us)
{
  return g_get_monotonic_time () + us;
}

static gboolean
is_over (Host *host)
{
  return g_atomic_int_get (&host->over) != 0;
}

/* ---- before TLS ---- */

static gboolean
put (int fd, gconstpointer data, gsize size)
{
  return send (fd, data, size, MSG_NOSIGNAL) == (gssize)size;
}

static void
wait_for_end (Host *host, int fd)
{
  while (!is_over (host))
    g_usleep (DRIP_US);
  close (fd);
}

static void
play_silent (Host *host, int fd)
{
  wait_for_end (host, fd);
}

static void
play_close (Host *host, int fd)
{
  close (fd);
}

static void
play_plain (Host *host, int fd)
{
  static const char text[] = "HTTP/1.0 400 Bad Request\r\n\r\n";

  (void)put (fd, text, strlen (text));
  wait_for_end (host, fd);
}

static void
play_garbage (Host *host, int fd)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (1);
  guint8 noise[512];

  for (gsize i = 0; i < sizeof noise; i++)
    noise[i] = (guint8)g_rand_int_range (random, 0, 256);
  (void)put (fd, noise, sizeof noise);
  wait_for_end (host, fd);
}

/* Handshake records that announce more than ever comes. */
static void
play_half_record (Host *host, int fd)
{
  static const guint8 head[] = { 0x16, 0x03, 0x03, 0x3F, 0x00, 0x02, 0x00, 0x3E, 0xFC };

  (void)put (fd, head, sizeof head);
  wait_for_end (host, fd);
}

static void
play_dripping_record (Host *host, int fd)
{
  static const guint8 head[] = { 0x16, 0x03, 0x03, 0x3F, 0x00, 0x02, 0x00, 0x3E, 0xFC };
  static const guint8 zero = 0;
  gboolean sent = put (fd, head, sizeof head);

  while (sent && !is_over (host))
    {
      sent = put (fd, &zero, 1);
      g_usleep (DRIP_US);
    }
  close (fd);
}

/* Records that TLS lets pass without an effect (change cipher spec), for ever. */
static void
play_endless_records (Host *host, int fd)
{
  static const guint8 record[] = { 0x14, 0x03, 0x03, 0x00, 0x01, 0x01 };

  while (!is_over (host) && put (fd, record, sizeof record))
    ;
  close (fd);
}

static void
play_endless_garbage (Host *host, int fd)
{
  guint8 noise[4096];

  memset (noise, 0x16, sizeof noise);
  while (!is_over (host) && put (fd, noise, sizeof noise))
    ;
  close (fd);
}

/* ---- within TLS ---- */

static CryptoTlsStream *
shake_hands (Host *host, int fd)
{
  return crypto_tls_server_accept (host->tls, fd, in_us (PATIENCE_US), NULL, NULL);
}

/* The client's request has come. */
static CryptoTlsStream *
take_request (Host *host, int fd)
{
  CryptoTlsStream *stream = shake_hands (host, fd);
  guint8 bytes[4096];

  if (stream != NULL
      && crypto_tls_read (stream, bytes, sizeof bytes, in_us (PATIENCE_US), NULL) > 0)
    return stream;
  crypto_tls_free (stream);
  return NULL;
}

static gboolean
say (CryptoTlsStream *stream, gconstpointer data, gsize size)
{
  gboolean left;

  return crypto_tls_write (stream, BASE_SPAN (data, size), in_us (PATIENCE_US), &left, NULL);
}

static void
leave (Host *host, CryptoTlsStream *stream)
{
  while (!is_over (host))
    g_usleep (DRIP_US);
  crypto_tls_drop (stream);
}

static void
play_refused (Host *host, int fd)
{
  crypto_tls_free (shake_hands (host, fd));
}

static void
play_no_answer (Host *host, int fd)
{
  leave (host, take_request (host, fd));
}

static void
play_close_after (Host *host, int fd)
{
  crypto_tls_free (take_request (host, fd));
}

static void
play_break_after (Host *host, int fd)
{
  crypto_tls_drop (take_request (host, fd));
}

static void
say_and_leave (Host *host, int fd, gconstpointer data, gsize size)
{
  CryptoTlsStream *stream = take_request (host, fd);

  if (stream != NULL)
    (void)say (stream, data, size);
  leave (host, stream);
}

static void
play_huge_length (Host *host, int fd)
{
  say_and_leave (host, fd, "\xFF\xFF", 2);
}

static void
play_no_length (Host *host, int fd)
{
  say_and_leave (host, fd, "\0\0\0\0", 4);
}

static void
play_half_frame (Host *host, int fd)
{
  say_and_leave (host, fd, "\0\x64\x02\x10 the rest never comes", 20);
}

static void
play_half_frame_close (Host *host, int fd)
{
  CryptoTlsStream *stream = take_request (host, fd);

  if (stream != NULL)
    (void)say (stream, "\0\x64\x02\x10", 4);
  crypto_tls_free (stream);
}

static void
play_noise (Host *host, int fd)
{
  say_and_leave (host, fd,
                 "\0\x10"
                 "0123456789abcdef",
                 18);
}

static void
play_dripping_frame (Host *host, int fd)
{
  CryptoTlsStream *stream = take_request (host, fd);
  gboolean said = stream != NULL && say (stream, "\x07\xFF", 2);

  while (said && !is_over (host))
    {
      said = say (stream, "x", 1);
      g_usleep (DRIP_US);
    }
  crypto_tls_drop (stream);
}

static void
play_endless_frames (Host *host, int fd)
{
  CryptoTlsStream *stream = take_request (host, fd);
  guint8 frames[4096];

  for (gsize i = 0; i < sizeof frames; i++)
    frames[i] = i % 16 == 1 ? 14 : 0;
  while (stream != NULL && !is_over (host) && say (stream, frames, sizeof frames))
    ;
  crypto_tls_drop (stream);
}

/* Answers with a good MAC, to questions that nobody asked. */
static void
play_strays (Host *host, int fd)
{
  CryptoTlsStream *stream = take_request (host, fd);
  AcquirerSale sale = sandbox_process_sale (99);
  g_autoptr (Iso8583Message) answer
      = acquirer_message_build (host->profile, ACQUIRER_FLOW_SALE, &sale, NULL);
  g_autoptr (AcquirerMac) mac = acquirer_mac_new (host->profile, host->mac_key);
  g_autoptr (GBytes) body = NULL;
  g_autoptr (GBytes) frame = NULL;

  g_assert_true (iso8583_message_set_mti (answer, "0210"));
  body = acquirer_mac_pack (mac, answer, NULL);
  g_assert_nonnull (body);
  frame = iso8583_frame_wrap (acquirer_profile_dialect (host->profile), base_bytes_span (body));
  for (guint i = 0; stream != NULL && i < STRAYS && !is_over (host); i++)
    if (!say (stream, g_bytes_get_data (frame, NULL), g_bytes_get_size (frame)))
      break;
  leave (host, stream);
}

static const Case cases[] = {
  { .name = "silent", .part = play_silent, .outcome = ACQUIRER_EXCHANGE_NOT_SENT },
  { .name = "closes", .part = play_close, .outcome = ACQUIRER_EXCHANGE_NOT_SENT },
  { .name = "plain-text", .part = play_plain, .outcome = ACQUIRER_EXCHANGE_NOT_SENT },
  { .name = "garbage", .part = play_garbage, .outcome = ACQUIRER_EXCHANGE_NOT_SENT },
  { .name = "half-record", .part = play_half_record, .outcome = ACQUIRER_EXCHANGE_NOT_SENT },
  { .name = "dripping-record",
    .part = play_dripping_record,
    .outcome = ACQUIRER_EXCHANGE_NOT_SENT },
  { .name = "endless-records",
    .part = play_endless_records,
    .outcome = ACQUIRER_EXCHANGE_NOT_SENT },
  { .name = "endless-garbage",
    .part = play_endless_garbage,
    .outcome = ACQUIRER_EXCHANGE_NOT_SENT },
  { .name = "wrong-ca",
    .part = play_refused,
    .outcome = ACQUIRER_EXCHANGE_NOT_SENT,
    .foreign = TRUE },
  { .name = "expired",
    .part = play_refused,
    .outcome = ACQUIRER_EXCHANGE_NOT_SENT,
    .expired = TRUE },
  { .name = "no-answer", .part = play_no_answer, .outcome = ACQUIRER_EXCHANGE_NO_ANSWER },
  { .name = "closes-after", .part = play_close_after, .outcome = ACQUIRER_EXCHANGE_NO_ANSWER },
  { .name = "breaks-after", .part = play_break_after, .outcome = ACQUIRER_EXCHANGE_NO_ANSWER },
  { .name = "huge-length", .part = play_huge_length, .outcome = ACQUIRER_EXCHANGE_NO_ANSWER },
  { .name = "no-length", .part = play_no_length, .outcome = ACQUIRER_EXCHANGE_NO_ANSWER },
  { .name = "half-frame", .part = play_half_frame, .outcome = ACQUIRER_EXCHANGE_NO_ANSWER },
  { .name = "half-frame-close",
    .part = play_half_frame_close,
    .outcome = ACQUIRER_EXCHANGE_NO_ANSWER },
  { .name = "noise", .part = play_noise, .outcome = ACQUIRER_EXCHANGE_NO_ANSWER },
  { .name = "dripping-frame", .part = play_dripping_frame, .outcome = ACQUIRER_EXCHANGE_NO_ANSWER },
  { .name = "endless-frames", .part = play_endless_frames, .outcome = ACQUIRER_EXCHANGE_NO_ANSWER },
  { .name = "strays", .part = play_strays, .outcome = ACQUIRER_EXCHANGE_NO_ANSWER },
};

/* ---- the stage ---- */

static void
issue (Pair *ca, CryptoCertificateUsage usage, Pair *out)
{
  g_assert_true (crypto_certificate_issue (base_bytes_span (ca->certificate),
                                           base_secret_span (ca->key), "Host", usage,
                                           &out->certificate, &out->key, NULL));
}

static BIO *
read_pem (BaseSpan pem)
{
  return BIO_new_mem_buf (pem.data, (int)pem.size);
}

/* The same certificate, from the same CA, but its time is over. */
static void
let_expire (Pair *ca, Pair *pair)
{
  BIO *text = read_pem (base_bytes_span (pair->certificate));
  BIO *key_text = read_pem (base_secret_span (ca->key));
  BIO *out = BIO_new (BIO_s_mem ());
  X509 *certificate = PEM_read_bio_X509 (text, NULL, NULL, NULL);
  EVP_PKEY *key = PEM_read_bio_PrivateKey (key_text, NULL, NULL, NULL);
  char *data;
  long size;

  g_assert_true (X509_gmtime_adj (X509_getm_notBefore (certificate), -30 * 86400L) != NULL);
  g_assert_true (X509_gmtime_adj (X509_getm_notAfter (certificate), -86400L) != NULL);
  g_assert_cmpint (X509_sign (certificate, key, EVP_sha256 ()), >, 0);
  g_assert_cmpint (PEM_write_bio_X509 (out, certificate), ==, 1);
  size = BIO_get_mem_data (out, &data);
  g_bytes_unref (pair->certificate);
  pair->certificate = g_bytes_new (data, (gsize)size);
  X509_free (certificate);
  EVP_PKEY_free (key);
  BIO_free (text);
  BIO_free (key_text);
  BIO_free (out);
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

/* Each connection is one more chance: the till may try twice. */
static gpointer
run_host (gpointer data)
{
  Host *host = data;

  while (!is_over (host))
    {
      g_autoptr (GSocket) accepted = NULL;

      if (!g_socket_condition_timed_wait (host->listener, G_IO_IN, DRIP_US, NULL, NULL))
        continue;
      accepted = g_socket_accept (host->listener, NULL, NULL);
      if (accepted != NULL)
        host->play->part (host, dup (g_socket_get_fd (accepted)));
    }
  return NULL;
}

static guint16
start_host (Host *host)
{
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (CryptoTlsIdentity) identity = NULL;

  g_assert_true (crypto_certificate_make_ca ("Ours", &host->ca.certificate, &host->ca.key, NULL));
  g_assert_true (crypto_certificate_make_ca ("Theirs", &host->other_ca.certificate,
                                             &host->other_ca.key, NULL));
  issue (host->play->foreign ? &host->other_ca : &host->ca, CRYPTO_CERTIFICATE_SERVER,
         &host->server);
  issue (&host->ca, CRYPTO_CERTIFICATE_CLIENT, &host->client);
  if (host->play->expired)
    let_expire (&host->ca, &host->server);
  identity = make_identity (&host->ca, &host->server);
  host->tls = crypto_tls_server_new (identity, FALSE);
  host->listener
      = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);
  g_assert_true (g_socket_bind (host->listener, any, TRUE, NULL));
  g_assert_true (g_socket_listen (host->listener, NULL));
  bound = g_socket_get_local_address (host->listener, NULL);
  host->thread = g_thread_new ("host", run_host, host);
  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
}

static void
clear_pair (Pair *pair)
{
  g_bytes_unref (pair->certificate);
  base_secret_free (pair->key);
}

static void
stop_host (Host *host)
{
  g_atomic_int_set (&host->over, 1);
  g_thread_join (host->thread);
  crypto_tls_server_free (host->tls);
  g_object_unref (host->listener);
  clear_pair (&host->ca);
  clear_pair (&host->other_ca);
  clear_pair (&host->server);
  clear_pair (&host->client);
}

static AcquirerProfile *
make_profile (void)
{
  g_autofree char *path = base_data_find ("acquirers/sandbox.ini");
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *text = NULL;
  AcquirerProfile *profile;

  g_assert_true (g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL));
  g_key_file_set_integer (file, "profile", "connect_ms", CONNECT_MS);
  g_key_file_set_integer (file, "profile", "answer_ms", ANSWER_MS);
  text = g_key_file_to_data (file, NULL, NULL);
  profile = acquirer_profile_from_text (text, NULL);
  g_assert_nonnull (profile);
  return profile;
}

static void
test_case (gconstpointer data)
{
  Host host = { .play = data };
  AcquirerSale sale = sandbox_process_sale (17);
  g_autoptr (CryptoTlsIdentity) identity = NULL;
  g_autoptr (Iso8583Message) request = NULL;
  g_autoptr (Iso8583Message) answer = NULL;
  g_autoptr (AcquirerLink) link = NULL;
  g_autoptr (GError) error = NULL;
  AcquirerExchange exchange;
  gint64 began_us, took_ms;
  guint16 port;

  host.profile = make_profile ();
  host.mac_key = base_secret_new (16);
  port = start_host (&host);
  identity = make_identity (&host.ca, &host.client);
  link = acquirer_link_new (host.profile, "127.0.0.1", port, identity, host.mac_key);
  request = acquirer_message_build (host.profile, ACQUIRER_FLOW_SALE, &sale, NULL);
  began_us = g_get_monotonic_time ();
  exchange = acquirer_link_exchange (link, request, NULL, &answer, &error);
  took_ms = (g_get_monotonic_time () - began_us) / 1000;
  g_test_message ("%" G_GINT64_FORMAT " ms: %s", took_ms,
                  error != NULL ? error->message : "no error");
  g_assert_cmpint (exchange, ==, host.play->outcome);
  g_assert_nonnull (error);
  g_assert_cmpint (took_ms, <, CONNECT_MS + ANSWER_MS + SLACK_MS);
  g_clear_pointer (&link, acquirer_link_free);
  stop_host (&host);
  base_secret_free (host.mac_key);
  acquirer_profile_unref (host.profile);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/scene/hostile-host/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  return g_test_run ();
}

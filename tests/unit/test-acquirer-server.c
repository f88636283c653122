/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The server in this process: bytes in pieces, several frames at once, bytes that are no frame,
 * many lines, and an end while lines are open. What its faults do is tried in test-acquirer-link.
 */
#include "acquirer-keys.h"
#include "acquirer-mac.h"
#include "acquirer-message.h"
#include "acquirer-server.h"
#include "crypto-certificate.h"
#include "iso8583-frame.h"
#include "sandbox-process.h"

#include <unistd.h>

#define WAIT_US (20 * G_USEC_PER_SEC)
#define LINES 8

typedef struct
{
  AcquirerProfile *profile;
  AcquirerHost *host;
  CryptoTlsIdentity *server_identity;
  CryptoTlsIdentity *client_identity;
  CryptoTlsServer *tls;
  AcquirerServer *server;
  AcquirerMac *mac;
  guint16 port;
  int stop[2];
  GThread *thread;
} Fixture;

static gpointer
serve (gpointer data)
{
  Fixture *self = data;

  acquirer_server_run (self->server, self->stop[0]);
  return NULL;
}

static CryptoTlsIdentity *
identity (GBytes *ca, BaseSecret *ca_key, CryptoCertificateUsage usage)
{
  g_autoptr (GBytes) certificate = NULL;
  g_autoptr (BaseSecret) key = NULL;

  g_assert_true (crypto_certificate_issue (base_bytes_span (ca), base_secret_span (ca_key), "test",
                                           usage, &certificate, &key, NULL));
  return crypto_tls_identity_new (base_bytes_span (ca), base_bytes_span (certificate),
                                  base_secret_span (key), NULL);
}

static void
fixture_init (Fixture *self)
{
  AcquirerFaults faults = { 0 };
  AcquirerCardKeys keys = { 0 };
  g_autoptr (BaseSecret) mac_key = base_secret_new (16);
  g_autoptr (GBytes) ca = NULL;
  g_autoptr (BaseSecret) ca_key = NULL;

  g_assert_true (crypto_certificate_make_ca ("test CA", &ca, &ca_key, NULL));
  self->server_identity = identity (ca, ca_key, CRYPTO_CERTIFICATE_SERVER);
  self->client_identity = identity (ca, ca_key, CRYPTO_CERTIFICATE_CLIENT);
  self->profile = acquirer_profile_load ("sandbox", NULL);
  self->mac = acquirer_mac_new (self->profile, mac_key);
  self->host
      = acquirer_host_new (self->profile, acquirer_ledger_open (NULL, NULL), mac_key, NULL, &keys);
  self->tls = crypto_tls_server_new (self->server_identity, FALSE);
  self->server = acquirer_server_new (self->profile, self->host, self->tls, &faults);
  self->port = acquirer_server_listen (self->server, 0, NULL);
  g_assert_cmpuint (self->port, >, 0);
  g_assert_cmpint (pipe (self->stop), ==, 0);
  self->thread = g_thread_new ("server", serve, self);
}

static void
fixture_clear (Fixture *self)
{
  close (self->stop[1]);
  g_thread_join (self->thread);
  close (self->stop[0]);
  acquirer_server_free (self->server);
  crypto_tls_server_free (self->tls);
  acquirer_host_free (self->host);
  acquirer_mac_free (self->mac);
  crypto_tls_identity_unref (self->server_identity);
  crypto_tls_identity_unref (self->client_identity);
  acquirer_profile_unref (self->profile);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Fixture, fixture_clear)

static CryptoTlsStream *
dial (Fixture *self)
{
  CryptoTlsTarget target = { .host = "127.0.0.1", .port = self->port };
  g_autoptr (GError) error = NULL;
  CryptoTlsStream *stream = crypto_tls_connect (self->client_identity, &target,
                                                g_get_monotonic_time () + WAIT_US, NULL, &error);

  g_assert_no_error (error);
  return stream;
}

static void
say (CryptoTlsStream *stream, BaseSpan bytes)
{
  gboolean any_left;

  g_assert_true (
      crypto_tls_write (stream, bytes, g_get_monotonic_time () + WAIT_US, &any_left, NULL));
}

/* Reads until so many whole frames came; FALSE when the line ends before. */
static gboolean
hear (Fixture *self, CryptoTlsStream *stream, guint frames)
{
  const Iso8583Dialect *dialect = acquirer_profile_dialect (self->profile);
  g_autoptr (GByteArray) inbox = g_byte_array_new ();
  guint8 bytes[512];
  gsize body;

  while (frames > 0)
    {
      gssize size
          = crypto_tls_read (stream, bytes, sizeof bytes, g_get_monotonic_time () + WAIT_US, NULL);

      if (size <= 0)
        return FALSE;
      g_byte_array_append (inbox, bytes, (guint)size);
      while (inbox->len >= 2
             && iso8583_frame_read (dialect, BASE_SPAN (inbox->data, 2), &body, NULL)
             && inbox->len >= 2 + body)
        {
          g_assert_true (acquirer_mac_check (self->mac, BASE_SPAN (&inbox->data[2], body), NULL));
          g_byte_array_remove_range (inbox, 0, (guint)(2 + body));
          frames--;
        }
    }
  return TRUE;
}

static GBytes *
frame (Fixture *self, guint stan)
{
  AcquirerSale values = sandbox_process_sale (stan);
  g_autoptr (Iso8583Message) message
      = acquirer_message_build (self->profile, ACQUIRER_FLOW_SALE, &values, NULL);
  g_autoptr (GBytes) body = acquirer_mac_pack (self->mac, message, NULL);

  return iso8583_frame_wrap (acquirer_profile_dialect (self->profile), base_bytes_span (body));
}

static void
test_pieces (void)
{
  g_auto (Fixture) self = { 0 };
  g_autoptr (CryptoTlsStream) stream = NULL;
  g_autoptr (GBytes) first = NULL;
  g_autoptr (GBytes) second = NULL;
  g_autoptr (GByteArray) both = g_byte_array_new ();

  fixture_init (&self);
  stream = dial (&self);
  first = frame (&self, 17);
  second = frame (&self, 18);
  for (gsize i = 0; i < g_bytes_get_size (first); i++)
    say (stream, BASE_SPAN (&base_bytes_span (first).data[i], 1));
  g_assert_true (hear (&self, stream, 1));
  g_byte_array_append (both, base_bytes_span (first).data, (guint)g_bytes_get_size (first));
  g_byte_array_append (both, base_bytes_span (second).data, (guint)g_bytes_get_size (second));
  say (stream, BASE_SPAN (both->data, both->len));
  g_assert_true (hear (&self, stream, 2));
}

static void
test_no_frame (void)
{
  static const guint8 lengths[][2] = { { 0x00, 0x00 }, { 0xFF, 0xFF } };
  static const guint8 unreadable[] = { 0x00, 0x03, 0x01, 0x02, 0x03 };
  g_auto (Fixture) self = { 0 };
  g_autoptr (CryptoTlsStream) patient = NULL;
  g_autoptr (GBytes) good = NULL;

  fixture_init (&self);
  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_autoptr (CryptoTlsStream) stream = dial (&self);

      say (stream, BASE_SPAN (lengths[i], 2));
      g_assert_false (hear (&self, stream, 1));
    }
  patient = dial (&self);
  good = frame (&self, 17);
  say (patient, BASE_SPAN (unreadable, sizeof unreadable)); /* nothing can be said to that */
  say (patient, base_bytes_span (good));
  g_assert_true (hear (&self, patient, 1));
}

/* Fixture's end closes them all. */
static void
test_many_lines (void)
{
  g_auto (Fixture) self = { 0 };
  CryptoTlsStream *streams[LINES];

  fixture_init (&self);
  for (guint i = 0; i < LINES; i++)
    streams[i] = dial (&self);
  for (guint i = 0; i < LINES; i++)
    {
      g_autoptr (GBytes) request = frame (&self, 17 + i);

      say (streams[i], base_bytes_span (request));
    }
  for (guint i = 0; i < LINES; i++)
    {
      g_assert_true (hear (&self, streams[i], 1));
      crypto_tls_free (streams[i]);
    }
}

static void
test_taken_port (void)
{
  g_auto (Fixture) self = { 0 };
  AcquirerFaults faults = { 0 };
  g_autoptr (AcquirerServer) second = NULL;
  g_autoptr (GError) error = NULL;

  fixture_init (&self);
  second = acquirer_server_new (self.profile, self.host, self.tls, &faults);
  g_assert_cmpuint (acquirer_server_listen (second, self.port, &error), ==, 0);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/acquirer/server/pieces", test_pieces);
  g_test_add_func ("/acquirer/server/no-frame", test_no_frame);
  g_test_add_func ("/acquirer/server/many-lines", test_many_lines);
  g_test_add_func ("/acquirer/server/taken-port", test_taken_port);
  return g_test_run ();
}

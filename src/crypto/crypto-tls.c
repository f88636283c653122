/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What must hold here, since a payment's state hangs on it:
 * 1. crypto_tls_write says that nothing left only when the kernel took no byte during the call.
 * 2. A stream that failed is never written to again, not even to say goodbye: OpenSSL may still
 *    hold a half-sent record.
 * 3. A certificate is trusted through the pinned CA and, on the client's side, through the host's
 *    name; a session is remembered only for the host it was made with.
 */
#include "crypto-tls.h"

#include "base-check.h"
#include "crypto-error.h"
#include "crypto-memory.h"
#include "crypto-pem.h"
#include "crypto-socket.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <sys/socket.h>

#define SESSION_ID_CONTEXT "till"
#define TLS12_CIPHERS "ECDHE+AESGCM:ECDHE+CHACHA20"
#define SECURITY_LEVEL 2
#define BUSY_TURNS_MAX 10000 /* of OpenSSL asking for more within one call, each after a wait */

struct _CryptoTlsIdentity
{
  gatomicrefcount references;
  SSL_CTX *context;
  BIO_METHOD *wire_method;
  GMutex lock; /* the payment and the sync thread meet here: it guards the two below */
  char *session_target;
  SSL_SESSION *session;
};

struct _CryptoTlsStream
{
  CryptoTlsIdentity *identity;
  GSocket *socket;
  SSL *ssl;
  GCancellable *cancellable;
  char *target;    /* "host:port"; NULL on the server's side */
  GError *failure; /* the first one; the stream is of no more use */
  guint64 sent;    /* bytes that the kernel took */
  gboolean ended;  /* the kernel has no more bytes for us */
};

struct _CryptoTlsServer
{
  CryptoTlsIdentity *identity;
  gboolean allow_tls12;
};

/* The wire: OpenSSL's own socket BIO would raise SIGPIPE and counts nothing. */

static int
wire_write (BIO *bio, const char *data, int size)
{
  CryptoTlsStream *self = BIO_get_data (bio);
  gssize sent;

  BIO_clear_retry_flags (bio);
  do
    sent = send (g_socket_get_fd (self->socket), data, (gsize)size, MSG_NOSIGNAL | MSG_DONTWAIT);
  while (sent < 0 && errno == EINTR);
  if (sent > 0)
    self->sent += (guint64)sent;
  else if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
    BIO_set_retry_write (bio);
  return (int)sent;
}

static int
wire_read (BIO *bio, char *out, int size)
{
  CryptoTlsStream *self = BIO_get_data (bio);
  gssize got;

  BIO_clear_retry_flags (bio);
  do
    got = recv (g_socket_get_fd (self->socket), out, (gsize)size, MSG_DONTWAIT);
  while (got < 0 && errno == EINTR);
  if (got == 0)
    self->ended = TRUE;
  else if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
    BIO_set_retry_read (bio);
  return (int)got;
}

static long
wire_control (BIO *bio, int command, long number, void *data)
{
  CryptoTlsStream *self = BIO_get_data (bio);

  if (command == BIO_CTRL_FLUSH)
    return 1;
  return command == BIO_CTRL_EOF ? self->ended : 0;
}

static BIO_METHOD *
make_wire_method (void)
{
  BIO_METHOD *method = BIO_meth_new (BIO_TYPE_SOURCE_SINK, "till wire");

  if (method == NULL || BIO_meth_set_write (method, wire_write) != 1
      || BIO_meth_set_read (method, wire_read) != 1
      || BIO_meth_set_ctrl (method, wire_control) != 1)
    g_error ("Out of memory for TLS");
  return method;
}

/* Sessions */

static void
remember_session (CryptoTlsIdentity *identity, const char *target, SSL_SESSION *session)
{
  g_mutex_lock (&identity->lock);
  g_clear_pointer (&identity->session, SSL_SESSION_free);
  g_free (identity->session_target);
  identity->session = session;
  identity->session_target = g_strdup (target);
  g_mutex_unlock (&identity->lock);
}

static int
on_new_session_cb (SSL *ssl, SSL_SESSION *session)
{
  CryptoTlsStream *stream = SSL_get_app_data (ssl);

  if (stream->target == NULL)
    return 0;
  remember_session (stream->identity, stream->target, session);
  return 1; /* we keep the reference */
}

static void
offer_session (CryptoTlsStream *self)
{
  CryptoTlsIdentity *identity = self->identity;

  g_mutex_lock (&identity->lock);
  if (identity->session != NULL && g_strcmp0 (identity->session_target, self->target) == 0)
    (void)SSL_set_session (self->ssl, identity->session); /* if not, the handshake is longer */
  g_mutex_unlock (&identity->lock);
}

/* Identity */

static gboolean
load_anchors (SSL_CTX *context, BaseSpan ca_pem)
{
  g_autoptr (CryptoPemCertificates) anchors = crypto_pem_read_certificates (ca_pem);

  for (int i = 0; anchors != NULL && i < sk_X509_num (anchors); i++)
    if (X509_STORE_add_cert (SSL_CTX_get_cert_store (context), sk_X509_value (anchors, i)) != 1)
      return FALSE;
  return anchors != NULL;
}

static gboolean
load_certificate (SSL_CTX *context, BaseSpan certificate_pem)
{
  g_autoptr (CryptoPemCertificates) chain = crypto_pem_read_certificates (certificate_pem);

  if (chain == NULL || SSL_CTX_use_certificate (context, sk_X509_value (chain, 0)) != 1)
    return FALSE;
  for (int i = 1; i < sk_X509_num (chain); i++)
    if (SSL_CTX_add1_chain_cert (context, sk_X509_value (chain, i)) != 1)
      return FALSE;
  return TRUE;
}

static gboolean
load_key (SSL_CTX *context, BaseSpan key_pem)
{
  g_autoptr (EVP_PKEY) key = crypto_pem_read_key (key_pem);

  return key != NULL && SSL_CTX_use_PrivateKey (context, key) == 1
         && SSL_CTX_check_private_key (context) == 1;
}

static SSL_CTX *
make_context (void)
{
  SSL_CTX *context;

  (void)crypto_memory_guard (); /* the private key and what it opens */
  context = SSL_CTX_new (TLS_method ());
  if (context == NULL || SSL_CTX_set_min_proto_version (context, TLS1_3_VERSION) != 1
      || SSL_CTX_set_cipher_list (context, TLS12_CIPHERS) != 1
      || SSL_CTX_set_session_id_context (context, (const guchar *)SESSION_ID_CONTEXT,
                                         strlen (SESSION_ID_CONTEXT))
             != 1)
    g_error ("TLS is not to be had");
  SSL_CTX_set_security_level (context, SECURITY_LEVEL);
  SSL_CTX_set_options (context, SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_mode (context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead (context, 1);
  SSL_CTX_set_verify (context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
  SSL_CTX_set_session_cache_mode (context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb (context, on_new_session_cb);
  return context;
}

CryptoTlsIdentity *
crypto_tls_identity_new (BaseSpan ca_pem,
                         BaseSpan certificate_pem,
                         BaseSpan key_pem,
                         GError **error)
{
  g_autoptr (CryptoTlsIdentity) self = g_new0 (CryptoTlsIdentity, 1);

  g_atomic_ref_count_init (&self->references);
  g_mutex_init (&self->lock);
  self->context = make_context ();
  self->wire_method = make_wire_method ();
  if (!load_anchors (self->context, ca_pem))
    crypto_error_set (error, CRYPTO_ERROR_INVALID, _ ("The CA certificate can't be used"));
  else if (!load_certificate (self->context, certificate_pem))
    crypto_error_set (error, CRYPTO_ERROR_INVALID, _ ("Our certificate can't be used"));
  else if (!load_key (self->context, key_pem))
    crypto_error_set (error, CRYPTO_ERROR_INVALID,
                      _ ("Our private key can't be used, or isn't that of the certificate"));
  else
    return g_steal_pointer (&self);
  return NULL;
}

CryptoTlsIdentity *
crypto_tls_identity_ref (CryptoTlsIdentity *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
crypto_tls_identity_unref (CryptoTlsIdentity *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->references))
    return;
  SSL_SESSION_free (self->session);
  SSL_CTX_free (self->context);
  BIO_meth_free (self->wire_method);
  g_mutex_clear (&self->lock);
  g_free (self->session_target);
  g_free (self);
}

/* Streams */

static void
free_stream (CryptoTlsStream *self)
{
  /* A broken line is no reason against the session; OpenSSL would forget it unless told that all is
   * well. */
  SSL_set_shutdown (self->ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
  SSL_free (self->ssl);
  ERR_clear_error ();
  g_clear_object (&self->socket);
  g_clear_object (&self->cancellable);
  g_clear_error (&self->failure);
  crypto_tls_identity_unref (self->identity);
  g_free (self->target);
  g_free (self);
}

/* Takes over the socket. */
static CryptoTlsStream *
make_stream (CryptoTlsIdentity *identity, GSocket *socket, gboolean allow_tls12)
{
  CryptoTlsStream *self = g_new0 (CryptoTlsStream, 1);
  BIO *wire = BIO_new (identity->wire_method);

  self->identity = crypto_tls_identity_ref (identity);
  self->socket = socket;
  self->ssl = SSL_new (identity->context);
  if (wire == NULL || self->ssl == NULL
      || SSL_set_min_proto_version (self->ssl, allow_tls12 ? TLS1_2_VERSION : TLS1_3_VERSION) != 1)
    g_error ("Out of memory for TLS");
  BIO_set_data (wire, self);
  BIO_set_init (wire, 1);
  SSL_set_bio (self->ssl, wire, wire);
  SSL_set_app_data (self->ssl, self);
  return self;
}

static void
fail (CryptoTlsStream *self, CryptoError code, const char *what)
{
  if (self->failure == NULL)
    crypto_error_set (&self->failure, code, what);
  ERR_clear_error ();
}

static gboolean
report_failure (CryptoTlsStream *self, GError **error)
{
  g_assert (self->failure != NULL);
  if (error != NULL)
    *error = g_error_copy (self->failure);
  return FALSE;
}

/* An alert from the other side about us, or a certificate of theirs that we don't believe, is a
 * matter of trust; all else is a line that broke. */
static void
fail_by_library (CryptoTlsStream *self, int reason)
{
  unsigned long first = ERR_peek_error ();
  long verdict = SSL_get_verify_result (self->ssl);

  if (reason == SSL_ERROR_ZERO_RETURN)
    fail (self, CRYPTO_ERROR_CLOSED, _ ("The other side closed the connection"));
  else if (reason != SSL_ERROR_SSL || ERR_GET_REASON (first) == SSL_R_UNEXPECTED_EOF_WHILE_READING)
    fail (self, CRYPTO_ERROR_CLOSED, _ ("The line broke"));
  else if (verdict != X509_V_OK)
    {
      ERR_clear_error ();
      fail (self, CRYPTO_ERROR_TRUST, X509_verify_cert_error_string (verdict));
    }
  else if (ERR_GET_REASON (first) >= SSL_AD_REASON_OFFSET || !SSL_is_init_finished (self->ssl))
    fail (self, CRYPTO_ERROR_TRUST, _ ("The two sides could not agree"));
  else
    fail (self, CRYPTO_ERROR_CLOSED, _ ("The line carried what isn't TLS"));
}

/* After an OpenSSL call that returned `result`, 0 or less: waits for what it wants. FALSE with
 * self->failure when it can't go on; FALSE with error alone when the wait ended without result,
 * which leaves the stream as it was. */
static gboolean
wait_for_more (CryptoTlsStream *self,
               int result,
               gint64 deadline_us,
               GCancellable *cancellable,
               GError **error)
{
  int reason = SSL_get_error (self->ssl, result);

  if (reason == SSL_ERROR_WANT_READ)
    return crypto_socket_wait (self->socket, G_IO_IN, deadline_us, cancellable, error);
  if (reason == SSL_ERROR_WANT_WRITE)
    return crypto_socket_wait (self->socket, G_IO_OUT, deadline_us, cancellable, error);
  fail_by_library (self, reason);
  return report_failure (self, error);
}

static gboolean
shake_hands (CryptoTlsStream *self, gint64 deadline_us, GCancellable *cancellable, GError **error)
{
  for (guint turn = 0; turn < BUSY_TURNS_MAX; turn++)
    {
      int result;

      ERR_clear_error ();
      result = SSL_do_handshake (self->ssl);
      if (result == 1)
        return TRUE;
      if (!wait_for_more (self, result, deadline_us, cancellable, error))
        return FALSE;
    }
  g_set_error_literal (error, CRYPTO_ERROR, CRYPTO_ERROR_TRUST, _ ("The handshake has no end"));
  return FALSE;
}

/* An address is looked for among the certificate's addresses, a name among its names. */
static gboolean
expect_host (SSL *ssl, const char *host)
{
  X509_VERIFY_PARAM *rules = SSL_get0_param (ssl);

  X509_VERIFY_PARAM_set_hostflags (rules, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  if (g_hostname_is_ip_address (host))
    return X509_VERIFY_PARAM_set1_ip_asc (rules, host) == 1;
  return X509_VERIFY_PARAM_set1_host (rules, host, 0) == 1
         && SSL_set_tlsext_host_name (ssl, host) == 1;
}

CryptoTlsStream *
crypto_tls_connect (CryptoTlsIdentity *identity,
                    const CryptoTlsTarget *target,
                    gint64 deadline_us,
                    GCancellable *cancellable,
                    GError **error)
{
  g_autoptr (CryptoTlsStream) self = NULL;
  GSocket *socket;

  base_check_may_block ();
  if (target->host[0] == '\0' || strlen (target->host) > CRYPTO_TLS_HOST_MAX)
    {
      g_set_error_literal (error, CRYPTO_ERROR, CRYPTO_ERROR_CONNECT,
                           _ ("The host's name is empty or too long"));
      return NULL;
    }
  socket = crypto_socket_connect (target->host, target->port, deadline_us, cancellable, error);
  if (socket == NULL)
    return NULL;
  self = make_stream (identity, socket, target->allow_tls12);
  self->target = g_strdup_printf ("%s:%u", target->host, target->port);
  if (!expect_host (self->ssl, target->host))
    {
      crypto_error_set (error, CRYPTO_ERROR_CONNECT, _ ("The host's name can't be used"));
      return NULL;
    }
  SSL_set_connect_state (self->ssl);
  offer_session (self);
  return shake_hands (self, deadline_us, cancellable, error) ? g_steal_pointer (&self) : NULL;
}

void
crypto_tls_drop (CryptoTlsStream *self)
{
  if (self != NULL)
    free_stream (self);
}

void
crypto_tls_free (CryptoTlsStream *self)
{
  if (self == NULL)
    return;
  if (self->failure == NULL && SSL_is_init_finished (self->ssl))
    (void)SSL_shutdown (self->ssl); /* whether it gets through is no longer our concern */
  free_stream (self);
}

void
crypto_tls_set_cancellable (CryptoTlsStream *self, GCancellable *cancellable)
{
  g_set_object (&self->cancellable, cancellable);
}

gboolean
crypto_tls_is_open (CryptoTlsStream *self)
{
  char byte;
  int result;
  int reason;

  if (self->failure != NULL)
    return FALSE;
  if (!SSL_has_pending (self->ssl) && g_socket_condition_check (self->socket, G_IO_IN) == 0)
    return TRUE;
  ERR_clear_error ();
  result = SSL_peek (self->ssl, &byte, 1);
  reason = SSL_get_error (self->ssl, result);
  if (result > 0 || reason == SSL_ERROR_WANT_READ || reason == SSL_ERROR_WANT_WRITE)
    return TRUE;
  fail_by_library (self, reason);
  return FALSE;
}

/* Invariant 1 stands on *out_any_left being looked up after every call that may send. */
static gboolean
write_all (CryptoTlsStream *self,
           BaseSpan data,
           gint64 deadline_us,
           gboolean *out_any_left,
           GError **error)
{
  guint64 sent_before = self->sent;
  gsize done = 0;

  for (guint turn = 0; done < data.size && turn < BUSY_TURNS_MAX; turn++)
    {
      size_t written = 0;
      int result;

      ERR_clear_error ();
      result = SSL_write_ex (self->ssl, data.data + done, data.size - done, &written);
      *out_any_left = self->sent != sent_before;
      if (result == 1)
        done += written;
      else if (!wait_for_more (self, result, deadline_us, self->cancellable, error))
        return FALSE;
    }
  if (done == data.size)
    return TRUE;
  fail (self, CRYPTO_ERROR_CLOSED, _ ("The line takes no more"));
  return report_failure (self, error);
}

gboolean
crypto_tls_write (CryptoTlsStream *self,
                  BaseSpan data,
                  gint64 deadline_us,
                  gboolean *out_any_left,
                  GError **error)
{
  base_check_may_block ();
  g_assert (data.size > 0 && data.size <= CRYPTO_TLS_WRITE_MAX);
  *out_any_left = FALSE;
  if (!crypto_tls_is_open (self))
    return report_failure (self, error);
  if (write_all (self, data, deadline_us, out_any_left, error))
    return TRUE;
  fail (self, CRYPTO_ERROR_CLOSED, _ ("An earlier write was broken off"));
  return FALSE;
}

static gssize
read_some (CryptoTlsStream *self, guint8 *out, gsize size_max, gint64 deadline_us, GError **error)
{
  for (guint turn = 0; turn < BUSY_TURNS_MAX; turn++)
    {
      size_t got = 0;
      int result;

      ERR_clear_error ();
      result = SSL_read_ex (self->ssl, out, size_max, &got);
      if (result == 1)
        return (gssize)got;
      if (SSL_get_error (self->ssl, result) == SSL_ERROR_ZERO_RETURN)
        return 0;
      if (!wait_for_more (self, result, deadline_us, self->cancellable, error))
        return -1;
    }
  fail (self, CRYPTO_ERROR_CLOSED, _ ("The line carries no message"));
  report_failure (self, error);
  return -1;
}

gssize
crypto_tls_read (CryptoTlsStream *self,
                 guint8 *out,
                 gsize size_max,
                 gint64 deadline_us,
                 GError **error)
{
  base_check_may_block ();
  g_assert (size_max > 0);
  if (self->failure != NULL)
    {
      report_failure (self, error);
      return -1;
    }
  /* Asking OpenSSL first would cost a call to the kernel in vain, since an answer is seldom here
   * already. */
  if (!SSL_has_pending (self->ssl)
      && !crypto_socket_wait (self->socket, G_IO_IN, deadline_us, self->cancellable, error))
    return -1;
  return read_some (self, out, size_max, deadline_us, error);
}

gboolean
crypto_tls_was_resumed (const CryptoTlsStream *self)
{
  return SSL_session_reused (self->ssl) == 1;
}

const char *
crypto_tls_version (const CryptoTlsStream *self)
{
  return SSL_get_version (self->ssl);
}

/* Server */

CryptoTlsServer *
crypto_tls_server_new (CryptoTlsIdentity *identity, gboolean allow_tls12)
{
  CryptoTlsServer *self = g_new0 (CryptoTlsServer, 1);

  self->identity = crypto_tls_identity_ref (identity);
  self->allow_tls12 = allow_tls12;
  return self;
}

void
crypto_tls_server_free (CryptoTlsServer *self)
{
  if (self == NULL)
    return;
  crypto_tls_identity_unref (self->identity);
  g_free (self);
}

CryptoTlsStream *
crypto_tls_server_accept (CryptoTlsServer *self,
                          int fd,
                          gint64 deadline_us,
                          GCancellable *cancellable,
                          GError **error)
{
  g_autoptr (CryptoTlsStream) stream = NULL;
  GSocket *socket;

  base_check_may_block ();
  socket = crypto_socket_adopt (fd, error);
  if (socket == NULL)
    return NULL;
  stream = make_stream (self->identity, socket, self->allow_tls12);
  SSL_set_accept_state (stream->ssl);
  return shake_hands (stream, deadline_us, cancellable, error) ? g_steal_pointer (&stream) : NULL;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-bare-tls.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/pem.h>
#include <sys/socket.h>

static BIO *
open_pem (BaseSpan pem)
{
  return BIO_new_mem_buf (pem.data, (int)pem.size);
}

static SSL_CTX *
make_context (const BenchBareTls *self,
              const SSL_METHOD *method,
              GBytes *certificate,
              BaseSecret *key)
{
  SSL_CTX *context = SSL_CTX_new (method);
  BIO *texts[] = { open_pem (base_bytes_span (self->ca)), open_pem (base_bytes_span (certificate)),
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
listen_on_loopback (BenchBareTls *self)
{
  struct sockaddr_in address
      = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t size = sizeof address;

  self->listener = socket (AF_INET, SOCK_STREAM, 0);
  g_assert_cmpint (bind (self->listener, (struct sockaddr *)&address, size), ==, 0);
  g_assert_cmpint (listen (self->listener, 8), ==, 0);
  g_assert_cmpint (getsockname (self->listener, (struct sockaddr *)&address, &size), ==, 0);
  self->port = ntohs (address.sin_port);
}

void
bench_bare_tls_init (BenchBareTls *self)
{
  BaseSpan ca, key;

  g_assert_true (crypto_certificate_make_ca ("Bench", &self->ca, &self->ca_key, NULL));
  ca = base_bytes_span (self->ca);
  key = base_secret_span (self->ca_key);
  g_assert_true (crypto_certificate_issue (ca, key, "Host", CRYPTO_CERTIFICATE_SERVER,
                                           &self->server, &self->server_key, NULL));
  g_assert_true (crypto_certificate_issue (ca, key, "Till", CRYPTO_CERTIFICATE_CLIENT,
                                           &self->client, &self->client_key, NULL));
  self->server_context = make_context (self, TLS_server_method (), self->server, self->server_key);
  self->client_context = make_context (self, TLS_client_method (), self->client, self->client_key);
  listen_on_loopback (self);
}

void
bench_bare_tls_clear (BenchBareTls *self)
{
  SSL_CTX_free (self->server_context);
  SSL_CTX_free (self->client_context);
  g_bytes_unref (self->ca);
  g_bytes_unref (self->server);
  g_bytes_unref (self->client);
  base_secret_free (self->ca_key);
  base_secret_free (self->server_key);
  base_secret_free (self->client_key);
}

void
bench_bare_tls_set_no_delay (int fd)
{
  int on = 1;

  g_assert_cmpint (setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), ==, 0);
}

int
bench_bare_tls_connect (const BenchBareTls *self)
{
  struct sockaddr_in address = { .sin_family = AF_INET,
                                 .sin_port = htons (self->port),
                                 .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  int fd = socket (AF_INET, SOCK_STREAM, 0);

  g_assert_cmpint (connect (fd, (struct sockaddr *)&address, sizeof address), ==, 0);
  bench_bare_tls_set_no_delay (fd);
  return fd;
}

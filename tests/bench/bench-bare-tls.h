/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The bare OpenSSL that the benchmarks of the line measure Till against: certificates for both
 * ends, their contexts, and a listener on the loopback. A fault is a failed assertion.
 */
#pragma once

#include "crypto-certificate.h"

#include <openssl/ssl.h>

G_BEGIN_DECLS

typedef struct
{
  GBytes *ca, *server, *client; /* PEM */
  BaseSecret *ca_key, *server_key, *client_key;
  SSL_CTX *server_context, *client_context;
  int listener;
  guint16 port;
} BenchBareTls;

void bench_bare_tls_init (BenchBareTls *self);
/* The listener is closed by whoever ends its thread. */
void bench_bare_tls_clear (BenchBareTls *self);
/* A connected socket to the listener. */
int bench_bare_tls_connect (const BenchBareTls *self);
void bench_bare_tls_set_no_delay (int fd);

G_END_DECLS

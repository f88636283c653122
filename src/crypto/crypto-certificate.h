/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Certificates for the sandbox: a small CA on P-256, and what it signs. A real acquirer brings its
 * own files; then only crypto_certificate_check is called, when a data folder is made. Keys come
 * out as PKCS #8 PEM and are only ever held as secrets. No state, any thread.
 */
#pragma once

#include "base-bytes.h"
#include "base-secret.h"

G_BEGIN_DECLS

#define CRYPTO_CERTIFICATE_NAME_MAX 64 /* characters of a common name (X.520) */

typedef enum
{
  CRYPTO_CERTIFICATE_SERVER,  /* TLS server on this machine: localhost, 127.0.0.1, ::1 */
  CRYPTO_CERTIFICATE_CLIENT,  /* TLS client: a terminal */
  CRYPTO_CERTIFICATE_ENVELOPE /* key agreement: what card blocks are sealed to */
} CryptoCertificateUsage;

gboolean crypto_certificate_make_ca (const char *name,
                                     GBytes **out_certificate,
                                     BaseSecret **out_key,
                                     GError **error);
gboolean crypto_certificate_issue (BaseSpan ca_pem,
                                   BaseSpan ca_key_pem,
                                   const char *name,
                                   CryptoCertificateUsage usage,
                                   GBytes **out_certificate,
                                   BaseSecret **out_key,
                                   GError **error);
/* The certificate was signed by this CA, is valid today and may be used so. CRYPTO_ERROR_INVALID or
 * _TRUST. */
gboolean crypto_certificate_check (BaseSpan ca_pem,
                                   BaseSpan certificate_pem,
                                   CryptoCertificateUsage usage,
                                   GError **error);

G_END_DECLS

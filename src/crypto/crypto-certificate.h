/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Certificates: a small CA on P-256 for the sandbox, and what it signs; and what the till must know
 * of those that a real acquirer gave it: who they are, how long they hold, whether they hang
 * together. Keys come out as PKCS #8 PEM and are only ever held as secrets. No state, any thread.
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
typedef struct
{
  const char *name;
  CryptoCertificateUsage usage;
  gint64 from_unix_s, until_unix_s;
} CryptoCertificateWish;

/* The same for a time of one's own. */
gboolean crypto_certificate_issue_for (BaseSpan ca_pem,
                                       BaseSpan ca_key_pem,
                                       const CryptoCertificateWish *wish,
                                       GBytes **out_certificate,
                                       BaseSecret **out_key,
                                       GError **error);
/* The certificate was signed by this CA, is valid today and may be used so. CRYPTO_ERROR_INVALID or
 * _TRUST. */
gboolean crypto_certificate_check (BaseSpan ca_pem,
                                   BaseSpan certificate_pem,
                                   CryptoCertificateUsage usage,
                                   GError **error);

#define CRYPTO_CERTIFICATE_FINGERPRINT_LENGTH 64 /* SHA-256 in hex */

typedef struct
{
  char name[CRYPTO_CERTIFICATE_NAME_MAX * 4 + 1]; /* its common name, in UTF-8; "" for none */
  char fingerprint[CRYPTO_CERTIFICATE_FINGERPRINT_LENGTH + 1];
  gboolean is_ca;
  gint64 from_unix_s;
  gint64 until_unix_s; /* when the first of the text's certificates ends */
  gint64 last_unix_s;  /* when the last of them does: of several CAs one suffices */
} CryptoCertificateFacts;

/* Of the first certificate of the text; nothing vouches for it. CRYPTO_ERROR_INVALID. */
gboolean crypto_certificate_look (BaseSpan certificate_pem,
                                  CryptoCertificateFacts *out_facts,
                                  GError **error);
/* By its own word, whoever signed it. FALSE also for what isn't a certificate. */
gboolean crypto_certificate_is_for (BaseSpan certificate_pem, CryptoCertificateUsage usage);
/* The private key is that of the text's first certificate. */
gboolean crypto_certificate_is_pair (BaseSpan certificate_pem, BaseSpan key_pem);

G_END_DECLS

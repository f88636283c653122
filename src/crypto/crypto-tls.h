/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The only way to the acquirer: TLS 1.3 (1.2 where the profile allows it) with a certificate on
 * both sides, checked against one pinned CA and never against the system's list. Blocking calls
 * with deadlines on the monotonic clock (g_get_monotonic_time), for the payment, sync and sandbox
 * threads; never on the main thread. An identity is immutable and shared; a stream belongs to one
 * thread at a time. No call raises SIGPIPE.
 *
 * In TLS 1.3 a server judges our certificate after we think the handshake is over: its refusal
 * arrives where the first answer should. crypto_tls_write looks for it, so that nothing leaves on a
 * line known to be dead.
 */
#pragma once

#include <gio/gio.h>

#include "base-bytes.h"

G_BEGIN_DECLS

#define CRYPTO_TLS_WRITE_MAX (1024 * 1024) /* bytes in one call */
#define CRYPTO_TLS_HOST_MAX 253

typedef struct _CryptoTlsIdentity CryptoTlsIdentity;
typedef struct _CryptoTlsStream CryptoTlsStream;
typedef struct _CryptoTlsServer CryptoTlsServer;

/* Who we are and whom we believe: the pinned CA (one or more certificates), our certificate (its
 * chain may follow it) and its private key, all PEM. Remembers the last session with the host it
 * met, so that connecting again is cheap. CRYPTO_ERROR_INVALID names which of the three is wrong.
 */
CryptoTlsIdentity *crypto_tls_identity_new (BaseSpan ca_pem,
                                            BaseSpan certificate_pem,
                                            BaseSpan key_pem,
                                            GError **error);
CryptoTlsIdentity *crypto_tls_identity_ref (CryptoTlsIdentity *self);
void crypto_tls_identity_unref (CryptoTlsIdentity *self);

typedef struct
{
  const char *host; /* a name or an IP address; the server's certificate must bear it */
  guint16 port;
  gboolean allow_tls12;
} CryptoTlsTarget;

/* Connects and shakes hands. Whatever it returns, no byte of the application has left.
 * CRYPTO_ERROR_CONNECT, _TRUST, _DEADLINE, _CLOSED or G_IO_ERROR_CANCELLED. */
CryptoTlsStream *crypto_tls_connect (CryptoTlsIdentity *identity,
                                     const CryptoTlsTarget *target,
                                     gint64 deadline_us,
                                     GCancellable *cancellable,
                                     GError **error);
/* Says goodbye when the line is still good, without waiting for an answer. */
void crypto_tls_free (CryptoTlsStream *self);
/* Closes as a pulled cable does, without a goodbye. */
void crypto_tls_drop (CryptoTlsStream *self);

/* From now on writes and reads also end with G_IO_ERROR_CANCELLED; NULL takes it away again. */
void crypto_tls_set_cancellable (CryptoTlsStream *self, GCancellable *cancellable);
/* Writes all of it, at least one byte. out_any_left is set in every case, also on failure: FALSE is
 * a promise that no byte of this call was given to the network, TRUE that some may have left. After
 * a failure the stream is of no more use. */
gboolean crypto_tls_write (CryptoTlsStream *self,
                           BaseSpan data,
                           gint64 deadline_us,
                           gboolean *out_any_left,
                           GError **error);
/* What has come, 1 … size_max bytes; 0 when the other side closed properly; -1 with an error. A
 * deadline or a cancelling leaves the stream as it was: one may read on. */
gssize crypto_tls_read (CryptoTlsStream *self,
                        guint8 *out,
                        gsize size_max,
                        gint64 deadline_us,
                        GError **error);
/* Looks without waiting whether the other side has closed or broken the line meanwhile. */
gboolean crypto_tls_is_open (CryptoTlsStream *self);
/* The handshake was the short one, by a session remembered. */
gboolean crypto_tls_was_resumed (const CryptoTlsStream *self);
/* "TLSv1.3" */
const char *crypto_tls_version (const CryptoTlsStream *self);

/* The other end, for the sandbox acquirer: asks every client for a certificate by the same CA. */
CryptoTlsServer *crypto_tls_server_new (CryptoTlsIdentity *identity, gboolean allow_tls12);
void crypto_tls_server_free (CryptoTlsServer *self);
/* Shakes hands on an accepted connection; takes over the descriptor, also when it fails. Any number
 * of threads at once. */
CryptoTlsStream *crypto_tls_server_accept (CryptoTlsServer *self,
                                           int fd,
                                           gint64 deadline_us,
                                           GCancellable *cancellable,
                                           GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CryptoTlsIdentity, crypto_tls_identity_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CryptoTlsStream, crypto_tls_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CryptoTlsServer, crypto_tls_server_free)

G_END_DECLS

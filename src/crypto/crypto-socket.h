/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A TCP connection made, and waited on, under a deadline of the monotonic clock
 * (g_get_monotonic_time) that covers everything: finding the address, each try, the silence of the
 * other side. crypto-tls stands on it; nobody else needs it. Blocking, so never on the main thread.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define CRYPTO_SOCKET_ADDRESSES_MAX 8 /* of one host name; more are not tried */

/* Tries the host's addresses in turn, each with its share of the time left. Nonblocking,
 * TCP_NODELAY. CRYPTO_ERROR_CONNECT, CRYPTO_ERROR_DEADLINE or G_IO_ERROR_CANCELLED. */
GSocket *crypto_socket_connect (const char *host,
                                guint16 port,
                                gint64 deadline_us,
                                GCancellable *cancellable,
                                GError **error);
/* Takes over the descriptor, also when it fails. */
GSocket *crypto_socket_adopt (int fd, GError **error);
/* Until it can be read or written (G_IO_IN or G_IO_OUT; a broken line counts as both).
 * CRYPTO_ERROR_DEADLINE or G_IO_ERROR_CANCELLED. */
gboolean crypto_socket_wait (GSocket *socket,
                             GIOCondition condition,
                             gint64 deadline_us,
                             GCancellable *cancellable,
                             GError **error);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The sandbox acquirer's side of the lines: listens on 127.0.0.1 and nowhere else, shakes hands,
 * cuts the bytes into frames, asks the host for answers, and does wrong what the faults say. One
 * thread for each connection; a request that is to be late is kept by its connection's thread, also
 * when the line is gone meanwhile.
 */
#pragma once

#include "acquirer-faults.h"
#include "acquirer-host.h"
#include "crypto-tls.h"

G_BEGIN_DECLS

#define ACQUIRER_SERVER_CONNECTIONS_MAX 64
#define ACQUIRER_SERVER_DUE_MAX 4096 /* late things of one connection */

typedef struct _AcquirerServer AcquirerServer;

/* All borrowed but `faults`, which is copied; they must outlive the server. */
AcquirerServer *acquirer_server_new (AcquirerProfile *profile,
                                     AcquirerHost *host,
                                     CryptoTlsServer *tls,
                                     const AcquirerFaults *faults);
void acquirer_server_free (AcquirerServer *self);

/* Port 0 takes a free one. Returns the port, 0 with an error. */
guint16 acquirer_server_listen (AcquirerServer *self, guint16 port, GError **error);
/* Serves until `stop_fd` can be read, then closes every line and waits for its thread. What was
 * late is dropped. */
void acquirer_server_run (AcquirerServer *self, int stop_fd);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AcquirerServer, acquirer_server_free)

G_END_DECLS

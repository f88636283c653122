/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The folder of keys that the sandbox acquirer makes for itself and its tills (--tls-dir): ca.pem,
 * ca.key, server.pem, server.key, client.pem, client.key, envelope.pem, envelope.key and mac.key
 * (hex). Made once, all together; a folder with some of them and not others is refused, so that no
 * till is left with keys of another time, unless `unfinished` says that we were killed at it.
 *
 * master.key is what a dialect with a sign-in gives its working keys under. next.key takes the
 * place of mac.key or master.key after a change of keys, next-envelope.pem and .key are good beside
 * the present ones. The transport key is only ever written down in two components (acquirer-issue.h
 * makes of it what a till is given). All of these are made when they are missing.
 */
#pragma once

#include "base-secret.h"

G_BEGIN_DECLS

#define ACQUIRER_KEYS_MAC_SIZE 16
#define ACQUIRER_KEYS_FILE_MAX 65536
#define ACQUIRER_KEYS_COMPONENTS 2 /* of the transport key: transport-1.txt, transport-2.txt */

typedef struct
{
  BaseSecret *ca_pem;
  BaseSecret *server_pem;
  BaseSecret *server_key;
  BaseSecret *envelope_pem;
  BaseSecret *envelope_key;
  BaseSecret *mac_key;
  BaseSecret *master_key;
  BaseSecret *next_key;
  BaseSecret *next_envelope_pem;
  BaseSecret *next_envelope_key;
  BaseSecret *transport_key; /* its components together */
} AcquirerKeys;

/* Makes what is missing, reads what is there. */
gboolean acquirer_keys_load (AcquirerKeys *self, const char *dir, GError **error);
void acquirer_keys_clear (AcquirerKeys *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (AcquirerKeys, acquirer_keys_clear)

G_END_DECLS

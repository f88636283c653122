/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What can break in this folder. A code is here because some caller does something different on it;
 * everything else a log needs is in the message. Cancelling is not among them: that stays
 * G_IO_ERROR_CANCELLED, as everywhere.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  CRYPTO_ERROR_INVALID,    /* malformed input: a key of the wrong size, an unknown name, PEM or DER
                              that doesn't parse */
  CRYPTO_ERROR_AUTHENTIC,  /* the seal doesn't hold: the bytes were changed, or the key is another
                              one */
  CRYPTO_ERROR_PASSPHRASE, /* the passphrase doesn't open what it should */
  CRYPTO_ERROR_CONNECT,    /* no connection: refused, no route, unknown host */
  CRYPTO_ERROR_TRUST,      /* the other side isn't who it should be, or refuses to believe us */
  CRYPTO_ERROR_DEADLINE,   /* the deadline passed */
  CRYPTO_ERROR_CLOSED      /* the line broke, or was closed without a word */
} CryptoError;

#define CRYPTO_ERROR (crypto_error_quark ())
GQuark crypto_error_quark (void);

/* "what: the library's own reason", when it gave one; empties the library's list of reasons either
 * way. */
void crypto_error_set (GError **error, CryptoError code, const char *what);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Randomness for keys and names, from the operating system by way of OpenSSL's generator. It never
 * fails: a machine that can't give random bytes ends the program, since every seal made after that
 * would be worthless. Any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CRYPTO_RANDOM_UUID_LENGTH 36

void crypto_random_bytes (guint8 *out, gsize size);
/* Version 4 (RFC 9562), lower case. Yours to free. */
char *crypto_random_uuid (void);

G_END_DECLS

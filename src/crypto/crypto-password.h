/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A key kept under a passphrase: scrypt makes a key of it, AES-256-GCM wraps. The text says its own
 * parameters, so that they can grow with the years without a migration, and they are sealed with
 * it. About a tenth of a second and 32 MB by design, so never on the main thread.
 */
#pragma once

#include "base-bytes.h"
#include "base-secret.h"

G_BEGIN_DECLS

#define CRYPTO_PASSWORD_MEMORY_MAX                                                                 \
  (256 * 1024 * 1024)                   /* bytes that a wrapped text may ask of scrypt */
#define CRYPTO_PASSWORD_WRAPPED_MAX 512 /* characters */

/* The key is 32 bytes, the passphrase at least one. Yours to free; nothing in it is secret. */
char *crypto_password_wrap (const BaseSecret *key, BaseSpan passphrase);
/* CRYPTO_ERROR_PASSPHRASE when this passphrase doesn't open it (or the text was changed);
 * CRYPTO_ERROR_INVALID when it isn't such a text. */
BaseSecret *crypto_password_unwrap (const char *wrapped, BaseSpan passphrase, GError **error);

G_END_DECLS

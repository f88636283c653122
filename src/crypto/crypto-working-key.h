/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Working keys as acquirers send them to terminals: encrypted in ECB under a master key that both
 * sides have, with the first bytes of a check value behind them (a block of zeros under the key).
 * By the name that a profile gives the cipher. No state, any thread.
 *
 *   tdes-ecb  keys of 8 or 16 bytes under a master key of 16
 *   aes-ecb   keys of 16 bytes under a master key of 16
 *   aes-ecb-cmac  the same; the check value is the CMAC of a block of zeros (ANSI X9.24-1:2017)
 *   sm4-ecb   the same with SM4: not proven against any acquirer's frame, none being public
 */
#pragma once

#include "base-secret.h"

G_BEGIN_DECLS

#define CRYPTO_WORKING_KEY_MAX 16  /* bytes of a key */
#define CRYPTO_WORKING_KEY_CHECK 8 /* bytes of a check value at most */

gboolean crypto_working_key_knows (const char *cipher);
/* Bytes of a master key of this cipher; 0 for an unknown one. */
gsize crypto_working_key_master_size (const char *cipher);

/* The clear key. CRYPTO_ERROR_INVALID: sizes that don't go together; CRYPTO_ERROR_AUTHENTIC: what
 * comes out hasn't this check value. `check` may be 1 … CRYPTO_WORKING_KEY_CHECK bytes. */
BaseSecret *crypto_working_key_open (const char *cipher,
                                     const BaseSecret *master,
                                     BaseSpan wrapped,
                                     BaseSpan check,
                                     GError **error);
/* For the other side: `key` under `master`, as many bytes as the key has. */
gboolean crypto_working_key_wrap (const char *cipher,
                                  const BaseSecret *master,
                                  const BaseSecret *key,
                                  guint8 *out_wrapped,
                                  GError **error);
gboolean crypto_working_key_check (const char *cipher,
                                   const BaseSecret *key,
                                   guint8 out_check[CRYPTO_WORKING_KEY_CHECK],
                                   GError **error);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to this folder: the block ciphers under key blocks, message codes and DUKPT, and their
 * CMAC, by the letter that ANSI X9.143 gives the algorithm: 'A' AES, 'T' TDES with two or three
 * keys, 'D' DES. The caller has looked at the key's size. No state, any thread.
 */
#pragma once

#include "base-bytes.h"

G_BEGIN_DECLS

#define CRYPTO_BLOCK_MAX 16

/* Bytes of a block. */
gsize crypto_block_size (char algorithm);

/* Whether these are whole blocks that a secret can hold; CRYPTO_ERROR_INVALID. */
gboolean crypto_block_check (char algorithm, BaseSpan data, GError **error);

/* CBC over whole blocks, from a vector of one block (NULL: zeroes), which for one block and no
 * vector is ECB. `out` may be the input. */
void crypto_block_encrypt (char algorithm,
                           BaseSpan key,
                           const guint8 *vector,
                           BaseSpan plain,
                           guint8 *out);
void crypto_block_decrypt (char algorithm,
                           BaseSpan key,
                           const guint8 *vector,
                           BaseSpan cipher,
                           guint8 *out);

/* CMAC (NIST SP 800-38B) over the parts one after another: one block. */
void
crypto_block_cmac (char algorithm, BaseSpan key, const BaseSpan *parts, guint count, guint8 *out);

G_END_DECLS

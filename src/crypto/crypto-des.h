/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to this folder: DES and two-key TDES, which old message codes and DUKPT are made of. A
 * single key is used as two equal halves, the same cipher by definition, so that OpenSSL's legacy
 * provider isn't needed. Nothing new is ever built on it.
 */
#pragma once

#include "base-bytes.h"

G_BEGIN_DECLS

#define CRYPTO_DES_BLOCK_SIZE 8
#define CRYPTO_DES_SINGLE_SIZE 8
#define CRYPTO_DES_DOUBLE_SIZE 16

/* CBC from a zero IV over whole blocks, which for one block is ECB. `key` has 8 or 16 bytes; `out`
 * may be the input. */
void crypto_des_encrypt (BaseSpan key, BaseSpan plain, guint8 *out);
void crypto_des_decrypt (BaseSpan key, BaseSpan cipher, guint8 *out);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where OpenSSL keeps what it allocates: key schedules, private keys, TLS secrets and buffers. As
 * BaseSecret does for our own secrets, this memory is locked against swapping where the system lets
 * us, left out of core dumps, and wiped when freed. It is put in place before main() by whoever
 * links the sealer or TLS; nobody else calls it. Any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A sanitizer has an allocator of its own, which we leave in place. */
#if defined(__SANITIZE_ADDRESS__)
#  define CRYPTO_MEMORY_WATCHED 1
#elif defined(__has_feature)
#  if __has_feature(address_sanitizer)
#    define CRYPTO_MEMORY_WATCHED 1
#  endif
#endif
#ifndef CRYPTO_MEMORY_WATCHED
#  define CRYPTO_MEMORY_WATCHED 0
#endif

/* What is larger gets pages of its own. */
#define CRYPTO_MEMORY_SHARED_MAX 65536

/* FALSE: OpenSSL had memory before us, or a sanitizer watches it, and it stays as it is. */
gboolean crypto_memory_guard (void);

/* For OpenSSL and the test: as malloc, realloc and free are. */
gpointer crypto_memory_take (gsize size);
gpointer crypto_memory_resize (gpointer memory, gsize size);
void crypto_memory_give_back (gpointer memory);

G_END_DECLS

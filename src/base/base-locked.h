/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Memory for what must not get out: locked against swapping where the system lets us, left out of
 * core dumps, and wiped when given back. BaseSecret takes its bytes here, and OpenSSL all of its
 * memory (crypto-memory.h); nobody else. Any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A sanitizer shall see who uses what was given back: then each block has pages of its own, and
 * OpenSSL the sanitizer's allocator. */
#if defined(__SANITIZE_ADDRESS__)
#  define BASE_LOCKED_WATCHED 1
#elif defined(__has_feature)
#  if __has_feature(address_sanitizer)
#    define BASE_LOCKED_WATCHED 1
#  endif
#endif
#ifndef BASE_LOCKED_WATCHED
#  define BASE_LOCKED_WATCHED 0
#endif

/* What is larger gets pages of its own. */
#define BASE_LOCKED_SHARED_MAX 65536

/* As malloc, realloc and free, but zeroed. NULL: there is none left, or a size of zero. */
gpointer base_locked_take (gsize size);
gpointer base_locked_resize (gpointer memory, gsize size);
void base_locked_give_back (gpointer memory);
/* Bytes that are taken at this moment. */
gsize base_locked_used (void);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "crypto-memory.h"

#include "base-locked.h"

#include <openssl/crypto.h>

static void *
take_cb (size_t size, const char *file, int line)
{
  return base_locked_take (size);
}

static void *
resize_cb (void *memory, size_t size, const char *file, int line)
{
  return base_locked_resize (memory, size);
}

static void
give_back_cb (void *memory, const char *file, int line)
{
  base_locked_give_back (memory);
}

gboolean
crypto_memory_guard (void)
{
  static gsize guarded = 0; /* 1: no, 2: yes */

  if (g_once_init_enter (&guarded))
    g_once_init_leave (&guarded,
                       !BASE_LOCKED_WATCHED
                               && CRYPTO_set_mem_functions (take_cb, resize_cb, give_back_cb) == 1
                           ? 2
                           : 1);
  return guarded == 2;
}

/* OpenSSL takes no other allocator after its first block. */
__attribute__ ((constructor)) static void
guard_at_start (void)
{
  (void)crypto_memory_guard ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where OpenSSL keeps what it allocates (key schedules, private keys, TLS secrets and buffers): in
 * locked memory (base-locked.h), as our own secrets. That is put in place before main() by whoever
 * links the sealer or TLS. Any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* FALSE: OpenSSL had memory before us, or a sanitizer watches it, and it stays as it is. */
gboolean crypto_memory_guard (void);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Memory for keys and card data: locked against swapping, left out of core dumps, wiped when freed.
 * Nothing prints one: there is no text form, and a caller who needs the bytes borrows a span for as
 * short as possible. Not thread-safe; it moves from one thread to another with the job that owns
 * it.
 */
#pragma once

#include "base-bytes.h"

G_BEGIN_DECLS

#define BASE_SECRET_SIZE_MAX 65536

typedef struct _BaseSecret BaseSecret;

/* Zeroed; 1 … BASE_SECRET_SIZE_MAX bytes. */
BaseSecret *base_secret_new (gsize size);
BaseSecret *base_secret_new_from (BaseSpan span);
/* From hexadecimal digits, straight into its memory; blanks at the end don't count. NULL: not that.
 */
BaseSecret *base_secret_new_from_hex (const char *hex);
BaseSecret *base_secret_copy (const BaseSecret *self);
void base_secret_free (BaseSecret *self);
/* So many bytes from now on: what it holds stays, what is added is zero. Spans and bytes that were
 * borrowed before are good no longer. */
void base_secret_resize (BaseSecret *self, gsize size);
BaseSpan base_secret_span (const BaseSecret *self);
/* For filling one; as many bytes as it was made with. */
guint8 *base_secret_bytes (BaseSecret *self);
gsize base_secret_size (const BaseSecret *self);

/* Wipes in a way that the compiler keeps. */
void base_secret_wipe (gpointer bytes, gsize size);
/* The same for a text that ends in NUL, and frees it; takes NULL. */
void base_secret_free_text (char *text);
/* Called once by each program before it touches a secret: no core dumps are written. */
void base_secret_harden_process (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BaseSecret, base_secret_free)

G_END_DECLS

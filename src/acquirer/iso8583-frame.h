/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where one message ends and the next begins on a line: a length, in one of four ways of writing
 * it, stands before each body. Used by the link, the sandbox host and the
 * decoders.
 */
#pragma once

#include "base-bytes.h"
#include "iso8583-dialect.h"

G_BEGIN_DECLS

#define ISO8583_FRAME_HEAD_MAX 4

/* Bytes that say a frame's length: 2 or 4. */
gsize iso8583_frame_head_size (const Iso8583Dialect *dialect);
/* `head` has that many bytes. FALSE with ACQUIRER_ERROR_FIELD when they are no length, or one out
 * of bounds. */
gboolean iso8583_frame_read (const Iso8583Dialect *dialect,
                             BaseSpan head,
                             gsize *out_body_size,
                             GError **error);
/* Length and body in one piece, ready for the line; wiped when its last reference goes. */
GBytes *iso8583_frame_wrap (const Iso8583Dialect *dialect, BaseSpan body);
/* What people paste may have the length before it or not: the body either way. */
BaseSpan iso8583_frame_strip (const Iso8583Dialect *dialect, BaseSpan bytes);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The ISO 8583 codec: turns a message into the bytes of a profile's dialect and back. It knows no
 * dialect by itself and no meaning of any field. What comes from the wire is trusted in nothing: a
 * fault names the field, the offset of the byte in the message and what was wanted there. The
 * result of packing may hold card data and is wiped when its last reference goes.
 */
#pragma once

#include "acquirer-error.h"
#include "acquirer-profile.h"
#include "iso8583-message.h"

G_BEGIN_DECLS

/* Without the frame's length. NULL with ACQUIRER_ERROR_FIELD when a text doesn't fit its field. */
GBytes *
iso8583_pack (const AcquirerProfile *profile, const Iso8583Message *message, GError **error);
/* Makes what goes into the last field from the bytes before it (TPDU and header left out). */
typedef gboolean (
    *Iso8583Seal) (gpointer data, BaseSpan covered, guint8 *out, gsize size, GError **error);
/* As iso8583_pack, and field `seal_field`, which must be the dialect's last and of a fixed size in
 * bytes, is filled by `seal`, whatever the message has there. */
GBytes *iso8583_pack_sealed (const AcquirerProfile *profile,
                             const Iso8583Message *message,
                             guint seal_field,
                             Iso8583Seal seal,
                             gpointer data,
                             GError **error);
/* The whole of `body` must be one message, without the frame's length. */
Iso8583Message *iso8583_unpack (const AcquirerProfile *profile, BaseSpan body, GError **error);
/* As above, but *out_message is always written: with the fields that could be read before the
 * fault. For a host that must say which field it refuses, and for decoders. */
gboolean iso8583_unpack_partial (const AcquirerProfile *profile,
                                 BaseSpan body,
                                 Iso8583Message **out_message,
                                 GError **error);

G_END_DECLS

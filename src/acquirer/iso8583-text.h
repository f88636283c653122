/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the two halves of the codec share: which characters the text of a field may have, and how a
 * fault in a field is told. Nobody else needs it.
 */
#pragma once

#include "iso8583-dialect.h"

G_BEGIN_DECLS

/* How many of the first characters the format allows; `size` when all. */
gsize iso8583_text_allowed (Iso8583Format format, const guint8 *text, gsize size);
/* "n", "ans", …: as the standard and the profile name it. */
const char *iso8583_text_format (const Iso8583Field *field);
/* Sets ACQUIRER_ERROR_FIELD, "Field 4 (amount) at byte 23: …" (field 0: none in particular), and
 * returns FALSE. `format`: a translated sentence of its own. */
gboolean iso8583_text_fault (GError **error,
                             const Iso8583Dialect *dialect,
                             guint number,
                             gsize offset,
                             const char *format,
                             ...) G_GNUC_PRINTF (5, 6);

G_END_DECLS

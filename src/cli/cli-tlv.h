/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The data objects of a chip as a tree: each tag's name and value, the meaning of its bits, and
 * what a list of objects asks for.
 */
#pragma once

#include "cli-output.h"

G_BEGIN_DECLS

/* `hex`: objects in hexadecimal digits, '*' where something is not shown (emv-trace.h). Lines from
 * column `indent` on, and one array. FALSE: from byte *out_bad on (0: the first) it can't be read;
 * what stands before it was told. */
gboolean cli_tlv_tell (CliContext *context,
                       JsonBuilder *builder,
                       const char *hex,
                       guint indent,
                       gsize *out_bad);
/* One object whose value is `hex`, as an object of JSON. */
void cli_tlv_tell_object (CliContext *context,
                          JsonBuilder *builder,
                          guint32 tag,
                          const char *hex,
                          guint indent);

G_END_DECLS

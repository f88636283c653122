/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the sandbox acquirer hands out to a till as a real one would: key blocks under the transport
 * key, in the folder beside the components of that. terminal.tr31 is the key that counts now,
 * next.tr31 the one that counts after a change of keys; both of the kind that the dialect in use
 * wants (acquirer-terminal-key.h). A block that is there and good stays as it is.
 */
#pragma once

#include "acquirer-keys.h"
#include "acquirer-profile.h"

G_BEGIN_DECLS

#define ACQUIRER_ISSUE_PRESENT "terminal.tr31"
#define ACQUIRER_ISSUE_NEXT "next.tr31"

/* Writes what is missing, or was made for another dialect or of other keys. A dialect whose keys
 * can't come in a key block gets none: those of another one are taken away. G_IO_ERROR or
 * G_FILE_ERROR. */
gboolean acquirer_issue_blocks (const AcquirerKeys *keys,
                                const AcquirerProfile *profile,
                                const char *dir,
                                GError **error);

G_END_DECLS

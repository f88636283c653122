/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What must be said wherever chips' transactions are looked at.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* That nobody has certified the kernel. Translated. */
const char *cli_emv_notice (void);

G_END_DECLS

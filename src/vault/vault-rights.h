/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whether this user may work in a data folder: asked before the first file of it is opened, because
 * the file that happens to be refused first says nothing about what to do. Changes nothing.
 */
#pragma once

#include "vault-error.h"

G_BEGIN_DECLS

/* FALSE with VAULT_ERROR_IO: this user may not read and write in `dir` or a file of it; the
 * sentence says which, whose it is and what to do. TRUE also where there is no such folder. */
gboolean vault_rights_check (const char *dir, GError **error);

G_END_DECLS

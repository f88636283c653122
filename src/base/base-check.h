/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Checks that hold the threads apart. The window claims "main" once at start; from then on a module
 * that may block (SQLite, TLS, USB) asserts that it isn't on that thread. Tests and till-cli claim
 * nothing and may call from anywhere.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void base_check_claim_main (void);
/* A bug, so it aborts: a blocking call on the thread that paints. */
void base_check_may_block (void);

G_END_DECLS

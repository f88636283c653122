/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every option that some command knows, with what it wants and says. Which command knows which is
 * in till-cli.c.
 */
#pragma once

#include "cli-arguments.h"

G_BEGIN_DECLS

/* Ends with a NULL name; a constant. */
const CliOption *cli_option_list (void);

G_END_DECLS

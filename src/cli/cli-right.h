/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a command that changes something asks of the station's operator. What lies on sales and
 * refunds is asked where they are made. Constant data.
 */
#pragma once

#include "shop-rights.h"

G_BEGIN_DECLS

/* NULL: nothing. */
const ShopRight *cli_right_find (const char *words);

G_END_DECLS

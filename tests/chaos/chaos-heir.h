/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Another till that takes in, with the recovery key, what waits in the first one's books: from an
 * export, or from the copy that followed into a second folder. It lives the later lives, with the
 * first one's records in its queue; now and then the first one starts again, and sends.
 */
#pragma once

#include "chaos-world.h"

G_BEGIN_DECLS

/* Before the life of this number. */
void chaos_heir_turn (ChaosWorld *world, guint life, guint lives);
/* Before the books are looked at. The first till's, as shop-subject prints them, once it has tried
 * again; yours. NULL: it never handed over. */
char *chaos_heir_end (ChaosWorld *world);

G_END_DECLS

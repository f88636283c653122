/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An older copy of the till's data, made between two of its lives and put back between two later
 * ones: its folder, its folder and its mark as with a whole disk, or a backup that is restored.
 * Then somebody lets it send again, a life later or at the end, as a manager does who has read what
 * it means: `queue release`, and `queue resolve` by what the acquirer has.
 */
#pragma once

#include "chaos-world.h"

G_BEGIN_DECLS

/* Before the life of this number. */
void chaos_past_turn (ChaosWorld *world, guint life, guint lives);
/* What has no outcome in these books, for its outcome stayed elsewhere. */
void chaos_past_resolve (ChaosWorld *world);
/* Before the books are looked at. */
void chaos_past_end (ChaosWorld *world);

G_END_DECLS

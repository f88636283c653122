/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One life of a till, from its start to its end, by kill mostly: what it is asked, and what is done
 * to it, to its acquirer, line, disk and clock meanwhile, all drawn from the world's seed.
 */
#pragma once

#include "chaos-world.h"

G_BEGIN_DECLS

void chaos_life_live (ChaosWorld *world, guint number);

G_END_DECLS

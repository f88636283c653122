/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Loads the receipt's fonts before the first receipt wants them, so that it prints as fast as the
 * second. Called once by checkout on a worker, after the window stands; takes tens of milliseconds
 * on a slow disk. It fails in no way that matters.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void paper_preload (void);

G_END_DECLS

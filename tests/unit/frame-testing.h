/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The golden frames of tests/vectors/iso8583, for tests that build or hear them.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The bytes of a frame ("sandbox-echo.txt"), without its length. */
GBytes *frame_testing_read (const char *name);

G_END_DECLS

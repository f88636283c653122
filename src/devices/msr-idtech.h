/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ID TECH SecureMag: a frame STX … LRC sum ETX that comes spread over HID reports, in the original
 * or the enhanced structure. Pure; the length field is believed only as far as bytes are there.
 */
#pragma once

#include "msr.h"

G_BEGIN_DECLS

#define MSR_IDTECH_FRAME_MIN 12

/* Bytes that a frame beginning with `head` has in all; 0 while it can't be told yet (fewer than 3
 * bytes), and MSR_FRAME_SIZE_MAX + 1 when it is no frame. */
gsize msr_idtech_frame_size (BaseSpan head);
/* MSR_SWIPED, MSR_BAD_READ, MSR_REFUSED or MSR_FAULT. Bytes after the frame are ignored (padding of
 * the last report). */
MsrOutcome msr_idtech_parse (BaseSpan frame, MsrSwipe **out_swipe, GError **error);

G_END_DECLS

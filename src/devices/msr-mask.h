/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What may be kept of the masked track text that a reader sends for the receipt: the card number's
 * first six and last four digits, whether the card has a chip, and nothing else, however much the
 * reader was set to show. Pure.
 */
#pragma once

#include "msr.h"

G_BEGIN_DECLS

#define MSR_MASK_PAN_MIN 12

/* From track 1 ("%B…^") or track 2 (";…="). FALSE and empty when there is no card number in it. */
gboolean msr_mask_pan (BaseSpan masked_track, char out_pan[MSR_PAN_MAX + 1]);
/* Whether the number in there stands in full: digits all through, more than one kind of them in the
 * middle (readers mask with '0' or '*'). */
gboolean msr_mask_is_clear (BaseSpan masked_track);
/* From either track. MagTek's readers leave the service code when told to: property 0x6E of the
 * newer ones, of the older ones a V as the mask character of the ISO track mask (0x07). ID TECH's
 * mask it always, and have a bit of their own for it. What is filled with the card number's mask
 * character is unknown. */
MsrChip msr_mask_chip (BaseSpan masked_track);
/* Whether bytes that should be encrypted are a track to be read by anyone. */
gboolean msr_mask_is_track (BaseSpan bytes);

G_END_DECLS

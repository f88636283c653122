/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Readers that aren't what they say: one row each, found by vendor, product and firmware. Facts
 * from the field; no other file knows a reader by its number.
 */
#pragma once

#include "ccid-descriptor.h"

G_BEGIN_DECLS

typedef enum
{
  CCID_QUIRK_NONE = 0,
  CCID_QUIRK_NO_PIN_PAD = 1 << 0,   /* announces one that it hasn't, or that isn't safe */
  CCID_QUIRK_EXTENDED = 1 << 1,     /* announces short commands, and chains all the same */
  CCID_QUIRK_NOT_EXTENDED = 1 << 2, /* announces extended ones, and can't */
  CCID_QUIRK_SLOW_START = 1 << 3,   /* its first answers take seconds */
  CCID_QUIRK_REFUSED = 1 << 4,      /* firmware that loses data: not to be used */
  CCID_QUIRK_SLOW_LINE = 1 << 5,    /* can't do the speeds that it announces */
} CcidQuirk;

/* What holds for this reader, and the descriptor as it is then to be believed. */
guint ccid_quirk_apply (const UsbDevice *device, CcidDescriptor *descriptor);

G_END_DECLS

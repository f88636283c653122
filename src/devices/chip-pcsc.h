/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A chip reader that pcscd owns, through PC/SC (libpcsclite): for chip-reader alone, where the
 * reader's interface is claimed already. Till is built without it where the library is missing;
 * then there is never one. Claimed while open: nobody else talks to the card. Every call blocks,
 * bounded by pcscd's own times; one thread at a time.
 */
#pragma once

#include "chip-atr.h"
#include "chip-line.h"
#include "device-list.h"

G_BEGIN_DECLS

typedef struct _ChipPcsc ChipPcsc;

/* DEVICE_ERROR_BUSY where there is no pcscd, or it doesn't have that reader. */
ChipPcsc *chip_pcsc_open (const DeviceEntry *entry, GError **error);
void chip_pcsc_free (ChipPcsc *self);

ChipOutcome chip_pcsc_status (ChipPcsc *self, gboolean *out_present);
/* Until something changed, at most so long: then TIMED_OUT. */
ChipOutcome chip_pcsc_wait_change (ChipPcsc *self, guint timeout_ms);
/* Cold; warm where the card has power. `atr` has CHIP_ATR_MAX bytes. */
ChipOutcome chip_pcsc_power_on (ChipPcsc *self, guint8 *atr, gsize *out_size);
void chip_pcsc_power_off (ChipPcsc *self);
/* A whole command. */
ChipOutcome chip_pcsc_transmit (ChipPcsc *self,
                                BaseSpan command,
                                guint8 answer[CHIP_ANSWER_MAX],
                                gsize *out_size);

/* Whether its driver offers a pad of its own for verifying a PIN (PC/SC part 10,
 * FEATURE_VERIFY_PIN_DIRECT), and it isn't known for one that it hasn't. */
gboolean chip_pcsc_has_pad (const ChipPcsc *self);
/* A PIN typed there, and VERIFY's status: the card's, or the pad's own. REFUSED: the pad didn't
 * take the order. */
ChipOutcome chip_pcsc_verify (ChipPcsc *self, guint16 *out_status);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChipPcsc, chip_pcsc_free)

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A contact chip in a reader, whatever carries it: whole commands in, whole answers out. Over USB
 * (CCID) it does what the reader leaves to the host: voltages, a warm reset where EMV wants one,
 * speed (PPS), parameters, T=0 and T=1. Where pcscd owns the reader, it goes through that. All
 * calls block; one thread at a time.
 */
#pragma once

#include "chip-atr.h"
#include "chip-line.h"
#include "chip-pin.h"
#include "device-list.h"

G_BEGIN_DECLS

typedef struct _ChipReader ChipReader;

/* DEVICE_ERROR_BUSY where another program has it and PC/SC doesn't either. */
ChipReader *chip_reader_open (UsbBus *bus, const DeviceEntry *entry, GError **error);
/* Powers off first. */
void chip_reader_free (ChipReader *self);
#define CHIP_READER_WAY_USB "usb"
#define CHIP_READER_WAY_PCSC "pcsc"

/* One of these. */
const char *chip_reader_way (const ChipReader *self);
/* Which one it is, for what is remembered about it: "076b:3031 usb SERIAL", with bus and port where
 * the device has no serial of its own. Of one line, without control characters. */
const char *chip_reader_identity (const ChipReader *self);
/* What that would be of this one, were it opened in this way. Yours. */
char *chip_reader_name (const DeviceEntry *entry, const char *way);
/* Announces a pad that can verify a PIN. Whether it is used is the manager's decision. */
gboolean chip_reader_has_pad (const ChipReader *self);

/* Until there is a card in any slot (that slot is used from then on), the deadline
 * (g_get_monotonic_time) or the cancellable, which is looked at four times a second. */
ChipOutcome chip_reader_wait_card (ChipReader *self, gint64 deadline_us, GCancellable *cancellable);
/* Likewise, until there is none. */
ChipOutcome
chip_reader_wait_removal (ChipReader *self, gint64 deadline_us, GCancellable *cancellable);
/* Cold, then once warm where the first answer isn't a payment card's. REFUSED with an error that
 * says what is wrong with the card; MUTE: put in the wrong way round, or no chip. */
ChipOutcome chip_reader_power_on (ChipReader *self, ChipAtr *out_atr, GError **error);
void chip_reader_power_off (ChipReader *self);
/* `answer`: data and SW1 SW2. REMOVED or MUTE: nothing more can be asked before a reset. */
ChipOutcome chip_reader_transmit (ChipReader *self,
                                  BaseSpan command,
                                  guint8 answer[CHIP_ANSWER_MAX],
                                  gsize *out_size);
/* A plain-text PIN, typed into the reader's pad and sent by it with VERIFY (chip-pin.h). The till
 * never sees it. */
ChipPin chip_reader_verify_pin (ChipReader *self, guint16 *out_status, ChipOutcome *out_outcome);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChipReader, chip_reader_free)

G_END_DECLS

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
#include "device-list.h"

G_BEGIN_DECLS

#define CHIP_PIN_SECONDS 25 /* and a little: less than one USB transfer may take */

typedef enum
{
  CHIP_PIN_SENT,      /* the card has answered */
  CHIP_PIN_TIMED_OUT, /* nobody typed */
  CHIP_PIN_CANCELLED, /* the pad's own key */
  CHIP_PIN_NONE,      /* no pad, or it doesn't work */
} ChipPin;

typedef struct _ChipReader ChipReader;

/* DEVICE_ERROR_BUSY where another program has it and PC/SC doesn't either. */
ChipReader *chip_reader_open (UsbBus *bus, const DeviceEntry *entry, GError **error);
/* Powers off first. */
void chip_reader_free (ChipReader *self);
/* "usb" or "pcsc". */
const char *chip_reader_way (const ChipReader *self);
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
/* A plain-text PIN (format 2 of ISO 9564), typed into the reader's pad and sent by it with VERIFY
 * (EMV 4.4 Book 3, 6.5.12). The till never sees it. */
ChipPin chip_reader_verify_pin (ChipReader *self, guint16 *out_status, ChipOutcome *out_outcome);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChipReader, chip_reader_free)

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A CCID reader over USB: one message there, its answer back (CCID 1.1, 6). Stale answers are
 * thrown away, requests for more time are granted, reads are as long as the endpoint's packets
 * want. What a chip says isn't looked at here. Claimed while open; every call blocks, bounded by
 * its time; one thread at a time.
 */
#pragma once

#include "ccid-quirk.h"
#include "chip-atr.h"
#include "chip-line.h"
#include "device-list.h"

G_BEGIN_DECLS

typedef struct _CcidReader CcidReader;

/* DEVICE_ERROR_BUSY where another program (pcscd) has it; …_REFUSED for one that can't be used. */
CcidReader *ccid_reader_open (UsbBus *bus, const DeviceEntry *entry, GError **error);
void ccid_reader_free (CcidReader *self);
const CcidDescriptor *ccid_reader_descriptor (const CcidReader *self);

/* Which slot the next calls are about, 0 …; 0 at first. */
void ccid_reader_use_slot (CcidReader *self, guint slot);
ChipOutcome ccid_reader_status (CcidReader *self, gboolean *out_present);
/* Waits for a message on the interrupt endpoint, at most so long; TIMED_OUT also at once where
 * there is no such endpoint. */
ChipOutcome ccid_reader_wait_change (CcidReader *self, guint timeout_ms);

/* `voltage`: 0 as the reader likes, 1 5 V, 2 3 V, 3 1.8 V. Powering on again without power_off is a
 * warm reset. `atr` has CHIP_ATR_MAX bytes. */
ChipOutcome ccid_reader_power_on (CcidReader *self, guint8 voltage, guint8 *atr, gsize *out_size);
ChipOutcome ccid_reader_power_off (CcidReader *self);
/* The protocol data of PC_to_RDR_SetParameters: five bytes of T=0, seven of T=1. */
ChipOutcome ccid_reader_set_parameters (CcidReader *self, guint8 protocol, BaseSpan data);
/* One XfrBlock. `level`: wLevelParameter; *out_chain: bChainParameter of the answer. */
ChipOutcome ccid_reader_transfer (CcidReader *self,
                                  BaseSpan data,
                                  guint8 waits,
                                  guint16 level,
                                  guint timeout_ms,
                                  BaseWriter *answer,
                                  guint8 *out_chain);
/* PC_to_RDR_Secure with its data block; the answer is the chip's (or PIN timeout, cancel: see
 * ccid_reader_error). */
ChipOutcome
ccid_reader_secure (CcidReader *self, BaseSpan data, guint timeout_ms, BaseWriter *answer);
/* bError of the last message that failed; 0. */
guint8 ccid_reader_error (const CcidReader *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CcidReader, ccid_reader_free)

G_END_DECLS

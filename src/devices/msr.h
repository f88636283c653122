/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Encrypting stripe readers: MagTek MagneSafe V5 and ID TECH SecureMag. The payment's thread opens
 * one, and reads a swipe while the payment waits: only then is the reader claimed, and a card that
 * was swiped before is thrown away. The bytes that the reader encrypted and its KSN go on
 * untouched; the till has no key to them. A reader that sends clear tracks is refused. Of the
 * masked track only the first six and last four digits of the card number are kept, and whether the
 * card has a chip, where the reader lets that be seen.
 */
#pragma once

#include "base-secret.h"
#include "device-list.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define MSR_TRACKS 3
#define MSR_KSN_SIZE 10     /* of TDES DUKPT */
#define MSR_KSN_SIZE_AES 12 /* of AES DUKPT */
#define MSR_TRACK_SIZE_MAX 512
#define MSR_FRAME_SIZE_MAX 4096
#define MSR_SERIAL_MAX 32
#define MSR_PAN_MAX 19

typedef enum
{
  MSR_SWIPED,
  MSR_BAD_READ, /* a card passed, but no track of it can be used: ask for another swipe */
  MSR_TIMED_OUT,
  MSR_CANCELLED,
  MSR_REFUSED, /* the reader sends clear tracks: `error` says so (DEVICE_ERROR_REFUSED) */
  MSR_GONE,    /* unplugged */
  MSR_FAULT,   /* `error` says what */
} MsrOutcome;

typedef enum
{
  MSR_LAYOUT_TRACKS, /* each track is encrypted by itself: tracks[0 … 2] */
  MSR_LAYOUT_JOINED, /* tracks 1 and 2 are one block: tracks[0] holds it (ID TECH's original form)
                      */
} MsrLayout;

/* What the service code says (ISO/IEC 7813: its first digit is 2 or 6 where there is a chip). */
typedef enum
{
  MSR_CHIP_UNKNOWN, /* masked, as readers come from the factory, or no such code */
  MSR_CHIP_NONE,
  MSR_CHIP_THERE,
} MsrChip;

typedef struct
{
  /* Which key opens the bytes, and with which cipher: of TDES DUKPT "magtek" (PIN variant),
   * "idtech" (data key) or "idtech-aes" (that data key, taken for one of AES), of AES DUKPT
   * "idtech-aes-dukpt". */
  const char *format;
  MsrLayout layout;
  guint8 ksn[MSR_KSN_SIZE_AES];
  gsize ksn_size;
  BaseSecret *tracks[MSR_TRACKS];   /* ciphertext; NULL where the card has none */
  gboolean decoded[MSR_TRACKS];     /* the reader could read this track */
  guint clear_sizes[MSR_TRACKS];    /* length of the track before padding */
  char masked_pan[MSR_PAN_MAX + 1]; /* "476173******0119"; empty when the reader doesn't tell */
  MsrChip chip;
  char serial[MSR_SERIAL_MAX + 1]; /* of the reader; may be empty */
} MsrSwipe;

void msr_swipe_free (MsrSwipe *self);
/* The block that goes to the acquirer: the joined one, else track 2, else track 1. Empty when there
 * is none. */
BaseSpan msr_swipe_ciphertext (const MsrSwipe *self);

typedef struct _Msr Msr;

/* Does not claim the reader. */
Msr *msr_open (UsbBus *bus, const DeviceEntry *entry, GError **error);
void msr_free (Msr *self);
/* Blocks until a card, the deadline (g_get_monotonic_time) or the cancellable, which is looked at
 * four times a second. */
MsrOutcome msr_read_swipe (Msr *self,
                           gint64 deadline_us,
                           GCancellable *cancellable,
                           MsrSwipe **out_swipe,
                           GError **error);
const char *msr_outcome_word (MsrOutcome outcome);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Msr, msr_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MsrSwipe, msr_swipe_free)

G_END_DECLS

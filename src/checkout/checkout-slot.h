/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The chip reader between two payments: whether the card of the one before is still in it, which
 * the next one must not be charged to. From a payment's end on a thread of its own looks until the
 * card leaves, with the reader claimed, or until the next payment wants the reader; a card that is
 * put in after that was put in for the next payment. What isn't seen to leave, as when the reader
 * was unplugged, has not left. Nothing of it outlives the program: after its start whatever card is
 * in counts as new. All zero is a slot that nobody has used; one thread at a time, the payment's.
 */
#pragma once

#include "chip-reader.h"

G_BEGIN_DECLS

typedef struct
{
  gboolean taken; /* the last payment's card hasn't been seen to leave */
  GThread *watch; /* NULL: nobody looks */
  GCancellable *stop;
} CheckoutSlot;

/* A payment has ended that asked the card in this reader; the reader is the slot's from now on. */
void checkout_slot_leave (CheckoutSlot *self, ChipReader *reader);
/* The reader can be opened again. Whether the last payment's card may be in it; it waits for that
 * at most a quarter of a second. */
gboolean checkout_slot_stop (CheckoutSlot *self);
/* It was seen to be empty. */
void checkout_slot_forget (CheckoutSlot *self);
/* At the end, before the USB bus is freed. */
void checkout_slot_clear (CheckoutSlot *self);

G_END_DECLS

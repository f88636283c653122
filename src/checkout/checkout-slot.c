/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "checkout-slot.h"

typedef struct
{
  ChipReader *reader;
  GCancellable *stop;
} Watch;

static gpointer
watch_slot (gpointer data)
{
  Watch *watch = data;
  ChipOutcome outcome = chip_reader_wait_removal (watch->reader, G_MAXINT64, watch->stop);

  chip_reader_free (watch->reader);
  g_object_unref (watch->stop);
  g_free (watch);
  return GINT_TO_POINTER (outcome);
}

void
checkout_slot_leave (CheckoutSlot *self, ChipReader *reader)
{
  Watch *watch = g_new0 (Watch, 1);

  (void)checkout_slot_stop (self);
  chip_reader_power_off (reader);
  self->taken = TRUE;
  self->stop = g_cancellable_new ();
  *watch = (Watch){ reader, g_object_ref (self->stop) };
  self->watch = g_thread_new ("till-slot", watch_slot, watch);
}

gboolean
checkout_slot_stop (CheckoutSlot *self)
{
  if (self->watch == NULL)
    return self->taken;
  g_cancellable_cancel (self->stop);
  if (GPOINTER_TO_INT (g_thread_join (g_steal_pointer (&self->watch))) == CHIP_DONE)
    self->taken = FALSE;
  g_clear_object (&self->stop);
  return self->taken;
}

void
checkout_slot_forget (CheckoutSlot *self)
{
  self->taken = FALSE;
}

void
checkout_slot_clear (CheckoutSlot *self)
{
  (void)checkout_slot_stop (self);
  checkout_slot_forget (self);
}

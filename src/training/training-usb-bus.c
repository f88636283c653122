/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "training-usb-bus.h"

struct _TrainingUsbBus
{
  GMutex lock;
  GCond changed;
  guint counter;
  guint device_count;
  TrainingDevice *devices[TRAINING_USB_BUS_DEVICES_MAX];
  UsbBus *bus;
  GThread *ticker;
  gboolean stopping;
};

typedef struct
{
  TrainingDevice *device;
  guint8 address; /* of the plugging-in that it was opened for */
  gboolean claimed;
} Port;

/* Gone also when it was pulled out and put back meanwhile. */
static gboolean
is_gone (const Port *port)
{
  return !training_device_is_plugged (port->device)
         || training_device_address (port->device) != port->address;
}

static UsbOutcome
outcome_for (TrainingTransfer transfer)
{
  switch (transfer)
    {
    case TRAINING_TRANSFER_DONE:
      return USB_OUTCOME_DONE;
    case TRAINING_TRANSFER_WAIT:
      return USB_OUTCOME_TIMEOUT;
    case TRAINING_TRANSFER_STALL:
      return USB_OUTCOME_STALL;
    }
  g_assert_not_reached ();
}

static UsbOutcome
claim_interface (gpointer ctx, guint8 interface)
{
  Port *port = ctx;
  UsbOutcome outcome;

  training_device_lock (port->device);
  outcome = is_gone (port) ? USB_OUTCOME_GONE : training_device_claim (port->device);
  port->claimed = outcome == USB_OUTCOME_DONE;
  training_device_unlock (port->device);
  return outcome;
}

static void
release_interface (gpointer ctx, guint8 interface)
{
  Port *port = ctx;

  training_device_lock (port->device);
  if (port->claimed && !is_gone (port))
    training_device_release (port->device);
  port->claimed = FALSE;
  training_device_unlock (port->device);
}

static UsbOutcome
do_control (gpointer ctx, const UsbSetup *setup, UsbBuffer *buffer, guint timeout_ms)
{
  Port *port = ctx;
  UsbOutcome outcome;

  training_device_lock (port->device);
  outcome = is_gone (port) ? USB_OUTCOME_GONE
                           : outcome_for (training_device_control (port->device, setup, buffer));
  training_device_unlock (port->device);
  return outcome;
}

/* FALSE when the time is over. */
static gboolean
wait_a_tick (TrainingDevice *device, gint64 end_us)
{
  gint64 now_us = g_get_monotonic_time ();

  if (now_us >= end_us)
    return FALSE;
  training_device_wait (device, MIN (end_us, now_us + TRAINING_TICK_MS * 1000));
  training_device_tick (device);
  return TRUE;
}

static UsbOutcome
do_write (gpointer ctx, guint8 endpoint, BaseSpan data, guint timeout_ms, gsize *out_written)
{
  Port *port = ctx;
  gint64 end_us = g_get_monotonic_time () + (gint64)timeout_ms * 1000;
  TrainingTransfer transfer = TRAINING_TRANSFER_WAIT;
  UsbOutcome outcome;

  training_device_lock (port->device);
  do
    {
      gsize taken = 0;

      if (is_gone (port))
        break;
      transfer = training_device_out (
          port->device, endpoint, BASE_SPAN (data.data + *out_written, data.size - *out_written),
          &taken);
      *out_written += taken;
    }
  while (transfer == TRAINING_TRANSFER_WAIT && wait_a_tick (port->device, end_us));
  outcome = is_gone (port) ? USB_OUTCOME_GONE : outcome_for (transfer);
  training_device_unlock (port->device);
  return outcome;
}

static UsbOutcome
do_read (gpointer ctx, guint8 endpoint, UsbBuffer *buffer, guint timeout_ms)
{
  Port *port = ctx;
  gint64 end_us = g_get_monotonic_time () + (gint64)timeout_ms * 1000;
  TrainingTransfer transfer = TRAINING_TRANSFER_WAIT;
  UsbOutcome outcome;

  training_device_lock (port->device);
  do
    {
      if (is_gone (port))
        break;
      transfer = training_device_in (port->device, endpoint, buffer);
    }
  while (transfer == TRAINING_TRANSFER_WAIT && wait_a_tick (port->device, end_us));
  if (transfer == TRAINING_TRANSFER_WAIT)
    training_device_in_ended (port->device, endpoint);
  outcome = is_gone (port) ? USB_OUTCOME_GONE : outcome_for (transfer);
  training_device_unlock (port->device);
  return outcome;
}

static UsbOutcome
clear_halt (gpointer ctx, guint8 endpoint)
{
  Port *port = ctx;
  UsbOutcome outcome = USB_OUTCOME_GONE;

  training_device_lock (port->device);
  if (!is_gone (port))
    {
      training_device_set_stalled (port->device, endpoint, FALSE);
      outcome = USB_OUTCOME_DONE;
    }
  training_device_unlock (port->device);
  return outcome;
}

static void
close_port (gpointer ctx)
{
  Port *port = ctx;

  release_interface (port, 0);
  g_free (port);
}

static const UsbPortOps port_ops = { .claim = claim_interface,
                                     .release = release_interface,
                                     .control = do_control,
                                     .write = do_write,
                                     .read = do_read,
                                     .clear_halt = clear_halt,
                                     .close = close_port };

static GPtrArray *
list_devices (gpointer ctx, GError **error)
{
  TrainingUsbBus *self = ctx;
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify)usb_device_unref);

  for (guint i = 0; i < self->device_count; i++)
    {
      training_device_lock (self->devices[i]);
      if (training_device_is_plugged (self->devices[i]))
        g_ptr_array_add (list, training_device_info (self->devices[i]));
      training_device_unlock (self->devices[i]);
    }
  return list;
}

static UsbPort *
open_device (gpointer ctx, const UsbDevice *device, UsbOutcome *out_outcome)
{
  TrainingUsbBus *self = ctx;
  Port *port = NULL;

  for (guint i = 0; i < self->device_count && port == NULL; i++)
    {
      training_device_lock (self->devices[i]);
      g_autoptr (UsbDevice) info = training_device_info (self->devices[i]);
      if (training_device_is_plugged (self->devices[i]) && g_strcmp0 (info->path, device->path) == 0
          && info->address == device->address)
        {
          port = g_new0 (Port, 1);
          port->device = self->devices[i];
          port->address = device->address;
        }
      training_device_unlock (self->devices[i]);
    }
  *out_outcome = port != NULL ? USB_OUTCOME_DONE : USB_OUTCOME_GONE;
  return port != NULL ? usb_port_new (&port_ops, port) : NULL;
}

static guint
wait_for_change (gpointer ctx, guint seen, guint timeout_ms)
{
  TrainingUsbBus *self = ctx;
  gint64 end_us = g_get_monotonic_time () + (gint64)timeout_ms * 1000;
  guint counter;

  g_mutex_lock (&self->lock);
  while (self->counter == seen && g_cond_wait_until (&self->changed, &self->lock, end_us))
    continue;
  counter = self->counter;
  g_mutex_unlock (&self->lock);
  return counter;
}

static void
count_change (gpointer ctx)
{
  TrainingUsbBus *self = ctx;

  g_mutex_lock (&self->lock);
  self->counter++;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

static void
keep_bus (gpointer ctx)
{
  /* The training bus owns itself. */
}

static const UsbBusOps bus_ops = { .list = list_devices,
                                   .open = open_device,
                                   .wait = wait_for_change,
                                   .wake = count_change,
                                   .free = keep_bus };

static gpointer
give_time (gpointer data)
{
  TrainingUsbBus *self = data;

  g_mutex_lock (&self->lock);
  while (!self->stopping)
    {
      guint count = self->device_count;

      g_mutex_unlock (&self->lock);
      for (guint i = 0; i < count; i++)
        {
          training_device_lock (self->devices[i]);
          training_device_tick (self->devices[i]);
          training_device_unlock (self->devices[i]);
        }
      g_mutex_lock (&self->lock);
      if (!self->stopping)
        g_cond_wait_until (&self->changed, &self->lock,
                           g_get_monotonic_time () + 5 * TRAINING_TICK_MS * 1000);
    }
  g_mutex_unlock (&self->lock);
  return NULL;
}

TrainingUsbBus *
training_usb_bus_new (void)
{
  TrainingUsbBus *self = g_new0 (TrainingUsbBus, 1);

  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  self->bus = usb_bus_new (&bus_ops, self);
  self->ticker = g_thread_new ("training", give_time, self);
  return self;
}

void
training_usb_bus_free (TrainingUsbBus *self)
{
  if (self == NULL)
    return;
  g_mutex_lock (&self->lock);
  self->stopping = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  g_thread_join (self->ticker);
  usb_bus_free (self->bus);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  g_free (self);
}

void
training_usb_bus_add (TrainingUsbBus *self, TrainingDevice *device)
{
  g_mutex_lock (&self->lock);
  g_assert (self->device_count < TRAINING_USB_BUS_DEVICES_MAX);
  self->devices[self->device_count++] = device;
  g_mutex_unlock (&self->lock);
}

void
training_usb_bus_plug (TrainingUsbBus *self, TrainingDevice *device, gboolean plugged)
{
  training_device_lock (device);
  training_device_set_plugged (device, plugged);
  training_device_unlock (device);
  count_change (self);
}

UsbBus *
training_usb_bus_bus (TrainingUsbBus *self)
{
  return self->bus;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "training-device.h"

#include <string.h>

#define CLASS_HID 3
#define DEVICE_DESCRIPTOR_SIZE 18
#define STRING_MAKER 1
#define STRING_MODEL 2
#define STRING_SERIAL 3
#define GET_DESCRIPTOR 0x06
#define SET_IDLE 0x0A
#define ADDRESSES 50 /* that one device goes through before it begins again */

struct _TrainingDevice
{
  GMutex lock;
  GCond changed;
  UsbDevice *info;
  BaseSpan report;
  const TrainingModelOps *ops;
  gpointer model;
  TrainingDeviceListener listener;
  gpointer listener_data;
  guint8 address;
  gboolean plugged;
  gboolean claimed;
  gboolean busy;
  gboolean extra_last;
  guint32 stalled; /* a bit for each endpoint: OUT below, IN above */
  guint32 hung;
};

TrainingDevice *
training_device_new (UsbDevice *info, BaseSpan report, const TrainingModelOps *ops, gpointer model)
{
  TrainingDevice *self = g_new0 (TrainingDevice, 1);

  g_assert (info->interface_count > 0);
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  self->info = usb_device_ref (info);
  self->report = report;
  self->ops = ops;
  self->model = model;
  self->address = info->address;
  return self;
}

void
training_device_free (TrainingDevice *self)
{
  if (self == NULL)
    return;
  usb_device_unref (self->info);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  g_free (self);
}

void
training_device_lock (TrainingDevice *self)
{
  g_mutex_lock (&self->lock);
}

void
training_device_unlock (TrainingDevice *self)
{
  g_mutex_unlock (&self->lock);
}

void
training_device_changed (TrainingDevice *self)
{
  g_cond_broadcast (&self->changed);
  if (self->listener != NULL)
    self->listener (self, self->listener_data);
}

void
training_device_set_listener (TrainingDevice *self, TrainingDeviceListener listener, gpointer data)
{
  self->listener = listener;
  self->listener_data = data;
}

void
training_device_wait (TrainingDevice *self, gint64 until_us)
{
  g_cond_wait_until (&self->changed, &self->lock, until_us);
}

void
training_device_tick (TrainingDevice *self)
{
  if (self->ops->tick != NULL && self->plugged)
    self->ops->tick (self->model, g_get_monotonic_time ());
}

UsbDevice *
training_device_info (TrainingDevice *self)
{
  UsbDevice *copy = usb_device_new (self->info->path);

  copy->vendor = self->info->vendor;
  copy->product = self->info->product;
  copy->release = self->info->release;
  copy->configuration = 1;
  copy->bus = self->info->bus;
  copy->address = self->address;
  copy->serial = g_strdup (self->info->serial);
  copy->maker = g_strdup (self->info->maker);
  copy->model = g_strdup (self->info->model);
  copy->access = USB_OUTCOME_DONE;
  copy->interface_count = self->info->interface_count;
  for (guint i = 0; i < copy->interface_count; i++)
    copy->interfaces[i] = self->info->interfaces[i];
  return copy;
}

guint8
training_device_address (const TrainingDevice *self)
{
  return self->address;
}

gboolean
training_device_is_plugged (const TrainingDevice *self)
{
  return self->plugged;
}

void
training_device_release (TrainingDevice *self)
{
  if (!self->claimed)
    return;
  self->claimed = FALSE;
  if (self->ops->claimed != NULL)
    self->ops->claimed (self->model, FALSE);
}

void
training_device_set_plugged (TrainingDevice *self, gboolean plugged)
{
  if (self->plugged == plugged)
    return;
  if (plugged)
    self->address = self->address == self->info->address + ADDRESSES ? self->info->address
                                                                     : self->address + 1;
  else
    {
      training_device_release (self);
      if (self->ops->unplugged != NULL)
        self->ops->unplugged (self->model);
    }
  self->plugged = plugged;
  training_device_changed (self);
}

gboolean
training_device_is_claimed (const TrainingDevice *self)
{
  return self->claimed;
}

UsbOutcome
training_device_claim (TrainingDevice *self)
{
  if (!self->plugged)
    return USB_OUTCOME_GONE;
  if (self->busy || self->claimed)
    return USB_OUTCOME_BUSY;
  self->claimed = TRUE;
  if (self->ops->claimed != NULL)
    self->ops->claimed (self->model, TRUE);
  return USB_OUTCOME_DONE;
}

static guint32
endpoint_bit (guint8 endpoint)
{
  return (guint32)1 << ((endpoint & 0x0F) + (endpoint & 0x80 ? 16 : 0));
}

void
training_device_set_busy (TrainingDevice *self, gboolean busy)
{
  self->busy = busy;
}

void
training_device_set_extra_last (TrainingDevice *self, gboolean last)
{
  self->extra_last = last;
}

void
training_device_set_stalled (TrainingDevice *self, guint8 endpoint, gboolean stalled)
{
  self->stalled = stalled ? self->stalled | endpoint_bit (endpoint)
                          : self->stalled & ~endpoint_bit (endpoint);
  training_device_changed (self);
}

void
training_device_set_hung (TrainingDevice *self, guint8 endpoint, gboolean hung)
{
  self->hung = hung ? self->hung | endpoint_bit (endpoint) : self->hung & ~endpoint_bit (endpoint);
  training_device_changed (self);
}

/* DONE: the fault switches let it through. */
static TrainingTransfer
check_faults (const TrainingDevice *self, guint8 endpoint)
{
  if (self->stalled & endpoint_bit (endpoint))
    return TRAINING_TRANSFER_STALL;
  return self->hung & endpoint_bit (endpoint) ? TRAINING_TRANSFER_WAIT : TRAINING_TRANSFER_DONE;
}

TrainingTransfer
training_device_out (TrainingDevice *self, guint8 endpoint, BaseSpan data, gsize *out_taken)
{
  TrainingTransfer fault = check_faults (self, endpoint);

  *out_taken = 0;
  if (fault != TRAINING_TRANSFER_DONE)
    return fault;
  return self->ops->out != NULL ? self->ops->out (self->model, data, out_taken)
                                : TRAINING_TRANSFER_STALL;
}

TrainingTransfer
training_device_in (TrainingDevice *self, guint8 endpoint, UsbBuffer *buffer)
{
  TrainingTransfer fault = check_faults (self, endpoint);

  buffer->filled = 0;
  return fault != TRAINING_TRANSFER_DONE ? fault : self->ops->in (self->model, endpoint, buffer);
}

void
training_device_in_ended (TrainingDevice *self, guint8 endpoint)
{
  if (self->ops->in_ended != NULL)
    self->ops->in_ended (self->model, endpoint);
}

static void
write_interface (const TrainingDevice *self, const UsbInterface *interface, BaseWriter *writer)
{
  const guint8 head[] = { 9,
                          4,
                          interface->number,
                          interface->alternate,
                          (guint8)interface->endpoint_count,
                          interface->class_code,
                          interface->subclass,
                          interface->protocol,
                          0 };

  base_writer_put (writer, BASE_SPAN (head, sizeof head));
  if (interface->class_code == CLASS_HID)
    {
      base_writer_put (writer, BASE_SPAN ("\x09\x21\x11\x01\x00\x01\x22", 7));
      base_writer_u16le (writer, (guint16)self->report.size);
    }
  if (!self->extra_last)
    base_writer_put (writer, BASE_SPAN (interface->extra, interface->extra_size));
  for (guint i = 0; i < interface->endpoint_count; i++)
    {
      const UsbEndpoint *endpoint = &interface->endpoints[i];

      base_writer_put (writer, BASE_SPAN ("\x07\x05", 2));
      base_writer_u8 (writer, endpoint->address);
      base_writer_u8 (writer, endpoint->attributes);
      base_writer_u16le (writer, endpoint->packet_size);
      base_writer_u8 (writer, (endpoint->attributes & 3) == 3 ? 1 : 0);
    }
  if (self->extra_last)
    base_writer_put (writer, BASE_SPAN (interface->extra, interface->extra_size));
}

static void
write_device (const TrainingDevice *self, BaseWriter *writer)
{
  base_writer_put (writer, BASE_SPAN ("\x12\x01\x00\x02\x00\x00\x00\x40", 8));
  base_writer_u16le (writer, self->info->vendor);
  base_writer_u16le (writer, self->info->product);
  base_writer_u16le (writer, self->info->release);
  base_writer_u8 (writer, self->info->maker != NULL ? STRING_MAKER : 0);
  base_writer_u8 (writer, self->info->model != NULL ? STRING_MODEL : 0);
  base_writer_u8 (writer, self->info->serial != NULL ? STRING_SERIAL : 0);
  base_writer_u8 (writer, 1);
}

static GBytes *
make_configuration (const TrainingDevice *self)
{
  g_auto (BaseWriter) body = { 0 };
  BaseWriter writer;

  base_writer_init (&body, TRAINING_DESCRIPTOR_MAX);
  for (guint i = 0; i < self->info->interface_count; i++)
    write_interface (self, &self->info->interfaces[i], &body);
  base_writer_init (&writer, TRAINING_DESCRIPTOR_MAX);
  base_writer_put (&writer, BASE_SPAN ("\x09\x02", 2));
  base_writer_u16le (&writer, (guint16)(9 + base_writer_span (&body).size));
  base_writer_u8 (&writer, (guint8)self->info->interface_count);
  base_writer_put (&writer, BASE_SPAN ("\x01\x00\x80\x32", 4));
  base_writer_put (&writer, base_writer_span (&body));
  return base_writer_steal (&writer);
}

GBytes *
training_device_descriptors (const TrainingDevice *self)
{
  g_autoptr (GBytes) configuration = make_configuration (self);
  BaseWriter writer;

  base_writer_init (&writer, TRAINING_DESCRIPTOR_MAX);
  write_device (self, &writer);
  base_writer_put (&writer, base_bytes_span (configuration));
  return base_writer_steal (&writer);
}

static TrainingTransfer
answer (UsbBuffer *buffer, BaseSpan data)
{
  buffer->filled = MIN (buffer->size, data.size);
  for (gsize i = 0; i < buffer->filled; i++)
    buffer->bytes[i] = data.data[i];
  return TRAINING_TRANSFER_DONE;
}

static TrainingTransfer
answer_string (const TrainingDevice *self, guint8 index, UsbBuffer *buffer)
{
  const char *texts[] = { NULL, self->info->maker, self->info->model, self->info->serial };
  const char *text = index < G_N_ELEMENTS (texts) ? texts[index] : NULL;
  g_auto (BaseWriter) writer = { 0 };

  base_writer_init (&writer, TRAINING_DESCRIPTOR_MAX);
  if (index == 0)
    base_writer_put (&writer, BASE_SPAN ("\x04\x03\x09\x04", 4));
  else if (text != NULL)
    {
      gsize size = MIN (strlen (text), USB_TEXT_MAX);

      base_writer_u8 (&writer, (guint8)(2 + 2 * size));
      base_writer_u8 (&writer, 0x03);
      for (gsize i = 0; i < size; i++)
        base_writer_u16le (&writer, (guint8)text[i]);
    }
  else
    return TRAINING_TRANSFER_STALL;
  return answer (buffer, base_writer_span (&writer));
}

static TrainingTransfer
answer_descriptor (const TrainingDevice *self, const UsbSetup *setup, UsbBuffer *buffer)
{
  g_autoptr (GBytes) bytes = NULL;

  switch (setup->value >> 8)
    {
    case 0x01:
      bytes = training_device_descriptors (self);
      return answer (buffer, BASE_SPAN (base_bytes_span (bytes).data, DEVICE_DESCRIPTOR_SIZE));
    case 0x02:
      bytes = make_configuration (self);
      return answer (buffer, base_bytes_span (bytes));
    case 0x03:
      return answer_string (self, (guint8)setup->value, buffer);
    case 0x22:
      return self->report.size > 0 ? answer (buffer, self->report) : TRAINING_TRANSFER_STALL;
    default:
      return TRAINING_TRANSFER_STALL;
    }
}

TrainingTransfer
training_device_control (TrainingDevice *self, const UsbSetup *setup, UsbBuffer *buffer)
{
  buffer->filled = 0;
  if ((setup->request_type & 0x60) == 0 && setup->request == GET_DESCRIPTOR)
    return answer_descriptor (self, setup, buffer);
  if (setup->request_type == 0x21 && setup->request == SET_IDLE)
    return TRAINING_TRANSFER_DONE;
  return self->ops->control != NULL ? self->ops->control (self->model, setup, buffer)
                                    : TRAINING_TRANSFER_STALL;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "usb-port.h"

#include "base-check.h"

UsbDevice *
usb_device_new (const char *path)
{
  UsbDevice *self = g_new0 (UsbDevice, 1);

  self->ref_count = 1;
  self->path = g_strdup (path);
  return self;
}

UsbDevice *
usb_device_ref (UsbDevice *self)
{
  g_atomic_int_inc (&self->ref_count);
  return self;
}

void
usb_device_unref (UsbDevice *self)
{
  if (self == NULL || !g_atomic_int_dec_and_test (&self->ref_count))
    return;
  g_free (self->path);
  g_free (self->serial);
  g_free (self->maker);
  g_free (self->model);
  g_free (self);
}

const UsbInterface *
usb_device_find_interface (const UsbDevice *self, guint8 class_code, int subclass)
{
  for (guint i = 0; i < self->interface_count; i++)
    {
      const UsbInterface *interface = &self->interfaces[i];

      if (interface->class_code == class_code && (subclass < 0 || interface->subclass == subclass))
        return interface;
    }
  return NULL;
}

void
usb_interface_add_extra (UsbInterface *self, BaseSpan bytes)
{
  for (gsize i = 0; i < bytes.size && self->extra_size < USB_EXTRA_MAX; i++)
    self->extra[self->extra_size++] = bytes.data[i];
}

const UsbEndpoint *
usb_interface_find_endpoint (const UsbInterface *self, guint8 type, gboolean in)
{
  for (guint i = 0; i < self->endpoint_count; i++)
    {
      const UsbEndpoint *endpoint = &self->endpoints[i];

      if ((endpoint->attributes & 3) == type && ((endpoint->address & 0x80) != 0) == in)
        return endpoint;
    }
  return NULL;
}

UsbPort *
usb_port_new (const UsbPortOps *ops, gpointer ctx)
{
  UsbPort *self = g_new0 (UsbPort, 1);

  g_assert (ops != NULL);
  self->ops = ops;
  self->ctx = ctx;
  return self;
}

UsbOutcome
usb_port_claim (UsbPort *self, guint8 interface)
{
  base_check_may_block ();
  return self->ops->claim (self->ctx, interface);
}

void
usb_port_release (UsbPort *self, guint8 interface)
{
  self->ops->release (self->ctx, interface);
}

UsbOutcome
usb_port_control (UsbPort *self, const UsbSetup *setup, UsbBuffer *buffer, guint timeout_ms)
{
  g_assert (timeout_ms > 0 && timeout_ms <= USB_TIMEOUT_MAX_MS);
  g_assert (buffer->size <= G_MAXUINT16);
  base_check_may_block ();
  buffer->filled = 0;
  return self->ops->control (self->ctx, setup, buffer, timeout_ms);
}

UsbOutcome
usb_port_write (UsbPort *self, guint8 endpoint, BaseSpan data, guint timeout_ms, gsize *out_written)
{
  g_assert (timeout_ms > 0 && timeout_ms <= USB_TIMEOUT_MAX_MS);
  base_check_may_block ();
  *out_written = 0;
  return data.size == 0 ? USB_OUTCOME_DONE
                        : self->ops->write (self->ctx, endpoint, data, timeout_ms, out_written);
}

UsbOutcome
usb_port_read (UsbPort *self, guint8 endpoint, UsbBuffer *buffer, guint timeout_ms)
{
  g_assert (timeout_ms > 0 && timeout_ms <= USB_TIMEOUT_MAX_MS);
  g_assert (buffer->size > 0);
  base_check_may_block ();
  buffer->filled = 0;
  return self->ops->read (self->ctx, endpoint, buffer, timeout_ms);
}

UsbOutcome
usb_port_clear_halt (UsbPort *self, guint8 endpoint)
{
  return self->ops->clear_halt (self->ctx, endpoint);
}

void
usb_port_free (UsbPort *self)
{
  if (self == NULL)
    return;
  self->ops->close (self->ctx);
  g_free (self);
}

UsbBus *
usb_bus_new (const UsbBusOps *ops, gpointer ctx)
{
  UsbBus *self = g_new0 (UsbBus, 1);

  g_assert (ops != NULL);
  self->ops = ops;
  self->ctx = ctx;
  return self;
}

GPtrArray *
usb_bus_list (UsbBus *self, GError **error)
{
  base_check_may_block ();
  return self->ops->list (self->ctx, error);
}

UsbPort *
usb_bus_open (UsbBus *self, const UsbDevice *device, UsbOutcome *out_outcome)
{
  base_check_may_block ();
  return self->ops->open (self->ctx, device, out_outcome);
}

guint
usb_bus_wait (UsbBus *self, guint seen, guint timeout_ms)
{
  base_check_may_block ();
  return self->ops->wait (self->ctx, seen, timeout_ms);
}

void
usb_bus_wake (UsbBus *self)
{
  self->ops->wake (self->ctx);
}

void
usb_bus_free (UsbBus *self)
{
  if (self == NULL)
    return;
  self->ops->free (self->ctx);
  g_free (self);
}

const char *
usb_outcome_word (UsbOutcome outcome)
{
  switch (outcome)
    {
    case USB_OUTCOME_DONE:
      return "done";
    case USB_OUTCOME_TIMEOUT:
      return "timeout";
    case USB_OUTCOME_STALL:
      return "stall";
    case USB_OUTCOME_GONE:
      return "gone";
    case USB_OUTCOME_BUSY:
      return "busy";
    case USB_OUTCOME_ACCESS:
      return "access";
    case USB_OUTCOME_FAULT:
      return "fault";
    }
  g_assert_not_reached ();
}

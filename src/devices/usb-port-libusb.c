/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "usb-port-libusb.h"

#include "device-error.h"

#include "base-number.h"

#include <glib/gi18n.h>
#include <libusb.h>
#include <string.h>

#define RESCAN_MS 1000
#define CLASS_HUB 9
#define ENDPOINT_INTERRUPT 3
#define SYSFS "/sys/bus/usb/devices"
#define SYSFS_ENTRIES_MAX 1024

typedef struct _Bus Bus;

/* A libusb context with the thread that pumps its events. Ports hold a reference, so a bus may take
 * a new one meanwhile. */
typedef struct
{
  gint ref_count;
  libusb_context *usb;
  GThread *pump;
  gint stopping;
} Context;

struct _Bus
{
  GMutex lock;
  GMutex
      listing; /* one list at a time: it fills the cache, and opens devices to read their strings */
  GCond changed;
  guint counter;
  Context *context;
  char *sysfs;       /* what the kernel's list looked like last */
  GHashTable *cache; /* "bus/address/vendor:product" to UsbDevice, so that strings are read once */
};

typedef struct
{
  Context *context;
  libusb_device_handle *handle;
  UsbDevice *device;
} Port;

static UsbOutcome
outcome_for (int code)
{
  switch (code)
    {
    case LIBUSB_SUCCESS:
      return USB_OUTCOME_DONE;
    case LIBUSB_ERROR_TIMEOUT:
      return USB_OUTCOME_TIMEOUT;
    case LIBUSB_ERROR_PIPE:
      return USB_OUTCOME_STALL;
    case LIBUSB_ERROR_NO_DEVICE:
    case LIBUSB_ERROR_NOT_FOUND:
      return USB_OUTCOME_GONE;
    case LIBUSB_ERROR_BUSY:
      return USB_OUTCOME_BUSY;
    case LIBUSB_ERROR_ACCESS:
      return USB_OUTCOME_ACCESS;
    default:
      return USB_OUTCOME_FAULT;
    }
}

static gpointer
pump_events (gpointer data)
{
  Context *context = data;

  while (!g_atomic_int_get (&context->stopping))
    {
      struct timeval timeout = { .tv_sec = 1, .tv_usec = 0 };

      libusb_handle_events_timeout_completed (context->usb, &timeout, &context->stopping);
    }
  return NULL;
}

static void
context_unref (Context *context)
{
  if (context == NULL || !g_atomic_int_dec_and_test (&context->ref_count))
    return;
  g_atomic_int_set (&context->stopping, 1);
  libusb_interrupt_event_handler (context->usb);
  g_thread_join (context->pump);
  libusb_exit (context->usb);
  g_free (context);
}

static void
count_change (Bus *bus)
{
  g_mutex_lock (&bus->lock);
  bus->counter++;
  g_cond_broadcast (&bus->changed);
  g_mutex_unlock (&bus->lock);
}

static int LIBUSB_CALL
on_hotplug_cb (libusb_context *usb, libusb_device *device, libusb_hotplug_event event, void *data)
{
  count_change (data);
  return 0;
}

static Context *
context_new (GError **error)
{
  Context *context = g_new0 (Context, 1);
  int code = libusb_init (&context->usb);

  if (code != LIBUSB_SUCCESS)
    {
      g_set_error (error, DEVICE_ERROR, DEVICE_ERROR_FAULT, _ ("USB can't be used: %s"),
                   libusb_strerror (code));
      g_free (context);
      return NULL;
    }
  context->ref_count = 1;
  context->pump = g_thread_new ("usb", pump_events, context);
  return context;
}

/* Ports of an older context keep it alive, so the bus must not be called from it any more. */
static void
watch_context (Bus *bus, libusb_hotplug_callback_handle *out_handle)
{
  libusb_hotplug_event events
      = LIBUSB_HOTPLUG_EVENT_DEVICE_ARRIVED | LIBUSB_HOTPLUG_EVENT_DEVICE_LEFT;

  *out_handle = 0;
  if (libusb_has_capability (LIBUSB_CAP_HAS_HOTPLUG))
    libusb_hotplug_register_callback (bus->context->usb, events, 0, LIBUSB_HOTPLUG_MATCH_ANY,
                                      LIBUSB_HOTPLUG_MATCH_ANY, LIBUSB_HOTPLUG_MATCH_ANY,
                                      on_hotplug_cb, bus, out_handle);
}

/* ---- the bus ---- */

typedef struct
{
  Bus bus;
  libusb_hotplug_callback_handle hotplug;
} WatchedBus;

static int
compare_text (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static char *
join_sorted (GPtrArray *names)
{
  g_ptr_array_sort (names, compare_text);
  g_ptr_array_add (names, NULL);
  return g_strjoinv (" ", (char **)names->pdata);
}

static gboolean
read_attribute (const char *device, const char *name, guint64 *out_value)
{
  g_autofree char *path = g_build_filename (SYSFS, device, name, NULL);
  g_autofree char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return FALSE;
  return base_number_parse (g_strstrip (text), 10, 0, 255, out_value);
}

/* "1.4 1.5 …" of every device the kernel knows; NULL where /sys is hidden. */
static char *
read_sysfs (void)
{
  g_autoptr (GDir) dir = g_dir_open (SYSFS, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  if (dir == NULL)
    return NULL;
  while (names->len < SYSFS_ENTRIES_MAX && (name = g_dir_read_name (dir)) != NULL)
    {
      guint64 bus, address;

      if (strchr (name, ':') == NULL && read_attribute (name, "busnum", &bus)
          && read_attribute (name, "devnum", &address))
        g_ptr_array_add (names, g_strdup_printf ("%u.%u", (guint)bus, (guint)address));
    }
  return join_sorted (names);
}

static char *
describe_list (libusb_device **devices, gssize count)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  for (gssize i = 0; i < count; i++)
    g_ptr_array_add (names, g_strdup_printf ("%u.%u", libusb_get_bus_number (devices[i]),
                                             libusb_get_device_address (devices[i])));
  return join_sorted (names);
}

static char *
read_path (libusb_device *device)
{
  guint8 ports[8];
  int count = libusb_get_port_numbers (device, ports, sizeof ports);
  GString *path = g_string_new (NULL);

  g_string_printf (path, "%u", libusb_get_bus_number (device));
  for (int i = 0; i < count; i++)
    g_string_append_printf (path, "%c%u", i == 0 ? '-' : '.', ports[i]);
  /* No topology to be seen: the address has to do. */
  if (count <= 0)
    g_string_append_printf (path, "-a%u", libusb_get_device_address (device));
  return g_string_free (path, FALSE);
}

static char *
read_string (libusb_device_handle *handle, guint8 index)
{
  char text[USB_TEXT_MAX + 1] = "";
  int size = index != 0 ? libusb_get_string_descriptor_ascii (handle, index, (unsigned char *)text,
                                                              sizeof text)
                        : 0;
  char *copy;

  if (size <= 0)
    return NULL;
  text[MIN (size, USB_TEXT_MAX)] = '\0';
  copy = g_str_to_ascii (text, "C");
  for (char *c = copy; *c != '\0'; c++)
    if (!g_ascii_isprint (*c))
      *c = '?';
  g_strstrip (copy);
  return copy;
}

static void
read_strings (UsbDevice *device,
              libusb_device *usb,
              const struct libusb_device_descriptor *descriptor)
{
  libusb_device_handle *handle = NULL;
  int code = libusb_open (usb, &handle);

  device->access = outcome_for (code);
  if (code != LIBUSB_SUCCESS)
    return;
  device->serial = read_string (handle, descriptor->iSerialNumber);
  device->maker = read_string (handle, descriptor->iManufacturer);
  device->model = read_string (handle, descriptor->iProduct);
  libusb_close (handle);
}

static void
copy_interface (UsbDevice *device, const struct libusb_interface_descriptor *from)
{
  UsbInterface *to = &device->interfaces[device->interface_count++];

  to->number = from->bInterfaceNumber;
  to->alternate = from->bAlternateSetting;
  to->class_code = from->bInterfaceClass;
  to->subclass = from->bInterfaceSubClass;
  to->protocol = from->bInterfaceProtocol;
  usb_interface_add_extra (to, BASE_SPAN (from->extra, (gsize)MAX (from->extra_length, 0)));
  /* libusb leaves the array out when the descriptors end before it, and the count as the device
   * gave it. */
  for (guint i = 0; from->endpoint != NULL && i < from->bNumEndpoints && i < USB_ENDPOINTS_MAX; i++)
    to->endpoints[to->endpoint_count++]
        = (UsbEndpoint){ .address = from->endpoint[i].bEndpointAddress,
                         .attributes = from->endpoint[i].bmAttributes,
                         .packet_size = from->endpoint[i].wMaxPacketSize & 0x07FF };
  for (guint i = 0; from->endpoint != NULL && i < from->bNumEndpoints; i++)
    usb_interface_add_extra (
        to, BASE_SPAN (from->endpoint[i].extra, (gsize)MAX (from->endpoint[i].extra_length, 0)));
}

/* FALSE for a device whose descriptors libusb can't read: it has no role for us. */
static gboolean
read_interfaces (UsbDevice *device, libusb_device *usb)
{
  struct libusb_config_descriptor *configuration = NULL;

  if (libusb_get_active_config_descriptor (usb, &configuration) != LIBUSB_SUCCESS
      && libusb_get_config_descriptor (usb, 0, &configuration) != LIBUSB_SUCCESS)
    return FALSE;
  device->configuration = configuration->bConfigurationValue;
  for (guint i = 0;
       i < configuration->bNumInterfaces && device->interface_count < USB_INTERFACES_MAX; i++)
    if (configuration->interface[i].num_altsetting > 0
        && configuration->interface[i].altsetting != NULL)
      copy_interface (device, &configuration->interface[i].altsetting[0]);
  libusb_free_config_descriptor (configuration);
  return TRUE;
}

static UsbDevice *
read_device (libusb_device *usb, const struct libusb_device_descriptor *descriptor)
{
  g_autofree char *path = read_path (usb);
  g_autoptr (UsbDevice) device = usb_device_new (path);

  device->vendor = descriptor->idVendor;
  device->product = descriptor->idProduct;
  device->release = descriptor->bcdDevice;
  device->bus = libusb_get_bus_number (usb);
  device->address = libusb_get_device_address (usb);
  if (!read_interfaces (device, usb))
    return NULL;
  read_strings (device, usb, descriptor);
  return g_steal_pointer (&device);
}

static void
add_device (Bus *bus, GHashTable *seen, GPtrArray *list, libusb_device *usb)
{
  struct libusb_device_descriptor descriptor;
  g_autofree char *key = NULL;
  UsbDevice *device;

  if (list->len >= USB_DEVICES_MAX
      || libusb_get_device_descriptor (usb, &descriptor) != LIBUSB_SUCCESS
      || descriptor.bDeviceClass == CLASS_HUB)
    return;
  key = g_strdup_printf ("%u/%u/%04x:%04x", libusb_get_bus_number (usb),
                         libusb_get_device_address (usb), descriptor.idVendor,
                         descriptor.idProduct);
  device = g_hash_table_lookup (bus->cache, key);
  device = device != NULL ? usb_device_ref (device) : read_device (usb, &descriptor);
  if (device == NULL)
    return;
  g_ptr_array_add (list, device);
  if (device->access == USB_OUTCOME_DONE)
    g_hash_table_insert (seen, g_steal_pointer (&key), usb_device_ref (device));
}

static GHashTable *
cache_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)usb_device_unref);
}

/* Reading strings can block, and hotplug callbacks want the lock, so it is held only to take the
 * context. */
static Context *
take_context (Bus *bus)
{
  Context *context;

  g_mutex_lock (&bus->lock);
  context = bus->context;
  g_atomic_int_inc (&context->ref_count);
  g_mutex_unlock (&bus->lock);
  return context;
}

static gboolean
renew_context (WatchedBus *watched, GError **error)
{
  Context *fresh = context_new (error), *old;

  if (fresh == NULL)
    return FALSE;
  if (watched->hotplug != 0)
    libusb_hotplug_deregister_callback (watched->bus.context->usb, watched->hotplug);
  g_mutex_lock (&watched->bus.lock);
  old = watched->bus.context;
  watched->bus.context = fresh;
  g_mutex_unlock (&watched->bus.lock);
  context_unref (old);
  watch_context (&watched->bus, &watched->hotplug);
  return TRUE;
}

/* libusb's own list only follows udev: where udev is silent, a new context looks for itself. */
static gssize
get_list (WatchedBus *watched, Context **out_context, libusb_device ***out_devices, GError **error)
{
  gssize count = 0;

  for (guint try = 0; try < 2; try++)
    {
      g_autofree char *sysfs = read_sysfs ();
      g_autofree char *known = NULL;

      *out_context = take_context (&watched->bus);
      count = libusb_get_device_list ((*out_context)->usb, out_devices);
      if (count < 0)
        *out_devices = NULL;
      known = count >= 0 ? describe_list (*out_devices, count) : NULL;
      if (try > 0 || sysfs == NULL || g_strcmp0 (sysfs, known) == 0)
        break;
      if (*out_devices != NULL)
        libusb_free_device_list (*out_devices, 1);
      context_unref (*out_context);
      if (!renew_context (watched, error))
        return -1;
    }
  if (count < 0)
    {
      g_set_error (error, DEVICE_ERROR, DEVICE_ERROR_FAULT, _ ("USB devices can't be listed: %s"),
                   libusb_strerror ((int)count));
      context_unref (*out_context);
    }
  return count;
}

static GPtrArray *
list_locked (WatchedBus *watched, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify)usb_device_unref);
  libusb_device **devices = NULL;
  GHashTable *seen;
  Context *context = NULL;
  gssize count = get_list (watched, &context, &devices, error);

  if (count < 0)
    return NULL;
  seen = cache_new ();
  for (gssize i = 0; i < count; i++)
    add_device (&watched->bus, seen, list, devices[i]);
  g_hash_table_unref (watched->bus.cache);
  watched->bus.cache = seen;
  libusb_free_device_list (devices, 1);
  context_unref (context);
  return g_steal_pointer (&list);
}

static GPtrArray *
list_devices (gpointer ctx, GError **error)
{
  WatchedBus *watched = ctx;
  GPtrArray *list;

  g_mutex_lock (&watched->bus.listing);
  list = list_locked (watched, error);
  g_mutex_unlock (&watched->bus.listing);
  return list;
}

static guint
wait_for_change (gpointer ctx, guint seen, guint timeout_ms)
{
  Bus *bus = &((WatchedBus *)ctx)->bus;
  gint64 end_us = g_get_monotonic_time () + (gint64)timeout_ms * 1000;
  guint counter;

  g_mutex_lock (&bus->lock);
  while (bus->counter == seen && g_get_monotonic_time () < end_us)
    {
      gint64 slice_us = MIN (end_us, g_get_monotonic_time () + RESCAN_MS * 1000);

      if (g_cond_wait_until (&bus->changed, &bus->lock, slice_us))
        continue;
      g_autofree char *sysfs = read_sysfs ();
      if (g_strcmp0 (sysfs, bus->sysfs) == 0)
        continue;
      g_free (bus->sysfs);
      bus->sysfs = g_steal_pointer (&sysfs);
      bus->counter++;
    }
  counter = bus->counter;
  g_mutex_unlock (&bus->lock);
  return counter;
}

static void
wake_waiting (gpointer ctx)
{
  count_change (&((WatchedBus *)ctx)->bus);
}

static void
free_bus (gpointer ctx)
{
  WatchedBus *watched = ctx;

  if (watched->hotplug != 0)
    libusb_hotplug_deregister_callback (watched->bus.context->usb, watched->hotplug);
  context_unref (watched->bus.context);
  g_hash_table_unref (watched->bus.cache);
  g_free (watched->bus.sysfs);
  g_mutex_clear (&watched->bus.lock);
  g_mutex_clear (&watched->bus.listing);
  g_cond_clear (&watched->bus.changed);
  g_free (watched);
}

/* ---- a port ---- */

static UsbOutcome
claim_interface (gpointer ctx, guint8 interface)
{
  Port *port = ctx;

  return outcome_for (libusb_claim_interface (port->handle, interface));
}

static void
release_interface (gpointer ctx, guint8 interface)
{
  Port *port = ctx;

  libusb_release_interface (port->handle, interface);
}

static UsbOutcome
do_control (gpointer ctx, const UsbSetup *setup, UsbBuffer *buffer, guint timeout_ms)
{
  Port *port = ctx;
  int code
      = libusb_control_transfer (port->handle, setup->request_type, setup->request, setup->value,
                                 setup->index, buffer->bytes, (guint16)buffer->size, timeout_ms);

  buffer->filled = code > 0 ? MIN ((gsize)code, buffer->size) : 0;
  return outcome_for (MIN (code, 0));
}

static gboolean
is_interrupt (const UsbDevice *device, guint8 address)
{
  for (guint i = 0; i < device->interface_count; i++)
    for (guint k = 0; k < device->interfaces[i].endpoint_count; k++)
      if (device->interfaces[i].endpoints[k].address == address)
        return (device->interfaces[i].endpoints[k].attributes & 3) == ENDPOINT_INTERRUPT;
  return FALSE;
}

static UsbOutcome
transfer (Port *port, guint8 endpoint, UsbBuffer *buffer, guint timeout_ms)
{
  int moved = 0, size = (int)MIN (buffer->size, (gsize)G_MAXINT);
  int code = is_interrupt (port->device, endpoint)
                 ? libusb_interrupt_transfer (port->handle, endpoint, buffer->bytes, size, &moved,
                                              timeout_ms)
                 : libusb_bulk_transfer (port->handle, endpoint, buffer->bytes, size, &moved,
                                         timeout_ms);

  buffer->filled = CLAMP (moved, 0, size);
  return outcome_for (code);
}

static UsbOutcome
do_write (gpointer ctx, guint8 endpoint, BaseSpan data, guint timeout_ms, gsize *out_written)
{
  UsbBuffer buffer
      = { (guint8 *)data.data, data.size, 0 }; /* libusb doesn't write through it for OUT */
  UsbOutcome outcome = transfer (ctx, endpoint, &buffer, timeout_ms);

  *out_written = buffer.filled;
  return outcome;
}

static UsbOutcome
do_read (gpointer ctx, guint8 endpoint, UsbBuffer *buffer, guint timeout_ms)
{
  return transfer (ctx, endpoint, buffer, timeout_ms);
}

static UsbOutcome
clear_halt (gpointer ctx, guint8 endpoint)
{
  Port *port = ctx;

  return outcome_for (libusb_clear_halt (port->handle, endpoint));
}

static void
close_port (gpointer ctx)
{
  Port *port = ctx;

  libusb_close (port->handle);
  context_unref (port->context);
  usb_device_unref (port->device);
  g_free (port);
}

static const UsbPortOps port_ops = { .claim = claim_interface,
                                     .release = release_interface,
                                     .control = do_control,
                                     .write = do_write,
                                     .read = do_read,
                                     .clear_halt = clear_halt,
                                     .close = close_port };

static UsbPort *
open_in (Context *context, const UsbDevice *device, UsbOutcome *out_outcome)
{
  libusb_device **devices = NULL;
  gssize count = libusb_get_device_list (context->usb, &devices);
  libusb_device_handle *handle = NULL;
  Port *port;

  *out_outcome = USB_OUTCOME_GONE;
  for (gssize i = 0; i < count; i++)
    if (libusb_get_bus_number (devices[i]) == device->bus
        && libusb_get_device_address (devices[i]) == device->address)
      *out_outcome = outcome_for (libusb_open (devices[i], &handle));
  if (devices != NULL)
    libusb_free_device_list (devices, 1);
  if (handle == NULL)
    return NULL;
  libusb_set_auto_detach_kernel_driver (handle, 1);
  port = g_new0 (Port, 1);
  port->context = context;
  port->handle = handle;
  port->device = usb_device_ref ((UsbDevice *)device);
  return usb_port_new (&port_ops, port);
}

static UsbPort *
open_device (gpointer ctx, const UsbDevice *device, UsbOutcome *out_outcome)
{
  Context *context = take_context (&((WatchedBus *)ctx)->bus);
  UsbPort *port = open_in (context, device, out_outcome);

  if (port == NULL)
    context_unref (context);
  return port;
}

static const UsbBusOps bus_ops = { .list = list_devices,
                                   .open = open_device,
                                   .wait = wait_for_change,
                                   .wake = wake_waiting,
                                   .free = free_bus };

UsbBus *
usb_bus_libusb_new (GError **error)
{
  Context *context = context_new (error);
  WatchedBus *watched;

  if (context == NULL)
    return NULL;
  watched = g_new0 (WatchedBus, 1);
  g_mutex_init (&watched->bus.lock);
  g_mutex_init (&watched->bus.listing);
  g_cond_init (&watched->bus.changed);
  watched->bus.context = context;
  watched->bus.cache = cache_new ();
  watched->bus.sysfs = read_sysfs ();
  watch_context (&watched->bus, &watched->hotplug);
  return usb_bus_new (&bus_ops, watched);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "device-list.h"

#include "ccid-descriptor.h"
#include "ccid-quirk.h"
#include "printer-profile.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>

#define CLASS_HID 3
#define CLASS_PRINTER 7
#define CLASS_VENDOR 0xFF
#define HID_BOOT 1
#define HID_KEYBOARD 1
#define VENDOR_MAGTEK 0x0801
#define VENDOR_IDTECH 0x0ACD
#define VENDOR_EPSON 0x04B8
#define PRODUCT_EPSON_VENDOR_CLASS 0x0202

struct _DeviceList
{
  UsbBus *bus;
  GMutex lock;
  GPtrArray *entries;
  guint counter;
  GThread *thread;
  gint stopping;
  GMainContext *context;
  DeviceListChanged changed;
  gpointer changed_data;
  GSource *idle; /* a call that waits for the main context, under the lock */
};

DeviceEntry *
device_entry_ref (DeviceEntry *self)
{
  g_atomic_int_inc (&self->ref_count);
  return self;
}

void
device_entry_unref (DeviceEntry *self)
{
  if (self == NULL || !g_atomic_int_dec_and_test (&self->ref_count))
    return;
  g_free (self->profile);
  g_free (self->identity);
  g_free (self->sentence);
  usb_device_unref (self->usb);
  g_free (self);
}

const UsbInterface *
device_entry_find_interface (const DeviceEntry *self)
{
  for (guint i = 0; i < self->usb->interface_count; i++)
    if (self->usb->interfaces[i].number == self->interface)
      return &self->usb->interfaces[i];
  return NULL;
}

const char *
device_role_word (DeviceRole role)
{
  switch (role)
    {
    case DEVICE_ROLE_PRINTER:
      return "printer";
    case DEVICE_ROLE_STRIPE:
      return "stripe";
    case DEVICE_ROLE_CHIP:
      return "chip";
    case DEVICE_ROLE_REFUSED:
      return "refused";
    }
  g_assert_not_reached ();
}

const char *
device_state_word (DeviceState state)
{
  switch (state)
    {
    case DEVICE_STATE_READY:
      return "ready";
    case DEVICE_STATE_BUSY:
      return "busy";
    case DEVICE_STATE_NO_ACCESS:
      return "no-access";
    case DEVICE_STATE_REFUSED:
      return "refused";
    case DEVICE_STATE_FAULT:
      return "fault";
    }
  g_assert_not_reached ();
}

static DeviceEntry *
entry_new (UsbDevice *device, DeviceRole role, const UsbInterface *interface)
{
  DeviceEntry *entry = g_new0 (DeviceEntry, 1);

  entry->ref_count = 1;
  entry->role = role;
  entry->driver = "none";
  entry->interface = interface != NULL ? interface->number : 0;
  entry->usb = usb_device_ref (device);
  return entry;
}

static const UsbInterface *
find_printer (const UsbDevice *device)
{
  const UsbInterface *found = usb_device_find_interface (device, CLASS_PRINTER, 1);

  /* An Epson that was switched to its vendor class still takes ESC/POS. */
  if (found == NULL && device->vendor == VENDOR_EPSON
      && device->product == PRODUCT_EPSON_VENDOR_CLASS)
    found = usb_device_find_interface (device, CLASS_VENDOR, -1);
  return found != NULL && usb_interface_find_endpoint (found, 2, FALSE) != NULL ? found : NULL;
}

static DeviceEntry *
classify_printer (UsbDevice *device, const UsbInterface *interface)
{
  DeviceEntry *entry = entry_new (device, DEVICE_ROLE_PRINTER, interface);
  g_autoptr (PrinterProfile) profile
      = printer_profile_find (device->vendor, device->product, device->model, NULL);

  entry->driver = "escpos";
  entry->profile = profile != NULL ? g_strdup (profile->name) : NULL;
  entry->sentence = g_strdup (_ ("Receipt printer"));
  return entry;
}

static DeviceEntry *
refuse (UsbDevice *device, const UsbInterface *interface, const char *why)
{
  DeviceEntry *entry = entry_new (device, DEVICE_ROLE_REFUSED, interface);

  entry->state = DEVICE_STATE_REFUSED;
  entry->sentence = g_strdup (why);
  return entry;
}

static DeviceEntry *
classify_stripe (UsbDevice *device)
{
  const UsbInterface *hid = usb_device_find_interface (device, CLASS_HID, -1);
  gboolean keyboard = hid != NULL && hid->subclass == HID_BOOT && hid->protocol == HID_KEYBOARD;
  DeviceEntry *entry;

  if (device->vendor == VENDOR_MAGTEK && (device->product == 0x0001 || keyboard))
    return refuse (device, hid,
                   _ ("This card reader types as a keyboard, where any program can read the card. "
                      "It can't be used for payment: switch it to HID mode."));
  if (device->vendor == VENDOR_MAGTEK && device->product == 0x0002)
    return refuse (
        device, hid,
        _ ("This card reader sends card tracks in the clear, so it can't be used for payment."));
  if (device->vendor == VENDOR_IDTECH && keyboard)
    return refuse (device, hid,
                   _ ("This card reader types as a keyboard, where any program can read the card. "
                      "It can't be used for payment: switch it to HID mode."));
  if (hid == NULL || usb_interface_find_endpoint (hid, 3, TRUE) == NULL)
    return NULL;
  entry = entry_new (device, DEVICE_ROLE_STRIPE, hid);
  entry->driver = device->vendor == VENDOR_IDTECH ? "idtech" : "magtek";
  entry->sentence = g_strdup (_ ("Encrypting card reader"));
  return entry;
}

/* One of a composite device's interfaces may be a reader's, whatever its number. */
static const UsbInterface *
find_chip_reader (const UsbDevice *device)
{
  for (guint i = 0; i < device->interface_count; i++)
    if (ccid_descriptor_is_reader (&device->interfaces[i]))
      return &device->interfaces[i];
  return NULL;
}

static DeviceEntry *
classify_chip (UsbDevice *device, const UsbInterface *interface)
{
  CcidDescriptor descriptor;
  g_autoptr (GError) error = NULL;
  gboolean good = ccid_descriptor_read (interface, &descriptor, &error);
  DeviceEntry *entry = good ? entry_new (device, DEVICE_ROLE_CHIP, interface)
                            : refuse (device, interface, error->message);

  entry->driver = "ccid";
  if (!good)
    return entry;
  entry->sentence = g_strdup (_ ("Chip card reader"));
  (void)ccid_quirk_apply (device, &descriptor);
  entry->has_pad = ccid_descriptor_has_pad (&descriptor);
  return entry;
}

/* NULL: nothing that a till needs. */
static DeviceEntry *
classify (UsbDevice *device)
{
  const UsbInterface *interface = find_printer (device);

  if (interface != NULL)
    return classify_printer (device, interface);
  if (device->vendor == VENDOR_MAGTEK || device->vendor == VENDOR_IDTECH)
    return classify_stripe (device);
  interface = find_chip_reader (device);
  return interface != NULL ? classify_chip (device, interface) : NULL;
}

static void
judge_access (DeviceEntry *entry)
{
  const char *why = NULL;

  if (entry->role == DEVICE_ROLE_REFUSED || entry->usb->access == USB_OUTCOME_DONE)
    return;
  if (entry->usb->access == USB_OUTCOME_ACCESS)
    {
      entry->state = DEVICE_STATE_NO_ACCESS;
      why = _ ("The system doesn't let this program open it: install the udev rule that comes with "
               "Till, then plug it in again.");
    }
  else if (entry->usb->access == USB_OUTCOME_BUSY)
    {
      entry->state = DEVICE_STATE_BUSY;
      why = _ ("Another program holds it.");
    }
  else
    {
      entry->state = DEVICE_STATE_FAULT;
      why = _ ("It doesn't answer: pull it out and plug it in again.");
    }
  g_free (entry->sentence);
  entry->sentence = g_strdup (why);
}

static gboolean
shares_serial (GPtrArray *entries, const DeviceEntry *entry)
{
  for (guint i = 0; i < entries->len; i++)
    {
      const DeviceEntry *other = g_ptr_array_index (entries, i);

      if (other != entry && other->usb->vendor == entry->usb->vendor
          && other->usb->product == entry->usb->product
          && g_strcmp0 (other->usb->serial, entry->usb->serial) == 0)
        return TRUE;
    }
  return FALSE;
}

static void
name_entries (GPtrArray *entries)
{
  for (guint i = 0; i < entries->len; i++)
    {
      DeviceEntry *entry = g_ptr_array_index (entries, i);
      const UsbDevice *usb = entry->usb;

      if (usb->serial != NULL && usb->serial[0] != '\0' && !shares_serial (entries, entry))
        entry->identity = g_strdup_printf ("%04x:%04x:%s", usb->vendor, usb->product, usb->serial);
      else
        entry->identity = g_strdup_printf ("%04x:%04x@%s", usb->vendor, usb->product, usb->path);
    }
}

static gboolean
same_entries (GPtrArray *a, GPtrArray *b)
{
  if (a->len != b->len)
    return FALSE;
  for (guint i = 0; i < a->len; i++)
    {
      const DeviceEntry *x = g_ptr_array_index (a, i), *y = g_ptr_array_index (b, i);

      if (strcmp (x->identity, y->identity) != 0 || x->state != y->state
          || x->usb->bus != y->usb->bus || x->usb->address != y->usb->address)
        return FALSE;
    }
  return TRUE;
}

DeviceList *
device_list_new (UsbBus *bus)
{
  DeviceList *self = g_new0 (DeviceList, 1);

  g_assert (bus != NULL);
  self->bus = bus;
  self->entries = g_ptr_array_new_with_free_func ((GDestroyNotify)device_entry_unref);
  g_mutex_init (&self->lock);
  return self;
}

void
device_list_free (DeviceList *self)
{
  if (self == NULL)
    return;
  g_atomic_int_set (&self->stopping, 1);
  if (self->thread != NULL)
    {
      usb_bus_wake (self->bus);
      g_thread_join (self->thread);
    }
  if (self->idle != NULL)
    {
      g_source_destroy (self->idle);
      g_source_unref (self->idle);
    }
  g_clear_pointer (&self->context, g_main_context_unref);
  g_ptr_array_unref (self->entries);
  g_mutex_clear (&self->lock);
  g_free (self);
}

UsbBus *
device_list_bus (DeviceList *self)
{
  return self->bus;
}

static gboolean
on_idle_changed_cb (gpointer data)
{
  DeviceList *self = data;

  g_mutex_lock (&self->lock);
  g_clear_pointer (&self->idle, g_source_unref);
  g_mutex_unlock (&self->lock);
  self->changed (self, self->changed_data);
  return G_SOURCE_REMOVE;
}

/* With the lock held. */
static void
post_change (DeviceList *self)
{
  if (self->changed == NULL || self->idle != NULL)
    return;
  self->idle = g_idle_source_new ();
  g_source_set_callback (self->idle, on_idle_changed_cb, self, NULL);
  g_source_attach (self->idle, self->context);
}

gboolean
device_list_refresh (DeviceList *self, GError **error)
{
  g_autoptr (GPtrArray) devices = usb_bus_list (self->bus, error);
  g_autoptr (GPtrArray) entries
      = g_ptr_array_new_with_free_func ((GDestroyNotify)device_entry_unref);

  if (devices == NULL)
    return FALSE;
  for (guint i = 0; i < devices->len; i++)
    {
      DeviceEntry *entry = classify (g_ptr_array_index (devices, i));

      if (entry == NULL)
        continue;
      judge_access (entry);
      g_ptr_array_add (entries, entry);
    }
  name_entries (entries);
  g_mutex_lock (&self->lock);
  if (!same_entries (self->entries, entries))
    {
      g_ptr_array_unref (self->entries);
      self->entries = g_steal_pointer (&entries);
      self->counter++;
      post_change (self);
    }
  g_mutex_unlock (&self->lock);
  return TRUE;
}

static gpointer
watch_bus (gpointer data)
{
  DeviceList *self = data;
  guint seen = usb_bus_wait (self->bus, G_MAXUINT, 1), counter = seen;

  device_list_refresh (self, NULL);
  while (!g_atomic_int_get (&self->stopping))
    {
      if (counter != seen)
        device_list_refresh (self, NULL);
      seen = counter;
      counter = usb_bus_wait (self->bus, seen, DEVICE_LIST_WAIT_MS);
    }
  return NULL;
}

void
device_list_watch (DeviceList *self, DeviceListChanged changed, gpointer data)
{
  g_assert (self->thread == NULL);
  self->changed = changed;
  self->changed_data = data;
  self->context = g_main_context_ref_thread_default ();
  self->thread = g_thread_new ("usb-list", watch_bus, self);
}

GPtrArray *
device_list_snapshot (DeviceList *self)
{
  GPtrArray *copy = g_ptr_array_new_with_free_func ((GDestroyNotify)device_entry_unref);

  g_mutex_lock (&self->lock);
  for (guint i = 0; i < self->entries->len; i++)
    g_ptr_array_add (copy, device_entry_ref (g_ptr_array_index (self->entries, i)));
  g_mutex_unlock (&self->lock);
  return copy;
}

guint
device_list_counter (DeviceList *self)
{
  guint counter;

  g_mutex_lock (&self->lock);
  counter = self->counter;
  g_mutex_unlock (&self->lock);
  return counter;
}

DeviceEntry *
device_list_find (DeviceList *self, DeviceRole role, const char *identity)
{
  g_autoptr (GPtrArray) entries = device_list_snapshot (self);

  for (guint i = 0; i < entries->len; i++)
    {
      DeviceEntry *entry = g_ptr_array_index (entries, i);

      if (entry->role == role && entry->state == DEVICE_STATE_READY
          && (identity == NULL || strcmp (identity, entry->identity) == 0))
        return device_entry_ref (entry);
    }
  return NULL;
}

DeviceEntry *
device_list_find_unusable_reader (DeviceList *self)
{
  g_autoptr (GPtrArray) entries = device_list_snapshot (self);

  for (guint i = 0; i < entries->len; i++)
    {
      DeviceEntry *entry = g_ptr_array_index (entries, i);

      if (entry->role != DEVICE_ROLE_PRINTER && entry->state != DEVICE_STATE_READY)
        return device_entry_ref (entry);
    }
  return NULL;
}

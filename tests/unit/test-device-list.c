/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "device-list.h"

#include <string.h>

static UsbDevice *
make_device (guint16 vendor,
             guint16 product,
             const char *path,
             const char *serial,
             UsbInterface interface)
{
  UsbDevice *device = usb_device_new (path);

  device->vendor = vendor;
  device->product = product;
  device->serial = g_strdup (serial);
  device->interface_count = 1;
  device->interfaces[0] = interface;
  return device;
}

static GPtrArray *
list_shop (gpointer ctx, GError **error)
{
  static const UsbInterface printer = { .class_code = 7,
                                        .subclass = 1,
                                        .protocol = 2,
                                        .endpoint_count = 1,
                                        .endpoints = { { 0x01, 2, 64 } } };
  static const UsbInterface mute_printer = { .class_code = 7, .subclass = 1 };
  static const UsbInterface hid
      = { .class_code = 3, .endpoint_count = 1, .endpoints = { { 0x81, 3, 8 } } };
  static const UsbInterface keyboard = { .class_code = 3,
                                         .subclass = 1,
                                         .protocol = 1,
                                         .endpoint_count = 1,
                                         .endpoints = { { 0x81, 3, 8 } } };
  static const UsbInterface disk = { .class_code = 8 };
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify)usb_device_unref);

  g_ptr_array_add (list, make_device (0x0416, 0x5011, "1-1", "Printer", printer));
  g_ptr_array_add (list, make_device (0x0416, 0x5011, "1-2", "Printer", printer));
  g_ptr_array_add (list, make_device (0x04B8, 0x0E28, "1-3", "J4X", printer));
  g_ptr_array_add (list, make_device (0x1234, 0x0001, "1-4", NULL, mute_printer));
  g_ptr_array_add (list, make_device (0x0801, 0x0011, "1-5", NULL, hid));
  g_ptr_array_add (list, make_device (0x0801, 0x0001, "1-6", NULL, keyboard));
  g_ptr_array_add (list, make_device (0x0ACD, 0x2010, "1-7", NULL, hid));
  g_ptr_array_add (list, make_device (0x0ACD, 0x2030, "1-8", NULL, keyboard));
  g_ptr_array_add (list, make_device (0x0951, 0x1666, "1-9", "disk", disk));
  ((UsbDevice *)g_ptr_array_index (list, 2))->access = USB_OUTCOME_ACCESS;
  return list;
}

static void
free_nothing (gpointer ctx)
{
}

static const UsbBusOps ops = { .list = list_shop, .free = free_nothing };

/* A bus on which nothing happens until somebody wakes it. */
typedef struct
{
  GMutex lock;
  GCond changed;
  guint counter;
} StillBus;

static guint
wait_on_still_bus (gpointer ctx, guint seen, guint timeout_ms)
{
  StillBus *bus = ctx;
  gint64 end_us = g_get_monotonic_time () + (timeout_ms > 1 ? G_TIME_SPAN_HOUR : 1000);
  guint counter;

  g_mutex_lock (&bus->lock);
  while (bus->counter == seen && g_cond_wait_until (&bus->changed, &bus->lock, end_us))
    continue;
  counter = bus->counter;
  g_mutex_unlock (&bus->lock);
  return counter;
}

static void
wake_still_bus (gpointer ctx)
{
  StillBus *bus = ctx;

  g_mutex_lock (&bus->lock);
  bus->counter++;
  g_cond_broadcast (&bus->changed);
  g_mutex_unlock (&bus->lock);
}

static const UsbBusOps still_ops = { .list = list_shop,
                                     .wait = wait_on_still_bus,
                                     .wake = wake_still_bus,
                                     .free = free_nothing };

static void
test_roles (void)
{
  static const char *const expected[] = {
    "printer ready 0416:5011@1-1",     "printer ready 0416:5011@1-2",
    "printer no-access 04b8:0e28:J4X", "stripe ready 0801:0011@1-5",
    "refused refused 0801:0001@1-6",   "stripe ready 0acd:2010@1-7",
    "refused refused 0acd:2030@1-8",
  };
  g_autoptr (UsbBus) bus = usb_bus_new (&ops, NULL);
  g_autoptr (DeviceList) list = device_list_new (bus);
  g_autoptr (GPtrArray) entries = NULL;

  g_assert_true (device_list_refresh (list, NULL));
  entries = device_list_snapshot (list);
  g_assert_cmpuint (entries->len, ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < entries->len; i++)
    {
      const DeviceEntry *entry = g_ptr_array_index (entries, i);
      g_autofree char *text = g_strdup_printf ("%s %s %s", device_role_word (entry->role),
                                               device_state_word (entry->state), entry->identity);

      g_assert_cmpstr (text, ==, expected[i]);
      g_assert_cmpstr (entry->sentence, !=, "");
    }
}

static void
test_find (void)
{
  g_autoptr (UsbBus) bus = usb_bus_new (&ops, NULL);
  g_autoptr (DeviceList) list = device_list_new (bus);
  g_autoptr (DeviceEntry) second = NULL;
  g_autoptr (DeviceEntry) reader = NULL;
  g_autoptr (DeviceEntry) refused = NULL;
  guint counter = device_list_counter (list);

  g_assert_null (device_list_find (list, DEVICE_ROLE_PRINTER, NULL));
  g_assert_true (device_list_refresh (list, NULL));
  g_assert_cmpuint (device_list_counter (list), ==, counter + 1);
  g_assert_true (device_list_refresh (list, NULL));
  g_assert_cmpuint (device_list_counter (list), ==, counter + 1);
  second = device_list_find (list, DEVICE_ROLE_PRINTER, "0416:5011@1-2");
  g_assert_cmpstr (second->usb->path, ==, "1-2");
  reader = device_list_find (list, DEVICE_ROLE_STRIPE, NULL);
  g_assert_cmpstr (reader->driver, ==, "magtek");
  g_assert_null (device_list_find (list, DEVICE_ROLE_PRINTER, "04b8:0e28:J4X"));
  refused = device_list_find_unusable_reader (list);
  g_assert_cmpstr (refused->identity, ==, "0801:0001@1-6");
}

static void
on_changed_cb (DeviceList *list, gpointer data)
{
  g_main_loop_quit (data);
}

/* Freeing a watched list wakes the bus: it would take an hour otherwise. */
static void
test_watch_ends (void)
{
  StillBus still = { 0 };
  g_autoptr (UsbBus) bus = usb_bus_new (&still_ops, &still);
  DeviceList *list = device_list_new (bus);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (DeviceEntry) printer = NULL;

  device_list_watch (list, on_changed_cb, loop);
  g_main_loop_run (loop);
  printer = device_list_find (list, DEVICE_ROLE_PRINTER, NULL);
  g_assert_nonnull (printer);
  device_list_free (list);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/devices/list/roles", test_roles);
  g_test_add_func ("/devices/list/find", test_find);
  g_test_add_func ("/devices/list/watch-ends", test_watch_ends);
  return g_test_run ();
}

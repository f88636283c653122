/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "test-devices.h"

#include <string.h>

static guint
count_entries (TestShop *shop)
{
  g_autoptr (GPtrArray) entries = NULL;

  g_assert_true (device_list_refresh (shop->list, NULL));
  entries = device_list_snapshot (shop->list);
  return entries->len;
}

static void
test_hotplug (void)
{
  TestShop shop;
  guint seen;

  test_shop_init (&shop, NULL, TRAINING_READER_MAGTEK);
  g_assert_cmpuint (count_entries (&shop), ==, 2);
  seen = usb_bus_wait (shop.bus, G_MAXUINT, 1);
  training_umockdev_unplug (shop.printer_node);
  g_assert_cmpuint (usb_bus_wait (shop.bus, seen, 3000), !=, seen);
  g_assert_cmpuint (count_entries (&shop), ==, 1);
  g_assert_true (training_umockdev_plug (shop.printer_node, NULL));
  g_assert_cmpuint (count_entries (&shop), ==, 2);
  test_shop_clear (&shop);
}

/* Where udev is silent, a look at the kernel's list each second finds the change. */
static void
test_rescan (void)
{
  TestShop shop;
  guint seen;
  gint64 start_ms;

  test_shop_init (&shop, NULL, TRAINING_READER_MAGTEK);
  seen = usb_bus_wait (shop.bus, G_MAXUINT, 1);
  training_umockdev_set_events (shop.printer_node, FALSE);
  training_umockdev_unplug (shop.printer_node);
  start_ms = test_shop_now_ms ();
  g_assert_cmpuint (usb_bus_wait (shop.bus, seen, 5000), !=, seen);
  g_assert_cmpint (test_shop_now_ms () - start_ms, <, 2500);
  g_assert_cmpuint (count_entries (&shop), ==, 1);
  test_shop_clear (&shop);
}

static void
on_list_changed_cb (DeviceList *list, gpointer data)
{
  g_main_loop_quit (data);
}

static void
test_watch (void)
{
  TestShop shop;
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  test_shop_init (&shop, NULL, TRAINING_READER_MAGTEK);
  device_list_watch (shop.list, on_list_changed_cb, loop);
  training_umockdev_unplug (shop.reader_node);
  g_main_loop_run (loop);
  g_assert_null (device_list_find (shop.list, DEVICE_ROLE_STRIPE, NULL));
  test_shop_clear (&shop);
}

static void
test_bogus_descriptors (void)
{
  TestShop shop;

  test_shop_init (&shop, NULL, TRAINING_READER_MAGTEK);
  for (guint i = 0; i < 40; i++)
    {
      g_autoptr (GBytes) good
          = training_device_descriptors (training_printer_device (shop.printer));
      gsize size = 0;
      const guint8 *bytes = g_bytes_get_data (good, &size);
      g_autofree guint8 *bad = g_memdup2 (bytes, size);

      /* One length, count or type after the other is a lie; then the end is missing. */
      if (18 + i < size)
        bad[18 + i] = (guint8)(i % 2 ? 0xFF : 0x00);
      training_umockdev_unplug (shop.printer_node);
      training_umockdev_set_descriptors (shop.printer_node,
                                         BASE_SPAN (bad, i % 3 == 2 ? MIN (size, 18 + i) : size));
      g_assert_true (training_umockdev_plug (shop.printer_node, NULL));
      g_assert_cmpuint (count_entries (&shop), <=, 2);
    }
  test_shop_clear (&shop);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/devices/list/hotplug", test_hotplug);
  g_test_add_func ("/devices/list/rescan", test_rescan);
  g_test_add_func ("/devices/list/watch", test_watch);
  g_test_add_func ("/devices/list/bogus-descriptors", test_bogus_descriptors);
  return g_test_run ();
}

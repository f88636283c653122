/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A shop's hardware for one test: an umockdev testbed with an emulated printer and a reader, and
 * stock libusb looking at it.
 */
#pragma once

#include "device-list.h"
#include "training-printer.h"
#include "training-reader.h"
#include "training-umockdev.h"
#include "usb-port-libusb.h"

#include <signal.h>

#define TEST_CARD                                                                                  \
  "%B4761739001010119^CARD/TEST^22122011143804400000?;4761739001010119=22122011143804489?"

typedef struct
{
  UMockdevTestbed *testbed;
  TrainingPrinter *printer;
  TrainingReader *reader;
  TrainingUmockdev *printer_node;
  TrainingUmockdev *reader_node;
  UsbBus *bus;
  DeviceList *list;
  GThread *ticker;
  gint stopping;
} TestShop;

static inline void
test_shop_tick (TrainingDevice *device)
{
  training_device_lock (device);
  training_device_tick (device);
  training_device_unlock (device);
}

static inline gpointer
test_shop_give_time (gpointer data)
{
  TestShop *shop = data;

  while (!g_atomic_int_get (&shop->stopping))
    {
      test_shop_tick (training_printer_device (shop->printer));
      test_shop_tick (training_reader_device (shop->reader));
      g_usleep (TRAINING_TICK_MS * 1000);
    }
  return NULL;
}

static inline void
test_shop_init (TestShop *shop, const TrainingPrinterOptions *options, TrainingReaderModel model)
{
  TrainingPrinterOptions plain = { 0 };

  /* The nodes are terminals underneath: the leader of a session that opens one gets it for its own,
   * and a hang-up with its unplug. */
  signal (SIGHUP, SIG_IGN);
  *shop = (TestShop){ .testbed = umockdev_testbed_new () };
  shop->printer = training_printer_new (options != NULL ? options : &plain);
  shop->reader = training_reader_new (model);
  shop->printer_node
      = training_umockdev_new (shop->testbed, training_printer_device (shop->printer), 1);
  shop->reader_node
      = training_umockdev_new (shop->testbed, training_reader_device (shop->reader), 2);
  g_assert_true (training_umockdev_plug (shop->printer_node, NULL));
  g_assert_true (training_umockdev_plug (shop->reader_node, NULL));
  shop->bus = usb_bus_libusb_new (NULL);
  g_assert_nonnull (shop->bus);
  shop->list = device_list_new (shop->bus);
  g_assert_true (device_list_refresh (shop->list, NULL));
  shop->ticker = g_thread_new ("time", test_shop_give_time, shop);
}

static inline void
test_shop_clear (TestShop *shop)
{
  device_list_free (shop->list);
  usb_bus_free (shop->bus);
  g_atomic_int_set (&shop->stopping, 1);
  g_thread_join (shop->ticker);
  training_umockdev_free (shop->printer_node);
  training_umockdev_free (shop->reader_node);
  training_printer_free (shop->printer);
  training_reader_free (shop->reader);
  g_object_unref (shop->testbed);
}

static inline gint64
test_shop_now_ms (void)
{
  return g_get_monotonic_time () / 1000;
}

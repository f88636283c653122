/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chip-testing.h"
#include "device-error.h"
#include "training-umockdev.h"
#include "usb-port-libusb.h"

#include <signal.h>
#include <string.h>

#define SECOND G_USEC_PER_SEC

/* A reader that stock libusb sees. */
typedef struct
{
  UMockdevTestbed *testbed;
  TrainingCcid *ccid;
  TrainingUmockdev *node;
  UsbBus *bus;
  DeviceList *list;
  DeviceEntry *entry;
  ChipTestingCard card;
  GThread *ticker;
  gint stopping;
} Shop;

static gpointer
give_time (gpointer data)
{
  Shop *shop = data;
  TrainingDevice *device = training_ccid_device (shop->ccid);

  while (!g_atomic_int_get (&shop->stopping))
    {
      training_device_lock (device);
      training_device_tick (device);
      training_device_unlock (device);
      g_usleep (TRAINING_TICK_MS * 1000);
    }
  return NULL;
}

static void
insert (Shop *shop)
{
  training_device_lock (training_ccid_device (shop->ccid));
  training_ccid_insert (shop->ccid, 0, &shop->card.end);
  training_device_unlock (training_ccid_device (shop->ccid));
}

static void
shop_init (Shop *shop, const char *model, const char *atr)
{
  /* See test-devices.h. */
  signal (SIGHUP, SIG_IGN);
  *shop = (Shop){ .testbed = umockdev_testbed_new () };
  chip_testing_card_init (&shop->card, atr);
  shop->ccid = training_ccid_new (training_ccid_model_find (model));
  shop->node = training_umockdev_new (shop->testbed, training_ccid_device (shop->ccid), 3);
  g_assert_true (training_umockdev_plug (shop->node, NULL));
  if (atr != NULL)
    insert (shop);
  shop->bus = usb_bus_libusb_new (NULL);
  shop->list = device_list_new (shop->bus);
  g_assert_true (device_list_refresh (shop->list, NULL));
  shop->entry = device_list_find (shop->list, DEVICE_ROLE_CHIP, NULL);
  shop->ticker = g_thread_new ("time", give_time, shop);
}

static void
shop_clear (Shop *shop)
{
  g_atomic_int_set (&shop->stopping, 1);
  g_thread_join (shop->ticker);
  device_entry_unref (shop->entry);
  device_list_free (shop->list);
  usb_bus_free (shop->bus);
  training_umockdev_free (shop->node);
  training_ccid_free (shop->ccid);
  chip_testing_card_clear (&shop->card);
  g_object_unref (shop->testbed);
}

static ChipReader *
open_reader (Shop *shop)
{
  g_autoptr (GError) error = NULL;
  ChipReader *reader;
  ChipAtr atr;

  g_assert_nonnull (shop->entry);
  reader = chip_reader_open (shop->bus, shop->entry, &error);
  g_assert_no_error (error);
  g_assert_cmpint (chip_reader_wait_card (reader, g_get_monotonic_time () + 10 * SECOND, NULL), ==,
                   CHIP_DONE);
  g_assert_cmpint (chip_reader_power_on (reader, &atr, &error), ==, CHIP_DONE);
  return reader;
}

typedef struct
{
  const char *model, *atr;
} Case;

static const Case cases[] = {
  { "tpdu", CHIP_TESTING_T0 },          { "tpdu", CHIP_TESTING_T1 },
  { "tpdu", CHIP_TESTING_T1_LONG },     { "tpdu-auto", CHIP_TESTING_T1 },
  { "short", CHIP_TESTING_T0 },         { "extended", CHIP_TESTING_T1 },
  { "chaining", CHIP_TESTING_T0 },      { "polled", CHIP_TESTING_T0 },
  { "voltages", CHIP_TESTING_T0 },      { "stale", CHIP_TESTING_T1 },
  { "empty", CHIP_TESTING_T0 },         { "longer", CHIP_TESTING_T0 },
  { "small-packets", CHIP_TESTING_T1 }, { "lying-short", CHIP_TESTING_T0 },
  { "slow", CHIP_TESTING_T0 },          { "behind", CHIP_TESTING_T0 },
  { "vendor-class", CHIP_TESTING_T0 },  { "composite", CHIP_TESTING_T1 },
  { "patient", CHIP_TESTING_T0 },       { "parity", CHIP_TESTING_T1 },
  { "silent", CHIP_TESTING_T0 },
};

static void
test_commands (gconstpointer data)
{
  const Case *what = data;
  Shop shop;
  ChipReader *reader;
  GString *counted = g_string_new (NULL);

  shop_init (&shop, what->model, what->atr);
  reader = open_reader (&shop);
  for (guint i = 0; i < 200; i++)
    g_string_append_printf (counted, "%02X", i);
  g_string_append (counted, "9000");
  chip_testing_ask (reader, "001E0000", "9000");
  chip_testing_ask (reader, "00A4040005A00000033300", "33030000A09000");
  chip_testing_ask (reader, "00B2C80C00", counted->str);
  g_assert_cmpuint (shop.card.count, ==, 3);
  chip_reader_free (reader);
  g_string_free (counted, TRUE);
  shop_clear (&shop);
}

static gpointer
unplug_later (gpointer data)
{
  g_usleep (200 * 1000);
  training_umockdev_unplug (((Shop *)data)->node);
  return NULL;
}

static void
test_unplugged (void)
{
  Shop shop;
  ChipReader *reader;
  GThread *thread;
  gint64 start_us = g_get_monotonic_time ();

  shop_init (&shop, "tpdu", NULL);
  reader = chip_reader_open (shop.bus, shop.entry, NULL);
  thread = g_thread_new ("unplug", unplug_later, &shop);
  g_assert_cmpint (chip_reader_wait_card (reader, g_get_monotonic_time () + 20 * SECOND, NULL), ==,
                   CHIP_GONE);
  g_assert_cmpint (g_get_monotonic_time () - start_us, <, 5 * SECOND);
  g_thread_join (thread);
  chip_reader_free (reader);
  shop_clear (&shop);
}

/* In the middle of a command whose answer takes its time. */
static void
test_unplugged_in_command (void)
{
  Shop shop;
  ChipReader *reader;
  GThread *thread;
  g_autofree char *answer = NULL;

  shop_init (&shop, "tpdu", CHIP_TESTING_T0);
  reader = open_reader (&shop);
  training_device_lock (training_ccid_device (shop.ccid));
  training_ccid_set_delay (shop.ccid, 2000);
  training_device_unlock (training_ccid_device (shop.ccid));
  thread = g_thread_new ("unplug", unplug_later, &shop);
  g_assert_cmpint (chip_testing_try (reader, "001E0000", &answer), ==, CHIP_GONE);
  g_thread_join (thread);
  chip_reader_free (reader);
  shop_clear (&shop);
}

static void
test_busy (void)
{
  Shop shop;
  g_autoptr (GError) error = NULL;

  shop_init (&shop, "busy", NULL);
  g_assert_null (chip_reader_open (shop.bus, shop.entry, &error));
  g_assert_error (error, DEVICE_ERROR, DEVICE_ERROR_BUSY);
  shop_clear (&shop);
}

static void
test_old_firmware (void)
{
  Shop shop;
  g_autoptr (GError) error = NULL;

  shop_init (&shop, "old-firmware", NULL);
  g_assert_null (chip_reader_open (shop.bus, shop.entry, &error));
  g_assert_error (error, DEVICE_ERROR, DEVICE_ERROR_REFUSED);
  shop_clear (&shop);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path
          = g_strdup_printf ("/devices/chip/commands/%s/%s", cases[i].model,
                             strcmp (cases[i].atr, CHIP_TESTING_T0) == 0   ? "t0"
                             : strcmp (cases[i].atr, CHIP_TESTING_T1) == 0 ? "t1"
                                                                           : "t1-long");

      g_test_add_data_func (path, &cases[i], test_commands);
    }
  g_test_add_func ("/devices/chip/unplugged", test_unplugged);
  g_test_add_func ("/devices/chip/unplugged-in-command", test_unplugged_in_command);
  g_test_add_func ("/devices/chip/busy", test_busy);
  g_test_add_func ("/devices/chip/old-firmware", test_old_firmware);
  return g_test_run ();
}

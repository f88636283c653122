/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "training-device.h"

static TrainingTransfer
take_none (gpointer model, BaseSpan data, gsize *out_taken)
{
  return TRAINING_TRANSFER_WAIT;
}

static TrainingTransfer
give_one (gpointer model, guint8 endpoint, UsbBuffer *buffer)
{
  buffer->bytes[0] = 7;
  buffer->filled = 1;
  return TRAINING_TRANSFER_DONE;
}

static const TrainingModelOps ops = { .out = take_none, .in = give_one };

static UsbDevice *
make_info (void)
{
  UsbDevice *info = usb_device_new ("1-1");

  info->vendor = 0x1209;
  info->address = 10;
  info->serial = g_strdup ("S1");
  info->interface_count = 1;
  info->interfaces[0]
      = (UsbInterface){ .class_code = 7, .endpoint_count = 1, .endpoints = { { 1, 2, 64 } } };
  return info;
}

static void
test_faults (void)
{
  g_autoptr (UsbDevice) info = make_info ();
  g_autoptr (TrainingDevice) device = training_device_new (info, BASE_SPAN (NULL, 0), &ops, NULL);
  guint8 byte = 0;
  UsbBuffer buffer = { &byte, 1, 0 };
  gsize taken;

  g_assert_cmpint (training_device_claim (device), ==, USB_OUTCOME_GONE);
  training_device_set_plugged (device, TRUE);
  training_device_set_busy (device, TRUE);
  g_assert_cmpint (training_device_claim (device), ==, USB_OUTCOME_BUSY);
  training_device_set_busy (device, FALSE);
  g_assert_cmpint (training_device_claim (device), ==, USB_OUTCOME_DONE);
  g_assert_cmpint (training_device_claim (device), ==, USB_OUTCOME_BUSY);
  training_device_set_stalled (device, 0x82, TRUE);
  g_assert_cmpint (training_device_in (device, 0x82, &buffer), ==, TRAINING_TRANSFER_STALL);
  g_assert_cmpint (training_device_out (device, 0x02, BASE_SPAN ("x", 1), &taken), ==,
                   TRAINING_TRANSFER_WAIT);
  training_device_set_stalled (device, 0x82, FALSE);
  training_device_set_hung (device, 0x82, TRUE);
  g_assert_cmpint (training_device_in (device, 0x82, &buffer), ==, TRAINING_TRANSFER_WAIT);
  training_device_set_hung (device, 0x82, FALSE);
  g_assert_cmpint (training_device_in (device, 0x82, &buffer), ==, TRAINING_TRANSFER_DONE);
  training_device_set_plugged (device, FALSE);
  g_assert_false (training_device_is_claimed (device));
}

static void
test_descriptors (void)
{
  g_autoptr (UsbDevice) info = make_info ();
  g_autoptr (TrainingDevice) device = training_device_new (info, BASE_SPAN (NULL, 0), &ops, NULL);
  g_autoptr (GBytes) all = training_device_descriptors (device);
  guint8 bytes[64];
  UsbBuffer buffer = { bytes, sizeof bytes, 0 };
  UsbSetup serial = { 0x80, 6, 0x0303, 0x0409 }, unknown = { 0x80, 6, 0x0309, 0 };

  g_assert_cmpuint (g_bytes_get_size (all), ==, 18 + 9 + 9 + 7);
  g_assert_cmpint (training_device_control (device, &serial, &buffer), ==, TRAINING_TRANSFER_DONE);
  g_assert_cmpmem (bytes, buffer.filled,
                   "\x06\x03S\0"
                   "1\0",
                   6);
  g_assert_cmpint (training_device_control (device, &unknown, &buffer), ==,
                   TRAINING_TRANSFER_STALL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/training/device/faults", test_faults);
  g_test_add_func ("/training/device/descriptors", test_descriptors);
  return g_test_run ();
}

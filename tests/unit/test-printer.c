/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "printer.h"

#include "device-error.h"

/* Printing itself is tried in tests/devices, against real libusb. */
static void
test_words (void)
{
  for (guint cause = PRINTER_CAUSE_NONE; cause <= PRINTER_CAUSE_FAULT; cause++)
    {
      g_assert_cmpstr (printer_cause_word ((PrinterCause)cause), !=, NULL);
      g_assert_true (g_str_has_suffix (printer_cause_sentence ((PrinterCause)cause), "."));
    }
  g_assert_cmpstr (printer_outcome_word (PRINTER_ATTENTION), ==, "attention");
}

static void
test_no_printer (void)
{
  g_autoptr (UsbDevice) device = usb_device_new ("1-1");
  DeviceEntry entry = { .role = DEVICE_ROLE_PRINTER, .usb = device };
  static const UsbBusOps ops = { NULL };
  UsbBus bus = { &ops, NULL };
  g_autoptr (GError) error = NULL;

  device->interface_count = 1;
  device->interfaces[0] = (UsbInterface){ .class_code = 7 };
  g_assert_null (printer_open (&bus, &entry, NULL, &error));
  g_assert_error (error, DEVICE_ERROR, DEVICE_ERROR_REFUSED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/devices/printer/words", test_words);
  g_test_add_func ("/devices/printer/no-printer", test_no_printer);
  return g_test_run ();
}

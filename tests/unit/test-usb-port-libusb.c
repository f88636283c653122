/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "usb-port-libusb.h"

/* Whatever is plugged into this machine; tests/devices has the rest. */
static void
test_bus (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (UsbBus) bus = usb_bus_libusb_new (&error);
  g_autoptr (GPtrArray) devices = NULL;
  g_autoptr (UsbDevice) absent = usb_device_new ("9-9");
  UsbOutcome outcome;

  if (bus == NULL)
    {
      g_test_skip (error->message);
      return;
    }
  devices = usb_bus_list (bus, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (devices->len, <=, USB_DEVICES_MAX);
  absent->bus = 255;
  g_assert_null (usb_bus_open (bus, absent, &outcome));
  g_assert_cmpint (outcome, ==, USB_OUTCOME_GONE);
  usb_bus_wait (bus, usb_bus_wait (bus, G_MAXUINT, 1), 20);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/devices/usb-port-libusb/bus", test_bus);
  return g_test_run ();
}

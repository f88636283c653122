/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "training-usb-bus.h"

#include "training-printer.h"

static void
test_port (void)
{
  TrainingPrinterOptions options = { 0 };
  g_autoptr (TrainingPrinter) printer = training_printer_new (&options);
  g_autoptr (TrainingUsbBus) training = training_usb_bus_new ();
  UsbBus *bus = training_usb_bus_bus (training);
  g_autoptr (GPtrArray) devices = NULL;
  g_autoptr (UsbPort) port = NULL;
  UsbOutcome outcome;
  guint seen = usb_bus_wait (bus, G_MAXUINT, 1);
  gsize written;

  training_usb_bus_add (training, training_printer_device (printer));
  training_usb_bus_plug (training, training_printer_device (printer), TRUE);
  g_assert_cmpuint (usb_bus_wait (bus, seen, 1000), ==, seen + 1);
  devices = usb_bus_list (bus, NULL);
  g_assert_cmpuint (devices->len, ==, 1);
  port = usb_bus_open (bus, g_ptr_array_index (devices, 0), &outcome);
  g_assert_cmpint (usb_port_claim (port, 0), ==, USB_OUTCOME_DONE);
  g_assert_cmpint (usb_port_write (port, TRAINING_PRINTER_OUT, BASE_SPAN ("abc", 3), 100, &written),
                   ==, USB_OUTCOME_DONE);
  g_assert_cmpuint (written, ==, 3);
  /* Pulled and put back at once: an old port stays gone. */
  training_usb_bus_plug (training, training_printer_device (printer), FALSE);
  training_usb_bus_plug (training, training_printer_device (printer), TRUE);
  g_assert_cmpint (usb_port_write (port, TRAINING_PRINTER_OUT, BASE_SPAN ("abc", 3), 100, &written),
                   ==, USB_OUTCOME_GONE);
  g_assert_null (usb_bus_open (bus, g_ptr_array_index (devices, 0), &outcome));
  g_assert_cmpint (outcome, ==, USB_OUTCOME_GONE);
  g_clear_pointer (&port, usb_port_free);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/training/usb-bus/port", test_port);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "training-printer.h"

static void
test_paper (void)
{
  TrainingPrinterOptions options = { .dots = 384 };
  g_autoptr (TrainingPrinter) printer = training_printer_new (&options);
  TrainingDevice *device = training_printer_device (printer);
  guint8 bytes[8192] = { 0x1B, '@' };
  UsbBuffer buffer = { bytes, 1, 0 };
  gsize taken;

  training_device_set_plugged (device, TRUE);
  g_assert_cmpint (
      training_device_out (device, TRAINING_PRINTER_OUT, BASE_SPAN (bytes, 10), &taken), ==,
      TRAINING_TRANSFER_DONE);
  g_assert_cmpint (training_device_in (device, TRAINING_PRINTER_IN, &buffer), ==,
                   TRAINING_TRANSFER_WAIT);
  /* Without paper it takes a buffer full, answers, and no more. */
  training_printer_set_paper (printer, FALSE);
  g_assert_cmpint (
      training_device_out (device, TRAINING_PRINTER_OUT, BASE_SPAN ("\x10\x04\x04", 3), &taken), ==,
      TRAINING_TRANSFER_DONE);
  g_assert_cmpint (training_device_in (device, TRAINING_PRINTER_IN, &buffer), ==,
                   TRAINING_TRANSFER_DONE);
  g_assert_cmpuint (bytes[0], ==, 0x7E);
  g_assert_cmpint (
      training_device_out (device, TRAINING_PRINTER_OUT, BASE_SPAN (bytes, sizeof bytes), &taken),
      ==, TRAINING_TRANSFER_WAIT);
  g_assert_cmpuint (taken, ==, TRAINING_PRINTER_BUFFER);
  training_printer_set_paper (printer, TRUE);
  g_assert_cmpint (
      training_device_out (device, TRAINING_PRINTER_OUT, BASE_SPAN (bytes, 100), &taken), ==,
      TRAINING_TRANSFER_DONE);
  g_assert_cmpuint (training_printer_received_count (printer), ==,
                    10 + 3 + TRAINING_PRINTER_BUFFER + 100);
}

static void
test_drawer (void)
{
  TrainingPrinterOptions options = { 0 };
  g_autoptr (TrainingPrinter) printer = training_printer_new (&options);
  guint counter = training_printer_counter (printer);
  gsize taken;

  training_device_set_plugged (training_printer_device (printer), TRUE);
  training_device_out (training_printer_device (printer), TRAINING_PRINTER_OUT,
                       BASE_SPAN ("\x1Bp\0\x19\xFA", 5), &taken);
  g_assert_cmpuint (training_printer_drawer_count (printer), ==, 1);
  g_assert_cmpuint (training_printer_counter (printer), >, counter);
  training_printer_tear (printer);
  g_assert_cmpuint (training_printer_received (printer).size, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/training/printer/paper", test_paper);
  g_test_add_func ("/training/printer/drawer", test_drawer);
  return g_test_run ();
}

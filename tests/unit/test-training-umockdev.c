/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "training-umockdev.h"

#include "training-printer.h"

/* What can be seen without a libusb at the other end; tests/devices has the rest. */
static void
test_plug (void)
{
  g_autoptr (UMockdevTestbed) testbed = umockdev_testbed_new ();
  TrainingPrinterOptions options = { 0 };
  g_autoptr (TrainingPrinter) printer = training_printer_new (&options);
  TrainingDevice *device = training_printer_device (printer);
  TrainingUmockdev *node = training_umockdev_new (testbed, device, 1);

  training_umockdev_set_driver (node, "usblp");
  g_assert_false (training_umockdev_has_driver (node));
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_true (training_umockdev_plug (node, &error));
      g_assert_no_error (error);
      g_assert_true (training_device_is_plugged (device));
      g_assert_true (training_umockdev_has_driver (node));
      training_umockdev_unplug (node);
      g_assert_false (training_device_is_plugged (device));
    }
  g_assert_cmpuint (training_umockdev_detach_count (node), ==, 0);
  training_umockdev_free (node);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/training/umockdev/plug", test_plug);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "training-umockdev.h"

#include "training-printer.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/usbdevice_fs.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define ROUNDS 100
#define SOON_US 1000

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

static int
open_node (TrainingUmockdev *node, TrainingDevice *device)
{
  g_autofree char *path = NULL;
  guint32 capabilities = 0;
  int file;

  g_assert_true (training_umockdev_plug (node, NULL));
  path = g_strdup_printf ("/dev/bus/usb/001/%03u", training_device_address (device));
  file = open (path, O_RDWR | O_NOCTTY);
  g_assert_cmpint (file, >=, 0);
  g_assert_cmpint (ioctl (file, USBDEVFS_GET_CAPABILITIES, &capabilities), ==, 0);
  return file;
}

/* Who still has the node open when it and its device are freed finds it unplugged. */
static void
test_freed (void)
{
  g_autoptr (UMockdevTestbed) testbed = umockdev_testbed_new ();
  TrainingPrinterOptions options = { 0 };
  TrainingPrinter *printer = training_printer_new (&options);
  TrainingUmockdev *node = training_umockdev_new (testbed, training_printer_device (printer), 1);
  int file = open_node (node, training_printer_device (printer));
  guint32 capabilities = 0;

  training_umockdev_free (node);
  training_printer_free (printer);
  g_assert_cmpint (ioctl (file, USBDEVFS_GET_CAPABILITIES, &capabilities), ==, -1);
  g_assert_cmpint (errno, ==, ENODEV);
  close (file);
}

static gpointer
close_file (gpointer data)
{
  close (GPOINTER_TO_INT (data));
  return NULL;
}

/* As when the program at the other end has just ended: umockdev's thread lets go of its open file
 * while the node is freed. */
static void
test_freed_meanwhile (void)
{
  g_autoptr (UMockdevTestbed) testbed = umockdev_testbed_new ();
  TrainingPrinterOptions options = { 0 };

  for (guint i = 0; i < ROUNDS; i++)
    {
      TrainingPrinter *printer = training_printer_new (&options);
      TrainingDevice *device = training_printer_device (printer);
      TrainingUmockdev *node = training_umockdev_new (testbed, device, 1);
      int file = open_node (node, device);
      GThread *closing = g_thread_new ("close", close_file, GINT_TO_POINTER (file));

      g_usleep ((gulong)g_test_rand_int_range (0, SOON_US));
      training_umockdev_free (node);
      training_printer_free (printer);
      g_thread_join (closing);
    }
}

int
main (int argc, char **argv)
{
  /* A node is a terminal underneath: its unplug is a hang-up. */
  signal (SIGHUP, SIG_IGN);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/training/umockdev/plug", test_plug);
  g_test_add_func ("/training/umockdev/freed", test_freed);
  g_test_add_func ("/training/umockdev/freed-meanwhile", test_freed_meanwhile);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "usb-port.h"

static UsbOutcome
write_half (gpointer ctx, guint8 endpoint, BaseSpan data, guint timeout_ms, gsize *out_written)
{
  *out_written = data.size / 2;
  return USB_OUTCOME_TIMEOUT;
}

static void
count_close (gpointer ctx)
{
  (*(guint *)ctx)++;
}

static void
test_port (void)
{
  static const UsbPortOps ops = { .write = write_half, .close = count_close };
  guint closed = 0;
  gsize written = 9;
  UsbPort *port = usb_port_new (&ops, &closed);

  g_assert_cmpint (usb_port_write (port, 1, BASE_SPAN (NULL, 0), 10, &written), ==,
                   USB_OUTCOME_DONE);
  g_assert_cmpuint (written, ==, 0);
  g_assert_cmpint (usb_port_write (port, 1, BASE_SPAN ("abcd", 4), 10, &written), ==,
                   USB_OUTCOME_TIMEOUT);
  g_assert_cmpuint (written, ==, 2);
  usb_port_free (port);
  usb_port_free (NULL);
  g_assert_cmpuint (closed, ==, 1);
}

static void
test_find (void)
{
  g_autoptr (UsbDevice) device = usb_device_new ("1-1");
  const UsbInterface *found;

  device->interface_count = 2;
  device->interfaces[0] = (UsbInterface){ .number = 0, .class_code = 3 };
  device->interfaces[1] = (UsbInterface){ .number = 1,
                                          .class_code = 7,
                                          .subclass = 1,
                                          .endpoint_count = 2,
                                          .endpoints = { { 0x02, 2, 64 }, { 0x84, 2, 64 } } };
  found = usb_device_find_interface (device, 7, 1);
  g_assert_nonnull (found);
  g_assert_cmpuint (usb_interface_find_endpoint (found, 2, FALSE)->address, ==, 0x02);
  g_assert_cmpuint (usb_interface_find_endpoint (found, 2, TRUE)->address, ==, 0x84);
  g_assert_null (usb_interface_find_endpoint (found, 3, TRUE));
  g_assert_null (usb_device_find_interface (device, 7, 2));
  g_assert_nonnull (usb_device_find_interface (device, 3, -1));
}

static void
test_words (void)
{
  g_assert_cmpstr (usb_outcome_word (USB_OUTCOME_DONE), ==, "done");
  g_assert_cmpstr (usb_outcome_word (USB_OUTCOME_GONE), ==, "gone");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/devices/usb-port/port", test_port);
  g_test_add_func ("/devices/usb-port/find", test_find);
  g_test_add_func ("/devices/usb-port/words", test_words);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "msr.h"

#include "device-error.h"

/* Waiting for a card is tried in tests/devices, against real libusb. */
static void
test_ciphertext (void)
{
  MsrSwipe *swipe = g_new0 (MsrSwipe, 1);

  g_assert_cmpuint (msr_swipe_ciphertext (swipe).size, ==, 0);
  swipe->tracks[0] = base_secret_new (16);
  g_assert_cmpuint (msr_swipe_ciphertext (swipe).size, ==, 16);
  swipe->tracks[1] = base_secret_new (8);
  g_assert_cmpuint (msr_swipe_ciphertext (swipe).size, ==, 8);
  swipe->layout = MSR_LAYOUT_JOINED;
  g_assert_cmpuint (msr_swipe_ciphertext (swipe).size, ==, 16);
  msr_swipe_free (swipe);
  msr_swipe_free (NULL);
}

static void
test_refused (void)
{
  g_autoptr (UsbDevice) device = usb_device_new ("1-1");
  char sentence[] = "It types.";
  DeviceEntry entry = { .role = DEVICE_ROLE_REFUSED, .usb = device, .sentence = sentence };
  static const UsbBusOps ops = { NULL };
  UsbBus bus = { &ops, NULL };
  g_autoptr (GError) error = NULL;

  g_assert_null (msr_open (&bus, &entry, &error));
  g_assert_error (error, DEVICE_ERROR, DEVICE_ERROR_REFUSED);
  g_assert_cmpstr (error->message, ==, sentence);
  g_assert_cmpstr (msr_outcome_word (MSR_BAD_READ), ==, "bad-read");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/devices/msr/ciphertext", test_ciphertext);
  g_test_add_func ("/devices/msr/refused", test_refused);
  return g_test_run ();
}

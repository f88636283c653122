/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ccid-quirk.h"

static CcidDescriptor
apply (guint16 vendor, guint16 product, guint16 release, CcidLevel level, guint *out_quirks)
{
  g_autoptr (UsbDevice) device = usb_device_new ("1-1");
  CcidDescriptor descriptor = { .level = level, .pin = 3, .rate_max = 400000 };

  device->vendor = vendor;
  device->product = product;
  device->release = release;
  *out_quirks = ccid_quirk_apply (device, &descriptor);
  return descriptor;
}

static void
test_rows (void)
{
  CcidDescriptor descriptor;
  guint quirks;

  descriptor = apply (0x1209, 0x7117, 0x0100, CCID_LEVEL_SHORT, &quirks);
  g_assert_cmpuint (quirks, ==, CCID_QUIRK_NONE);
  g_assert_cmpuint (descriptor.pin, ==, 3);
  descriptor = apply (0x076B, 0x3031, 0x0100, CCID_LEVEL_SHORT, &quirks);
  g_assert_cmpint (descriptor.level, ==, CCID_LEVEL_EXTENDED);
  g_assert_cmpuint (descriptor.pin, ==, 0);
  descriptor = apply (0x046A, 0x00A1, 0x0100, CCID_LEVEL_SHORT, &quirks);
  g_assert_cmpint (descriptor.level, ==, CCID_LEVEL_EXTENDED);
  g_assert_cmpuint (descriptor.pin, ==, 3);
  descriptor = apply (0x046A, 0x00A1, 0x0100, CCID_LEVEL_TPDU, &quirks);
  g_assert_cmpint (descriptor.level, ==, CCID_LEVEL_TPDU);
  descriptor = apply (0x0D46, 0x3010, 0x0100, CCID_LEVEL_EXTENDED, &quirks);
  g_assert_cmpint (descriptor.level, ==, CCID_LEVEL_SHORT);
  descriptor = apply (0x25DD, 0x3111, 0x0111, CCID_LEVEL_SHORT, &quirks);
  g_assert_cmpuint (descriptor.pin, ==, 0);
  descriptor = apply (0x058F, 0x9540, 0x0100, CCID_LEVEL_TPDU, &quirks);
  g_assert_cmpuint (descriptor.rate_max, ==, 200000);
}

static void
test_firmware (void)
{
  guint quirks;

  apply (0x04E6, 0xE001, 0x0515, CCID_LEVEL_TPDU, &quirks);
  g_assert_cmpuint (quirks, ==, CCID_QUIRK_REFUSED);
  apply (0x04E6, 0xE001, 0x0516, CCID_LEVEL_TPDU, &quirks);
  g_assert_cmpuint (quirks, ==, CCID_QUIRK_NONE);
  apply (0x03F0, 0x0036, 0x0123, CCID_LEVEL_TPDU, &quirks);
  g_assert_cmpuint (quirks, ==, CCID_QUIRK_REFUSED | CCID_QUIRK_NO_PIN_PAD);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ccid/quirk/rows", test_rows);
  g_test_add_func ("/ccid/quirk/firmware", test_firmware);
  return g_test_run ();
}

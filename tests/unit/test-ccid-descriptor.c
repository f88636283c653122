/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ccid-descriptor.h"

#include "device-error.h"
#include "training-ccid-model.h"

static UsbInterface
describe (const char *name, guint8 out[CCID_DESCRIPTOR_SIZE])
{
  TrainingCcidModel model = *training_ccid_model_find (name);
  UsbInterface interface = { 0 };

  training_ccid_model_complete (&model);
  training_ccid_model_describe (&model, out);
  interface.class_code = model.class_code;
  interface.protocol = model.protocol;
  return interface;
}

static void
test_good (void)
{
  guint8 bytes[CCID_DESCRIPTOR_SIZE];
  UsbInterface interface = describe ("pad", bytes);
  CcidDescriptor descriptor;

  /* Behind another one of its class. */
  usb_interface_add_extra (&interface, BASE_SPAN ("\x05\x21\x01\x02\x03", 5));
  usb_interface_add_extra (&interface, BASE_SPAN (bytes, sizeof bytes));
  g_assert_true (ccid_descriptor_is_reader (&interface));
  g_assert_true (ccid_descriptor_read (&interface, &descriptor, NULL));
  g_assert_cmpuint (descriptor.slots, ==, 1);
  g_assert_cmpuint (descriptor.voltages, ==, 7);
  g_assert_cmpuint (descriptor.protocols, ==, 3);
  g_assert_cmpuint (descriptor.clock_khz, ==, 4000);
  g_assert_cmpuint (descriptor.rate_max, ==, 344086);
  g_assert_cmpuint (descriptor.ifsd, ==, 254);
  g_assert_cmpint (descriptor.level, ==, CCID_LEVEL_TPDU);
  g_assert_cmpuint (descriptor.message_max, ==, 271);
  g_assert_cmpuint (descriptor.pin, ==, 1);
}

static void
assert_refused (const UsbInterface *interface, int code)
{
  CcidDescriptor descriptor;
  g_autoptr (GError) error = NULL;

  g_assert_false (ccid_descriptor_read (interface, &descriptor, &error));
  g_assert_error (error, DEVICE_ERROR, code);
}

static void
test_refused (void)
{
  static const char *const names[] = { "character", "iccd" };
  guint8 bytes[CCID_DESCRIPTOR_SIZE];

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      UsbInterface interface = describe (names[i], bytes);

      usb_interface_add_extra (&interface, BASE_SPAN (bytes, sizeof bytes));
      assert_refused (&interface, DEVICE_ERROR_REFUSED);
    }
}

typedef struct
{
  gsize at;
  guint8 value;
} Spoil;

static void
test_bad (void)
{
  static const Spoil spoils[]
      = { { 0, 53 }, { 0, 0 }, { 1, 0x24 }, { 4, 16 }, { 44, 10 }, { 47, 1 } };
  guint8 bytes[CCID_DESCRIPTOR_SIZE];

  for (guint i = 0; i < G_N_ELEMENTS (spoils); i++)
    {
      UsbInterface interface = describe ("tpdu", bytes);

      bytes[spoils[i].at] = spoils[i].value;
      if (spoils[i].at == 44)
        bytes[45] = 0;
      usb_interface_add_extra (&interface, BASE_SPAN (bytes, sizeof bytes));
      g_test_message ("%" G_GSIZE_FORMAT, spoils[i].at);
      assert_refused (&interface, DEVICE_ERROR_DATA);
    }
  for (gsize size = 0; size < CCID_DESCRIPTOR_SIZE; size++)
    {
      UsbInterface interface = describe ("tpdu", bytes);

      usb_interface_add_extra (&interface, BASE_SPAN (bytes, size));
      assert_refused (&interface, DEVICE_ERROR_DATA);
    }
}

static void
test_class (void)
{
  guint8 bytes[CCID_DESCRIPTOR_SIZE];
  UsbInterface interface = describe ("vendor-class", bytes);
  CcidDescriptor descriptor;

  g_assert_false (ccid_descriptor_is_reader (&interface));
  usb_interface_add_extra (&interface, BASE_SPAN (bytes, sizeof bytes));
  g_assert_true (ccid_descriptor_is_reader (&interface));
  /* Those older than the standard have a type of their own. */
  interface.extra[1] = 0xFF;
  g_assert_true (ccid_descriptor_read (&interface, &descriptor, NULL));
  interface.class_code = 3;
  g_assert_false (ccid_descriptor_is_reader (&interface));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ccid/descriptor/good", test_good);
  g_test_add_func ("/ccid/descriptor/refused", test_refused);
  g_test_add_func ("/ccid/descriptor/bad", test_bad);
  g_test_add_func ("/ccid/descriptor/class", test_class);
  return g_test_run ();
}

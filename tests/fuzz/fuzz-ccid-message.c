/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ccid-descriptor.h"
#include "ccid-message.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* The first byte is the interface's class; the rest what stands behind it. */
static void
read_descriptor (BaseSpan bytes)
{
  UsbInterface interface = { 0 };
  CcidDescriptor descriptor;

  if (bytes.size == 0)
    return;
  interface.class_code = bytes.data[0];
  usb_interface_add_extra (&interface, BASE_SPAN (bytes.data + 1, bytes.size - 1));
  if (!ccid_descriptor_read (&interface, &descriptor, NULL))
    return;
  g_assert (descriptor.slots >= 1 && descriptor.slots <= CCID_SLOTS_MAX);
  g_assert (descriptor.message_max > CCID_HEADER_SIZE);
  g_assert (descriptor.ifsd >= 1 && descriptor.ifsd <= 254);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  CcidAnswer answer;

  read_descriptor (BASE_SPAN (data, size));
  if (ccid_message_read (BASE_SPAN (data, size), &answer))
    g_assert (answer.message.data.size + CCID_HEADER_SIZE <= size);
  return 0;
}

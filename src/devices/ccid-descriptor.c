/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ccid-descriptor.h"

#include "ccid-message.h"
#include "device-error.h"

#include <glib/gi18n.h>

#define PIN_VERIFY 1
#define TYPE_FUNCTIONAL 0x21
#define PROTOCOL_CCID 0
#define LEVEL_MASK 0x70000
#define LEVEL_TPDU 0x10000
#define LEVEL_SHORT 0x20000
#define LEVEL_EXTENDED 0x40000
#define IFSD_MAX 254
#define MESSAGE_MAX 65556 /* an extended command with its header */

/* The one of that length among the others. */
static gboolean
find (const UsbInterface *interface, BaseSpan *out_bytes)
{
  gsize at = 0;

  while (at + 2 <= interface->extra_size)
    {
      gsize size = interface->extra[at];

      if (size < 2 || size > interface->extra_size - at)
        return FALSE;
      if (size == CCID_DESCRIPTOR_SIZE
          && (interface->extra[at + 1] == TYPE_FUNCTIONAL
              || interface->class_code == CCID_CLASS_VENDOR))
        {
          *out_bytes = BASE_SPAN (interface->extra + at, size);
          return TRUE;
        }
      at += size;
    }
  return FALSE;
}

gboolean
ccid_descriptor_is_reader (const UsbInterface *interface)
{
  BaseSpan bytes;

  return interface->class_code == CCID_CLASS
         || (interface->class_code == CCID_CLASS_VENDOR && find (interface, &bytes));
}

static gboolean
refuse (GError **error, DeviceError code, const char *why)
{
  g_set_error_literal (error, DEVICE_ERROR, code, why);
  return FALSE;
}

static guint32
u32 (BaseSpan bytes, gsize at)
{
  return (guint32)bytes.data[at] | (guint32)bytes.data[at + 1] << 8
         | (guint32)bytes.data[at + 2] << 16 | (guint32)bytes.data[at + 3] << 24;
}

static CcidLevel
level_of (guint32 features)
{
  switch (features & LEVEL_MASK)
    {
    case LEVEL_TPDU:
      return CCID_LEVEL_TPDU;
    case LEVEL_SHORT:
      return CCID_LEVEL_SHORT;
    case LEVEL_EXTENDED:
      return CCID_LEVEL_EXTENDED;
    default:
      return CCID_LEVEL_CHARACTER;
    }
}

gboolean
ccid_descriptor_read (const UsbInterface *interface, CcidDescriptor *out, GError **error)
{
  BaseSpan bytes;

  if (interface->class_code == CCID_CLASS && interface->protocol != PROTOCOL_CCID)
    return refuse (error, DEVICE_ERROR_REFUSED,
                   _ ("This is a chip card in the shape of a USB stick (ICCD), not a card reader"));
  if (!find (interface, &bytes))
    return refuse (error, DEVICE_ERROR_DATA,
                   _ ("The chip reader doesn't say what it can do: it is no CCID reader"));
  *out = (CcidDescriptor){ .slots = bytes.data[4] + 1u,
                           .voltages = bytes.data[5] & 0x07,
                           .protocols = u32 (bytes, 6) & 0x03,
                           .clock_khz = u32 (bytes, 10),
                           .rate_max = u32 (bytes, 23),
                           .ifsd = CLAMP (u32 (bytes, 28), 1, IFSD_MAX),
                           .features = u32 (bytes, 40),
                           .level = level_of (u32 (bytes, 40)),
                           .message_max = u32 (bytes, 44),
                           .lcd = (guint16)(bytes.data[50] | bytes.data[51] << 8),
                           .pin = bytes.data[52] & 0x03 };
  if (out->level == CCID_LEVEL_CHARACTER)
    return refuse (error, DEVICE_ERROR_REFUSED,
                   _ ("This chip reader only passes on single characters. Use one that works with "
                      "whole commands"));
  if (out->slots > CCID_SLOTS_MAX || out->message_max <= CCID_HEADER_SIZE
      || out->message_max > MESSAGE_MAX || (out->protocols == 0 && out->level == CCID_LEVEL_TPDU))
    return refuse (error, DEVICE_ERROR_DATA,
                   _ ("The chip reader says things of itself that can't be"));
  return TRUE;
}

gboolean
ccid_descriptor_has_pad (const CcidDescriptor *self)
{
  return (self->pin & PIN_VERIFY) != 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ccid-quirk.h"

typedef struct
{
  guint16 vendor, product;
  guint16 before; /* only firmware older than this; 0: any */
  guint quirks;
  guint rate_max; /* bit/s, of CCID_QUIRK_SLOW_LINE */
} Row;

#define HID_COMBINATION (CCID_QUIRK_NO_PIN_PAD | CCID_QUIRK_EXTENDED)

static const Row rows[] = {
  /* Announce a pad and short commands; have none, and chain. */
  { 0x076B, 0x3A21, 0, HID_COMBINATION, 0 },         /* HID Aviator */
  { 0x076B, 0x3031, 0, HID_COMBINATION, 0 },         /* Omnikey 3121, 3021, 1021 */
  { 0x076B, 0x6632, 0, HID_COMBINATION, 0 },         /* Omnikey 6121 */
  { 0x046A, 0x00A7, 0, HID_COMBINATION, 0 },         /* Cherry Smart Terminal xx44 */
  { 0x0BF8, 0x1024, 0, HID_COMBINATION, 0 },         /* Fujitsu D323 */
  { 0x046A, 0x00A1, 0, CCID_QUIRK_EXTENDED, 0 },     /* Cherry KC 1000 SC */
  { 0x2F7C, 0x6007, 0, CCID_QUIRK_EXTENDED, 0 },     /* Diebold Nixdorf PN7362AU */
  { 0x0D46, 0x3010, 0, CCID_QUIRK_NOT_EXTENDED, 0 }, /* Kobil TriBank */
  /* A keyboard whose "pad" gives the PIN to the PC, or a pad that isn't there. */
  { 0x03F0, 0x1024, 0, CCID_QUIRK_NO_PIN_PAD, 0 },     /* HP */
  { 0x03F0, 0x0036, 0, CCID_QUIRK_NO_PIN_PAD, 0 },     /* HP */
  { 0x0BF8, 0x1017, 0, CCID_QUIRK_NO_PIN_PAD, 0 },     /* Fujitsu */
  { 0x04F2, 0x1469, 0, CCID_QUIRK_NO_PIN_PAD, 0 },     /* Chicony, for HP */
  { 0x0783, 0x0006, 0, CCID_QUIRK_NO_PIN_PAD, 0 },     /* C3PO LTC31 v2 */
  { 0x25DD, 0x3111, 0, CCID_QUIRK_NO_PIN_PAD, 0 },     /* bit4id miniLector */
  { 0x0B81, 0x0200, 0, CCID_QUIRK_SLOW_START, 0 },     /* CL1356D */
  { 0x072F, 0x2200, 0, CCID_QUIRK_SLOW_START, 0 },     /* ACS ACR122U */
  { 0x09D8, 0x0427, 0, CCID_QUIRK_SLOW_START, 0 },     /* Elatec TWN4 */
  { 0x09D8, 0x0428, 0, CCID_QUIRK_SLOW_START, 0 },     /* Elatec TWN4 */
  { 0x04E6, 0x5293, 0, CCID_QUIRK_SLOW_START, 0 },     /* SCM SCL011 */
  { 0x04E6, 0x5724, 0, CCID_QUIRK_SLOW_START, 0 },     /* Identiv uTrust 4701 F */
  { 0x058F, 0x9540, 0, CCID_QUIRK_SLOW_LINE, 200000 }, /* Alcor AU9540 */
  { 0x0B97, 0x7762, 0, CCID_QUIRK_SLOW_LINE, 9600 },   /* O2Micro OZ776 */
  { 0x0B97, 0x7772, 0, CCID_QUIRK_SLOW_LINE, 9600 },   /* O2Micro OZ776 */
  /* Firmware that is known not to work. */
  { 0x04E6, 0xE001, 0x0516, CCID_QUIRK_REFUSED, 0 }, /* SCR 331 */
  { 0x04E6, 0x5111, 0x0620, CCID_QUIRK_REFUSED, 0 }, /* SCR 331-DI */
  { 0x04E6, 0xE003, 0x0510, CCID_QUIRK_REFUSED, 0 }, /* SPR 532 */
  { 0x0D46, 0x3001, 0x0037, CCID_QUIRK_REFUSED, 0 }, /* Kobil KAAN Base */
  { 0x0D46, 0x3002, 0x0037, CCID_QUIRK_REFUSED, 0 }, /* Kobil KAAN Advanced */
  { 0x09C3, 0x0008, 0x0203, CCID_QUIRK_REFUSED, 0 }, /* ActivCard V2 */
  { 0x0DC3, 0x1004, 0x0502, CCID_QUIRK_REFUSED, 0 }, /* ASE IIIe USBv2 */
  { 0x0DC3, 0x1102, 0x0607, CCID_QUIRK_REFUSED, 0 }, /* ASE IIIe KB */
  { 0x058F, 0x9520, 0x0102, CCID_QUIRK_REFUSED, 0 }, /* Alcor AU9520-G */
  { 0x08C3, 0x0402, 0x5000, CCID_QUIRK_REFUSED, 0 }, /* Precise 200 MC */
  { 0x08C3, 0x0401, 0x5000, CCID_QUIRK_REFUSED, 0 }, /* Precise 250 MC */
  { 0x0B0C, 0x0050, 0x0101, CCID_QUIRK_REFUSED, 0 }, /* Todos Argos Mini II */
  { 0x03F0, 0x0036, 0x0124, CCID_QUIRK_REFUSED, 0 }, /* HP keyboard */
  { 0x062D, 0x0001, 0x0102, CCID_QUIRK_REFUSED, 0 }, /* THRC */
  { 0x0B97, 0x7762, 0x0111, CCID_QUIRK_REFUSED, 0 }, /* O2Micro OZ776 */
};

static gboolean
is_about (const Row *row, const UsbDevice *device)
{
  return row->vendor == device->vendor && row->product == device->product
         && (row->before == 0 || device->release < row->before);
}

guint
ccid_quirk_apply (const UsbDevice *device, CcidDescriptor *descriptor)
{
  guint quirks = CCID_QUIRK_NONE;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (is_about (&rows[i], device))
      {
        quirks |= rows[i].quirks;
        if (rows[i].rate_max != 0)
          descriptor->rate_max = rows[i].rate_max;
      }
  if ((quirks & CCID_QUIRK_NO_PIN_PAD) != 0)
    descriptor->pin = 0;
  if ((quirks & CCID_QUIRK_EXTENDED) != 0 && descriptor->level == CCID_LEVEL_SHORT)
    descriptor->level = CCID_LEVEL_EXTENDED;
  if ((quirks & CCID_QUIRK_NOT_EXTENDED) != 0 && descriptor->level == CCID_LEVEL_EXTENDED)
    descriptor->level = CCID_LEVEL_SHORT;
  return quirks;
}

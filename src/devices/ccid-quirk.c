/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ccid-quirk.h"

static const struct
{
  guint16 vendor, product;
  guint quirks;
} rows[] = {
  { 0x076B, 0x3021, CCID_QUIRK_NO_PIN_PAD | CCID_QUIRK_EXTENDED }, /* Omnikey 3x21 */
  { 0x076B, 0x6622, CCID_QUIRK_EXTENDED },                         /* Omnikey 6121 */
  { 0x046A, 0x00A1, CCID_QUIRK_EXTENDED },                         /* Cherry KC 1000 */
  { 0x072F, 0x90CC, CCID_QUIRK_SLOW_START },                       /* ACS ACR38 */
  { 0x072F, 0x2200, CCID_QUIRK_SLOW_START },                       /* ACS ACR122 */
  { 0x03F0, 0x1024, CCID_QUIRK_NO_PIN_PAD }, /* HP keyboard: PIN goes to the PC */
  { 0x03F0, 0x0036, CCID_QUIRK_NO_PIN_PAD },
  { 0x25DD, 0x3111, CCID_QUIRK_NO_PIN_PAD },   /* bit4id */
  { 0x0D46, 0x3010, CCID_QUIRK_NOT_EXTENDED }, /* Kobil TriBank */
};

guint
ccid_quirk_apply (guint16 vendor, guint16 product, CcidDescriptor *descriptor)
{
  guint quirks = CCID_QUIRK_NONE;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (rows[i].vendor == vendor && rows[i].product == product)
      quirks |= rows[i].quirks;
  if ((quirks & CCID_QUIRK_NO_PIN_PAD) != 0)
    descriptor->pin = 0;
  if ((quirks & CCID_QUIRK_EXTENDED) != 0 && descriptor->level == CCID_LEVEL_SHORT)
    descriptor->level = CCID_LEVEL_EXTENDED;
  if ((quirks & CCID_QUIRK_NOT_EXTENDED) != 0 && descriptor->level == CCID_LEVEL_EXTENDED)
    descriptor->level = CCID_LEVEL_SHORT;
  return quirks;
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * MagTek MagneSafe V5: one HID input report a swipe. Where its fields lie depends on the firmware,
 * so they are found by their usages in the HID report descriptor; the classic table serves where
 * there is none. Pure.
 */
#pragma once

#include "msr-hid.h"
#include "msr.h"

G_BEGIN_DECLS

#define MSR_MAGTEK_USAGE_PAGE 0xFF00

typedef enum
{
  MSR_MAGTEK_STATUS_1,
  MSR_MAGTEK_STATUS_2,
  MSR_MAGTEK_STATUS_3,
  MSR_MAGTEK_LENGTH_1,
  MSR_MAGTEK_LENGTH_2,
  MSR_MAGTEK_LENGTH_3,
  MSR_MAGTEK_DATA_1,
  MSR_MAGTEK_DATA_2,
  MSR_MAGTEK_DATA_3,
  MSR_MAGTEK_SERIAL,
  MSR_MAGTEK_ENCRYPTION,
  MSR_MAGTEK_KSN,
  MSR_MAGTEK_MASKED_LENGTH_1,
  MSR_MAGTEK_MASKED_LENGTH_2,
  MSR_MAGTEK_MASKED_LENGTH_3,
  MSR_MAGTEK_MASKED_1,
  MSR_MAGTEK_MASKED_2,
  MSR_MAGTEK_MASKED_3,
  MSR_MAGTEK_CLEAR_LENGTH_1,
  MSR_MAGTEK_CLEAR_LENGTH_2,
  MSR_MAGTEK_CLEAR_LENGTH_3,
  MSR_MAGTEK_FIELDS,
} MsrMagtekField;

/* Bytes in the report; size 0: the firmware doesn't send it. */
typedef struct
{
  MsrHidField fields[MSR_MAGTEK_FIELDS];
  gsize report_size; /* bytes, its report id (if any) included */
} MsrMagtekLayout;

/* The classic firmware's table. */
void msr_magtek_layout_init (MsrMagtekLayout *out_layout);
/* DEVICE_ERROR_DATA when the descriptor is malformed or the fields that a payment needs aren't
 * there. */
gboolean msr_magtek_layout_read (BaseSpan descriptor, MsrMagtekLayout *out_layout, GError **error);
/* MSR_SWIPED, MSR_BAD_READ, MSR_REFUSED or MSR_FAULT. */
MsrOutcome msr_magtek_parse (const MsrMagtekLayout *layout,
                             BaseSpan report,
                             MsrSwipe **out_swipe,
                             GError **error);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A bounded reader of HID report descriptors (HID 1.11, 6.2.2), as much as finding input fields by
 * their usages needs. Pure.
 */
#pragma once

#include "base-bytes.h"

G_BEGIN_DECLS

#define MSR_HID_DESCRIPTOR_MAX 4096
#define MSR_HID_ITEMS_MAX 1024
#define MSR_HID_USAGES_MAX 64
#define MSR_HID_FIELDS_MAX 256
#define MSR_HID_REPORT_BITS_MAX (4096 * 8)

typedef struct
{
  guint16 page;
  guint16 usage;
  guint8 report_id; /* 0: reports have none */
  gsize offset;     /* bytes into the report, its id included */
  gsize size;       /* bytes */
} MsrHidField;

typedef struct
{
  guint16 page; /* of the first top collection: 0x01 with usage 0x06 is a keyboard */
  guint16 usage;
  guint field_count;
  MsrHidField fields[MSR_HID_FIELDS_MAX];
  gsize report_size;  /* of the longest input report, bytes, id included */
  gsize feature_size; /* of the longest feature report, bytes, id included */
} MsrHidReport;

/* DEVICE_ERROR_DATA, naming the offset, when it is malformed. Fields that aren't whole bytes are
 * skipped. */
gboolean msr_hid_parse (BaseSpan descriptor, MsrHidReport *out_report, GError **error);

G_END_DECLS

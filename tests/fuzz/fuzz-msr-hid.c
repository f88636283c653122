/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "msr-magtek.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree MsrHidReport *report = g_new0 (MsrHidReport, 1);
  MsrMagtekLayout layout;

  if (msr_hid_parse (BASE_SPAN (data, size), report, NULL))
    for (guint i = 0; i < report->field_count; i++)
      g_assert (report->fields[i].offset + report->fields[i].size <= report->report_size);
  msr_magtek_layout_read (BASE_SPAN (data, size), &layout, NULL);
  return 0;
}

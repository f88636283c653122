/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "msr-magtek.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (MsrSwipe) swipe = NULL;
  MsrMagtekLayout layout;

  msr_magtek_layout_init (&layout);
  if (msr_magtek_parse (&layout, BASE_SPAN (data, size), &swipe, NULL) == MSR_SWIPED)
    g_assert (msr_swipe_ciphertext (swipe).size > 0);
  return 0;
}

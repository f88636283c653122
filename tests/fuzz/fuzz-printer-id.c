/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "printer-id.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  PrinterId id;

  printer_id_parse (BASE_SPAN (data, size), &id);
  return 0;
}

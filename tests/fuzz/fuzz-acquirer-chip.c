/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any bytes as a chip's data. What is picked out can be read again and holds nothing else.
 */
#include "acquirer-chip.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  AcquirerChipTags tags;
  g_autoptr (BaseSecret) picked = NULL;
  guint32 tag;

  g_assert (acquirer_chip_tags_parse (&tags, "9F26 95 9F36 DF31 57"));
  picked = acquirer_chip_pick (&tags, BASE_SPAN (data, size));
  if (picked != NULL)
    g_assert (acquirer_chip_fits (&tags, base_secret_span (picked), &tag));
  return 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A chip's data as they stand in a message: BER-TLV, one level, definite lengths (EMV 4.4 Book 3,
 * Annex B). Each flow of a profile lists the tags that its message may carry; this picks them out
 * of what the card and the till have, in that order, and tells a tag that doesn't belong. It knows
 * the meaning of none of them. Pure; the bytes may be card data, so results are wiped.
 */
#pragma once

#include "base-bytes.h"
#include "base-secret.h"

G_BEGIN_DECLS

#define ACQUIRER_CHIP_TAGS_MAX 48
#define ACQUIRER_CHIP_SIZE_MAX 1024 /* bytes of all data objects */

typedef struct
{
  guint count;
  guint32 tags[ACQUIRER_CHIP_TAGS_MAX];
} AcquirerChipTags;

/* "9F26 9F27 95": FALSE when a word is no tag, stands twice, or there are too many. */
gboolean acquirer_chip_tags_parse (AcquirerChipTags *self, const char *text);
/* The objects of `data` whose tags are listed, in the order of the list; NULL when `data` can't be
 * read. An empty list takes everything as it is. */
BaseSecret *acquirer_chip_pick (const AcquirerChipTags *self, BaseSpan data);
/* TRUE: readable, and nothing in it but what the list has. Else *out_tag is the first tag that
 * doesn't belong, 0 when it can't be read. */
gboolean acquirer_chip_fits (const AcquirerChipTags *self, BaseSpan data, guint32 *out_tag);

G_END_DECLS

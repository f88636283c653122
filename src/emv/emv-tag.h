/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The names and formats of data objects (EMV 4.4 Book 3, Annex A). One table: lists of data objects
 * are filled by it, traces and `decode tlv` explain with it. Static, any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  EMV_FORMAT_BINARY,
  EMV_FORMAT_NUMERIC,    /* n: packed digits, leading zeros */
  EMV_FORMAT_COMPRESSED, /* cn: packed digits, trailing F */
  EMV_FORMAT_TEXT,       /* an, ans, a */
  EMV_FORMAT_TEMPLATE,   /* objects */
  EMV_FORMAT_LIST,       /* tags, or tags and lengths (DOL) */
} EmvFormat;

typedef struct
{
  guint32 tag;
  EmvFormat format;
  gboolean card_number; /* holds a card number, or a part of a track */
  const char *name;     /* English, for gettext */
} EmvTag;

/* NULL: none that the standard has. */
const EmvTag *emv_tag_find (guint32 tag);
/* BINARY for one that isn't known. */
EmvFormat emv_tag_format (guint32 tag);

G_END_DECLS

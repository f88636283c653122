/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * BER-TLV as chips and acquirers write it: tags of one to three bytes, definite lengths of at most
 * two bytes (EMV 4.4 Book 3, Annex B). Objects are borrowed from what is read; nothing is copied,
 * and nothing is kept. Pure, any thread.
 */
#pragma once

#include "base-bytes.h"

G_BEGIN_DECLS

typedef struct
{
  guint32 tag;
  BaseSpan value;
  BaseSpan object; /* tag, length and value */
} EmvTlv;

typedef enum
{
  EMV_TLV_OBJECT,
  EMV_TLV_END, /* nothing but padding is left */
  EMV_TLV_BAD, /* what is left can't be read */
} EmvTlvStep;

/* The object at the reader's place, where no padding may stand. FALSE: there is none that can be
 * read. */
gboolean emv_tlv_read (BaseReader *reader, EmvTlv *out_object);
/* The next object; the bytes 00 that may stand between objects are skipped (Annex B1). */
EmvTlvStep emv_tlv_next (BaseReader *reader, EmvTlv *out_object);
/* A tag alone, as in lists of tags and of data objects. */
gboolean emv_tlv_read_tag (BaseReader *reader, guint32 *out_tag);

/* Its value is itself objects (bit 6 of the tag's first byte). */
gboolean emv_tlv_is_constructed (guint32 tag);
/* The first such object on this level alone. FALSE: it isn't there, or what stands before it can't
 * be read. */
gboolean emv_tlv_find (BaseSpan objects, guint32 tag, BaseSpan *out_value);
/* Whether all of it can be read on this level. */
gboolean emv_tlv_is_readable (BaseSpan objects);

/* At most 65535 bytes of value. FALSE, as with every writer, when there is no room. */
gboolean emv_tlv_put (BaseWriter *writer, guint32 tag, BaseSpan value);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Bounded reading and writing of bytes that came from, or go to, a wire, USB, a disk or a person.
 * Every module that parses outside bytes goes through BaseReader; nobody does pointer arithmetic of
 * their own. A span borrows; a writer owns. Readers never read past their span and writers never
 * grow past their maximum: both say FALSE.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  const guint8 *data; /* may be NULL when size is 0 */
  gsize size;         /* bytes */
} BaseSpan;

#define BASE_SPAN(bytes, length) ((BaseSpan){ (const guint8 *)(bytes), (length) })
#define BASE_SPAN_STR(text) ((BaseSpan){ (const guint8 *)(text), strlen (text) })

BaseSpan base_bytes_span (GBytes *bytes);
gboolean base_bytes_equal (BaseSpan a, BaseSpan b);
/* Time does not depend on where the first difference is. */
gboolean base_bytes_equal_secret (BaseSpan a, BaseSpan b);

/* Upper-case hex, no separators. Yours to free. */
char *base_bytes_to_hex (BaseSpan span);
/* Reads hex digits of either case; white space and ':' between bytes are skipped. NULL with
 * G_IO_ERROR_INVALID_DATA naming the offset of what is not hex, or when the digits are odd in
 * number. */
GBytes *base_bytes_from_hex (const char *text, GError **error);

typedef struct
{
  BaseSpan span;
  gsize offset;
} BaseReader;

void base_reader_init (BaseReader *self, BaseSpan span);
static inline gsize
base_reader_left (const BaseReader *self)
{
  g_assert (self->offset <= self->span.size);
  return self->span.size - self->offset;
}

/* Each returns FALSE, and moves nothing, when fewer bytes are left than it wants. */
gboolean base_reader_u8 (BaseReader *self, guint8 *out_value);
gboolean base_reader_u16be (BaseReader *self, guint16 *out_value);
gboolean base_reader_u16le (BaseReader *self, guint16 *out_value);
gboolean base_reader_u32be (BaseReader *self, guint32 *out_value);
gboolean base_reader_u32le (BaseReader *self, guint32 *out_value);
gboolean base_reader_u64be (BaseReader *self, guint64 *out_value);
static inline gboolean
base_reader_take (BaseReader *self, gsize size, BaseSpan *out_span)
{
  if (size > base_reader_left (self))
    return FALSE;
  *out_span = BASE_SPAN (size > 0 ? self->span.data + self->offset : NULL, size);
  self->offset += size;
  return TRUE;
}

gboolean base_reader_skip (BaseReader *self, gsize size);

typedef struct
{
  GByteArray *bytes;
  gsize size_max;
  gboolean overflowed; /* sticky: once TRUE, nothing more is written */
} BaseWriter;

void base_writer_init (BaseWriter *self, gsize size_max);
void base_writer_clear (BaseWriter *self);
gboolean base_writer_u8 (BaseWriter *self, guint8 value);
gboolean base_writer_u16be (BaseWriter *self, guint16 value);
gboolean base_writer_u16le (BaseWriter *self, guint16 value);
gboolean base_writer_u32be (BaseWriter *self, guint32 value);
gboolean base_writer_u64be (BaseWriter *self, guint64 value);
gboolean base_writer_put (BaseWriter *self, BaseSpan span);
gboolean base_writer_fill (BaseWriter *self, guint8 value, gsize count);
BaseSpan base_writer_span (const BaseWriter *self);
/* Ends the writer and gives what was written; NULL when it overflowed. */
GBytes *base_writer_steal (BaseWriter *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BaseWriter, base_writer_clear)

G_END_DECLS

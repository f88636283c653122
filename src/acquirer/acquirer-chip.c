/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer-chip.h"

#include "base-number.h"

#include <string.h>

#define TAG_BYTES_MAX 3
#define OBJECTS_MAX 128

static gboolean
lists (const AcquirerChipTags *self, guint32 tag)
{
  for (guint i = 0; i < self->count; i++)
    if (self->tags[i] == tag)
      return TRUE;
  return FALSE;
}

gboolean
acquirer_chip_tags_parse (AcquirerChipTags *self, const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, " ", -1);

  self->count = 0;
  for (guint i = 0; words[i] != NULL; i++)
    {
      guint64 tag;

      if (words[i][0] == '\0')
        continue;
      if (strlen (words[i]) > 2 * TAG_BYTES_MAX || self->count == ACQUIRER_CHIP_TAGS_MAX
          || !base_number_parse (words[i], 16, 1, 0xFFFFFF, &tag) || lists (self, (guint32)tag))
        return FALSE;
      self->tags[self->count++] = (guint32)tag;
    }
  return TRUE;
}

/* ISO 8825-1: a tag goes on while its bytes' highest bits say so. */
static gboolean
read_tag (BaseReader *reader, guint32 *out_tag)
{
  guint8 byte;
  guint count = 1;

  if (!base_reader_u8 (reader, &byte))
    return FALSE;
  *out_tag = byte;
  if ((byte & 0x1F) != 0x1F)
    return byte != 0;
  do
    {
      if (++count > TAG_BYTES_MAX || !base_reader_u8 (reader, &byte))
        return FALSE;
      *out_tag = *out_tag << 8 | byte;
    }
  while ((byte & 0x80) != 0);
  return TRUE;
}

gboolean
acquirer_chip_read (BaseReader *reader, guint32 *out_tag, BaseSpan *out_object, BaseSpan *out_value)
{
  BaseReader start = *reader;
  guint8 first, second = 0, third = 0;
  gsize size;

  if (!read_tag (reader, out_tag) || !base_reader_u8 (reader, &first))
    return FALSE;
  if (first == 0x81 && !base_reader_u8 (reader, &second))
    return FALSE;
  if (first == 0x82 && (!base_reader_u8 (reader, &second) || !base_reader_u8 (reader, &third)))
    return FALSE;
  if (first > 0x82 || first == 0x80)
    return FALSE;
  size = first < 0x80 ? first : first == 0x81 ? second : (gsize)second << 8 | third;
  if (!base_reader_take (reader, size, out_value))
    return FALSE;
  return base_reader_take (&start, base_reader_left (&start) - base_reader_left (reader),
                           out_object);
}

static gboolean
read_object (BaseReader *reader, guint32 *out_tag, BaseSpan *out_object)
{
  BaseSpan value;

  return acquirer_chip_read (reader, out_tag, out_object, &value);
}

static gboolean
is_readable (BaseSpan data)
{
  BaseReader reader;
  BaseSpan object;
  guint32 tag;
  guint count = 0;

  base_reader_init (&reader, data);
  while (base_reader_left (&reader) > 0)
    if (++count > OBJECTS_MAX || !read_object (&reader, &tag, &object))
      return FALSE;
  return data.size <= ACQUIRER_CHIP_SIZE_MAX;
}

static void
append (guint8 *out, gsize *size, BaseSpan object)
{
  for (gsize i = 0; i < object.size; i++)
    out[(*size)++] = object.data[i];
}

BaseSecret *
acquirer_chip_pick (const AcquirerChipTags *self, BaseSpan data)
{
  guint8 picked[ACQUIRER_CHIP_SIZE_MAX];
  gsize size = 0;
  BaseSecret *result;

  if (data.size == 0 || !is_readable (data))
    return NULL;
  if (self->count == 0)
    return base_secret_new_from (data);
  for (guint i = 0; i < self->count; i++)
    {
      BaseReader reader;
      BaseSpan object;
      guint32 tag;

      base_reader_init (&reader, data);
      while (base_reader_left (&reader) > 0 && read_object (&reader, &tag, &object))
        if (tag == self->tags[i])
          {
            append (picked, &size, object);
            break;
          }
    }
  result = size > 0 ? base_secret_new_from (BASE_SPAN (picked, size)) : NULL;
  base_secret_wipe (picked, size);
  return result;
}

gboolean
acquirer_chip_fits (const AcquirerChipTags *self, BaseSpan data, guint32 *out_tag)
{
  BaseReader reader;
  BaseSpan object;
  guint32 tag;

  *out_tag = 0;
  if (!is_readable (data))
    return FALSE;
  base_reader_init (&reader, data);
  while (self->count > 0 && base_reader_left (&reader) > 0 && read_object (&reader, &tag, &object))
    if (!lists (self, tag))
      {
        *out_tag = tag;
        return FALSE;
      }
  return TRUE;
}

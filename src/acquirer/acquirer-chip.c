/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer-chip.h"

#include "base-number.h"
#include "emv-tlv.h"

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

static gboolean
is_readable (BaseSpan data)
{
  BaseReader reader;
  EmvTlv object;
  guint count = 0;

  base_reader_init (&reader, data);
  while (base_reader_left (&reader) > 0)
    if (++count > OBJECTS_MAX || !emv_tlv_read (&reader, &object))
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
      EmvTlv object;

      base_reader_init (&reader, data);
      while (base_reader_left (&reader) > 0 && emv_tlv_read (&reader, &object))
        if (object.tag == self->tags[i])
          {
            append (picked, &size, object.object);
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
  EmvTlv object;

  *out_tag = 0;
  if (!is_readable (data))
    return FALSE;
  base_reader_init (&reader, data);
  while (self->count > 0 && base_reader_left (&reader) > 0 && emv_tlv_read (&reader, &object))
    if (!lists (self, object.tag))
      {
        *out_tag = object.tag;
        return FALSE;
      }
  return TRUE;
}

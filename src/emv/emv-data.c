/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emv-data.h"

typedef struct
{
  guint32 tag;
  EmvOrigin origin;
  gsize offset, size;
} Entry;

struct _EmvData
{
  Entry entries[EMV_DATA_OBJECTS_MAX];
  guint count;
  BaseSecret *bytes;
  gsize used;
};

EmvData *
emv_data_new (void)
{
  EmvData *self = g_new0 (EmvData, 1);

  self->bytes = base_secret_new (EMV_DATA_BYTES_MAX);
  return self;
}

void
emv_data_free (EmvData *self)
{
  if (self == NULL)
    return;
  base_secret_free (self->bytes);
  g_free (self);
}

static Entry *
find (const EmvData *self, guint32 tag)
{
  for (guint i = 0; i < self->count; i++)
    if (self->entries[i].tag == tag)
      return (Entry *)&self->entries[i];
  return NULL;
}

/* Takes one out and closes the gap, so that a value set a thousand times needs its place once. */
static void
take_out (EmvData *self, Entry *entry)
{
  guint8 *bytes = base_secret_bytes (self->bytes);
  gsize offset = entry->offset, size = entry->size;
  guint place = (guint)(entry - self->entries);

  for (gsize i = offset + size; i < self->used; i++)
    bytes[i - size] = bytes[i];
  self->used -= size;
  base_secret_wipe (bytes + self->used, size);
  for (guint i = place; i + 1 < self->count; i++)
    self->entries[i] = self->entries[i + 1];
  self->count--;
  for (guint i = 0; i < self->count; i++)
    if (self->entries[i].offset > offset)
      self->entries[i].offset -= size;
}

static gboolean
append (EmvData *self, guint32 tag, BaseSpan value, EmvOrigin origin)
{
  guint8 *bytes = base_secret_bytes (self->bytes);

  if (self->count == EMV_DATA_OBJECTS_MAX || value.size > EMV_DATA_BYTES_MAX - self->used)
    return FALSE;
  self->entries[self->count++]
      = (Entry){ .tag = tag, .origin = origin, .offset = self->used, .size = value.size };
  for (gsize i = 0; i < value.size; i++)
    bytes[self->used + i] = value.data[i];
  self->used += value.size;
  return TRUE;
}

gboolean
emv_data_set (EmvData *self, guint32 tag, BaseSpan value, EmvOrigin origin)
{
  Entry *entry = find (self, tag);
  guint8 *bytes = base_secret_bytes (self->bytes);

  if (entry != NULL && entry->size == value.size)
    {
      for (gsize i = 0; i < value.size; i++)
        bytes[entry->offset + i] = value.data[i];
      entry->origin = origin;
      return TRUE;
    }
  if (entry != NULL && value.size > EMV_DATA_BYTES_MAX - self->used + entry->size)
    return FALSE;
  if (entry != NULL)
    take_out (self, entry);
  return append (self, tag, value, origin);
}

gboolean
emv_data_add (EmvData *self, guint32 tag, BaseSpan value, EmvOrigin origin)
{
  return find (self, tag) == NULL && append (self, tag, value, origin);
}

void
emv_data_drop (EmvData *self, guint32 tag)
{
  Entry *entry = find (self, tag);

  if (entry != NULL)
    take_out (self, entry);
}

void
emv_data_forget_card (EmvData *self)
{
  for (guint i = self->count; i > 0; i--)
    if (self->entries[i - 1].origin != EMV_ORIGIN_TERMINAL)
      take_out (self, &self->entries[i - 1]);
}

BaseSpan
emv_data_get (const EmvData *self, guint32 tag)
{
  const Entry *entry = find (self, tag);

  if (entry == NULL)
    return BASE_SPAN (NULL, 0);
  return BASE_SPAN (base_secret_span (self->bytes).data + entry->offset, entry->size);
}

gboolean
emv_data_has (const EmvData *self, guint32 tag)
{
  return find (self, tag) != NULL;
}

gboolean
emv_data_number (const EmvData *self, guint32 tag, guint64 *out_number)
{
  BaseSpan value = emv_data_get (self, tag);
  guint64 number = 0;

  if (value.size == 0 || value.size > 6)
    return FALSE;
  for (gsize i = 0; i < value.size; i++)
    {
      guint high = value.data[i] >> 4, low = value.data[i] & 0x0F;

      if (high > 9 || low > 9)
        return FALSE;
      number = number * 100 + high * 10 + low;
    }
  *out_number = number;
  return TRUE;
}

gboolean
emv_data_uint (const EmvData *self, guint32 tag, guint64 *out_number)
{
  BaseSpan value = emv_data_get (self, tag);
  guint64 number = 0;

  if (value.size == 0 || value.size > 6)
    return FALSE;
  for (gsize i = 0; i < value.size; i++)
    number = number << 8 | value.data[i];
  *out_number = number;
  return TRUE;
}

guint
emv_data_count (const EmvData *self)
{
  return self->count;
}

EmvObject
emv_data_at (const EmvData *self, guint index)
{
  const Entry *entry = &self->entries[index];

  g_assert (index < self->count);
  return (EmvObject){ .tag = entry->tag,
                      .origin = entry->origin,
                      .value = BASE_SPAN (base_secret_span (self->bytes).data + entry->offset,
                                          entry->size) };
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "msr-hid.h"

#include "device-error.h"

#include <glib/gi18n.h>
#include <string.h>

#define STACK_MAX 4

typedef enum
{
  ITEM_MAIN,
  ITEM_GLOBAL,
  ITEM_LOCAL,
  ITEM_RESERVED,
} ItemType;

typedef struct
{
  guint16 page;
  guint32 size_bits;
  guint32 count;
  guint8 report_id;
} Globals;

typedef struct
{
  MsrHidReport *report;
  Globals globals;
  Globals stack[STACK_MAX];
  guint depth;
  guint usage_count;
  guint32 usages[MSR_HID_USAGES_MAX]; /* page in the upper half when it was given */
  guint32 usage_min, usage_max;
  gboolean ranged;
  gboolean saw_collection;
  gsize input_bits[256]; /* by report id */
  gsize feature_bits[256];
} Parser;

static gboolean
fail (GError **error, gsize offset, const char *why)
{
  g_set_error (error, DEVICE_ERROR, DEVICE_ERROR_DATA, _ ("HID report descriptor, byte %zu: %s"),
               offset, why);
  return FALSE;
}

/* Usage of the n-th field of a main item: the last one named serves all that follow. */
static guint32
usage_at (const Parser *self, guint32 index)
{
  if (self->ranged)
    return MIN (self->usage_min + index, self->usage_max);
  if (self->usage_count == 0)
    return 0;
  return self->usages[MIN (index, self->usage_count - 1)];
}

static void
keep_field (Parser *self, guint32 usage, gsize offset_bits, gsize size_bits)
{
  MsrHidField *field;

  if (self->report->field_count >= MSR_HID_FIELDS_MAX || offset_bits % 8 != 0 || size_bits % 8 != 0
      || size_bits == 0 || usage == 0)
    return;
  field = &self->report->fields[self->report->field_count++];
  field->page = usage >> 16 != 0 ? (guint16)(usage >> 16) : self->globals.page;
  field->usage = (guint16)usage;
  field->report_id = self->globals.report_id;
  field->offset = offset_bits / 8 + (self->globals.report_id != 0 ? 1 : 0);
  field->size = size_bits / 8;
}

/* One usage with many elements is one field (a track); many usages share the elements out, one
 * each. */
static gboolean
add_input (Parser *self)
{
  gsize *bits = &self->input_bits[self->globals.report_id];
  guint64 total = (guint64)self->globals.size_bits * self->globals.count;
  guint32 named = self->ranged ? self->usage_max - self->usage_min + 1 : self->usage_count;

  if (total > MSR_HID_REPORT_BITS_MAX || *bits + total > MSR_HID_REPORT_BITS_MAX)
    return FALSE;
  if (named <= 1)
    keep_field (self, usage_at (self, 0), *bits, (gsize)total);
  else
    for (guint32 i = 0; i < MIN (self->globals.count, named); i++)
      {
        guint32 count = i + 1 == named ? self->globals.count - i : 1;

        keep_field (self, usage_at (self, i), *bits + (gsize)i * self->globals.size_bits,
                    (gsize)count * self->globals.size_bits);
      }
  *bits += (gsize)total;
  return TRUE;
}

static gboolean
add_feature (Parser *self)
{
  gsize *bits = &self->feature_bits[self->globals.report_id];
  guint64 total = (guint64)self->globals.size_bits * self->globals.count;

  if (total > MSR_HID_REPORT_BITS_MAX || *bits + total > MSR_HID_REPORT_BITS_MAX)
    return FALSE;
  *bits += (gsize)total;
  return TRUE;
}

static gboolean
do_main (Parser *self, guint8 tag)
{
  gboolean good = TRUE;

  if (tag == 0x8)
    good = add_input (self);
  else if (tag == 0xB)
    good = add_feature (self);
  else if (tag == 0xA && !self->saw_collection)
    {
      guint32 usage = usage_at (self, 0);

      self->saw_collection = TRUE;
      self->report->page = usage >> 16 != 0 ? (guint16)(usage >> 16) : self->globals.page;
      self->report->usage = (guint16)usage;
    }
  self->usage_count = 0;
  self->ranged = FALSE;
  self->usage_min = self->usage_max = 0;
  return good;
}

static gboolean
do_global (Parser *self, guint8 tag, guint32 value)
{
  switch (tag)
    {
    case 0x0:
      self->globals.page = (guint16)value;
      return TRUE;
    case 0x7:
      self->globals.size_bits = value;
      return value <= MSR_HID_REPORT_BITS_MAX;
    case 0x8:
      self->globals.report_id = (guint8)value;
      return value > 0 && value <= G_MAXUINT8;
    case 0x9:
      self->globals.count = value;
      return value <= MSR_HID_REPORT_BITS_MAX;
    case 0xA:
      if (self->depth == STACK_MAX)
        return FALSE;
      self->stack[self->depth++] = self->globals;
      return TRUE;
    case 0xB:
      if (self->depth == 0)
        return FALSE;
      self->globals = self->stack[--self->depth];
      return TRUE;
    default:
      return TRUE; /* logical and physical ranges, units */
    }
}

static gboolean
do_local (Parser *self, guint8 tag, guint32 value)
{
  if (tag == 0x0 && self->usage_count < MSR_HID_USAGES_MAX)
    self->usages[self->usage_count++] = value;
  else if (tag == 0x1)
    self->usage_min = value;
  else if (tag == 0x2)
    {
      self->usage_max = value;
      self->ranged = self->usage_max >= self->usage_min;
      return self->ranged && self->usage_max - self->usage_min < G_MAXUINT16;
    }
  return TRUE;
}

static gboolean
read_value (BaseReader *reader, guint8 size, guint32 *out_value)
{
  guint8 byte;
  guint16 word;

  *out_value = 0;
  if (size == 1 && base_reader_u8 (reader, &byte))
    *out_value = byte;
  else if (size == 2 && base_reader_u16le (reader, &word))
    *out_value = word;
  else if (size == 3)
    return base_reader_u32le (reader, out_value);
  else
    return size == 0;
  return TRUE;
}

static gboolean
do_item (Parser *self, BaseReader *reader, GError **error)
{
  gsize offset = reader->offset;
  guint8 prefix, long_size;
  guint32 value;
  gboolean good = TRUE;

  if (!base_reader_u8 (reader, &prefix))
    return fail (error, offset, _ ("it ends early"));
  if (prefix == 0xFE) /* long items say nothing that we need */
    return base_reader_u8 (reader, &long_size) && base_reader_skip (reader, (gsize)long_size + 1)
               ? TRUE
               : fail (error, offset, _ ("a long item goes over the end"));
  if (!read_value (reader, prefix & 3, &value))
    return fail (error, offset, _ ("an item goes over the end"));
  switch ((ItemType)(prefix >> 2 & 3))
    {
    case ITEM_MAIN:
      good = do_main (self, prefix >> 4);
      break;
    case ITEM_GLOBAL:
      good = do_global (self, prefix >> 4, value);
      break;
    case ITEM_LOCAL:
      good = do_local (self, prefix >> 4, value);
      break;
    case ITEM_RESERVED:
      break;
    }
  return good ? TRUE : fail (error, offset, _ ("an item makes no sense or is too large"));
}

static gsize
longest (const gsize *bits)
{
  gsize size = 0;

  for (guint id = 0; id < 256; id++)
    if (bits[id] > 0)
      size = MAX (size, (bits[id] + 7) / 8 + (id > 0 ? 1 : 0));
  return size;
}

gboolean
msr_hid_parse (BaseSpan descriptor, MsrHidReport *out_report, GError **error)
{
  g_autofree Parser *parser = g_new0 (Parser, 1);
  g_autofree MsrHidReport *report = g_new0 (MsrHidReport, 1);
  BaseReader reader;
  guint items = 0;

  if (descriptor.size == 0 || descriptor.size > MSR_HID_DESCRIPTOR_MAX)
    return fail (error, 0, _ ("it is empty or too long"));
  parser->report = report;
  base_reader_init (&reader, descriptor);
  while (base_reader_left (&reader) > 0)
    {
      if (items++ >= MSR_HID_ITEMS_MAX)
        return fail (error, reader.offset, _ ("it has too many items"));
      if (!do_item (parser, &reader, error))
        return FALSE;
    }
  report->report_size = longest (parser->input_bits);
  report->feature_size = longest (parser->feature_bits);
  *out_report = *report;
  return TRUE;
}

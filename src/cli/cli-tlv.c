/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-tlv.h"

#include "emv-bits.h"
#include "emv-tag.h"
#include "emv-tlv.h"

#include <glib/gi18n.h>
#include <string.h>

#define INDENT 4
#define DEPTH_MAX 6
#define TAGS_ALONE 0x9F4A /* a list without lengths */
#define NAMELESS N_ ("unknown to the standard")

/* The bytes with 00 for what isn't shown; NULL for what are no digits. */
static GBytes *
read_shown (const char *hex)
{
  g_autofree char *digits = g_strdelimit (g_strdup (hex), "*", '0');

  return base_bytes_from_hex (digits, /* error= */ NULL);
}

static const char *
name_of (guint32 tag)
{
  const EmvTag *known = emv_tag_find (tag);

  return known != NULL ? _ (known->name) : _ (NAMELESS);
}

/* ---- Bits ---- */

static guint
highest_bit (guint8 mask)
{
  return (guint)g_bit_storage (mask);
}

static guint
lowest_bit (guint8 mask)
{
  return (guint)g_bit_nth_lsf (mask, -1) + 1;
}

/* Yours. */
static char *
say_place (const EmvMeaning *meaning)
{
  if (meaning->mask == 0)
    return g_strdup_printf (_ ("bytes %u–%u"), meaning->byte, meaning->byte + 3);
  if (meaning->mask == 0xFF)
    return g_strdup_printf (_ ("byte %u"), meaning->byte);
  if (highest_bit (meaning->mask) == lowest_bit (meaning->mask))
    return g_strdup_printf (_ ("byte %u, bit %u"), meaning->byte, highest_bit (meaning->mask));
  return g_strdup_printf (_ ("byte %u, bits %u–%u"), meaning->byte, highest_bit (meaning->mask),
                          lowest_bit (meaning->mask));
}

static void
tell_meaning (CliContext *context, JsonBuilder *builder, const EmvMeaning *meaning, guint indent)
{
  g_autofree char *place = say_place (meaning);

  json_builder_begin_object (builder);
  cli_output_number_member (builder, "byte", meaning->byte);
  if (meaning->mask == 0)
    {
      cli_output_line (context, "%*s%s: %s: %u", indent, "", place, _ (meaning->text),
                       meaning->number);
      cli_output_number_member (builder, "number", meaning->number);
    }
  else
    {
      cli_output_line (context, "%*s%s: %s", indent, "", place, _ (meaning->text));
      cli_output_number_member (builder, "mask", meaning->mask);
      cli_output_number_member (builder, "bits", meaning->bits);
    }
  cli_output_text_member (builder, "text", _ (meaning->text));
  json_builder_end_object (builder);
}

static void
tell_bits (CliContext *context, JsonBuilder *builder, guint32 tag, BaseSpan value, guint indent)
{
  g_autoptr (GArray) meanings = emv_bits_explain (tag, value);

  json_builder_set_member_name (builder, "bits");
  json_builder_begin_array (builder);
  for (guint i = 0; i < meanings->len; i++)
    tell_meaning (context, builder, &g_array_index (meanings, EmvMeaning, i), indent);
  json_builder_end_array (builder);
}

/* ---- Lists ---- */

static void
tell_list (CliContext *context, JsonBuilder *builder, guint32 list, BaseSpan value, guint indent)
{
  BaseReader reader;
  guint32 tag;
  guint8 size = 0;

  json_builder_set_member_name (builder, "list");
  json_builder_begin_array (builder);
  base_reader_init (&reader, value);
  while (emv_tlv_read_tag (&reader, &tag)
         && (list == TAGS_ALONE || base_reader_u8 (&reader, &size)))
    {
      json_builder_begin_object (builder);
      g_autofree char *hex = g_strdup_printf ("%02X", tag);

      cli_output_text_member (builder, "tag", hex);
      cli_output_text_member (builder, "name", name_of (tag));
      if (list == TAGS_ALONE)
        cli_output_line (context, "%*s%-6s %s", indent, "", hex, name_of (tag));
      else
        {
          cli_output_line (context, "%*s%-6s %s (%u)", indent, "", hex, name_of (tag), size);
          cli_output_number_member (builder, "length", size);
        }
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

/* ---- Objects ---- */

/* Its letters, where it has some that may be seen. Yours, or NULL. */
static char *
read_text (guint32 tag, const char *hex, BaseSpan value)
{
  g_autofree char *raw = NULL;

  if (emv_tag_format (tag) != EMV_FORMAT_TEXT || strchr (hex, '*') != NULL || value.size == 0)
    return NULL;
  raw = g_strndup ((const char *)value.data, value.size);
  for (gsize i = 0; i < value.size; i++)
    if (!g_ascii_isprint (raw[i]))
      return NULL;
  return g_steal_pointer (&raw);
}

static void
tell_value (CliContext *context,
            JsonBuilder *builder,
            guint32 tag,
            const char *hex,
            BaseSpan value,
            guint indent)
{
  g_autofree char *text = read_text (tag, hex, value);
  g_autofree char *quoted = text != NULL ? g_strdup_printf ("  “%s”", text) : NULL;

  cli_output_line (context, "%*s%-6X %s  %s%s", indent, "", tag, name_of (tag), hex,
                   quoted != NULL ? quoted : "");
  cli_output_text_member (builder, "value", hex);
  if (text != NULL)
    cli_output_text_member (builder, "text", text);
  if (emv_bits_has (tag))
    tell_bits (context, builder, tag, value, indent + INDENT);
  else if (emv_tag_format (tag) == EMV_FORMAT_LIST)
    tell_list (context, builder, tag, value, indent + INDENT);
}

static void
begin_object (JsonBuilder *builder, guint32 tag)
{
  g_autofree char *text = g_strdup_printf ("%02X", tag);

  json_builder_begin_object (builder);
  cli_output_text_member (builder, "tag", text);
  cli_output_text_member (builder, "name", emv_tag_find (tag) != NULL ? name_of (tag) : NULL);
}

void
cli_tlv_tell_object (CliContext *context,
                     JsonBuilder *builder,
                     guint32 tag,
                     const char *hex,
                     guint indent)
{
  g_autoptr (GBytes) bytes = read_shown (hex);

  begin_object (builder, tag);
  if (bytes != NULL)
    tell_value (context, builder, tag, hex, base_bytes_span (bytes), indent);
  json_builder_end_object (builder);
}

/* `part` lies in `whole`, whose text is `hex`. */
typedef struct
{
  CliContext *context;
  JsonBuilder *builder;
  const char *hex;
  BaseSpan whole;
  gsize bad;
} Tree;

static gboolean
tell_objects (Tree *self, BaseSpan part, guint indent, guint depth)
{
  gboolean good = TRUE;
  BaseReader reader;
  EmvTlvStep step = EMV_TLV_END;
  EmvTlv object;

  json_builder_begin_array (self->builder);
  base_reader_init (&reader, part);
  while (good && (step = emv_tlv_next (&reader, &object)) == EMV_TLV_OBJECT)
    {
      gsize at
          = (gsize)(object.object.data - self->whole.data) + object.object.size - object.value.size;
      g_autofree char *value = g_strndup (self->hex + 2 * at, 2 * object.value.size);

      begin_object (self->builder, object.tag);
      if (emv_tlv_is_constructed (object.tag) && depth < DEPTH_MAX)
        {
          cli_output_line (self->context, "%*s%-6X %s", indent, "", object.tag,
                           name_of (object.tag));
          json_builder_set_member_name (self->builder, "objects");
          good = tell_objects (self, object.value, indent + INDENT, depth + 1);
        }
      else
        tell_value (self->context, self->builder, object.tag, value, object.value, indent);
      json_builder_end_object (self->builder);
    }
  if (good && step == EMV_TLV_BAD)
    self->bad = (gsize)(part.data - self->whole.data) + part.size - base_reader_left (&reader);
  json_builder_end_array (self->builder);
  return good && step == EMV_TLV_END;
}

gboolean
cli_tlv_tell (CliContext *context,
              JsonBuilder *builder,
              const char *hex,
              guint indent,
              gsize *out_bad)
{
  g_autoptr (GBytes) bytes = read_shown (hex);
  Tree tree = { .context = context, .builder = builder, .hex = hex };
  gboolean good;

  if (bytes != NULL)
    tree.whole = base_bytes_span (bytes);
  good = tell_objects (&tree, tree.whole, indent, 0);
  *out_bad = tree.bad;
  return good;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "printer-id.h"

#include <string.h>

#define LENGTH_BYTES 2

typedef struct
{
  const char *key;
  gsize offset;
} Key;

static const Key keys[] = {
  { "MFG", G_STRUCT_OFFSET (PrinterId, maker) },
  { "MANUFACTURER", G_STRUCT_OFFSET (PrinterId, maker) },
  { "MDL", G_STRUCT_OFFSET (PrinterId, model) },
  { "MODEL", G_STRUCT_OFFSET (PrinterId, model) },
  { "CMD", G_STRUCT_OFFSET (PrinterId, commands) },
  { "COMMAND SET", G_STRUCT_OFFSET (PrinterId, commands) },
  { "SN", G_STRUCT_OFFSET (PrinterId, serial) },
  { "SERN", G_STRUCT_OFFSET (PrinterId, serial) },
  { "SERIALNUMBER", G_STRUCT_OFFSET (PrinterId, serial) },
};

/* The bytes up to `end` (which is eaten) or to the end of it all. */
static BaseSpan
take_until (BaseReader *reader, guint8 end)
{
  BaseReader probe = *reader;
  BaseSpan span = { NULL, 0 };
  gsize size = 0;
  guint8 byte;

  while (base_reader_u8 (&probe, &byte) && byte != end)
    size++;
  base_reader_take (reader, size, &span);
  base_reader_skip (reader, 1);
  return span;
}

static void
copy_text (BaseSpan span, char *out_text)
{
  gsize size = 0;

  for (gsize i = 0; i < span.size && size < PRINTER_ID_VALUE_MAX; i++)
    if (g_ascii_isprint (span.data[i]))
      out_text[size++] = (char)span.data[i];
  out_text[size] = '\0';
  g_strstrip (out_text);
}

static gboolean
keep_pair (BaseSpan pair, PrinterId *id)
{
  BaseReader reader;
  BaseSpan value;
  char key[PRINTER_ID_VALUE_MAX + 1], *field;

  base_reader_init (&reader, pair);
  copy_text (take_until (&reader, ':'), key);
  if (!base_reader_take (&reader, base_reader_left (&reader), &value))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    if (g_ascii_strcasecmp (keys[i].key, key) == 0)
      {
        field = G_STRUCT_MEMBER_P (id, keys[i].offset);
        if (field[0] == '\0')
          copy_text (value, field);
        return field[0] != '\0';
      }
  return FALSE;
}

/* The length counts itself, or doesn't, or has its bytes swapped: only a value that fits shortens
 * the text. */
static BaseSpan
clamp (BaseSpan answer)
{
  BaseReader reader;
  guint16 big, little, length;
  gsize body;

  base_reader_init (&reader, answer);
  if (!base_reader_u16be (&reader, &big))
    return BASE_SPAN (NULL, 0);
  little = GUINT16_SWAP_LE_BE (big);
  body = answer.size - LENGTH_BYTES;
  length = big <= answer.size ? big : little;
  if (length >= LENGTH_BYTES && length <= answer.size)
    body = length == body ? body : (gsize)length - LENGTH_BYTES;
  return BASE_SPAN (answer.data + LENGTH_BYTES, MIN (body, PRINTER_ID_SIZE_MAX));
}

gboolean
printer_id_parse (BaseSpan answer, PrinterId *out_id)
{
  PrinterId id = { 0 };
  BaseReader reader;
  gboolean any = FALSE;

  base_reader_init (&reader, clamp (answer));
  while (base_reader_left (&reader) > 0)
    any |= keep_pair (take_until (&reader, ';'), &id);
  *out_id = id;
  return any;
}

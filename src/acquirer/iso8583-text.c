/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "iso8583-text.h"

#include "acquirer-error.h"

#include <glib/gi18n.h>
#include <stdarg.h>

/* Which formats may have a character in their text, as bits 1 << Iso8583Format. */
#define ANY_OF(n, a, an, ans, z, b)                                                                \
  ((n) << ISO8583_FORMAT_N | (a) << ISO8583_FORMAT_A | (an) << ISO8583_FORMAT_AN                   \
   | (ans) << ISO8583_FORMAT_ANS | (z) << ISO8583_FORMAT_Z | (b) << ISO8583_FORMAT_B)

static const guint8 classes[256] = {
  [' '] = ANY_OF (0, 1, 1, 1, 0, 0),         ['!' ... '/'] = ANY_OF (0, 0, 0, 1, 0, 0),
  ['0' ... '9'] = ANY_OF (1, 0, 1, 1, 1, 1), [':' ... '<'] = ANY_OF (0, 0, 0, 1, 0, 0),
  ['='] = ANY_OF (0, 0, 0, 1, 1, 0),         ['>' ... '@'] = ANY_OF (0, 0, 0, 1, 0, 0),
  ['A' ... 'F'] = ANY_OF (0, 1, 1, 1, 1, 1), ['G' ... 'Z'] = ANY_OF (0, 1, 1, 1, 0, 0),
  ['[' ... '`'] = ANY_OF (0, 0, 0, 1, 0, 0), ['a' ... 'f'] = ANY_OF (0, 1, 1, 1, 0, 1),
  ['g' ... 'z'] = ANY_OF (0, 1, 1, 1, 0, 0), ['{' ... '~'] = ANY_OF (0, 0, 0, 1, 0, 0),
};

/* Eight characters at once: none is above '~' or below ' '. The sums never carry out of a byte once
 * the highest bits are known to be clear. */
static inline gboolean
is_printable (guint64 eight)
{
  const guint64 every = G_GUINT64_CONSTANT (0x0101010101010101), top = every << 7;

  return ((eight | (eight + every) | ~((eight | top) - every * ' ')) & top) == 0;
}

/* A single load. */
static inline guint64
take_eight (const guint8 *text)
{
  return (guint64)text[0] | (guint64)text[1] << 8 | (guint64)text[2] << 16 | (guint64)text[3] << 24
         | (guint64)text[4] << 32 | (guint64)text[5] << 40 | (guint64)text[6] << 48
         | (guint64)text[7] << 56;
}

/* The common case, all of them, first and without a branch for each. */
static gboolean
are_all (Iso8583Format format, const guint8 *text, gsize size)
{
  guint8 all = 0xFF;
  gsize done = 0;

  if (format == ISO8583_FORMAT_ANS)
    for (; done + 8 <= size; done += 8)
      if (!is_printable (take_eight (&text[done])))
        return FALSE;
  for (; done + 4 <= size; done += 4)
    all &= classes[text[done]] & classes[text[done + 1]] & classes[text[done + 2]]
           & classes[text[done + 3]];
  for (; done < size; done++)
    all &= classes[text[done]];
  return (all >> format & 1) != 0;
}

gsize
iso8583_text_allowed (Iso8583Format format, const guint8 *text, gsize size)
{
  gsize i = 0;

  if (are_all (format, text, size))
    return size;
  while (i < size && (classes[text[i]] >> format & 1) != 0)
    i++;
  return i;
}

const char *
iso8583_text_format (const Iso8583Field *field)
{
  static const char *const names[] = {
    [ISO8583_FORMAT_NONE] = "-", [ISO8583_FORMAT_N] = "n",     [ISO8583_FORMAT_A] = "a",
    [ISO8583_FORMAT_AN] = "an",  [ISO8583_FORMAT_ANS] = "ans", [ISO8583_FORMAT_Z] = "z",
    [ISO8583_FORMAT_B] = "b",
  };

  return names[field->format];
}

gboolean
iso8583_text_fault (GError **error,
                    const Iso8583Dialect *dialect,
                    guint number,
                    gsize offset,
                    const char *format,
                    ...)
{
  g_autofree char *what = NULL;
  va_list list;

  va_start (list, format);
  what = g_strdup_vprintf (format, list);
  va_end (list);
  if (number == 0)
    return acquirer_error_set (error, ACQUIRER_ERROR_FIELD, _ ("At byte %zu: %s"), offset, what);
  return acquirer_error_set (error, ACQUIRER_ERROR_FIELD, _ ("Field %u (%s) at byte %zu: %s"),
                             number, dialect->fields[number].name, offset, what);
}

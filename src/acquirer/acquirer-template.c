/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer-template.h"

#include "acquirer-error.h"
#include "base-secret.h"

#include <glib/gi18n.h>
#include <string.h>

#define FILLED_SIZE 2048 /* growing would leave copies behind */

/* ---- Reading ---- */

static gboolean
letters_fit (const char *letters, gsize size, gboolean bytes)
{
  if (size > ACQUIRER_TEMPLATE_LETTERS_MAX || (bytes && size % 2 != 0))
    return FALSE;
  for (gsize i = 0; bytes && i < size; i++)
    if (!g_ascii_isxdigit (letters[i]) || g_ascii_islower (letters[i]))
      return FALSE;
  return strchr (letters, '}') == NULL || strchr (letters, '}') >= &letters[size];
}

/* One part more, which is a value's name when `named`. */
static gboolean
add_part (AcquirerTemplate *self, const char *start, gsize size, gboolean named, gboolean bytes)
{
  g_autofree char *word = g_strndup (start, size);
  AcquirerValue value = ACQUIRER_VALUE_NONE;

  if (self->count == ACQUIRER_TEMPLATE_PARTS_MAX
      || (named ? !acquirer_value_from_name (word, &value) : !letters_fit (word, size, bytes)))
    return FALSE;
  if (named && acquirer_value_is_bytes (value) && !bytes)
    return FALSE;
  self->parts[self->count].value = value;
  if (!named)
    g_strlcpy (self->parts[self->count].letters, word, sizeof self->parts[0].letters);
  self->count++;
  return TRUE;
}

/* A value of any length ends the template: nobody could tell where it ends otherwise. */
static gboolean
ends_are_known (const AcquirerTemplate *self)
{
  for (guint i = 0; i + 1 < self->count; i++)
    if (self->parts[i].value != ACQUIRER_VALUE_NONE
        && acquirer_value_width (self->parts[i].value) == 0)
      return FALSE;
  return TRUE;
}

AcquirerTemplate *
acquirer_template_parse (const char *text, gboolean bytes, GError **error)
{
  g_autofree AcquirerTemplate *self = g_new0 (AcquirerTemplate, 1);
  const char *at = text;

  while (*at != '\0')
    {
      gboolean named = *at == '{';
      const char *end = strchr (at, named ? '}' : '{');
      gsize size;

      if (named && end == NULL)
        {
          acquirer_error_set (error, ACQUIRER_ERROR_PROFILE,
                              _ ("“%s” has a brace that isn't closed"), text);
          return NULL;
        }
      at += named ? 1 : 0;
      size = end != NULL ? (gsize)(end - at) : strlen (at);
      if (!add_part (self, at, size, named, bytes))
        {
          acquirer_error_set (
              error, ACQUIRER_ERROR_PROFILE,
              named ? _ ("“%s” names a value that there isn't, or that this field can't hold, or "
                         "has too many parts")
                    : _ ("“%s” has letters that this field can't hold, or too many of them"),
              text);
          return NULL;
        }
      at += size + (named ? 1 : 0);
    }
  if (ends_are_known (self))
    return g_steal_pointer (&self);
  acquirer_error_set (error, ACQUIRER_ERROR_PROFILE,
                      _ ("“%s” has a value of any length before its end"), text);
  return NULL;
}

const char *
acquirer_template_constant (const AcquirerTemplate *self)
{
  if (self->count == 0)
    return "";
  return self->count == 1 && self->parts[0].value == ACQUIRER_VALUE_NONE ? self->parts[0].letters
                                                                         : NULL;
}

gboolean
acquirer_template_has (const AcquirerTemplate *self, AcquirerValue value)
{
  for (guint i = 0; i < self->count; i++)
    if (self->parts[i].value == value)
      return TRUE;
  return FALSE;
}

/* ---- Filling ---- */

/* Whether its characters are written as two hexadecimal ones each. */
static gboolean
is_spelled (AcquirerValue value, gboolean bytes)
{
  return bytes && value != ACQUIRER_VALUE_NONE && !acquirer_value_is_bytes (value);
}

static gboolean
append_value (GByteArray *out,
              AcquirerValue value,
              gboolean bytes,
              AcquirerTemplateSource source,
              gpointer data)
{
  char *text = source (data, value);
  guint width = acquirer_value_width (value);
  gsize size = text != NULL ? strlen (text) : 0;
  gboolean good = text != NULL && (width == 0 || width == size);

  if (good && is_spelled (value, bytes))
    {
      char *hex = base_bytes_to_hex (BASE_SPAN (text, size));

      g_byte_array_append (out, (const guint8 *)hex, (guint)strlen (hex));
      base_secret_free_text (hex);
    }
  else if (good)
    g_byte_array_append (out, (const guint8 *)text, (guint)size);
  base_secret_free_text (text);
  return good;
}

char *
acquirer_template_fill (const AcquirerTemplate *self,
                        gboolean bytes,
                        AcquirerTemplateSource source,
                        gpointer data)
{
  g_autoptr (GByteArray) out = g_byte_array_sized_new (FILLED_SIZE);
  gboolean good = TRUE;

  for (guint i = 0; good && i < self->count; i++)
    if (self->parts[i].value != ACQUIRER_VALUE_NONE)
      good = append_value (out, self->parts[i].value, bytes, source, data);
    else
      g_byte_array_append (out, (const guint8 *)self->parts[i].letters,
                           (guint)strlen (self->parts[i].letters));
  if (!good)
    return NULL;
  g_byte_array_append (out, (const guint8 *)"", 1);
  return (char *)g_byte_array_free (g_steal_pointer (&out), FALSE);
}

/* ---- Looking ---- */

static gboolean
value_fits (AcquirerValue value, gboolean bytes, const char *text, gsize size)
{
  guint width = acquirer_value_width (value);

  if (width != 0 && size != (is_spelled (value, bytes) ? width * 2 : width))
    return FALSE;
  for (gsize i = 0; i < size; i++)
    if (bytes ? !g_ascii_isxdigit (text[i]) : g_ascii_iscntrl (text[i]))
      return FALSE;
  return !bytes || size % 2 == 0;
}

/* Goes through the parts; *out_start and *out_size are those of `wanted` when it is among them. */
static gboolean
walk (const AcquirerTemplate *self,
      gboolean bytes,
      const char *text,
      AcquirerValue wanted,
      const char **out_start,
      gsize *out_size)
{
  gsize left = strlen (text);

  for (guint i = 0; i < self->count; i++)
    {
      AcquirerValue value = self->parts[i].value;
      guint width = value != ACQUIRER_VALUE_NONE
                        ? acquirer_value_width (value) * (is_spelled (value, bytes) ? 2 : 1)
                        : (guint)strlen (self->parts[i].letters);
      gsize size = value != ACQUIRER_VALUE_NONE && width == 0 ? left : width;

      if (size > left
          || (value == ACQUIRER_VALUE_NONE ? strncmp (text, self->parts[i].letters, size) != 0
                                           : !value_fits (value, bytes, text, size)))
        return FALSE;
      if (value == wanted && wanted != ACQUIRER_VALUE_NONE)
        {
          *out_start = text;
          *out_size = size;
        }
      text += size;
      left -= size;
    }
  return left == 0;
}

gboolean
acquirer_template_fits (const AcquirerTemplate *self, gboolean bytes, const char *text)
{
  const char *start;
  gsize size;

  return walk (self, bytes, text, ACQUIRER_VALUE_NONE, &start, &size);
}

char *
acquirer_template_take (const AcquirerTemplate *self,
                        gboolean bytes,
                        const char *text,
                        AcquirerValue value)
{
  const char *start = NULL;
  g_autoptr (GBytes) spelled = NULL;
  char *piece;
  gsize size = 0;

  g_assert (value != ACQUIRER_VALUE_NONE);
  if (!walk (self, bytes, text, value, &start, &size) || start == NULL)
    return NULL;
  piece = g_strndup (start, size);
  if (!is_spelled (value, bytes) || size == 0)
    return piece;
  spelled = base_bytes_from_hex (piece, NULL);
  base_secret_free_text (piece);
  if (spelled == NULL || memchr (base_bytes_span (spelled).data, '\0', size / 2) != NULL)
    return NULL;
  return g_strndup ((const char *)base_bytes_span (spelled).data, size / 2);
}

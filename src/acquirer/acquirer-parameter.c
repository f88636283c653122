/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer-parameter.h"

#include "acquirer-error.h"
#include "base-number.h"

#include <glib/gi18n.h>
#include <string.h>

#define GROUP "parameters"
#define NUMBER_SIZE 2
#define WORDS_MAX 120 /* bytes */

struct _AcquirerParameters
{
  AcquirerParameter known[ACQUIRER_PARAMETERS_MAX]; /* by number; size 0: there is none */
};

void
acquirer_parameters_free (AcquirerParameters *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < ACQUIRER_PARAMETERS_MAX; i++)
    {
      g_free (self->known[i].words);
      g_free (self->known[i].words_zh);
    }
  g_free (self);
}

static gboolean
is_words (const char *text)
{
  return text[0] != '\0' && strlen (text) <= WORDS_MAX;
}

/* "2 | English | 中文" */
static gboolean
read_parameter (AcquirerParameters *self, const char *key, const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, "|", -1);
  guint64 number, size;

  if (strlen (key) != NUMBER_SIZE
      || !base_number_parse (key, 10, 0, ACQUIRER_PARAMETERS_MAX - 1, &number)
      || g_strv_length (parts) != 3 || self->known[number].size != 0
      || !base_number_parse (g_strstrip (parts[0]), 10, 1, ACQUIRER_PARAMETER_SIZE_MAX, &size)
      || !is_words (g_strstrip (parts[1])) || !is_words (g_strstrip (parts[2])))
    return FALSE;
  self->known[number] = (AcquirerParameter){ .number = (guint)number,
                                             .size = (guint)size,
                                             .words = g_strdup (parts[1]),
                                             .words_zh = g_strdup (parts[2]) };
  return TRUE;
}

AcquirerParameters *
acquirer_parameters_read (GKeyFile *file, GError **error)
{
  g_autoptr (AcquirerParameters) self = g_new0 (AcquirerParameters, 1);
  g_auto (GStrv) keys = g_key_file_get_keys (file, GROUP, NULL, NULL);

  for (guint i = 0; keys != NULL && keys[i] != NULL; i++)
    {
      g_autofree char *text = g_key_file_get_string (file, GROUP, keys[i], NULL);

      if (text != NULL && read_parameter (self, keys[i], text))
        continue;
      acquirer_error_set (error, ACQUIRER_ERROR_PROFILE,
                          _ ("[%s] %s must be two digits, and its value a size, English words and "
                             "Chinese words, with | between them"),
                          GROUP, keys[i]);
      return NULL;
    }
  return g_steal_pointer (&self);
}

static gboolean
wrong (GError **error, const BaseReader *reader, const char *why)
{
  return acquirer_error_set (error, ACQUIRER_ERROR_FIELD,
                             _ ("Terminal parameters, at character %zu: %s"), reader->offset, why);
}

gboolean
acquirer_parameters_next (const AcquirerParameters *self,
                          BaseReader *reader,
                          const AcquirerParameter **out_parameter,
                          BaseSpan *out_value,
                          GError **error)
{
  BaseReader at = *reader;
  const AcquirerParameter *parameter;
  guint8 ten, one;
  BaseSpan value;

  if (base_reader_left (reader) == 0)
    return FALSE;
  if (!base_reader_u8 (&at, &ten) || !base_reader_u8 (&at, &one) || !g_ascii_isdigit (ten)
      || !g_ascii_isdigit (one))
    return wrong (error, reader, _ ("there is no number of two digits"));
  parameter = &self->known[(ten - '0') * 10 + (one - '0')];
  if (parameter->size == 0)
    return wrong (error, reader, _ ("the profile doesn't have this number"));
  if (!base_reader_take (&at, parameter->size, &value))
    return wrong (error, reader, _ ("the value is cut off"));
  /* A shop's name may come in GB 18030; what can't be shown is a control character. */
  for (gsize i = 0; i < value.size; i++)
    if (g_ascii_iscntrl (value.data[i]))
      return wrong (error, reader, _ ("the value can't be shown"));
  *reader = at;
  *out_parameter = parameter;
  *out_value = value;
  return TRUE;
}

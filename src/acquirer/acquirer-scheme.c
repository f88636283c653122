/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer-scheme.h"

#include "acquirer-error.h"
#include "base-data.h"

#include <glib/gi18n.h>
#include <string.h>

#define DATA_FILE "emv/schemes.ini"
#define DATA_MAX 65536

static gboolean
refuse (GError **error, const char *group, const char *name)
{
  return acquirer_error_set (
      error, ACQUIRER_ERROR_FIELD,
      _ ("The card schemes that come with the program can't be read: [%s] %s"), group, name);
}

static void
scheme_free (gpointer data)
{
  AcquirerScheme *self = data;

  g_free (self->id);
  g_free (self->name);
  g_array_unref (self->keys);
  g_free (self);
}

/* `size` bytes in hexadecimal. */
static gboolean
read_bytes (GKeyFile *file, const char *group, const char *name, gsize size, guint8 *out)
{
  g_autofree char *hex = g_key_file_get_string (file, group, name, NULL);
  g_autoptr (GBytes) bytes = hex != NULL ? base_bytes_from_hex (hex, NULL) : NULL;

  if (bytes == NULL || g_bytes_get_size (bytes) != size)
    return FALSE;
  for (gsize i = 0; i < size; i++)
    out[i] = base_bytes_span (bytes).data[i];
  return TRUE;
}

static gboolean
read_key (GKeyFile *file, AcquirerScheme *self, const char *name, GError **error)
{
  g_autofree char *hex = g_key_file_get_string (file, self->id, name, NULL);
  g_autoptr (GBytes) tlv = hex != NULL ? base_bytes_from_hex (hex, NULL) : NULL;
  EmvKey key;

  if (tlv == NULL || self->keys->len == ACQUIRER_SCHEME_KEYS_MAX)
    return refuse (error, self->id, name);
  if (!acquirer_emv_read_key (base_bytes_span (tlv), &key, error))
    return FALSE;
  if (!base_bytes_equal (BASE_SPAN (key.rid, sizeof key.rid),
                         BASE_SPAN (self->rid, sizeof self->rid)))
    return refuse (error, self->id, name);
  g_array_append_val (self->keys, key);
  return TRUE;
}

/* Nothing in it that nobody heeds. */
static gboolean
read_names (GKeyFile *file, AcquirerScheme *self, GError **error)
{
  static const char *const known[] = { "name", "rid", NULL };
  g_auto (GStrv) names = g_key_file_get_keys (file, self->id, NULL, NULL);

  for (guint i = 0; names[i] != NULL; i++)
    {
      if (g_str_has_prefix (names[i], "key-"))
        {
          if (!read_key (file, self, names[i], error))
            return FALSE;
        }
      else if (!g_strv_contains (known, names[i]) && !g_str_has_prefix (names[i], "name["))
        return refuse (error, self->id, names[i]);
    }
  return TRUE;
}

static gboolean
read_scheme (GKeyFile *file, AcquirerScheme *self, GError **error)
{
  self->name = g_key_file_get_locale_string (file, self->id, "name", NULL, NULL);
  if (self->name == NULL || self->name[0] == '\0')
    return refuse (error, self->id, "name");
  if (!read_bytes (file, self->id, "rid", sizeof self->rid, self->rid))
    return refuse (error, self->id, "rid");
  return read_names (file, self, error);
}

GPtrArray *
acquirer_scheme_from_text (const char *text, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GPtrArray) schemes = g_ptr_array_new_with_free_func (scheme_free);
  g_auto (GStrv) groups = NULL;

  if (!g_key_file_load_from_data (file, text, (gsize)-1, G_KEY_FILE_KEEP_TRANSLATIONS, error))
    return NULL;
  groups = g_key_file_get_groups (file, NULL);
  for (guint i = 0; groups[i] != NULL; i++)
    {
      AcquirerScheme *scheme = g_new0 (AcquirerScheme, 1);

      scheme->id = g_strdup (groups[i]);
      scheme->keys = g_array_new (FALSE, TRUE, sizeof (EmvKey));
      g_ptr_array_add (schemes, scheme);
      if (schemes->len > ACQUIRER_SCHEMES_MAX)
        {
          refuse (error, groups[i], "");
          return NULL;
        }
      if (!read_scheme (file, scheme, error))
        return NULL;
    }
  return g_steal_pointer (&schemes);
}

GPtrArray *
acquirer_scheme_load (GError **error)
{
  g_autofree char *path = base_data_find (DATA_FILE);
  g_autofree char *text = NULL;

  if (path == NULL)
    {
      refuse (error, DATA_FILE, "");
      return NULL;
    }
  text = base_data_read (path, DATA_MAX, NULL, error);
  return text != NULL ? acquirer_scheme_from_text (text, error) : NULL;
}

static gboolean
is_good (const AcquirerScheme *scheme, const EmvKey *key, guint32 today)
{
  return base_bytes_equal (BASE_SPAN (key->rid, sizeof key->rid),
                           BASE_SPAN (scheme->rid, sizeof scheme->rid))
         && !acquirer_emv_key_has_ended (key, today);
}

static gboolean
has_index (const AcquirerScheme *scheme, const GArray *keys, guint8 number, guint32 today)
{
  for (guint i = 0; keys != NULL && i < keys->len; i++)
    {
      const EmvKey *key = &g_array_index (keys, EmvKey, i);

      if (key->index == number && is_good (scheme, key, today))
        return TRUE;
    }
  return FALSE;
}

guint
acquirer_scheme_count_keys (const AcquirerScheme *scheme,
                            const GArray *loaded,
                            guint32 today,
                            guint32 *out_until)
{
  const GArray *lists[] = { loaded, scheme->keys };
  guint count = 0;

  *out_until = 0;
  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++)
    for (guint j = 0; lists[i] != NULL && j < lists[i]->len; j++)
      {
        const EmvKey *key = &g_array_index (lists[i], EmvKey, j);

        if (!is_good (scheme, key, today)
            || (i > 0 && has_index (scheme, loaded, key->index, today)))
          continue;
        count++;
        if (*out_until == 0 || key->expiry < *out_until)
          *out_until = key->expiry;
      }
  return count;
}

GPtrArray *
acquirer_scheme_without_keys (GPtrArray *schemes, const GArray *loaded, guint32 today)
{
  GPtrArray *lacking = g_ptr_array_new ();

  for (guint i = 0; i < schemes->len; i++)
    {
      AcquirerScheme *scheme = schemes->pdata[i];
      guint32 until;

      if (acquirer_scheme_count_keys (scheme, loaded, today, &until) == 0)
        g_ptr_array_add (lacking, scheme);
    }
  return lacking;
}

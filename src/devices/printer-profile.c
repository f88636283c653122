/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "printer-profile.h"

#include "base-data.h"
#include "device-error.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>

#define GROUP "Printer"
#define INI_SIZE_MAX 65536
#define MATCHES_MAX 64
#define SHIPPED_MAX 64

typedef struct
{
  const char *word;
  int value;
} Word;

static const Word status_words[]
    = { { "none", PRINTER_STATUS_NONE }, { "dle", PRINTER_STATUS_DLE }, { NULL, 0 } };
static const Word cut_words[] = { { "none", PRINTER_CUT_NONE },
                                  { "gs-v-66", PRINTER_CUT_GS_V_66 },
                                  { "gs-v-1", PRINTER_CUT_GS_V_1 },
                                  { "esc-i", PRINTER_CUT_ESC_I },
                                  { NULL, 0 } };

static gboolean
read_number (GKeyFile *file, const char *key, guint min, guint max, guint *value, GError **error)
{
  g_autoptr (GError) local = NULL;
  int number;

  if (!g_key_file_has_key (file, GROUP, key, NULL))
    return TRUE;
  number = g_key_file_get_integer (file, GROUP, key, &local);
  if (local != NULL || number < (int)min || number > (int)max)
    {
      g_set_error (error, DEVICE_ERROR, DEVICE_ERROR_PROFILE,
                   _ ("“%s” must be a number from %u to %u"), key, min, max);
      return FALSE;
    }
  *value = (guint)number;
  return TRUE;
}

static gboolean
read_flag (GKeyFile *file, const char *key, gboolean *value, GError **error)
{
  g_autoptr (GError) local = NULL;
  gboolean flag;

  if (!g_key_file_has_key (file, GROUP, key, NULL))
    return TRUE;
  flag = g_key_file_get_boolean (file, GROUP, key, &local);
  if (local != NULL)
    {
      g_set_error (error, DEVICE_ERROR, DEVICE_ERROR_PROFILE, _ ("“%s” must be true or false"),
                   key);
      return FALSE;
    }
  *value = flag;
  return TRUE;
}

static gboolean
read_word (GKeyFile *file, const char *key, const Word *words, int *value, GError **error)
{
  g_autofree char *text = g_key_file_get_string (file, GROUP, key, NULL);

  if (text == NULL)
    return TRUE;
  for (const Word *word = words; word->word != NULL; word++)
    if (strcmp (word->word, text) == 0)
      {
        *value = word->value;
        return TRUE;
      }
  g_set_error (error, DEVICE_ERROR, DEVICE_ERROR_PROFILE, _ ("“%s” can't be “%s”"), key, text);
  return FALSE;
}

/* A misspelt key would silently leave a default in force. */
static gboolean
check_keys (GKeyFile *file, GError **error)
{
  static const char *const known[]
      = { "title",       "dots",       "band-rows",  "band-delay-ms",
          "write-chunk", "pad-mod-48", "status",     "read-after-pulse",
          "cut",         "feed-rows",  "drawer-pin", "drawer-on-ms",
          "match",       NULL };
  g_auto (GStrv) keys = g_key_file_get_keys (file, GROUP, NULL, NULL);

  for (gsize i = 0; keys != NULL && keys[i] != NULL; i++)
    if (!g_strv_contains (known, keys[i]))
      {
        g_set_error (error, DEVICE_ERROR, DEVICE_ERROR_PROFILE,
                     _ ("“%s” is not a key of a printer profile"), keys[i]);
        return FALSE;
      }
  if (g_key_file_has_key (file, GROUP, "dots", NULL))
    return TRUE;
  g_set_error_literal (error, DEVICE_ERROR, DEVICE_ERROR_PROFILE,
                       _ ("[Printer] with “dots” is missing"));
  return FALSE;
}

static gboolean
read_numbers (PrinterProfile *self, GKeyFile *file, GError **error)
{
  return read_number (file, "dots", 64, PRINTER_PROFILE_DOTS_MAX, &self->dots, error)
         && read_number (file, "band-rows", 8, 1024, &self->band_rows, error)
         && read_number (file, "band-delay-ms", 0, 500, &self->band_delay_ms, error)
         && read_number (file, "write-chunk", 64, 65536, &self->write_chunk, error)
         && read_number (file, "feed-rows", 0, 800, &self->feed_rows, error)
         && read_number (file, "drawer-pin", 0, 1, &self->drawer_pin, error)
         && read_number (file, "drawer-on-ms", 10, 510, &self->drawer_on_ms, error);
}

static gboolean
read_rest (PrinterProfile *self, GKeyFile *file, GError **error)
{
  int status = PRINTER_STATUS_DLE, cut = PRINTER_CUT_GS_V_66;
  gsize count = 0;

  if (!read_flag (file, "pad-mod-48", &self->pad_mod_48, error)
      || !read_flag (file, "read-after-pulse", &self->read_after_pulse, error)
      || !read_word (file, "status", status_words, &status, error)
      || !read_word (file, "cut", cut_words, &cut, error))
    return FALSE;
  self->status = (PrinterStatusLevel)status;
  self->cut = (PrinterCutForm)cut;
  self->title = g_key_file_get_string (file, GROUP, "title", NULL);
  self->match = g_key_file_get_string_list (file, GROUP, "match", &count, NULL);
  if (count <= MATCHES_MAX)
    return TRUE;
  g_set_error (error, DEVICE_ERROR, DEVICE_ERROR_PROFILE, _ ("“match” has more than %d entries"),
               MATCHES_MAX);
  return FALSE;
}

PrinterProfile *
printer_profile_from_text (const char *name, const char *ini, GError **error)
{
  g_autoptr (PrinterProfile) self = g_new0 (PrinterProfile, 1);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) local = NULL;

  self->ref_count = 1;
  self->name = g_strdup (name);
  self->band_rows = 128;
  self->write_chunk = 4096;
  self->feed_rows = 32;
  self->drawer_on_ms = 50;
  if (!g_key_file_load_from_data (file, ini, strlen (ini), G_KEY_FILE_NONE, &local))
    {
      g_set_error (error, DEVICE_ERROR, DEVICE_ERROR_PROFILE, _ ("Printer profile “%s”: %s"), name,
                   local->message);
      return NULL;
    }
  if (check_keys (file, error) && read_numbers (self, file, error) && read_rest (self, file, error))
    {
      if (self->title == NULL)
        self->title = g_strdup (name);
      return g_steal_pointer (&self);
    }
  g_prefix_error (error, _ ("Printer profile “%s”: "), name);
  return NULL;
}

static char *
find_path (const char *name)
{
  g_autofree char *relative = NULL;

  if (strchr (name, '/') != NULL || g_str_has_suffix (name, ".ini"))
    return g_strdup (name);
  relative = g_strdup_printf ("printers/%s.ini", name);
  return base_data_find (relative);
}

PrinterProfile *
printer_profile_load (const char *name, GError **error)
{
  g_autofree char *path = find_path (name);
  g_autofree char *text = NULL;
  g_autofree char *base = NULL;
  g_autoptr (GError) local = NULL;
  gsize size = 0;

  if (path == NULL)
    {
      g_set_error (error, DEVICE_ERROR, DEVICE_ERROR_PROFILE,
                   _ ("There is no printer profile “%s”"), name);
      return NULL;
    }
  if (!g_file_get_contents (path, &text, &size, &local) || size > INI_SIZE_MAX)
    {
      g_set_error (error, DEVICE_ERROR, DEVICE_ERROR_PROFILE,
                   _ ("Printer profile “%s” can't be read: %s"), name,
                   local != NULL ? local->message : _ ("it is too long"));
      return NULL;
    }
  base = g_path_get_basename (path);
  if (g_str_has_suffix (base, ".ini"))
    base[strlen (base) - strlen (".ini")] = '\0';
  return printer_profile_from_text (base, text, error);
}

PrinterProfile *
printer_profile_ref (PrinterProfile *self)
{
  g_atomic_int_inc (&self->ref_count);
  return self;
}

void
printer_profile_unref (PrinterProfile *self)
{
  if (self == NULL || !g_atomic_int_dec_and_test (&self->ref_count))
    return;
  g_free (self->name);
  g_free (self->title);
  g_strfreev (self->match);
  g_free (self);
}

gboolean
printer_profile_matches (const PrinterProfile *self,
                         guint16 vendor,
                         guint16 product,
                         const char *model)
{
  g_autofree char *exact = g_strdup_printf ("%04x:%04x", vendor, product);
  g_autofree char *any = g_strdup_printf ("%04x:*", vendor);

  for (gsize i = 0; self->match != NULL && self->match[i] != NULL; i++)
    {
      const char *match = self->match[i];

      if (g_ascii_strcasecmp (match, exact) == 0 || g_ascii_strcasecmp (match, any) == 0)
        return TRUE;
      if (model != NULL && g_str_has_prefix (match, "mdl:") && match[4] != '\0'
          && strstr (model, match + 4) != NULL)
        return TRUE;
    }
  return FALSE;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

PrinterProfile *
printer_profile_find (guint16 vendor, guint16 product, const char *model, GError **error)
{
  g_autofree char *sample = base_data_find ("printers/" PRINTER_PROFILE_DEFAULT ".ini");
  g_autofree char *folder = sample != NULL ? g_path_get_dirname (sample) : NULL;
  g_autoptr (GDir) dir = folder != NULL ? g_dir_open (folder, 0, NULL) : NULL;
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  while (dir != NULL && names->len < SHIPPED_MAX && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".ini"))
      g_ptr_array_add (names, g_build_filename (folder, name, NULL));
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++)
    {
      g_autoptr (PrinterProfile) profile
          = printer_profile_load (g_ptr_array_index (names, i), NULL);

      if (profile != NULL && printer_profile_matches (profile, vendor, product, model))
        return g_steal_pointer (&profile);
    }
  return printer_profile_load (PRINTER_PROFILE_DEFAULT, error);
}

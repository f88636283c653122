/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "training-chip-memory.h"

#include "base-data.h"
#include "base-number.h"

#include <string.h>

#define FILE_MAX 16384
#define GROUP "card"
#define PUT "put-"

void
training_chip_memory_init (TrainingChipMemory *self, const TrainingChipFile *file)
{
  *self = (TrainingChipMemory){ .pin_tries = file->pin_tries, .blocked = file->blocked };
  g_strlcpy (self->pin, file->pin, sizeof self->pin);
  for (guint i = 0; i < file->application_count; i++)
    self->uses[i].blocked = file->applications[i]->blocked;
}

gboolean
training_chip_memory_put (TrainingChipUse *self, guint32 tag, BaseSpan value)
{
  guint place = 0;

  while (place < self->put_count && self->put[place].tag != tag)
    place++;
  if (place == TRAINING_CHIP_PUT_MAX || value.size > TRAINING_CHIP_PUT_SIZE_MAX)
    return FALSE;
  self->put[place] = (TrainingChipPut){ .tag = tag, .size = value.size };
  for (gsize i = 0; i < value.size; i++)
    self->put[place].bytes[i] = value.data[i];
  self->put_count = MAX (self->put_count, place + 1);
  return TRUE;
}

/* ---- The file ---- */

static gboolean
read_number (GKeyFile *file,
             const char *group,
             const char *key,
             guint64 maximum,
             guint64 *out,
             GError **error)
{
  g_autofree char *text = g_key_file_get_string (file, group, key, error);

  if (text == NULL)
    return FALSE;
  if (base_number_parse (text, 10, 0, maximum, out))
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "[%s] %s can't be “%s”", group, key,
               text);
  return FALSE;
}

static gboolean
load_put (TrainingChipUse *use, GKeyFile *file, const char *group, const char *key, GError **error)
{
  g_autofree char *hex = g_key_file_get_string (file, group, key, error);
  g_autoptr (GBytes) bytes = hex != NULL ? base_bytes_from_hex (hex, error) : NULL;
  guint64 tag;

  if (bytes == NULL)
    return FALSE;
  if (base_number_parse (key + strlen (PUT), 16, 1, 0xFFFFFF, &tag)
      && training_chip_memory_put (use, (guint32)tag, base_bytes_span (bytes)))
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "[%s] %s is none that can be", group,
               key);
  return FALSE;
}

static gboolean
load_use (TrainingChipUse *use, GKeyFile *file, const char *group, GError **error)
{
  g_auto (GStrv) keys = g_key_file_get_keys (file, group, NULL, error);
  guint64 counter, online, count, blocked;

  if (keys == NULL || !read_number (file, group, "counter", G_MAXUINT16, &counter, error)
      || !read_number (file, group, "last-online", G_MAXUINT16, &online, error)
      || !read_number (file, group, "offline-count", G_MAXUINT16, &count, error)
      || !read_number (file, group, "offline-sum", G_MAXINT64, &use->offline_sum, error)
      || !read_number (file, group, "blocked", 1, &blocked, error))
    return FALSE;
  use->counter = (guint16)counter;
  use->last_online = (guint16)online;
  use->offline_count = (guint)count;
  use->blocked = blocked == 1;
  for (guint i = 0; keys[i] != NULL; i++)
    if (g_str_has_prefix (keys[i], PUT) && !load_put (use, file, group, keys[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
load_card (TrainingChipMemory *memory, GKeyFile *file, GError **error)
{
  g_autofree char *pin = g_key_file_get_string (file, GROUP, "pin", error);
  guint64 tries, blocked;

  if (pin == NULL || !read_number (file, GROUP, "pin-tries", 15, &tries, error)
      || !read_number (file, GROUP, "blocked", 1, &blocked, error))
    return FALSE;
  if (strlen (pin) >= sizeof memory->pin || strspn (pin, "0123456789") != strlen (pin))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "[%s] has no PIN that can be",
                   GROUP);
      return FALSE;
    }
  g_strlcpy (memory->pin, pin, sizeof memory->pin);
  memory->pin_tries = (guint)tries;
  memory->blocked = blocked == 1;
  return TRUE;
}

gboolean
training_chip_memory_load (TrainingChipMemory *self, const char *path, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *text = base_data_read (path, FILE_MAX, NULL, error);
  TrainingChipMemory memory = { .blocked = FALSE };

  if (text == NULL || !g_key_file_load_from_data (file, text, (gsize)-1, G_KEY_FILE_NONE, error)
      || !load_card (&memory, file, error))
    return FALSE;
  for (guint i = 0; i < TRAINING_CHIP_APPLICATIONS_MAX; i++)
    {
      g_autofree char *group = g_strdup_printf ("application %u", i + 1);

      if (!load_use (&memory.uses[i], file, group, error))
        return FALSE;
    }
  *self = memory;
  return TRUE;
}

gboolean
training_chip_memory_save (const TrainingChipMemory *self, const char *path, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_printf (text, "[%s]\npin=%s\npin-tries=%u\nblocked=%d\n", GROUP, self->pin,
                          self->pin_tries, self->blocked ? 1 : 0);
  for (guint i = 0; i < TRAINING_CHIP_APPLICATIONS_MAX; i++)
    {
      const TrainingChipUse *use = &self->uses[i];

      g_string_append_printf (text,
                              "\n[application %u]\ncounter=%u\nlast-online=%u\noffline-count=%u\n"
                              "offline-sum=%" G_GUINT64_FORMAT "\nblocked=%d\n",
                              i + 1, use->counter, use->last_online, use->offline_count,
                              use->offline_sum, use->blocked ? 1 : 0);
      for (guint k = 0; k < use->put_count; k++)
        {
          g_autofree char *hex
              = base_bytes_to_hex (BASE_SPAN (use->put[k].bytes, use->put[k].size));

          g_string_append_printf (text, PUT "%X=%s\n", use->put[k].tag, hex);
        }
    }
  return g_file_set_contents (path, text->str, (gssize)text->len, error);
}

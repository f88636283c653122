/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "search.h"

#include <fcntl.h>
#include <gio/gio.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PART_DIGITS 9 /* of a card number as text: longer than what may be shown of either end */
#define PACKED_DIGITS 12
#define CHUNK (1024 * 1024)
#define OVERLAP 512                    /* longer than any needle */
#define MAPPING_MAX ((guint64)1 << 30) /* a sanitizer's shadow is larger, and holds no data */
#define STARTS 65536
#define NONE G_MAXUINT

typedef struct
{
  char *name;
  GBytes *bytes;
  guint next; /* with the same first two bytes */
} Needle;

struct _Search
{
  GArray *needles;
  guint sorted;
  guint first[STARTS];
};

static void
clear_needle (gpointer data)
{
  Needle *needle = data;

  g_free (needle->name);
  g_bytes_unref (needle->bytes);
}

Search *
search_new (void)
{
  Search *self = g_new0 (Search, 1);

  self->needles = g_array_new (FALSE, FALSE, sizeof (Needle));
  g_array_set_clear_func (self->needles, clear_needle);
  return self;
}

void
search_free (Search *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->needles);
  g_free (self);
}

static void
add (Search *self, const char *name, const char *form, BaseSpan bytes)
{
  Needle needle
      = { g_strdup_printf ("%s as %s", name, form), g_bytes_new (bytes.data, bytes.size), NONE };

  g_assert_true (bytes.size >= 2 && bytes.size < OVERLAP);
  g_array_append_val (self->needles, needle);
}

/* Each character in `width` bytes, its own at `place`. */
static void
add_wide (Search *self,
          const char *name,
          const char *text,
          gsize width,
          gsize place,
          const char *form)
{
  gsize size = strlen (text) * width;
  g_autofree guint8 *wide = g_malloc0 (size);

  for (gsize i = 0; text[i] != '\0'; i++)
    wide[i * width + place] = (guint8)text[i];
  add (self, name, form, BASE_SPAN (wide, size));
}

static void
add_hex (Search *self, const char *name, BaseSpan bytes)
{
  g_autofree char *upper = base_bytes_to_hex (bytes);
  g_autofree char *lower = g_ascii_strdown (upper, -1);

  add (self, name, "upper hexadecimal", BASE_SPAN_STR (upper));
  if (strcmp (upper, lower) != 0)
    add (self, name, "lower hexadecimal", BASE_SPAN_STR (lower));
}

void
search_add_text (Search *self, const char *name, const char *text)
{
  add (self, name, "text", BASE_SPAN_STR (text));
  add_wide (self, name, text, 2, 0, "UTF-16, little end first");
  add_wide (self, name, text, 2, 1, "UTF-16, big end first");
  add_wide (self, name, text, 4, 0, "UTF-32");
  add_hex (self, name, BASE_SPAN_STR (text));
}

static void
add_packed (Search *self, const char *name, const char *digits)
{
  guint8 packed[PACKED_DIGITS / 2];

  for (gsize i = 0; i < sizeof packed; i++)
    packed[i] = (guint8)((digits[2 * i] - '0') << 4 | (digits[2 * i + 1] - '0'));
  add (self, name, "BCD", BASE_SPAN (packed, sizeof packed));
}

void
search_add_digits (Search *self, const char *name, const char *digits)
{
  gsize count = strlen (digits);

  g_assert_cmpuint (count, >=, PACKED_DIGITS + 1);
  for (gsize start = 0; start + PART_DIGITS <= count;
       start += start + PART_DIGITS + 3 <= count ? 3 : 1)
    {
      g_autofree char *part = g_strndup (&digits[start], PART_DIGITS);

      search_add_text (self, name, part);
    }
  for (gsize start = 0; start + PACKED_DIGITS <= count; start++)
    add_packed (self, name, &digits[start]);
}

void
search_add_bytes (Search *self, const char *name, BaseSpan bytes)
{
  g_autofree guint8 *backwards = g_malloc (bytes.size);

  for (gsize i = 0; i < bytes.size; i++)
    backwards[i] = bytes.data[bytes.size - 1 - i];
  add (self, name, "bytes", bytes);
  add (self, name, "bytes backwards", BASE_SPAN (backwards, bytes.size));
  add_hex (self, name, bytes);
}

/* The needles by their first two bytes: one pass for all of them. */
static void
sort_needles (Search *self)
{
  if (self->sorted == self->needles->len)
    return;
  for (guint i = 0; i < STARTS; i++)
    self->first[i] = NONE;
  for (guint i = 0; i < self->needles->len; i++)
    {
      Needle *needle = &g_array_index (self->needles, Needle, i);
      const guint8 *bytes = base_bytes_span (needle->bytes).data;
      guint start = (guint)bytes[0] << 8 | bytes[1];

      needle->next = self->first[start];
      self->first[start] = i;
    }
  self->sorted = self->needles->len;
}

guint
search_span (Search *self, const char *where, BaseSpan span)
{
  g_autofree gboolean *seen = g_new0 (gboolean, self->needles->len);
  guint found = 0;

  if (self->needles->len == 0)
    return 0;
  sort_needles (self);
  for (gsize at = 0; at + 2 <= span.size; at++)
    for (guint i = self->first[(guint)span.data[at] << 8 | span.data[at + 1]]; i != NONE;)
      {
        const Needle *needle = &g_array_index (self->needles, Needle, i);
        BaseSpan wanted = base_bytes_span (needle->bytes);

        if (!seen[i] && wanted.size <= span.size - at
            && memcmp (&span.data[at], wanted.data, wanted.size) == 0)
          {
            g_test_message ("%s: %s at %" G_GSIZE_FORMAT, where, needle->name, at);
            seen[i] = TRUE;
            found++;
          }
        i = needle->next;
      }
  return found;
}

guint
search_file (Search *self, const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GMappedFile) file = g_mapped_file_new (path, FALSE, &error);

  g_assert_no_error (error);
  return search_span (
      self, path, BASE_SPAN (g_mapped_file_get_contents (file), g_mapped_file_get_length (file)));
}

guint
search_tree (Search *self, const char *dir)
{
  g_autoptr (GDir) list = g_dir_open (dir, 0, NULL);
  const char *name;
  guint found = 0;

  g_assert_nonnull (list);
  while ((name = g_dir_read_name (list)) != NULL)
    {
      g_autofree char *path = g_build_filename (dir, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        found += search_tree (self, path);
      else if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
        found += search_file (self, path);
    }
  return found;
}

/* A chunk at a time, each with the end of the one before. Pages that can't be read are none of a
 * dump's. */
static guint
search_mapping (Search *self, int memory, guint64 start, guint64 end, gsize *searched)
{
  g_autofree guint8 *room = g_malloc (CHUNK + OVERLAP);
  g_autofree char *where = g_strdup_printf ("memory at %" G_GINT64_MODIFIER "x", start);
  gsize kept = 0;
  guint found = 0;

  for (guint64 at = start; at < end;)
    {
      gssize got = pread (memory, room + kept, MIN (CHUNK, end - at), (off_t)at);

      if (got <= 0)
        break;
      *searched += (gsize)got;
      found += search_span (self, where, BASE_SPAN (room, kept + (gsize)got));
      at += (guint64)got;
      got += (gssize)kept;
      kept = MIN (OVERLAP, (gsize)got);
      memmove (room, room + got - kept, kept);
    }
  return found;
}

guint
search_process (Search *self, int pid, gsize *out_searched)
{
  g_autofree char *maps_path = g_strdup_printf ("/proc/%d/smaps", pid);
  g_autofree char *memory_path = g_strdup_printf ("/proc/%d/mem", pid);
  g_autofree char *maps = NULL;
  g_auto (GStrv) lines = NULL;
  int memory = open (memory_path, O_RDONLY | O_CLOEXEC);
  guint64 start = 0, end = 0;
  gboolean wanted = FALSE;
  guint found = 0;

  g_assert_cmpint (memory, >=, 0);
  g_assert_true (g_file_get_contents (maps_path, &maps, NULL, NULL));
  lines = g_strsplit (maps, "\n", -1);
  *out_searched = 0;
  for (guint i = 0; lines[i] != NULL; i++)
    {
      char permissions[5] = "";
      guint64 inode = 0, from, to;

      if (sscanf (lines[i],
                  "%" G_GINT64_MODIFIER "x-%" G_GINT64_MODIFIER "x %4s %*s %*s %" G_GINT64_MODIFIER
                  "u",
                  &from, &to, permissions, &inode)
          == 4)
        {
          start = from;
          end = to;
          wanted = permissions[0] == 'r' && (permissions[1] == 'w' || inode == 0)
                   && end - start <= MAPPING_MAX;
        }
      else if (wanted && g_str_has_prefix (lines[i], "VmFlags:")
               && strstr (lines[i], " dd") == NULL)
        found += search_mapping (self, memory, start, end, out_searched);
    }
  close (memory);
  return found;
}

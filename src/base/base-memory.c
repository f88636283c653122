/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base-memory.h"

#include <sys/mman.h>
#ifdef __GLIBC__
#  include <malloc.h> /* malloc_trim () is glibc's own */
#endif

void
base_memory_trim_heap (void)
{
#ifdef __GLIBC__
  (void)malloc_trim (0);
#endif
}

static gboolean
has_suffix (const char *line, const char *const *suffixes)
{
  for (guint i = 0; suffixes[i] != NULL; i++)
    if (g_str_has_suffix (line, suffixes[i]))
      return TRUE;
  return FALSE;
}

/* One line of the map: "7f00-7f10 r--p 00000000 fe:00 770115   /usr/share/fonts/a.ttc". Only what
 * may not be written is dropped: a private page with changes would lose them. */
static gboolean
drop (const char *line, const char *const *suffixes)
{
  guintptr start, end;
  char *rest = NULL;

  if (!has_suffix (line, suffixes))
    return FALSE;
  start = (guintptr)g_ascii_strtoull (line, &rest, 16);
  if (*rest != '-')
    return FALSE;
  end = (guintptr)g_ascii_strtoull (rest + 1, &rest, 16);
  if (end <= start || !g_str_has_prefix (rest, " r--"))
    return FALSE;
  return madvise ((void *)start, end - start, MADV_DONTNEED) == 0;
}

guint
base_memory_drop_files (const char *const *suffixes)
{
  g_autofree char *maps = NULL;
  g_auto (GStrv) lines = NULL;
  guint dropped = 0;

  if (!g_file_get_contents ("/proc/self/maps", &maps, NULL, NULL))
    return 0;
  lines = g_strsplit (maps, "\n", BASE_MEMORY_MAPS_MAX);
  for (guint i = 0; lines[i] != NULL; i++)
    if (drop (lines[i], suffixes))
      dropped++;
  return dropped;
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Runs a fuzz target over every file of the folders it is given: so the ordinary tests, of any
 * compiler, replay what was found.
 */
#include <glib.h>

#define FILE_SIZE_MAX (16 * 1024 * 1024)

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static guint
replay (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  guint count = 0;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autofree char *text = NULL;
      g_autofree guint8 *exact = NULL;
      gsize size = 0;

      if (!g_file_get_contents (path, &text, &size, NULL) || size > FILE_SIZE_MAX)
        continue;
      /* Without the NUL that GLib puts behind it, so that a sanitizer sees one byte too far. */
      exact = g_memdup2 (text, size);
      LLVMFuzzerTestOneInput (exact, size);
      count++;
    }
  return count;
}

int
main (int argc, char **argv)
{
  guint count = 0;

  for (int i = 1; i < argc; i++)
    count += replay (argv[i]);
  g_print ("1..1\n%s 1 replayed %u inputs\n", count > 0 ? "ok" : "not ok", count);
  return count > 0 ? 0 : 1;
}

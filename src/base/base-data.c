/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base-data.h"

#include "base-secret.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

/* The folder of the running program; NULL where /proc is hidden. */
static char *
program_dir (void)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);

  return program != NULL ? g_path_get_dirname (program) : NULL;
}

static char *
keep_if (GFileTest test, char *path)
{
  if (g_file_test (path, test))
    return path;
  g_free (path);
  return NULL;
}

/* The first of `places`, relative to the program's folder, that holds `name`. */
static char *
find_beside (const char *const *places, const char *name, GFileTest test)
{
  g_autofree char *dir = program_dir ();
  char *found = NULL;

  for (gsize i = 0; dir != NULL && found == NULL && places[i] != NULL; i++)
    found = keep_if (test, g_build_filename (dir, places[i], name, NULL));
  return found;
}

char *
base_data_find (const char *name)
{
  static const char *const places[] = { "../share/till", "../../data", "../../../data", NULL };
  const char *override = g_getenv ("TILL_DATA_DIR");
  char *found = NULL;

  if (strstr (name, "..") != NULL)
    return NULL;
  if (override != NULL)
    found = keep_if (G_FILE_TEST_IS_REGULAR, g_build_filename (override, name, NULL));
  return found != NULL ? found : find_beside (places, name, G_FILE_TEST_IS_REGULAR);
}

/* Once more than the room is asked for, so that a file that is too long shows itself. */
static gboolean
read_all (int fd, char *room, gsize size_max, gsize *out_size)
{
  gsize size = 0;

  while (size <= size_max)
    {
      gssize got = read (fd, room + size, size_max + 1 - size);

      if (got < 0 && errno == EINTR)
        continue;
      if (got < 0)
        return FALSE;
      if (got == 0)
        break;
      size += (gsize)got;
    }
  *out_size = size;
  return TRUE;
}

char *
base_data_read (const char *path, gsize size_max, gsize *out_size, GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
  char *text = g_malloc (size_max + 2);
  gsize size = 0;
  gboolean read = fd >= 0 && read_all (fd, text, size_max, &size);
  int why = errno;

  if (fd >= 0)
    close (fd);
  text[MIN (size, size_max)] = '\0';
  if (!read)
    g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (why), _ ("%s: %s"), path,
                 g_strerror (why));
  else if (size > size_max)
    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL, _ ("%s is larger than %zu bytes"), path,
                 size_max);
  else if (strlen (text) != size)
    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL, _ ("%s isn't a text"), path);
  else
    {
      if (out_size != NULL)
        *out_size = size;
      return text;
    }
  base_secret_wipe (text, size_max + 2);
  g_free (text);
  return NULL;
}

char *
base_data_find_program (const char *name)
{
  static const char *const places[] = {
    ".", "../training", "../cli", "../app", "../../src/training", "../../src/cli", "../../src/app",
    NULL
  };

  return find_beside (places, name, G_FILE_TEST_IS_EXECUTABLE);
}

char *
base_data_locale_dir (void)
{
  static const char *const places[] = { "../share/locale", "../../po", "../../../po", NULL };
  char *found = find_beside (places, "zh_CN/LC_MESSAGES/till.mo", G_FILE_TEST_IS_REGULAR);

  if (found == NULL)
    return g_strdup ("/usr/share/locale");
  *strstr (found, "/zh_CN/LC_MESSAGES/") = '\0';
  return found;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-input.h"

#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#define CHUNK 65536

GBytes *
cli_input_file (const char *path, gsize size_max, GError **error)
{
  int fd = g_str_equal (path, "-") ? dup (STDIN_FILENO) : open (path, O_RDONLY | O_CLOEXEC);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree guint8 *chunk = g_malloc (CHUNK);
  gssize got = -1;

  if (fd >= 0)
    while ((got = read (fd, chunk, CHUNK)) > 0 && bytes->len <= size_max)
      g_byte_array_append (bytes, chunk, (guint)got);
  if (fd < 0 || got < 0)
    g_set_error (error, CLI_ERROR, CLI_EXIT_USAGE, _ ("“%s” can't be read: %s"), path,
                 g_strerror (errno));
  else if (bytes->len > size_max)
    g_set_error (error, CLI_ERROR, CLI_EXIT_USAGE, _ ("“%s” has more than %zu bytes"), path,
                 size_max);
  if (fd >= 0)
    close (fd);
  base_secret_wipe (chunk, CHUNK);
  if (fd < 0 || got < 0 || bytes->len > size_max)
    return NULL;
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

char *
cli_input_text (const CliContext *context, guint index, GError **error)
{
  const char *word = cli_output_argument (context, index);
  g_autoptr (GBytes) bytes = NULL;
  BaseSpan span;

  if (word != NULL && !g_str_equal (word, "-"))
    return g_strdup (word);
  bytes = cli_input_file ("-", CLI_INPUT_TEXT_MAX, error);
  if (bytes == NULL)
    return NULL;
  span = base_bytes_span (bytes);
  if (span.size == 0)
    return g_strdup ("");
  if (g_utf8_validate_len ((const char *)span.data, span.size, NULL))
    return g_strndup ((const char *)span.data, span.size);
  g_set_error_literal (error, CLI_ERROR, CLI_EXIT_USAGE,
                       _ ("Standard input is not text: give hexadecimal digits, or JSON"));
  return NULL;
}

void
cli_input_wipe (char *text)
{
  if (text != NULL)
    base_secret_wipe (text, strlen (text));
  g_free (text);
}

GBytes *
cli_input_hex (const CliContext *context, guint index, GError **error)
{
  char *text = cli_input_text (context, index, error);
  GBytes *bytes = text != NULL ? base_bytes_from_hex (text, error) : NULL;

  cli_input_wipe (text);
  if (bytes == NULL || g_bytes_get_size (bytes) > 0)
    return bytes;
  g_bytes_unref (bytes);
  g_set_error_literal (error, CLI_ERROR, CLI_EXIT_USAGE,
                       _ ("There is nothing to decode: give hexadecimal digits"));
  return NULL;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "frame-testing.h"

#include "base-bytes.h"

#include <string.h>

GBytes *
frame_testing_read (const char *name)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "vectors", "iso8583", name, NULL);
  g_autofree char *text = NULL;
  g_autoptr (GString) hex = g_string_new (NULL);
  g_auto (GStrv) lines = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  lines = g_strsplit (strstr (text, "\nframe\n"), "\n", -1);
  for (guint i = 3; lines[i] != NULL; i++) /* behind "frame" and the length */
    {
      g_auto (GStrv) halves = g_strsplit (lines[i], "#", 2);

      g_string_append (hex, halves[0] != NULL ? halves[0] : "");
    }
  return base_bytes_from_hex (hex->str, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base-data.h"

static void
test_finds_only_inside (void)
{
  g_autofree char *outside = base_data_find ("../meson.build");
  g_autofree char *absent = base_data_find ("no/such/file");

  g_assert_null (outside);
  g_assert_null (absent);
}

static void
test_override_comes_first (void)
{
  g_autofree char *dir = g_dir_make_tmp ("till-XXXXXX", NULL);
  g_autofree char *file = g_build_filename (dir, "thing.ini", NULL);
  g_autofree char *found = NULL;

  g_assert_true (g_file_set_contents (file, "x", 1, NULL));
  g_setenv ("TILL_DATA_DIR", dir, TRUE);
  found = base_data_find ("thing.ini");
  g_assert_cmpstr (found, ==, file);
}

static void
test_read_is_bounded (void)
{
  g_autofree char *dir = g_dir_make_tmp ("till-XXXXXX", NULL);
  g_autofree char *file = g_build_filename (dir, "text", NULL);
  gsize size = 0;
  g_autofree char *text = NULL;
  g_autofree char *empty = NULL;

  g_assert_true (g_file_set_contents (file, "12345", 5, NULL));
  text = base_data_read (file, 5, &size, NULL);
  g_assert_cmpstr (text, ==, "12345");
  g_assert_cmpuint (size, ==, 5);
  g_assert_null (base_data_read (file, 4, &size, NULL));
  g_assert_true (g_file_set_contents (file,
                                      "12\0"
                                      "45",
                                      5, NULL));
  g_assert_null (base_data_read (file, 5, &size, NULL));
  g_assert_true (g_file_set_contents (file, "", 0, NULL));
  empty = base_data_read (file, 5, &size, NULL);
  g_assert_cmpstr (empty, ==, "");
  g_assert_null (base_data_read (dir, 5, &size, NULL));
  g_assert_null (base_data_read ("/dev/zero", 5, &size, NULL));
  g_assert_null (base_data_read ("/no/such/file", 5, &size, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/data/finds-only-inside", test_finds_only_inside);
  g_test_add_func ("/base/data/override-comes-first", test_override_comes_first);
  g_test_add_func ("/base/data/read-is-bounded", test_read_is_bounded);
  return g_test_run ();
}

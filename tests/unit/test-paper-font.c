/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "paper-font.h"

static void
test_describe (void)
{
  PangoFontDescription *plain = paper_font_describe (NULL, 1, FALSE);
  PangoFontDescription *large = paper_font_describe ("Serif", 2, TRUE);

  g_assert_true (pango_font_description_get_size_is_absolute (plain));
  g_assert_cmpint (pango_font_description_get_size (plain), ==, PAPER_FONT_SIZE_DOTS * PANGO_SCALE);
  g_assert_cmpstr (pango_font_description_get_family (plain), ==, PAPER_FONT_FAMILIES);
  g_assert_cmpint (pango_font_description_get_size (large), ==,
                   2 * PAPER_FONT_SIZE_DOTS * PANGO_SCALE);
  g_assert_cmpint (pango_font_description_get_weight (large), ==, PANGO_WEIGHT_BOLD);
  g_assert_cmpstr (pango_font_description_get_family (large), ==, "Serif");
  pango_font_description_free (plain);
  pango_font_description_free (large);
}

static gpointer
ask_for_context (gpointer data)
{
  g_autoptr (PaperFontLock) lock = paper_font_lock ();

  return paper_font_context (lock);
}

/* What one thread has loaded must be there for the other. */
static void
test_shared_by_threads (void)
{
  g_autoptr (GThread) first = g_thread_new ("first", ask_for_context, NULL);
  gpointer theirs = g_thread_join (g_steal_pointer (&first));

  g_assert_true (theirs == ask_for_context (NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/paper/font/describe", test_describe);
  g_test_add_func ("/paper/font/shared-by-threads", test_shared_by_threads);
  return g_test_run ();
}

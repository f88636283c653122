/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chip-line.h"

static void
test_words (void)
{
  g_assert_cmpstr (chip_line_word (CHIP_DONE), ==, "done");
  g_assert_cmpstr (chip_line_word (CHIP_REMOVED), ==, "removed");
  g_assert_cmpstr (chip_line_word (CHIP_FAULT), ==, "fault");
  for (guint i = CHIP_DONE; i < CHIP_FAULT; i++)
    g_assert_cmpstr (chip_line_word ((ChipOutcome)i), !=, chip_line_word ((ChipOutcome)(i + 1)));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chip/line/words", test_words);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "training-script.h"

static void
test_good (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) steps = training_script_parse (
      "# first\n500ms unplug printer\n\n2s plug printer\r\nswipe\npaper-out\n 4096B "
      "paper-in\nstall ep01\nstall ep82\nspeed 9000\n6C unplug chip\n",
      &error);
  const TrainingScriptStep *step;

  g_assert_no_error (error);
  g_assert_cmpuint (steps->len, ==, 9);
  step = &g_array_index (steps, TrainingScriptStep, 0);
  g_assert_cmpint (step->act, ==, TRAINING_SCRIPT_UNPLUG);
  g_assert_cmpuint (step->wait_ms, ==, 500);
  g_assert_cmpint (step->device, ==, TRAINING_SCRIPT_PRINTER);
  g_assert_cmpuint (step->line, ==, 2);
  g_assert_cmpuint (g_array_index (steps, TrainingScriptStep, 1).wait_ms, ==, 2000);
  g_assert_cmpuint (g_array_index (steps, TrainingScriptStep, 4).wait_bytes, ==, 4096);
  g_assert_cmpuint (g_array_index (steps, TrainingScriptStep, 6).number, ==, 0x82);
  g_assert_cmpuint (g_array_index (steps, TrainingScriptStep, 8).wait_commands, ==, 6);
}

static void
test_bad (void)
{
  static const char *const bad[] = { "500ms",
                                     "unplug",
                                     "unplug scanner",
                                     "stall 01",
                                     "stall epXY",
                                     "swipe now",
                                     "500 swipe",
                                     "tear",
                                     "tear 0",
                                     "insert 1",
                                     "unplug chips",
                                     "speed fast",
                                     "99999999999ms swipe",
                                     "a b c d e f g",
                                     "swipe stripe printer" };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (training_script_parse (bad[i], &error));
      g_assert_true (g_str_has_prefix (error->message, "Line 1 "));
    }
}

static void
test_chip (void)
{
  g_autoptr (GArray) steps
      = training_script_parse ("insert\n2s remove\ntear 7\nunplug chip\nbusy chip\n", NULL);

  g_assert_cmpuint (steps->len, ==, 5);
  g_assert_cmpint (g_array_index (steps, TrainingScriptStep, 0).act, ==, TRAINING_SCRIPT_INSERT);
  g_assert_cmpint (g_array_index (steps, TrainingScriptStep, 1).act, ==, TRAINING_SCRIPT_REMOVE);
  g_assert_cmpuint (g_array_index (steps, TrainingScriptStep, 1).wait_ms, ==, 2000);
  g_assert_cmpint (g_array_index (steps, TrainingScriptStep, 2).act, ==, TRAINING_SCRIPT_TEAR);
  g_assert_cmpuint (g_array_index (steps, TrainingScriptStep, 2).number, ==, 7);
  g_assert_cmpint (g_array_index (steps, TrainingScriptStep, 3).device, ==, TRAINING_SCRIPT_CHIP);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/training/script/good", test_good);
  g_test_add_func ("/training/script/bad", test_bad);
  g_test_add_func ("/training/script/chip", test_chip);
  return g_test_run ();
}

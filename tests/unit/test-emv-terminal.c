/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emv-testing.h"

static void
test_rules (void)
{
  static const struct
  {
    const char *aid;
    int wanted; /* -1: not taken */
  } rows[] = {
    { "F054494C4C0102", 0 }, { "F054494C4C010299", 0 },   { "F054494C4C0103", 1 },
    { "F054494C4C01", -1 },  { "F054494C4C010399", -1 },  { "F054494C4C010201", 2 },
    { "A000000333", -1 },    { "F054494C4C01020199", 2 }, { "F054494C4D0102", -1 },
  };
  EmvTest test;

  emv_testing_init (&test);
  emv_testing_add_rules (&test, "F054494C4C0103")->partial = FALSE;
  emv_testing_add_rules (&test, "F054494C4C010201");
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GBytes) aid = base_bytes_from_hex (rows[i].aid, NULL);
      const EmvApplicationRules *rules = emv_terminal_rules (&test.terminal, base_bytes_span (aid));

      g_assert_true (
          rules == (rows[i].wanted < 0 ? NULL : emv_testing_rules (&test, (guint)rows[i].wanted)));
    }
  g_assert_null (emv_terminal_rules (&test.terminal, BASE_SPAN (NULL, 0)));
  emv_testing_clear (&test);
}

static void
test_key (void)
{
  static const EmvKey keys[] = { { .rid = { 0xF0, 0x54, 0x49, 0x4C, 0x4C }, .index = 1 },
                                 { .rid = { 0xF0, 0x54, 0x49, 0x4C, 0x4D }, .index = 2 },
                                 { .rid = { 0xF0, 0x54, 0x49, 0x4C, 0x4C }, .index = 2 } };
  const BaseSpan rid = BASE_SPAN (keys[0].rid, EMV_RID_SIZE);
  EmvTest test;

  emv_testing_init (&test);
  g_assert_null (emv_terminal_key (&test.terminal, rid, 1));
  g_array_append_vals (test.terminal.keys, keys, G_N_ELEMENTS (keys));
  g_assert_true (emv_terminal_key (&test.terminal, rid, 2)
                 == &g_array_index (test.terminal.keys, EmvKey, 2));
  g_assert_null (emv_terminal_key (&test.terminal, rid, 3));
  g_assert_null (emv_terminal_key (&test.terminal, BASE_SPAN (keys[0].rid, 4), 2));
  emv_testing_clear (&test);
}

static void
test_nothing (void)
{
  const EmvTerminal bare = { .type = 0x22 };

  g_assert_null (emv_terminal_rules (&bare, BASE_SPAN ("\xF0\x54\x49\x4C\x4C", 5)));
  g_assert_null (emv_terminal_key (&bare, BASE_SPAN ("\xF0\x54\x49\x4C\x4C", 5), 1));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/emv/terminal/rules", test_rules);
  g_test_add_func ("/emv/terminal/key", test_key);
  g_test_add_func ("/emv/terminal/nothing", test_nothing);
  return g_test_run ();
}

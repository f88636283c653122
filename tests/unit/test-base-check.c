/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base-check.h"

static gpointer
may_block_job (gpointer data)
{
  base_check_may_block ();
  return NULL;
}

static void
test_unclaimed_may_block (void)
{
  base_check_may_block ();
}

static void
test_workers_may_block (void)
{
  base_check_claim_main ();
  g_thread_join (g_thread_new ("worker", may_block_job, NULL));
}

static void
test_main_may_not_block (void)
{
  if (g_test_subprocess ())
    {
      base_check_claim_main ();
      base_check_may_block ();
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*base_check_may_block*");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/check/unclaimed-may-block", test_unclaimed_may_block);
  g_test_add_func ("/base/check/main-may-not-block", test_main_may_not_block);
  g_test_add_func ("/base/check/workers-may-block", test_workers_may_block);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * When the best sellers move: not while anybody sells, then a few at a time, and not for nothing.
 */
#include "checkout-rank.h"

#include "catalogue-fixture.h"
#include "popularity-testing.h"

static guint
step (CheckoutRank *rank)
{
  g_autoptr (GError) error = NULL;
  guint moved = G_MAXUINT;

  g_assert_true (checkout_rank_step (rank, &moved, &error));
  g_assert_no_error (error);
  return moved;
}

/* The products that move until a quiet shop has settled, and in how many steps. */
static guint
settle (CheckoutRank *rank, guint *out_steps)
{
  guint all = 0;

  *out_steps = 0;
  for (guint i = 0; i < 3 * CHECKOUT_RANK_QUIET_STEPS; i++)
    {
      guint moved = step (rank);

      g_assert_cmpuint (moved, <=, CHECKOUT_RANK_BATCH);
      all += moved;
      *out_steps += moved > 0;
    }
  return all;
}

static void
test_rank (Fixture *fixture, gconstpointer data)
{
  g_autoptr (CheckoutRank) rank = checkout_rank_new (fixture->vault);
  guint steps;

  popularity_testing_import (fixture);
  g_assert_cmpuint (settle (rank, &steps), ==, 0);
  for (guint i = 0; i < 2 * CHECKOUT_RANK_QUIET_STEPS; i++) /* a busy hour */
    {
      popularity_testing_sell (fixture, "140", 1);
      g_assert_cmpuint (step (rank), ==, 0);
    }
  assert_finds (fixture, "牛奶 4", "104 140 141 142 143 144 145 146 147 148 149");
  g_assert_cmpuint (settle (rank, &steps), ==, 1);
  assert_finds (fixture, "牛奶 4", "140 104 141 142 143 144 145 146 147 148 149");
  popularity_testing_sell (fixture, "141", CHECKOUT_RANK_SALES - 1); /* too few to bother */
  g_assert_cmpuint (settle (rank, &steps), ==, 0);
  for (guint i = 0; i < 9; i++)
    {
      g_autofree char *code = g_strdup_printf ("%u", 149 - i);

      popularity_testing_sell (fixture, code, 30 + i);
    }
  g_assert_cmpuint (settle (rank, &steps), >=, 8);
  g_assert_cmpuint (steps, >=, 2);
  g_assert_cmpuint (settle (rank, &steps), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/checkout/rank", Fixture, NULL, set_up, test_rank, tear_down);
  return g_test_run ();
}

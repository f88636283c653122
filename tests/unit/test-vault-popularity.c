/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What sells most, by the books, and what must move for it.
 */
#include "vault-popularity.h"

#include "catalogue-fixture.h"
#include "popularity-testing.h"

static void
assert_due (Fixture *fixture, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) due = vault_popularity_due (fixture->vault, &error);
  g_autofree char *joined = NULL;

  g_assert_no_error (error);
  joined = g_strjoinv (" ", due);
  g_assert_cmpstr (joined, ==, expected);
}

static void
promote_due (Fixture *fixture)
{
  g_auto (GStrv) due = vault_popularity_due (fixture->vault, NULL);

  g_assert_true (vault_catalogue_promote (fixture->vault, (const char *const *)due,
                                          g_strv_length (due), NULL));
}

static void
test_due (Fixture *fixture, gconstpointer data)
{
  gint64 before = 0, after = 0;

  popularity_testing_import (fixture);
  assert_due (fixture, "");
  g_assert_true (vault_popularity_newest (fixture->vault, &before, NULL));
  popularity_testing_sell (fixture, "130", 1);
  popularity_testing_sell (fixture, "120", 2);
  popularity_testing_sell (fixture, "gone", 3); /* no longer in the catalogue */
  g_assert_true (vault_popularity_newest (fixture->vault, &after, NULL));
  g_assert_cmpint (after, ==, before + 6);
  assert_due (fixture, "120 130");
  promote_due (fixture);
  assert_due (fixture, "");
  assert_finds (fixture, "牛奶 3", "130 103 131 132 133 134 135 136 137 138 139");
  popularity_testing_sell (fixture, "130", 1); /* as many: nothing moves for nothing */
  assert_due (fixture, "");
  popularity_testing_sell (fixture, "130", 1);
  assert_due (fixture, "130"); /* 120 stands well as it is */
  promote_due (fixture);
  assert_due (fixture, "");
}

/* More of them than have a place, and an old favourite in between. */
static void
test_many (Fixture *fixture, gconstpointer data)
{
  g_auto (GStrv) due = NULL;

  popularity_testing_import (fixture);
  for (guint i = 0; i < 2 * VAULT_POPULARITY_COUNT; i++)
    {
      g_autofree char *code = g_strdup_printf ("%u", 149 - i);

      popularity_testing_sell (fixture, code, 1 + i / 10);
    }
  due = vault_popularity_due (fixture->vault, NULL);
  g_assert_cmpuint (g_strv_length (due), ==, VAULT_POPULARITY_COUNT);
  promote_due (fixture);
  assert_due (fixture, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/vault/popularity/due", Fixture, NULL, set_up, test_due, tear_down);
  g_test_add ("/vault/popularity/many", Fixture, NULL, set_up, test_many, tear_down);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The table of roles and rights says what a shop expects of it.
 */
#include "shop-rights.h"

static void
test_table (void)
{
  for (guint right = 0; right < SHOP_RIGHT_COUNT; right++)
    {
      g_assert_cmpint (shop_rights_of (SHOP_ROLE_MANAGER, (ShopRight)right), ==, SHOP_MAY);
      /* Who stands higher may no less. */
      g_assert_cmpint (shop_rights_of (SHOP_ROLE_CASHIER, (ShopRight)right), <=,
                       shop_rights_of (SHOP_ROLE_SUPERVISOR, (ShopRight)right));
      g_assert_nonnull (shop_rights_words ((ShopRight)right));
      for (guint other = 0; other < right; other++)
        g_assert_cmpstr (shop_rights_name ((ShopRight)right), !=,
                         shop_rights_name ((ShopRight)other));
    }
  g_assert_cmpint (shop_rights_of (SHOP_ROLE_CASHIER, SHOP_RIGHT_SELL), ==, SHOP_MAY);
  g_assert_cmpint (shop_rights_of (SHOP_ROLE_CASHIER, SHOP_RIGHT_REFUND), ==, SHOP_MAY_ASK);
  g_assert_cmpint (shop_rights_of (SHOP_ROLE_SUPERVISOR, SHOP_RIGHT_PEOPLE), ==, SHOP_MAY_NOT);
}

/* An auditor moves nothing, also not with somebody's leave. */
static void
test_auditor (void)
{
  for (guint right = 0; right < SHOP_RIGHT_COUNT; right++)
    g_assert_cmpint (shop_rights_of (SHOP_ROLE_AUDITOR, (ShopRight)right), ==,
                     right == SHOP_RIGHT_REPORTS || right == SHOP_RIGHT_JOURNAL ? SHOP_MAY
                                                                                : SHOP_MAY_NOT);
}

static void
test_names (void)
{
  ShopRole role;

  for (guint i = 0; i < SHOP_ROLE_COUNT; i++)
    {
      g_assert_true (shop_rights_role_from_name (shop_rights_role_name ((ShopRole)i), &role));
      g_assert_cmpint (role, ==, i);
      g_assert_nonnull (shop_rights_role_words ((ShopRole)i));
    }
  g_assert_false (shop_rights_role_from_name ("owner", &role));
  g_assert_false (shop_rights_role_from_name ("", &role));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/shop/rights/table", test_table);
  g_test_add_func ("/shop/rights/auditor", test_auditor);
  g_test_add_func ("/shop/rights/names", test_names);
  return g_test_run ();
}

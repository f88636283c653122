/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which PINs are refused, and how long a wrong one makes wait.
 */
#include "shop-pin.h"

static void
test_refused (void)
{
  static const char *const bad[]
      = { "",     "123",  "1234567890123", "12a4", " 1234", "1234", "9876",  "1111",
          "1212", "4747", "123123",        "1987", "2031",  "0000", "43210", "０１２３" };
  static const char *const good[] = { "4821", "70539", "112358", "830274619503", "1357" };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_nonnull (shop_pin_refuse (bad[i], 1));
  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    g_assert_null (shop_pin_refuse (good[i], 1));
  g_assert_null (shop_pin_refuse_first ("1234"));
  g_assert_nonnull (shop_pin_refuse_first ("123"));
  g_assert_nonnull (shop_pin_refuse_first ("12345678901234"));
  g_assert_nonnull (shop_pin_refuse ("0471", 471));
  g_assert_null (shop_pin_refuse ("0471", 472));
}

static void
test_wait (void)
{
  guint last = 0;

  for (guint wrong = 0; wrong < SHOP_PIN_FREE_TRIES; wrong++)
    g_assert_cmpuint (shop_pin_wait_s (wrong), ==, 0);
  g_assert_cmpuint (shop_pin_wait_s (SHOP_PIN_FREE_TRIES), ==, 30);
  for (guint wrong = SHOP_PIN_FREE_TRIES; wrong <= SHOP_PIN_TRIES_MAX; wrong++)
    {
      g_assert_cmpuint (shop_pin_wait_s (wrong), >=, last);
      last = shop_pin_wait_s (wrong);
    }
  g_assert_cmpuint (last, ==, 900);
  g_assert_cmpuint (shop_pin_wait_s (G_MAXUINT), ==, 900);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/shop/pin/refused", test_refused);
  g_test_add_func ("/shop/pin/wait", test_wait);
  return g_test_run ();
}

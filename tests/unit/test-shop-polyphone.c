/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shop-polyphone.h"

#include <string.h>

static void
test_look_up (void)
{
  g_assert_cmpstr (shop_polyphone_readings (g_utf8_get_char ("行")), ==, "xing hang heng");
  g_assert_cmpstr (shop_polyphone_readings (g_utf8_get_char ("调")), ==, "diao tiao");
  g_assert_cmpstr (shop_polyphone_readings (g_utf8_get_char ("乐")), ==, "le yue");
  g_assert_null (shop_polyphone_readings (g_utf8_get_char ("银")));
  g_assert_null (shop_polyphone_readings ('a'));
  g_assert_null (shop_polyphone_readings (0x10FFFF));
}

/* Sorted, as looking up needs it; two to four different readings of letters each. */
static void
test_table_is_sound (void)
{
  g_assert_cmpuint (shop_polyphone_count (), >, 350);
  for (guint i = 0; i < shop_polyphone_count (); i++)
    {
      const char *readings = shop_polyphone_readings (shop_polyphone_character (i));
      g_auto (GStrv) each = g_strsplit (readings, " ", -1);

      if (i > 0)
        g_assert_cmpuint (shop_polyphone_character (i - 1), <, shop_polyphone_character (i));
      g_assert_cmpuint (g_strv_length (each), >=, 2);
      g_assert_cmpuint (g_strv_length (each), <=, 4);
      for (guint j = 0; each[j] != NULL; j++)
        {
          g_assert_cmpuint (strlen (each[j]), ==, strspn (each[j], "abcdefghijklmnopqrstuvwxyz"));
          for (guint k = 0; k < j; k++)
            g_assert_cmpstr (each[j], !=, each[k]);
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/shop/polyphone/look-up", test_look_up);
  g_test_add_func ("/shop/polyphone/table-is-sound", test_table_is_sound);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-keys.h"

#include <gdk/gdkkeysyms.h>
#include <gio/gio.h>

static void
test_table (void)
{
  guint count;
  const AppKey *keys = app_keys_table (&count);

  for (guint i = 0; i < count; i++)
    {
      g_autofree char *name = NULL;
      g_autoptr (GVariant) target = NULL;

      g_assert_true ((keys[i].keyval == 0) == (keys[i].action == NULL));
      g_assert_true ((keys[i].cap == NULL) == (keys[i].words == NULL));
      if (keys[i].action != NULL)
        g_assert_true (g_action_parse_detailed_name (keys[i].action, &name, &target, NULL));
      for (guint j = 0; keys[i].keyval != 0 && j < i; j++)
        g_assert_false (keys[i].keyval == keys[j].keyval
                        && g_strcmp0 (keys[i].page, keys[j].page) == 0);
    }
}

static void
test_find (void)
{
  g_assert_cmpstr (app_keys_find ("sell", GDK_KEY_Delete)->action, ==, "sale.void-line");
  g_assert_cmpstr (app_keys_find ("pay", GDK_KEY_Delete)->action, ==, "sale.cancel-card");
  g_assert_cmpstr (app_keys_find ("queue", GDK_KEY_F12)->action, ==, "sale.pay");
  g_assert_null (app_keys_find ("queue", GDK_KEY_Delete));
  /* GNOME's key for the menu: here it is a page. */
  g_assert_cmpstr (app_keys_find ("sell", GDK_KEY_F10)->action, ==, "win.show-page::office");
  g_assert_null (app_keys_find ("sell", GDK_KEY_F13));
  g_assert_null (app_keys_find ("sell", 0));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/keys/table", test_table);
  g_test_add_func ("/app/keys/find", test_find);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An older list of what was decided by hand, put back with the digest that fits it: verify says so,
 * and the batch stays open until somebody decides again.
 */
#include "cli-scene.h"

#include "vault-apply.h"
#include "vault-key.h"
#include "vault-record.h"

#include <sqlite3.h>

/* An advice of 1.50 that is set aside: record 1. */
static void
add_aside (const CliScene *scene)
{
  g_autoptr (BaseSecret) key = vault_key_open (scene->data, BASE_SPAN_STR ("correct horse"), NULL);
  g_autoptr (Vault) vault = vault_open (scene->data, key, VAULT_ACCESS_OWN, NULL);
  g_autofree char *terminal = vault_setting_text (vault, "acquirer.terminal", NULL);
  g_autoptr (ShopProduct) product = shop_product_new ("111", "Water", 150);
  ShopCart *cart = shop_cart_new ("CNY", SHOP_TAX_INCLUSIVE);
  g_autoptr (VaultSale) sale = vault_sale_new (cart, "01");
  VaultChange change = { .event = VAULT_EVENT_CHIP_APPROVED,
                         .sale = sale,
                         .payment = vault_payment_new (VAULT_TENDER_CARD, 150),
                         .message = BASE_SPAN_STR ("rubbish"),
                         .terminal = terminal,
                         .batch = 1,
                         .stan = 1 };
  guint line;

  g_assert_true (shop_cart_add (cart, product, SHOP_QUANTITY_ONE_MILLI, &line, NULL));
  g_assert_true (vault_apply (vault, &change, 1, NULL));
  g_assert_true (vault_queue_set_aside (vault, 1, "malformed", NULL));
}

static void
run_sql (const CliScene *scene, const char *sql)
{
  g_autofree char *path = g_build_filename (scene->data, "till.db", NULL);
  g_autofree char *kept = g_build_filename (scene->data, "kept.db", NULL);
  g_autofree char *attach = g_strdup_printf ("ATTACH '%s' AS kept", kept);
  sqlite3 *db = NULL;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, attach, NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
}

static void
test_older_list (void)
{
  CliScene scene;

  cli_scene_open (&scene);
  add_aside (&scene);
  cli_scene_must (&scene, "queue resolve 1 --by-hand", 0, NULL);
  run_sql (&scene, "CREATE TABLE kept.setting AS SELECT * FROM main.setting"
                   " WHERE name IN ('by-hand', 'settings')");
  cli_scene_must (&scene, "queue retry 1", 0, NULL);
  cli_scene_must (&scene, "queue send", 1,
                  NULL); /* the acquirer can't read it: it is set aside again */
  cli_scene_must (&scene, "acquirer settle", 1, "queue retry 1");
  cli_scene_must (&scene, "queue verify", 0, NULL);
  run_sql (&scene, "UPDATE main.setting SET sealed = (SELECT k.sealed FROM kept.setting k"
                   " WHERE k.name = main.setting.name) WHERE name IN ('by-hand', 'settings')");
  cli_scene_must (&scene, "queue verify", 1, "by-hand");
  cli_scene_must (&scene, "acquirer settle", 1, "none of it counts");
  cli_scene_must (&scene, "queue resolve 1 --by-hand", 0, NULL);
  cli_scene_must (&scene, "queue verify", 0, NULL);
  cli_scene_must (&scene, "acquirer settle", 0, NULL);
  cli_scene_clear (&scene);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/decided/older-list", test_older_list);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What people are told about records that are set aside: what is offered works.
 */
#include "cli-scene.h"

#include "vault-apply.h"
#include "vault-key.h"
#include "vault-record.h"

#include <sqlite3.h>
#include <string.h>

/* A sale of 1.50 whose record is set aside. */
static void
add_aside (Vault *vault, VaultEvent event, guint32 stan)
{
  g_autoptr (ShopProduct) product = shop_product_new ("111", "Water", 150);
  ShopCart *cart = shop_cart_new ("CNY", SHOP_TAX_INCLUSIVE);
  g_autoptr (VaultSale) sale = vault_sale_new (cart, "01");
  VaultChange change = { .event = event,
                         .sale = sale,
                         .payment = vault_payment_new (VAULT_TENDER_CARD, 150),
                         .message = BASE_SPAN_STR ("rubbish"),
                         .terminal = "TILL0001",
                         .batch = 1,
                         .stan = stan };
  guint line;

  g_assert_true (shop_cart_add (cart, product, SHOP_QUANTITY_ONE_MILLI, &line, NULL));
  g_assert_true (vault_apply (vault, &change, 1, NULL));
  g_assert_true (vault_queue_set_aside (vault, stan, "malformed", NULL));
}

static void
open_with (CliScene *scene, const VaultEvent *events, guint count)
{
  g_autoptr (BaseSecret) key = NULL;
  g_autoptr (Vault) vault = NULL;

  cli_scene_open (scene);
  key = vault_key_open (scene->data, BASE_SPAN_STR ("correct horse"), NULL);
  vault = vault_open (scene->data, key, VAULT_ACCESS_OWN, NULL);
  for (guint i = 0; i < count; i++)
    add_aside (vault, events[i], i + 1);
}

/* As a disk would, or somebody without the key. */
static void
break_seals (const CliScene *scene)
{
  g_autofree char *path = g_build_filename (scene->data, "till.db", NULL);
  sqlite3 *db = NULL;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, "UPDATE record SET sealed = zeroblob (60)", NULL, NULL, NULL),
                   ==, SQLITE_OK);
  sqlite3_close (db);
}

static void
assert_says (CliScene *scene, const char *words, int exit_code, const char *said)
{
  cli_scene_run (scene, words);
  g_test_message ("%s: %d %s%s", words, scene->exit_code, scene->out, scene->err);
  g_assert_cmpint (scene->exit_code, ==, exit_code);
  g_assert_nonnull (strstr (exit_code == 0 ? scene->out : scene->err, said));
}

static void
assert_action (CliScene *scene, const char *words, const char *action)
{
  cli_scene_run_json (scene, words);
  g_assert_cmpstr (cli_scene_text (scene, "action"), ==, action);
}

static void
test_offers_what_works (void)
{
  static const VaultEvent events[] = { VAULT_EVENT_DEFERRED, VAULT_EVENT_CHIP_APPROVED };
  CliScene scene;

  open_with (&scene, events, G_N_ELEMENTS (events));
  assert_action (&scene, "queue show 2", "retry");
  assert_says (&scene, "queue list", 0, "till-cli queue retry 2 ");
  break_seals (&scene);
  assert_action (&scene, "queue show 1", "ask-bank");
  assert_action (&scene, "queue show 2", "by-hand");
  assert_says (&scene, "queue list", 0, "till-cli queue resolve 2 --by-hand");
  g_assert_null (strstr (scene.out, "queue retry"));
  assert_says (&scene, "queue retry 1", 3, "ask the bank");
  assert_says (&scene, "queue retry 2", 3, "till-cli queue resolve 2 --by-hand");
  assert_says (&scene, "acquirer settle", 1, "till-cli queue resolve 2 --by-hand");
  assert_says (&scene, "queue resolve 1 --by-hand", 1, "ask the bank");
  assert_says (&scene, "queue resolve 2 --charged", 1, "till-cli queue resolve 2 --by-hand");
  assert_says (&scene, "queue resolve 2 --by-hand", 0, "by hand");
  g_assert_null (strstr (scene.out, "till-cli"));
  assert_action (&scene, "queue show 2", NULL);
  assert_says (&scene, "queue retry 2", 3, "nothing is left to be done");
  assert_says (&scene, "acquirer settle", 0, "is settled");
  g_assert_nonnull (strstr (scene.out, "1 stored payment, CNY 1.50, is set aside"));
  g_assert_null (strstr (scene.out, "refund"));
  cli_scene_clear (&scene);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/aside/offers-what-works", test_offers_what_works);
  return g_test_run ();
}

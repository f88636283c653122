/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-stored.h"

#include "base-data.h"
#include "iso8583.h"

#include <glib/gstdio.h>
#include <sqlite3.h>

#define PASSPHRASE "bench"
#define TERMINAL "BENCH001"
#define MERCHANT "123456789012345"

static const char *
as_it_is (const char *text)
{
  return text;
}

char *
bench_stored_make (const SandboxProcess *host)
{
  const char *place = g_getenv ("TILL_BENCH_DIR");
  g_autofree char *shape
      = g_build_filename (place != NULL ? place : "/var/tmp", "till-queue-XXXXXX", NULL);
  char *dir = g_strdup (g_mkdtemp (shape));
  g_autofree char *tls = g_build_filename (sandbox_process_dir (host), "tls", NULL);
  char *recovery = NULL;
  CheckoutShopSetup setup = { .name = "Bench",
                              .currency = "CNY",
                              .profile = "sandbox",
                              .host = "127.0.0.1",
                              .port = sandbox_process_port (host),
                              .tls_dir = tls,
                              .terminal = TERMINAL,
                              .merchant = MERCHANT };
  GError *error = NULL;

  checkout_shop_create (dir, BASE_SPAN_STR (PASSPHRASE), &setup, &recovery, &error);
  g_assert_no_error (error);
  base_secret_free_text (recovery);
  return dir;
}

CheckoutShop *
bench_stored_open (const char *dir)
{
  CheckoutShopOptions options
      = { .data_dir = dir, .passphrase = BASE_SPAN_STR (PASSPHRASE), .translate = as_it_is };
  GError *error = NULL;
  CheckoutShop *shop = checkout_shop_open (&options, &error);

  g_assert_no_error (error);
  return shop;
}

void
bench_stored_set_line (const char *dir, guint16 port, guint in_flight)
{
  g_autoptr (CheckoutShop) shop = bench_stored_open (dir);
  g_autoptr (GKeyFile) profile = g_key_file_new ();
  g_autofree char *text = vault_setting_text (shop->vault, SYNC_SETTING_PROFILE, NULL);

  g_assert_true (vault_setting_set_number (shop->vault, SYNC_SETTING_PORT, port, NULL));
  if (in_flight == 0)
    return;
  g_assert_true (g_key_file_load_from_data (profile, text, (gsize)-1, G_KEY_FILE_NONE, NULL));
  g_assert_true (g_key_file_has_key (profile, "profile", "in_flight", NULL));
  g_key_file_set_integer (profile, "profile", "in_flight", (gint)in_flight);
  g_clear_pointer (&text, g_free);
  text = g_key_file_to_data (profile, NULL, NULL);
  g_assert_true (vault_setting_set_text (shop->vault, SYNC_SETTING_PROFILE, text, NULL));
}

static VaultSale *
make_sale (void)
{
  g_autoptr (ShopProduct) product = shop_product_new ("6900000000012", "Water", BENCH_STORED_MINOR);
  ShopCart *cart = shop_cart_new ("CNY", SHOP_TAX_INCLUSIVE);
  guint line;

  g_assert_true (shop_cart_add (cart, product, SHOP_QUANTITY_ONE_MILLI, &line, NULL));
  return vault_sale_new (cart, "01");
}

static GBytes *
make_request (CheckoutShop *shop,
              const VaultPayment *payment,
              guint32 *out_batch,
              guint32 *out_stan)
{
  AcquirerProfile *profile = sync_line_profile (shop->line);
  AcquirerSale sale = sandbox_process_sale (1);
  g_autoptr (Iso8583Message) message = NULL;
  GBytes *bytes;

  vault_take_identity (shop->vault, out_batch, out_stan);
  sale.terminal = TERMINAL;
  sale.merchant = MERCHANT;
  sale.batch = *out_batch;
  sale.stan = *out_stan;
  sale.payment_id = payment->uuid;
  sale.amount = base_money (payment->amount_minor, "CNY");
  message = acquirer_message_build (profile, ACQUIRER_FLOW_DEFERRED, &sale, NULL);
  bytes = message != NULL ? iso8583_pack (profile, message, NULL) : NULL;
  g_assert_nonnull (bytes);
  return bytes;
}

static void
store (CheckoutShop *shop, guint count)
{
  VaultChange changes[VAULT_CHANGES_MAX];
  GBytes *requests[VAULT_CHANGES_MAX];
  GError *error = NULL;

  for (guint i = 0; i < count; i++)
    {
      VaultPayment *payment = vault_payment_new (VAULT_TENDER_CARD, BENCH_STORED_MINOR);

      changes[i] = (VaultChange){ .event = VAULT_EVENT_DEFERRED,
                                  .sale = make_sale (),
                                  .payment = payment,
                                  .terminal = TERMINAL };
      requests[i] = make_request (shop, payment, &changes[i].batch, &changes[i].stan);
      changes[i].message = base_bytes_span (requests[i]);
    }
  vault_apply (shop->vault, changes, count, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < count; i++)
    {
      vault_sale_free (changes[i].sale);
      g_bytes_unref (requests[i]);
    }
}

static sqlite3 *
open_bare (const char *dir)
{
  g_autofree char *path = g_build_filename (dir, "till.db", NULL);
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  return db;
}

static void
run (sqlite3 *db, const char *sql)
{
  if (sqlite3_exec (db, sql, NULL, NULL, NULL) != SQLITE_OK)
    g_error ("%s: %s", sql, sqlite3_errmsg (db));
}

void
bench_stored_add (const char *dir, guint count)
{
  CheckoutShop *shop = bench_stored_open (dir);
  sqlite3 *db;

  for (guint left = count; left > 0; left -= MIN (left, (guint)VAULT_CHANGES_MAX))
    store (shop, MIN (left, (guint)VAULT_CHANGES_MAX));
  checkout_shop_free (shop);
  db = open_bare (dir);
  run (db, "UPDATE print_job SET open = 0, state = 'printed' WHERE open = 1");
  sqlite3_close (db);
}

void
bench_stored_copy_done (const char *dir, guint count)
{
  static const char *const shapes[] = {
    "INSERT INTO sale SELECT n.i, state, opened_us, closed_us, shift, cashier, label, currency,"
    " tax_mode, total_minor, kind, original FROM n, sale WHERE id = 1",
    "INSERT INTO sale_line SELECT id + (n.i - 1) * 1024, n.i, number, code, name, name_zh,"
    " category, unit, tax_bp, quantity_milli, price_minor, discount_minor, amount_minor, voided,"
    " void_reason, original FROM n, sale_line WHERE sale = 1",
    "INSERT INTO payment SELECT id + (n.i - 1) * 64, n.i, position, uuid, tender, state,"
    " amount_minor, tendered_minor, change_minor, at_us, stan, masked_pan, auth_code, reference,"
    " response, reason, batch, host_date, terminal, original, slip FROM n, payment WHERE sale = 1",
    "INSERT INTO record SELECT n.i, class, state, n.i, position, terminal, batch, stan,"
    " amount_minor, created_us, tries, next_us, done_us + n.i, reason, identity, sealed, settled, "
    "counts"
    " FROM n, record WHERE id = 1",
  };
  sqlite3 *db = open_bare (dir);

  run (db, "PRAGMA synchronous=OFF; BEGIN");
  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    {
      g_autofree char *sql = g_strdup_printf (
          "WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < %u) %s", count,
          shapes[i]);

      run (db, sql);
    }
  run (db, "COMMIT; PRAGMA wal_checkpoint(TRUNCATE)");
  sqlite3_close (db);
}

void
bench_stored_crash (const char *dir)
{
  sqlite3 *db = open_bare (dir);

  run (db, "DELETE FROM setting WHERE name = 'queue-totals'");
  sqlite3_close (db);
}

static void
remove_folder (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *inner = g_build_filename (path, name, NULL);

      if (g_file_test (inner, G_FILE_TEST_IS_DIR))
        remove_folder (inner);
      else
        (void)g_remove (inner);
    }
  (void)g_rmdir (path);
}

void
bench_stored_remove (char *dir)
{
  remove_folder (dir);
  g_free (dir);
}

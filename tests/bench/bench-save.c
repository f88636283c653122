/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What it costs to keep an order, against a floor of its own: a bare SQLite program's INSERT of one
 * row of 1.5 kB, three columns and a unique index, with the same durability, on the same disk, in
 * the same run. Blocks of either kind stand interleaved (ABBA), so that a minute in which the disk
 * is slower is slow for both; a ratio is the median of those of the rounds.
 *
 *   bench-save [ROUNDS [DIR]]
 */
#include "vault-apply.h"

#include "crypto-digest.h"
#include "crypto-random.h"
#include "crypto-seal.h"

#include <glib/gstdio.h>

#include <fcntl.h>
#include <locale.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BLOCK 50
#define BODY_SIZE 1500
#define ASSOCIATED_SIZE 64
#define LINES 5
#define ROUNDS_MAX 1000

typedef struct
{
  sqlite3 *db;
  sqlite3_stmt *begin, *insert, *commit;
  gint64 last;
  CryptoSealer *sealer; /* NULL: the row lies open */
  CryptoHmac *chain_key;
  guint8 chain[CRYPTO_DIGEST_SIZE];
} Bare;

typedef struct
{
  Bare open, sealed;
  Vault *vault;
  GBytes *body;
  int file; /* for the bare disk */
} Bench;

typedef void (*Act) (Bench *bench);

/* --- The floor --- */

static void
must (sqlite3 *db, int result, int wanted)
{
  if (result != wanted)
    g_error ("SQLite: %s", sqlite3_errmsg (db));
}

static void
bare_open (Bare *self, const char *dir, const char *name, const BaseSecret *key)
{
  g_autofree char *path = g_build_filename (dir, name, NULL);

  must (NULL, sqlite3_open (path, &self->db), SQLITE_OK);
  must (self->db,
        sqlite3_exec (self->db,
                      "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                      "CREATE TABLE o (number INTEGER NOT NULL, at INTEGER NOT NULL, amount "
                      "INTEGER NOT NULL, body BLOB NOT NULL);"
                      "CREATE UNIQUE INDEX o_number ON o (number)",
                      NULL, NULL, NULL),
        SQLITE_OK);
  must (self->db, sqlite3_prepare_v2 (self->db, "BEGIN IMMEDIATE", -1, &self->begin, NULL),
        SQLITE_OK);
  must (self->db,
        sqlite3_prepare_v2 (self->db, "INSERT INTO o VALUES (?, ?, ?, ?)", -1, &self->insert, NULL),
        SQLITE_OK);
  must (self->db, sqlite3_prepare_v2 (self->db, "COMMIT", -1, &self->commit, NULL), SQLITE_OK);
  if (key != NULL)
    {
      self->sealer = crypto_sealer_new (key);
      self->chain_key = crypto_hmac_new (base_secret_span (key));
    }
}

static void
bare_close (Bare *self)
{
  sqlite3_finalize (self->begin);
  sqlite3_finalize (self->insert);
  sqlite3_finalize (self->commit);
  sqlite3_close (self->db);
  crypto_sealer_free (self->sealer);
  crypto_hmac_free (self->chain_key);
}

static void
run (Bare *self, sqlite3_stmt *statement)
{
  must (self->db, sqlite3_step (statement), SQLITE_DONE);
  sqlite3_reset (statement);
}

static void
bare_insert (Bare *self, BaseSpan body)
{
  run (self, self->begin);
  sqlite3_bind_int64 (self->insert, 1, ++self->last);
  sqlite3_bind_int64 (self->insert, 2, g_get_real_time ());
  sqlite3_bind_int64 (self->insert, 3, 4300);
  sqlite3_bind_blob (self->insert, 4, body.data, (int)body.size, SQLITE_STATIC);
  run (self, self->insert);
  run (self, self->commit);
}

static void
insert_open (Bench *bench)
{
  bare_insert (&bench->open, base_bytes_span (bench->body));
}

static void
insert_sealed (Bench *bench)
{
  guint8 associated[ASSOCIATED_SIZE] = { 0 };
  Bare *self = &bench->sealed;
  g_autoptr (GBytes) sealed = crypto_sealer_seal (self->sealer, base_bytes_span (bench->body),
                                                  BASE_SPAN (associated, sizeof associated));
  BaseSpan parts[2] = { BASE_SPAN (self->chain, sizeof self->chain), base_bytes_span (sealed) };

  crypto_hmac_compute (self->chain_key, parts, 2, self->chain);
  bare_insert (self, base_bytes_span (sealed));
}

static void
write_page (Bench *bench)
{
  static guint8 page[8192];

  if (pwrite (bench->file, page, sizeof page, 0) != sizeof page || fdatasync (bench->file) != 0)
    g_error ("The disk refuses a page");
}

/* --- The till --- */

static VaultSale *
ring_up (void)
{
  ShopCart *cart = shop_cart_new ("CNY", SHOP_TAX_INCLUSIVE);

  for (guint i = 0; i < LINES; i++)
    {
      g_autofree char *code = g_strdup_printf ("69012345%05u", i);
      g_autoptr (ShopProduct) product = shop_product_new (code, "Jasmine tea, 500 ml", 860);

      product->name_zh = g_strdup ("茉莉花茶 500 毫升");
      product->category = g_strdup ("drinks");
      product->tax_bp = 1300;
      if (!shop_cart_add (cart, product, SHOP_QUANTITY_ONE_MILLI, NULL, NULL))
        g_error ("No line");
    }
  return vault_sale_new (cart, "cashier");
}

static void
apply (Bench *bench, VaultSale *sale, VaultPayment *payment, VaultEvent event)
{
  VaultChange change = { .event = event, .sale = sale, .payment = payment, .terminal = "00000001" };
  g_autoptr (GError) error = NULL;

  change.message = base_bytes_span (bench->body);
  if (payment->tender == VAULT_TENDER_CARD)
    vault_take_identity (bench->vault, &change.batch, &change.stan);
  if (!vault_apply (bench->vault, &change, 1, &error))
    g_error ("%s", error->message);
}

static void
save_cash (Bench *bench)
{
  g_autoptr (VaultSale) sale = ring_up ();
  VaultPayment *payment
      = vault_payment_new (VAULT_TENDER_CASH, shop_cart_totals (sale->cart)->total_minor);

  payment->tendered_minor = 5000;
  payment->change_minor = 700;
  apply (bench, sale, payment, VAULT_EVENT_CASH_TAKEN);
}

static VaultPayment *
pay_by_card (VaultSale *sale)
{
  VaultPayment *payment
      = vault_payment_new (VAULT_TENDER_CARD, shop_cart_totals (sale->cart)->total_minor);

  payment->masked_pan = g_strdup ("622848******1234");
  return payment;
}

static void
save_stored (Bench *bench)
{
  g_autoptr (VaultSale) sale = ring_up ();

  apply (bench, sale, pay_by_card (sale), VAULT_EVENT_DEFERRED);
}

static void
save_online (Bench *bench)
{
  g_autoptr (VaultSale) sale = ring_up ();
  VaultPayment *payment = pay_by_card (sale);

  apply (bench, sale, payment, VAULT_EVENT_GO_ONLINE);
  payment->auth_code = g_strdup ("123456");
  payment->reference = g_strdup ("000000123456");
  payment->response = g_strdup ("00");
  apply (bench, sale, payment, VAULT_EVENT_ANSWER_APPROVED);
}

/* --- Measuring --- */

static int
compare (gconstpointer a, gconstpointer b)
{
  double left = *(const double *)a, right = *(const double *)b;

  return left < right ? -1 : left > right;
}

static double
median (double *values, guint count)
{
  qsort (values, count, sizeof *values, compare);
  return count % 2 == 1 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

/* Seconds that one takes, over a block. */
static double
block (Bench *bench, Act act)
{
  gint64 start = g_get_monotonic_time ();

  for (guint i = 0; i < BLOCK; i++)
    act (bench);
  return (double)(g_get_monotonic_time () - start) / G_USEC_PER_SEC / BLOCK;
}

/* How fast `act` is against `floor`, where `times` floors would be as fast; whether that is the
 * goal or better. */
static gboolean
report (Bench *bench, const char *name, Act floor, Act act, guint rounds, double times, double goal)
{
  double ratios[ROUNDS_MAX], floors[ROUNDS_MAX], acts[ROUNDS_MAX];

  block (bench, floor);
  block (bench, act);
  for (guint i = 0; i < rounds; i++)
    {
      double a1 = block (bench, floor), b1 = block (bench, act), b2 = block (bench, act),
             a2 = block (bench, floor);

      floors[i] = (a1 + a2) / 2;
      acts[i] = (b1 + b2) / 2;
      ratios[i] = floors[i] * times / acts[i];
    }
  printf ("%s: %.0f /s beside a floor of %.0f /s (%.0f and %.0f µs)\n", name,
          1 / median (acts, rounds), 1 / median (floors, rounds), median (acts, rounds) * 1e6,
          median (floors, rounds) * 1e6);
  printf ("ratio %s %.3f %.2f\n", name, median (ratios, rounds), goal);
  fflush (stdout);
  return median (ratios, rounds) >= goal;
}

static void
seal_alone (Bench *bench)
{
  guint8 associated[ASSOCIATED_SIZE] = { 0 };
  gint64 start = g_get_monotonic_time ();
  const guint times = 20000;

  for (guint i = 0; i < times; i++)
    {
      g_autoptr (GBytes) sealed
          = crypto_sealer_seal (bench->sealed.sealer, base_bytes_span (bench->body),
                                BASE_SPAN (associated, sizeof associated));
      BaseSpan parts[2]
          = { BASE_SPAN (bench->sealed.chain, CRYPTO_DIGEST_SIZE), base_bytes_span (sealed) };

      crypto_hmac_compute (bench->sealed.chain_key, parts, 2, bench->sealed.chain);
    }
  printf ("seal and chain %d bytes: %.2f µs\n", BODY_SIZE,
          (double)(g_get_monotonic_time () - start) / times);
}

static void
remove_all (const char *dir)
{
  g_autoptr (GDir) list = g_dir_open (dir, 0, NULL);
  const char *name;

  while (list != NULL && (name = g_dir_read_name (list)) != NULL)
    {
      g_autofree char *path = g_build_filename (dir, name, NULL);

      g_remove (path);
    }
  g_rmdir (dir);
}

int
main (int argc, char **argv)
{
  guint rounds = argc > 1 ? (guint)CLAMP (atoi (argv[1]), 1, ROUNDS_MAX) : 20;
  g_autofree char *dir
      = g_build_filename (argc > 2 ? argv[2] : "/var/tmp", "till-bench-XXXXXX", NULL);
  g_autofree char *page = NULL;
  guint8 bytes[BODY_SIZE], key_bytes[CRYPTO_KEY_SIZE];
  g_autoptr (GError) error = NULL;
  g_autoptr (BaseSecret) key = NULL;
  Bench bench = { 0 };
  gboolean good;

  setlocale (LC_NUMERIC, "C");
  if (g_mkdtemp (dir) == NULL)
    g_error ("No folder to measure in");
  page = g_build_filename (dir, "page", NULL);
  bench.file = g_open (page, O_RDWR | O_CREAT, 0600);
  crypto_random_bytes (bytes, sizeof bytes);
  crypto_random_bytes (key_bytes, sizeof key_bytes);
  key = base_secret_new_from (BASE_SPAN (key_bytes, sizeof key_bytes));
  bench.body = g_bytes_new (bytes, sizeof bytes);
  bare_open (&bench.open, dir, "open.db", NULL);
  bare_open (&bench.sealed, dir, "sealed.db", key);
  bench.vault = vault_create (dir, key, &error);
  if (bench.vault == NULL)
    g_error ("%s", error->message);

  block (&bench, write_page);
  printf ("bare pwrite of 8 kB and fdatasync: %.0f /s\n", 1 / block (&bench, write_page));
  seal_alone (&bench);
  good = report (&bench, "save-sealed-row", insert_open, insert_sealed, rounds, 1, 0.9);
  good = report (&bench, "save-cash-order", insert_open, save_cash, rounds, 1, 0.6) && good;
  good = report (&bench, "save-stored-order", insert_open, save_stored, rounds, 1, 0.6) && good;
  good = report (&bench, "save-online-order-two-commits", insert_open, save_online, rounds, 2, 0.6)
         && good;

  bare_close (&bench.open);
  bare_close (&bench.sealed);
  vault_free (bench.vault);
  g_bytes_unref (bench.body);
  close (bench.file);
  remove_all (dir);
  return good ? 0 : 1;
}

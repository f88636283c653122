/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Looking up a barcode among 1,000,000 products: Till's call, which gives a product of its own,
 * against a bare prepared statement whose columns are read and copied. By turns, in blocks, each
 * time other codes.
 */
#include "bench-bare.h"
#include "bench-catalogue.h"

#define PRODUCTS 1000000
#define BLOCK 2500
#define BLOCKS 20
#define GOAL_MEDIAN 2.0
#define GOAL_P99 3.0

static gint64 till[BLOCK * BLOCKS], bare[BLOCK * BLOCKS];

static void
time_till (VaultCatalogue *catalogue, guint64 number, gint64 *out_ns)
{
  g_autoptr (ShopProduct) product = NULL;
  BenchGoods goods;
  gint64 start;

  bench_goods_make (number, &goods);
  start = bench_goods_now_ns ();
  product = vault_catalogue_find_code (catalogue, goods.code, NULL);
  *out_ns = bench_goods_now_ns () - start;
  g_assert_cmpint (product->price_minor, ==, goods.price_minor);
}

static void
time_bare (BenchBareQueries *queries, guint64 number, gint64 *out_ns)
{
  BenchGoods goods;
  gint64 start, price;

  bench_goods_make (number, &goods);
  start = bench_goods_now_ns ();
  price = bench_bare_look_up (queries, goods.code);
  *out_ns = bench_goods_now_ns () - start;
  g_assert_cmpint (price, ==, goods.price_minor);
}

int
main (void)
{
  guint64 count = bench_goods_count (PRODUCTS);
  g_autoptr (VaultCatalogue) reader = NULL;
  g_autoptr (GRand) random = g_rand_new_with_seed (1);
  BenchCatalogue catalogue;
  BenchBareQueries queries;
  gint64 till_median, till_p99, bare_median, bare_p99;
  sqlite3 *db;

  bench_catalogue_init (&catalogue, count);
  db = bench_bare_open (catalogue.bare_path);
  bench_bare_fill (db, count);
  bench_bare_prepare (db, &queries);
  bench_catalogue_fill (&catalogue);
  reader = vault_catalogue_open (catalogue.dir, NULL);
  for (guint i = 0; i < BLOCKS; i++)
    for (guint side = 0; side < 2; side++)
      for (guint j = 0; j < BLOCK; j++)
        {
          guint64 number = (guint64)(guint32)g_rand_int (random) % count;

          if ((i + side) % 2 == 0)
            time_bare (&queries, number, &bare[i * BLOCK + j]);
          else
            time_till (reader, number, &till[i * BLOCK + j]);
        }
  bare_median = bench_goods_quantile (bare, G_N_ELEMENTS (bare), 500);
  bare_p99 = bench_goods_quantile (bare, G_N_ELEMENTS (bare), 990);
  till_median = bench_goods_quantile (till, G_N_ELEMENTS (till), 500);
  till_p99 = bench_goods_quantile (till, G_N_ELEMENTS (till), 990);
  g_print ("among %" G_GUINT64_FORMAT " products, %d look-ups each\n", count, BLOCK * BLOCKS);
  g_print ("bare prepared statement  p50 %6.1f us  p99 %6.1f us\n", (double)bare_median / 1e3,
           (double)bare_p99 / 1e3);
  g_print ("Till                     p50 %6.1f us  p99 %6.1f us\n", (double)till_median / 1e3,
           (double)till_p99 / 1e3);
  g_print ("ratio lookup-p50 %.2f %.2f\n", (double)till_median / (double)bare_median, GOAL_MEDIAN);
  g_print ("ratio lookup-p99 %.2f %.2f\n", (double)till_p99 / (double)bare_p99, GOAL_P99);
  bench_bare_finish (&queries);
  sqlite3_close (db);
  g_clear_pointer (&reader, vault_catalogue_free);
  bench_catalogue_clear (&catalogue);
  return (double)till_median > GOAL_MEDIAN * (double)bare_median
         || (double)till_p99 > GOAL_P99 * (double)bare_p99;
}

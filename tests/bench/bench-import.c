/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A list of 100,000 goods from its CSV file into the catalogue, with all checks and every pinyin
 * reading, against bare inserts of the same goods with three indexes and their 1- and 2-grams,
 * which come from memory and have their pinyin given.
 */
#include "bench-bare.h"
#include "bench-catalogue.h"

#define PRODUCTS 100000
#define ROUNDS 5
#define GOAL 2.0
#define SIZE_GOAL 1.5

int
main (void)
{
  guint64 count = bench_goods_count (PRODUCTS);
  gint64 till[ROUNDS], bare[ROUNDS], till_size = 0, bare_size = 0, usual, floor;

  for (guint i = 0; i < ROUNDS; i++)
    {
      BenchCatalogue catalogue;
      sqlite3 *db;
      gint64 start;

      bench_catalogue_init (&catalogue, count);
      db = bench_bare_open (catalogue.bare_path);
      start = bench_goods_now_ns ();
      bench_bare_fill (db, count);
      bare[i] = bench_goods_now_ns () - start;
      start = bench_goods_now_ns ();
      bench_catalogue_fill (&catalogue);
      till[i] = bench_goods_now_ns () - start;
      till_size = bench_catalogue_size (catalogue.till_path);
      bare_size = bench_catalogue_size (catalogue.bare_path);
      sqlite3_close (db);
      bench_catalogue_clear (&catalogue);
    }
  usual = bench_goods_quantile (till, ROUNDS, 500);
  floor = bench_goods_quantile (bare, ROUNDS, 500);
  g_print ("bare inserts of %" G_GUINT64_FORMAT " goods  %8.1f ms [%.1f-%.1f], file %.1f MB\n",
           count, (double)floor / 1e6, (double)bare[0] / 1e6, (double)bare[ROUNDS - 1] / 1e6,
           (double)bare_size / 1e6);
  g_print ("Till's import of them       %8.1f ms [%.1f-%.1f], file %.1f MB\n", (double)usual / 1e6,
           (double)till[0] / 1e6, (double)till[ROUNDS - 1] / 1e6, (double)till_size / 1e6);
  g_print ("ratio import-time %.2f %.2f\n", (double)usual / (double)floor, GOAL);
  g_print ("ratio import-size %.2f %.2f\n", (double)till_size / (double)bare_size, SIZE_GOAL);
  return (double)usual > GOAL * (double)floor || (double)till_size > SIZE_GOAL * (double)bare_size;
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Made-up goods for the benchmarks: the same for the same number on every machine, the best sellers
 * first. Uses none of Till's code, so that the floors may use it; `pinyin` and `initials` are for
 * them alone, since Till works those out itself.
 */
#pragma once

#include <glib.h>

typedef struct
{
  char code[16];     /* EAN-13 */
  char name[160];    /* Chinese for most, Latin for some */
  char name_zh[128]; /* "" where the name is Chinese or there is none */
  char pinyin[192];  /* letters only, "" when nothing is Chinese */
  char initials[32];
  gint64 price_minor;
} BenchGoods;

void bench_goods_make (guint64 number, BenchGoods *out);
void bench_goods_write_csv (const char *path, guint64 count);
/* $TILL_BENCH_PRODUCTS, or this many. */
guint64 bench_goods_count (guint64 otherwise);
/* Sorts; the value below which `per_mille` thousandths lie. */
gint64 bench_goods_quantile (gint64 *values, guint count, guint per_mille);
gint64 bench_goods_now_ns (void);

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The floor of the catalogue's benchmarks: what a page of C does with SQLite and none of Till's
 * code. Rows with three indexes (code, name, pinyin) and a contentless full-text table of the 1-
 * and 2-grams of everything one searches for.
 */
#pragma once

#include "bench-goods.h"

#include <sqlite3.h>

/* WAL, synchronous=FULL, a writer's cache as large as Till's import has. */
sqlite3 *bench_bare_open (const char *path);
/* One transaction; then the WAL goes into the file. */
void bench_bare_fill (sqlite3 *db, guint64 count);

typedef struct
{
  sqlite3_stmt *look_up, *one_or_two, *longer;
} BenchBareQueries;

void bench_bare_prepare (sqlite3 *db, BenchBareQueries *out);
void bench_bare_finish (BenchBareQueries *queries);
/* The price, from all columns read; -1 when there is none. */
gint64 bench_bare_look_up (BenchBareQueries *queries, const char *code);
/* The first 20 in row order whose grams match, three characters and more re-checked with LIKE. How
 * many there were. */
guint bench_bare_search (BenchBareQueries *queries, const char *typed);

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Searching at each keystroke among 1,000,000 products: Till's call (exact code, beginnings, pinyin
 * in every reading, inside, parts of codes, in order of popularity) against one bare query of the
 * 1- and 2-grams that takes the first 20 rows. What is typed comes from goods all over the list,
 * letter by letter, from their beginnings and from within, and some of it from nowhere.
 */
#include "bench-bare.h"
#include "bench-catalogue.h"

#include <string.h>

#define PRODUCTS 1000000
#define SAMPLES 120 /* goods that are typed, for each way of typing */
#define LENGTH_MAX 10
#define LIMIT 20
#define GOAL_P99 2.0
#define TIMES_MAX (8 * SAMPLES * LENGTH_MAX)

typedef enum
{
  CHINESE,
  CHINESE_INSIDE,
  LATIN,
  LATIN_INSIDE,
  PINYIN,
  INITIALS,
  CODE,
  NOWHERE,
  WAYS,
} Way;

static const char *const way_names[WAYS]
    = { "Chinese, from its start", "Chinese, inside", "Latin, from its start", "Latin, inside",
        "pinyin in full",          "pinyin initials", "part of a code",        "what is nowhere" };

typedef struct
{
  gint64 till[TIMES_MAX], bare[TIMES_MAX];
  guint count;
} Times;

static Times all, by_way[WAYS], by_length[LENGTH_MAX + 1];

static void
add (Times *times, gint64 till, gint64 bare)
{
  g_assert_cmpuint (times->count, <, TIMES_MAX);
  times->till[times->count] = till;
  times->bare[times->count++] = bare;
}

static void
print (const char *what, Times *times)
{
  gint64 bare_median = bench_goods_quantile (times->bare, times->count, 500);
  gint64 bare_p99 = bench_goods_quantile (times->bare, times->count, 990);
  gint64 till_median = bench_goods_quantile (times->till, times->count, 500);
  gint64 till_p99 = bench_goods_quantile (times->till, times->count, 990);

  g_print ("%-24s %5u  bare p50 %7.1f p99 %8.1f max %8.1f  Till p50 %7.1f p99 %8.1f max %8.1f us\n",
           what, times->count, (double)bare_median / 1e3, (double)bare_p99 / 1e3,
           (double)times->bare[times->count - 1] / 1e3, (double)till_median / 1e3,
           (double)till_p99 / 1e3, (double)times->till[times->count - 1] / 1e3);
}

/* What somebody who looks for `goods` types, all of it; NULL when it can't be looked for in this
 * way. */
static char *
type (Way way, const BenchGoods *goods, GRand *random)
{
  gboolean chinese = goods->name_zh[0] == '\0' && goods->pinyin[0] != '\0';
  const char *name_zh = chinese ? goods->name : goods->name_zh;
  static const char letters[] = "qxzvjwkgpf";

  switch (way)
    {
    case CHINESE:
      return *name_zh != '\0' ? g_strdup (name_zh) : NULL;
    case CHINESE_INSIDE:
      return *name_zh != '\0'
                 ? g_strdup (g_utf8_offset_to_pointer (name_zh, g_rand_int_range (random, 1, 6)))
                 : NULL;
    case LATIN:
      return chinese ? NULL : g_ascii_strdown (goods->name, -1);
    case LATIN_INSIDE:
      return chinese ? NULL : g_ascii_strdown (goods->name + g_rand_int_range (random, 1, 16), -1);
    case PINYIN:
      return goods->pinyin[0] != '\0' ? g_strdup (goods->pinyin) : NULL;
    case INITIALS:
      return goods->initials[0] != '\0' ? g_strdup (goods->initials) : NULL;
    case CODE:
      return g_strdup (goods->code + g_rand_int_range (random, 0, 5));
    case NOWHERE:
      {
        char *text = g_strnfill (LENGTH_MAX, 'x');

        for (guint i = 0; i < LENGTH_MAX; i++)
          text[i] = letters[g_rand_int_range (random, 0, sizeof letters - 1)];
        return text;
      }
    case WAYS:
      break;
    }
  g_assert_not_reached ();
}

static gint64
time_till (VaultCatalogue *reader, const char *typed)
{
  g_autoptr (GPtrArray) found = NULL;
  gint64 start = bench_goods_now_ns ();

  found = vault_catalogue_search (reader, typed, LIMIT, NULL, NULL);
  g_assert_nonnull (found);
  return bench_goods_now_ns () - start;
}

static gint64
time_bare (BenchBareQueries *queries, const char *typed)
{
  gint64 start = bench_goods_now_ns ();

  bench_bare_search (queries, typed);
  return bench_goods_now_ns () - start;
}

/* One text, letter by letter. The first time of each side brings the pages in and isn't counted. */
static void
type_through (VaultCatalogue *reader, BenchBareQueries *queries, Way way, const char *text)
{
  const char *end = text;

  for (guint length = 1; length <= LENGTH_MAX && *end != '\0'; length++)
    {
      g_autofree char *typed = NULL;
      gint64 till, bare;

      end = g_utf8_next_char (end);
      typed = g_strndup (text, (gsize)(end - text));
      time_bare (queries, typed);
      time_till (reader, typed);
      bare = time_bare (queries, typed);
      till = time_till (reader, typed);
      add (&all, till, bare);
      add (&by_way[way], till, bare);
      add (&by_length[length], till, bare);
    }
}

static void
type_all (VaultCatalogue *reader, BenchBareQueries *queries, guint64 count)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (2);

  for (Way way = 0; way < WAYS; way++)
    for (guint done = 0; done < SAMPLES;)
      {
        g_autofree char *text = NULL;
        BenchGoods goods;

        bench_goods_make ((guint64)(guint32)g_rand_int (random) % count, &goods);
        text = type (way, &goods, random);
        if (text == NULL)
          continue;
        type_through (reader, queries, way, text);
        done++;
      }
}

int
main (void)
{
  guint64 count = bench_goods_count (PRODUCTS);
  g_autoptr (VaultCatalogue) reader = NULL;
  BenchCatalogue catalogue;
  BenchBareQueries queries;
  gint64 till_p99, bare_p99;
  sqlite3 *db;

  bench_catalogue_init (&catalogue, count);
  db = bench_bare_open (catalogue.bare_path);
  bench_bare_fill (db, count);
  bench_bare_prepare (db, &queries);
  bench_catalogue_fill (&catalogue);
  reader = vault_catalogue_open (catalogue.dir, NULL);
  type_all (reader, &queries, count);
  g_print ("among %" G_GUINT64_FORMAT " products\n", count);
  for (Way way = 0; way < WAYS; way++)
    print (way_names[way], &by_way[way]);
  for (guint length = 1; length <= LENGTH_MAX; length++)
    {
      g_autofree char *what = g_strdup_printf ("%u characters", length);

      print (what, &by_length[length]);
    }
  print ("all", &all);
  till_p99 = bench_goods_quantile (all.till, all.count, 990);
  bare_p99 = bench_goods_quantile (all.bare, all.count, 990);
  g_print ("ratio search-p99 %.2f %.2f\n", (double)till_p99 / (double)bare_p99, GOAL_P99);
  bench_bare_finish (&queries);
  sqlite3_close (db);
  g_clear_pointer (&reader, vault_catalogue_free);
  bench_catalogue_clear (&catalogue);
  return (double)till_p99 > GOAL_P99 * (double)bare_p99;
}

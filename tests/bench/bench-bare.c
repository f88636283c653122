/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-bare.h"

#include <string.h>

static void
run (sqlite3 *db, const char *sql)
{
  if (sqlite3_exec (db, sql, NULL, NULL, NULL) != SQLITE_OK)
    g_error ("%s: %s", sql, sqlite3_errmsg (db));
}

static sqlite3_stmt *
prepare (sqlite3 *db, const char *sql)
{
  sqlite3_stmt *statement = NULL;

  if (sqlite3_prepare_v3 (db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) != SQLITE_OK)
    g_error ("%s: %s", sql, sqlite3_errmsg (db));
  return statement;
}

sqlite3 *
bench_bare_open (const char *path)
{
  sqlite3 *db = NULL;

  if (sqlite3_open (path, &db) != SQLITE_OK)
    g_error ("%s", sqlite3_errmsg (db));
  run (db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536");
  return db;
}

/* Appends the 1- and 2-grams of `text`, which is in lower case already, with blanks between. */
static void
append_grams (GString *out, const char *text)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      const char *next = g_utf8_next_char (p);

      g_string_append_len (out, p, next - p);
      g_string_append_c (out, ' ');
      if (*next == '\0')
        break;
      g_string_append_len (out, p, g_utf8_next_char (next) - p);
      g_string_append_c (out, ' ');
    }
}

/* Blanks are characters of names too, but would part tokens. */
static char *
fold (const char *text)
{
  return g_strdelimit (g_ascii_strdown (text, -1), " -", '_');
}

static void
insert (sqlite3_stmt *row, sqlite3_stmt *gram, guint64 id, const BenchGoods *goods, GString *grams)
{
  g_autofree char *name = fold (goods->name);
  g_autofree char *name_zh = fold (goods->name_zh);

  sqlite3_bind_int64 (row, 1, (sqlite3_int64)id);
  sqlite3_bind_text (row, 2, goods->code, -1, SQLITE_STATIC);
  sqlite3_bind_text (row, 3, goods->name, -1, SQLITE_STATIC);
  sqlite3_bind_text (row, 4, goods->name_zh, -1, SQLITE_STATIC);
  sqlite3_bind_text (row, 5, goods->pinyin, -1, SQLITE_STATIC);
  sqlite3_bind_text (row, 6, goods->initials, -1, SQLITE_STATIC);
  sqlite3_bind_int64 (row, 7, goods->price_minor);
  g_assert_cmpint (sqlite3_step (row), ==, SQLITE_DONE);
  sqlite3_reset (row);
  g_string_truncate (grams, 0);
  append_grams (grams, name);
  append_grams (grams, name_zh);
  append_grams (grams, goods->pinyin);
  append_grams (grams, goods->initials);
  append_grams (grams, goods->code);
  sqlite3_bind_int64 (gram, 1, (sqlite3_int64)id);
  sqlite3_bind_text (gram, 2, grams->str, (int)grams->len, SQLITE_STATIC);
  g_assert_cmpint (sqlite3_step (gram), ==, SQLITE_DONE);
  sqlite3_reset (gram);
}

void
bench_bare_fill (sqlite3 *db, guint64 count)
{
  sqlite3_stmt *row, *gram;
  g_autoptr (GString) grams = g_string_new (NULL);
  BenchGoods goods;

  run (db, "CREATE TABLE item (id INTEGER PRIMARY KEY, code TEXT NOT NULL, name TEXT NOT NULL, "
           "name_zh TEXT, pinyin TEXT,"
           " initials TEXT, price INTEGER NOT NULL);"
           "CREATE UNIQUE INDEX item_code ON item (code); CREATE INDEX item_name ON item (name);"
           "CREATE INDEX item_pinyin ON item (pinyin);"
           "CREATE VIRTUAL TABLE bi USING fts5 (grams, content='', columnsize=0, detail=none,"
           " tokenize=\"ascii tokenchars '_'\");"
           "INSERT INTO bi (bi, rank) VALUES ('hashsize', 16777216)");
  row = prepare (db, "INSERT INTO item VALUES (?, ?, ?, ?, ?, ?, ?)");
  gram = prepare (db, "INSERT INTO bi (rowid, grams) VALUES (?, ?)");
  run (db, "BEGIN IMMEDIATE");
  for (guint64 i = 0; i < count; i++)
    {
      bench_goods_make (i, &goods);
      insert (row, gram, i + 1, &goods, grams);
    }
  run (db, "COMMIT");
  sqlite3_finalize (row);
  sqlite3_finalize (gram);
  run (db, "PRAGMA wal_checkpoint(TRUNCATE)");
}

void
bench_bare_prepare (sqlite3 *db, BenchBareQueries *out)
{
  run (db, "PRAGMA cache_size=-4096");
  out->look_up = prepare (
      db, "SELECT id, code, name, name_zh, pinyin, initials, price FROM item WHERE code = ?");
  out->one_or_two = prepare (
      db, "SELECT item.* FROM bi CROSS JOIN item ON item.id = bi.rowid WHERE bi MATCH ?1 LIMIT 20");
  out->longer
      = prepare (db, "SELECT item.* FROM bi CROSS JOIN item ON item.id = bi.rowid WHERE bi MATCH ?1"
                     " AND (item.name LIKE ?2 OR item.name_zh LIKE ?2 OR item.pinyin LIKE ?2"
                     " OR item.initials LIKE ?2 OR item.code LIKE ?2) LIMIT 20");
}

void
bench_bare_finish (BenchBareQueries *queries)
{
  sqlite3_finalize (queries->look_up);
  sqlite3_finalize (queries->one_or_two);
  sqlite3_finalize (queries->longer);
}

/* Takes a copy of every column of the row, as whoever shows it must. */
static void
read_row (sqlite3_stmt *statement)
{
  for (int i = 0; i < sqlite3_column_count (statement); i++)
    if (sqlite3_column_type (statement, i) == SQLITE_TEXT)
      g_free (g_strdup ((const char *)sqlite3_column_text (statement, i)));
}

gint64
bench_bare_look_up (BenchBareQueries *queries, const char *code)
{
  gint64 price = -1;

  sqlite3_bind_text (queries->look_up, 1, code, -1, SQLITE_STATIC);
  if (sqlite3_step (queries->look_up) == SQLITE_ROW)
    {
      read_row (queries->look_up);
      price = sqlite3_column_int64 (queries->look_up, 6);
    }
  sqlite3_reset (queries->look_up);
  return price;
}

guint
bench_bare_search (BenchBareQueries *queries, const char *typed)
{
  g_autofree char *folded = fold (typed);
  g_autofree char *like = g_strdup_printf ("%%%s%%", typed);
  g_autoptr (GString) match = g_string_new (NULL);
  glong length = g_utf8_strlen (folded, -1);
  sqlite3_stmt *statement = length <= 2 ? queries->one_or_two : queries->longer;
  guint found = 0;

  if (length <= 2)
    g_string_printf (match, "\"%s\"", folded);
  for (const char *p = folded; length > 2 && *g_utf8_next_char (p) != '\0';
       p = g_utf8_next_char (p))
    g_string_append_printf (match, "%s\"%.*s\"", match->len > 0 ? " AND " : "",
                            (int)(g_utf8_next_char (g_utf8_next_char (p)) - p), p);
  sqlite3_bind_text (statement, 1, match->str, -1, SQLITE_STATIC);
  if (length > 2)
    sqlite3_bind_text (statement, 2, like, -1, SQLITE_STATIC);
  for (; sqlite3_step (statement) == SQLITE_ROW; found++)
    read_row (statement);
  sqlite3_reset (statement);
  return found;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault-catalogue.h"

#include "vault-catalogue-private.h"
#include "vault-private.h"

#include "base-check.h"
#include "shop-goods.h"
#include "shop-search.h"

#include <glib/gi18n.h>
#include <string.h>

#define DATABASE "till.db"
#define EXPORT_CHUNK_BYTES 65536
#define PIECES_MAX 1000

struct _VaultCatalogue
{
  VaultDb *db;
};

/* product_gram holds no text, only which products a gram occurs in, in the order of their ids. What
 * a product's grams were made of is its column `search`, so that they can be taken back.
 * product_code.stamp: the import and line that last named the code. */
static const char schema[]
    = "CREATE TABLE product ("
      " id INTEGER PRIMARY KEY, code TEXT NOT NULL, name TEXT NOT NULL, name_zh TEXT, category "
      "TEXT,"
      " price_minor INTEGER NOT NULL, unit INTEGER NOT NULL, tax_bp INTEGER NOT NULL, quick_key "
      "INTEGER NOT NULL,"
      " colour TEXT, more_codes TEXT, search TEXT NOT NULL) STRICT;"
      "CREATE INDEX product_quick ON product (quick_key) WHERE quick_key > 0;"
      "CREATE TABLE product_code (code TEXT PRIMARY KEY, product INTEGER NOT NULL, stamp INTEGER "
      "NOT NULL)"
      " STRICT, WITHOUT ROWID;"
      "CREATE VIRTUAL TABLE product_gram USING fts5 (grams, content='', columnsize=0, detail=none,"
      " tokenize=\"ascii tokenchars '^@~=#'\");";

const char *
vault_catalogue_schema (void)
{
  return schema;
}

VaultCatalogue *
vault_catalogue_open (const char *dir, GError **error)
{
  g_autofree char *path = g_build_filename (dir, DATABASE, NULL);
  g_autoptr (VaultCatalogue) self = NULL;

  if (!vault_exists (dir))
    {
      g_set_error (error, VAULT_ERROR, VAULT_ERROR_ABSENT, _ ("There is no data folder at “%s”"),
                   dir);
      return NULL;
    }
  self = g_new0 (VaultCatalogue, 1);
  self->db = vault_db_open (path, VAULT_DB_READ_ONLY, error);
  if (self->db == NULL || !vault_db_exec (self->db, "PRAGMA cache_size=-4096", error))
    return NULL;
  return g_steal_pointer (&self);
}

void
vault_catalogue_free (VaultCatalogue *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->db, vault_db_free);
  g_free (self);
}

ShopProduct *
vault_catalogue_row (sqlite3_stmt *statement)
{
  ShopProduct *product = g_new0 (ShopProduct, 1);

  product->id = sqlite3_column_int64 (statement, 0);
  product->code = vault_db_text (statement, 1);
  product->name = vault_db_text (statement, 2);
  product->name_zh = vault_db_text (statement, 3);
  product->category = vault_db_text (statement, 4);
  product->price_minor = sqlite3_column_int64 (statement, 5);
  product->unit
      = sqlite3_column_int (statement, 6) == SHOP_UNIT_KG ? SHOP_UNIT_KG : SHOP_UNIT_PIECE;
  product->tax_bp = (guint)sqlite3_column_int (statement, 7);
  product->quick_key = (guint)sqlite3_column_int (statement, 8);
  product->colour = vault_db_text (statement, 9);
  return product;
}

/* TRUE with NULL in *out_product: there is none. */
static gboolean
find_exactly (VaultCatalogue *self, const char *code, ShopProduct **out_product, GError **error)
{
  static const char sql[]
      = "SELECT " VAULT_CATALOGUE_COLUMNS
        " FROM product_code CROSS JOIN product ON product.id = product_code.product"
        " WHERE product_code.code = ?";
  sqlite3_stmt *statement = vault_db_query (self->db, error, sql, "t", code);
  gboolean row = FALSE;

  *out_product = NULL;
  if (statement == NULL || !vault_db_step (self->db, statement, &row, error))
    return FALSE;
  if (row)
    *out_product = vault_catalogue_row (statement);
  sqlite3_reset (statement);
  return TRUE;
}

/* A UPC-A of 12 digits is the EAN-13 with a 0 before it, and scanners give either. */
static char *
other_form (const char *code)
{
  gsize length = strlen (code);

  if (strspn (code, "0123456789") != length)
    return NULL;
  if (length == 12)
    return g_strconcat ("0", code, NULL);
  return length == 13 && code[0] == '0' ? g_strdup (code + 1) : NULL;
}

ShopProduct *
vault_catalogue_find_code (VaultCatalogue *self, const char *code, GError **error)
{
  g_autofree char *other = NULL;
  ShopProduct *product = NULL;

  g_assert (self != NULL && code != NULL);
  if (strnlen (code, SHOP_CODE_MAX + 1) > SHOP_CODE_MAX)
    return NULL;
  if (!find_exactly (self, code, &product, error) || product != NULL)
    return product;
  other = other_form (code);
  if (other != NULL)
    (void)find_exactly (self, other, &product, error);
  return product;
}

static gboolean
is_among (const GPtrArray *results, gint64 id)
{
  for (guint i = 0; i < results->len; i++)
    if (((const ShopProduct *)g_ptr_array_index (results, i))->id == id)
      return TRUE;
  return FALSE;
}

/* Adds what one stage finds, up to the limit. */
static gboolean
search_stage (VaultCatalogue *self,
              const ShopSearch *search,
              ShopSearchStage stage,
              guint limit,
              GPtrArray *results,
              GError **error)
{
  static const char sql[]
      = "SELECT " VAULT_CATALOGUE_COLUMNS ", product.search"
        " FROM product_gram CROSS JOIN product ON product.id = product_gram.rowid"
        " WHERE product_gram MATCH ? ORDER BY product_gram.rowid";
  const char *expression = shop_search_expression (search, stage);
  gboolean exact = shop_search_is_exact (search, stage), row = FALSE;
  sqlite3_stmt *statement;

  if (expression == NULL || results->len >= limit)
    return TRUE;
  statement = vault_db_query (self->db, error, sql, "t", expression);
  if (statement == NULL)
    return FALSE;
  do
    {
      const char *text;

      if (!vault_db_step (self->db, statement, &row, error))
        return FALSE;
      if (!row || is_among (results, sqlite3_column_int64 (statement, 0)))
        continue;
      text = exact ? NULL
                   : (const char *)sqlite3_column_text (statement, VAULT_CATALOGUE_COLUMN_COUNT);
      if (exact || (text != NULL && shop_search_accepts (search, stage, text)))
        g_ptr_array_add (results, vault_catalogue_row (statement));
    }
  while (row && results->len < limit);
  sqlite3_reset (statement);
  return TRUE;
}

static gboolean
search_stages (VaultCatalogue *self,
               const ShopSearch *search,
               guint limit,
               GCancellable *cancellable,
               GPtrArray *results,
               GError **error)
{
  g_autoptr (GError) fault = NULL;
  ShopProduct *exact = vault_catalogue_find_code (self, shop_search_code (search), &fault);

  if (exact != NULL)
    g_ptr_array_add (results, exact);
  if (fault != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&fault));
      return FALSE;
    }
  for (guint stage = 0; stage < SHOP_SEARCH_STAGES; stage++)
    if (g_cancellable_set_error_if_cancelled (cancellable, error)
        || !search_stage (self, search, (ShopSearchStage)stage, limit, results, error))
      return FALSE;
  return TRUE;
}

static void
on_cancellable_cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  vault_db_interrupt (user_data);
}

GPtrArray *
vault_catalogue_search (VaultCatalogue *self,
                        const char *typed,
                        guint limit,
                        GCancellable *cancellable,
                        GError **error)
{
  g_autoptr (GPtrArray) results
      = g_ptr_array_new_with_free_func ((GDestroyNotify)shop_product_free);
  g_autoptr (ShopSearch) search = NULL;
  gulong handler = 0;
  gboolean done;

  g_assert (self != NULL && typed != NULL && limit <= VAULT_CATALOGUE_RESULTS_MAX);
  base_check_may_block ();
  search = shop_search_new (typed);
  if (search == NULL || limit == 0)
    return g_steal_pointer (&results);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  if (cancellable != NULL)
    handler = g_cancellable_connect (cancellable, G_CALLBACK (on_cancellable_cancelled_cb),
                                     self->db, NULL);
  done = search_stages (self, search, limit, cancellable, results, error);
  g_cancellable_disconnect (cancellable, handler);
  return done ? g_steal_pointer (&results) : NULL;
}

/* All rows of a statement as products. */
static GPtrArray *
collect (VaultCatalogue *self, sqlite3_stmt *statement, GError **error)
{
  g_autoptr (GPtrArray) results
      = g_ptr_array_new_with_free_func ((GDestroyNotify)shop_product_free);
  gboolean row = statement != NULL;

  if (statement == NULL)
    return NULL;
  while (row)
    {
      if (!vault_db_step (self->db, statement, &row, error))
        return NULL;
      if (row)
        g_ptr_array_add (results, vault_catalogue_row (statement));
    }
  return g_steal_pointer (&results);
}

GPtrArray *
vault_catalogue_quick_keys (VaultCatalogue *self, GError **error)
{
  static const char sql[] = "SELECT " VAULT_CATALOGUE_COLUMNS
                            " FROM product WHERE quick_key > 0 ORDER BY quick_key, id LIMIT ?";

  return collect (
      self, vault_db_query (self->db, error, sql, "i", (gint64)VAULT_CATALOGUE_RESULTS_MAX), error);
}

char **
vault_catalogue_split_codes (const char *more_codes)
{
  return g_strsplit (more_codes != NULL ? more_codes : "", " ", -1);
}

char **
vault_catalogue_more_codes (VaultCatalogue *self, const ShopProduct *product, GError **error)
{
  sqlite3_stmt *statement = vault_db_query (
      self->db, error, "SELECT more_codes FROM product WHERE id = ?", "i", product->id);
  gboolean row = FALSE;
  char **codes;

  if (statement == NULL || !vault_db_step (self->db, statement, &row, error))
    return NULL;
  codes
      = vault_catalogue_split_codes (row ? (const char *)sqlite3_column_text (statement, 0) : NULL);
  sqlite3_reset (statement);
  return codes;
}

gboolean
vault_catalogue_count (VaultCatalogue *self, guint64 *out_count, GError **error)
{
  gint64 count = 0;

  if (!vault_db_number (self->db, 0, &count, error, "SELECT count(*) FROM product", ""))
    return FALSE;
  *out_count = (guint64)count;
  return TRUE;
}

static gboolean
flush (GOutputStream *stream, GString *text, GCancellable *cancellable, GError **error)
{
  gboolean done
      = g_output_stream_write_all (stream, text->str, text->len, NULL, cancellable, error);

  g_string_truncate (text, 0);
  return done;
}

static gboolean
write_all (VaultCatalogue *self,
           GOutputStream *stream,
           const char *currency,
           GCancellable *cancellable,
           GError **error)
{
  static const char sql[]
      = "SELECT " VAULT_CATALOGUE_COLUMNS ", more_codes FROM product ORDER BY id";
  sqlite3_stmt *statement = vault_db_query (self->db, error, sql, "");
  g_autoptr (GString) text = g_string_new (NULL);
  gboolean row = TRUE;

  if (statement == NULL)
    return FALSE;
  shop_goods_write_header (text);
  while (row)
    {
      if (!vault_db_step (self->db, statement, &row, error))
        return FALSE;
      if (row)
        {
          g_autoptr (ShopProduct) product = vault_catalogue_row (statement);
          g_auto (GStrv) codes = vault_catalogue_split_codes (
              (const char *)sqlite3_column_text (statement, VAULT_CATALOGUE_COLUMN_COUNT));

          shop_goods_write (text, product, (const char *const *)codes, currency);
        }
      if ((!row || text->len > EXPORT_CHUNK_BYTES) && !flush (stream, text, cancellable, error))
        {
          sqlite3_reset (statement);
          return FALSE;
        }
    }
  return TRUE;
}

gboolean
vault_catalogue_export (VaultCatalogue *self,
                        const char *path,
                        const char *currency,
                        GCancellable *cancellable,
                        GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autofree char *part_path = g_strconcat (path, ".part", NULL);
  g_autoptr (GFile) part = g_file_new_for_path (part_path);
  g_autoptr (GFileOutputStream) stream = NULL;

  g_assert (self != NULL && currency != NULL);
  stream = g_file_replace (part, NULL, FALSE, G_FILE_CREATE_PRIVATE, cancellable, error);
  if (stream == NULL)
    return FALSE;
  if (write_all (self, G_OUTPUT_STREAM (stream), currency, cancellable, error)
      && g_output_stream_close (G_OUTPUT_STREAM (stream), cancellable, error))
    return g_file_move (part, file, G_FILE_COPY_OVERWRITE, cancellable, NULL, NULL, error);
  (void)g_file_delete (part, NULL, NULL);
  return FALSE;
}

gboolean
vault_catalogue_put_grams (VaultDb *db, gint64 product, const char *grams, GError **error)
{
  return vault_db_run (db, error, "INSERT INTO product_gram (rowid, grams) VALUES (?, ?)", "it",
                       product, grams);
}

gboolean
vault_catalogue_take_grams (VaultDb *db, gint64 product, const char *grams, GError **error)
{
  static const char sql[]
      = "INSERT INTO product_gram (product_gram, rowid, grams) VALUES ('delete', ?, ?)";

  return vault_db_run (db, error, sql, "it", product, grams);
}

/* Moves one product to `id`, its grams with it. */
static gboolean
move_product (VaultDb *db, const char *code, gint64 id, GError **error)
{
  static const char sql[]
      = "SELECT product.id, product.search FROM product_code"
        " CROSS JOIN product ON product.id = product_code.product WHERE product_code.code = ?";
  sqlite3_stmt *statement = vault_db_query (db, error, sql, "t", code);
  g_autoptr (GString) grams = g_string_new (NULL);
  gboolean found = FALSE;
  gint64 before;

  if (statement == NULL || !vault_db_step (db, statement, &found, error))
    return FALSE;
  if (!found)
    return TRUE;
  before = sqlite3_column_int64 (statement, 0);
  shop_search_grams ((const char *)sqlite3_column_text (statement, 1), grams);
  sqlite3_reset (statement);
  return vault_catalogue_take_grams (db, before, grams->str, error)
         && vault_db_run (db, error, "UPDATE product SET id = ? WHERE id = ?", "ii", id, before)
         && vault_catalogue_put_grams (db, id, grams->str, error);
}

/* Every code of the product under `code` leads to `id`. */
static gboolean
move_codes (VaultDb *db, const char *code, gint64 id, GError **error)
{
  static const char sql[]
      = "SELECT code || coalesce (' ' || more_codes, '') FROM product WHERE id = ?";
  sqlite3_stmt *statement = vault_db_query (db, error, sql, "i", id);
  g_auto (GStrv) codes = NULL;
  gboolean found = FALSE;

  if (statement == NULL || !vault_db_step (db, statement, &found, error))
    return FALSE;
  codes = vault_catalogue_split_codes (found ? (const char *)sqlite3_column_text (statement, 0)
                                             : NULL);
  sqlite3_reset (statement);
  for (guint i = 0; codes[i] != NULL; i++)
    if (!vault_db_run (db, error, "UPDATE product_code SET product = ? WHERE code = ?", "it", id,
                       codes[i]))
      return FALSE;
  return TRUE;
}

/* With this many pieces SQLite would bring them together by itself, at once and all of them, which
 * takes seconds where there are many goods, and a sale would wait: by then tending has done it. */
static gboolean
put_off_merge (VaultDb *db, GError **error)
{
  gint64 pieces = 0;

  return vault_db_number (db, 0, &pieces, error,
                          "SELECT v FROM product_gram_config WHERE k = 'crisismerge'", "")
         && (pieces == PIECES_MAX
             || vault_db_run (db, error,
                              "INSERT INTO product_gram (product_gram, rank)"
                              " VALUES ('crisismerge', ?)",
                              "i", (gint64)PIECES_MAX));
}

gboolean
vault_catalogue_tend (Vault *vault, guint pages, gboolean *out_more, GError **error)
{
  static const char sql[] = "INSERT INTO product_gram (product_gram, rank) VALUES ('merge', ?)";
  int before;
  gboolean good, more;

  if (!vault_lock_and_begin (vault, error))
    return FALSE;
  before = sqlite3_total_changes (vault_db_handle (vault->db));
  good = vault_db_run (vault->db, error, sql, "i", (gint64)pages);
  /* The command itself is one change. */
  more = sqlite3_total_changes (vault_db_handle (vault->db)) - before >= 2;
  good = vault_commit_and_unlock (vault, good, error);
  if (good)
    *out_more = more;
  return good;
}

gboolean
vault_catalogue_promote (Vault *vault, const char *const *codes, guint count, GError **error)
{
  gint64 first = VAULT_CATALOGUE_FIRST_ID;
  gboolean good;

  g_assert (vault != NULL && count <= VAULT_CATALOGUE_PROMOTE_MAX);
  if (!vault_lock_and_begin (vault, error))
    return FALSE;
  good = put_off_merge (vault->db, error)
         && vault_db_number (vault->db, VAULT_CATALOGUE_FIRST_ID, &first, error,
                             "SELECT min (id) FROM product", "");
  for (guint i = count; i > 0 && good; i--)
    {
      gint64 id = first - 1 - (gint64)(count - i);

      good = move_product (vault->db, codes[i - 1], id, error)
             && move_codes (vault->db, codes[i - 1], id, error);
    }
  return vault_commit_and_unlock (vault, good, error);
}

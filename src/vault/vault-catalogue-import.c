/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault-catalogue.h"

#include "vault-catalogue-private.h"
#include "vault-private.h"

#include "shop-goods.h"
#include "shop-search.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define STAMP_LINE_BITS 40
#define READ_CHUNK_BYTES 65536
#define CANCEL_EVERY_ROWS 256
#define WRITER_CACHE "PRAGMA cache_size=-65536"
#define USUAL_CACHE "PRAGMA cache_size=-2000"

typedef struct
{
  VaultDb *db;
  const VaultImportOptions *options;
  VaultImportReport report;
  ShopGoodsHeader header;
  ShopCsv *csv;
  ShopPinyin *pinyin;
  GString *grams;
  gint64 next_id;
  gint64 number; /* of this import, for the stamps */
} Import;

/* A code as the catalogue knows it before the row is taken. */
typedef struct
{
  gboolean known;
  gint64 product;
  gint64 stamp;
} Known;

static gboolean
look_up (Import *self, const char *code, Known *out_known, GError **error)
{
  static const char sql[] = "SELECT product, stamp FROM product_code WHERE code = ?";
  sqlite3_stmt *statement = vault_db_query (self->db, error, sql, "t", code);

  *out_known = (Known){ 0 };
  if (statement == NULL || !vault_db_step (self->db, statement, &out_known->known, error))
    return FALSE;
  if (out_known->known)
    {
      out_known->product = sqlite3_column_int64 (statement, 0);
      out_known->stamp = sqlite3_column_int64 (statement, 1);
      sqlite3_reset (statement);
    }
  return TRUE;
}

static gint64
stamp_of (const Import *self)
{
  return self->number << STAMP_LINE_BITS | (gint64)shop_csv_line (self->csv);
}

/* The line of this file that named the code already; 0 when none did. */
static gint64
earlier_line (const Import *self, const Known *known)
{
  gint64 line_mask = (G_GINT64_CONSTANT (1) << STAMP_LINE_BITS) - 1;

  return known->known && known->stamp >> STAMP_LINE_BITS == self->number ? known->stamp & line_mask
                                                                         : 0;
}

static gboolean
put_code (Import *self, const char *code, gint64 product, GError **error)
{
  return vault_db_run (
      self->db, error,
      "INSERT OR REPLACE INTO product_code (code, product, stamp) VALUES (?, ?, ?)", "tii", code,
      product, stamp_of (self));
}

static void
tell (Import *self, gboolean is_warning, const char *sentence)
{
  if (is_warning)
    self->report.warnings++;
  else
    self->report.bad++;
  if (self->options->problem != NULL)
    self->options->problem (self->options->user_data, shop_csv_line (self->csv), is_warning,
                            sentence);
}

/* One row while it is taken: what the catalogue had, what it is to have. */
typedef struct
{
  const char *code; /* in the row */
  Known known;
  ShopProduct *product;
  char **more_codes; /* what the list says; NULL where it has no such column */
  char *old_more_codes, *old_search;
} Row;

static void
row_clear (Row *row)
{
  g_clear_pointer (&row->product, shop_product_free);
  g_clear_pointer (&row->more_codes, g_strfreev);
  g_clear_pointer (&row->old_more_codes, g_free);
  g_clear_pointer (&row->old_search, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Row, row_clear)

static gboolean
load (Import *self, Row *row, GError **error)
{
  static const char sql[]
      = "SELECT " VAULT_CATALOGUE_COLUMNS ", more_codes, search FROM product WHERE id = ?";
  sqlite3_stmt *statement = vault_db_query (self->db, error, sql, "i", row->known.product);
  gboolean found = FALSE;

  if (statement == NULL || !vault_db_step (self->db, statement, &found, error))
    return FALSE;
  if (!found)
    {
      g_set_error (error, VAULT_ERROR, VAULT_ERROR_CORRUPT, "The code “%s” leads to no product",
                   row->code);
      return FALSE;
    }
  row->product = vault_catalogue_row (statement);
  row->old_more_codes = vault_db_text (statement, VAULT_CATALOGUE_COLUMN_COUNT);
  row->old_search = vault_db_text (statement, VAULT_CATALOGUE_COLUMN_COUNT + 1);
  sqlite3_reset (statement);
  return TRUE;
}

/* What makes a row bad goes to *out_reason; FALSE is a fault. */
static gboolean
check_more_codes (Import *self, const Row *row, char **out_reason, GError **error)
{
  for (guint i = 0; row->more_codes != NULL && row->more_codes[i] != NULL; i++)
    {
      const char *code = row->more_codes[i];
      Known known;
      gint64 line;

      if (!look_up (self, code, &known, error))
        return FALSE;
      line = earlier_line (self, &known);
      if (line > 0 && line != (gint64)shop_csv_line (self->csv))
        *out_reason
            = g_strdup_printf ("The code “%s” is on line %" G_GINT64_FORMAT " already", code, line);
      else if (known.known && (!row->known.known || known.product != row->known.product))
        *out_reason = g_strdup_printf ("The code “%s” belongs to another product already", code);
      if (*out_reason != NULL)
        return TRUE;
    }
  return TRUE;
}

/* Reads the row and compares it with the catalogue, changing nothing yet. */
static gboolean
read_row (Import *self, Row *row, char **out_reason, GError **error)
{
  g_autoptr (GError) bad = NULL;
  gint64 line;

  if (!shop_goods_read_code (&self->header, self->csv, &row->code, &bad))
    {
      *out_reason = g_strdup (bad->message);
      return TRUE;
    }
  if (!look_up (self, row->code, &row->known, error))
    return FALSE;
  line = earlier_line (self, &row->known);
  if (line > 0)
    {
      *out_reason = g_strdup_printf ("The code “%s” is on line %" G_GINT64_FORMAT " already",
                                     row->code, line);
      return TRUE;
    }
  if (row->known.known && !load (self, row, error))
    return FALSE;
  if (!row->known.known)
    {
      row->product = shop_product_new (row->code, "", 0);
      row->product->tax_bp = self->options->tax_bp;
    }
  if (!shop_goods_read (&self->header, self->csv, self->options->currency, row->product,
                        &row->more_codes, &bad))
    {
      *out_reason = g_strdup (bad->message);
      return TRUE;
    }
  return check_more_codes (self, row, out_reason, error);
}

/* The further codes that the product is to have, each once and without its first one: blank
 * between, NULL for none. */
static char *
join_codes (const Row *row)
{
  g_autoptr (GString) joined = g_string_new (NULL);

  if (row->more_codes == NULL)
    return g_strdup (row->old_more_codes);
  if (strcmp (row->code, row->product->code)
      != 0) /* the list calls the product by one of its further codes */
    g_string_append (joined, row->code);
  for (guint i = 0; row->more_codes[i] != NULL; i++)
    {
      gboolean again = strcmp (row->more_codes[i], row->product->code) == 0
                       || strcmp (row->more_codes[i], row->code) == 0;

      for (guint j = 0; j < i && !again; j++)
        again = strcmp (row->more_codes[i], row->more_codes[j]) == 0;
      if (!again)
        g_string_append_printf (joined, "%s%s", joined->len > 0 ? " " : "", row->more_codes[i]);
    }
  return joined->len > 0 ? g_string_free (g_steal_pointer (&joined), FALSE) : NULL;
}

static gboolean
put_codes (Import *self, const Row *row, const char *more_codes, GError **error)
{
  gint64 id = row->product->id;
  g_auto (GStrv) old = NULL;
  g_auto (GStrv) now = NULL;

  if (!put_code (self, row->code, id, error))
    return FALSE;
  if (row->old_more_codes == NULL && more_codes == NULL)
    return TRUE;
  old = vault_catalogue_split_codes (row->old_more_codes);
  now = vault_catalogue_split_codes (more_codes);
  for (guint i = 0; old[i] != NULL; i++)
    if (!g_strv_contains ((const char *const *)now, old[i])
        && !vault_db_run (self->db, error, "DELETE FROM product_code WHERE code = ?", "t", old[i]))
      return FALSE;
  for (guint i = 0; now[i] != NULL && row->more_codes != NULL; i++)
    if (!put_code (self, now[i], id, error))
      return FALSE;
  return TRUE;
}

static gboolean
insert_product (Import *self,
                const Row *row,
                const char *more_codes,
                const char *search,
                GError **error)
{
  const ShopProduct *product = row->product;

  self->report.added++;
  return vault_db_run (self->db, error,
                       "INSERT INTO product VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                       "ittttiiiittt", product->id, product->code, product->name, product->name_zh,
                       product->category, product->price_minor, (gint64)product->unit,
                       (gint64)product->tax_bp, (gint64)product->quick_key, product->colour,
                       more_codes, search)
         && vault_catalogue_put_grams (self->db, self->grams, product->id, search, error);
}

static gboolean
update_product (Import *self,
                const Row *row,
                const char *more_codes,
                const char *search,
                GError **error)
{
  static const char sql[]
      = "UPDATE product SET name = ?2, name_zh = ?3, category = ?4, price_minor = ?5, unit = ?6, "
        "tax_bp = ?7,"
        " quick_key = ?8, colour = ?9, more_codes = ?10, search = ?11 WHERE id = ?1"
        " AND (name, name_zh, category, price_minor, unit, tax_bp, quick_key, colour, more_codes, "
        "search)"
        " IS NOT (?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
  const ShopProduct *product = row->product;

  if (!vault_db_run (self->db, error, sql, "itttiiiittt", product->id, product->name,
                     product->name_zh, product->category, product->price_minor,
                     (gint64)product->unit, (gint64)product->tax_bp, (gint64)product->quick_key,
                     product->colour, more_codes, search))
    return FALSE;
  if (sqlite3_changes (vault_db_handle (self->db)) == 0)
    self->report.unchanged++;
  else
    self->report.updated++;
  return strcmp (search, row->old_search) == 0
         || (vault_catalogue_take_grams (self->db, self->grams, product->id, row->old_search, error)
             && vault_catalogue_put_grams (self->db, self->grams, product->id, search, error));
}

static gboolean
write_row (Import *self, Row *row, GError **error)
{
  g_autofree char *more_codes = join_codes (row);
  g_auto (GStrv) each = more_codes != NULL ? vault_catalogue_split_codes (more_codes) : NULL;
  g_autofree char *search
      = shop_search_text (row->product, (const char *const *)each, self->pinyin);

  if (!row->known.known)
    row->product->id = self->next_id++;
  if (!put_codes (self, row, more_codes, error))
    return FALSE;
  return row->known.known ? update_product (self, row, more_codes, search, error)
                          : insert_product (self, row, more_codes, search, error);
}

static gboolean
take_row (Import *self, GError **error)
{
  g_auto (Row) row = { 0 };
  g_autofree char *reason = NULL;
  const char *doubt;

  if (!read_row (self, &row, &reason, error))
    return FALSE;
  if (reason != NULL)
    {
      tell (self, FALSE, reason);
      return TRUE;
    }
  doubt = shop_goods_doubt (row.code);
  if (doubt != NULL)
    {
      g_autofree char *sentence
          = g_strdup_printf ("The code “%s” is taken as it is, but %s", row.code, doubt);

      tell (self, TRUE, sentence);
    }
  return write_row (self, &row, error);
}

static gboolean
take_rows (Import *self, GCancellable *cancellable, GError **error)
{
  ShopCsvOutcome outcome = shop_csv_next (self->csv, error);

  if (outcome == SHOP_CSV_BAD || outcome == SHOP_CSV_END)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "This is no list of goods: %s",
                   outcome == SHOP_CSV_END ? "it is empty" : shop_csv_problem (self->csv));
      return FALSE;
    }
  if (outcome == SHOP_CSV_FAILED || !shop_goods_header_read (&self->header, self->csv, error))
    return FALSE;
  for (guint64 rows = 0;; rows++)
    {
      outcome = shop_csv_next (self->csv, error);
      if (outcome == SHOP_CSV_FAILED || outcome == SHOP_CSV_END)
        return outcome == SHOP_CSV_END;
      if (outcome == SHOP_CSV_BAD)
        tell (self, FALSE, shop_csv_problem (self->csv));
      else if (!take_row (self, error))
        return FALSE;
      if (rows % CANCEL_EVERY_ROWS == 0
          && g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
    }
}

static gboolean
read_file (gpointer ctx, guint8 *buffer, gsize size, gsize *out_count, GError **error)
{
  gssize count;

  do
    count = read (GPOINTER_TO_INT (ctx), buffer, size);
  while (count < 0 && errno == EINTR);
  if (count < 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "The list can't be read: %s",
                   g_strerror (errno));
      return FALSE;
    }
  *out_count = (gsize)count;
  return TRUE;
}

/* Reads the whole file once for its encoding, and stands at its beginning again. */
static gboolean
sniff (int fd, ShopCsvEncoding *out_encoding, GError **error)
{
  g_autofree guint8 *buffer = g_malloc (READ_CHUNK_BYTES);
  ShopCsvSniffer sniffer;
  gsize count = 0;

  shop_csv_sniffer_init (&sniffer);
  do
    {
      if (!read_file (GINT_TO_POINTER (fd), buffer, READ_CHUNK_BYTES, &count, error))
        return FALSE;
      shop_csv_sniffer_feed (&sniffer, BASE_SPAN (buffer, count));
    }
  while (count > 0);
  *out_encoding = shop_csv_sniffer_finish (&sniffer);
  if (*out_encoding == SHOP_CSV_UTF16)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                         "The list is in UTF-16; save it as “CSV UTF-8” in the spreadsheet");
  else if (lseek (fd, 0, SEEK_SET) != 0)
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "The list must be a file: %s",
                 g_strerror (errno));
  else
    return TRUE;
  return FALSE;
}

static gboolean
begin (Import *self, GError **error)
{
  static const char count_sql[] = "INSERT INTO counter (name, value) VALUES ('import', 1)"
                                  " ON CONFLICT (name) DO UPDATE SET value = value + 1";

  return vault_db_run (self->db, error, count_sql, "")
         && vault_db_number (self->db, 1, &self->number, error,
                             "SELECT value FROM counter WHERE name = 'import'", "")
         && vault_db_number (self->db, VAULT_CATALOGUE_FIRST_ID, &self->next_id, error,
                             "SELECT max (id) + 1 FROM product", "");
}

/* Back to what serves a till, and the list out of the WAL into the database. */
static void
settle (Vault *vault)
{
  vault_lock (vault);
  (void)vault_db_exec (vault->db, USUAL_CACHE "; PRAGMA wal_checkpoint(TRUNCATE)", NULL);
  vault_unlock (vault);
}

/* The transaction around the rows. */
static gboolean
import_rows (Vault *vault, Import *self, GCancellable *cancellable, GError **error)
{
  gboolean good;

  if (!vault_lock_and_begin (vault, error))
    return FALSE;
  (void)vault_db_exec (vault->db, WRITER_CACHE, NULL);
  (void)vault_db_exec (
      vault->db, "INSERT INTO product_gram (product_gram, rank) VALUES ('hashsize', 67108864)",
      NULL);
  good = begin (self, error) && take_rows (self, cancellable, error);
  self->report.imported = good && (self->report.bad == 0 || self->options->skip_bad);
  if (!self->report.imported)
    (void)vault_commit_and_unlock (vault, FALSE, NULL);
  else
    good = vault_commit_and_unlock (vault, TRUE, error);
  settle (vault);
  return good;
}

gboolean
vault_catalogue_import (Vault *vault,
                        const char *path,
                        const VaultImportOptions *options,
                        VaultImportReport *out_report,
                        GCancellable *cancellable,
                        GError **error)
{
  g_autoptr (ShopPinyin) pinyin = shop_pinyin_new ();
  g_autoptr (GString) grams = g_string_new (NULL);
  g_autoptr (ShopCsv) csv = NULL;
  ShopCsvEncoding encoding;
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  Import import = { .db = vault->db, .options = options, .pinyin = pinyin, .grams = grams };
  gboolean done;

  g_assert (options != NULL && options->currency != NULL && out_report != NULL);
  if (fd < 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "“%s” can't be opened: %s",
                   path, g_strerror (errno));
      return FALSE;
    }
  done = sniff (fd, &encoding, error);
  if (done)
    {
      csv = import.csv = shop_csv_new (encoding, read_file, GINT_TO_POINTER (fd));
      done = import_rows (vault, &import, cancellable, error);
    }
  close (fd);
  if (done)
    *out_report = import.report;
  return done;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault-catalogue.h"

#include "vault-catalogue-private.h"
#include "vault-catalogue-rows.h"
#include "vault-private.h"

#include "shop-search.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#define STAMP_LINE_BITS 40
#define WRITER_CACHE "PRAGMA cache_size=-65536"
#define GRAM_ROOM "INSERT INTO product_gram (product_gram, rank) VALUES ('hashsize', 16777216)"
#define USUAL_CACHE "PRAGMA cache_size=-2000"

typedef struct
{
  VaultDb *db;
  const VaultImportOptions *options;
  VaultImportReport report;
  VaultCatalogueRows *rows;
  guint64 line;       /* of the row at hand */
  ShopPinyin *pinyin; /* for what an update changes; the rows' own is another thread's */
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
  return self->number << STAMP_LINE_BITS | (gint64)self->line;
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
    self->options->problem (self->options->user_data, self->line, is_warning, sentence);
}

/* One row while it is taken: what the list says, what the catalogue had, and what it is to have. */
typedef struct
{
  const VaultCatalogueRow *said;
  Known known;
  ShopProduct *product;
  char *old_more_codes, *old_search; /* NULL for a new product */
} Row;

static void
row_clear (Row *row)
{
  g_clear_pointer (&row->product, shop_product_free);
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
      g_set_error (error, VAULT_ERROR, VAULT_ERROR_CORRUPT, _ ("The code “%s” leads to no product"),
                   row->said->product->code);
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
  char **codes = row->said->more_codes;

  for (guint i = 0; codes != NULL && codes[i] != NULL; i++)
    {
      const char *code = codes[i];
      Known known;
      gint64 line;

      if (!look_up (self, code, &known, error))
        return FALSE;
      line = earlier_line (self, &known);
      if (line > 0 && line != (gint64)self->line)
        *out_reason
            = g_strdup_printf (_ ("The code “%s” is on line %" PRId64 " already"), code, line);
      else if (known.known && (!row->known.known || known.product != row->known.product))
        *out_reason
            = g_strdup_printf (_ ("The code “%s” belongs to another product already"), code);
      if (*out_reason != NULL)
        return TRUE;
    }
  return TRUE;
}

/* What the product is to be: as the list says, or as it was with what the list says over it. */
static gboolean
make_product (Import *self, Row *row, GError **error)
{
  const VaultCatalogueRow *said = row->said;

  if (!row->known.known)
    row->product = shop_product_copy (said->product);
  else if (load (self, row, error))
    shop_goods_overlay (vault_catalogue_rows_header (self->rows), said->product, row->product);
  else
    return FALSE;
  if (said->has_tax)
    row->product->tax_bp = said->product->tax_bp;
  else if (!row->known.known)
    row->product->tax_bp = self->options->tax_bp;
  return TRUE;
}

/* Compares the row with the catalogue, changing nothing yet. */
static gboolean
check_row (Import *self, Row *row, char **out_reason, GError **error)
{
  const char *code = row->said->product->code;
  gint64 line;

  if (!look_up (self, code, &row->known, error))
    return FALSE;
  line = earlier_line (self, &row->known);
  if (line > 0)
    *out_reason = g_strdup_printf (_ ("The code “%s” is on line %" PRId64 " already"), code, line);
  return line > 0
         || (check_more_codes (self, row, out_reason, error)
             && (*out_reason != NULL || make_product (self, row, error)));
}

/* The further codes that the product is to have, with a blank between; NULL for none. */
static char *
join_codes (const Row *row)
{
  const char *first = row->product->code, *called = row->said->product->code;
  char **codes = row->said->more_codes;
  g_autoptr (GString) joined = g_string_new (NULL);

  if (codes == NULL)
    return g_strdup (row->old_more_codes);
  if (strcmp (called, first) != 0) /* the list calls it by one of its further codes */
    g_string_append (joined, called);
  for (guint i = 0; codes[i] != NULL; i++)
    if (strcmp (codes[i], first) != 0)
      g_string_append_printf (joined, "%s%s", joined->len > 0 ? " " : "", codes[i]);
  return joined->len > 0 ? g_string_free (g_steal_pointer (&joined), FALSE) : NULL;
}

static gboolean
put_codes (Import *self, const Row *row, const char *more_codes, GError **error)
{
  gint64 id = row->product->id;
  g_auto (GStrv) old = NULL;
  g_auto (GStrv) now = NULL;

  if (!put_code (self, row->said->product->code, id, error))
    return FALSE;
  if (row->old_more_codes == NULL && more_codes == NULL)
    return TRUE;
  old = vault_catalogue_split_codes (row->old_more_codes);
  now = vault_catalogue_split_codes (more_codes);
  for (guint i = 0; old[i] != NULL; i++)
    if (!g_strv_contains ((const char *const *)now, old[i])
        && !vault_db_run (self->db, error, "DELETE FROM product_code WHERE code = ?", "t", old[i]))
      return FALSE;
  for (guint i = 0; now[i] != NULL && row->said->more_codes != NULL; i++)
    if (!put_code (self, now[i], id, error))
      return FALSE;
  return TRUE;
}

static gboolean
insert_product (Import *self, const Row *row, const char *more_codes, GError **error)
{
  static const char sql[] = "INSERT INTO product VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
  const ShopProduct *product = row->product;

  self->report.added++;
  return vault_db_run (self->db, error, sql, "ittttiiiittt", product->id, product->code,
                       product->name, product->name_zh, product->category, product->price_minor,
                       (gint64)product->unit, (gint64)product->tax_bp, (gint64)product->quick_key,
                       product->colour, more_codes, row->said->search)
         && vault_catalogue_put_grams (self->db, product->id, row->said->grams, error);
}

static gboolean
change_grams (Import *self, const Row *row, const char *search, GError **error)
{
  gint64 id = row->product->id;

  if (strcmp (search, row->old_search) == 0)
    return TRUE;
  g_string_truncate (self->grams, 0);
  shop_search_grams (row->old_search, self->grams);
  if (!vault_catalogue_take_grams (self->db, id, self->grams->str, error))
    return FALSE;
  g_string_truncate (self->grams, 0);
  shop_search_grams (search, self->grams);
  return vault_catalogue_put_grams (self->db, id, self->grams->str, error);
}

static gboolean
update_product (Import *self, const Row *row, const char *more_codes, GError **error)
{
  static const char sql[]
      = "UPDATE product SET name = ?2, name_zh = ?3, category = ?4, price_minor = ?5, unit = ?6,"
        " tax_bp = ?7, quick_key = ?8, colour = ?9, more_codes = ?10, search = ?11 WHERE id = ?1"
        " AND (name, name_zh, category, price_minor, unit, tax_bp, quick_key, colour, more_codes,"
        " search) IS NOT (?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
  const ShopProduct *product = row->product;
  g_auto (GStrv) codes = vault_catalogue_split_codes (more_codes);
  g_autofree char *search = shop_search_text (product, (const char *const *)codes, self->pinyin);

  if (!vault_db_run (self->db, error, sql, "itttiiiittt", product->id, product->name,
                     product->name_zh, product->category, product->price_minor,
                     (gint64)product->unit, (gint64)product->tax_bp, (gint64)product->quick_key,
                     product->colour, more_codes, search))
    return FALSE;
  if (sqlite3_changes (vault_db_handle (self->db)) == 0)
    self->report.unchanged++;
  else
    self->report.updated++;
  return change_grams (self, row, search, error);
}

static gboolean
write_row (Import *self, Row *row, GError **error)
{
  g_autofree char *more_codes = join_codes (row);

  if (!row->known.known)
    row->product->id = self->next_id++;
  if (!put_codes (self, row, more_codes, error))
    return FALSE;
  return row->known.known ? update_product (self, row, more_codes, error)
                          : insert_product (self, row, more_codes, error);
}

static gboolean
take_row (Import *self, const VaultCatalogueRow *said, GError **error)
{
  g_auto (Row) row = { .said = said };
  g_autofree char *reason = g_strdup (said->problem);
  const char *doubt;

  self->line = said->line;
  if (reason == NULL && !check_row (self, &row, &reason, error))
    return FALSE;
  if (reason != NULL)
    {
      tell (self, FALSE, reason);
      return TRUE;
    }
  doubt = shop_goods_doubt (said->product->code);
  if (doubt != NULL)
    {
      g_autofree char *sentence = g_strdup_printf (_ ("The code “%s” is taken as it is, but %s"),
                                                   said->product->code, doubt);

      tell (self, TRUE, sentence);
    }
  return write_row (self, &row, error);
}

static gboolean
take_rows (Import *self, GCancellable *cancellable, GError **error)
{
  const VaultCatalogueRow *row = NULL;

  while (vault_catalogue_rows_next (self->rows, &row, error))
    {
      if (row == NULL)
        return TRUE;
      if (g_cancellable_set_error_if_cancelled (cancellable, error) || !take_row (self, row, error))
        return FALSE;
    }
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
  (void)vault_db_exec (vault->db, GRAM_ROOM, NULL);
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
  g_autoptr (VaultCatalogueRows) rows = NULL;
  g_autoptr (ShopPinyin) pinyin = shop_pinyin_new ();
  g_autoptr (GString) grams = g_string_new (NULL);
  Import import = { .db = vault->db, .options = options, .pinyin = pinyin, .grams = grams };
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  gboolean done;

  g_assert (options != NULL && options->currency != NULL && out_report != NULL);
  if (fd < 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), _ ("“%s” can't be opened: %s"),
                   path, g_strerror (errno));
      return FALSE;
    }
  rows = import.rows = vault_catalogue_rows_new (fd, options->currency, error);
  done = rows != NULL && import_rows (vault, &import, cancellable, error);
  g_clear_pointer (&rows, vault_catalogue_rows_free);
  close (fd);
  if (done)
    *out_report = import.report;
  return done;
}

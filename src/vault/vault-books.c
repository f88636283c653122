/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault-books.h"

#include "vault-sale.h"

#include <string.h>

#define SALE_BYTES 16
#define RECORD_BYTES 8
#define NUMBER_MAX 20 /* digits */
#define TOTALS_NAME                                                                                \
  "queue-totals"           /* counted anew where it is missing, and taken away without a tie */
#define HEADS_NAME "heads" /* written too often, and of no use to anybody when it is older */

/* ---- noting and tying ---- */

void
vault_books_note_sale (Vault *self, gint64 sale)
{
  self->noted_sale = sale;
}

static char *
record_tag (BaseSpan sealed)
{
  gsize size = MIN (sealed.size, RECORD_BYTES);

  if (size == 0) /* an erased one has no address to count from */
    return g_strdup ("");
  return base_bytes_to_hex (BASE_SPAN (sealed.data + sealed.size - size, size));
}

static void
note_word (Vault *self, char kind, gint64 id, const char *tag)
{
  if (self->noted_records == NULL)
    self->noted_records = g_string_new (NULL);
  g_string_append_printf (self->noted_records, " %c%" G_GINT64_FORMAT "=%s", kind, id, tag);
}

void
vault_books_note_record (Vault *self, gint64 record, GBytes *sealed)
{
  g_autofree char *tag = record_tag (base_bytes_span (sealed));

  note_word (self, 'r', record, tag);
}

static char *
list_tag (const char *list)
{
  guint8 digest[CRYPTO_DIGEST_SIZE];

  crypto_sha256 (BASE_SPAN_STR (list), digest);
  return base_bytes_to_hex (BASE_SPAN (digest, SALE_BYTES));
}

char *
vault_books_decided_word (const char *list)
{
  g_autofree char *tag = list_tag (list);

  return g_strconcat (VAULT_BOOKS_DECIDED_WORD, tag, NULL);
}

void
vault_books_note_decided (Vault *self, const char *list)
{
  g_autofree char *tag = list_tag (list);

  note_word (self, 'd', 0, tag);
}

gboolean
vault_books_noted (const Vault *self)
{
  return self->noted_sale != 0 || (self->noted_records != NULL && self->noted_records->len > 0);
}

void
vault_books_forget (Vault *self)
{
  self->noted_sale = 0;
  if (self->noted_records != NULL)
    g_string_truncate (self->noted_records, 0);
}

/* A column as its kind, its size and its bytes: no two rows give the same. */
static void
add_column (GByteArray *bytes, sqlite3_stmt *query, int column)
{
  guint8 kind = (guint8)sqlite3_column_type (query, column);
  gint64 number = GINT64_TO_BE (kind == SQLITE_INTEGER ? sqlite3_column_int64 (query, column) : 0);
  const guint8 *data = kind == SQLITE_INTEGER || kind == SQLITE_NULL
                           ? (const guint8 *)&number
                           : sqlite3_column_blob (query, column);
  guint32 size = kind == SQLITE_INTEGER || kind == SQLITE_NULL
                     ? sizeof number
                     : (guint32)sqlite3_column_bytes (query, column);
  guint32 written = GUINT32_TO_BE (size);

  g_byte_array_append (bytes, &kind, 1);
  g_byte_array_append (bytes, (const guint8 *)&written, sizeof written);
  if (size > 0)
    g_byte_array_append (bytes, data, size);
}

static gboolean
add_rows (Vault *self, GByteArray *bytes, sqlite3_stmt *query, GError **error)
{
  gboolean row = TRUE;

  while (query != NULL && row)
    {
      if (!vault_db_step (self->db, query, &row, error))
        return FALSE;
      for (int i = 0; row && i < sqlite3_column_count (query); i++)
        add_column (bytes, query, i);
    }
  return query != NULL;
}

/* What a sale is: first the columns that each version of the tables had, then those that came
 * later, where they say anything. So a row from before still fits its entry, and one word in front
 * keeps the two apart. */
static const struct
{
  const char *sql;
  gint64 keys; /* that one sale has in the table */
} sale_parts[] = {
  { "SELECT id, state, opened_us, closed_us, shift, cashier, label, currency, tax_mode, total_minor"
    " FROM sale WHERE id BETWEEN ? AND ?",
    1 },
  { "SELECT id, sale, number, code, name, name_zh, category, unit, tax_bp, quantity_milli,"
    " price_minor, discount_minor, amount_minor, voided, void_reason"
    " FROM sale_line WHERE id BETWEEN ? AND ? ORDER BY id",
    VAULT_SALE_LINE_KEYS },
  { "SELECT id, sale, position, uuid, tender, state, amount_minor, tendered_minor, change_minor,"
    " at_us, stan, masked_pan, auth_code, reference, response, reason"
    " FROM payment WHERE id BETWEEN ? AND ? ORDER BY id",
    VAULT_SALE_PAYMENT_KEYS },
  { "SELECT 'sale', kind, original FROM sale WHERE id BETWEEN ? AND ?"
    " AND (kind <> 'sale' OR original <> 0)",
    1 },
  { "SELECT 'line', id, original FROM sale_line WHERE id BETWEEN ? AND ? AND original <> 0"
    " ORDER BY id",
    VAULT_SALE_LINE_KEYS },
  { "SELECT 'payment', id, batch, host_date, terminal, original FROM payment"
    " WHERE id BETWEEN ? AND ? AND (batch <> 0 OR host_date IS NOT NULL OR terminal IS NOT NULL"
    " OR original <> 0) ORDER BY id",
    VAULT_SALE_PAYMENT_KEYS },
  { "SELECT 'slip', id, slip FROM payment WHERE id BETWEEN ? AND ? AND slip IS NOT NULL"
    " ORDER BY id",
    VAULT_SALE_PAYMENT_KEYS },
};

static gboolean
digest_sale (Vault *self, gint64 sale, guint8 out[CRYPTO_DIGEST_SIZE], GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_sized_new (2048);

  for (gsize i = 0; i < G_N_ELEMENTS (sale_parts); i++)
    if (!add_rows (self, bytes,
                   vault_db_query (self->db, error, sale_parts[i].sql, "ii",
                                   sale * sale_parts[i].keys, (sale + 1) * sale_parts[i].keys - 1),
                   error))
      return FALSE;
  crypto_sha256 (BASE_SPAN (bytes->data, bytes->len), out);
  return TRUE;
}

static char *
sale_tag (Vault *self, gint64 sale, GError **error)
{
  guint8 digest[CRYPTO_DIGEST_SIZE];

  return digest_sale (self, sale, digest, error)
             ? base_bytes_to_hex (BASE_SPAN (digest, SALE_BYTES))
             : NULL;
}

static char *
batch_tag (Vault *self, gint64 batch, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint8 digest[CRYPTO_DIGEST_SIZE];

  if (!add_rows (self, bytes,
                 vault_db_query (self->db, error, "SELECT * FROM batch WHERE id = ?", "i", batch),
                 error)
      || !add_rows (self, bytes,
                    vault_db_query (self->db, error,
                                    "SELECT * FROM batch_difference"
                                    " WHERE id BETWEEN ?1 * 1000 AND ?1 * 1000 + 999 ORDER BY id",
                                    "i", batch),
                    error))
    return NULL;
  crypto_sha256 (BASE_SPAN (bytes->data, bytes->len), digest);
  return base_bytes_to_hex (BASE_SPAN (digest, SALE_BYTES));
}

gboolean
vault_books_note_batch (Vault *self, gint64 batch, GError **error)
{
  g_autofree char *tag = batch_tag (self, batch, error);

  if (tag != NULL)
    note_word (self, 'b', batch, tag);
  return tag != NULL;
}

char *
vault_books_tie (Vault *self, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *tag = NULL;

  if (!vault_books_noted (self))
    return g_strdup ("");
  if (self->noted_sale != 0)
    {
      tag = sale_tag (self, self->noted_sale, error);
      if (tag == NULL)
        return NULL;
      g_string_append_printf (text, " s%" G_GINT64_FORMAT "=%s", self->noted_sale, tag);
    }
  if (self->noted_records != NULL)
    g_string_append (text, self->noted_records->str);
  vault_books_forget (self);
  text->str[0] = '[';
  return g_strdup_printf (" %s]", text->str);
}

/* ---- reading the journal ---- */

typedef struct
{
  GHashTable *sales, *records, *batches; /* id → tag, as the newest entry about it has it */
  gint64 first_sale, first_record, first_batch;
  gboolean erased; /* some entry tells nothing any more */
} Ties;

static void
ties_clear (Ties *self)
{
  g_clear_pointer (&self->sales, g_hash_table_unref);
  g_clear_pointer (&self->records, g_hash_table_unref);
  g_clear_pointer (&self->batches, g_hash_table_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Ties, ties_clear)

static void
take_tie (GHashTable *table, gint64 *first, const char *word)
{
  const char *equals = strchr (word, '=');
  gint64 id = g_ascii_strtoll (word + 1, NULL, 10);

  if (equals == NULL || id < 1)
    return;
  *first = MIN (*first, id);
  g_hash_table_replace (table, g_memdup2 (&id, sizeof id), g_strdup (equals + 1));
}

char **
vault_books_tie_words (const char *detail)
{
  const char *begin = g_strrstr (detail, " [");
  g_autofree char *inner = NULL;

  if (begin == NULL || !g_str_has_suffix (detail, "]"))
    return NULL;
  inner = g_strndup (begin + 2, strlen (begin) - 3);
  return g_strsplit (inner, " ", 0);
}

static void
take_detail (Ties *self, const char *detail)
{
  g_auto (GStrv) words = vault_books_tie_words (detail);

  for (guint i = 0; words != NULL && words[i] != NULL; i++)
    if (words[i][0] == 's')
      take_tie (self->sales, &self->first_sale, words[i]);
    else if (words[i][0] == 'r')
      take_tie (self->records, &self->first_record, words[i]);
    else if (words[i][0] == 'b')
      take_tie (self->batches, &self->first_batch, words[i]);
}

gboolean
vault_books_has_link (VaultDb *db,
                      gint64 entry,
                      const guint8 chain[VAULT_CHAIN_SIZE],
                      gboolean *out_has,
                      GError **error)
{
  sqlite3_stmt *query;
  gboolean row = FALSE;

  *out_has = entry == 0;
  if (*out_has)
    return TRUE;
  query = vault_db_query (db, error, "SELECT chain FROM journal WHERE seq = ?", "i", entry);
  if (query == NULL || !vault_db_step (db, query, &row, error))
    return FALSE;
  if (row)
    *out_has = base_bytes_equal (
        BASE_SPAN (sqlite3_column_blob (query, 0), (gsize)sqlite3_column_bytes (query, 0)),
        BASE_SPAN (chain, VAULT_CHAIN_SIZE));
  sqlite3_reset (query);
  return TRUE;
}

static gboolean
read_ties (Vault *self, Ties *ties, GError **error)
{
  sqlite3_stmt *query
      = vault_db_query (self->db, error, "SELECT detail FROM journal ORDER BY seq", "");
  gboolean row = TRUE;

  ties->sales = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  ties->records = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  ties->batches = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  ties->first_sale = ties->first_record = ties->first_batch = G_MAXINT64;
  while (query != NULL && row)
    {
      const char *detail;

      if (!vault_db_step (self->db, query, &row, error))
        return FALSE;
      detail = row ? (const char *)sqlite3_column_text (query, 0) : NULL;
      ties->erased = ties->erased || (row && detail == NULL);
      if (detail != NULL)
        take_detail (ties, detail);
    }
  return query != NULL;
}

/* ---- comparing ---- */

static void
add_bad (GArray *bad, gint64 id)
{
  for (guint i = 0; i < bad->len; i++)
    if (g_array_index (bad, gint64, i) == id)
      return;
  if (bad->len < VAULT_BOOKS_BAD_MAX)
    g_array_append_val (bad, id);
}

static gboolean
compare_rows (Vault *self,
              GHashTable *ties,
              char *(*tag_of) (Vault *self, gint64 id, GError **error),
              GArray *bad,
              GError **error)
{
  GHashTableIter each;
  gpointer id, tag;

  g_hash_table_iter_init (&each, ties);
  while (g_hash_table_iter_next (&each, &id, &tag))
    {
      g_autofree char *now = tag_of (self, *(gint64 *)id, error);

      if (now == NULL)
        return FALSE;
      if (strcmp (now, tag) != 0)
        add_bad (bad, *(gint64 *)id);
    }
  return TRUE;
}

static gboolean
compare_records (Vault *self, const Ties *ties, GArray *bad, GError **error)
{
  GHashTableIter each;
  gpointer id, tag;

  g_hash_table_iter_init (&each, ties->records);
  while (g_hash_table_iter_next (&each, &id, &tag))
    {
      sqlite3_stmt *query = vault_db_query (
          self->db, error, "SELECT sealed FROM record WHERE id = ?", "i", *(gint64 *)id);
      g_autoptr (GBytes) sealed = NULL;
      g_autofree char *now = NULL;
      gboolean row = FALSE;

      if (query == NULL || !vault_db_step (self->db, query, &row, error))
        return FALSE;
      sealed = row ? vault_db_bytes (query, 0) : NULL;
      sqlite3_reset (query);
      now = sealed != NULL ? record_tag (base_bytes_span (sealed)) : NULL;
      if (g_strcmp0 (now, tag) != 0)
        add_bad (bad, *(gint64 *)id);
    }
  return TRUE;
}

/* Rows that no entry is about. What was written before entries tied anything comes first, and can't
 * be told; what an erased detail was about neither. */
static gboolean
find_strangers (Vault *self,
                const char *sql,
                GHashTable *known,
                gint64 first,
                GArray *bad,
                GError **error)
{
  sqlite3_stmt *query = vault_db_query (self->db, error, sql, "");
  gboolean row = TRUE;

  while (query != NULL && row)
    {
      gint64 id;

      if (!vault_db_step (self->db, query, &row, error))
        return FALSE;
      id = row ? sqlite3_column_int64 (query, 0) : 0;
      if (row && (id < 1 || id >= first) && !g_hash_table_contains (known, &id))
        add_bad (bad, id);
    }
  return query != NULL;
}

static gboolean
compare (Vault *self, GArray *bad_sales, GArray *bad_records, GArray *bad_batches, GError **error)
{
  static const char batches[] = "SELECT id FROM batch UNION SELECT id / 1000 FROM batch_difference";
  static const char sales[] = "SELECT id FROM sale UNION SELECT id / 1024 FROM sale_line"
                              " UNION SELECT id / 64 FROM payment";
  g_auto (Ties) ties = { 0 };

  G_STATIC_ASSERT (VAULT_SALE_LINE_KEYS == 1024 && VAULT_SALE_PAYMENT_KEYS == 64);
  return read_ties (self, &ties, error)
         && compare_rows (self, ties.sales, sale_tag, bad_sales, error)
         && compare_rows (self, ties.batches, batch_tag, bad_batches, error)
         && compare_records (self, &ties, bad_records, error)
         && (ties.erased
             || (find_strangers (self, sales, ties.sales, ties.first_sale, bad_sales, error)
                 && find_strangers (self, "SELECT id FROM record", ties.records, ties.first_record,
                                    bad_records, error)
                 && find_strangers (self, batches, ties.batches, ties.first_batch, bad_batches,
                                    error)));
}

gboolean
vault_books_verify (Vault *self,
                    GArray *bad_sales,
                    GArray *bad_records,
                    GArray *bad_batches,
                    GError **error)
{
  gboolean good;

  vault_lock (self);
  good = vault_db_run (self->db, error, "BEGIN", "")
         && compare (self, bad_sales, bad_records, bad_batches, error);
  vault_db_rollback (self->db);
  vault_unlock (self);
  return good;
}

/* ---- settings ---- */

static gboolean
digest_settings (Vault *self, char **out_hex, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint8 digest[CRYPTO_DIGEST_SIZE];

  if (!add_rows (self, bytes,
                 vault_db_query (self->db, error,
                                 "SELECT name, sealed FROM setting WHERE name NOT IN ('" HEADS_NAME
                                 "', '" TOTALS_NAME "', '" VAULT_BOOKS_SETTINGS
                                 "', '" VAULT_BOOKS_HOST_SUMS "') ORDER BY name",
                                 ""),
                 error)
      || !add_rows (self, bytes,
                    vault_db_query (self->db, error,
                                    "SELECT type, name, tbl_name, sql FROM sqlite_schema"
                                    " WHERE tbl_name IN ('setting', 'sale', 'sale_line', 'payment',"
                                    " 'record', 'journal', 'batch', 'batch_difference', 'closing')"
                                    " ORDER BY name",
                                    ""),
                    error))
    return FALSE;
  crypto_sha256 (BASE_SPAN (bytes->data, bytes->len), digest);
  *out_hex = base_bytes_to_hex (BASE_SPAN (digest, sizeof digest));
  return TRUE;
}

gboolean
vault_books_leaves_out (const char *name)
{
  return strcmp (name, HEADS_NAME) == 0 || strcmp (name, TOTALS_NAME) == 0
         || strcmp (name, VAULT_BOOKS_SETTINGS) == 0 || strcmp (name, VAULT_BOOKS_HOST_SUMS) == 0;
}

gboolean
vault_books_tie_settings (Vault *self, GError **error)
{
  g_autofree char *hex = NULL;

  return digest_settings (self, &hex, error)
         && vault_setting_write (self, VAULT_BOOKS_SETTINGS, BASE_SPAN_STR (hex), error);
}

GPtrArray *
vault_books_settings (Vault *self, char **out_hex, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  gboolean row = TRUE, read;
  sqlite3_stmt *query;

  query = vault_db_query (self->db, error, "SELECT name FROM setting ORDER BY name", "");
  read = query != NULL;
  while (read && row)
    {
      read = vault_db_step (self->db, query, &row, error);
      if (read && row)
        g_ptr_array_add (names, vault_db_text (query, 0));
    }
  read = read && digest_settings (self, out_hex, error);
  return read ? g_steal_pointer (&names) : NULL;
}

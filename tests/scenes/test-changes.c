/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A database full of records, of which one bit or one row is changed, many times, from a fixed
 * seed: each change is noticed by what `queue verify` and `journal verify` do, or lies in a place
 * that is proved not to matter: all that the till would read of the books is then byte for byte
 * what it was. At the end the places that didn't matter are counted by name.
 *
 * TILL_CHANGES_RUNS says how many (default 400; `./dev check` makes 10,000), TILL_CHANGES_SEED
 * where to begin.
 */
#include "vault-batch.h"
#include "vault-closing.h"
#include "vault-journal.h"
#include "vault-record.h"
#include "vault-testing.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

#define RUNS 400
#define RUNS_LONG 10000
#define RUN_SECONDS_MAX 60
#define SALES 60
#define HEADER_SIZE 100

typedef struct
{
  VaultTesting vault;
  char *work, *path;  /* a folder and the changed database in it */
  char *older;        /* the database as it was half-way */
  char *whole, *dump; /* its bytes, and what matters of them */
  gsize size;
  GHashTable *pages;  /* number → name of the table or index */
  GHashTable *places; /* name → how many unnoticed changes */
  guint page_size, noticed;
} Test;

static guint
setting (const char *name, guint otherwise)
{
  const char *text = g_getenv (name);

  return text != NULL ? (guint)g_ascii_strtoull (text, NULL, 10) : otherwise;
}

/* ---- the books ---- */

static void
retry_later (Test *test, VaultSale *sale, VaultPayment *payment)
{
  g_autoptr (GPtrArray) open = vault_queue_list (test->vault.vault, FALSE, 1000, NULL);
  const VaultRecord *newest = open->pdata[open->len - 1];

  vault_testing_move (&test->vault, sale, payment, VAULT_EVENT_TOO_OLD);
  g_assert_true (vault_queue_retry (test->vault.vault, newest->id, "wang", NULL));
}

/* Every kind of record, in every state. */
static void
sell (Test *test, guint i)
{
  g_autoptr (VaultSale) sale = vault_testing_sale (1 + i % 3);
  VaultPayment *payment;

  if (i % 8 == 7)
    {
      g_assert_true (vault_sale_park (test->vault.vault, sale, "the red bag", NULL));
      return;
    }
  payment
      = vault_testing_pay (&test->vault, sale, i % 8 == 6 ? VAULT_TENDER_CASH : VAULT_TENDER_CARD,
                           i % 8 == 6   ? VAULT_EVENT_CASH_TAKEN
                           : i % 8 < 3  ? VAULT_EVENT_DEFERRED
                           : i % 8 == 3 ? VAULT_EVENT_CHIP_APPROVED
                                        : VAULT_EVENT_GO_ONLINE);
  if (i % 8 == 1)
    {
      vault_testing_move (&test->vault, sale, payment, VAULT_EVENT_SEND);
      vault_testing_move (&test->vault, sale, payment, VAULT_EVENT_ANSWER_APPROVED);
    }
  if (i % 8 == 2)
    retry_later (test, sale, payment);
  if (i % 8 == 4)
    vault_testing_move (&test->vault, sale, payment, VAULT_EVENT_ANSWER_APPROVED);
  if (i % 8 == 5)
    vault_testing_move (&test->vault, sale, payment, VAULT_EVENT_NO_ANSWER);
}

/* Half of what this sale paid, or of what a line of it was, goes back: by card it waits. */
static void
give_back (Test *test, gint64 id, VaultEvent event)
{
  g_autoptr (VaultSale) sold = vault_sale_load (test->vault.vault, id, NULL);
  ShopCart *cart = shop_cart_new ("CNY", SHOP_TAX_INCLUSIVE);
  ShopCartLine line = *shop_cart_line_by_number (sold->cart, 1);
  g_autoptr (VaultSale) sale = NULL;
  g_autoptr (GError) error = NULL;
  VaultPayment *payment = vault_payment_new (
      event == VAULT_EVENT_CASH_TAKEN ? VAULT_TENDER_CASH : VAULT_TENDER_CARD, -line.amount_minor);
  VaultChange change;

  shop_cart_set_returning (cart);
  line.original = line.number;
  line.quantity_milli = -line.quantity_milli;
  g_assert_true (shop_cart_restore (cart, &line, NULL));
  sale = vault_sale_new (cart, "01");
  sale->kind = VAULT_SALE_REFUND;
  sale->original = id;
  payment->original = 1;
  change = vault_testing_change (&test->vault, sale, payment, event);
  change.reason = NULL;
  vault_apply (test->vault.vault, &change, 1, &error);
  g_assert_no_error (error);
}

/* The oldest advice that waits is set aside, and a batch may be settled without it. Its number. */
static gint64
decide (Test *test)
{
  Vault *vault = test->vault.vault;
  g_autoptr (GPtrArray) open = vault_queue_list (vault, FALSE, 1000, NULL);

  for (guint i = 0; i < open->len; i++)
    {
      const VaultRecord *record = open->pdata[i];

      if (record->klass != VAULT_CLASS_CHIP || record->state != VAULT_RECORD_WAITING)
        continue;
      g_assert_true (vault_queue_set_aside (vault, record->id, "malformed", NULL));
      g_assert_true (vault_queue_by_hand (vault, record->id, "wang", NULL));
      return record->id;
    }
  g_assert_not_reached ();
}

/* Both sides' sums, and one row that the acquirer lacked. */
static void
settle (Test *test)
{
  Vault *vault = test->vault.vault;
  VaultBatchDifference difference = { .kind = VAULT_BATCH_ONLY_HERE,
                                      .batch = 1,
                                      .stan = 2,
                                      .amount_minor = 500,
                                      .masked_pan = "622202******8888",
                                      .sale = 2 };
  VaultBatchSums host = { .debit_count = 3, .debit_minor = 1500 };
  VaultBatchEnd end = { .host = &host,
                        .rows_known = TRUE,
                        .differences = &difference,
                        .n_differences = 1,
                        .total_differences = 1 };

  g_assert_true (vault_batch_count (vault, "wang", &(VaultBatch){ 0 }, NULL));
  g_assert_true (vault_batch_judge (vault, VAULT_BATCH_VERDICT_DIFFERS, &host, NULL));
  g_assert_true (vault_batch_set_uploaded (vault, TRUE, NULL));
  g_assert_true (vault_batch_close (vault, &end, NULL));
}

static void
save_older (Test *test)
{
  g_autofree char *bytes = NULL;
  gsize size;

  g_clear_pointer (&test->vault.vault, vault_free);
  g_assert_true (g_file_get_contents (test->vault.path, &bytes, &size, NULL));
  g_assert_true (g_file_set_contents (test->older, bytes, (gssize)size, NULL));
  vault_testing_reopen (&test->vault);
}

/* Payments that were stored half-way are sent and approved, so that their rows have an older form.
 */
static void
go_on (Test *test)
{
  for (gint64 id = 1; id <= SALES / 2; id += 8)
    {
      g_autoptr (VaultSale) sale = vault_sale_load (test->vault.vault, id, NULL);

      vault_testing_move (&test->vault, sale, sale->payments->pdata[0], VAULT_EVENT_SEND);
      if (id % 16 == 1)
        vault_testing_move (&test->vault, sale, sale->payments->pdata[0],
                            VAULT_EVENT_ANSWER_APPROVED);
    }
  g_assert_true (vault_setting_set_text (test->vault.vault, "offline.hours", "12", NULL));
}

static void
close_shift (Test *test)
{
  g_autofree VaultShift *shift = g_new0 (VaultShift, 1);

  g_assert_true (vault_closing_make (test->vault.vault, "wang", shift, NULL));
}

static void
fill (Test *test)
{
  gint64 decided;

  for (guint i = 0; i < 12; i++)
    {
      g_autofree char *name = g_strdup_printf ("acquirer.%u", i);

      g_assert_true (vault_setting_set_text (test->vault.vault, name, "something of ours", NULL));
    }
  g_assert_true (vault_setting_set_text (test->vault.vault, "offline.hours", "24", NULL));
  for (guint i = 0; i < SALES / 2; i++)
    sell (test, i);
  give_back (test, 5, VAULT_EVENT_REFUND_ASKED);
  give_back (test, 7, VAULT_EVENT_CASH_TAKEN);
  close_shift (test);
  decided = decide (test);
  save_older (test);
  go_on (test);
  g_assert_true (vault_queue_retry (test->vault.vault, decided, "wang", NULL));
  decide (test);
  settle (test);
  for (guint i = 0; i < SALES / 2; i++)
    sell (test, i);
  give_back (test, 13, VAULT_EVENT_REFUND_ASKED);
  give_back (test, 15, VAULT_EVENT_CASH_TAKEN);
  settle (test);
  sell (test, 4);
  close_shift (test);
  g_clear_pointer (&test->vault.vault, vault_free);
}

/* ---- what matters ---- */

/* The columns whose values anything hangs on; the header of vault-books.h says why not the others.
 */
static const char *const matters[] = {
  "SELECT type, name, tbl_name, lower (sql) FROM sqlite_schema WHERE tbl_name IN ('setting', "
  "'sale',"
  " 'sale_line', 'payment', 'record', 'journal', 'closing', 'batch', 'batch_difference')"
  " ORDER BY name",
  "SELECT * FROM batch ORDER BY id",
  "SELECT * FROM batch_difference ORDER BY id",
  "SELECT * FROM closing ORDER BY number",
  "SELECT name, sealed FROM setting WHERE name NOT IN ('heads', 'settings', 'queue-totals') ORDER "
  "BY name",
  "SELECT * FROM sale ORDER BY id",
  "SELECT * FROM sale_line ORDER BY id",
  "SELECT * FROM payment ORDER BY id",
  "SELECT id, class, state, sale, position, terminal, batch, stan, amount_minor, created_us,"
  " identity, reason IS 'retry', sealed, settled, counts FROM record ORDER BY id",
  "SELECT * FROM journal ORDER BY seq",
  "SELECT id FROM record INDEXED BY record_open WHERE state <> 'done' ORDER BY class, id",
  "SELECT settled, counts, amount_minor FROM record INDEXED BY record_done WHERE state = 'done'"
  " ORDER BY settled, id",
  "SELECT id FROM sale INDEXED BY sale_original WHERE original <> 0 ORDER BY id",
  "SELECT id FROM sale INDEXED BY sale_hold WHERE kind = 'hold' ORDER BY id",
  "SELECT id FROM sale INDEXED BY sale_parked WHERE state = 'parked' ORDER BY id",
};

static sqlite3 *
open_db (const char *path)
{
  sqlite3 *db = NULL;

  g_assert_cmpint (sqlite3_open_v2 (path, &db, SQLITE_OPEN_READWRITE, NULL), ==, SQLITE_OK);
  return db;
}

static void
add_rows (GString *text, sqlite3 *db, const char *sql)
{
  sqlite3_stmt *query = NULL;

  if (sqlite3_prepare_v2 (db, sql, -1, &query, NULL) != SQLITE_OK)
    g_string_append_printf (text, "%s\n", sqlite3_errmsg (db));
  while (query != NULL && sqlite3_step (query) == SQLITE_ROW)
    for (int i = 0; i < sqlite3_column_count (query); i++)
      {
        const guint8 *bytes = sqlite3_column_blob (query, i);
        int size = sqlite3_column_bytes (query, i);

        g_string_append_printf (text, "%d:%d:", sqlite3_column_type (query, i), size);
        for (int b = 0; b < size; b++)
          g_string_append_printf (text, "%02x", bytes[b]);
      }
  sqlite3_finalize (query);
}

static char *
dump (const char *path)
{
  GString *text = g_string_new (NULL);
  sqlite3 *db = open_db (path);

  for (gsize i = 0; i < G_N_ELEMENTS (matters); i++)
    add_rows (text, db, matters[i]);
  sqlite3_close (db);
  return g_string_free (text, FALSE);
}

/* ---- changing ---- */

static void
put_whole (Test *test)
{
  static const char *const endings[] = { "-wal", "-shm", "-journal" };

  for (gsize i = 0; i < G_N_ELEMENTS (endings); i++)
    {
      g_autofree char *path = g_strconcat (test->path, endings[i], NULL);

      (void)g_remove (path);
    }
  g_assert_true (g_file_set_contents_full (test->path, test->whole, (gssize)test->size,
                                           G_FILE_SET_CONTENTS_NONE, 0600, NULL));
}

/* Returns the name of the place. */
static char *
turn_bit (Test *test, GRand *random)
{
  gsize at = (gsize)g_rand_int_range (random, 0, (gint32)test->size);
  guint bit = (guint)g_rand_int_range (random, 0, 8);
  gpointer page = GUINT_TO_POINTER (at / test->page_size + 1);
  const char *name = g_hash_table_lookup (test->pages, page);

  if (at < HEADER_SIZE)
    name = "file header";
  test->whole[at] = (char)(test->whole[at] ^ (1 << bit));
  put_whole (test);
  test->whole[at] = (char)(test->whole[at] ^ (1 << bit));
  return g_strdup_printf ("bit in %s", name != NULL ? name : "a free page");
}

static const struct
{
  const char *table, *key;
  const char *columns[20];
} tables[] = {
  { "setting", "name", { "name", "sealed" } },
  { "sale",
    "id",
    { "id", "state", "opened_us", "closed_us", "shift", "cashier", "label", "currency", "tax_mode",
      "total_minor", "kind", "original" } },
  { "sale_line",
    "id",
    { "id", "sale", "number", "code", "name", "category", "unit", "tax_bp", "quantity_milli",
      "price_minor", "discount_minor", "amount_minor", "voided", "original" } },
  { "payment",
    "id",
    { "id", "sale", "position", "uuid", "tender", "state", "amount_minor", "at_us", "stan",
      "masked_pan", "auth_code", "reason", "batch", "host_date", "terminal", "original" } },
  { "record",
    "id",
    { "id", "class", "state", "sale", "position", "terminal", "batch", "stan", "amount_minor",
      "created_us", "tries", "reason", "identity", "sealed", "settled", "counts" } },
  { "batch",
    "id",
    { "id", "number", "state", "verdict", "opened_us", "counted_us", "settled_us", "debit_count",
      "debit_minor", "credit_count", "credit_minor", "host_known", "host_debit_count",
      "host_debit_minor", "host_credit_count", "host_credit_minor", "rows_known", "differences" } },
  { "batch_difference",
    "id",
    { "id", "kind", "of_batch", "stan", "credit", "amount_minor", "host_minor", "masked_pan",
      "sale", "resolved" } },
  { "closing", "number", { "number", "sealed" } },
  { "journal", "seq", { "seq", "at_us", "who", "act", "detail", "digest", "chain" } },
};

static char *
change_sql (GRand *random, guint t, const char *row)
{
  guint columns = 0, c;
  const char *table = tables[t].table, *column;

  while (columns < G_N_ELEMENTS (tables[t].columns) && tables[t].columns[columns] != NULL)
    columns++;
  c = (guint)g_rand_int_range (random, 0, (gint32)columns);
  column = tables[t].columns[c];
  switch (g_rand_int_range (random, 0, 6))
    {
    case 0:
      return g_strdup_printf ("DELETE FROM %s WHERE %s", table, row);
    case 1: /* as it was earlier */
      return g_strdup_printf (
          "INSERT OR REPLACE INTO %s SELECT * FROM older.%s WHERE %s IN (SELECT "
          "%s FROM %s WHERE %s)",
          table, table, tables[t].key, tables[t].key, table, row);
    case 2: /* another row's contents */
      return g_strdup_printf ("UPDATE %s SET %s = (SELECT %s FROM %s ORDER BY random () LIMIT 1)"
                              " WHERE %s",
                              table, column, column, table, row);
    default:
      {
        g_autofree char *value = g_strdup_printf (
            "CASE typeof (%s) WHEN 'integer' THEN %s + %d WHEN 'blob' THEN CAST (substr (%s, 1,"
            " length (%s) - 1) || x'%02X' AS BLOB) WHEN 'null' THEN NULL ELSE %s || 'x' END",
            column, column, g_rand_int_range (random, 1, 1000), column, column,
            g_rand_int_range (random, 0, 256), column);

        return g_strdup_printf ("UPDATE OR IGNORE %s SET %s = %s WHERE %s", table, column, value,
                                row);
      }
    }
}

static char *
dump_tables (sqlite3 *db)
{
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      g_autofree char *sql = g_strdup_printf ("SELECT * FROM main.%s", tables[i].table);

      add_rows (text, db, sql);
    }
  return g_string_free (text, FALSE);
}

/* FALSE: it came out as it was. */
static gboolean
run_change (Test *test, const char *sql)
{
  g_autofree char *attach
      = g_strdup_printf ("PRAGMA synchronous=OFF; ATTACH '%s' AS older", test->older);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  sqlite3 *db;
  char *why = NULL;

  put_whole (test);
  db = open_db (test->path);
  before = dump_tables (db);
  if (sqlite3_exec (db, attach, NULL, NULL, &why) != SQLITE_OK
      || (sqlite3_exec (db, sql, NULL, NULL, &why) != SQLITE_OK
          && sqlite3_errcode (db) != SQLITE_CONSTRAINT))
    g_error ("%s: %s", sql, why);
  sqlite3_free (why);
  after = dump_tables (db);
  g_assert_cmpint (sqlite3_wal_checkpoint_v2 (db, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL),
                   ==, SQLITE_OK);
  sqlite3_close (db);
  return strcmp (before, after) != 0;
}

static char *
change_row (Test *test, GRand *random)
{
  for (;;)
    {
      guint t = (guint)g_rand_int_range (random, 0, G_N_ELEMENTS (tables));
      g_autofree char *row = g_strdup_printf (
          "%s = (SELECT %s FROM %s LIMIT 1 OFFSET %d %% (SELECT count (*) FROM %s))", tables[t].key,
          tables[t].key, tables[t].table, g_rand_int_range (random, 0, 100000), tables[t].table);
      g_autofree char *sql = change_sql (random, t, row);

      if (run_change (test, sql))
        {
          g_test_message ("%s", sql);
          return g_strdup_printf ("row of %s", tables[t].table);
        }
    }
}

/* ---- looking ---- */

static gboolean
is_noticed (Test *test)
{
  g_autoptr (Vault) vault
      = vault_open (test->work, test->vault.key, VAULT_ACCESS_READ, /* error= */ NULL);
  g_autoptr (GArray) records = NULL;
  g_autoptr (GArray) sales = NULL;
  g_autoptr (GArray) closings = NULL;
  g_autoptr (GArray) batches = NULL;
  g_autoptr (GPtrArray) settings = NULL;
  VaultJournalVerdict verdict = VAULT_JOURNAL_BROKEN;
  gint64 count, seq, erased = 0;
  guint checked;

  return vault == NULL || !vault_queue_verify (vault, &checked, &records, NULL) || records->len > 0
         || !vault_settings_verify (vault, &settings, NULL) || settings->len > 0
         || !vault_journal_verify (vault, &verdict, &count, &seq, NULL)
         || verdict == VAULT_JOURNAL_BROKEN || !vault_journal_count_erased (vault, &erased, NULL)
         || erased > 0 || !vault_journal_verify_books (vault, &sales, &batches, NULL)
         || sales->len > 0 || batches->len > 0 || !vault_closing_verify (vault, &closings, NULL)
         || closings->len > 0;
}

static void
try_one (Test *test, guint seed)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  g_autofree char *place = seed % 2 == 0 ? turn_bit (test, random) : change_row (test, random);
  g_autofree char *after = NULL;
  gboolean noticed;
  gpointer times;

  g_test_message ("seed %u: %s", seed, place);
  alarm (RUN_SECONDS_MAX);
  noticed = is_noticed (test);
  after = noticed ? NULL : dump (test->path);
  alarm (0);
  if (noticed)
    {
      test->noticed++;
      return;
    }
  if (strcmp (after, test->dump) != 0)
    g_error ("seed %u: a change that matters, %s, was not noticed", seed, place);
  times = g_hash_table_lookup (test->places, place);
  g_hash_table_replace (test->places, g_steal_pointer (&place),
                        GUINT_TO_POINTER (GPOINTER_TO_UINT (times) + 1));
}

static void
read_pages (Test *test)
{
  sqlite3 *db = open_db (test->path);
  sqlite3_stmt *query = NULL;

  test->pages = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  g_assert_cmpint (
      sqlite3_prepare_v2 (db, "SELECT pageno, name, pgsize FROM dbstat", -1, &query, NULL), ==,
      SQLITE_OK);
  while (sqlite3_step (query) == SQLITE_ROW)
    {
      g_hash_table_insert (test->pages, GUINT_TO_POINTER (sqlite3_column_int (query, 0)),
                           g_strdup ((const char *)sqlite3_column_text (query, 1)));
      test->page_size = (guint)sqlite3_column_int (query, 2);
    }
  sqlite3_finalize (query);
  sqlite3_close (db);
}

static void
begin (Test *test)
{
  vault_testing_set_up (&test->vault, NULL);
  test->work = g_dir_make_tmp ("till-changes-XXXXXX", NULL);
  test->path = g_build_filename (test->work, "till.db", NULL);
  test->older = g_build_filename (test->work, "older.db", NULL);
  test->places = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  fill (test);
  g_assert_true (g_file_get_contents (test->vault.path, &test->whole, &test->size, NULL));
  put_whole (test);
  read_pages (test);
  test->dump = dump (test->path);
  g_assert_false (is_noticed (test));
}

static void
end (Test *test)
{
  g_autoptr (GDir) dir = g_dir_open (test->work, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (test->work, name, NULL);

      g_remove (path);
    }
  g_rmdir (test->work);
  vault_testing_tear_down (&test->vault, NULL);
  g_hash_table_unref (test->pages);
  g_hash_table_unref (test->places);
  g_free (test->work);
  g_free (test->path);
  g_free (test->older);
  g_free (test->whole);
  g_free (test->dump);
}

static void
test_changes (void)
{
  guint runs = setting ("TILL_CHANGES_RUNS", g_getenv ("TILL_LONG") != NULL ? RUNS_LONG : RUNS),
        first = setting ("TILL_CHANGES_SEED", 1);
  Test test = { 0 };
  GHashTableIter each;
  gpointer place, times;

  begin (&test);
  for (guint i = 0; i < runs; i++)
    try_one (&test, first + i);
  printf ("# %u changes: %u noticed; those that don't matter:\n", runs, test.noticed);
  g_hash_table_iter_init (&each, test.places);
  while (g_hash_table_iter_next (&each, &place, &times))
    printf ("#   %s: %u\n", (char *)place, GPOINTER_TO_UINT (times));
  end (&test);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scene/changes", test_changes);
  return g_test_run ();
}
